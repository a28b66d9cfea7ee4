"""Rules over HTTP: written, changed, and kept in every version."""

import asyncio
from collections import Counter

import asyncpg
import pytest

from features.rules import read_rules, rule_for
from features.rules.problems import RuleNotFound
from rounds.data import new_id
from tests.features.rules.conftest import BODY, refused


async def test_a_rule_is_created_read_changed_and_deleted(client):
    created = await client.post("/rules", json={**BODY, "description": " For\nolder patients. "})
    assert created.status_code == 201, created.text
    made = created.json()
    assert made.items() >= {**BODY, "description": "For\nolder patients.", "active": True, "version": 1}.items()
    own = f"/rules/{made['id']}"
    assert (created.headers["location"], created.headers["etag"]) == (own, '"1"')
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (made, '"1"')

    put = await client.put(own, json={**BODY, "expression": "age > 70", "active": False})
    assert (put.status_code, put.headers["etag"]) == (200, '"2"')
    assert put.json().items() >= {"expression": "age > 70", "active": False, "description": None}.items()
    patched = await client.patch(own, json={"active": True})
    assert (patched.json()["active"], patched.json()["expression"], patched.headers["etag"]) == (
        True,
        "age > 70",
        '"3"',
    )
    assert (await client.get(own)).json()["created_at"] == made["created_at"]

    assert (await client.delete(own)).status_code == 204
    for call in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json=BODY if call in {"PUT", "PATCH"} else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "rule_not_found")
    assert (await client.post(f"{own}/try")).status_code == 404
    assert (await client.get("/rules")).json()["data"] == []


