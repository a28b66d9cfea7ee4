"""A patient who has one of everything, and whose every value can be told from anything else in the database."""

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from rounds import clock, embedded
from rounds.events.consumer import Consumer
from rounds.processes import ChildProcesses
from tests.conftest import cloned, connected, name_of, running, settings_for
from tests.paper import pdf

REASON = {"X-Break-Glass-Reason": "Unconscious in the emergency department"}
NHS_NUMBER = "9990009996"
LETTER = pdf("Zebulon was seen with glossolalia and given quinquina.")
VALUES = {
    "given name": "Zebulon",
    "family name": "Quixworth",
    "mrn": "RX-7731-Q",
    "nhs_number": NHS_NUMBER,
    "email": "zq@quixworth-family.example",
    "phone": "+447700900987",
    "identifier": "LOCAL-5551212",
    "condition": "porphyria variegata",
    "address": "17 Obelisk Crescent",
    "postcode": "YO8 8QN",
    "note": "lachrymose and tachyphemic",
    "file": "glossolalia",
    "file name": "quixworth-letter",
    "report": "excised a bezoar",
    "reason": "haruspicy clinic",
    "recommendation": "Abstain from quinquina",
    "task": "decant the philtre",
    "task type": "zymurgy assay",
    "step": "philtre found in the pharmacopoeia",
}


@dataclass
class Whole:
    """The ids of what the patient has, by the name of the parameter that takes them."""

    client: httpx.AsyncClient
    ids: dict[str, str] = field(default_factory=dict)
    others: dict[str, str] = field(default_factory=dict)

    @property
    def patient(self) -> str:
        return f"/patients/{self.ids['patient_id']}"

    async def post(self, path: str, **body: Any) -> dict[str, Any]:
        answer = await self.client.post(path, **body)
        assert answer.status_code < 300, answer.text
        return answer.json()

    async def restrict(self) -> None:
        answer = await self.client.patch(self.patient, json={"restricted": True})
        assert answer.status_code == 200, answer.text
        assert answer.json()["restricted"] is True


async def everything_of_a_patient(client: httpx.AsyncClient, app: FastAPI) -> Whole:
    whole = Whole(client)
    ids, others = whole.ids, whole.others
    others["department_id"] = (await whole.post("/departments", json={"name": "cardiology"}))["id"]
    clinician = {"name": "Dr Grace Okafor", "department_id": others["department_id"]}
    others["clinician_id"] = (await whole.post("/clinicians", json=clinician))["id"]
    procedure = {"code": "W37", "name": "Hip", "department": "cardiology", "surgical": True}
    others["procedure_id"] = (await whole.post("/procedures", json=procedure))["id"]
    rule = {"code": "everybody", "recommendation": "Physical Therapy", "expression": "age >= 0"}
    others["rule_id"] = (await whole.post("/rules", json=rule))["id"]
    patient = {
        "name": "Zebulon Quixworth",
        "date_of_birth": "1931-11-29",
        "height_cm": 171.5,
        "weight_kg": 68.2,
        "identifiers": [{"system": "hospital.local", "value": VALUES["identifier"]}],
        "conditions": [VALUES["condition"]],
        **{name: VALUES[name] for name in ("mrn", "nhs_number", "email", "phone")},
    }
    ids["patient_id"] = (await whole.post("/patients", json=patient))["id"]
    address = {"line1": VALUES["address"], "city": "Selby", "postcode": VALUES["postcode"]}
    ids["address_id"] = (await whole.post(f"{whole.patient}/address", json=address))["id"]
    now = clock.now()
    note = {"taken_at": now.isoformat(), "content": f"O: {VALUES['note']}. BP 128/78. Ramipril 5 mg daily."}
    understood = await whole.post(f"{whole.patient}/notes", json=note)
    fact = understood["facts"]["medications"][0]
    wrong = {"kind": "medications", "start": fact["start"], "end": fact["end"], "comment": VALUES["note"]}
    feedback = await whole.post(f"{whole.patient}/notes/{understood['id']}/fact-feedback", json=wrong)
    ids["fact_feedback_id"] = feedback["id"]
    files = {"file": (f"{VALUES['file name']}.pdf", LETTER, "application/pdf")}
    ids["note_id"] = (await whole.post(f"{whole.patient}/notes", data={"taken_at": now.isoformat()}, files=files))["id"]
    underwent = {
        "patient_id": ids["patient_id"],
        "procedure_id": others["procedure_id"],
        "performed_at": (now - timedelta(days=3)).isoformat(),
        "report": VALUES["report"],
    }
    ids["patient_procedure_id"] = (await whole.post("/patient_procedures", json=underwent))["id"]
    booking = {
        "patient_id": ids["patient_id"],
        "clinician_id": others["clinician_id"],
        "start_at": (now + timedelta(days=2)).isoformat(),
        "duration": "30m",
        "reason": VALUES["reason"],
    }
    ids["appointment_id"] = (await whole.post("/appointments", json=booking))["id"]
    by_hand = {"patient_id": ids["patient_id"], "recommendation": VALUES["recommendation"]}
    await whole.post("/recommendations", json=by_hand)
    task = {"patient_id": ids["patient_id"], "task_type": VALUES["task type"], "description": VALUES["task"]}
    ids["task_id"] = (await whole.post("/tasks", json=task))["id"]
    step = {"new_status": "IN_PROGRESS", "reason": VALUES["step"]}
    await whole.post(f"/tasks/{ids['task_id']}/transition", json=step)
    made = await whole.post(f"/evaluate/{ids['patient_id']}")
    ids["recommendation_id"] = made["recommendations"][0]["id"]
    assert (await client.get(f"{whole.patient}/summary")).status_code == 200
    state = app.state
    await Consumer(state.database, child_processes=state.child_processes, long_lived=state.long_lived).drain()
    notified = (await client.get("/notifications", params={"patient_id": ids["patient_id"]})).json()["data"]
    ids["notification_id"] = notified[0]["id"]
    return whole


@pytest.fixture(scope="session")
async def made(
    engines: embedded.Engines, template: str, child_processes: ChildProcesses
) -> AsyncIterator[tuple[str, Whole]]:
    """The name of a database that has such a patient, made once for all tests, and the patient."""
    async with cloned(engines.database_url, template) as url:
        settings = settings_for(url, engines.redis_url)
        async with running(settings, child_processes=child_processes) as app, connected(app, "admin") as admin:
            whole = await everything_of_a_patient(admin, app)
        yield name_of(url), whole


@pytest.fixture
async def cloned_url(engines: embedded.Engines, made: tuple[str, Whole]) -> AsyncIterator[str]:
    """A database of the test's own, which has the patient."""
    async with cloned(engines.database_url, made[0]) as url:
        yield url


@pytest.fixture
async def whole(live: httpx.AsyncClient, made: tuple[str, Whole]) -> Whole:
    return Whole(live, made[1].ids.copy(), made[1].others.copy())


@pytest.fixture
async def restricted(whole: Whole) -> Whole:
    await whole.restrict()
    return whole


@pytest.fixture
async def clinician(live_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(live_app, "clinician") as client:
        yield client


@pytest.fixture
async def auditor(live_app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with connected(live_app, "auditor") as client:
        yield client
