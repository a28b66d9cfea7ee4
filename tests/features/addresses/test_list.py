"""The list of all addresses."""

import pytest

from rounds.data import new_id


@pytest.fixture
async def three(client, owned) -> list[dict]:
    """A patient's in York, a department's in Selby, a clinician's in Utrecht."""
    made = []
    for owner, body in [
        ("patient", {"city": "York", "postcode": "YO1 7HH"}),
        ("department", {"city": "Selby", "postcode": "YO8 8QN"}),
        ("clinician", {"city": "Utrecht", "country": "NL"}),
    ]:
        answer = await client.post(f"/{owner}s/{(await owned(owner))['id']}/address", json=body)
        made.append(answer.json())
    return made


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, [2, 1, 0]),
        ({"owner_type": "patient"}, [0]),
        ({"owner_type": "department"}, [1]),
        ({"owner_type": "clinician"}, [2]),
        ({"country": "GB"}, [1, 0]),
        ({"country": "nl"}, [2]),
        ({"country": "FR"}, []),
        ({"postcode": "yo88qn"}, [1]),
        ({"postcode": "YO1"}, []),
        ({"country": "GB", "owner_type": "patient", "postcode": "YO1 7HH"}, [0]),
        ({"country": "NL", "owner_type": "patient"}, []),
        ({"sort": "postcode"}, [2, 0, 1]),  # none comes first
        ({"sort": "-postcode"}, [1, 0, 2]),
        ({"sort": "created_at"}, [0, 1, 2]),
        ({"sort": "postcode,-created_at"}, [2, 0, 1]),
    ],
)
async def test_filters_and_sorting(client, three, params, expected):
    found = (await client.get("/addresses", params={**params, "total": "true"})).json()
    assert found["data"] == [three[place] for place in expected]
    assert found["pagination"]["total"] == len(expected)


async def test_the_address_of_one_owner(client, three):
    for address in three:
        params = {"owner_id": address["owner_id"]}
        assert (await client.get("/addresses", params=params)).json()["data"] == [address]
        params["owner_type"] = address["owner_type"]
        assert (await client.get("/addresses", params=params)).json()["data"] == [address]
    assert (await client.get("/addresses", params={"owner_id": str(new_id())})).json()["data"] == []
    params = {"owner_id": three[0]["owner_id"], "owner_type": "clinician"}
    assert (await client.get("/addresses", params=params)).json()["data"] == []


@pytest.mark.parametrize("limit", [1, 2])
@pytest.mark.parametrize("sort", ["created_at", "-postcode", "postcode,created_at"])
async def test_pages_hold_each_address_once(client, three, sort, limit):
    path, seen = f"/addresses?sort={sort}&limit={limit}", []
    while path:
        page = (await client.get(path)).json()
        seen += page["data"]
        path = page["links"]["next"]
    assert seen == (await client.get(f"/addresses?sort={sort}")).json()["data"]
    assert len(seen) == 3


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"owner_type": "hospital"}, "?owner_type"),
        ({"owner_id": "banana"}, "?owner_id"),
        ({"country": "UK"}, "?country"),
        ({"postcode": ""}, "?postcode"),
        ({"postcode": "x" * 21}, "?postcode"),
        ({"postcode": "\u0000"}, "?postcode"),
        ({"sort": "city"}, "?sort"),
        ({"sort": "-"}, "?sort"),
        ({"limit": "0"}, "?limit"),
        ({"city": "York"}, "?city"),
        ({"q": "York"}, "?q"),
    ],
)
async def test_parameters_that_are_none_are_refused(client, params, pointer):
    answer = await client.get("/addresses", params=params)
    assert answer.status_code == 422, answer.text
    assert [error["pointer"] for error in answer.json()["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("address_id", "status"), [("01890000-0000-7000-8000-000000000000", 404), ("banana", 422), ("%00", 422)]
)
async def test_an_address_nobody_has(client, address_id, status):
    answer = await client.get(f"/addresses/{address_id}")
    assert answer.status_code == status
    if status == 422:
        assert answer.json()["errors"][0]["pointer"] == "path:address_id"
