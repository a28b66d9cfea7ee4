"""Managing accounts: registering, listing, changing, and keeping the last administrator."""

import asyncio
from uuid import UUID, uuid4

import pytest

from rounds.auth import ROLES, SCOPES
from tests.conftest import connected
from tests.features.accounts.conftest import PASSWORD, bearing, registered, sign_in, signed_in

GRACE = {"username": "grace.okafor", "password": PASSWORD, "full_name": "Grace O’Kafor", "roles": ["clinician"]}


async def test_an_account_is_registered(client):
    answer = await client.post("/security/register", json=GRACE)
    assert answer.status_code == 201
    account = answer.json()
    assert set(account) == {
        "id", "username", "full_name", "roles", "active", "version", "created_at", "updated_at"
    }  # fmt: skip
    assert UUID(account["id"]).version == 7
    assert account["username"] == "grace.okafor"
    assert account["full_name"] == "Grace O’Kafor"
    assert account["roles"] == ["clinician"]
    assert account["active"] is True
    assert account["version"] == 1
    assert account["created_at"] == account["updated_at"]
    assert account["created_at"].endswith("Z")
    assert answer.headers["location"] == f"/security/users/{account['id']}"
    assert answer.headers["etag"] == '"1"'
    assert PASSWORD not in answer.text


async def test_roles_are_kept_once_each(client):
    account = await registered(client, "grace", "nurse", "clinician", "nurse")
    assert account["roles"] == ["clinician", "nurse"]


@pytest.mark.parametrize("username", ["grace.okafor", "Grace.Okafor", "GRACE.OKAFOR"])
async def test_a_username_is_taken_in_any_case(client, username):
    assert (await client.post("/security/register", json=GRACE)).status_code == 201
    again = await client.post("/security/register", json={**GRACE, "username": username})
    assert again.status_code == 409
    assert again.json()["code"] == "username_taken"
    assert again.json()["field"] == "username"


async def test_of_twenty_racing_registrations_one_succeeds(live):
    usernames = ["grace", "Grace", "GRACE", "gRace"] * 5
    answers = await asyncio.gather(
        *(live.post("/security/register", json={**GRACE, "username": username}) for username in usernames)
    )
    assert sorted(answer.status_code for answer in answers) == [201] + [409] * 19


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"password": "eleven char"}, "/password", "password_too_short"),
        ({"password": ""}, "/password", "password_too_short"),
        ({"password": "x" * 1025}, "/password", "too_long"),
        ({"password": None}, "/password", "string_type"),
        ({"password": 123456789012}, "/password", "string_type"),
        ({"password": "my grace.okafor password"}, "/password", "password_contains_username"),
        ({"password": "MY GRACE.OKAFOR PASSWORD"}, "/password", "password_contains_username"),
        ({"roles": ["king"]}, "/roles/0", "literal_error"),
        ({"roles": ["nurse", "Admin"]}, "/roles/1", "literal_error"),
        ({"roles": []}, "/roles", "too_short"),
        ({"roles": "admin"}, "/roles", "list_type"),
        ({"roles": ["nurse"] * 7}, "/roles", "too_long"),
        ({"username": "x"}, "/username", "string_pattern_mismatch"),
        ({"username": "x" * 65}, "/username", "string_pattern_mismatch"),
        ({"username": "grace okafor"}, "/username", "string_pattern_mismatch"),
        ({"username": "grace\n"}, "/username", "string_pattern_mismatch"),
        ({"username": "gráce"}, "/username", "string_pattern_mismatch"),
        ({"username": "-grace"}, "/username", "string_pattern_mismatch"),
        ({"full_name": ""}, "/full_name", "string_too_short"),
        ({"full_name": "   "}, "/full_name", "blank"),
        ({"full_name": "x" * 201}, "/full_name", "string_too_long"),
        ({"full_name": "Gr\x00ace"}, "/full_name", "control_character"),
        ({"full_name": "Gr\u202eace"}, "/full_name", "control_character"),
        ({"active": True}, "/active", "extra_forbidden"),
        ({"is_admin": True}, "/is_admin", "extra_forbidden"),
    ],
)
async def test_what_cannot_be_registered(client, change, pointer, code):
    answer = await client.post("/security/register", json={**GRACE, **change})
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    password = change.get("password")
    assert not password or str(password) not in answer.text
    assert (await client.get("/security/users")).json()["data"] == []


