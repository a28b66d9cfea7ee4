"""Many at once, on the app with its real pools and real commits: the database decides, and exactly one wins."""

import asyncio
from collections import Counter

import asyncpg
import pytest

BODY = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}


async def together(calls):
    return await asyncio.gather(*calls)


def statuses(answers) -> Counter:
    return Counter(answer.status_code for answer in answers)


@pytest.mark.parametrize(
    ("field", "spellings"),
    [
        ("nhs_number", ["1373645350", "137 364 5350", "137-364-5350"]),
        ("mrn", ["RX-10442", " RX-10442"]),
        ("identifiers", [[{"system": "ie.pps", "value": "6433435F"}], [{"system": "IE.PPS", "value": "6433435 f"}]]),
    ],
)
async def test_of_twenty_who_create_the_same_number_one_succeeds(live, field, spellings):
    answers = await together(
        live.post("/patients", json={**BODY, "name": f"Racer {place}", field: spellings[place % len(spellings)]})
        for place in range(20)
    )
    assert statuses(answers) == {201: 1, 409: 19}
    (winner,) = [answer.json() for answer in answers if answer.status_code == 201]
    for answer in answers:
        if answer.status_code == 409:
            assert (answer.json()["code"], answer.json()["field"]) == ("duplicate_patient", field)
    listed = (await live.get("/patients", params={"total": "true"})).json()
    assert listed["data"] == [winner]
    assert listed["pagination"]["total"] == 1


async def test_of_twenty_who_take_the_same_number_for_themselves_one_succeeds(live):
    mine = [(await live.post("/patients", json=BODY)).headers["location"] for _ in range(20)]
    answers = await together(live.patch(path, json={"mrn": "ONE"}) for path in mine)
    assert statuses(answers) == {200: 1, 409: 19}


@pytest.mark.parametrize("call", ["PUT", "PATCH"])
async def test_of_two_changes_to_the_same_version_one_succeeds(live, call):
    own = (await live.post("/patients", json=BODY)).headers["location"]
    for version in range(1, 6):
        answers = await together(
            live.request(call, own, json={**BODY, "name": name}, headers={"If-Match": f'"{version}"'})
            for name in (f"Left {version}", f"Right {version}")  # what changes nothing would succeed beside it
        )
        assert statuses(answers) == {200: 1, 412: 1}
        (winner,) = [answer.json() for answer in answers if answer.status_code == 200]
        assert winner["version"] == version + 1
        assert (await live.get(own)).json() == winner


async def test_changes_without_a_version_never_tear(live):
    own = (await live.post("/patients", json=BODY)).headers["location"]

    def written(writer: int) -> dict[str, object]:
        return {
            "name": f"Writer {writer}",
            "date_of_birth": f"19{writer:02d}-01-01",
            "mrn": f"W{writer}",
            "height_cm": 100 + writer,
            "weight_kg": 50 + writer,
            "conditions": [f"condition {writer}"],
            "identifiers": [{"system": "a", "value": str(writer)}, {"system": f"s{writer}", "value": "1"}],
        }

    async def watch() -> list[dict[str, object]]:
        return [(await live.get(own)).json() for _ in range(10)]

    *answers, seen = await together([*(live.put(own, json=written(writer)) for writer in range(10, 25)), watch()])
    assert statuses(answers) == {200: 15}
    last = (await live.get(own)).json()
    assert last["version"] == 16
    assert sorted(answer.json()["version"] for answer in answers) == list(range(2, 17))
    for patient in [*(answer.json() for answer in answers), *seen, last]:
        if patient["version"] > 1:
            wanted = written(int(str(patient["name"]).removeprefix("Writer ")))
            assert {name: patient[name] for name in wanted} == wanted
    (winner,) = [answer.json() for answer in answers if answer.json()["version"] == 16]
    assert last == winner


async def test_patches_of_different_fields_all_arrive(live):
    own = (await live.post("/patients", json=BODY)).headers["location"]
    patch = {"name": "Zoë", "sex": "female", "mrn": "M", "height_cm": 170.0, "weight_kg": 70.0, "conditions": ["a"]}
    answers = await together(live.patch(own, json={name: value}) for name, value in patch.items())
    assert statuses(answers) == {200: len(patch)}
    assert (await live.get(own)).json().items() >= {**patch, "version": 1 + len(patch)}.items()


async def test_of_many_who_delete_one_succeeds_and_no_change_comes_after(live):
    own = (await live.post("/patients", json=BODY)).headers["location"]
    answers = await together(
        [
            *(live.delete(own) for _ in range(5)),
            *(live.patch(own, json={"name": "Too late"}) for _ in range(5)),
            *(live.post(f"{own}/address", json={"line1": "14 Mill Lane"}) for _ in range(5)),
        ]
    )
    assert statuses(answers[:5]) == {204: 1, 404: 4}
    assert set(statuses(answers[5:10])) <= {200, 404}
    assert set(statuses(answers[10:])) <= {201, 404, 409}
    assert (await live.get(own)).status_code == 404
    assert (await live.get("/addresses")).json()["data"] == []


async def test_a_deadlock_is_answered_as_something_to_repeat(live, cloned_url):
    """Two who exchange their MRNs wait for each other; PostgreSQL gives one up, and that one can try again."""
    first, second = [(await live.post("/patients", json={**BODY, "mrn": mrn})).json() for mrn in ("A", "B")]
    own = f"/patients/{first['id']}"
    other = await asyncpg.connect(cloned_url)
    watcher = await asyncpg.connect(cloned_url)
    try:
        await other.execute("SET deadlock_timeout = '60s'")  # so that it is never this one that gives up
        await other.execute("BEGIN")
        await other.execute("UPDATE patient SET mrn = 'C' WHERE id = $1", second["id"])
        waiting = asyncio.create_task(live.put(own, json={**BODY, "mrn": "C"}))
        while not await watcher.fetchval(
            "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
        ):
            assert not waiting.done()
            await asyncio.sleep(0.005)
        update = asyncio.create_task(other.execute("UPDATE patient SET mrn = 'D' WHERE id = $1", first["id"]))
        answer = await waiting
        await update
        await other.execute("ROLLBACK")
    finally:
        await other.close()
        await watcher.close()
    assert answer.status_code == 503, answer.text
    assert answer.headers["retry-after"] == "1"
    assert (await live.get(own)).json() == first
    assert (await live.put(own, json={**BODY, "mrn": "C"})).status_code == 200
