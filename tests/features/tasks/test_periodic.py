"""What time brings about: an overdue task is told once for a due date, also when nobody looked when it passed."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text

from rounds.data import Database
from rounds.events import periodic
from tests.conftest import connected, running, settings_for
from tests.features.tasks.conftest import NOW, Ward, at


@pytest.fixture
async def own(cloned_url, engines, redis, frozen):
    """A database of the test's own with a ward, and what is done in it when it is time."""
    async with (
        running(settings_for(cloned_url, engines.redis_url)) as app,
        connected(app, "admin") as client,
        Database.open(cloned_url, pool_size=8) as database,
    ):
        yield await Ward(client).open(), database


async def look(database: Database) -> None:
    """What a consumer does when it is time."""
    await periodic.make_known(database)
    await periodic.run_due(database)


async def events(database: Database) -> list[tuple[str, str]]:
    async with database.transaction() as db:
        found = await db.execute(
            text("SELECT type, data ->> 'task_id' FROM outbox WHERE type LIKE 'rounds.task%' ORDER BY id")
        )
        return [(kind.removeprefix("rounds.task."), task) for kind, task in found]


async def overdue(database: Database) -> list[str]:
    return [task for kind, task in await events(database) if kind == "overdue"]


async def test_an_overdue_task_is_told_once_and_one_that_is_over_is_not(own, frozen):
    ward, database = own
    late, done, ahead = [await ward.order(due_at=at(due)) for due in ("09:00", "09:00", "15:00")]
    await ward.order()
    await ward.move(done, "IN_PROGRESS", "COMPLETED")
    frozen(hours=1)
    await look(database)
    assert await overdue(database) == [], "due at this very moment"
    for seconds in (1, 10, 20):
        frozen(hours=1, seconds=seconds)
        await look(database)
    assert await overdue(database) == [late["id"]]
    await ward.move(late, "IN_PROGRESS", "ON_HOLD")
    frozen(days=2)
    await look(database)
    assert Counter(await overdue(database)) == {late["id"]: 1, ahead["id"]: 1}


async def test_another_due_date_is_told_again_if_it_is_later_and_passes_too(own, frozen):
    ward, database = own
    task = await ward.order(due_at=at("09:00"))
    frozen(hours=2)
    await look(database)
    for due, hours, told in [("12:00", 3, 1), ("12:00", 5, 2), ("10:00", 6, 2), ("12:00", 7, 2), ("16:00", 8.5, 3)]:
        answer = await ward.client.patch(f"/tasks/{task['id']}", json={"due_at": at(due)})
        assert answer.status_code == 200
        frozen(hours=hours)
        await look(database)
        assert len(await overdue(database)) == told, (due, hours)


async def test_many_that_fell_due_while_nobody_looked_are_told_once_by_whoever_looks_first(own, frozen):
    ward, database = own
    async with database.transaction() as db:
        await db.execute(text("SET LOCAL session_replication_role = replica"))
        await db.execute(
            text("""
            INSERT INTO task (id, patient_id, task_type, priority, due_at, status, status_since, steps, version,
                created_at, updated_at)
            SELECT gen_random_uuid(), CAST(:patient AS uuid), 'any', 'stat',
                CAST(:at AS timestamptz) - n * interval '1 hour', 'ORDERED', CAST(:at AS timestamptz), 1, 1,
                CAST(:at AS timestamptz), CAST(:at AS timestamptz)
            FROM generate_series(1, 1200) AS n
            """),
            {"patient": ward.patient["id"], "at": NOW},
        )
        await db.execute(
            text("INSERT INTO task_step (task_id, sequence, new_status, at) SELECT id, 1, status, created_at FROM task")
        )
    await periodic.make_known(database)
    await asyncio.gather(*(periodic.run_due(database) for _ in range(4)))
    # Whoever came while another was at it has left it to that one.
    await periodic.run_due(database)
    told = Counter(await overdue(database))
    assert (len(told), set(told.values())) == (1200, {1})


async def test_who_dies_in_the_middle_of_it_leaves_it_to_be_done(own, frozen, monkeypatch):
    ward, database = own
    task = await ward.order(due_at=at("09:00"))
    frozen(hours=3)

    async def dies(*_args: object, **_more: object) -> None:
        raise RuntimeError

    await periodic.make_known(database)
    with monkeypatch.context() as broken:
        broken.setattr("features.tasks.periodic.publish", dies)
        with pytest.raises(RuntimeError):
            await periodic.run_due(database)
    assert await overdue(database) == []
    frozen(hours=3, seconds=6)
    await periodic.run_due(database)
    assert await overdue(database) == [task["id"]]


async def test_events_tell_what_happened_and_not_what_it_is_about(own):
    ward, database = own
    task = await ward.order(task_type="A private matter", description="Another private matter", due_at=at("09:00"))
    await ward.try_to_move(task, "IN_PROGRESS", "A private reason")
    await ward.client.patch(f"/tasks/{task['id']}", json={"priority": "stat"})
    await ward.client.patch(f"/tasks/{task['id']}", json={"priority": "stat"})
    assert [kind for kind, _ in await events(database)] == ["created", "transitioned", "updated"]
    async with database.transaction() as db:
        found = [
            row.data
            for row in await db.execute(text("SELECT data FROM outbox WHERE type LIKE 'rounds.task%' ORDER BY id"))
        ]
    assert not any("private" in str(data) for data in found)
    common = {"patient_id": ward.patient["id"], "task_id": task["id"], "due_at": at("09:00"), "assignee_id": None}
    moved = {name: value for name, value in found[1].items() if name != "timestamp"}
    assert moved == {
        **common,
        "status": "IN_PROGRESS",
        "priority": "routine",
        "sequence": 2,
        "previous_status": "ORDERED",
        "new_status": "IN_PROGRESS",
    }
    assert found[2]["priority"] == "stat"
