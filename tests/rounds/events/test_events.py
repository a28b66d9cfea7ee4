from collections.abc import Sequence
from datetime import UTC, datetime
from typing import ClassVar
from uuid import UUID

import orjson
import pytest
from sqlalchemy import text

from rounds import events
from rounds.clock import frozen
from rounds.data import PUBLISHED, Database, new_id
from rounds.events import Event, PatientEvent, publish, subscribe, withdraw


class Rang(Event):
    type: ClassVar[str] = "tests.events.rang"

    number: int


class Whispered(Event):
    type: ClassVar[str] = "tests.events.whispered"
    public: ClassVar[bool] = False


class Admitted(PatientEvent):
    type: ClassVar[str] = "tests.events.admitted"


async def rows(database: Database, statement: str) -> Sequence[dict]:
    async with database.sessions() as db:
        return [dict(row) for row in (await db.execute(text(statement))).mappings()]


async def test_publishing_writes_the_event_and_a_delivery_for_each_of_its_subscribers(database, own_subscribers):
    @subscribe(Rang, name="one")
    async def one(received, db): ...

    @subscribe(Rang, Whispered, name="two")
    async def two(received, db): ...

    async with database.transaction() as db:
        await publish([Rang(number=1), Whispered()], db)
    assert [(row["type"], row["public"]) for row in await rows(database, "SELECT * FROM outbox ORDER BY position")] == [
        ("tests.events.rang", True),
        ("tests.events.whispered", False),
    ]
    deliveries = await rows(
        database, "SELECT subscriber, type, status FROM delivery JOIN outbox ON id = event_id ORDER BY 1, 2"
    )
    assert [tuple(row.values()) for row in deliveries] == [
        ("one", "tests.events.rang", "pending"),
        ("two", "tests.events.rang", "pending"),
        ("two", "tests.events.whispered", "pending"),
    ]


async def test_an_event_nobody_wants_is_still_in_the_outbox(database, own_subscribers):
    async with database.transaction() as db:
        await publish(Rang(number=1), db)
    assert len(await rows(database, "SELECT 1 FROM outbox")) == 1
    assert await rows(database, "SELECT 1 FROM delivery") == []


async def test_a_transaction_rolled_back_publishes_nothing_and_rings_no_bell(database, own_subscribers):
    with pytest.raises(RuntimeError):  # noqa: PT012 - leaving the transaction is part of it
        async with database.transaction() as db:
            await publish(Rang(number=1), db)
            raise RuntimeError
    assert await rows(database, "SELECT 1 FROM outbox") == []
    assert not database.bell.is_set()


async def test_a_savepoint_rolled_back_takes_its_events_with_it(database, own_subscribers):
    async with database.transaction() as db:
        await publish(Rang(number=1), db)
        savepoint = await db.begin_nested()
        await publish(Rang(number=2), db)
        await savepoint.rollback()
    assert [row["data"] for row in await rows(database, "SELECT data->>'number' AS data FROM outbox")] == ["1"]


async def test_the_commit_rings_the_bell(database, own_subscribers):
    async with database.transaction() as db:
        await publish(Rang(number=1), db)
        assert db.info[PUBLISHED]
        assert not database.bell.is_set()
    assert database.bell.is_set()


async def test_a_transaction_without_events_rings_no_bell(database):
    async with database.transaction() as db:
        await db.execute(text("SELECT 1"))
    assert not database.bell.is_set()


async def test_publishing_nothing_is_fine(database):
    async with database.transaction() as db:
        await publish([], db)
    assert not database.bell.is_set()


async def test_withdrawing_takes_a_patients_events_out_and_nobody_elses(database):
    mine, other = new_id(), new_id()
    async with database.transaction() as db:
        await publish([Admitted(patient_id=mine), Admitted(patient_id=other)], db)
        await withdraw(mine, db)
    assert {row["subject"]: row["withdrawn"] for row in await rows(database, "SELECT * FROM outbox")} == {
        mine: True,
        other: False,
    }


def test_two_events_cannot_share_a_type():
    with pytest.raises(TypeError, match=r"tests\.events\.rang"):

        class Again(Event):
            type: ClassVar[str] = "tests.events.rang"


def test_two_subscribers_cannot_share_a_name(own_subscribers):
    @subscribe(Rang, name="same")
    async def one(received, db): ...

    with pytest.raises(TypeError, match="same"):

        @subscribe(Rang, name="same")
        async def two(received, db): ...


def test_an_unknown_type_is_told():
    with pytest.raises(LookupError):
        events.kind_of("tests.never")


def test_a_cloud_event_has_what_the_specification_requires():
    subject = UUID("0197a3c2-7d8e-7aaa-bbbb-000000000001")
    with frozen(datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC)):
        event = Admitted(patient_id=subject)
        row = {
            "id": new_id(),
            "type": event.type,
            "subject": subject,
            "data": orjson.dumps(event.model_dump(mode="json")).decode(),
            "occurred_at": datetime(2026, 2, 3, 4, 5, 6, tzinfo=UTC),
        }
    assert orjson.loads(events.cloud_event(row)) == {
        "specversion": "1.0",
        "id": str(row["id"]),
        "source": "/rounds",
        "type": "tests.events.admitted",
        "subject": str(subject),
        "time": "2026-02-03T04:05:06Z",
        "datacontenttype": "application/json",
        "data": {"patient_id": str(subject), "timestamp": "2026-02-03T04:05:06Z"},
    }
