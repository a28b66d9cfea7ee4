"""Evaluating again: what stands, what comes back, and what is withdrawn."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from features.evaluate.decisions import fingerprint
from features.rules import Evaluation, RuleEngine, Verdict
from rounds import clock
from tests.features.evaluate.conftest import REHABILITATION, THERAPY, WEIGHT, Ward, codes, deliver, judge_by, told


class Deaf:
    """An engine in whose eyes no rule ever matches."""

    def __init__(self, *, name: str, degraded: bool) -> None:
        self.name, self.degraded = name, degraded

    async def recommend(self, facts, rules):
        verdicts = [Verdict(rule=rule, matched=False, missing=(), error=None, facts={}) for rule in rules]
        return Evaluation(verdicts, self.name, self.degraded, "deaf" if self.degraded else None)


async def test_what_no_longer_applies_is_superseded(ward, client, app):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    await client.patch(f"/patients/{heavy['id']}", json={"weight_kg": 70})
    assert codes(await ward.evaluate(heavy)) == []
    (now,) = await ward.listed(heavy)
    assert (now["id"], now["status"], now["version"]) == (made["id"], "superseded", 2)
    # Should it apply again, it is a new recommendation and a new event.
    await client.patch(f"/patients/{heavy['id']}", json={"weight_kg": 90.2})
    (again,) = (await ward.evaluate(heavy))["recommendations"]
    assert (again["status"], again["id"] != made["id"]) == ("active", True)
    assert [event["recommendation_id"] for event in await told(app.state.database)] == [made["id"], again["id"]]


async def test_what_can_not_be_judged_any_more_stays(ward, client):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    await client.patch(f"/patients/{heavy['id']}", json={"weight_kg": None})
    found = await ward.evaluate(heavy)
    assert [one["missing"] for one in found["trace"] if one["rule"] == WEIGHT] == [["bmi"]]
    assert found["recommendations"] == []
    assert await ward.listed(heavy, status="active") == [made]


async def test_a_rule_that_fails_withdraws_nothing(ward):
    elder = await ward.elder()
    (made,) = (await ward.evaluate(elder))["recommendations"]
    await ward.change_rule(THERAPY, expression="100 / (age - 71) > 1 && chronic_pain")
    assert codes(await ward.evaluate(elder)) == []
    assert await ward.listed(elder, status="active") == [made]


async def test_stated_facts_withdraw_nothing(ward, client):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    answer = await client.post("/evaluate", json={"patient_id": heavy["id"], "bmi": 22.0})
    assert codes(answer.json()) == []
    assert await ward.listed(heavy, status="active") == [made]


async def test_what_rests_on_stated_facts_the_record_does_not_withdraw(ward, client):
    slim = await ward.patient(height_cm=170, weight_kg=65)
    (made,) = (await client.post("/evaluate", json={"patient_id": slim["id"], "bmi": 31.0})).json()["recommendations"]
    assert codes(await ward.evaluate(slim)) == []
    assert await ward.listed(slim, status="active") == [made]


@pytest.mark.parametrize(("name", "degraded"), [("rules", True), ("openai", False), ("mine", False)])
async def test_only_the_rules_own_engine_withdraws(ward, app, name, degraded):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    judge_by(app, Deaf(name=name, degraded=degraded))
    found = await ward.evaluate(heavy)
    assert (codes(found), found["engine"]["name"], found["engine"]["degraded"]) == ([], name, degraded)
    assert await ward.listed(heavy, status="active") == [made]
    judge_by(app, Deaf(name="rules", degraded=False))
    await ward.evaluate(heavy)
    assert await ward.listed(heavy, status="active") == []


@pytest.mark.parametrize("answer", ["accepted", "declined"])
async def test_what_has_been_answered_is_not_raised_again_on_the_same_facts(ward, client, app, answer):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    answered = await ward.answer(made, answer)
    found = await ward.evaluate(heavy)
    assert [(one["id"], one["status"]) for one in found["recommendations"]] == [(made["id"], answer)]
    assert found["recommendations"][0] == answered
    assert len(await told(app.state.database)) == 1
    # On other facts it is another question.
    await client.patch(f"/patients/{heavy['id']}", json={"weight_kg": 95.0})
    (other,) = (await ward.evaluate(heavy))["recommendations"]
    assert (other["status"], other["id"] != made["id"]) == ("active", True)
    # So it is when the rule has changed.
    await ward.answer(other, answer)
    await ward.change_rule(WEIGHT, expression="bmi > 29.0")
    (newer,) = (await ward.evaluate(heavy))["recommendations"]
    assert (newer["status"], newer["rule_version"]) == ("active", 2)
    assert len(await told(app.state.database)) == 3


async def test_other_facts_that_the_rule_does_not_look_at_do_not_raise_it_again(ward, client):
    heavy = await ward.heavy()
    made = (await ward.evaluate(heavy))["recommendations"][0]
    await ward.answer(made, "declined")
    await client.patch(f"/patients/{heavy['id']}", json={"name": "Grace", "conditions": ["asthma"]})
    assert [one["id"] for one in (await ward.evaluate(heavy))["recommendations"]] == [made["id"]]


async def test_the_passing_of_days_alone_raises_nothing_again(ward, as_role):
    start = clock.now()
    patient = await ward.patient()
    await ward.operate(patient, 10)
    made = (await ward.evaluate(patient))["recommendations"][0]
    await ward.answer(made, "declined")
    for days, expected in ((1, [made["id"]]), (80, [made["id"]]), (81, [])):
        with clock.frozen(start + timedelta(days=days)):
            async with as_role("admin") as client:
                found = await Ward(client).evaluate(patient)
                assert [one["id"] for one in found["recommendations"]] == expected, days
    # Another operation is another fact.
    await ward.operate(patient, 2)
    (other,) = (await ward.evaluate(patient))["recommendations"]
    assert (other["rule"], other["status"], other["id"] != made["id"]) == (REHABILITATION, "active", True)


async def test_an_active_one_stands_while_the_rule_recommends_the_same(ward, client, app):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    await ward.change_rule(WEIGHT, expression="bmi > 29.0")
    await client.patch(f"/patients/{heavy['id']}", json={"weight_kg": 95.0})
    assert (await ward.evaluate(heavy))["recommendations"] == [made]
    assert len(await told(app.state.database)) == 1


async def test_a_rule_that_recommends_something_else_replaces_its_active_one(ward, app):
    heavy = await ward.heavy()
    (made,) = (await ward.evaluate(heavy))["recommendations"]
    await ward.change_rule(WEIGHT, recommendation="See the dietitian")
    (newer,) = (await ward.evaluate(heavy))["recommendations"]
    assert (newer["recommendation"], newer["rule_version"], newer["status"]) == ("See the dietitian", 2, "active")
    assert {(one["id"], one["status"]) for one in await ward.listed(heavy)} == {
        (made["id"], "superseded"),
        (newer["id"], "active"),
    }
    assert [event["recommendation"] for event in await told(app.state.database)] == [
        made["recommendation"],
        "See the dietitian",
    ]


async def test_what_a_person_wrote_no_rule_replaces_or_withdraws(ward, client, app):
    heavy = await ward.heavy()
    body = {"patient_id": heavy["id"], "recommendation": "Swimming", "rule": WEIGHT}
    made = (await client.post("/recommendations", json=body)).json()
    assert [one["id"] for one in (await ward.evaluate(heavy))["recommendations"]] == [made["id"]]
    await ward.change_rule(WEIGHT, recommendation="See the dietitian")
    assert [one["id"] for one in (await ward.evaluate(heavy))["recommendations"]] == [made["id"]]
    await client.patch(f"/patients/{heavy['id']}", json={"weight_kg": 70})
    await ward.evaluate(heavy)
    assert [one["id"] for one in await ward.listed(heavy, status="active")] == [made["id"]]
    assert len(await told(app.state.database)) == 1


async def test_after_deleting_one_the_rule_recommends_anew(ward, client, app):
    heavy = await ward.heavy()
    made = (await ward.evaluate(heavy))["recommendations"][0]
    assert (await client.delete(f"/recommendations/{made['id']}")).status_code == 204
    newer = (await ward.evaluate(heavy))["recommendations"][0]
    assert newer["id"] != made["id"]
    assert [one["id"] for one in await ward.listed(heavy)] == [newer["id"]]


async def test_a_rule_that_is_retired_leaves_its_recommendations(ward, client):
    heavy = await ward.heavy()
    made = (await ward.evaluate(heavy))["recommendations"][0]
    assert (await client.delete(f"/rules/{(await ward.rule(WEIGHT))['id']}")).status_code == 204
    assert codes(await ward.evaluate(heavy)) == []
    assert await ward.listed(heavy, status="active") == [made]


async def test_a_batch_judges_again_as_one_evaluation_does(ward, client, app):
    lighter, answered, changed = [await ward.heavy() for _ in range(3)]
    for patient in (lighter, answered, changed):
        await ward.evaluate(patient)
    await ward.answer((await ward.listed(answered))[0], "declined")
    await client.patch(f"/patients/{lighter['id']}", json={"weight_kg": 70})
    await client.patch(f"/patients/{changed['id']}", json={"weight_kg": 95.0})
    batch = (await client.post("/evaluate/batch", json={"all": True})).json()
    await deliver(app)
    done = (await client.get(f"/evaluate/batch/{batch['id']}")).json()
    assert (done["status"], done["done"], done["matched"], done["recommended"]) == ("done", 3, 2, 0)
    statuses = [[one["status"] for one in await ward.listed(one)] for one in (lighter, answered, changed)]
    assert statuses == [["superseded"], ["declined"], ["active"]]
    # A model that finds nothing in a batch withdraws nothing either.
    await client.patch(f"/patients/{changed['id']}", json={"weight_kg": 70})
    judge_by(app, Deaf(name="openai", degraded=False))
    await client.post("/evaluate/batch", json={"all": True})
    await deliver(app)
    assert [one["status"] for one in await ward.listed(changed)] == ["active"]
    judge_by(app, RuleEngine())
    await client.post("/evaluate/batch", json={"patient_ids": [changed["id"]]})
    await deliver(app)
    assert [one["status"] for one in await ward.listed(changed)] == ["superseded"]


def test_a_fingerprint_is_that_of_the_facts_whatever_their_order_and_day():
    at = datetime(2026, 3, 1, 12, tzinfo=UTC)
    hip = {"code": "hip", "department": "orthopaedics", "surgical": True, "days_ago": 10}
    knee = {**hip, "code": "knee", "days_ago": 3}
    mark = fingerprint({"age": 70, "procedures": [hip, knee]}, at)
    assert fingerprint({"procedures": [knee, hip], "age": 70}, at) == mark
    later = [{**each, "days_ago": each["days_ago"] + 5} for each in (hip, knee)]
    assert fingerprint({"age": 70, "procedures": later}, at + timedelta(days=5)) == mark
    dated = [{**each, "performed_on": str(date(2026, 3, 1) - timedelta(days=each["days_ago"]))} for each in (hip, knee)]
    assert fingerprint({"age": 70, "procedures": dated}, at) == mark
    others = [
        fingerprint({"age": 71, "procedures": [hip, knee]}, at),
        fingerprint({"age": 70, "procedures": [hip]}, at),
        fingerprint({"age": 70, "procedures": [hip, hip]}, at),
        fingerprint({"age": 70, "procedures": later}, at),
    ]
    assert len({mark, *others}) == 5


async def test_who_finds_nothing_new_begins_no_transaction(ward, app, monkeypatch):
    elder, heavy = await ward.elder(), await ward.heavy()
    made = await ward.evaluate(elder)
    begun = []
    database = app.state.database

    def sessions():
        begun.append(1)
        return database.sessions()

    monkeypatch.setattr(app.state, "database", replace(database, sessions=sessions))
    assert (await ward.evaluate(elder))["recommendations"] == made["recommendations"]
    assert not begun
    await ward.evaluate(heavy)
    assert begun
