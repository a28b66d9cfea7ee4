from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.hospital import NOW, Hospital, at, refused, standing_clock

__all__ = ["NOW", "Diary", "at"]


@dataclass
class Diary(Hospital):
    """A department with a clinician, patients, and what is booked for them."""

    async def open(self) -> "Diary":
        await self.staffed("orthopaedics")
        return self

    async def patient(self, **more: object) -> dict[str, Any]:
        return await self.another_patient(**more)

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
        return await self.get(f"/appointments/{appointment['id']}")

    async def post(self, appointment: dict[str, Any], step: str, body: object = None) -> httpx.Response:
        return await self.client.post(f"/appointments/{appointment['id']}/{step}", json=body or {})

    async def listed(self, **params: str) -> list[dict[str, Any]]:
        return (await self.get("/appointments", **params))["data"]


@pytest.fixture
def frozen(monkeypatch):
    with standing_clock(monkeypatch) as move:
        yield move


@pytest.fixture
async def diary(frozen: object, client: httpx.AsyncClient) -> Diary:
    return await Diary(client).open()


@pytest.fixture(name="refused")
def _refused() -> Callable[[httpx.Response], list[tuple[str, str]]]:
    return refused
