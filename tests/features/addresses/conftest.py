from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

OWNERS = ("patient", "department", "clinician")


async def make_owner(client: httpx.AsyncClient, owner: str, name: str = "Ada Byron") -> dict[str, Any]:
    """A patient, department or clinician."""
    body: dict[str, Any] = {"name": name}
    if owner == "patient":
        body["date_of_birth"] = "1990-01-01"
    if owner == "clinician":
        body["department_id"] = (await make_owner(client, "department", f"department of {name}"))["id"]
    answer = await client.post(f"/{owner}s", json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def owned(client: httpx.AsyncClient) -> Callable[..., Awaitable[dict[str, Any]]]:
    """`owner = await owned("department")`"""

    async def owned(owner: str, name: str = "Ada Byron") -> dict[str, Any]:
        return await make_owner(client, owner, name)

    return owned
