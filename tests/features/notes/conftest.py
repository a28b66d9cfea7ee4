"""Notes of patients, over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

from rounds.events.consumer import Consumer

Json = dict[str, Any]
Add = Callable[..., Awaitable[Json]]
AT = "2026-03-09T14:30:00Z"
SOAP = """SOAP Note - Encounter Date: 2026-03-09

S: Cough for three days. Denies chest pain. No hx asthma. Father had MI.
O: BP 128/82 mmHg, HR 72 bpm, Temp 98.6°F, Wt 192 lbs. Lungs clear.
A: Acute bronchitis
P: Start amoxicillin 500 mg PO three times daily.
Signed:
Dr. Grace Okafor, MD"""


@pytest.fixture
async def patient(client: httpx.AsyncClient) -> str:
    answer = await client.post("/patients", json={"name": "Maeve O’Sullivan", "date_of_birth": "1957-03-09"})
    return str(answer.json()["id"])


@pytest.fixture
def note(client: httpx.AsyncClient, patient: str) -> Add:
    """`made = await note("text", type="progress")`"""

    async def note(content: str = SOAP, *, of: str = patient, **more: object) -> Json:
        answer = await client.post(f"/patients/{of}/notes", json={"content": content, "taken_at": AT, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return note


@pytest.fixture
def upload(client: httpx.AsyncClient, patient: str) -> Callable[..., Awaitable[httpx.Response]]:
    """`answer = await upload(b"bytes", "name.pdf", taken_at=...)`"""

    async def upload(data: bytes, name: str = "note.txt", *, of: str = patient, **fields: str) -> httpx.Response:
        form = {"taken_at": AT, **fields}
        return await client.post(
            f"/patients/{of}/notes", files={"file": (name, data, "application/octet-stream")}, data=form
        )

    return upload


@pytest.fixture
def consume(app, child_processes) -> Callable[[], Awaitable[int]]:
    """Deliver everything that is due."""

    async def consume() -> int:
        return await Consumer(app.state.database, child_processes=child_processes, backoff_seconds=0.0).drain()

    return consume


def refused(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]
