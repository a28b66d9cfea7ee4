from collections.abc import Awaitable, Callable
from typing import Any

import httpx
import pytest

Make = Callable[..., Awaitable[dict[str, Any]]]


async def made(client: httpx.AsyncClient, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """What a POST to `path` made, as the answer showed it."""
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


@pytest.fixture
def patient(client: httpx.AsyncClient) -> Make:
    """`made = await patient(name="Zoë")`"""

    async def patient(**more: object) -> dict[str, Any]:
        return await made(client, "/patients", {"name": "Ada Byron", "date_of_birth": "1990-01-01", **more})

    return patient


@pytest.fixture
def procedure(client: httpx.AsyncClient) -> Make:
    """`made = await procedure("hip-replacement", surgical=True)`"""

    async def procedure(code: str = "hip-replacement", **more: object) -> dict[str, Any]:
        body = {"code": code, "name": "Hip replacement", "department": "orthopaedics", **more}
        return await made(client, "/procedures", body)

    return procedure


@pytest.fixture
def record(client: httpx.AsyncClient, patient: Make, procedure: Make) -> Make:
    """`made = await record(patient_id=...)`; a patient and a procedure of its own where none is given."""

    async def record(**more: object) -> dict[str, Any]:
        body = {"performed_at": "2026-03-09T14:30:00Z", **more}
        body["patient_id"] = more.get("patient_id") or (await patient())["id"]
        body["procedure_id"] = more.get("procedure_id") or (await procedure())["id"]
        return await made(client, "/patient_procedures", body)

    return record


@pytest.fixture
def refused() -> Callable[[httpx.Response], list[tuple[str, str]]]:
    """The pointers and codes of a 422."""

    def refused(answer: httpx.Response) -> list[tuple[str, str]]:
        assert answer.status_code == 422, answer.text
        return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]

    return refused
