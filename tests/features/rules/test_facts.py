"""Facts: what a patient's record says, and what is stated instead."""

from datetime import UTC, date, datetime, timedelta

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from features.rules import Facts, Policy, StatedFacts, facts_of, stated
from features.rules.conditions import says_chronic_pain
from features.rules.vocabulary import FACTS
from rounds import clock
from rounds.problems import InvalidFields
from tests.conftest import settings_for
from tests.features.rules.conftest import POLICY, TODAY, facts, row


def performed(days: int, **more: object) -> dict[str, object]:
    at = datetime.combine(TODAY, datetime.min.time(), UTC) - timedelta(days=days)
    return {
        "code": "HIP-1",
        "department": "Orthopaedics",
        "surgical": True,
        "performed_at": at.isoformat(),
        **more,
    }


def test_a_record_gives_every_fact():
    found = facts(
        conditions=["Chronic  Back Pain", "Type 2 Diabetes"],
        weight_kg=90.2,
        procedures=orjson.dumps([performed(12)]).decode(),
    )
    assert found.missing == frozenset()
    assert set(found.values) == set(FACTS)
    assert found.values == {
        "age": 36,
        "sex": "female",
        "bmi": 31.2,
        "conditions": ["chronic back pain", "type 2 diabetes"],
        "chronic_pain": True,
        "procedures": [
            {
                "code": "HIP-1",
                "department": "orthopaedics",
                "surgical": True,
                "days_ago": 12,
                "performed_on": "2026-02-26",
            }
        ],
        "rehab_departments": ["orthopaedics"],
        "recent_surgery_days": 90,
        "observations": {},
        "problems": [],
        "medications": [],
        "allergies": [],
    }


@pytest.mark.parametrize(
    ("more", "missing"),
    [
        ({"height_cm": None}, {"bmi"}),
        ({"weight_kg": None}, {"bmi"}),
        ({"sex": "unknown"}, {"sex"}),
        ({"sex": "unknown", "height_cm": None, "weight_kg": None}, {"bmi", "sex"}),
        ({"conditions": [], "procedures": "[]"}, set()),
    ],
)
def test_what_the_record_does_not_know_is_missing_and_an_empty_list_is_not(more, missing):
    found = facts(**more)
    assert found.missing == missing
    assert set(found.values) == set(FACTS) - missing


@pytest.mark.parametrize(
    ("born", "today", "age"),
    [
        (date(1960, 3, 10), date(2026, 3, 9), 65),
        (date(1960, 3, 10), date(2026, 3, 10), 66),
        (date(1960, 2, 29), date(2025, 2, 28), 64),
        (date(1960, 2, 29), date(2025, 3, 1), 65),
        (date(1960, 2, 29), date(2024, 2, 29), 64),
    ],
)
def test_ages_are_whole_years_on_the_day(born, today, age):
    assert facts_of(row(date_of_birth=born), policy=POLICY, today=today).values["age"] == age


@pytest.mark.parametrize(
    ("moment", "days"),
    [
        ("2026-03-10T23:59:59.999999+00:00", 0),
        ("2026-03-10T00:00:00+00:00", 0),
        ("2026-03-09T23:59:59+00:00", 1),
        ("2026-03-10T00:30:00+01:00", 1),
        ("2026-03-09T23:30:00-01:00", 0),
        ("2025-12-10T00:00:00+00:00", 90),
        ("2025-12-09T23:59:59+00:00", 91),
        ("2026-03-11T00:02:00+00:00", 0),  # within the grace that clocks have
    ],
)
def test_days_are_calendar_days_of_utc(moment, days):
    (found,) = facts(procedures=[performed(0, performed_at=moment)]).values["procedures"]
    assert found["days_ago"] == days
    assert facts(procedures=[performed(0, performed_at=datetime.fromisoformat(moment))]).values["procedures"] == [found]


@pytest.mark.parametrize(
    "condition",
    [
        "chronic pain",
        "Chronic Pain",
        "chronic_pain",
        "CHRONIC-PAIN",
        "Chronic low back pain",
        "pain, chronic",
        "Chronic pain syndrome",
        "No fever, chronic pain",
        "No fracture but chronic pain",
        "chronic pain with no known cause",
        "Chronic pain after a previous fracture",
    ],
)
def test_chronic_pain(condition):
    assert says_chronic_pain(["asthma", condition])
    assert facts(conditions=[condition]).values["chronic_pain"] is True


