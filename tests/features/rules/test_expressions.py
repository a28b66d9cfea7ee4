"""Expressions: what is accepted, and what is refused with a place and a reason, before it can do harm."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cel
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from features.rules.analysis import analyse
from features.rules.examples import EXAMPLES
from features.rules.programs import checked, program
from features.rules.shipped import SHIPPED
from features.rules.stated_facts import Vital
from features.rules.tokens import tokens
from features.rules.vocabulary import FACTS, FUNCTIONS, OBSERVATIONS, VITALS

ROOT = Path(__file__).parents[3]


def refusal(expression: str) -> tuple[str, int, int]:
    """The code, line and column with which an expression is refused."""
    with pytest.raises(PydanticCustomError) as caught:
        checked(expression)
    context = caught.value.context
    assert context is not None
    assert caught.value.message().startswith(f"Line {context['line']}, column {context['column']}: ")
    return caught.value.type, context["line"], context["column"]


def refused(read: Callable[[str], object], expression: str) -> PydanticCustomError | None:
    try:
        read(expression)
    except PydanticCustomError as error:
        return error
    return None


@pytest.mark.parametrize(
    "expression",
    [
        *(rule["expression"] for rule in SHIPPED),
        "true",
        "bmi > 30",
        "bmi > 30.5 && bmi <= 40",
        "age > 65.5",
        "bmi == 30 || bmi in [31, 32]",
        "age * 2 - 10 > 100 && -age < 0",
        "bmi * 2.0 > 60.0 && double(age) / 2.0 > 1.0 && int(bmi) % 2 == 0",
        "observations.heart_rate > 100",
        'observations["heart_rate"] > 100.5',
        "has(observations.heart_rate) && observations.heart_rate > 100",
        '"heart_rate" in observations',
        "size(observations) > 2 && observations.size() < 20",
        'sex == "female" && age in [60, 70]',
        "conditions.exists(c, c.contains('diabetes')) && !chronic_pain",
        'conditions.all(c, !c.startsWith("x") && !c.endsWith("y"))',
        'conditions.exists_one(c, c.matches("^type [12] "))',
        'conditions.exists(c, c.matches("(a+)+$"))',  # harmless to Rust's regular expressions
        r'conditions.exists(c, c.matches(r"^\w{3,20}$"))',
        "size(procedures) > 0 && procedures[0].days_ago < 10",
        "procedures.filter(p, p.surgical).size() > 1",
        'procedures.map(p, p.department).exists(d, d == "cardiology")',
        "procedures.map(p, p.surgical, p.days_ago).exists(d, d < 9)",
        "procedures.exists(p, procedures.exists(q, p.code == q.code && p.days_ago < q.days_ago))",
        "procedures.all(p, has(p.code))",
        "age > 65 ? chronic_pain : bmi > 40",
        "age > 90 ? true : age > 80 ? chronic_pain : false",
        "age > 65 // the retired\n && chronic_pain",
        "conditions == [] || conditions == ['a',]",
        'string(age) == "70"',
        "0x1F == 31 && 1e2 == 100 && .5 < 1",
        r'"\u00e9\x41\101\n\"" != "dor crónica"',
        "100 / (age - 70) > 1",  # fails at 70 and nowhere else
        "age>65&&!(bmi<30)||--age>3",
    ],
)
def test_good_expressions(expression):
    assert checked(expression) == expression


@pytest.mark.parametrize(
    ("expression", "code", "line", "column"),
    [
        ("", "expression_unfinished", 1, 1),
        ("// nothing", "expression_unfinished", 1, 11),
        ("age >", "expression_unfinished", 1, 6),
        ("age > 65 &&\n  ", "expression_unfinished", 2, 3),
        ("age > 65 && (", "expression_unclosed", 1, 13),
        ("age in [1, 2", "expression_unclosed", 1, 8),
        ("age > 65)", "expression_syntax", 1, 9),
        ("age 65", "expression_syntax", 1, 5),
        ("true ? true ? true : true : true", "expression_syntax", 1, 13),
        ("age\n > \n @", "expression_syntax", 3, 2),
        ("age > 12ab", "expression_syntax", 1, 7),
        ("sex = 'f'", "expression_spelling", 1, 5),
        ("age > 65 and chronic_pain", "expression_spelling", 1, 10),
        ("not chronic_pain", "expression_spelling", 1, 1),
        ("age > 65 & chronic_pain", "expression_spelling", 1, 10),
        ('sex == "female', "expression_text", 1, 8),
        (r'sex == "\d"', "expression_text", 1, 8),
        (r'sex == "\uD800"', "expression_text", 1, 8),
        ('sex == "a\nb"', "expression_text", 1, 8),
        ("age > 9223372036854775808", "expression_number", 1, 7),
        (f"age > {'9' * 3000}", "expression_number", 1, 7),
        ("bmi > 1e999", "expression_number", 1, 7),
        ("age == null", "expression_unsupported", 1, 8),
        ("{1: 2} == {}", "expression_unsupported", 1, 1),
        (".age > 3", "expression_unsupported", 1, 1),
        ("[[1], [2]] == []", "expression_unsupported", 1, 2),
        ("conditions.map(c, conditions) == []", "expression_unsupported", 1, 19),
        ("agee > 65", "unknown_variable", 1, 1),
        ("age > 65 && name == 'x'", "unknown_variable", 1, 13),
        ("conditions.exists(c, c == 'a') && c == 'a'", "unknown_variable", 1, 35),
        ("false && wealth > 1", "unknown_variable", 1, 10),
        ("p.surgical", "unknown_variable", 1, 1),
        ("observations.mood > 1", "unknown_field", 1, 14),
        ("observations['mood'] > 1", "unknown_field", 1, 14),
        ("procedures.exists(p, p.surgeon == 'x')", "unknown_field", 1, 24),
        ("procedures.exists(p, p.performed_on == 'x')", "unknown_field", 1, 24),
        ("now() > 1", "unknown_function", 1, 1),
        ("age > 1 && timestamp('2020-01-01T00:00:00Z') > now()", "unknown_function", 1, 12),
        ("conditions.sort() == []", "unknown_function", 1, 12),
        ("has(age)", "wrong_arguments", 1, 1),
        ("has(observations['heart_rate'])", "wrong_arguments", 1, 1),
        ("size(age) > 1", "wrong_arguments", 1, 1),
        ("sex.contains(1)", "wrong_arguments", 1, 5),
        ("int(sex) > 1", "wrong_arguments", 1, 1),
        ("matches(sex, 'f')", "wrong_arguments", 1, 1),
        ("conditions.exists(age, age == 'a')", "name_taken", 1, 19),
        ("conditions.exists(c, conditions.exists(c, c == ''))", "name_taken", 1, 40),
        ("conditions.exists(true, true)", "name_taken", 1, 19),
        ("age > 'x'", "wrong_types", 1, 5),
        ("false && age > 'x'", "wrong_types", 1, 14),
        ("age == 'x'", "wrong_types", 1, 5),
        ("age > 65 || 1", "wrong_types", 1, 10),
        ("sex in procedures", "wrong_types", 1, 5),
        ("conditions + conditions == []", "wrong_types", 1, 12),
        ("sex + sex == ''", "wrong_types", 1, 5),
        ("bmi % 2 == 0", "wrong_types", 1, 5),
        ("[1, 'a'] == []", "wrong_types", 1, 5),
        ("age > 1 ? 1 : 'a'", "wrong_types", 1, 9),
        ("conditions['a'] == ''", "wrong_types", 1, 11),
        ("bmi * 2 > 60", "mixed_numbers", 1, 5),
        ("!age", "wrong_type", 1, 1),
        ("-sex == ''", "wrong_type", 1, 1),
        ("age.exists(a, a)", "wrong_type", 1, 5),
        ("conditions.exists(c, c)", "wrong_type", 1, 22),
        ("observations.exists(o, true)", "wrong_type", 1, 14),
        ("age ? true : false", "wrong_type", 1, 5),
        ("age + 1", "not_boolean", 1, 1),
        ("'true'", "not_boolean", 1, 1),
        ("conditions", "not_boolean", 1, 1),
        ("1/0 > 1", "division_by_zero", 1, 2),
        ("age > 3 || age % 0 == 1", "division_by_zero", 1, 16),
        ("bmi / 0.0 > 1.0", "division_by_zero", 1, 5),
        ("sex.matches('(')", "bad_pattern", 1, 13),
        ("false && sex.matches('[')", "bad_pattern", 1, 22),
        ("sex.matches(sex)", "wrong_arguments", 1, 13),
        (f"sex.matches('{'a' * 101}')", "wrong_arguments", 1, 13),
        (r"sex.matches(r'(\w{10}){10}')", "expression_too_costly", 1, 13),
        (r"sex.matches(r'\w{500,}')", "expression_too_costly", 1, 13),
        ("conditions[99] == ''", "always_fails", 1, 1),
        ("9223372036854775807 + age > 0 && 9223372036854775807 * 2 > 0", "always_fails", 1, 1),
        ("int(1e300) > age", "always_fails", 1, 1),
    ],
)
def test_bad_expressions_are_refused_where_they_are_wrong(expression, code, line, column):
    assert refusal(expression) == (code, line, column)


def test_what_is_not_known_is_answered_with_what_is():
    for expression, allowed in [("agee > 1", FACTS), ("foo()", FUNCTIONS), ("observations.x > 1", VITALS)]:
        with pytest.raises(PydanticCustomError) as caught:
            checked(expression)
        assert all(name in caught.value.message() for name in allowed)
    with pytest.raises(PydanticCustomError) as caught:
        checked("conditions.exists(c, d == '')")
    assert caught.value.message().endswith(", c.")


def test_three_loops_in_one_another_are_refused_and_two_are_not():
    loop = "procedures.exists({0}, {1})"
    two = loop.format("a", loop.format("b", "a.code == b.code"))
    assert checked(two) == two
    three = loop.format("a", loop.format("b", loop.format("c", "true")))
    assert refusal(three)[0] == "expression_too_costly"
    assert checked(" && ".join(["procedures.all(p, true)"] * 12))
    assert refusal(" && ".join(["procedures.all(p, true)"] * 13))[0] == "expression_too_costly"
    assert refusal(" || ".join(["sex.matches('f')"] * 4))[0] == "expression_too_costly"


DEEP = {
    "parentheses": lambda n: "(" * n + "true" + ")" * n,
    "brackets": lambda n: "conditions" + "[conditions" * n + "]" * n + " == ''",
    "lists": lambda n: "[" * n + "]" * n + " == []",
    "not": lambda n: "!" * n + "true",
    "minus": lambda n: "-" * n + "1 < 2",
    "spaced signs": lambda n: "- " * n + "1 < 2",
    "conditions": lambda n: "true ? true : " * n + "true",
    "nested conditions": lambda n: "true ? " * n + "true" + " : true" * n,
    "sums": lambda n: "1" + "+1" * n + " > 0",
    "ands": lambda n: "true" + "&&true" * n,
    "comparisons": lambda n: "true" + " == true" * n,
    "calls": lambda n: "int(" * n + "1" + ")" * n + " == 1",
    "methods": lambda n: "conditions" + ".filter(c, true)" * n + " == []",
    "fields": lambda n: "observations" + ".heart_rate" * n + " > 1",
    "elements": lambda n: "age in [" + "1," * n + "1]",
    "unclosed": lambda n: "(" * n,
    "closing": lambda n: ")" * n,
    "maps": lambda n: "{1:" * n + "1" + "}" * n,
}


@pytest.mark.parametrize("shape", DEEP)
@pytest.mark.parametrize("size", [400, 4_000])
def test_what_is_too_deep_or_too_long_is_refused_before_it_is_compiled(shape, size, monkeypatch):
    compiled = []
    monkeypatch.setattr(cel, "compile", compiled.append)
    assert refusal(DEEP[shape](size))[0] in {
        "expression_too_deep",
        "expression_too_complex",
        "expression_too_costly",
        "expression_unclosed",
        "expression_unsupported",
        "expression_syntax",
        "wrong_type",
        "wrong_types",
    }
    assert compiled == []


def test_the_largest_that_is_accepted_does_not_exhaust_the_stack_of_a_thread():
    """In a program of its own, since an exhausted stack would end it."""
    script = """
