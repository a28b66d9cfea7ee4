from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from rounds import clock

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)  # a Monday, in winter time


def at(text: str) -> str:
    """A moment on the day of the tests: `at("09:30")`."""
    return f"2026-03-09T{text}:00Z"


@dataclass
class Diary:
    """A department with a clinician, patients, and what is booked for them."""

    client: httpx.AsyncClient
    department: dict[str, Any] = field(default_factory=dict)
    clinician: dict[str, Any] = field(default_factory=dict)

    async def open(self) -> "Diary":
        self.department = await self.made("/departments", {"name": "orthopaedics"})
        self.clinician = await self.another_clinician("Dr Grace Okafor")
        return self

    async def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def another_clinician(self, name: str, **more: object) -> dict[str, Any]:
        return await self.made("/clinicians", {"name": name, "department_id": self.department["id"], **more})

    async def patient(self, **more: object) -> dict[str, Any]:
        return await self.made("/patients", {"name": "Ada Byron", "date_of_birth": "1990-01-01", **more})

    async def body(self, start: str = at("09:30"), duration: str = "30m", **more: object) -> dict[str, Any]:
        """What books an appointment; of a patient of its own where none is given."""
        patient_id = more.pop("patient_id", None) or (await self.patient())["id"]
        body = {"patient_id": patient_id, "clinician_id": self.clinician["id"], "start_at": start, **more}
        return body if "end_at" in more else {**body, "duration": duration}

    async def try_to_book(self, *args: str, client: httpx.AsyncClient | None = None, **more: object) -> httpx.Response:
        return await (client or self.client).post("/appointments", json=await self.body(*args, **more))

    async def book(self, *args: str, **more: object) -> dict[str, Any]:
        answer = await self.try_to_book(*args, **more)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def read(self, appointment: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.get(f"/appointments/{appointment['id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def post(self, appointment: dict[str, Any], step: str, body: object = None) -> httpx.Response:
        return await self.client.post(f"/appointments/{appointment['id']}/{step}", json=body or {})

    async def listed(self, **params: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/appointments", params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]


@pytest.fixture
def frozen(monkeypatch):
    """The tests' moment; `frozen(hours=2)` moves on. Whoever is signed in stays so."""
    monkeypatch.setattr("rounds.auth.tokens.ACCESS_TOKEN_LIFE", timedelta(days=4000))
    held = None

    def move(**ahead: float) -> datetime:
        nonlocal held
        if held is not None:
            held.__exit__(None, None, None)
        moment = NOW + timedelta(**ahead)
        held = clock.frozen(moment)
        held.__enter__()
        return moment

    move()
    yield move
    held.__exit__(None, None, None)


@pytest.fixture
async def diary(frozen: object, client: httpx.AsyncClient) -> Diary:
    return await Diary(client).open()


@pytest.fixture
def refused() -> Callable[[httpx.Response], list[tuple[str, str]]]:
    """The pointers and codes of a 422."""

    def refused(answer: httpx.Response) -> list[tuple[str, str]]:
        assert answer.status_code == 422, answer.text
        return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]

    return refused
