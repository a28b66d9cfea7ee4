from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Admit = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def admit(client: httpx.AsyncClient) -> Admit:
    """`patient = await admit(name="Zoë")`: a created patient, as the answer showed it."""

    async def admit(**more: object) -> dict[str, Any]:
        answer = await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01", **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return admit
