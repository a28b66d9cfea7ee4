"""Procedures: a code each, that no other live one has, and a department that does them."""

import pytest

from rounds.data import new_id

BODY = {"code": "stent", "name": "Coronary stent", "department": "cardiology"}


async def test_a_procedure_is_created_read_changed_and_deleted(client):
    body = {"code": "  W37.1 ", "name": "  Prothèse de hanche ", "department": " Orthopaedics ", "surgical": True}
    created = await client.post("/procedures", json=body)
    assert created.status_code == 201, created.text
    made = created.json()
    assert (made["code"], made["name"], made["department"]) == ("W37.1", "Prothèse de hanche", "Orthopaedics")
    assert (made["surgical"], made["version"]) == (True, 1)
    assert made["created_at"] == made["updated_at"]
    assert made["created_at"].endswith("Z")
    own = f"/procedures/{made['id']}"
    assert (created.headers["location"], created.headers["etag"]) == (own, '"1"')
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (made, '"1"')

    put = await client.put(own, json=BODY)
    shown = {name: put.json()[name] for name in (*BODY, "surgical")}
    assert shown == {**BODY, "surgical": False}  # what is left out is what it was by default
    assert put.headers["etag"] == '"2"'
    patched = await client.patch(own, json={"code": "STENT", "surgical": True})  # its own code, in capitals
    assert patched.status_code == 200, patched.text
    assert (patched.json()["code"], patched.json()["surgical"]) == ("STENT", True)
    assert (await client.patch(own, json={"surgical": None})).json()["surgical"] is False
    assert (await client.get(own)).json()["created_at"] == made["created_at"]

    assert (await client.delete(own)).status_code == 204
    for call in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json=BODY if call in {"PUT", "PATCH"} else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "procedure_not_found")
    assert (await client.get("/procedures")).json()["data"] == []


@pytest.mark.parametrize("again", ["hip-replacement", "Hip-Replacement", " HIP-REPLACEMENT "])
async def test_two_procedures_cannot_have_one_code(client, procedure, again):
    first, other = await procedure("hip-replacement"), await procedure("stent")
    own = f"/procedures/{other['id']}"
    for call, path in [("POST", "/procedures"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json={**BODY, "code": again})
        assert answer.status_code == 409, (call, answer.text)
        assert (answer.json()["code"], answer.json()["field"]) == ("duplicate_procedure", "code")
    assert (await client.get(own)).json() == other
    assert (await client.delete(f"/procedures/{first['id']}")).status_code == 204
    assert (await client.post("/procedures", json={**BODY, "code": again})).status_code == 201


async def test_codes_with_and_without_accents_or_hyphens_differ(procedure):
    codes = ["hip replacement", "hip-replacement", "~!#%'\"", "x" * 40]
    assert [(await procedure(code))["code"] for code in codes] == codes


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"code": ""}, "/code"),
        ({"code": "  "}, "/code"),
        ({"code": "x" * 41}, "/code"),
        ({"code": "prothèse"}, "/code"),
        ({"code": "a\tb"}, "/code"),
        ({"code": "a\u0000b"}, "/code"),
        ({"code": "\u212a"}, "/code"),  # the Kelvin sign, which becomes an ASCII K when it is normalised
        ({"code": None}, "/code"),
        ({"code": 371}, "/code"),
        ({"name": " "}, "/name"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\nb"}, "/name"),
        ({"name": None}, "/name"),
        ({"department": ""}, "/department"),
        ({"department": "\u3000"}, "/department"),
        ({"department": "a\u202eb"}, "/department"),
        ({"department": None}, "/department"),
        ({"department": ["cardiology"]}, "/department"),
        ({"surgical": "true"}, "/surgical"),
        ({"surgical": 1}, "/surgical"),
        ({"price": 1}, "/price"),
        ({"id": str(new_id())}, "/id"),
        ({"version": 7}, "/version"),
    ],
)
async def test_what_is_no_procedure_is_refused(client, procedure, refused, body, pointer):
    own = f"/procedures/{(await procedure('hip-replacement'))['id']}"
    assert refused(await client.post("/procedures", json={**BODY, **body}))[0][0] == pointer
    assert refused(await client.put(own, json={**BODY, **body}))[0][0] == pointer
    assert refused(await client.patch(own, json=body))[0][0] == pointer
    assert (await client.get(own)).json()["version"] == 1
    assert len((await client.get("/procedures")).json()["data"]) == 1


