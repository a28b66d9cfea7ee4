"""What events tell, as AsyncAPI and OpenAPI describe it, is what is told."""

import orjson
import pytest
from pydantic import BaseModel
from pydantic_asyncapi.v3 import AsyncAPI
from sqlalchemy import text

from rounds.events import cloud_event, public_kinds
from rounds.http.asyncapi import asyncapi_document
from tests.described import Description


@pytest.fixture
def described(app):
    return asyncapi_document()


def unknown_fields(part, where=""):
    """The fields that AsyncAPI does not have, wherever they stand."""
    if isinstance(part, BaseModel):
        for name in part.model_extra or ():
            yield f"{where}/{name}"
        for name in type(part).model_fields:
            yield from unknown_fields(getattr(part, name), f"{where}/{name}")
    elif isinstance(part, dict):
        for name, each in part.items():
            yield from unknown_fields(each, f"{where}/{name}")
    elif isinstance(part, list):
        for each in part:
            yield from unknown_fields(each, where)


def references(part):
    if isinstance(part, dict):
        if "$ref" in part:
            yield part["$ref"]
        for each in part.values():
            yield from references(each)
    elif isinstance(part, list):
        for each in part:
            yield from references(each)


async def test_everybody_can_read_it(anonymous, described):
    answer = await anonymous.get("/asyncapi.json")
    assert answer.status_code == 200
    assert answer.json() == described


def test_it_is_asyncapi(described):
    document = AsyncAPI.model_validate(described)
    assert document.asyncapi == "3.0.0"
    assert [*unknown_fields(document)] == []


def test_every_reference_leads_somewhere(described):
    found = {*references(described)}
    assert len(found) > 30
    for reference in found:
        part = described
        for step in reference.removeprefix("#/").split("/"):
            part = part[step]


def test_both_channels_tell_every_public_event(described):
    told = {message["name"]: message for message in described["components"]["messages"].values()}
    assert [*told] == [kind.type for kind in public_kinds()]
    assert {"rounds.recommendation.generated", "rounds.task.transitioned"} <= {*told}
    assert "rounds.note.waiting" not in told
    for channel in described["channels"].values():
        assert {*channel["messages"]} == {*described["components"]["messages"]}
    assert described["channels"]["announcements"]["address"] == "rounds.events"


def test_examples_are_what_they_are_examples_of(described):
    description = Description(described)
    for message in described["components"]["messages"].values():
        (example,) = message["examples"]
        assert description.faults(example["payload"], message["payload"]) == []
        assert "…" not in str(example)


def test_openapi_has_the_same(app, described):
    schemas = app.openapi()["components"]["schemas"]
    for name, schema in described["components"]["schemas"].items():
        assert schemas[name] == schema
    assert schemas["EventType"]["enum"] == [kind.type for kind in public_kinds()]
    (types,) = [each for each in app.openapi()["paths"]["/events"]["get"]["parameters"] if each["name"] == "type"]
    assert types["schema"]["items"] == {"$ref": "#/components/schemas/EventType"}


async def test_what_is_told_is_as_described(client, app, connection):
    async def post(path, body, status=201):
        answer = await client.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    patient = (await post("/patients", {"name": "Ada Byron", "date_of_birth": "1950-01-01"}))["id"]
    await client.patch(f"/patients/{patient}", json={"name": "Ada King"})
    note = {"taken_at": "2026-03-02T09:00:00Z", "content": "Chest clear."}
    note = (await post(f"/patients/{patient}/notes", note))["id"]
    await client.delete(f"/patients/{patient}/notes/{note}")
    task = await post("/tasks", {"patient_id": patient, "task_type": "blood test"})
    await client.patch(f"/tasks/{task['id']}", json={"priority": "stat"})
    move = {"new_status": "IN_PROGRESS", "reason": "Begun"}
    await post(f"/tasks/{task['id']}/transition", move, 200)
    department = (await post("/departments", {"name": "Chest clinic"}))["id"]
    clinician = (await post("/clinicians", {"name": "Dr Grace Okafor", "department_id": department}))["id"]
    booking = {"patient_id": patient, "clinician_id": clinician, "department_id": department}
    booking |= {"start_at": "2036-03-09T10:00:00Z", "duration": "30m"}
    booked = (await post("/appointments", booking))["id"]
    await client.put(f"/appointments/{booked}", json={**booking, "start_at": "2036-03-10T10:00:00Z"})
    await post(f"/appointments/{booked}/cancel", {}, 200)
    await post("/recommendations", {"patient_id": patient, "recommendation": "Physical Therapy"})
    await post("/rules", {"code": "aged", "recommendation": "Physical Therapy", "expression": "age > 65"})
    await post("/evaluate", {"external_id": 4711, "age": 71, "chronic_pain": True}, 200)
    await client.delete(f"/patients/{patient}")

    rows = (await connection.execute(text("SELECT * FROM outbox WHERE public ORDER BY id"))).mappings().all()
    description = Description(app.openapi())
    faults = [
        (row["type"], fault)
        for row in rows
        for fault in description.faults(orjson.loads(cloud_event(row)), {"$ref": "#/components/schemas/Event"})
    ]
    assert faults == []
    told = {row["type"] for row in rows}
    assert told >= {kind.type for kind in public_kinds() if kind.type.startswith("rounds.")} - {
        "rounds.appointment.attended",
        "rounds.appointment.missed",
        "rounds.appointment.reminder",
        "rounds.note.extracted",
        "rounds.patient.erased",
        "rounds.task.overdue",
    }
    assert any(row["subject"] is None for row in rows)
