"""Filtering, sorting and including; how pages follow one another is shown in tests/rounds/listings/test_paging.py."""

import asyncio

import asyncpg
import pytest

from rounds.data import new_id


def ids(answer) -> list[str]:
    assert answer.status_code == 200, answer.text
    return [row["id"] for row in answer.json()["data"]]


def refused(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.fixture
async def ward(admit):
    """Five patients by the initial of their name."""
    people = [
        ("Ana", "1980-05-01", "female", "M3"),
        ("bruno", "1990-05-01", "male", "M1"),
        ("Çelik", "1990-05-01", "other", None),
        ("Dora", "1970-05-01", "female", None),
        ("élodie", "2000-02-29", "unknown", "M2"),
    ]
    return {
        name[0].lower(): (await admit(name=name, date_of_birth=born, sex=sex, mrn=mrn))["id"]
        for name, born, sex, mrn in people
    }


# --- filters


@pytest.mark.parametrize(
    ("params", "expected"),
    [
        ({}, "éDÇbA"),
        ({"sex": "female"}, "DA"),
        ({"sex": "other"}, "Ç"),
        ({"born_from": "1990-05-01"}, "éÇb"),
        ({"born_from": "1990-05-02"}, "é"),
        ({"born_to": "1980-05-01"}, "DA"),
        ({"born_to": "1980-04-30"}, "D"),
        ({"born_from": "1980-05-01", "born_to": "1990-05-01"}, "ÇbA"),
        ({"born_from": "1990-05-02", "born_to": "1990-05-01"}, ""),
        ({"born_from": "2000-02-29", "born_to": "2000-02-29"}, "é"),
        ({"mrn": "M1"}, "b"),
        ({"mrn": "M1", "sex": "male", "born_from": "1990-05-01", "q": "bruno"}, "b"),
        ({"mrn": "M1", "sex": "female"}, ""),
        ({"mrn": "M"}, ""),
        ({"mrn": "%"}, ""),
        ({"q": "dora", "sex": "male"}, ""),
        ({"born_from": "0001-01-01", "born_to": "9999-12-31"}, "éDÇbA"),
    ],
)
async def test_filters_narrow_the_list_together(client, ward, params, expected):
    found = await client.get("/patients", params={**params, "total": "true"})
    assert ids(found) == [ward[initial.lower()] for initial in expected]
    assert found.json()["pagination"]["total"] == len(expected)


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"sex": "f"}, "?sex"),
        ({"sex": ""}, "?sex"),
        ({"born_from": "banana"}, "?born_from"),
        ({"born_to": "2023-02-29"}, "?born_to"),
        ({"born_to": "1990-01-01T00:00:00Z"}, "?born_to"),
        ({"born_from": ""}, "?born_from"),
        ({"total": "perhaps"}, "?total"),
        ({"q": ""}, "?q"),
        ({"q": "  "}, "?q"),
        ({"q": "\u200f"}, "?q"),
        ({"q": "x" * 101}, "?q"),
        ({"q": "a\u0000"}, "?q"),
        ({"colour": "red"}, "?colour"),
        ({"Sex": "male"}, "?Sex"),
        ({"sex[]": "male"}, "?sex[]"),
        ({"name": "Ana"}, "?name"),
    ],
)
async def test_filters_that_are_none_are_refused(client, params, pointer):
    assert refused(await client.get("/patients", params=params))[0][0] == pointer


# --- sorting


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        (None, "éDÇbA"),
        ("created_at", "AbÇDé"),
        ("-created_at", "éDÇbA"),
        ("name", "AbÇDé"),  # neither case nor accents push a name to the end
        ("-name", "éDÇbA"),
        ("date_of_birth", "DAbÇé"),
        ("-date_of_birth", "éÇbAD"),
        ("date_of_birth,-name", "DAÇbé"),
        ("-date_of_birth,name", "ébÇAD"),
        ("mrn", "béAÇD"),  # those without an MRN last
        ("-mrn", "DÇAéb"),
        ("mrn,-date_of_birth", "béAÇD"),
        (" name , -mrn ", "AbÇDé"),
    ],
)
async def test_sorting(client, ward, sort, expected):
    found = await client.get("/patients", params={"sort": sort} if sort else {})
    assert ids(found) == [ward[initial.lower()] for initial in expected]


