"""Every call that shows or changes something of a patient is in the trail, with that patient's id.

Which calls those are is asked of the OpenAPI document; a call that is missing here fails the first test.
"""

from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from rounds.data import new_id
from rounds.events.consumer import Consumer
from tests.conftest import connected
from tests.paper import pdf

LETTER = pdf("Weight 80 kg. HR 72.")
PATIENT = {
    "name": "Maeve Byrne",
    "date_of_birth": "1950-03-09",
    "nhs_number": "943 476 5919",
    "height_cm": 150,
    "weight_kg": 90,
    "email": "maeve@example.org",
}
ADDRESS = {"line1": "1 High Street", "postcode": "YO8 8QN", "country": "GB"}
STARTS = ("2030-03-09T10:00:00Z", "2030-03-09T11:00:00Z", "2030-03-09T12:00:00Z", "2030-03-09T13:00:00Z")
Call = tuple[str, dict[str, Any]]


async def _made(client: httpx.AsyncClient, path: str, status: int = 201, **body: Any) -> dict[str, Any]:
    answer = await client.post(path, **body)
    assert answer.status_code == status, answer.text
    return answer.json()


async def _opened(client: httpx.AsyncClient, app: FastAPI, patient_id: str) -> None:
    """Let a clinician break the glass of the patient's record, which is as open as before afterwards."""
    path = f"/patients/{patient_id}"
    assert (await client.patch(path, json={"restricted": True})).status_code == 200
    reason = {"X-Break-Glass-Reason": "Unconscious in the emergency department"}
    async with connected(app, "clinician") as clinician:
        assert (await clinician.get(path, headers=reason)).status_code == 200
    assert (await client.patch(path, headers=reason, json={"restricted": False})).status_code == 200


@pytest.fixture
async def world(client, app) -> dict[str, str]:
    """One patient with something of everything; answers the ids."""
    patient = await _made(client, "/patients", json=PATIENT)
    whose = {"patient_id": patient["id"]}
    department = await _made(client, "/departments", json={"name": "Orthopaedics"})
    clinician = await _made(client, "/clinicians", json={"name": "Grace", "department_id": department["id"]})
    address = await _made(client, f"/patients/{patient['id']}/address", json=ADDRESS)
    notes = f"/patients/{patient['id']}/notes"
    form = {"data": {"taken_at": "2026-03-09T14:30:00Z"}, "files": {"file": ("note.pdf", LETTER)}}
    note, other_note = await _made(client, notes, **form), await _made(client, notes, **form)
    wrong = f"{notes}/{note['id']}/fact-feedback"
    feedback = await _made(client, wrong, json={"kind": "vitals", "start": 14, "end": 19})
    procedure = await _made(
        client, "/procedures", json={"code": "hip", "name": "Hip", "department": "Orthopaedics", "surgical": True}
    )
    underwent = {**whose, "procedure_id": procedure["id"], "performed_at": "2026-03-09T14:30:00Z"}
    record, other_record = [await _made(client, "/patient_procedures", json=underwent) for _ in range(2)]
    rule = await _made(client, "/rules", json={"code": "elders", "recommendation": "Walk", "expression": "age > 65"})
    by_hand = [
        await _made(client, "/recommendations", json={**whose, "recommendation": f"Rest {number}"})
        for number in range(3)
    ]
    booked = [
        await _made(
            client,
            "/appointments",
            json={**whose, "clinician_id": clinician["id"], "start_at": start, "duration": "30m"},
        )
        for start in STARTS[:3]
    ]
    await client.post(f"/appointments/{booked[2]['id']}/cancel")
    task = await _made(client, "/tasks", json={**whose, "task_type": "blood test"})
    await _opened(client, app, patient["id"])
    (use,) = (await client.get("/audit/break-glass")).json()["data"]
    await Consumer(app.state.database, long_lived=app.state.long_lived).drain()
    notification = (await client.get("/notifications", params=whose)).json()["data"][0]
    return {
        "patient_id": patient["id"],
        "address_id": address["id"],
        "note_id": note["id"],
        "fact_feedback_id": feedback["id"],
        "other_note_id": other_note["id"],
        "procedure_id": procedure["id"],
        "patient_procedure_id": record["id"],
        "other_record_id": other_record["id"],
        "rule_id": rule["id"],
        "recommendation_id": by_hand[0]["id"],
        "answered_id": by_hand[1]["id"],
        "deleted_id": by_hand[2]["id"],
        "appointment_id": booked[0]["id"],
        "moved_id": booked[1]["id"],
        "cancelled_id": booked[2]["id"],
        "clinician_id": clinician["id"],
        "notification_id": notification["id"],
        "task_id": task["id"],
        "use_id": use["id"],
    }


