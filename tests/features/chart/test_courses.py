"""Courses of illness over several notes: what the chart must say afterwards.

`courses.json` of the shared cases and `fresh.json` hold what others expect of courses that they wrote, `short.txt`
short ones of our own.
"""

import json
import re
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from clinical import concepts
from tests.conftest import SHARED_DATA
from tests.features.chart.charting import chart_of, holds, read, told

COURSES = Path(__file__).parent / "courses"
_AMOUNT = re.compile(r"^(?P<name>.+?)(?P<how>\s(?:\d|one |two |as needed|at night|once|twice|three|four|every).*)?$")
_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
           "december"]  # fmt: skip
# Other words for the same in what is expected and in the chart.
_SAME = (("every morning", "once daily"), ("every two weeks", "every 2 weeks"), ("one puff", "1 puff"),
         ("once daily at night", "at night"), ("tablets", ""), ("tablet", ""))  # fmt: skip
_LABS = {"haemoglobin": "hemoglobin", "urate": "uric_acid", "calprotectin": "fecal_calprotectin"}
_NUMBERS = {
    word: str(number)
    for number, word in enumerate("one two three four five six seven eight nine ten eleven twelve".split(), start=1)  # noqa: SIM905 (twelve words)
}
_SAME_STEP = {"vaccine": "vaccination", "see": "review", "annual": "yearly", "annually": "yearly"}
_CLINICS = frozenset({"cardiology", "endocrinology", "gastroenterology", "haematology", "neurology", "oncology",
                      "respiratory", "rheumatology", "surgery", "urology"})  # fmt: skip
_ROUTES = {"iv": "intravenous", "im": "intramuscular", "sc": "subcutaneous"}


def courses():
    for path in (SHARED_DATA.parent / "cases" / "courses.json", COURSES / "fresh.json"):
        if path.is_file():  # the shared ones stand beside the repository, where there are any
            yield from json.loads(path.read_text(encoding="utf-8"))


def expectations():
    for course in courses():
        for member in course["expect"]:
            if member in CHECKS:
                yield pytest.param(course, member, id=f"{course['name']}: {member}")


def is_of(line, name):
    """Whether a line of the chart tells of the condition: under its concept, with the stage or side that is named."""
    if concepts.concept_of(name, "condition") != line["concept"] and (
        concepts.is_known(name, "condition") or not _has_all(line, name)
    ):
        return False
    return set(re.findall(r"\w+", concepts.detail_of(name) or "")) <= set(re.findall(r"\w+", told(line)))


def _has_all(line, name):
    return set(name.lower().split()) <= set(told(line).split())


def problems_active(chart, names):
    active = [line for line in chart["problems"] if line["status"] == "active"]
    for name in names:
        assert len([line for line in active if is_of(line, name)]) == 1, (name, [told(line) for line in active])


def problems_not_active(chart, names):
    for name in names:
        assert not [
            told(line) for line in chart["problems"] if line["status"] in {"active", "possible"} and is_of(line, name)
        ], name


def each_problem_once(chart, _):
    kept = [(line["concept"], line["side"]) for line in chart["problems"]]
    assert len(kept) == len(set(kept))


def medications_current(chart, wanted):
    for text in wanted:
        match = _AMOUNT.match(text)
        lines = [line for line in chart["medications"] if _is_drug(line, match["name"])]
        assert [line["status"] for line in lines] == ["current"], (text, [told(line) for line in lines])
        assert _words(match["how"] or "") <= _words(told(lines[0])), (text, told(lines[0]))


def _words(text):
    text = text.lower()
    for one, other in _SAME:
        text = text.replace(one, other)
    words = (_NUMBERS.get(word, word) for word in text.replace(",", " ").split())
    return {_ROUTES.get(word, word) for word in words}


def _is_drug(line, name):
    return concepts.same(line["ingredient"], name, "drug") or concepts.same(line["name"], name, "drug")


def medications_not_current(chart, names):
    for name in names:
        found = [line for line in chart["medications"] if _is_drug(line, name) and line["status"] == "current"]
        assert not found, (name, [told(line) for line in found])


def medications_unclear(chart, names):
    for name in names:
        assert [line["status"] for line in chart["medications"] if _is_drug(line, name)] == ["unclear"], name


