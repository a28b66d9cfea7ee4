"""Evaluating one patient: exactly what the rules say, and why not otherwise."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from features.loading import handler as loading
from features.rules import Evaluation, Verdict, startup
from rounds import clock
from rounds.data import new_id
from tests.conftest import connected, running, settings_for
from tests.features.evaluate.conftest import (
    REHABILITATION,
    THERAPY,
    WEIGHT,
    Ward,
    born,
    codes,
    refused,
    told,
)


async def test_a_recommendation_is_made_stored_and_told_once(ward, app):
    elder = await ward.elder()
    found = await ward.evaluate(elder)
    assert (found["patient_id"], found["message"]) == (elder["id"], "1 recommendation")
    assert found["engine"] == {"name": "rules", "degraded": False, "reason": None}
    (made,) = found["recommendations"]
    rule = await ward.rule(THERAPY)
    assert made | {"id": 0, "trace": 0, "created_at": 0, "updated_at": 0} == {
        "id": 0,
        "patient_id": elder["id"],
        "external_id": None,
        "rule": THERAPY,
        "rule_id": rule["id"],
        "rule_version": 1,
        "recommendation": "Physical Therapy",
        "status": "active",
        "engine": "rules",
        "trace": 0,
        "reason": None,
        "answered_at": None,
        "answered_by": None,
        "version": 1,
        "created_at": 0,
        "updated_at": 0,
    }
    assert made["trace"]["expression"] == rule["expression"]
    assert made["trace"]["facts"] == {"age": 71, "chronic_pain": True}
    assert (made["trace"]["engine"], made["trace"]["stated"]) == ("rules", False)
    assert made["trace"]["evaluated_at"].endswith("Z")
    assert await ward.listed(elder) == [made]
    (event,) = await told(app.state.database)
    assert event == {
        "patient_id": elder["id"],
        "recommendation_id": made["id"],
        "recommendation": "Physical Therapy",
        "timestamp": made["created_at"],
    }

    again = await ward.evaluate(elder)
    assert again["recommendations"] == [made]
    assert len(await told(app.state.database)) == 1


async def test_every_rule_is_traced(ward):
    found = await ward.evaluate(await ward.elder())
    assert found["trace"] == [
        {"rule": THERAPY, "version": 1, "matched": True, "missing": [], "error": None},
        {"rule": REHABILITATION, "version": 1, "matched": False, "missing": [], "error": None},
        {"rule": WEIGHT, "version": 1, "matched": False, "missing": ["bmi"], "error": None},
    ]


async def test_the_rules_do_not_depend_on_one_another(ward, app):
    patient = await ward.elder(height_cm=170, weight_kg=90.2)
    await ward.operate(patient, 12)
    found = await ward.evaluate(patient)
    assert (codes(found), found["message"]) == ([THERAPY, REHABILITATION, WEIGHT], "3 recommendations")
    told_ids = {event["recommendation_id"] for event in await told(app.state.database)}
    assert told_ids == {one["id"] for one in found["recommendations"]}


LIMITS = {
    "older than 65 with chronic pain": ({"date_of_birth": 66, "conditions": ["chronic pain"]}, None, [THERAPY]),
    "65 with chronic pain": ({"date_of_birth": 65, "conditions": ["chronic pain"]}, None, []),
    "older than 65 without pain": ({"date_of_birth": 80, "conditions": ["hypertension"]}, None, []),
    "older than 65, pain denied": ({"date_of_birth": 80, "conditions": ["no chronic pain"]}, None, []),
    "bmi 30.0": ({"height_cm": 170, "weight_kg": 86.7}, None, []),
    "bmi 30.1": ({"height_cm": 170, "weight_kg": 87.0}, None, [WEIGHT]),
    "bmi unknown": ({"height_cm": 170}, None, []),
    "surgery 90 days ago": ({}, {"days": 90}, [REHABILITATION]),
    "surgery 91 days ago": ({}, {"days": 91}, []),
    "surgery today": ({}, {"days": 0}, [REHABILITATION]),
    "surgery elsewhere": ({}, {"days": 10, "department": "cardiology"}, []),
    "the department in other letters": ({}, {"days": 10, "department": " Orthopaedics"}, [REHABILITATION]),
    "no surgery": ({}, {"days": 10, "surgical": False}, []),
}


@pytest.mark.parametrize(("body", "surgery", "expected"), LIMITS.values(), ids=LIMITS)
async def test_limits_are_strict(ward, app, body, surgery, expected):
    if "date_of_birth" in body:
        body = {**body, "date_of_birth": born(body["date_of_birth"])}
    patient = await ward.patient(**body)
    if surgery:
        await ward.operate(patient, **surgery)
    found = await ward.evaluate(patient)
    assert codes(found) == expected
    assert len(await told(app.state.database)) == len(expected)
    if not expected:
        assert (found["message"], found["recommendations"]) == ("Nothing to recommend", [])
        assert await ward.listed(patient) == []


@pytest.mark.parametrize(
    ("today", "expected"),
    [
        (datetime(2026, 2, 28, 23, 59, tzinfo=UTC), []),
        (datetime(2026, 3, 1, tzinfo=UTC), [THERAPY]),
        (datetime(2028, 2, 28, tzinfo=UTC), [THERAPY]),
    ],
    ids=str,
)
async def test_a_birthday_on_29_february_falls_on_1_march(app, as_role, ward, today, expected):
    with clock.frozen(today):
        async with as_role("admin") as client:
            leapling = await Ward(client).elder(date_of_birth="1960-02-29")
            assert codes(await Ward(client).evaluate(leapling)) == expected


async def test_two_patients_alike_each_get_their_own(ward, app):
    twins = [await ward.elder(name="Twin") for _ in range(2)]
    ids = [(await ward.evaluate(twin))["recommendations"][0]["id"] for twin in twins]
    assert ids[0] != ids[1]
    assert {(event["patient_id"], event["recommendation_id"]) for event in await told(app.state.database)} == {
        (twin["id"], made) for twin, made in zip(twins, ids, strict=True)
    }


async def test_the_sample_ward_is_recommended_exactly_this(ward, client, app, child_processes):
    await loading.load_sample_ward(app.state.database, child_processes=child_processes)
    expected = {
        "108": ["Physical Therapy", "Post-Op Rehabilitation Plan"],
        "105": ["Weight Management Program"],
        "102": ["Post-Op Rehabilitation Plan"],
    }
    found = {}
    for mrn in expected:
        (patient,) = (await client.get("/patients", params={"mrn": mrn})).json()["data"]
        found[mrn] = [one["recommendation"] for one in (await ward.evaluate(patient))["recommendations"]]
    assert found == expected
    everybody = (await client.get("/patients", params={"limit": 200})).json()["data"]
    sets = {tuple(codes(await ward.evaluate(patient))) for patient in everybody}
    assert () in sets
    made = (await client.get("/recommendations", params={"limit": 200})).json()["data"]
    assert len(await told(app.state.database)) == len(made)


async def everybody_walks(facts, rules):
    """An engine of somebody's own."""
    verdicts = [Verdict(rule, rule.code == THERAPY, (), None, {"age": facts.values["age"]}) for rule in rules]
    return Evaluation(verdicts, "walking")


