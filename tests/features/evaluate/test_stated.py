"""What is recommended on stated facts of somebody who is no stored patient: kept, announced, and found again."""

import asyncio
from collections import Counter

import orjson
import pytest
from sqlalchemy import column, select, table

from rounds.data import Query, new_id
from tests.conftest import token_for
from tests.features.evaluate.conftest import (
    GENERATED,
    REHABILITATION,
    THERAPY,
    WEIGHT,
    codes,
    deliver,
    refused,
    told,
)

PAINED = {"age": 72, "chronic_pain": True}


async def stated(client, **body):
    answer = await client.post("/evaluate", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_what_is_recommended_on_stated_facts_is_kept_announced_and_found(ward, client, app):
    found = await stated(client, **PAINED, bmi=31.0, recent_surgery=True)
    assert (found["patient_id"], found["external_id"]) == (None, None)
    assert codes(found) == [THERAPY, REHABILITATION, WEIGHT]
    for one in found["recommendations"]:
        assert (one["patient_id"], one["external_id"], one["version"]) == (None, None, 1)
        assert (one["status"], one["trace"]["stated"]) == ("active", True)
        answer = await client.get(f"/recommendations/{one['id']}")
        assert (answer.json(), answer.headers["etag"]) == (one, '"1"')
    listed = (await client.get("/recommendations")).json()["data"]
    assert sorted(one["id"] for one in listed) == sorted(one["id"] for one in found["recommendations"])
    events = await told(app.state.database)
    assert [event["patient_id"] for event in events] == [None] * 3
    for event in events:
        assert set(event) == {"patient_id", "recommendation_id", "recommendation", "timestamp"}
        assert event["timestamp"].endswith("Z")
    assert {event["recommendation_id"] for event in events} == {one["id"] for one in listed}


@pytest.mark.parametrize(
    "external_id",
    [4711, "4711", 0, -1, 2**63 - 1, "W-4711", "Ünïcode 7", "01a1fe00-adc9-71f1-a01e-d524e39af839", "A|B"],
)
async def test_a_callers_own_number_is_returned_and_announced_as_given(ward, client, app, external_id):
    found = await stated(client, **PAINED, external_id=external_id)
    (one,) = found["recommendations"]
    read = (await client.get(f"/recommendations/{one['id']}")).json()
    (listed,) = (await client.get("/recommendations", params={"external_id": str(external_id)})).json()["data"]
    (event,) = await told(app.state.database)
    for given in (found["external_id"], one["external_id"], read["external_id"], event["patient_id"]):
        assert (given, type(given)) == (external_id, type(external_id))
    assert (one["patient_id"], read["patient_id"], listed) == (None, None, read)
    outbox = table("outbox", column("subject"), column("type"))
    query = Query(select(outbox.c.subject).where(outbox.c.type == GENERATED))
    assert [row["subject"] for row in await app.state.database.reads.all(query)] == [None]
    await deliver(app)  # whoever hears of it can read it


@pytest.mark.parametrize("external_id", ["", " ", True, 1.5, 2**63, -(2**63) - 1, ["1"], {}, "x" * 201, "a\u0000b"])
async def test_what_is_no_number_of_a_callers_is_refused(ward, client, external_id):
    pointers = {pointer for pointer, _ in refused(await client.post("/evaluate", json={"external_id": external_id}))}
    assert all(pointer.startswith("/external_id") for pointer in pointers)


async def test_a_patient_is_either_stored_or_somebody_elses(ward, client):
    patient = await ward.patient()
    answer = await client.post("/evaluate", json={"patient_id": patient["id"], "external_id": 1})
    assert refused(answer) == [("", "one_patient")]


async def test_asking_again_about_the_same_one_neither_makes_nor_announces_anything(ward, client, app):
    first = await stated(client, **PAINED, external_id=42)
    assert await stated(client, **PAINED, external_id=42) == first
    older = await stated(client, age=73, chronic_pain=True, external_id=42)  # other facts, and still active
    assert older["recommendations"] == first["recommendations"]
    assert len(await told(app.state.database)) == 1
    # The text is somebody else than the number, and nobody's number is nobody's.
    other = await stated(client, **PAINED, external_id="42")
    anybody = [await stated(client, **PAINED) for _ in range(2)]
    ids = {one["recommendations"][0]["id"] for one in (first, other, *anybody)}
    assert len(ids) == 4
    assert len(await told(app.state.database)) == 4


async def test_a_number_belongs_to_the_account_that_gave_it(ward, client, app, as_role):
    first = await stated(client, **PAINED, external_id=42)
    async with as_role("service") as another:
        found = await stated(another, **PAINED, external_id=42)
    assert found["recommendations"][0]["id"] != first["recommendations"][0]["id"]


async def test_what_no_longer_applies_is_superseded_and_what_is_not_said_changes_nothing(ward, client):
    (made,) = (await stated(client, **PAINED, external_id="W-1"))["recommendations"]
    own = f"/recommendations/{made['id']}"
    await stated(client, age=72, external_id="W-1")  # says nothing about pain
    assert (await client.get(own)).json()["status"] == "active"
    await stated(client, age=72, chronic_pain=False, external_id="W-2")
    assert (await client.get(own)).json()["status"] == "active"
    assert (await stated(client, age=72, chronic_pain=False, external_id="W-1"))["recommendations"] == []
    assert (await client.get(own)).json()["status"] == "superseded"
    (again,) = (await stated(client, **PAINED, external_id="W-1"))["recommendations"]
    assert (again["status"], again["id"] != made["id"]) == ("active", True)


async def test_what_was_answered_is_not_raised_again(ward, client, app):
    (made,) = (await stated(client, **PAINED, external_id=7))["recommendations"]
    declined = await ward.answer(made, "declined")
    assert (declined["external_id"], declined["patient_id"]) == (7, None)
    assert (await stated(client, **PAINED, external_id=7))["recommendations"] == [declined]
    assert len(await told(app.state.database)) == 1
    (other,) = (await stated(client, age=80, chronic_pain=True, external_id=7))["recommendations"]
    assert (other["status"], other["id"] != made["id"]) == ("active", True)


async def test_it_can_be_replaced_changed_expanded_and_deleted(ward, client):
    (made,) = (await stated(client, **PAINED, external_id=7))["recommendations"]
    own = f"/recommendations/{made['id']}"
    shown = (await client.get(own, params={"expand": "patient,rule"})).json()
    assert (shown["patient"], shown["rule"]["code"], shown["external_id"]) == (None, THERAPY, 7)
    listed = (await client.get("/recommendations", params={"expand": "patient"})).json()["data"]
    assert [one["patient"] for one in listed] == [None]
    body = {"patient_id": None, "recommendation": "Pool exercise", "rule": THERAPY, "status": "accepted"}
    replaced = await client.put(own, json=body)
    assert replaced.status_code == 200, replaced.text
    assert (replaced.json()["recommendation"], replaced.json()["external_id"]) == ("Pool exercise", 7)
    changed = await client.patch(own, json={"reason": "Agreed."})
    assert (changed.json()["reason"], changed.json()["external_id"]) == ("Agreed.", 7)
    assert refused(await client.put(own, json={**body, "patient_id": str(new_id())})) == [
        ("/patient_id", "patient_is_fixed")
    ]
    assert (await client.delete(own)).status_code == 204
    assert (await client.get(own)).status_code == 404
    (again,) = (await stated(client, **PAINED, external_id=7))["recommendations"]
    assert again["id"] != made["id"]


async def test_a_dry_run_says_what_would_be_and_leaves_nothing(ward, client, app):
    for more in ({}, {"external_id": 42}):
        found = await stated(client, **PAINED, **more, dry_run=True)
        (one,) = found["recommendations"]
        assert (one["rule"], one["status"]) == (THERAPY, "active")
        assert [one[name] for name in ("id", "version", "created_at", "updated_at")] == [None] * 4
        assert one["external_id"] == more.get("external_id")
    elder = await ward.elder()
    found = await stated(client, patient_id=elder["id"], dry_run=True)
    assert (codes(found), found["recommendations"][0]["id"]) == ([THERAPY], None)
    assert (await client.get("/recommendations")).json()["data"] == []
    assert await told(app.state.database) == []
    # Of what stands it tells as always, and withdraws nothing.
    kept = await stated(client, **PAINED, external_id=42)
    assert await stated(client, **PAINED, external_id=42, dry_run=True) == kept
    assert (await stated(client, age=30, chronic_pain=False, external_id=42, dry_run=True))["recommendations"] == []
    (listed,) = (await client.get("/recommendations")).json()["data"]
    assert listed == kept["recommendations"][0]
    assert refused(await client.post("/evaluate", json={"dry_run": "yes"})) == [("/dry_run", "bool_type")]


async def test_fifty_who_ask_about_one_number_make_one_recommendation(live_ward, live, live_app):
    answers = await asyncio.gather(
        *(live.post("/evaluate", json={**PAINED, "bmi": 31.0, "external_id": "W-1"}) for _ in range(50))
    )
    assert Counter(answer.status_code for answer in answers) == {200: 50}
    assert [answer.json() for answer in answers] == [answers[0].json()] * 50
    ids = {one["id"] for one in answers[0].json()["recommendations"]}
    events = await told(live_app.state.database)
    assert Counter(event["recommendation_id"] for event in events) == dict.fromkeys(ids, 1)
    assert len(ids) == 2


@pytest.mark.parametrize(
    ("role", "status"), [("service", 200), ("nurse", 200), ("clinician", 200), ("scheduler", 403), ("auditor", 403)]
)
async def test_who_may_state_facts(ward, as_role, app, role, status):
    async with as_role(role) as somebody:
        answer = await somebody.post("/evaluate", json={**PAINED, "external_id": 1})
    assert answer.status_code == status
    assert len(await told(app.state.database)) == (status == 200)


async def test_two_accounts_with_one_number_race_without_waiting_for_each_other(live_ward, live, live_app):
    headers = [{"Authorization": f"Bearer {token_for(live_app, 'service')}"} for _ in range(2)]
    body = {**PAINED, "external_id": 1}
    answers = await asyncio.gather(*(live.post("/evaluate", json=body, headers=headers[n % 2]) for n in range(20)))
    found = [orjson.dumps(answer.json()["recommendations"]) for answer in answers]
    assert len(set(found[::2])) == len(set(found[1::2])) == 1
    assert found[0] != found[1]