@pytest.mark.parametrize(
    "condition",
    [
        "pain",
        "acute pain",
        "chronic kidney disease",
        "chronic painless thyroiditis",
        "synchronic pain",
        "no chronic pain",
        "No known chronic pain",
        "denies chronic pain",
        "not in chronic pain",
        "without chronic back pain",
        "family history of chronic pain",
        "Family history: chronic pain",
        "mother: chronic pain",
        "history of chronic pain",
        "h/o chronic pain",
        "previous chronic pain",
        "resolved chronic pain",
        "chronic pain, resolved",
        "chronic pain (resolved)",
        "chronic_pain - resolved",
        "chronic pain ruled out",
        "possible chronic pain",
        "",
    ],
)
def test_no_chronic_pain(condition):
    assert not says_chronic_pain([condition])


def test_pain_here_and_chronic_there_are_not_chronic_pain():
    assert not says_chronic_pain(["chronic kidney disease", "chest pain"])


WORDS = st.sampled_from(
    ["chronic", "Pain", "no", "back", "possible", "resolved", "family", "_", "-", ",", ";", "ß", ""]
)


@given(st.lists(st.one_of(st.lists(WORDS, max_size=6).map(" ".join), st.text(max_size=30)), max_size=5))
def test_each_condition_is_read_by_itself_and_in_any_case(conditions):
    found = says_chronic_pain(conditions)
    assert found == any(says_chronic_pain([one]) for one in conditions)
    assert found == says_chronic_pain([one.swapcase() for one in reversed(conditions)])
    assert not found or any("chronic" in one.casefold() and "pain" in one.casefold() for one in conditions)


def test_the_policy_is_the_settings():
    policy = Policy.of(
        settings_for("", "", rehab_departments=" Orthopaedics, Spinal  Unit,orthopaedics", recent_surgery_days=30)
    )
    assert policy == Policy(("orthopaedics", "spinal unit"), 30)


def state(known: Facts | None = None, /, **body: object) -> Facts:
    return stated(StatedFacts.model_validate(body), known=known, policy=POLICY, today=TODAY)


def test_of_nobody_only_what_is_stated_is_known():
    found = state()
    assert found.missing == set(FACTS) - {"rehab_departments", "recent_surgery_days"}
    assert found.values == {"rehab_departments": ["orthopaedics"], "recent_surgery_days": 90, "observations": {}}


@pytest.mark.parametrize(
    ("body", "known"),
    [
        ({"age": 72}, {"age": 72}),
        ({"date_of_birth": "1960-03-11"}, {"age": 65}),
        ({"bmi": 30.04}, {"bmi": 30.04}),
        ({"bmi": 31}, {"bmi": 31.0}),
        ({"height_cm": 170, "weight_kg": 90.2}, {"bmi": 31.2}),
        ({"sex": "male"}, {"sex": "male"}),
        ({"sex": "unknown"}, {}),
        ({"age": None, "bmi": None, "conditions": None}, {}),
        ({"chronic_pain": True}, {"chronic_pain": True}),
        ({"conditions": ["Chronic  Pain"]}, {"conditions": ["chronic pain"], "chronic_pain": True}),
        ({"conditions": []}, {"conditions": [], "chronic_pain": False}),
        ({"conditions": [], "chronic_pain": True}, {"conditions": [], "chronic_pain": True}),
        ({"procedures": []}, {"procedures": []}),
        ({"recent_surgery": False}, {"procedures": []}),
        ({"observations": {"heart_rate": 104}}, {"observations": {"heart_rate": 104.0}}),
    ],
)
def test_what_is_stated_is_known(body, known):
    found = state(**body)
    assert found.missing == set(FACTS) - {"rehab_departments", "recent_surgery_days"} - set(known)
    assert {name: value for name, value in found.values.items() if name in known} == known
    assert all(isinstance(value, float) for value in found.values["observations"].values())


def test_stated_procedures():
    hip = {"code": "HIP", "department": " Orthopaedics", "surgical": True}
    with clock.frozen(datetime(2026, 3, 10, 12, tzinfo=UTC)):
        for when in ({"days_ago": 12}, {"performed_at": "2026-02-26T09:00:00+01:00"}):
            (found,) = state(procedures=[{**hip, **when}]).values["procedures"]
            assert (found["department"], found["days_ago"], found["performed_on"]) == ("orthopaedics", 12, "2026-02-26")
            assert found["code"] == "HIP"


def test_recent_surgery_adds_one_that_qualifies():
    (surgery,) = state(recent_surgery=True).values["procedures"]
    assert POLICY.qualifies(surgery)
    assert surgery == {
        "code": "stated",
        "department": "orthopaedics",
        "surgical": True,
        "days_ago": 0,
        "performed_on": "2026-03-10",
    }
    known = facts(procedures=[performed(400)])
    assert [each["days_ago"] for each in state(known, recent_surgery=True).values["procedures"]] == [0, 400]
    known = facts(procedures=[performed(40)])
    assert state(known, recent_surgery=True).values["procedures"] == known.values["procedures"]
    assert state(known, recent_surgery=False).values["procedures"] == []
    stent = {"department": "cardiology", "surgical": True, "days_ago": 3}
    assert len(state(known, recent_surgery=False, procedures=[stent]).values["procedures"]) == 1


