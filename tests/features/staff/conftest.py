from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Make = Callable[..., Awaitable[dict[str, Any]]]


@pytest.fixture
def department(client: httpx.AsyncClient) -> Make:
    """`made = await department("cardiology")`"""

    async def department(name: str = "cardiology") -> dict[str, Any]:
        answer = await client.post("/departments", json={"name": name})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return department


@pytest.fixture
def clinician(client: httpx.AsyncClient) -> Make:
    """`made = await clinician("Dr Grace Okafor", department_id=...)`"""

    async def clinician(name: str, **more: object) -> dict[str, Any]:
        answer = await client.post("/clinicians", json={"name": name, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return clinician