async def test_the_engine_is_the_one_of_the_settings(cloned_url, engines, redis):
    choice = "tests.features.evaluate.test_evaluate:everybody_walks"
    async with running(settings_for(cloned_url, engines.redis_url, recommender=choice)) as app:
        await startup.prepare(app.state.settings, app.state.database)
        async with connected(app, "admin") as client:
            ward = Ward(client)
            patient = await ward.patient()
            found = await ward.evaluate(patient)
            assert (codes(found), found["engine"]["name"]) == ([THERAPY], "walking")
            assert [one["engine"] for one in await ward.listed(patient)] == ["walking"]
            stated = (await client.post("/evaluate", json={"age": 20})).json()
            assert (codes(stated), stated["engine"]["name"]) == ([THERAPY], "walking")


@pytest.mark.parametrize(
    ("language", "messages"),
    [
        ("en", ["Nothing to recommend", "1 recommendation", "2 recommendations"]),
        ("pt-PT, en;q=0.5", ["Nada a recomendar", "1 recomendação", "2 recomendações"]),
        ("de", ["Nothing to recommend", "1 recommendation", "2 recommendations"]),
    ],
)
async def test_the_message_is_in_the_callers_language(ward, client, language, messages):
    patients = [await ward.patient(), await ward.elder(), await ward.elder(height_cm=170, weight_kg=90.2)]
    for patient, message in zip(patients, messages, strict=True):
        answer = await client.post(f"/evaluate/{patient['id']}", headers={"Accept-Language": language})
        assert answer.json()["message"] == message
        assert answer.headers["content-language"] == language[:2].replace("de", "en")
        assert "Accept-Language" in answer.headers["vary"]


async def test_there_must_be_such_a_patient(ward, client, app):
    gone = await ward.elder()
    assert (await client.delete(f"/patients/{gone['id']}")).status_code == 204
    for patient_id in (str(new_id()), gone["id"]):
        for answer in (
            await client.post(f"/evaluate/{patient_id}"),
            await client.post("/evaluate", json={"patient_id": patient_id, "age": 80}),
        ):
            assert (answer.status_code, answer.json()["code"]) == (404, "patient_not_found")
    assert refused(await client.post("/evaluate/banana"))[0][0] == "path:patient_id"
    assert await told(app.state.database) == []


async def test_a_rule_that_is_not_active_is_not_asked(ward):
    elder = await ward.elder()
    await ward.change_rule(THERAPY, active=False)
    found = await ward.evaluate(elder)
    assert THERAPY not in [one["rule"] for one in found["trace"]]
    assert codes(found) == []


