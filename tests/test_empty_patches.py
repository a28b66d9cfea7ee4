"""A PATCH that changes nothing is no change, on every resource: no version, no event, no stale `If-Match`."""

from collections.abc import Awaitable, Callable

import asyncpg
import pytest

from tests.conftest import connected

RESOURCES: dict[str, Callable[..., Awaitable[str]]] = {}


def resource(path: str):
    """Make one of what stands at `path`, and answer where it is."""

    def register(make):
        RESOURCES[path] = make
        return make

    return register


async def post(client, path: str, **body: object) -> dict:
    answer = await client.post(path, json=body)
    assert answer.status_code == 201, answer.text
    return answer.json()


async def a_patient(client) -> dict:
    body = {"name": "Zoë Byron", "date_of_birth": "1940-01-01", "height_cm": 170.5, "weight_kg": 110, "mrn": "A1"}
    numbers = [{"system": "local", "value": "B"}, {"system": "local", "value": "A"}]
    more = {"phone": "07700 900123", "email": "zoe@example.org", "conditions": ["gout", "asthma"]}
    return await post(client, "/patients", **body, **more, identifiers=numbers)


@resource("/patients/{patient_id}")
async def patient(client) -> str:
    return f"/patients/{(await a_patient(client))['id']}"


@resource("/departments/{department_id}")
async def department(client) -> str:
    return f"/departments/{(await post(client, '/departments', name='Cardiology'))['id']}"


@resource("/clinicians/{clinician_id}")
async def clinician(client) -> str:
    where = (await post(client, "/departments", name="Cardiology"))["id"]
    made = await post(client, "/clinicians", name="Grace", department_id=where, email="grace@example.org")
    return f"/clinicians/{made['id']}"


async def a_procedure(client) -> dict:
    return await post(client, "/procedures", code="W37", name="Hip", department="orthopaedics", surgical=True)


@resource("/procedures/{procedure_id}")
async def procedure(client) -> str:
    return f"/procedures/{(await a_procedure(client))['id']}"


@resource("/patient_procedures/{patient_procedure_id}")
async def patient_procedure(client) -> str:
    ids = {"patient_id": (await a_patient(client))["id"], "procedure_id": (await a_procedure(client))["id"]}
    made = await post(client, "/patient_procedures", **ids, performed_at="2024-03-15T10:00:00+02:00", report="Well.")
    return f"/patient_procedures/{made['id']}"


@resource("/rules/{rule_id}")
async def rule(client) -> str:
    made = await post(client, "/rules", code="heavy", recommendation="Weight Management", expression="age > 65")
    return f"/rules/{made['id']}"


@resource("/recommendations/{recommendation_id}")
async def recommendation(client) -> str:
    made = await post(client, "/recommendations", patient_id=(await a_patient(client))["id"], recommendation="Rest")
    return f"/recommendations/{made['id']}"


@resource("/tasks/{task_id}")
async def task(client) -> str:
    body = {"task_type": "blood test", "priority": "urgent", "description": "Urea.", "due_at": "2030-03-15T10:00:00Z"}
    made = await post(client, "/tasks", patient_id=(await a_patient(client))["id"], **body)
    return f"/tasks/{made['id']}"


@resource("/security/users/{account_id}")
async def account(client) -> str:
    body = {"username": "grace", "password": "many plain words", "full_name": "Grace", "roles": ["nurse", "auditor"]}
    return f"/security/users/{(await post(client, '/security/register', **body))['id']}"


async def test_every_resource_that_can_be_patched_is_here(app):
    patched = {path for path, calls in app.openapi()["paths"].items() if "patch" in calls}
    assert patched == set(RESOURCES)


@pytest.fixture
async def events(cloned_url):
    connection = await asyncpg.connect(cloned_url)
    yield lambda: connection.fetchval("SELECT count(*) FROM outbox")
    await connection.close()


# What a client may send of each resource; the rest of what it reads is the server's.
WRITABLE = {
    "/security/users/{account_id}": {"full_name", "roles", "active"},
    "/tasks/{task_id}": {"description", "priority", "due_at", "assignee_id"},
    "/recommendations/{recommendation_id}": {"patient_id", "rule", "recommendation", "status", "reason"},
}
OURS = {"id", "version", "created_at", "updated_at", "age", "bmi", "links"}


async def read(client, path: str, own: str) -> dict:
    """The resource; an account can only be found in the list of them."""
    if not path.startswith("/security"):
        return (await client.get(own)).json()
    return next(each for each in (await client.get("/security/users")).json()["data"] if each["id"] in own)


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_patch_that_changes_nothing_is_no_change(live, events, path):
    own = await RESOURCES[path](live)
    before, heard = await read(live, path, own), await events()
    same = {name: value for name, value in before.items() if name in WRITABLE.get(path, set(before) - OURS)}
    assert len(same) >= 1
    for body in ({}, same, {}):
        for headers in ({}, {"If-Match": '"1"'}):
            answer = await live.patch(own, json=body, headers=headers)
            assert answer.status_code == 200, answer.text
            assert answer.headers["etag"] == '"1"'
            assert answer.json()["updated_at"] == before["updated_at"]
    assert await read(live, path, own) == before
    assert await events() == heard


@pytest.mark.parametrize("path", RESOURCES)
async def test_a_stale_or_refused_patch_stays_refused(live, path):
    own = await RESOURCES[path](live)
    assert (await live.patch(own, json={}, headers={"If-Match": '"7"'})).status_code == 412
    assert (await live.patch(own, json={"nonsense": 1})).status_code == 422


CHANGES = {
    "/patients/{patient_id}": [{"weight_kg": 100}, {"identifiers": []}, {"conditions": ["gout"]}],
    "/departments/{department_id}": [{"name": "CARDIOLOGY"}],
    "/tasks/{task_id}": [{"description": None}, {"priority": "stat"}, {"due_at": "2030-03-16T10:00:00Z"}],
    "/clinicians/{clinician_id}": [{"email": None}, {"active": False}],
    "/procedures/{procedure_id}": [{"surgical": False}],
    "/patient_procedures/{patient_procedure_id}": [{"performed_at": "2024-03-15T10:00:00Z"}],
    "/rules/{rule_id}": [{"description": "Why"}, {"active": False}],
    "/recommendations/{recommendation_id}": [{"reason": "Because"}, {"status": "declined"}],
    "/security/users/{account_id}": [
        {"full_name": "G"},
        {"roles": ["nurse"]},
        {"password": "other plain words"},
        {"full_name": "H", "active": False},
    ],
}


@pytest.mark.parametrize("path", RESOURCES)
async def test_every_real_change_counts_one_version(live_app, path):
    async with connected(live_app, "admin") as live:
        own = await RESOURCES[path](live)
        for version, body in enumerate(CHANGES[path], start=2):
            answer = await live.patch(own, json=body)
            assert answer.status_code == 200, answer.text
            assert answer.headers["etag"] == f'"{version}"', body