@pytest.mark.parametrize("field", ["username", "password", "full_name", "roles"])
async def test_every_field_of_a_registration_is_needed(client, field):
    body = {name: value for name, value in GRACE.items() if name != field}
    answer = await client.post("/security/register", json=body)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [{"pointer": f"/{field}", "code": "missing", "detail": "This field is required."}]


async def test_a_password_of_twelve_characters_in_any_script_will_do(client, anonymous):
    password = "Zwölf🔑字符 ẞ ç"
    assert len(password) == 12
    await registered(client, "grace", password=password)
    assert (await sign_in(anonymous, "grace", password)).status_code == 200
    assert (await sign_in(anonymous, "grace", password + " ")).status_code == 401


async def test_me_shows_the_account_behind_the_token(client, anonymous):
    await registered(client, "grace", "nurse", "auditor")
    token = bearing((await signed_in(anonymous, "grace"))["access_token"])
    answer = await anonymous.get("/security/me", headers=token)
    assert answer.status_code == 200
    assert answer.json()["username"] == "grace"
    assert answer.json()["roles"] == ["auditor", "nurse"]
    assert answer.json()["scopes"] == sorted(ROLES["nurse"] | ROLES["auditor"])
    assert answer.headers["etag"] == '"1"'
    same = await anonymous.get("/security/me", headers={**token, "If-None-Match": '"1"'})
    assert same.status_code == 304
    assert same.content == b""
    assert same.headers["etag"] == '"1"'


async def test_accounts_are_listed_page_by_page(client):
    names = [f"user{n:02}" for n in range(7)]
    for name in reversed(names):
        await registered(client, name)
    seen, url = [], "/security/users?limit=3&total=true"
    while url:
        answer = await client.get(url)
        assert answer.status_code == 200
        page = answer.json()
        assert page["pagination"]["total"] == 7
        assert page["pagination"]["count"] == len(page["data"])
        assert f'<{page["links"]["self"]}>; rel="self"' in answer.headers["link"]
        seen += [account["username"] for account in page["data"]]
        url = page["links"]["next"]
        assert ('rel="next"' in answer.headers["link"]) is (url is not None)
    assert seen == names


async def test_accounts_are_sorted_as_asked(client):
    for name in ("bea", "Ada", "cid"):
        await registered(client, name)

    async def order(sort: str) -> list[str]:
        found = await client.get("/security/users", params={"sort": sort})
        return [account["username"] for account in found.json()["data"]]

    assert await order("username") == ["Ada", "bea", "cid"]
    assert await order("-username") == ["cid", "bea", "Ada"]
    assert await order("created_at") == ["bea", "Ada", "cid"]
    assert await order("-created_at") == ["cid", "Ada", "bea"]


async def test_accounts_are_filtered_by_role_and_state(client):
    await registered(client, "ada", "nurse", "auditor")
    gone = await registered(client, "bea", "nurse")
    await registered(client, "cid", "service")
    await client.patch(f"/security/users/{gone['id']}", json={"active": False})

    async def found(**filters: str) -> list[str]:
        answer = await client.get("/security/users", params=filters)
        assert answer.status_code == 200
        return [account["username"] for account in answer.json()["data"]]

    assert await found(role="nurse") == ["ada", "bea"]
    assert await found(role="auditor") == ["ada"]
    assert await found(active="true") == ["ada", "cid"]
    assert await found(active="false") == ["bea"]
    assert await found(active="true", role="nurse") == ["ada"]
    assert await found(role="admin") == []


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("role=king", "?role"),
        ("active=perhaps", "?active"),
        ("sort=password_hash", "?sort"),
        ("sort=username,-username", "?sort"),
        ("limit=0", "?limit"),
        ("limit=201", "?limit"),
        ("offset=10001", "?offset"),
        ("cursor=tampered", "?cursor"),
        ("password_hash=x", "?password_hash"),
    ],
)
async def test_what_cannot_be_asked_of_the_list(client, query, pointer):
    answer = await client.get(f"/security/users?{query}")
    assert answer.status_code == 422
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


async def test_a_cursor_belongs_to_its_filters(client):
    for name in ("ada", "bea", "cid"):
        await registered(client, name)
    cursor = (await client.get("/security/users?limit=1")).json()["pagination"]["next_cursor"]
    for query in ("role=nurse", "sort=-username", "active=true"):
        assert (await client.get(f"/security/users?limit=1&{query}&cursor={cursor}")).status_code == 422