UNDERWENT = {
    "patient_id": "{patient_id}",
    "procedure_id": "{procedure_id}",
    "performed_at": "2026-03-08T14:30:00Z",
}

# How to call each of them so that it succeeds, in an order in which they do: what deletes comes last.
CALLS: dict[str, Call] = {
    "GET /patients": ("/patients?q=maeve", {}),
    "GET /patients/by-nhs-number/{nhs_number}": ("/patients/by-nhs-number/9434765919", {}),
    "GET /patients/{patient_id}": ("/patients/{patient_id}?include=address,notes,appointments,recommendations", {}),
    "PATCH /patients/{patient_id}": ("/patients/{patient_id}", {"json": {"phone": "+442079460958"}}),
    "PUT /patients/{patient_id}": ("/patients/{patient_id}", {"json": {**PATIENT, "name": "Maeve O’Sullivan"}}),
    "GET /addresses": ("/addresses", {}),
    "GET /addresses/{address_id}": ("/addresses/{address_id}", {}),
    "GET /patients/{patient_id}/address": ("/patients/{patient_id}/address", {}),
    "PUT /patients/{patient_id}/address": ("/patients/{patient_id}/address", {"json": {**ADDRESS, "city": "Selby"}}),
    "GET /notes": ("/notes?q=weight", {}),
    "GET /patients/{patient_id}/notes": ("/patients/{patient_id}/notes", {}),
    "POST /patients/{patient_id}/notes": (
        "/patients/{patient_id}/notes",
        {"json": {"taken_at": "2026-03-09T14:30:00Z", "content": "Weight 81 kg"}},
    ),
    "GET /patients/{patient_id}/notes/{note_id}": ("/patients/{patient_id}/notes/{note_id}", {}),
    "GET /patients/{patient_id}/notes/{note_id}/file": ("/patients/{patient_id}/notes/{note_id}/file", {}),
    "GET /patients/{patient_id}/notes/{note_id}/pages/{page}": ("/patients/{patient_id}/notes/{note_id}/pages/1", {}),
    "GET /patients/{patient_id}/observations": ("/patients/{patient_id}/observations", {}),
    "GET /patients/{patient_id}/observations/catalogue": ("/patients/{patient_id}/observations/catalogue", {}),
    "GET /patients/{patient_id}/notes/{note_id}/fact-feedback": (
        "/patients/{patient_id}/notes/{note_id}/fact-feedback",
        {},
    ),
    "POST /patients/{patient_id}/notes/{note_id}/fact-feedback": (
        "/patients/{patient_id}/notes/{note_id}/fact-feedback",
        {"json": {"kind": "vitals", "start": 0, "end": 12, "comment": "That was another patient."}},
    ),
    "GET /patients/{patient_id}/chart": ("/patients/{patient_id}/chart", {}),
    "GET /patients/{patient_id}/summary": ("/patients/{patient_id}/summary", {}),
    "GET /patient_procedures": ("/patient_procedures?patient_id={patient_id}", {}),
    "GET /patient_procedures/{patient_procedure_id}": ("/patient_procedures/{patient_procedure_id}", {}),
    "POST /patient_procedures": (
        "/patient_procedures",
        {"json": UNDERWENT},
    ),
    "PATCH /patient_procedures/{patient_procedure_id}": (
        "/patient_procedures/{patient_procedure_id}",
        {"json": {"report": "Went well."}},
    ),
    "PUT /patient_procedures/{patient_procedure_id}": (
        "/patient_procedures/{patient_procedure_id}",
        {"json": UNDERWENT},
    ),
    "POST /rules/try": ("/rules/try", {"json": {"expression": "age >= 0"}}),
    "POST /rules/{rule_id}/try": ("/rules/{rule_id}/try", {}),
    "POST /evaluate/{patient_id}": ("/evaluate/{patient_id}", {}),
    "POST /evaluate": ("/evaluate", {"json": {"patient_id": "{patient_id}", "dry_run": True}}),
    "POST /evaluate/batch": ("/evaluate/batch", {"json": {"patient_ids": ["{patient_id}"]}}),
    "GET /recommendations": ("/recommendations?patient_id={patient_id}", {}),
    "POST /recommendations": ("/recommendations", {"json": {"patient_id": "{patient_id}", "recommendation": "Sleep"}}),
    "GET /recommendations/{recommendation_id}": ("/recommendations/{recommendation_id}?expand=patient", {}),
    "PATCH /recommendations/{recommendation_id}": (
        "/recommendations/{recommendation_id}",
        {"json": {"recommendation": "Rest more"}},
    ),
    "PUT /recommendations/{recommendation_id}": (
        "/recommendations/{recommendation_id}",
        {"json": {"patient_id": "{patient_id}", "recommendation": "Rest less", "status": "active"}},
    ),
    "POST /recommendations/{recommendation_id}/feedback": (
        "/recommendations/{answered_id}/feedback",
        {"json": {"status": "accepted"}},
    ),
    "GET /notifications": ("/notifications?patient_id={patient_id}", {}),
    "GET /notifications/{notification_id}": ("/notifications/{notification_id}", {}),
    "GET /appointments": ("/appointments?patient_id={patient_id}", {}),
    "POST /appointments": (
        "/appointments",
        {
            "json": {
                "patient_id": "{patient_id}",
                "clinician_id": "{clinician_id}",
                "start_at": STARTS[3],
                "duration": "30m",
            }
        },
    ),
    "GET /appointments/{appointment_id}": ("/appointments/{appointment_id}", {}),
    "GET /appointments/{appointment_id}/history": ("/appointments/{appointment_id}/history", {}),
    "GET /appointments/{appointment_id}/calendar.ics": ("/appointments/{appointment_id}/calendar.ics", {}),
    "PUT /appointments/{appointment_id}": (
        "/appointments/{appointment_id}",
        {
            "json": {
                "patient_id": "{patient_id}",
                "clinician_id": "{clinician_id}",
                "start_at": "2030-03-09T15:00:00Z",
                "duration": "30m",
            }
        },
    ),
    "POST /appointments/{appointment_id}/cancel": ("/appointments/{moved_id}/cancel", {}),
    "POST /appointments/{appointment_id}/attended": ("/appointments/{cancelled_id}/attended", {}),
    "POST /appointments/{appointment_id}/rebook": (
        "/appointments/{cancelled_id}/rebook",
        {"json": {"start_at": "2030-03-10T15:00:00Z", "duration": "30m"}},
    ),
    "GET /tasks": ("/tasks?patient_id={patient_id}", {}),
    "POST /tasks": ("/tasks", {"json": {"patient_id": "{patient_id}", "task_type": "x-ray"}}),
    "GET /tasks/board": ("/tasks/board?patient_id={patient_id}", {}),
    "GET /tasks/{task_id}": ("/tasks/{task_id}", {}),
    "PATCH /tasks/{task_id}": ("/tasks/{task_id}", {"json": {"priority": "stat"}}),
    "POST /tasks/{task_id}/transition": (
        "/tasks/{task_id}/transition",
        {"json": {"new_status": "IN_PROGRESS", "reason": "On the way"}},
    ),
    "GET /tasks/{task_id}/audit": ("/tasks/{task_id}/audit", {}),
    "GET /audit/break-glass": ("/audit/break-glass", {}),
    "GET /audit/break-glass/{use_id}": ("/audit/break-glass/{use_id}", {}),
    "POST /audit/break-glass/{use_id}/review": (
        "/audit/break-glass/{use_id}/review",
        {"json": {"outcome": "justified", "comment": "It was."}},
    ),
    "GET /audit": ("/audit?patient_id={patient_id}", {}),
    "DELETE /recommendations/{recommendation_id}": ("/recommendations/{deleted_id}", {}),
    "DELETE /patient_procedures/{patient_procedure_id}": ("/patient_procedures/{other_record_id}", {}),
    "DELETE /patients/{patient_id}/notes/{note_id}/fact-feedback/{fact_feedback_id}": (
        "/patients/{patient_id}/notes/{note_id}/fact-feedback/{fact_feedback_id}",
        {},
    ),
    "DELETE /patients/{patient_id}/notes/{note_id}": ("/patients/{patient_id}/notes/{other_note_id}", {}),
    "DELETE /patients/{patient_id}/address": ("/patients/{patient_id}/address", {}),
    "DELETE /patients/{patient_id}": ("/patients/{patient_id}", {}),
}
# Tested below in a manner of their own: who the patient is shows in the answer, it has no end, or needs another clock.
OF_THEIR_OWN = {
    "POST /patients",
    "POST /patients/{patient_id}/address",
    "GET /events",
    "GET /audit/verify",
    "POST /appointments/{appointment_id}/attended",
}


