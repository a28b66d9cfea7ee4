"""Patients with notes, and their summaries over HTTP."""

from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Json = dict[str, Any]
Add = Callable[..., Awaitable[Json]]

VISIT = """S: Cough for three days. Denies chest pain. Penicillin causes a rash. Father had a heart attack at 60.
O: BP 128/82 mmHg, HR 72 bpm, Temp 37.0 °C, weight 80 kg. Lungs clear.
A: Acute bronchitis. Hypertension.
P: Start amlodipine 5 mg once daily. Follow-up in two weeks."""
REVIEW = """S: Feels better.
O: BP 118/76 mmHg, weight 79 kg.
A: Hypertension, controlled.
P: Increase amlodipine to 10 mg once daily. Follow-up in three months."""


@pytest.fixture
async def patient(client: httpx.AsyncClient) -> str:
    answer = await client.post("/patients", json={"name": "Maeve O’Sullivan", "date_of_birth": "1957-03-09"})
    return str(answer.json()["id"])


@pytest.fixture
def note(client: httpx.AsyncClient, patient: str) -> Add:
    """`made = await note("text", day=3)`: on a day of March 2026."""

    async def note(content: str, *, day: int = 1, of: str = patient, **more: object) -> Json:
        body = {"content": content, "taken_at": f"2026-03-{day:02}T09:00:00Z", **more}
        answer = await client.post(f"/patients/{of}/notes", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return note


def texts(summary: Json) -> list[str]:
    return [statement["text"] for section in summary["sections"] for statement in section["statements"]]


def citations(summary: Json) -> list[Json]:
    return [
        citation
        for section in summary["sections"]
        for statement in section["statements"]
        for citation in statement["citations"]
    ]