async def test_a_change_is_answered_with_the_new_version(client):
    account = await registered(client, "grace")
    answer = await client.patch(f"/security/users/{account['id']}", json={"full_name": "  Grace Hopper "})
    assert answer.status_code == 200
    changed = answer.json()
    assert changed["full_name"] == "Grace Hopper"
    assert changed["version"] == 2
    assert answer.headers["etag"] == '"2"'
    assert changed["updated_at"] > changed["created_at"]
    assert {**changed, "full_name": 0, "version": 0, "updated_at": 0} == {
        **account, "full_name": 0, "version": 0, "updated_at": 0
    }  # fmt: skip


async def test_a_change_that_changes_nothing_is_none(client, anonymous):
    account = await registered(client, "grace", "nurse")
    token = bearing((await signed_in(anonymous, "grace"))["access_token"])
    for change in ({}, {"full_name": " Grace "}, {"roles": ["nurse", "nurse"]}, {"active": True}, {"password": None}):
        answer = await client.patch(f"/security/users/{account['id']}", json=change)
        assert (answer.status_code, answer.headers["etag"], answer.json()) == (200, '"1"', account)
    assert (await anonymous.get("/security/me", headers=token)).status_code == 200


async def test_a_new_name_ends_no_session(client, anonymous):
    account = await registered(client, "grace")
    token = bearing((await signed_in(anonymous, "grace"))["access_token"])
    await client.patch(f"/security/users/{account['id']}", json={"full_name": "Grace Hopper", "roles": ["nurse"]})
    assert (await anonymous.get("/security/me", headers=token)).json()["full_name"] == "Grace Hopper"


@pytest.mark.parametrize(
    ("change", "pointer", "code"),
    [
        ({"password": "short"}, "/password", "password_too_short"),
        ({"password": "it is Grace once more"}, "/password", "password_contains_username"),
        ({"roles": []}, "/roles", "too_short"),
        ({"roles": ["king"]}, "/roles/0", "literal_error"),
        ({"active": "perhaps"}, "/active", "bool_parsing"),
        ({"full_name": " "}, "/full_name", "blank"),
        ({"username": "other"}, "/username", "extra_forbidden"),
        ({"version": 9}, "/version", "extra_forbidden"),
    ],
)
async def test_what_cannot_be_changed(client, change, pointer, code):
    account = await registered(client, "grace")
    answer = await client.patch(f"/security/users/{account['id']}", json=change)
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]
    (unchanged,) = (await client.get("/security/users")).json()["data"]
    assert unchanged == account


async def test_an_account_that_is_not_there_cannot_be_changed(client):
    answer = await client.patch(f"/security/users/{uuid4()}", json={"active": False})
    assert answer.status_code == 404
    assert answer.json()["code"] == "account_not_found"
    bad = await client.patch("/security/users/grace", json={"active": False})
    assert bad.status_code == 422
    assert bad.json()["errors"][0]["pointer"] == "path:account_id"


async def test_a_merge_patch_is_understood(client):
    account = await registered(client, "grace")
    answer = await client.patch(
        f"/security/users/{account['id']}",
        content=b'{"full_name": "Grace Hopper"}',
        headers={"Content-Type": "application/merge-patch+json"},
    )
    assert answer.status_code == 200


