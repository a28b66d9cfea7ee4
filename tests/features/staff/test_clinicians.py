"""Clinicians: who they are, where they work, and whether they still do."""

import asyncio

import pytest

from rounds.data import new_id


def refused(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.fixture
async def ward(department) -> str:
    return (await department("cardiology"))["id"]


async def test_a_clinician_is_created_read_changed_and_deleted(client, ward, department):
    body = {
        "name": "Dr Grace O’Kafor",
        "department_id": ward,
        "email": "Grace@EXAMPLE.org",
        "organisation": " Northfield Hospital ",
        "active": False,
    }
    created = await client.post("/clinicians", json=body)
    assert created.status_code == 201, created.text
    made = created.json()
    stored = {**body, "email": "Grace@example.org", "organisation": "Northfield Hospital", "version": 1}
    assert made.items() >= stored.items()
    own = f"/clinicians/{made['id']}"
    assert (created.headers["location"], created.headers["etag"]) == (own, '"1"')
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (made, '"1"')

    elsewhere = (await department("oncology"))["id"]
    patched = await client.patch(own, json={"department_id": elsewhere, "email": None, "active": None})
    assert patched.status_code == 200, patched.text
    assert (patched.json()["department_id"], patched.json()["email"], patched.json()["active"]) == (
        elsewhere,
        None,
        True,
    )
    assert patched.json()["organisation"] == "Northfield Hospital"
    put = await client.put(own, json={"name": "Dr G", "department_id": ward})
    assert (put.json()["organisation"], put.json()["active"], put.headers["etag"]) == (None, True, '"3"')
    assert put.json()["created_at"] == made["created_at"] < put.json()["updated_at"]

    assert (await client.delete(own)).status_code == 204
    for call in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json=body if call in {"PUT", "PATCH"} else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "clinician_not_found")
    assert (await client.get("/clinicians")).json()["data"] == []


async def test_a_name_and_a_department_are_enough_and_names_may_be_shared(client, ward, clinician):
    first, second = [await clinician("Dr A", department_id=ward) for _ in range(2)]
    assert first["id"] != second["id"]
    assert (first["email"], first["organisation"], first["active"]) == (None, None, True)


async def test_the_department_exists(client, ward, clinician):
    own = f"/clinicians/{(await clinician('Dr A', department_id=ward))['id']}"
    for call, path in [("POST", "/clinicians"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json={"name": "Dr A", "department_id": str(new_id())})
        assert refused(answer) == [("/department_id", "unknown_department")], call
    assert (await client.get(own)).json()["department_id"] == ward
    assert len((await client.get("/clinicians")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": " "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": None}, "/name"),
        ({"department_id": "banana"}, "/department_id"),
        ({"department_id": None}, "/department_id"),
        ({"department_id": 1}, "/department_id"),
        ({"email": "banana"}, "/email"),
        ({"organisation": "a\u0000"}, "/organisation"),
        ({"organisation": "x" * 201}, "/organisation"),
        ({"active": "true"}, "/active"),
        ({"active": 1}, "/active"),
        ({"speciality": "hearts"}, "/speciality"),
        ({"id": str(new_id())}, "/id"),
    ],
)
async def test_what_is_no_clinician_is_refused(client, ward, clinician, body, pointer):
    whole = {"name": "Dr A", "department_id": ward, **body}
    own = f"/clinicians/{(await clinician('Dr A', department_id=ward))['id']}"
    assert refused(await client.post("/clinicians", json=whole))[0][0] == pointer
    assert refused(await client.put(own, json=whole))[0][0] == pointer
    assert refused(await client.patch(own, json=body))[0][0] == pointer
    assert (await client.get(own)).json()["version"] == 1


@pytest.mark.parametrize("missing", ["name", "department_id"])
async def test_what_is_required_is_named(client, ward, missing):
    body = {name: value for name, value in {"name": "Dr A", "department_id": ward}.items() if name != missing}
    assert refused(await client.post("/clinicians", json=body)) == [(f"/{missing}", "missing")]