@pytest.mark.parametrize(
    "sort",
    ["nhs_number", "-", "--name", "name,", ",name", "name,name", "name,-name", "_best", "_best:q:1", "id", "name desc",
     "name;DROP", "NAME", "+name,", "search_name", "x" * 201],
)  # fmt: skip
async def test_what_cannot_be_sorted_by_is_refused(client, ward, sort):
    # A search first, since the order of relevance is one that clients cannot ask for.
    await client.get("/patients", params={"q": "ana"})
    assert refused(await client.get("/patients", params={"sort": sort}))[0][0] == "?sort"


async def test_the_refusal_names_what_can_be_sorted_by(client):
    detail = (await client.get("/patients", params={"sort": "age"})).json()["errors"][0]["detail"]
    assert all(name in detail for name in ("name", "date_of_birth", "created_at", "mrn"))
    assert "_best" not in detail


async def test_a_search_can_be_sorted_too(client, admit):
    older = await admit(name="Jon Young", date_of_birth="1950-01-01")
    younger = await admit(name="Jon", date_of_birth="1990-01-01")
    assert ids(await client.get("/patients", params={"q": "jon"})) == [younger["id"], older["id"]]
    found = await client.get("/patients", params={"q": "jon", "sort": "date_of_birth"})
    assert ids(found) == [older["id"], younger["id"]]


# --- include


async def test_include_shows_the_address(client, admit):
    with_address, without = await admit(name="Ana"), await admit(name="Bea")
    own = f"/patients/{with_address['id']}"
    address = (await client.post(f"{own}/address", json={"line1": "14 Mill Lane"})).json()

    assert "included" not in (await client.get(own)).json()
    assert "included" not in (await client.get("/patients")).json()["data"][0]
    one = (await client.get(own, params={"include": "address"})).json()
    assert one == {**with_address, "included": {"address": address}}
    listed = (await client.get("/patients", params={"include": "address", "sort": "name"})).json()["data"]
    assert listed == [one, {**without, "included": {"address": None}}]
    twice = (await client.get(own, params={"include": " address , address "})).json()
    assert twice == one


async def test_including_costs_one_query_however_many_patients(client, admit, app):
    for place in range(12):
        patient = await admit(name=f"Patient {place}")
        await client.post(f"/patients/{patient['id']}/address", json={"line1": f"{place} Mill Lane"})
    connection: asyncpg.Connection = app.state.database.reads.source
    asked: list[str] = []
    with connection.query_logger(lambda record: asked.append(" ".join(record.query.split()))):
        listed = (await client.get("/patients", params={"include": "address"})).json()["data"]
        await asyncio.sleep(0)  # asyncpg tells its loggers in the loop's next round
    assert {row["included"]["address"]["line1"] for row in listed} == {f"{place} Mill Lane" for place in range(12)}
    assert sum("FROM address" in query for query in asked) == 1
    assert sum("FROM patient WHERE" in query for query in asked) == 1


async def test_an_empty_page_includes_nothing(client):
    assert (await client.get("/patients", params={"include": "address"})).json()["data"] == []


@pytest.mark.parametrize("include", ["", "addresses", "address,", "address,secrets", "Address", "*", "__class__"])
async def test_what_cannot_be_included_is_refused(client, admit, include):
    own = f"/patients/{(await admit())['id']}"
    for path in (own, "/patients"):
        answer = await client.get(path, params={"include": include})
        assert refused(answer) == [("?include", "include")]
        assert "address" in answer.json()["errors"][0]["detail"]


async def test_including_for_an_unknown_patient_is_not_found(client):
    assert (await client.get(f"/patients/{new_id()}", params={"include": "address"})).status_code == 404


# --- what a header may carry


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q", "x\r\nSet-Cookie: stolen=1"),
        ("q", '>; rel="next", <https://example.org/'),
        ("mrn", '"><script>'),
        ("q", "Ünïcode 王"),
        ("identifier", "x|é"),
    ],
)
async def test_nothing_the_caller_sends_breaks_out_of_a_header(client, admit, name, value):
    await admit(name="x")
    answer = await client.get("/patients", params={name: value, "limit": 1})
    assert "set-cookie" not in answer.headers
    link = answer.headers.get("link", "")
    assert link.isascii()
    assert not set(link) & set("\r\n")
    assert link.count("<") == link.count(">") == link.count("rel=")
    assert all(part.startswith("</patients?") for part in link.split(", ") if part)


async def test_the_location_of_a_new_patient_is_a_path_of_ours(client):
    created = await client.post(
        "/patients",
        json={"name": "x", "date_of_birth": "1990-01-01", "mrn": "a/../b?c#d"},
        headers={"Host": "evil.example", "X-Forwarded-Host": "evil.example"},
    )
    assert created.headers["location"] == f"/patients/{created.json()['id']}"
    assert "evil" not in created.text
