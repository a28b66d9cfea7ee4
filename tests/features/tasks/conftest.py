from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import httpx
import pytest

from rounds import clock

NOW = datetime(2026, 3, 9, 8, 0, tzinfo=UTC)


def at(text: str) -> str:
    """A moment on the day of the tests: `at("09:30")`."""
    return f"2026-03-09T{text}:00Z"


@dataclass
class Ward:
    """A clinician, a patient, and what is to be done for the patient."""

    client: httpx.AsyncClient
    clinician: dict[str, Any] = field(default_factory=dict)
    patient: dict[str, Any] = field(default_factory=dict)
    department: dict[str, Any] = field(default_factory=dict)

    async def open(self) -> "Ward":
        self.department = await self.made("/departments", {"name": "medicine"})
        self.clinician = await self.another_clinician("Dr Grace Okafor")
        self.patient = await self.another_patient()
        return self

    async def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def another_clinician(self, name: str, **more: object) -> dict[str, Any]:
        return await self.made("/clinicians", {"name": name, "department_id": self.department["id"], **more})

    async def another_patient(self) -> dict[str, Any]:
        return await self.made("/patients", {"name": "Ada Byron", "date_of_birth": "1990-01-01"})

    def body(self, **more: object) -> dict[str, Any]:
        """What orders a task; a field that is None is left out."""
        body = {"patient_id": self.patient["id"], "task_type": "blood test", "priority": "routine", **more}
        return {name: value for name, value in body.items() if value is not None}

    async def order(self, **more: object) -> dict[str, Any]:
        return await self.made("/tasks", self.body(**more))

    async def try_to_move(self, task: dict[str, Any], status: str, reason: str = "so it was decided") -> httpx.Response:
        return await self.client.post(f"/tasks/{task['id']}/transition", json={"new_status": status, "reason": reason})

    async def move(self, task: dict[str, Any], *statuses: str) -> dict[str, Any]:
        for status in statuses:
            answer = await self.try_to_move(task, status)
            assert answer.status_code == 200, answer.text
            task = answer.json()
        return task

    async def get(self, path: str, **params: str) -> Any:
        answer = await self.client.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def read(self, task: dict[str, Any]) -> dict[str, Any]:
        return await self.get(f"/tasks/{task['id']}")

    async def audit(self, task: dict[str, Any]) -> list[dict[str, Any]]:
        return (await self.get(f"/tasks/{task['id']}/audit"))["data"]

    async def listed(self, **params: str) -> list[dict[str, Any]]:
        return (await self.get("/tasks", **params))["data"]


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
async def ward(frozen: object, client: httpx.AsyncClient) -> Ward:
    return await Ward(client).open()


@pytest.fixture
def refused() -> Callable[[httpx.Response], list[tuple[str, str]]]:
    """The pointers and codes of a 422."""

    def refused(answer: httpx.Response) -> list[tuple[str, str]]:
        assert answer.status_code == 422, answer.text
        return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]

    return refused
