"""What an event stream tells: everything, once, in one order."""

import asyncio
import json

import httpx
import pytest

from features.notifications import hub as hub_module
from features.notifications import outbox
from rounds.data import new_id
from rounds.events import publish, withdraw
from tests.features.notifications.station import Handed, Reader, Told, Whispered, on_air


async def test_an_event_arrives_as_it_happens(station):
    patient = new_id()
    async with station.listening() as reader:
        assert reader.response.headers["content-type"].startswith("text/event-stream")
        assert reader.response.headers["cache-control"] == "no-store"
        assert reader.response.headers["x-accel-buffering"] == "no"
        await station.tell(Told(number=1, patient_id=patient, text="Olá\nZoë"))
        event = await reader.event()
    document = json.loads(event["data"])
    assert (event["event"], event["id"]) == ("tests.told", document["id"])
    assert document["time"].endswith("Z")
    assert document | {"id": None, "time": None} == {
        "specversion": "1.0",
        "id": None,
        "source": "/rounds",
        "type": "tests.told",
        "subject": str(patient),
        "time": None,
        "datacontenttype": "application/json",
        "data": {"number": 1, "patient_id": str(patient), "text": "Olá\nZoë"},
    }


async def test_what_the_api_changes_is_heard(station):
    async with station.listening() as reader, httpx.AsyncClient(base_url=station.address) as client:
        body = {"name": "Maeve Byrne", "date_of_birth": "1957-03-09"}
        made = await client.post("/patients", json=body, headers=station.headers("admin"))
        event = await reader.event()
    assert (event["event"], json.loads(event["data"])["subject"]) == ("rounds.patient.created", made.json()["id"])
    assert "Maeve" not in event["data"]


async def test_without_a_last_event_it_begins_now(station):
    await station.tell(1)
    async with station.listening() as reader:
        await station.tell(2)
        assert await reader.numbers(1) == [2]


async def test_work_handed_to_subscribers_never_leaves_the_house(station):
    async with station.listening() as reader:
        await station.tell(Handed(number=1), 2)
        assert await reader.numbers(1) == [2]


async def test_resuming_gives_exactly_what_was_missed_in_order(station):
    async with station.listening() as reader:
        await station.tell(1, 2, 3)
        assert await reader.numbers(2) == [1, 2]
        last = reader.last_id
    await station.tell(*range(4, 12))
    async with station.listening(last=last) as reader:
        await station.tell(12)
        assert await reader.numbers(10) == list(range(3, 13))
        await reader.nothing()


async def test_a_stream_cut_off_before_its_first_event_can_be_resumed(station):
    await station.tell(1)
    async with station.listening() as reader:
        last = reader.first["id"]
    await station.tell(2)
    async with station.listening(last=last) as reader:
        assert await reader.numbers(1) == [2]


async def test_nobody_finds_an_event_before_it_is_known_who_may_see_it(station, monkeypatch):
    asked, go_on, found = asyncio.Event(), asyncio.Event(), hub_module.restricted_among

    async def held_up(*arguments):
        asked.set()
        await go_on.wait()
        return await found(*arguments)

    monkeypatch.setattr(hub_module, "restricted_among", held_up)
    async with station.listening() as reader:
        await station.until(lambda: station.hub.position is not None)
        await station.tell(1)
        async with asyncio.timeout(60):
            await asked.wait()
        assert station.hub.remembered == 0
        go_on.set()
        assert await reader.numbers(1) == [1]


async def test_who_has_missed_more_than_the_ring_and_a_page_hold_gets_it_all(station, monkeypatch):
    monkeypatch.setattr(hub_module, "RING", 5)
    await station.tell(0)
    async with station.listening() as live:
        await station.until(lambda: station.hub.position is not None)
        last = live.first["id"]
        missed = outbox.PAGE * 2 + 7
        await station.tell(*range(1, missed))
        async with station.listening(last=last) as reader:
            await station.tell(missed)
            assert await reader.numbers(missed) == list(range(1, missed + 1))
        assert await live.numbers(missed) == list(range(1, missed + 1))
        assert station.hub.remembered == 5


@pytest.mark.parametrize("resumed", [False, True])
async def test_a_transaction_that_commits_late_is_not_skipped(station, resumed):
    await station.tell(0)
    async with station.listening() as reader:
        last = reader.first["id"]
    async with station.listening(last=last if resumed else None) as reader:
        async with station.database.transaction() as early:
            await publish(Told(number=1), early)
            await station.tell(2)
            await reader.nothing()
        assert await reader.numbers(2) == [1, 2]
        await reader.nothing()


async def test_a_stream_opened_while_a_transaction_is_running_misses_nothing(station):
    async with station.database.transaction() as early:
        await publish(Told(number=1), early)
        await station.tell(2)
        waiting = station.listening()
        reader = await waiting.__aenter__()
        await reader.nothing()
    assert await reader.numbers(2) == [1, 2]
    await waiting.__aexit__(None, None, None)


