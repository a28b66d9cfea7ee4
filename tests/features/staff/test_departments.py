"""Departments: a name each, that no other has."""

import asyncio
from collections import Counter

import pytest

from rounds.data import new_id


def refused(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


async def test_a_department_is_created_read_changed_and_deleted(client):
    created = await client.post("/departments", json={"name": "  Gériatrie 老年科 "})
    assert created.status_code == 201, created.text
    made = created.json()
    assert (made["name"], made["version"]) == ("Gériatrie 老年科", 1)
    own = f"/departments/{made['id']}"
    assert (created.headers["location"], created.headers["etag"]) == (own, '"1"')
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (made, '"1"')

    put = await client.put(own, json={"name": "geriatrics"})
    assert (put.json()["name"], put.json()["version"], put.headers["etag"]) == ("geriatrics", 2, '"2"')
    patched = await client.patch(own, json={"name": "Geriatrics"})  # its own name, in other letters
    assert (patched.json()["name"], patched.headers["etag"]) == ("Geriatrics", '"3"')
    assert (await client.patch(own, json={})).json()["name"] == "Geriatrics"
    assert (await client.get(own)).json()["created_at"] == made["created_at"]

    assert (await client.delete(own)).status_code == 204
    for call in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json={"name": "x"} if call in {"PUT", "PATCH"} else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "department_not_found")
    assert (await client.get("/departments")).json()["data"] == []


@pytest.mark.parametrize("again", ["cardiology", "Cardiology", " CARDIOLOGY ", "cárdiology"])
async def test_two_departments_cannot_have_one_name(client, department, again):
    first, other = await department("cardiology"), await department("oncology")
    own = f"/departments/{other['id']}"
    for call, path in [("POST", "/departments"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json={"name": again})
        assert answer.status_code == 409, (call, answer.text)
        assert (answer.json()["code"], answer.json()["field"]) == ("duplicate_department", "name")
    assert (await client.get(own)).json() == other
    assert (await client.delete(f"/departments/{first['id']}")).status_code == 204
    assert (await client.post("/departments", json={"name": again})).status_code == 201


@pytest.mark.parametrize("name", ["", " ", "\u3000", "x" * 201, "a\u0000b", "a\nb", None, 1, True, ["x"]])
async def test_a_name_that_is_none_is_refused(client, department, name):
    own = f"/departments/{(await department())['id']}"
    for call, path in [("POST", "/departments"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json={"name": name})
        assert refused(answer)[0][0] == "/name", call


async def test_other_fields_and_parameters_are_refused(client, department):
    own = f"/departments/{(await department())['id']}"
    assert refused(await client.post("/departments", json={"name": "x", "floor": 2})) == [("/floor", "extra_forbidden")]
    assert refused(await client.patch(own, json={"version": 2})) == [("/version", "extra_forbidden")]
    assert refused(await client.put(own, json={})) == [("/name", "missing")]
    assert refused(await client.get(own, params={"include": "address"})) == [("?include", "unknown_parameter")]
    assert refused(await client.get("/departments", params={"name": "x"})) == [("?name", "unknown_parameter")]


async def test_a_department_with_clinicians_stays(client, department, clinician):
    made = await department()
    own = f"/departments/{made['id']}"
    doctor = await clinician("Dr Grace Okafor", department_id=made["id"])
    answer = await client.delete(own)
    assert (answer.status_code, answer.json()["code"]) == (409, "department_in_use")
    assert (await client.get(own)).json() == made
    # Deactivated staff still stand in old records.
    await client.patch(f"/clinicians/{doctor['id']}", json={"active": False})
    assert (await client.delete(own)).status_code == 409
    await client.delete(f"/clinicians/{doctor['id']}")
    assert (await client.delete(own)).status_code == 204


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
async def test_versions(client, department, call):
    own = f"/departments/{(await department('a'))['id']}"
    await client.put(own, json={"name": "b"})
    body = None if call == "DELETE" else {"name": "c"}
    stale = await client.request(call, own, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert refused(await client.request(call, own, json=body, headers={"If-Match": "2"}))[0][0] == "header:if-match"
    assert (await client.get(own)).json()["name"] == "b"
    for header in ('"2"', "*", 'W/"2"'):
        answer = await client.get(own, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).status_code == 200
    fresh = await client.request(call, own, json=body, headers={"If-Match": '"2"'})
    assert fresh.status_code == (204 if call == "DELETE" else 200)


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
async def test_unknown_ids(client, call):
    body = {"name": "x"} if call in {"PUT", "PATCH"} else None
    assert (await client.request(call, f"/departments/{new_id()}", json=body)).status_code == 404
    assert refused(await client.request(call, "/departments/1", json=body))[0][0] == "path:department_id"


async def test_the_list_is_sorted_by_name_and_pages(client, department):
    made = [await department(name) for name in ("Zoology", "álgebra", "Botany", "algology")]
    by_name = [made[place] for place in (1, 3, 2, 0)]
    assert (await client.get("/departments")).json()["data"] == by_name
    assert (await client.get("/departments?sort=-name")).json()["data"] == by_name[::-1]
    assert (await client.get("/departments?sort=created_at")).json()["data"] == made
    assert (await client.get("/departments?offset=1&limit=2")).json()["data"] == by_name[1:3]
    first = (await client.get("/departments?limit=3&total=true")).json()
    assert (first["pagination"]["total"], first["data"]) == (4, by_name[:3])
    rest = (await client.get(first["links"]["next"])).json()
    assert (rest["data"], rest["links"]["next"]) == (by_name[3:], None)
    assert refused(await client.get("/departments?sort=version")) == [("?sort", "sort")]


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "scheduler", "service", "auditor"])
async def test_scopes(as_role, department, role):
    own = f"/departments/{(await department())['id']}"
    reads = role in {"admin", "clinician", "nurse", "scheduler"}
    async with as_role(role) as caller:
        for path in ("/departments", own):
            assert (await caller.get(path)).status_code == (200 if reads else 403)
        for call, path, status in [
            ("POST", "/departments", 201),
            ("PUT", own, 200),
            ("PATCH", own, 200),
            ("DELETE", own, 204),
        ]:
            body = None if call == "DELETE" else {"name": f"made by {call}"}
            answer = await caller.request(call, path, json=body)
            assert answer.status_code == (status if role == "admin" else 403), call


async def test_of_many_who_found_the_same_department_one_succeeds(live):
    answers = await asyncio.gather(
        *(live.post("/departments", json={"name": name}) for name in ["Ward", "ward", "WARD", "wárd"] * 3)
    )
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 11}
    own = next(answer.headers["location"] for answer in answers if answer.status_code == 201)
    answers = await asyncio.gather(
        *(live.put(own, json={"name": name}, headers={"If-Match": '"1"'}) for name in ("Left", "Right"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]


async def test_a_department_is_not_deleted_under_a_clinician_who_arrives(live):
    for _ in range(5):
        made = (await live.post("/departments", json={"name": "ward"})).json()
        own = f"/departments/{made['id']}"
        arrived, deleted = await asyncio.gather(
            live.post("/clinicians", json={"name": "Dr A", "department_id": made["id"]}), live.delete(own)
        )
        assert (arrived.status_code, deleted.status_code) in {(201, 409), (422, 204)}
        assert (await live.get(own)).status_code == (200 if arrived.status_code == 201 else 404)
        if arrived.status_code == 201:
            await live.delete(arrived.headers["location"])
            await live.delete(own)