async def test_filters_and_sorting(client, department, clinician):
    hearts, bones = [(await department(name))["id"] for name in ("cardiology", "orthopaedics")]
    made = [
        await clinician(name, department_id=where, active=active)
        for name, where, active in [("Zoë", hearts, True), ("ángel", bones, False), ("Bo", hearts, False)]
    ]
    for params, expected in [
        ({}, [1, 2, 0]),
        ({"sort": "-name"}, [0, 2, 1]),
        ({"sort": "created_at"}, [0, 1, 2]),
        ({"department_id": hearts}, [2, 0]),
        ({"active": "false"}, [1, 2]),
        ({"active": "true", "department_id": bones}, []),
        ({"active": "false", "department_id": bones}, [1]),
        ({"department_id": str(new_id())}, []),
        ({"limit": "1", "offset": "1"}, [2]),
    ]:
        found = (await client.get("/clinicians", params=params)).json()
        assert found["data"] == [made[place] for place in expected], params
    for params, pointer in [
        ({"active": "perhaps"}, "?active"),
        ({"department_id": "banana"}, "?department_id"),
        ({"sort": "email"}, "?sort"),
        ({"q": "Bo"}, "?q"),
    ]:
        assert refused(await client.get("/clinicians", params=params))[0][0] == pointer


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
async def test_unknown_ids(client, ward, call):
    body = {"name": "x", "department_id": ward} if call in {"PUT", "PATCH"} else None
    assert (await client.request(call, f"/clinicians/{new_id()}", json=body)).status_code == 404
    assert refused(await client.request(call, "/clinicians/1", json=body))[0][0] == "path:clinician_id"


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
async def test_versions(client, ward, clinician, call):
    own = f"/clinicians/{(await clinician('Dr A', department_id=ward))['id']}"
    await client.patch(own, json={"name": "Dr B"})
    body = None if call == "DELETE" else {"name": "Dr C", "department_id": ward}
    stale = await client.request(call, own, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert refused(await client.request(call, own, json=body, headers={"If-Match": "2"}))[0][0] == "header:if-match"
    for header in ('"2"', "*", 'W/"2"'):
        answer = await client.get(own, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).json()["name"] == "Dr B"
    fresh = await client.request(call, own, json=body, headers={"If-Match": '"2"'})
    assert fresh.status_code == (204 if call == "DELETE" else 200)


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "scheduler", "service", "auditor"])
async def test_scopes(as_role, ward, clinician, role):
    own = f"/clinicians/{(await clinician('Dr A', department_id=ward))['id']}"
    reads = role in {"admin", "clinician", "nurse", "scheduler"}
    async with as_role(role) as caller:
        for path in ("/clinicians", own):
            assert (await caller.get(path)).status_code == (200 if reads else 403)
        for call, path, status in [
            ("POST", "/clinicians", 201),
            ("PUT", own, 200),
            ("PATCH", own, 200),
            ("DELETE", own, 204),
        ]:
            body = None if call == "DELETE" else {"name": "Dr A", "department_id": ward}
            answer = await caller.request(call, path, json=body)
            assert answer.status_code == (status if role == "admin" else 403), call


async def test_of_two_changes_to_the_same_version_one_succeeds(live):
    ward = (await live.post("/departments", json={"name": "ward"})).json()["id"]
    own = (await live.post("/clinicians", json={"name": "Dr A", "department_id": ward})).headers["location"]
    answers = await asyncio.gather(
        *(
            live.put(
                own,
                json={"name": name, "department_id": ward, "organisation": name},
                headers={"If-Match": '"1"'},
            )
            for name in ("Left", "Right", "Middle")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
    now = (await live.get(own)).json()
    assert (now["version"], now["name"]) == (2, now["organisation"])
