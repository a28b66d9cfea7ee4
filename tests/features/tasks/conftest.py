from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import httpx
import pytest

from tests.hospital import NOW, Hospital, at, refused, standing_clock

__all__ = ["NOW", "Ward", "at"]


@dataclass
class Ward(Hospital):
    """A clinician, a patient, and what is to be done for the patient."""

    patient: dict[str, Any] = field(default_factory=dict)

    async def open(self) -> "Ward":
        await self.staffed("medicine")
        self.patient = await self.another_patient()
        return self

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

    async def read(self, task: dict[str, Any]) -> dict[str, Any]:
        return await self.get(f"/tasks/{task['id']}")

    async def audit(self, task: dict[str, Any]) -> list[dict[str, Any]]:
        return (await self.get(f"/tasks/{task['id']}/audit"))["data"]

    async def listed(self, **params: str) -> list[dict[str, Any]]:
        return (await self.get("/tasks", **params))["data"]


@pytest.fixture
def frozen(monkeypatch):
    with standing_clock(monkeypatch) as move:
        yield move


@pytest.fixture
async def ward(frozen: object, client: httpx.AsyncClient) -> Ward:
    return await Ward(client).open()


@pytest.fixture(name="refused")
def _refused() -> Callable[[httpx.Response], list[tuple[str, str]]]:
    return refused
