"""Rules on facts: strict limits, missing facts, failing expressions."""

from datetime import date, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from features.patients import body_mass_index
from features.rules import Facts, RuleEngine, StatedFacts, rules_of, stated
from features.rules.programs import program
from features.rules.shipped import SHIPPED
from features.rules.vocabulary import VITALS
from tests.features.rules.conftest import POLICY, TODAY, facts, rule_of

THERAPY, WEIGHT, REHABILITATION = (rule_of(each["expression"], each["code"]) for each in SHIPPED)
ENGINE = RuleEngine()


def fired(found: Facts) -> set[str]:
    return {
        each.rule.code for each in ENGINE.evaluate(found, [THERAPY, WEIGHT, REHABILITATION]).verdicts if each.matched
    }


def verdict(expression: str, found: Facts):
    (only,) = ENGINE.evaluate(found, [rule_of(expression)]).verdicts
    return only


def born(age: int, *, days: int = 0) -> date:
    return date(TODAY.year - age, TODAY.month, TODAY.day) - timedelta(days=days)


def surgery(days: int, **more: object) -> dict[str, object]:
    at = f"{TODAY - timedelta(days=days)}T12:00:00+00:00"
    return {"code": "HIP", "department": "Orthopaedics", "surgical": True, "performed_at": at, **more}


def test_each_shipped_rule_fires_on_its_own_and_all_fire_together():
    assert fired(facts()) == set()
    assert fired(facts(date_of_birth=born(66), conditions=["chronic pain"])) == {"physical_therapy"}
    assert fired(facts(weight_kg=90.2)) == {"weight_management"}
    assert fired(facts(procedures=[surgery(3)])) == {"post_op_rehabilitation"}
    assert fired(
        facts(
            date_of_birth=born(66), conditions=["chronic pain"], weight_kg=90.2, procedures=[surgery(400), surgery(90)]
        )
    ) == {"physical_therapy", "weight_management", "post_op_rehabilitation"}


@given(years=st.integers(0, 110), days=st.integers(0, 364), pain=st.booleans())
def test_therapy_from_the_66th_birthday_on(years, days, pain):
    found = facts(date_of_birth=born(years, days=days), conditions=["chronic pain"] if pain else ["pain"])
    assert found.values["age"] == years
    assert ("physical_therapy" in fired(found)) == (years > 65 and pain)


@given(height=st.floats(100, 220), weight=st.floats(20, 250))
def test_weight_management_above_thirty_as_it_is_shown(height, weight):
    shown = body_mass_index(height, weight)
    assert shown is not None
    assert ("weight_management" in fired(facts(height_cm=height, weight_kg=weight))) == (shown > 30)


@pytest.mark.parametrize(
    ("weight", "shown", "fires"), [(86.7, 30.0, False), (86.84, 30.0, False), (86.85, 30.1, True), (87.0, 30.1, True)]
)
def test_a_body_mass_index_is_neither_rounded_into_the_rule_nor_out_of_it(weight, shown, fires):
    found = facts(height_cm=170.0, weight_kg=weight)
    assert found.values["bmi"] == shown
    assert ("weight_management" in fired(found)) == fires


@given(
    days=st.integers(0, 400),
    surgical=st.booleans(),
    department=st.sampled_from(["orthopaedics", "Orthopaedics", "ORTHOPAEDICS ", "cardiology", "orthopaedic"]),
)
def test_rehabilitation_up_to_the_ninetieth_day(days, surgical, department):
    found = facts(procedures=[surgery(days, surgical=surgical, department=department)])
    admissible = department.strip().lower() == "orthopaedics"
    assert ("post_op_rehabilitation" in fired(found)) == (surgical and admissible and days <= 90)


def test_the_conditions_must_meet_in_one_procedure():
    apart = [surgery(200), surgery(3, surgical=False), surgery(5, department="cardiology")]
    assert fired(facts(procedures=apart)) == set()


@pytest.mark.parametrize(
    ("expression", "more", "missing"),
    [
        ("bmi > 30", {"height_cm": None}, ("bmi",)),
        ("bmi > 30 || age > 1", {"height_cm": None}, ("bmi",)),
        ("age > 1 || bmi > 30", {"height_cm": None}, ("bmi",)),
        ("sex == 'male' && bmi > 30", {"height_cm": None, "sex": "unknown"}, ("bmi", "sex")),
        ("age > 1", {"height_cm": None}, ()),
        ("conditions.exists(bmi2, bmi2 == '')", {"height_cm": None}, ()),
        ("observations.heart_rate > 1", {}, ("observations.heart_rate",)),
        ("observations['heart_rate'] > 1 || observations.bmi > 1", {}, ("observations.bmi", "observations.heart_rate")),
        ("has(observations.heart_rate)", {}, ()),
        ("has(observations.heart_rate) && observations.heart_rate > 1", {}, ()),
        ("'heart_rate' in observations && observations.heart_rate > 1", {}, ()),
        ("has(observations.heart_rate) && observations.bmi > 1", {}, ("observations.bmi",)),
        ("size(observations) > 0", {}, ()),
    ],
)
def test_a_rule_does_not_fire_while_a_fact_is_missing_and_says_which(expression, more, missing):
    found = verdict(expression, facts(**more))
    assert found.missing == missing
    assert found.matched == (not missing and expression == "age > 1")
    assert found.error is None