def concerning_patients(app) -> set[str]:
    return {
        f"{method.upper()} {path}"
        for path, operations in app.openapi()["paths"].items()
        for method, operation in operations.items()
        if operation.get("x-audited", {}).get("of_patient")
    }


def test_every_call_that_concerns_patients_is_tried(app):
    assert concerning_patients(app) - OF_THEIR_OWN == CALLS.keys() - OF_THEIR_OWN


def filled(value: Any, world: dict[str, str]) -> Any:
    if isinstance(value, dict):
        return {name: filled(each, world) for name, each in value.items()}
    if isinstance(value, list):
        return [filled(each, world) for each in value]
    return value.format(**world) if isinstance(value, str) else value


async def trail(client: httpx.AsyncClient, request_id: str) -> list[dict[str, Any]]:
    answer = await client.get("/audit", params={"request_id": request_id})
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


def patients_of(events: list[dict[str, Any]]) -> set[str]:
    return {each for event in events for each in [event["patient_id"], *(event["patient_ids"] or [])] if each}


async def test_each_is_in_the_trail_with_the_patient(client, world):
    missing = {}
    for name, (path, options) in CALLS.items():
        if name in OF_THEIR_OWN:
            continue
        request_id = str(new_id())
        answer = await client.request(
            name.partition(" ")[0],
            filled(path, world),
            headers={"X-Request-ID": request_id},
            **{key: filled(value, world) for key, value in options.items()},
        )
        assert answer.status_code < 300, (name, answer.text)
        events = await trail(client, request_id)
        if patients_of(events) != {world["patient_id"]} or not all(each["outcome"] == "success" for each in events):
            missing[name] = events
    assert missing == {}


async def test_who_creates_a_patient_or_an_address_is_in_the_trail(client):
    created = await client.post("/patients", json={**PATIENT, "nhs_number": None}, headers={"X-Request-ID": "made"})
    patient_id = created.json()["id"]
    (event,) = await trail(client, "made")
    assert (event["action"], event["resource"], event["patient_id"]) == ("create", "patient", patient_id)
    assert event["actor"] == "tester"
    assert event["changes"]["name"] == {"before": None, "after": "Maeve Byrne"}
    await client.post(f"/patients/{patient_id}/address", json=ADDRESS, headers={"X-Request-ID": "housed"})
    (event,) = await trail(client, "housed")
    assert (event["action"], event["resource"], event["patient_id"]) == ("create", "address", patient_id)