import asyncio, threading
from features.rules.programs import checked, prepared, program
from features.rules.examples import EXAMPLES
from features.rules.vocabulary import FACTS

def all_of_them():
    for expression in [
        "(" * 23 + "true" + ")" * 23,
        "int(" * 22 + "1" + ")" * 22 + " == 1",
        "true ? true : " * 23 + "true",
        "(true ? " * 22 + "true" + " : true)" * 22,
        "!" * 300 + "true",
        "-" * 299 + "1 < 2",
        "1" + "+1" * 299 + " > 0",
        "true" + "&&true" * 300,
        "true" + "||true" * 300,
        "true" + " == true" * 300,
        "age in [" + "1," * 297 + "1]",
        "(" * 23 + "true" + "&&true" * 270 + ")" * 23,
    ]:
        try:
            checked(expression)
        except ValueError as error:
            print("refused", expression[:20], error)
        else:
            for example in EXAMPLES:
                program(expression).judge(prepared(FACTS, example))
    print("alive")

threading.stack_size(512 * 1024)
thread = threading.Thread(target=all_of_them)
thread.start()
thread.join()
"""
    path = os.pathsep.join([str(ROOT / "src"), str(ROOT)])
    done = subprocess.run(
        [sys.executable, "-c", script],
        env=os.environ | {"PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout.split()[-1:]) == (0, ["alive"]), (done.stdout, done.stderr[-500:])
    assert "refused" not in done.stdout, done.stdout


SIGNS = "&& || ! == != < <= > >= in + - * / % ? : . , ( ) [ ] true false p c x null { } = & and"
WORDS = [
    *FACTS,
    *FUNCTIONS,
    *SIGNS.split(),
    *["1", "2.5", "'a'", "30", "0", "heart_rate", "days_ago", "surgical", "\n", "//", '"', "procedures.exists(p,"],
]


@given(st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join))
@settings(max_examples=400, deadline=None)
def test_words_in_any_order_are_accepted_or_refused_with_a_place_and_never_worse(expression):
    error = refused(analyse, expression)
    if error is not None:
        assert error.context is not None
        lines = expression.split("\n")
        line, column = error.context["line"], error.context["column"]
        assert 1 <= line <= len(lines)
        assert 1 <= column <= len(lines[line - 1]) + 1
    else:  # what this reader accepts, CEL accepts too, and it is true or false
        code = cel.compile(expression)
        for example in EXAMPLES:
            try:
                result = code.execute(dict(example))
            except (ArithmeticError, LookupError, RuntimeError):
                continue
            assert isinstance(result, bool), expression


@given(st.text(max_size=60))
@settings(max_examples=300, deadline=None)
def test_any_text_is_accepted_or_refused(text):
    error = refused(checked, text)
    assert error is None or error.message().startswith("Line ")


@given(st.text(alphabet="abcé'\"\\\n\t 😀", max_size=12))
@settings(max_examples=200, deadline=None)
def test_a_text_means_what_cel_takes_it_for(value):
    """Escapes are read here as CEL reads them: what it looks up is what was checked."""
    written = "".join(f"\\U{ord(each):08x}" for each in value)
    assert cel.evaluate(f'"{written}"') == value
    assert next(tokens(f'"{written}"')).value == value


def _types(depth: int) -> st.SearchStrategy[tuple[str, str]]:
    """Well-typed expressions with their types."""
    leaves = st.sampled_from(
        [
            *[("int", "age"), ("int", "3"), ("double", "bmi"), ("double", "2.5"), ("string", "sex"), ("string", "'a'")],
            *[("bool", "chronic_pain"), ("bool", "true"), ("double", "observations.heart_rate")],
        ]
    )
    if depth == 0:
        return leaves
    inner = _types(depth - 1)

    def joined(pair: tuple[tuple[str, str], tuple[str, str], int]) -> tuple[str, str]:
        (left, a), (right, b), choice = pair
        numbers = {"int", "double"}
        if left in numbers and right in numbers:
            if left == right and choice % 2:
                return left, f"({a} {'+-*'[choice % 3]} {b})"
            return "bool", f"({a} {['<', '<=', '>', '>=', '==', '!='][choice % 6]} {b})"
        if left == right == "string":
            return "bool", f"({a} {['<', '==', '>='][choice % 3]} {b})"
        if left == right == "bool":
            return "bool", [f"({a} && {b})", f"({a} || {b})", f"!{a}", f"({a} ? {b} : {a})"][choice % 4]
        return left, a

    return st.one_of(leaves, st.tuples(inner, inner, st.integers(0, 11)).map(joined))


@given(_types(3))
@settings(max_examples=300, deadline=None)
def test_well_typed_expressions_are_accepted_and_true_or_false(drawn):
    kind, expression = drawn
    if kind != "bool":
        expression = f"{expression} == {expression}"
    analysis = analyse(expression)
    assert all(path[0] in expression for path in analysis.references)
    assert all(isinstance(cel.evaluate(expression, dict(example)), bool) for example in EXAMPLES[:5])


def test_references():
    def found(expression):
        analysis = program(expression).analysis
        return sorted(".".join(path) for path in analysis.references), sorted(path[1] for path in analysis.asked)

    assert found("age > 65 && chronic_pain") == (["age", "chronic_pain"], [])
    assert found("conditions.exists(p, p == 'a')") == (["conditions"], [])
    assert found("procedures[0].days_ago < 3") == (["procedures"], [])
    assert found("observations.heart_rate > 1 || observations['bmi'] > 1") == (
        ["observations.bmi", "observations.heart_rate"],
        [],
    )
    assert found("has(observations.heart_rate)") == ([], ["heart_rate"])
    assert found("'heart_rate' in observations && observations.heart_rate > 1") == (
        ["observations.heart_rate"],
        ["heart_rate"],
    )
    assert found("sex in observations") == (["observations", "sex"], [])
    assert found("size(observations) > 1") == (["observations"], [])
    assert found("true") == ([], [])


def test_the_vitals_that_can_be_stated_are_those_that_rules_know():
    assert set(Vital.__args__) == set(VITALS) == set(OBSERVATIONS.fields)