async def test_a_rule_that_fails_is_traced_and_holds_up_no_other(ward, client):
    body = {"code": "failing", "recommendation": "Never", "expression": "100 / (age - 71) > 1"}
    assert (await client.post("/rules", json=body)).status_code == 201
    found = await ward.evaluate(await ward.elder())
    assert codes(found) == [THERAPY]
    (failing,) = [one for one in found["trace"] if one["rule"] == "failing"]
    assert not failing["matched"]
    assert failing["error"]


# --- stated facts


@pytest.mark.parametrize(
    ("stating", "expected"),
    [
        ({"age": 65, "chronic_pain": True}, []),
        ({"age": 66, "chronic_pain": True}, [THERAPY]),
        ({"age": 66, "conditions": ["Chronic_Pain"]}, [THERAPY]),
        ({"date_of_birth": "1940-01-01", "conditions": ["chronic pain"]}, [THERAPY]),
        ({"bmi": 30}, []),
        ({"bmi": 30.1}, [WEIGHT]),
        ({"height_cm": 170, "weight_kg": 90.2}, [WEIGHT]),
        ({"recent_surgery": True}, [REHABILITATION]),
        ({"recent_surgery": False}, []),
        (
            {"procedures": [{"code": "hip", "department": "Orthopaedics", "surgical": True, "days_ago": 90}]},
            [REHABILITATION],
        ),
        ({"procedures": [{"code": "hip", "department": "Orthopaedics", "surgical": True, "days_ago": 91}]}, []),
        ({}, []),
    ],
    ids=str,
)
async def test_stated_facts_meet_the_same_limits(ward, client, stating, expected):
    answer = await client.post("/evaluate", json=stating)
    assert answer.status_code == 200, answer.text
    assert codes(answer.json()) == expected


async def test_what_is_not_stated_is_missing(ward, client):
    found = (await client.post("/evaluate", json={"age": 72})).json()
    assert {one["rule"]: one["missing"] for one in found["trace"]} == {
        THERAPY: ["chronic_pain"],
        REHABILITATION: ["procedures"],
        WEIGHT: ["bmi"],
    }
    assert found["message"] == "Nothing to recommend"


async def test_what_is_stated_about_a_patient_goes_before_the_record_and_is_stored(ward, client, app):
    patient = await ward.elder()
    answer = await client.post("/evaluate", json={"patient_id": patient["id"], "age": 30, "bmi": 31.0})
    found = answer.json()
    assert (found["patient_id"], codes(found)) == (patient["id"], [WEIGHT])
    (made,) = found["recommendations"]
    assert (made["trace"]["facts"], made["trace"]["stated"]) == ({"bmi": 31.0}, True)
    assert await ward.listed(patient) == [made]
    assert len(await told(app.state.database)) == 1
    # The record still says nothing about the weight, and it has the last word on the age only.
    assert codes(await ward.evaluate(patient)) == [THERAPY]
    assert {one["rule"] for one in await ward.listed(patient, status="active")} == {THERAPY, WEIGHT}


async def test_a_patient_without_anything_stated_is_the_record(ward, client):
    patient = await ward.elder()
    found = (await client.post("/evaluate", json={"patient_id": patient["id"]})).json()
    assert codes(found) == [THERAPY]
    assert not found["recommendations"][0]["trace"]["stated"]
    assert found["recommendations"] == (await ward.evaluate(patient))["recommendations"]


@pytest.mark.parametrize(
    "body",
    [
        {"age": 70, "date_of_birth": "1950-01-01"},
        {"bmi": 31.0, "height_cm": 170, "weight_kg": 90},
        {"height_cm": 170},
        {"age": -1},
        {"age": "70"},
        {"patient_id": "banana"},
        {"weight": 70},
        {"recent_surgery": False, "procedures": [{"department": "orthopaedics", "surgical": True, "days_ago": 1}]},
    ],
    ids=str,
)
async def test_contradictions_and_nonsense_are_refused(ward, client, body):
    assert refused(await client.post("/evaluate", json=body))


# --- who may


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "service", "scheduler", "auditor"])
async def test_who_may_evaluate(ward, as_role, role):
    patient = await ward.elder()
    allowed = role in {"admin", "clinician", "nurse", "service"}
    async with as_role(role) as caller:
        for path, body in (
            (f"/evaluate/{patient['id']}", None),
            ("/evaluate", {"age": 70}),
            ("/evaluate/batch", {"all": True}),
        ):
            answer = await caller.post(path, json=body)
            assert answer.status_code == ((202 if "batch" in path else 200) if allowed else 403), path


@pytest.mark.parametrize("path", ["/evaluate", "/evaluate/batch", f"/evaluate/{UUID(int=1)}", "/evaluate/banana"])
async def test_a_stranger_learns_nothing(anonymous, path):
    assert (await anonymous.post(path, content=b"{")).status_code == 401
