"""Lists of what patients underwent: filters, order, paging, and expansions that cost one query each."""

from collections import Counter
from dataclasses import replace

import httpx
import pytest

from rounds import auth
from rounds.app import furnish
from rounds.data import Read, new_id

DAYS = ["2024-02-29", "2025-12-31", "2026-01-01", "2026-03-09", "2026-03-10"]


@pytest.fixture
async def five(patient, procedure, record):
    """Records of two patients and two procedures, in another order than that of their days."""
    whom = [await patient(name=name) for name in ("Ada Byron", "Zoë Wu")]
    what = [await procedure(code) for code in ("hip-replacement", "stent")]
    made = {}
    for place in (3, 0, 4, 1, 2):
        made[place] = await record(
            patient_id=whom[place % 2]["id"],
            procedure_id=what[place // 3]["id"],
            performed_at=f"{DAYS[place]}T10:00:00Z",
        )
    return whom, what, made


class CountingRead(Read):
    """Counts the statements that run; not those on accounts, which are looked at twice a second."""

    __slots__ = ("statements",)

    def __init__(self, source: object) -> None:
        super().__init__(source)
        self.statements = 0

    def _count(self, query):
        self.statements += "account" not in query.sql

    async def all(self, query, /, **values):
        found = await super().all(query, **values)
        self._count(query)
        return found

    async def one(self, query, /, **values):
        found = await super().one(query, **values)
        self._count(query)
        return found

    async def value(self, query, /, **values):
        found = await super().value(query, **values)
        self._count(query)
        return found


@pytest.fixture
def counting(app, database, redis, limiter) -> CountingRead:
    """The app's read side, from now on counting."""
    reads = CountingRead(database.reads.source)
    furnish(app, replace(database, reads=reads), redis, limiter)
    return reads


async def places(client: httpx.AsyncClient, made: dict, **params: str) -> list[int]:
    """Which of `made` the list shows, in its order."""
    answer = await client.get("/patient_procedures", params=params)
    assert answer.status_code == 200, answer.text
    by_id = {one["id"]: place for place, one in made.items()}
    return [by_id[one["id"]] for one in answer.json()["data"]]


async def test_filters_and_sorting(client, five, refused):
    whom, what, made = five
    ada, hip, stent = whom[0]["id"], what[0]["id"], what[1]["id"]
    for params, expected in [
        ({}, [4, 3, 2, 1, 0]),
        ({"sort": "performed_at"}, [0, 1, 2, 3, 4]),
        ({"sort": "created_at"}, [3, 0, 4, 1, 2]),
        ({"sort": "-created_at"}, [2, 1, 4, 0, 3]),
        ({"patient_id": ada}, [4, 2, 0]),
        ({"procedure_id": stent}, [4, 3]),
        ({"patient_id": ada, "procedure_id": hip}, [2, 0]),
        ({"patient_id": str(new_id())}, []),
        ({"performed_from": "2026-01-01T10:00:00Z"}, [4, 3, 2]),
        ({"performed_to": "2026-01-01T10:00:00Z"}, [2, 1, 0]),
        ({"performed_from": "2026-01-01T10:00:00.000001Z", "performed_to": "2026-03-09T11:00:00+01:00"}, [3]),
        ({"performed_from": "2026-03-11T00:00:00Z", "performed_to": "2024-01-01T00:00:00Z"}, []),
        ({"performed_from": "0001-01-01T00:00:00Z", "performed_to": "9999-12-31T23:59:59Z"}, [4, 3, 2, 1, 0]),
        ({"limit": "2", "offset": "1"}, [3, 2]),
    ]:
        assert await places(client, made, **params) == expected, params
    for params, pointer in [
        ({"patient_id": "banana"}, "?patient_id"),
        ({"procedure_id": ""}, "?procedure_id"),
        ({"performed_from": "2026-01-01"}, "?performed_from"),
        ({"performed_to": "2026-01-01T00:00:00"}, "?performed_to"),
        ({"performed_from": "0001-01-01T00:00:00+23:59"}, "?performed_from"),
        ({"performed_to": "9999-12-31T23:59:59-23:59"}, "?performed_to"),
        ({"sort": "report"}, "?sort"),
        ({"include": "patient"}, "?include"),
    ]:
        assert refused(await client.get("/patient_procedures", params=params))[0][0] == pointer


async def test_pages_keep_filters_and_expansions(client, five):
    whom, what, made = five
    procedures = {one["id"]: one for one in what}
    for step in ("", "&offset=0"):
        seen, path = [], f"/patient_procedures?patient_id={whom[0]['id']}&expand=procedure&limit=1&total=true{step}"
        while path:
            page = (await client.get(path)).json()
            assert page["pagination"]["total"] == 3
            seen += page["data"]
            path = page["links"]["next"]
        assert seen == [{**made[place], "procedure": procedures[made[place]["procedure_id"]]} for place in (4, 2, 0)]


async def test_a_cursor_of_other_filters_is_refused(client, five, refused):
    whom, _, _ = five
    first = (await client.get("/patient_procedures?limit=1")).json()
    params = {"cursor": first["pagination"]["next_cursor"], "patient_id": whom[0]["id"]}
    assert refused(await client.get("/patient_procedures", params=params)) == [("?cursor", "cursor")]


@pytest.mark.parametrize("expand", ["patient", "procedure", "patient,procedure", " procedure , patient ,patient"])
async def test_what_is_expanded_is_shown_as_its_own_read_shows_it(client, five, expand):
    _, _, made = five
    names = {name.strip() for name in expand.split(",")}
    shown = (await client.get("/patient_procedures", params={"expand": expand})).json()["data"]
    assert len(shown) == 5
    for one, place in zip(shown, (4, 3, 2, 1, 0), strict=True):
        expected = {**made[place]}
        for name in names:
            expected[name] = (await client.get(f"/{name}s/{one[f'{name}_id']}")).json()
        assert one == expected
        alone = await client.get(f"/patient_procedures/{one['id']}", params={"expand": expand})
        assert alone.json() == expected
        assert "etag" not in alone.headers


async def test_an_answer_with_expansions_is_never_304(client, record, procedure):
    made = await record()
    own = f"/patient_procedures/{made['id']}"
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).status_code == 304
    await client.patch(f"/procedures/{made['procedure_id']}", json={"name": "Total hip replacement"})
    answer = await client.get(own, params={"expand": "procedure"}, headers={"If-None-Match": '"1"'})
    assert (answer.status_code, answer.json()["procedure"]["name"]) == (200, "Total hip replacement")


