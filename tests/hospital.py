"""What tests of the ward's work begin with: a moment, a department, a clinician, patients."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
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


def refused(answer: httpx.Response) -> list[tuple[str, str]]:
    """The pointers and codes of a 422."""
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@contextmanager
def standing_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[..., datetime]]:
    """The tests' moment; calling what it gives, with `hours=2`, moves on. Whoever is signed in stays so."""
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
    try:
        yield move
    finally:
        held.__exit__(None, None, None)


@dataclass
class Hospital:
    """A department with a clinician, and what is made there over HTTP."""

    client: httpx.AsyncClient
    department: dict[str, Any] = field(default_factory=dict)
    clinician: dict[str, Any] = field(default_factory=dict)

    async def staffed(self, department: str) -> None:
        self.department = await self.made("/departments", {"name": department})
        self.clinician = await self.another_clinician("Dr Grace Okafor")

    async def made(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def get(self, path: str, **params: str) -> Any:
        answer = await self.client.get(path, params=params or None)
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def another_clinician(self, name: str, **more: object) -> dict[str, Any]:
        return await self.made("/clinicians", {"name": name, "department_id": self.department["id"], **more})

    async def another_patient(self, **more: object) -> dict[str, Any]:
        return await self.made("/patients", {"name": "Ada Byron", "date_of_birth": "1990-01-01", **more})