async def test_a_stale_version_is_not_changed(client):
    account = await registered(client, "grace")
    url = f"/security/users/{account['id']}"
    assert (await client.patch(url, json={"full_name": "First"}, headers={"If-Match": '"1"'})).status_code == 200
    stale = await client.patch(url, json={"full_name": "Second"}, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert stale.json()["code"] == "version_changed"
    assert stale.json()["version"] == 2
    assert (await client.patch(url, json={"full_name": "Third"}, headers={"If-Match": "*"})).status_code == 200
    assert (await client.patch(url, json={"full_name": "Fourth"}, headers={"If-Match": "3"})).status_code == 422
    (shown,) = (await client.get("/security/users")).json()["data"]
    assert shown["full_name"] == "Third"


async def test_of_two_changes_with_the_same_version_one_is_made(live):
    account = await registered(live, "grace")
    answers = await asyncio.gather(
        *(
            live.patch(f"/security/users/{account['id']}", json={"full_name": name}, headers={"If-Match": '"1"'})
            for name in ("One", "Two", "Three")
        )
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412, 412]


@pytest.mark.parametrize("change", [{"active": False}, {"roles": ["nurse"]}, {"roles": ["auditor"], "active": True}])
async def test_the_last_administrator_stays(client, anonymous, change):
    account = await registered(client, "root", "admin")
    former = await registered(client, "former", "admin")
    assert (await client.patch(f"/security/users/{former['id']}", json={"active": False})).status_code == 200
    await registered(client, "grace", "nurse")
    answer = await client.patch(f"/security/users/{account['id']}", json=change)
    assert answer.status_code == 409
    assert answer.json()["code"] == "last_admin"
    assert (await sign_in(anonymous, "root")).status_code == 200
    # Whatever leaves the administrator an administrator is fine, and so is leaving once there is another.
    url = f"/security/users/{account['id']}"
    assert (await client.patch(url, json={"roles": ["admin", "nurse"], "full_name": "Root"})).status_code == 200
    await registered(client, "second", "admin")
    assert (await client.patch(url, json=change)).status_code == 200


@pytest.mark.parametrize("steps_down", [{"active": False}, {"roles": ["nurse"]}])
async def test_of_administrators_who_all_step_down_at_once_one_remains(live, steps_down):
    admins = [await registered(live, f"admin{n}", "admin") for n in range(4)]
    answers = await asyncio.gather(*(live.patch(f"/security/users/{admin['id']}", json=steps_down) for admin in admins))
    assert sorted(answer.status_code for answer in answers) == [200, 200, 200, 409]
    left = (await live.get("/security/users?role=admin&active=true")).json()["data"]
    assert len(left) == 1


# Role by endpoint: what may be done, by the contract. Reading the table is reading the policy.
ENDPOINTS = {
    "read patients": ("GET", "/patients", "patients:read"),
    "create a patient": ("POST", "/patients", "patients:write"),
    "delete a patient": ("DELETE", f"/patients/{uuid4()}", "patients:delete"),
    "read staff": ("GET", "/departments", "staff:read"),
    "create a department": ("POST", "/departments", "staff:write"),
    "list users": ("GET", "/security/users", "users:read"),
    "register a user": ("POST", "/security/register", "users:write"),
    "change a user": ("PATCH", f"/security/users/{uuid4()}", "users:write"),
    "see oneself": ("GET", "/security/me", None),
    "sign out": ("POST", "/security/logout", None),
}
ALLOWED = {
    "admin": set(ENDPOINTS),
    "clinician": {"read patients", "create a patient", "delete a patient", "read staff"},
    "nurse": {"read patients", "create a patient", "read staff"},
    "scheduler": {"read patients", "read staff"},
    "auditor": set(),
    "service": {"read patients"},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("call", ENDPOINTS)
async def test_a_role_opens_these_doors_and_no_others(app, role, call):
    method, path, scope = ENDPOINTS[call]
    async with connected(app, role) as caller:
        answer = await caller.request(method, path)
    if scope is None or call in ALLOWED[role]:
        assert answer.status_code not in {401, 403}
    else:
        assert answer.status_code == 403
        assert answer.json()["code"] == "forbidden"
        assert scope in answer.json()["detail"]


def test_the_scopes_of_each_role_are_those_of_the_contract():
    clinical = {"notes", "procedures", "tasks", "appointments", "recommendations", "rules"}
    assert ROLES["admin"] == set(SCOPES)
    assert ROLES["clinician"] >= {f"{area}:{verb}" for area in clinical for verb in ("read", "write")}
    assert ROLES["clinician"] >= {"patients:read", "patients:write", "evaluate:run", "summaries:read"}
    assert not {scope for scope in ROLES["clinician"] if scope.startswith(("users:", "audit:"))}
    gone = ROLES["clinician"] - ROLES["nurse"]
    assert gone == {"rules:write"} | {scope for scope in ROLES["clinician"] if scope.endswith(":delete")}
    assert ROLES["nurse"] < ROLES["clinician"]
    assert ROLES["scheduler"] == {"patients:read", "staff:read"} | {
        scope for scope in SCOPES if scope.startswith("appointments:")
    }
    assert ROLES["auditor"] == {"audit:read"}
    assert ROLES["service"] == {"patients:read", "evaluate:run", "events:read"}


async def test_several_roles_add_up(app):
    async with connected(app, "auditor", "scheduler") as caller:
        assert (await caller.get("/patients")).status_code == 200
        assert (await caller.post("/patients", json={})).status_code == 403