@pytest.mark.parametrize("expand", ["", "patients", "procedure,", "procedure;patient", "report", "Patient"])
async def test_other_expansions_are_refused(client, record, refused, expand):
    made = await record()
    for path in ("/patient_procedures", f"/patient_procedures/{made['id']}"):
        answer = await client.get(path, params={"expand": expand})
        assert refused(answer) == [("?expand", "expand")], path
        assert "patient, procedure" in answer.json()["errors"][0]["detail"]


async def test_an_expansion_is_one_query_however_many_rows(client, five, counting):
    _, _, made = five
    for path in ("/patient_procedures", f"/patient_procedures/{made[0]['id']}"):
        for expand, expected in [(None, 1), ("procedure", 2), ("patient", 2), ("patient,procedure", 3)]:
            counting.statements = 0
            answer = await client.get(path, params={"expand": expand} if expand else {})
            assert answer.status_code == 200
            assert counting.statements == expected, (path, expand)


async def test_nothing_is_asked_for_an_empty_page(client, five, counting):
    params = {"patient_id": str(new_id()), "expand": "patient,procedure"}
    assert (await client.get("/patient_procedures", params=params)).json()["data"] == []
    assert counting.statements == 1


async def test_patients_include_what_they_underwent_the_latest_first(client, patient, five, counting):
    whom, what, made = five
    await patient(name="Nobody's patient")
    procedures = {one["id"]: one for one in what}

    def included(place: int) -> dict:
        procedure = procedures[made[place]["procedure_id"]]
        return {
            **{name: made[place][name] for name in ("id", "procedure_id", "performed_at")},
            **{name: procedure[name] for name in ("code", "name", "department", "surgical")},
        }

    counting.statements = 0
    shown = (await client.get("/patients?include=procedures&sort=name")).json()["data"]
    assert counting.statements == 2
    by_name = {one["name"]: one["included"]["procedures"] for one in shown}
    assert by_name == {
        "Ada Byron": [included(place) for place in (4, 2, 0)],
        "Zoë Wu": [included(place) for place in (3, 1)],
        "Nobody's patient": [],
    }
    await client.delete(f"/patient_procedures/{made[4]['id']}")
    alone = (await client.get(f"/patients/{whom[0]['id']}?include=procedures")).json()
    assert alone["included"]["procedures"] == [included(2), included(0)]


async def test_two_procedures_of_one_moment_are_both_listed_once(client, five, record):
    whom, what, _ = five
    for _ in range(5):
        await record(patient_id=whom[0]["id"], procedure_id=what[0]["id"], performed_at="2026-01-05T00:00:00Z")
    seen, path = Counter(), "/patient_procedures?limit=1"
    while path:
        page = (await client.get(path)).json()
        seen.update(one["id"] for one in page["data"])
        path = page["links"]["next"]
    assert len(seen) == 10
    assert set(seen.values()) == {1}


async def test_expanding_a_patient_needs_the_patients_scope(as_role, record, monkeypatch):
    made = await record()
    monkeypatch.setitem(auth.ROLES, "nurse", frozenset({"procedures:read"}))
    async with as_role("nurse") as nurse:
        for path in ("/patient_procedures", f"/patient_procedures/{made['id']}"):
            assert (await nurse.get(path, params={"expand": "procedure"})).status_code == 200
            answer = await nurse.get(path, params={"expand": "procedure,patient"})
            assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
            assert "patients:read" in answer.json()["detail"]
            assert "Ada" not in answer.text