def allergies_present(chart, names):
    present = {line["concept"] for line in chart["allergies"] if line["status"] == "present"}
    assert present == {concepts.concept_of(name, "allergen") for name in names}


def allergies_not(chart, names):
    for name in names:
        if name.startswith("no known"):
            if any(line["status"] == "present" for line in chart["allergies"]):
                assert not [line for line in chart["allergies"] if line["status"] == "denied"]
        else:
            concept = concepts.concept_of(name, "allergen")
            assert not [
                line for line in chart["allergies"] if line["concept"] == concept and line["status"] == "present"
            ]


def family(chart, wanted):
    for text in wanted:
        relative, condition = text.split(": ")
        assert [
            line
            for line in chart["family_history"]
            if line["relative"] == relative and line["concept"] == concepts.concept_of(condition, "condition")
        ], (text, [told(line) for line in chart["family_history"]])


def procedures_done(chart, wanted):
    for text in wanted:
        name, day = text.rsplit(", ", 1)
        *number, year = day.split()  # "2016", "May 2016", "3 May 2016"
        month = f"-{_MONTHS.index(number.pop().lower()) + 1:02}" if number else ""
        on = year + month + (f"-{int(number[0]):02}" if number else "")
        found = [line for line in chart["procedures"] if line["status"] == "done" and str(line["on"]).startswith(on)]
        assert [line for line in found if set(name.lower().split()) & set(told(line).split())], (text, found)


def next_steps(chart, wanted):
    for text in wanted:
        when = [word for word in re.findall(r"\w+", text.lower()) if word in _MONTHS][-1:]
        assert [line for line in chart["next_steps"] if _is_step(line, text, when)], (
            text,
            [(told(line), line["due"]) for line in chart["next_steps"]],
        )


def _is_step(line, text, when):
    """Whether a step is the wanted one, and due then: in a month of the year, "in 6 months", "yearly", or untold."""
    said = _step_words(told(line))
    if when:
        named = _step_words(text.split(",")[0])
        number = f"-{_MONTHS.index(when[0]) + 1:02}"
        due = number in str(line["due"]) or when[0] in str(line["due"]).lower()
        return due and (named <= said or _is_procedure(line, text))
    named = _step_words(text) - {"in", "mid"}
    # A clinic that says "review in 6 months" means its own.
    return named <= said or ("review" in said and {"review", "months"} <= named and not named - said - _CLINICS)


def _step_words(text):
    text = re.sub(r"\b(\d+)/12\b", r"\1 months", re.sub(r"\b(\d+)/52\b", r"\1 weeks", text.lower()))
    words = (_SAME_STEP.get(word, word) for word in re.findall(r"[\w-]+", text))
    return {_NUMBERS.get(word, word) for word in words}


def _is_procedure(line, text):
    return concepts.same(line["text"], text.split(",")[0], "procedure")


def latest(chart, wanted):
    values = {line["name"]: line["value"] for line in chart["measurements"]}
    for name, value in wanted.items():
        assert values.get(_LABS.get(name, name)) == pytest.approx(value), name


CHECKS = {
    check.__name__: check
    for check in (
        problems_active,
        problems_not_active,
        each_problem_once,
        medications_current,
        medications_not_current,
        medications_unclear,
        allergies_present,
        allergies_not,
        family,
        procedures_done,
        next_steps,
        latest,
    )
}


@pytest.mark.parametrize(("course", "member"), list(expectations()))
def test_the_chart_says_what_is_expected_of_a_course(course, member):
    notes = [(note["taken_at"].replace("Z", "+00:00"), note["content"]) for note in course["notes"]]
    as_of = max(datetime.fromisoformat(taken_at) for taken_at, _ in notes) + timedelta(hours=1)
    CHECKS[member](chart_of(notes, as_of=as_of), course["expect"][member])


def short_courses():
    text = (COURSES / "short.txt").read_text(encoding="utf-8")
    for block in text.split("\n== ")[1:]:
        title, example = block.split("\n", 1)
        yield pytest.param(example, id=title)


@pytest.mark.parametrize("example", list(short_courses()))
def test_a_short_course_ends_as_it_says(example):
    notes, claims = read(example)
    as_of = max(datetime.fromisoformat(taken_at) for taken_at, _ in notes) + timedelta(days=1)
    chart = chart_of(notes, as_of=as_of)
    for claim in claims:
        holds(claim, chart)