async def test_many_listeners_hear_the_same(station):
    async with (
        station.listening() as first,
        station.listening() as second,
        station.listening() as third,
    ):
        await station.until(lambda: station.hub.listeners == 3)
        await asyncio.gather(*(station.tell(number) for number in range(30)))
        heard = [await reader.numbers(30) for reader in (first, second, third)]
    assert heard[0] == heard[1] == heard[2]
    assert sorted(heard[0]) == list(range(30))


@pytest.mark.parametrize(
    "query", ["type=tests.told", "type=tests.told&type=tests.other", "type=tests.other,%20tests.told"]
)
async def test_only_the_types_asked_for_arrive(station, query):
    async with station.listening(f"/events?{query}") as reader:
        await station.tell(Whispered(number=1), 2, Whispered(number=3), 4)
        assert await reader.numbers(2) == [2, 4]


async def test_only_events_about_the_patient_arrive(station):
    mine, other = new_id(), new_id()
    await station.tell(0)
    async with station.listening() as reader:
        last = reader.first["id"]
    events = [Told(number=n, patient_id=p) for n, p in enumerate([mine, other, None, mine])]
    await station.tell(*events)
    async with station.listening(f"/events?patient_id={mine}&type=tests.told", last=last) as reader:
        await station.tell(*events)
        assert await reader.numbers(4) == [0, 3, 0, 3]


async def test_heartbeats_tell_who_filters_how_far_they_have_come(fresh):
    station = fresh
    async with station.listening("/events?type=tests.nothing") as reader:
        assert "id" not in reader.first, "there is no event yet"
        await station.tell(1)
        async for block in reader.blocks:
            assert block["comment"] == "still here"
            if "id" in block:
                break
        assert "id" not in await reader.block(), "only once"
    await station.tell(2)
    async with station.listening(last=reader.last_id) as reader:
        assert await reader.numbers(1) == [2]


async def test_what_was_withdrawn_is_not_told_again(station):
    mine, other = new_id(), new_id()
    await station.tell(0)
    async with station.listening() as live:
        last = live.first["id"]
        await station.until(lambda: station.hub.position is not None)
        await station.tell(Told(number=1, patient_id=mine), Told(number=2, patient_id=other))
        assert await live.numbers(2) == [1, 2]
        async with station.database.transaction() as db:
            await withdraw(mine, db)
        # The ring still has it.
        async with station.listening(last=last) as reader:
            assert await reader.numbers(1) == [2]
            await reader.nothing()


async def test_what_is_no_longer_kept_is_said_to_be_missing(station):
    async with station.listening() as reader:
        await station.tell(1)
        await station.tell(2, 3)
        await reader.numbers(1)
        last = reader.last_id
    await station.forget(1)
    async with station.asked(**{"Last-Event-ID": last, "Accept-Language": "pt"}) as response:
        reader = Reader(response)
        gap = await reader.event()
        assert (gap["event"], "id" in gap) == ("rounds.gap", False)
        document = json.loads(gap["data"])
        assert (document["code"], document["last_event_id"]) == ("events_no_longer_kept", last)
        assert "conservam" in document["detail"]
        assert await reader.numbers(2) == [2, 3]


@pytest.mark.parametrize("unknown", ["ffffffff-ffff-7fff-bfff-ffffffffffff", "ffffffff-ffff-4fff-bfff-ffffffffffff"])
async def test_an_id_that_never_was_is_a_gap_too(fresh, unknown):
    station = fresh
    await station.tell(1)
    expected = [1, 2] if unknown[14] == "4" else [2]  # one of the two says that it is from the future
    async with station.asked(**{"Last-Event-ID": unknown}) as response:
        reader = Reader(response)
        assert (await reader.event())["event"] == "rounds.gap"
        await station.tell(2)
        assert await reader.numbers(len(expected)) == expected


async def test_events_arrive_without_redis(cloned_url, engines):
    async with on_air(cloned_url, engines, poll_seconds=0.05) as station:
        station.hub.redis_url = "redis://127.0.0.1:1"
        async with station.listening() as reader:
            await station.tell(1)
            assert await reader.numbers(1) == [1]


async def test_the_hub_survives_an_outage_of_the_database(station, monkeypatch):
    behind = outbox.behind
    failing, under_way = False, 0

    async def sometimes(place, db):
        nonlocal under_way
        if failing:
            raise OSError
        under_way += 1
        try:
            return await behind(place, db)
        finally:
            under_way -= 1

    monkeypatch.setattr(outbox, "behind", sometimes)
    async with station.listening() as reader:
        await station.tell(1)
        assert await reader.numbers(1) == [1]
        failing = True
        await station.until(lambda: under_way == 0)  # a look that had begun might still see what is told next
        await station.tell(2)
        await reader.nothing()
        failing = False
        assert await reader.numbers(1) == [2]