@pytest.mark.parametrize("missing", ["code", "name", "department"])
async def test_what_is_required_is_named(client, refused, missing):
    body = {name: value for name, value in BODY.items() if name != missing}
    assert refused(await client.post("/procedures", json=body)) == [(f"/{missing}", "missing")]


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
async def test_unknown_ids(client, refused, call):
    body = BODY if call in {"PUT", "PATCH"} else None
    answer = await client.request(call, f"/procedures/{new_id()}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "procedure_not_found")
    assert refused(await client.request(call, "/procedures/1", json=body))[0][0] == "path:procedure_id"


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
async def test_versions(client, procedure, refused, call):
    own = f"/procedures/{(await procedure())['id']}"
    await client.patch(own, json={"name": "Total hip replacement"})
    body = None if call == "DELETE" else BODY
    stale = await client.request(call, own, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert refused(await client.request(call, own, json=body, headers={"If-Match": "2"}))[0][0] == "header:if-match"
    for header in ('"2"', "*", 'W/"2"'):
        answer = await client.get(own, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).json()["name"] == "Total hip replacement"
    fresh = await client.request(call, own, json=body, headers={"If-Match": '"2"'})
    assert fresh.status_code == (204 if call == "DELETE" else 200)


async def test_filters_and_sorting(client, procedure, refused):
    made = [
        await procedure(code, name=name, department=department, surgical=surgical)
        for code, name, department, surgical in [
            ("hip", "Total hip replacement", "orthopaedics", True),
            ("Cast", "álgebra of casts", "Orthopaedics", False),
            ("STENT", "Coronary stent", "cardiology", True),
            ("echo", "Botany", "cardiology", False),
        ]
    ]
    for params, expected in [
        ({}, [1, 3, 0, 2]),
        ({"sort": "-code"}, [2, 0, 3, 1]),
        ({"sort": "name"}, [1, 3, 2, 0]),
        ({"sort": "created_at"}, [0, 1, 2, 3]),
        ({"department": "ORTHOPAEDICS"}, [1, 0]),
        ({"department": " órthopaedics "}, [1, 0]),
        ({"department": "orthopaedic"}, []),
        ({"surgical": "true"}, [0, 2]),
        ({"surgical": "false", "department": "cardiology"}, [3]),
        ({"code": "stent"}, [2]),
        ({"code": "CAST", "surgical": "false"}, [1]),
        ({"code": "cas"}, []),
        ({"limit": "2", "offset": "1"}, [3, 0]),
    ]:
        found = (await client.get("/procedures", params=params)).json()
        assert found["data"] == [made[place] for place in expected], params
    for params, pointer in [
        ({"surgical": "perhaps"}, "?surgical"),
        ({"department": " "}, "?department"),
        ({"code": "é"}, "?code"),
        ({"sort": "department"}, "?sort"),
        ({"q": "hip"}, "?q"),
        ({"expand": "patient"}, "?expand"),
    ]:
        assert refused(await client.get("/procedures", params=params))[0][0] == pointer


async def test_the_list_pages_with_its_filters(client, procedure):
    made = [await procedure(f"P{number}", surgical=number % 2 == 0) for number in range(9)]
    wanted = [one for one in made if one["surgical"]]
    seen, path = [], "/procedures?surgical=true&limit=2&total=true"
    while path:
        page = (await client.get(path)).json()
        assert page["pagination"]["total"] == 5
        seen += page["data"]
        path = page["links"]["next"]
    assert seen == wanted


async def test_a_procedure_that_a_patient_underwent_stays(client, procedure, record):
    made = await procedure()
    own = f"/procedures/{made['id']}"
    first, second = await record(procedure_id=made["id"]), await record(procedure_id=made["id"])
    for one in (first, second):
        answer = await client.delete(own)
        assert (answer.status_code, answer.json()["code"]) == (409, "procedure_in_use")
        assert (await client.get(own)).json() == made
        assert (await client.delete(f"/patient_procedures/{one['id']}")).status_code == 204
    # Only deleted records have it now.
    assert (await client.delete(own)).status_code == 204
    assert (await client.post("/procedures", json={**BODY, "code": made["code"]})).status_code == 201


async def test_a_procedure_is_free_to_go_with_its_last_patient(client, record):
    made = await record()
    own = f"/procedures/{made['procedure_id']}"
    assert (await client.delete(own)).status_code == 409
    assert (await client.delete(f"/patients/{made['patient_id']}")).status_code == 204
    assert (await client.delete(own)).status_code == 204


async def test_messages_speak_portuguese(client, procedure):
    await procedure("stent")
    answer = await client.post("/procedures", json=BODY, headers={"Accept-Language": "pt"})
    assert answer.json()["title"] == "O procedimento já existe"
    explained = await client.get("/problems/procedure_in_use", headers={"Accept-Language": "pt"})
    assert "submetidos" in explained.json()["explanation"]