async def test_two_rules_cannot_have_one_code_until_one_is_deleted(client, rule):
    first, other = await rule(), await rule(code="other")
    own = f"/rules/{other['id']}"
    for call, path in [("POST", "/rules"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json=BODY)
        assert answer.status_code == 409, (call, answer.text)
        assert (answer.json()["code"], answer.json()["field"]) == ("duplicate_rule", "code")
    assert (await client.get(own)).json() == other
    assert (await client.delete(f"/rules/{first['id']}")).status_code == 204
    again = await client.post("/rules", json=BODY)
    assert again.status_code == 201
    assert again.json()["id"] != first["id"]


@pytest.mark.parametrize(
    "code", ["", " ", "Physical", "a b", "-a", "_a", "é", "x" * 61, "01a1fe32-56d9-727a-80d7-722c30ce5079", 1, None]
)
async def test_a_code_that_is_none_is_refused(client, rule, code):
    own = f"/rules/{(await rule())['id']}"
    for call, path in [("POST", "/rules"), ("PUT", own), ("PATCH", own)]:
        answer = await client.request(call, path, json={**BODY, "code": code})
        assert refused(answer)[0][0] == "/code", call


@pytest.mark.parametrize("code", ["a", "0", "physical-therapy_2", "x" * 60, " trimmed "])
async def test_codes(client, rule, code):
    assert (await rule(code=code))["code"] == code.strip()


@pytest.mark.parametrize(
    ("expression", "code"),
    [
        ("", "expression_unfinished"),
        ("  \n ", "expression_unfinished"),
        ("age >", "expression_unfinished"),
        ("wealth > 3", "unknown_variable"),
        ("age + 1", "not_boolean"),
        ("1/0 > 1", "division_by_zero"),
        ("now() > 1", "unknown_function"),
        ("age > 'x'", "wrong_types"),
        ("(" * 1500 + "true" + ")" * 1500, "expression_too_deep"),
        ("true" + "||true" * 600, "expression_too_complex"),
        ("true" + " " * 100_000, "string_too_long"),
        ("age > 1\u0000", "control_character"),
        (None, "string_type"),
        (3, "string_type"),
    ],
    ids=lambda value: repr(value)[:30],
)
async def test_a_bad_expression_is_refused_wherever_it_is_written(client, rule, expression, code):
    own = f"/rules/{(await rule())['id']}"
    for call, path in [("POST", "/rules"), ("PUT", own), ("PATCH", own)]:
        wanted = "missing" if call == "PATCH" and expression is None else code
        answer = await client.request(call, path, json={**BODY, "expression": expression})
        assert refused(answer) == [("/expression", wanted)], call
    tried = await client.post(f"{own}/try", json={"expression": expression})
    assert tried.status_code == (200 if expression is None else 422)


async def test_the_refusal_says_where_in_the_language_of_the_caller(client):
    body = {**BODY, "expression": "age > 65 &&\n  wealth > 3"}
    english = (await client.post("/rules", json=body)).json()["errors"][0]["detail"]
    assert english.startswith("Line 2, column 3: there is no fact named wealth. The facts are age, sex, bmi, ")
    answer = await client.post("/rules", json=body, headers={"Accept-Language": "pt"})
    assert answer.json()["errors"][0]["detail"].startswith("Linha 2, coluna 3: não existe nenhum facto chamado wealth.")


async def test_other_fields_are_refused(client, rule):
    own = f"/rules/{(await rule())['id']}"
    assert refused(await client.post("/rules", json={**BODY, "version": 2})) == [("/version", "extra_forbidden")]
    assert refused(await client.put(own, json={})) == [
        ("/code", "missing"),
        ("/recommendation", "missing"),
        ("/expression", "missing"),
    ]
    assert refused(await client.patch(own, json={"active": None, "recommendation": " "})) == [
        ("/recommendation", "blank")
    ]
    assert refused(await client.patch(own, json={"active": "yes"}))[0] == ("/active", "bool_type")
    assert refused(await client.get("/rules", params={"expression": "x"})) == [("?expression", "unknown_parameter")]
    assert refused(await client.get(own, params={"expand": "x"})) == [("?expand", "unknown_parameter")]


async def test_an_expression_keeps_its_lines_and_comments(client, rule):
    expression = "age > 65 // the retired\n\t&& chronic_pain"
    assert (await rule(expression=f" {expression}\n"))["expression"] == expression


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
async def test_versions_are_checked(client, rule, call):
    own = f"/rules/{(await rule())['id']}"
    await client.put(own, json={**BODY, "expression": "age > 70"})
    body = None if call == "DELETE" else {**BODY, "expression": "age > 80"}
    stale = await client.request(call, own, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert refused(await client.request(call, own, json=body, headers={"If-Match": "2"}))[0][0] == "header:if-match"
    assert (await client.get(own)).json()["expression"] == "age > 70"
    for header in ('"2"', "*", 'W/"2"'):
        answer = await client.get(own, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
    fresh = await client.request(call, own, json=body, headers={"If-Match": '"2"'})
    assert fresh.status_code == (204 if call == "DELETE" else 200)


async def test_every_version_is_kept(client, as_role):
    made = (await client.post("/rules", json=BODY)).json()
    own = f"/rules/{made['id']}"
    async with as_role("clinician") as clinician:
        await clinician.patch(own, json={"expression": "age > 70"})
    await client.put(own, json={**BODY, "code": "renamed", "description": "d", "active": False})
    assert refused(await client.patch(own, json={"expression": "age >"}))  # leaves no trace
    await client.delete(own)

    answer = await client.get(f"{own}/versions")
    versions = answer.json()["data"]
    assert [
        (each["version"], each["code"], each["expression"], each["active"], each["deleted"]) for each in versions
    ] == [
        (4, "renamed", BODY["expression"], False, True),
        (3, "renamed", BODY["expression"], False, False),
        (2, "physical_therapy", "age > 70", True, False),
        (1, "physical_therapy", BODY["expression"], True, False),
    ]
    assert versions[-1]["at"] == made["created_at"]
    assert versions[-1]["at"].endswith("Z")
    assert versions[0]["by"] == versions[3]["by"] != versions[2]["by"]
    assert versions[1]["description"] == "d"

    first = (await client.get(f"{own}/versions?limit=3&total=true")).json()
    assert (first["data"], first["pagination"]["total"]) == (versions[:3], 4)
    assert (await client.get(first["links"]["next"])).json()["data"] == versions[3:]
    assert (await client.get(f"{own}/versions?sort=version&offset=1&limit=1")).json()["data"] == [versions[2]]
    assert (await client.get(f"{own}/versions?offset=9")).json()["data"] == []
    assert (await client.get(f"/rules/{new_id()}/versions")).json()["code"] == "rule_not_found"


@pytest.mark.parametrize("statement", ["UPDATE rule_version SET expression = 'true'", "DELETE FROM rule_version"])
async def test_the_database_refuses_to_change_a_version(live, cloned_url, statement):
    await live.post("/rules", json=BODY)
    connection = await asyncpg.connect(cloned_url)
    try:
        with pytest.raises(asyncpg.RestrictViolationError):
            await connection.execute(statement)
    finally:
        await connection.close()


async def test_the_list_is_filtered_sorted_and_paged(client, rule):
    made = [await rule(code=code, active=active) for code, active in [("c", True), ("a", False), ("b", True)]]
    by_code = [made[1], made[2], made[0]]

    async def listed(**parameters):
        answer = await client.get("/rules", params=parameters)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    assert await listed() == by_code
    assert await listed(sort="-code") == by_code[::-1]
    assert await listed(sort="created_at") == made
    assert await listed(active="true") == [made[2], made[0]]
    assert await listed(active="false", sort="-created_at") == [made[1]]
    assert await listed(code="b") == [made[2]]
    assert await listed(code="B") == []
    assert await listed(offset=1, limit=1) == [made[2]]
    page = (await client.get("/rules?limit=2&total=true&active=true")).json()
    assert (page["pagination"]["total"], page["links"]["next"]) == (2, None)
    page = (await client.get("/rules?limit=2")).json()
    assert (await client.get(page["links"]["next"])).json()["data"] == [made[0]]
    assert refused(await client.get("/rules?sort=expression")) == [("?sort", "sort")]


@pytest.mark.parametrize(
    ("role", "reads", "writes", "tries"),
    [
        ("clinician", 200, 201, 200),
        ("nurse", 200, 403, 403),
        ("service", 403, 403, 403),
        ("scheduler", 403, 403, 403),
        ("auditor", 403, 403, 403),
    ],
)
async def test_scopes(as_role, rule, role, reads, writes, tries):
    own = f"/rules/{(await rule())['id']}"
    async with as_role(role) as somebody:
        for path in ("/rules", own, f"{own}/versions"):
            assert (await somebody.get(path)).status_code == reads
        assert (await somebody.post("/rules", json={**BODY, "code": "other"})).status_code == writes
        assert (await somebody.put(own, json=BODY)).status_code == (200 if writes == 201 else 403)
        assert (await somebody.patch(own, json={})).status_code == (200 if writes == 201 else 403)
        assert (await somebody.post(f"{own}/try")).status_code == tries
        assert (await somebody.delete(own)).status_code == (204 if writes == 201 else 403)


async def test_nobody_without_a_token_comes_in(anonymous):
    for call, path in [("GET", "/rules"), ("POST", "/rules"), ("POST", f"/rules/{new_id()}/try")]:
        assert (await anonymous.request(call, path)).status_code == 401


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
async def test_unknown_ids(client, call):
    body = BODY if call in {"PUT", "PATCH"} else None
    assert (await client.request(call, f"/rules/{new_id()}", json=body)).status_code == 404
    assert refused(await client.request(call, "/rules/1", json=body))[0][0] == "path:rule_id"


async def test_of_twenty_who_create_the_same_code_one_succeeds(live):
    answers = await asyncio.gather(*(live.post("/rules", json=BODY) for _ in range(20)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


async def test_of_changes_to_the_same_version_one_succeeds_and_each_version_is_kept_once(live):
    own = (await live.post("/rules", json=BODY)).headers["location"]
    for version in range(1, 5):
        answers = await asyncio.gather(
            *(
                live.put(own, json={**BODY, "expression": f"age > {limit}"}, headers={"If-Match": f'"{version}"'})
                for limit in range(5)
            )
        )
        assert Counter(answer.status_code for answer in answers) == {200: 1, 412: 4}
    await asyncio.gather(*(live.patch(own, json={"expression": f"bmi > {limit}"}) for limit in range(10)))
    versions = (await live.get(f"{own}/versions")).json()["data"]
    assert [each["version"] for each in versions] == list(range(15, 0, -1))
    assert versions[0]["expression"] == (await live.get(own)).json()["expression"]


async def test_others_find_rules_by_code_or_id_and_deleted_ones_by_id_only_to_show_them(client, rule, database):
    reads = database.reads
    kept, gone = await rule(), await rule(code="gone")
    await client.delete(f"/rules/{gone['id']}")
    assert str((await rule_for(kept["code"], reads=reads)).id) == kept["id"]
    found = await rule_for(kept["id"], reads=reads)
    assert (found.code, found.version, found.expression) == (kept["code"], 1, kept["expression"])
    for nothing in ("gone", gone["id"], str(new_id()), "", "'; DROP TABLE rule", "x" * 500):
        with pytest.raises(RuleNotFound):
            await rule_for(nothing, reads=reads)
    shown = await read_rules([found.id, new_id()], reads=reads)
    assert {key: each.code for key, each in shown.items()} == {found.id: kept["code"]}
    versions = (await client.get(f"/rules/{gone['id']}/versions")).json()["data"]
    assert versions[0]["deleted"] is True