def test_of_nobody_everything_that_is_not_stated_is_missing():
    def of_nobody(expression, **body):
        found = stated(StatedFacts.model_validate(body), known=None, policy=POLICY, today=TODAY)
        return verdict(expression, found)

    assert of_nobody(THERAPY.expression).missing == ("age", "chronic_pain")
    assert of_nobody(REHABILITATION.expression).missing == ("procedures",)
    assert of_nobody("size(observations) > 0").missing == ("observations",)
    assert of_nobody("observations.heart_rate > 1").missing == ("observations.heart_rate",)
    assert of_nobody("!has(observations.heart_rate)").matched
    assert of_nobody("observations.heart_rate > 100", observations={"heart_rate": 104}).matched
    assert of_nobody(REHABILITATION.expression, recent_surgery=True).matched
    assert not of_nobody(REHABILITATION.expression, recent_surgery=False).matched


@given(st.sampled_from(VITALS), st.floats(-1e6, 1e6), st.integers(-(10**6), 10**6))
def test_observations_compare_with_whole_numbers(name, value, limit):
    body = StatedFacts.model_validate({"observations": {name: value}})
    found = stated(body, known=facts(), policy=POLICY, today=TODAY)
    for sign, holds in [(">", value > limit), ("<=", value <= limit), ("==", value == limit)]:
        assert verdict(f"observations.{name} {sign} {limit}", found).matched == holds
    assert verdict(f"age > {limit}.5", found).matched == (found.values["age"] > float(f"{limit}.5"))


@pytest.mark.parametrize(
    ("expression", "age", "matched", "error"),
    [
        ("100 / (age - 70) > 1", 71, True, None),
        ("100 / (age - 70) > 1", 70, False, "division by zero"),
        ("100 % (age - 70) > 1", 70, False, "division by zero"),
        ("9223372036854775807 - 70 + age > 0", 71, False, "a number grew too large"),
        ("conditions[age - 70] == ''", 70, False, "there is no element of this number"),
        ("age < 71 || observations['heart_rate'] > 1 && has(observations.heart_rate)", 71, False, None),
        ("has(observations.heart_rate) || observations.heart_rate > 1", 71, False, "there is no such observation"),
        ("int(1e300 * double(age - 70)) > 1", 71, False, "a number grew too large"),
    ],
)
def test_an_expression_that_fails_does_not_fire_and_the_others_go_on(expression, age, matched, error):
    found = facts(date_of_birth=born(age))
    first, failing, last = ENGINE.evaluate(found, [rule_of("age > 1"), rule_of(expression), WEIGHT]).verdicts
    assert (failing.matched, failing.error) == (matched, error)
    assert (first.matched, first.error, last.matched, last.error) == (True, None, False, None)


def test_a_panic_in_the_library_is_an_error_like_any_other(monkeypatch):
    class Panic(BaseException):
        """As PyO3 has it: no Exception."""

    class Code:
        def execute(self, context):
            raise Panic("of a patient")

    made = program("age > 3 && age > 4")
    object.__setattr__(made, "code", Code())
    assert verdict("age > 3 && age > 4", facts()).error == "the expression failed"
    program.cache_clear()


def test_a_rule_that_is_not_accepted_any_more_does_not_fire():
    """As one that an older version of Rounds has stored."""
    found = verdict("age > nothing", facts())
    assert (found.matched, found.error) == (False, "the expression is not accepted any more")


def test_a_verdict_shows_what_it_rests_on_and_no_more():
    found = facts(weight_kg=90.2, procedures=[surgery(3)])
    assert dict(verdict("bmi > 30", found).facts) == {"bmi": 31.2}
    assert dict(verdict(THERAPY.expression, found).facts) == {"age": 36, "chronic_pain": False}
    assert set(verdict(REHABILITATION.expression, found).facts) == {
        "procedures",
        "recent_surgery_days",
        "rehab_departments",
    }
    assert dict(verdict("bmi > 30 && age > 1", facts(height_cm=None)).facts) == {"age": 36}
    body = StatedFacts.model_validate({"observations": {"heart_rate": 104, "bmi": 31, "weight": 90}})
    observed = stated(body, known=found, policy=POLICY, today=TODAY)
    one = verdict("observations.heart_rate > 1 && has(observations.bmi)", observed)
    assert dict(one.facts) == {"observations": {"heart_rate": 104.0, "bmi": 31.0}}
    assert set(verdict("size(observations) > 1", observed).facts["observations"]) == {"heart_rate", "bmi", "weight"}
    orjson.dumps(dict(verdict(REHABILITATION.expression, observed).facts))


def test_facts_compare_in_lower_case():
    found = facts(conditions=["Type 2  DIABETES"], procedures=[surgery(3, code="HIP-Left")])
    assert verdict("'type 2 diabetes' in conditions", found).matched
    assert verdict("procedures[0].code == 'HIP-Left'", found).matched  # codes are kept as written


def test_rules_are_read_from_what_the_database_answers():
    rules = [THERAPY, WEIGHT]
    json = orjson.dumps([{name: getattr(each, name) for name in each.__slots__} for each in rules])
    assert rules_of(json) == rules_of(json.decode()) == rules
    assert rules_of(orjson.loads(json)) == rules
    assert rules_of("[]") == []
    rules_of(json).clear()  # what one caller does with the list, no other sees
    assert rules_of(json) == rules


async def test_the_engine_says_who_it_is():
    evaluation = await ENGINE.recommend(facts(), [WEIGHT])
    assert (evaluation.engine, evaluation.degraded, evaluation.reason) == ("rules", False, None)
    assert [each.rule for each in evaluation.verdicts] == [WEIGHT]
    assert (await ENGINE.recommend(facts(), [])).verdicts == []