def test_what_is_stated_overrides_what_is_known_and_the_rest_stays():
    known = facts(height_cm=None, conditions=["chronic pain"], procedures=[performed(40)])
    found = state(known, age=80, conditions=[], sex="unknown")
    assert (found.values["age"], found.values["conditions"], found.values["chronic_pain"]) == (80, [], False)
    assert found.values["procedures"] == known.values["procedures"]
    assert found.missing == {"bmi", "sex"}
    assert "sex" not in found.values
    assert state(known, bmi=31.5).missing == frozenset()
    assert state(known).values == known.values


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"age": 72, "date_of_birth": "1954-01-01"}, "/date_of_birth", "age_twice"),
        ({"bmi": 31.2, "height_cm": 170, "weight_kg": 90}, "/height_cm", "bmi_twice"),
        ({"height_cm": 170}, "/weight_kg", "height_and_weight"),
        ({"weight_kg": 90}, "/weight_kg", "height_and_weight"),
        ({"date_of_birth": "2999-01-01"}, "/date_of_birth", "date_in_future"),
        ({"date_of_birth": "1800-01-01"}, "/date_of_birth", "too_long_ago"),
        ({"date_of_birth": "1954"}, "/date_of_birth", "date_format"),
        ({"age": -1}, "/age", "greater_than_equal"),
        ({"age": 131}, "/age", "less_than_equal"),
        ({"age": 72.5}, "/age", "int_type"),
        ({"age": "72"}, "/age", "int_type"),
        ({"bmi": 0}, "/bmi", "greater_than"),
        ({"bmi": True}, "/bmi", "float_type"),
        ({"chronic_pain": "yes"}, "/chronic_pain", "bool_type"),
        ({"recent_surgery": 1}, "/recent_surgery", "bool_type"),
        ({"sex": "f"}, "/sex", "literal_error"),
        ({"conditions": "pain"}, "/conditions", "list_type"),
        ({"conditions": [" "]}, "/conditions/0", "blank"),
        ({"observations": {"mood": 1}}, "/observations/mood/[key]", "literal_error"),
        ({"observations": {"heart_rate": "fast"}}, "/observations/heart_rate", "float_type"),
        ({"name": "Ada"}, "/name", "extra_forbidden"),
        ({"procedures": [{"department": "a", "surgical": True}]}, "/procedures/0/performed_at", "one_moment"),
        (
            {
                "procedures": [
                    {"department": "a", "surgical": True, "days_ago": 1, "performed_at": "2020-01-01T00:00:00Z"}
                ]
            },
            "/procedures/0/performed_at",
            "one_moment",
        ),
        (
            {"procedures": [{"department": "a", "surgical": True, "performed_at": "2999-01-01T00:00:00Z"}]},
            "/procedures/0/performed_at",
            "stated_procedure_later",
        ),
        (
            {"procedures": [{"department": "a", "surgical": True, "performed_at": "2020-01-01T00:00:00"}]},
            "/procedures/0/performed_at",
            "moment_format",
        ),
        (
            {"procedures": [{"department": "a", "surgical": True, "performed_at": 1577836800}]},
            "/procedures/0/performed_at",
            "moment_format",
        ),
        ({"procedures": [{"department": "a", "surgical": True, "days_ago": -1}]}, "/procedures/0/days_ago", None),
        ({"procedures": [{"department": "a", "days_ago": 1}]}, "/procedures/0/surgical", "missing"),
    ],
)
def test_what_contradicts_itself_or_is_none_is_refused(body, pointer, code):
    with pytest.raises(ValidationError) as caught:
        StatedFacts.model_validate(body)
    errors = InvalidFields.of_model(caught.value, "body").errors
    assert errors[0]["pointer"] == pointer
    assert code is None or errors[0]["type"] == code


def test_surgery_that_is_stated_and_denied_is_refused():
    hip = {"department": "orthopaedics", "surgical": True, "days_ago": 90}
    with pytest.raises(InvalidFields) as caught:
        state(recent_surgery=False, procedures=[hip])
    assert [(error["pointer"], error["type"]) for error in caught.value.errors] == [
        ("/recent_surgery", "no_recent_surgery")
    ]
    assert state(recent_surgery=False, procedures=[{**hip, "days_ago": 91}]).values["procedures"]
