"""One address each for patients, departments and clinicians."""

import asyncio
from collections import Counter

import pytest

from rounds.data import new_id
from tests.features.addresses.conftest import OWNERS, make_owner

FULL = {
    "line1": "Flat 3",
    "line2": "14 Mill Lane",
    "city": "Selby",
    "region": "North Yorkshire",
    "postcode": "YO8 8QN",
    "country": "GB",
}

pytestmark = pytest.mark.parametrize("owner", OWNERS)


def refused(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.fixture
async def own(owned, owner) -> str:
    return f"/{owner}s/{(await owned(owner))['id']}/address"


# --- create, read, replace, delete


async def test_an_address_lives_at_its_owner_and_on_its_own(client, own, owner):
    created = await client.post(own, json=FULL)
    assert created.status_code == 201, created.text
    address = created.json()
    assert address.items() >= {**FULL, "owner_type": owner, "owner_id": own.split("/")[2], "version": 1}.items()
    assert created.headers["location"] == own
    assert created.headers["etag"] == '"1"'
    assert address["created_at"] == address["updated_at"]
    for path in (own, f"/addresses/{address['id']}"):
        read = await client.get(path)
        assert read.json() == address, path
        assert read.headers["etag"] == '"1"'
    assert (await client.get("/addresses")).json()["data"] == [address]


async def test_there_can_be_one_address(client, own, owner):
    address = (await client.post(own, json=FULL)).json()
    again = await client.post(own, json={"line1": "elsewhere"})
    assert again.status_code == 409
    assert again.json()["code"] == "address_exists"
    assert (await client.get(own)).json() == address


async def test_put_replaces_the_whole_address(client, own, owner):
    address = (await client.post(own, json=FULL)).json()
    put = await client.put(own, json={"city": "Coimbra", "postcode": "3000-302", "country": "PT"})
    assert put.status_code == 200, put.text
    assert put.json()["id"] == address["id"]
    assert put.json().items() >= {
        "line1": None, "line2": None, "city": "Coimbra", "region": None, "postcode": "3000-302", "country": "PT",
        "version": 2, "owner_type": owner,
    }.items()  # fmt: skip
    assert put.headers["etag"] == '"2"'
    assert (await client.get(own)).json() == put.json()
    # The country is GB again when it is left out, and GB postcodes have a shape.
    assert refused(await client.put(own, json={"postcode": "3000-302"})) == [("/postcode", "postcode")]


async def test_a_deleted_address_is_gone_and_can_be_given_again(client, own, owner):
    address = (await client.post(own, json=FULL)).json()
    assert (await client.delete(own)).status_code == 204
    for path in (own, f"/addresses/{address['id']}"):
        answer = await client.get(path)
        assert (answer.status_code, answer.json()["code"]) == (404, "address_not_found")
    assert (await client.get("/addresses")).json()["data"] == []
    again = await client.post(own, json=FULL)
    assert again.status_code == 201
    assert again.json()["id"] != address["id"]


async def test_without_an_address_there_is_nothing_to_read_replace_or_delete(client, own, owner):
    for call in ("GET", "PUT", "DELETE"):
        answer = await client.request(call, own, json=FULL if call == "PUT" else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "address_not_found"), call


async def test_without_an_owner_there_is_no_address(client, owner):
    path = f"/{owner}s/{new_id()}/address"
    for call in ("GET", "POST", "PUT", "DELETE"):
        answer = await client.request(call, path, json=FULL if call in {"POST", "PUT"} else None)
        assert answer.status_code == 404, call
        if call in {"POST", "PUT"}:
            assert answer.json()["code"] == f"{owner}_not_found"
    for call in ("GET", "POST", "PUT", "DELETE"):
        answer = await client.request(call, f"/{owner}s/banana/address", json=FULL if call in {"POST", "PUT"} else None)
        assert refused(answer)[0][0] == f"path:{owner}_id"


async def test_an_address_leaves_with_its_owner(client, own, owner):
    address = (await client.post(own, json=FULL)).json()
    assert (await client.delete(own.removesuffix("/address"))).status_code == 204
    assert (await client.get(f"/addresses/{address['id']}")).status_code == 404
    assert (await client.get(own)).status_code == 404
    assert (await client.get("/addresses", params={"owner_id": address["owner_id"]})).json()["data"] == []


async def test_an_owner_of_one_kind_is_none_of_another(client, own, owner):
    await client.post(own, json=FULL)
    for other in OWNERS:
        if other != owner:
            assert (await client.get(own.replace(f"/{owner}s/", f"/{other}s/"))).status_code == 404


async def test_addresses_have_no_patch(client, own, owner):
    answer = await client.patch(own, json={"city": "York"})
    assert answer.status_code == 405
    assert answer.headers["allow"] == "DELETE, GET, HEAD, POST, PUT"


# --- versions


async def test_versions(client, own, owner):
    address = (await client.post(own, json=FULL)).json()
    for path in (own, f"/addresses/{address['id']}"):
        for header in ('"1"', "*", 'W/"1"', '"7", "1"'):
            answer = await client.get(path, headers={"If-None-Match": header})
            assert (answer.status_code, answer.content, answer.headers["etag"]) == (304, b"", '"1"')
        assert (await client.get(path, headers={"If-None-Match": '"2"'})).status_code == 200
    assert (await client.put(own, json=FULL, headers={"If-Match": '"1"'})).status_code == 200
    for call in ("PUT", "DELETE"):
        body = FULL if call == "PUT" else None
        stale = await client.request(call, own, json=body, headers={"If-Match": '"1"'})
        assert (stale.status_code, stale.json()["version"]) == (412, 2)
        assert refused(await client.request(call, own, json=body, headers={"If-Match": "2"}))[0][0] == "header:if-match"
    assert (await client.delete(own, headers={"If-Match": '"2"'})).status_code == 204


# --- what may be written


@pytest.mark.parametrize("body", [{}, {"country": "PT"}, {"line1": None, "postcode": None}])
async def test_an_address_says_something(client, own, owner, body):
    assert refused(await client.post(own, json=body)) == [("", "empty_address")]


@pytest.mark.parametrize("field", ["line1", "line2", "city", "region"])
async def test_each_line_is_enough_alone_and_kept_as_given(client, own, owner, field):
    created = await client.post(own, json={field: "  Bóthar na gCloch 王 "})
    assert created.json()[field] == "Bóthar na gCloch 王"
    assert created.json()["country"] == "GB"


@pytest.mark.parametrize("field", ["line1", "line2", "city", "region"])
@pytest.mark.parametrize("value", ["", " ", "x" * 201, "a\u0000b", "a\nb", 1, True, ["x"]])
async def test_lines_that_are_none_are_refused(client, own, owner, field, value):
    assert refused(await client.post(own, json={**FULL, field: value}))[0][0] == f"/{field}"


@pytest.mark.parametrize("field", ["street", "id", "owner_id", "owner_type", "version", "zip"])
async def test_fields_there_are_none_of_are_refused(client, own, owner, field):
    assert refused(await client.post(own, json={**FULL, field: "x"})) == [(f"/{field}", "extra_forbidden")]


# --- scopes


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "scheduler", "service", "auditor"])
async def test_an_address_takes_the_scopes_of_its_owner(client, as_role, own, owner, role):
    may_read = {"admin", "clinician", "nurse", "scheduler"} | ({"service"} if owner == "patient" else set())
    may_write = {"admin", "clinician", "nurse"} if owner == "patient" else {"admin"}
    may_delete = {"admin", "clinician"} if owner == "patient" else {"admin"}
    address = (await client.post(own, json=FULL)).json()
    async with as_role(role) as caller:
        assert (await caller.get(own)).status_code == (200 if role in may_read else 403)
        assert (await caller.put(own, json=FULL)).status_code == (200 if role in may_write else 403)
        assert (await caller.post(own, json=FULL)).status_code == (409 if role in may_write else 403)
        readers = {"admin", "clinician", "nurse", "scheduler", "service"}
        for path in ("/addresses", f"/addresses/{address['id']}"):
            assert (await caller.get(path)).status_code == (200 if role in readers else 403)
        assert (await caller.delete(own)).status_code == (204 if role in may_delete else 403)


async def test_strangers_are_turned_away(anonymous, own, owner):
    for call, path in [("GET", own), ("POST", own), ("PUT", own), ("DELETE", own), ("GET", "/addresses")]:
        assert (await anonymous.request(call, path)).status_code == 401


# --- races


async def test_of_many_who_give_an_address_one_succeeds(live, owner):
    own = f"/{owner}s/{(await make_owner(live, owner))['id']}/address"
    answers = await asyncio.gather(*(live.post(own, json={**FULL, "line1": f"Flat {n}"}) for n in range(12)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 11}
    (winner,) = [answer.json() for answer in answers if answer.status_code == 201]
    assert (await live.get(own)).json() == winner
    # And of two changes to what both have seen, one.
    answers = await asyncio.gather(
        *(live.put(own, json={"line1": name, "city": name}, headers={"If-Match": '"1"'}) for name in ("Left", "Right"))
    )
    assert sorted(answer.status_code for answer in answers) == [200, 412]
    now = (await live.get(own)).json()
    assert (now["version"], now["line1"]) == (2, now["city"])
