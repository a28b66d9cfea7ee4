"""Tasks when many are at one of them at once, and what the database itself refuses."""

import asyncio
import random
from collections import Counter

import asyncpg
import pytest
from sqlalchemy import text

from features.tasks.transitions import ALLOWED, TaskStatus
from tests.features.tasks.conftest import Ward


@pytest.fixture
async def shared(live):
    return await Ward(live).open()


def is_a_chain(steps: list[dict]) -> bool:
    numbered = [step["sequence"] for step in steps] == list(range(1, len(steps) + 1))
    before = [None, *(step["new_status"] for step in steps[:-1])]
    return numbered and [step["previous_status"] for step in steps] == before


async def test_of_two_who_move_at_once_one_wins(shared):
    for _ in range(10):
        task = await shared.order()
        answers = await asyncio.gather(
            shared.try_to_move(task, "IN_PROGRESS", "one"), shared.try_to_move(task, "IN_PROGRESS", "other")
        )
        assert sorted(answer.status_code for answer in answers) == [200, 409]
        lost = next(answer.json() for answer in answers if answer.status_code == 409)
        assert (lost["current"], lost["allowed"]) == ("IN_PROGRESS", ["COMPLETED", "ON_HOLD", "CANCELLED"])


async def test_of_fifty_moves_at_once_each_step_has_one_winner(shared):
    draw = random.Random(50)
    task = await shared.order()
    wanted = [draw.choice(["IN_PROGRESS", "ON_HOLD"]) for _ in range(49)] + ["IN_PROGRESS"]
    answers = await asyncio.gather(
        *(shared.try_to_move(task, status, f"move {number}") for number, status in enumerate(wanted))
    )
    assert {answer.status_code for answer in answers} == {200, 409}
    won = [
        (answer.json()["version"], f"move {number}")
        for number, answer in enumerate(answers)
        if answer.status_code == 200
    ]
    steps = await shared.audit(task)
    assert is_a_chain(steps)
    # What a winner was told is the step that it made, and each of them made one.
    assert [(step["sequence"], step["reason"]) for step in steps[1:]] == sorted(won)
    for step in steps[1:]:
        assert step["new_status"] in ALLOWED[TaskStatus(step["previous_status"])]
    assert (await shared.read(task))["status"] == steps[-1]["new_status"]


async def test_of_fifty_who_end_a_task_one_does(shared):
    task = await shared.move(await shared.order(), "IN_PROGRESS")
    ends = ["COMPLETED", "CANCELLED"] * 25
    answers = await asyncio.gather(*(shared.try_to_move(task, status) for status in ends))
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 49}
    assert len(await shared.audit(task)) == 3


async def test_moves_changes_and_a_deletion_at_once_leave_nothing_of_the_patient(shared):
    for _ in range(6):
        shared.patient = await shared.another_patient()
        task = await shared.order()
        answers = await asyncio.gather(
            shared.try_to_move(task, "IN_PROGRESS"),
            shared.client.patch(f"/tasks/{task['id']}", json={"priority": "stat"}),
            shared.client.post("/tasks", json=shared.body()),
            shared.client.delete(f"/patients/{shared.patient['id']}"),
        )
        moved, changed, ordered, deleted = (answer.status_code for answer in answers)
        assert deleted == 204
        assert moved in {200, 404}
        assert changed in {200, 404}
        assert ordered in {201, 422}
        assert await shared.listed() == []


# --- what the database refuses by itself, whoever asks


@pytest.fixture
async def superuser(cloned_url, shared):
    connection = await asyncpg.connect(cloned_url)
    yield connection
    await connection.close()


STEP = "INSERT INTO task_step (task_id, sequence, previous_status, new_status, reason, at) VALUES ($1, {}, 'x', now())"


async def test_steps_are_appended_and_never_changed(shared, superuser):
    await shared.move(await shared.order(), "IN_PROGRESS")
    for statement in (
        "UPDATE task_step SET reason = 'another'",
        "UPDATE task_step SET at = now() WHERE false",
        "DELETE FROM task_step",
        "TRUNCATE task_step CASCADE",
    ):
        with pytest.raises(asyncpg.RestrictViolationError, match="never changed"):
            await superuser.execute(statement)


async def test_erasure_takes_tasks_and_steps_together_and_nothing_else_may(shared, superuser):
    await shared.move(await shared.order(), "IN_PROGRESS")

    async def erasing(*statements: str) -> None:
        async with superuser.transaction():
            await superuser.execute("SELECT set_config('rounds.erasing', 'on', true)")
            for statement in statements:
                await superuser.execute(statement)

    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await erasing("DELETE FROM task_step WHERE sequence = 2")
    for refused in ("UPDATE task_step SET reason = 'another'", "TRUNCATE task_step CASCADE"):
        with pytest.raises(asyncpg.RestrictViolationError):
            await erasing(refused)
    await erasing("DELETE FROM task_step", "DELETE FROM task")
    assert await shared.listed() == []
    with pytest.raises(asyncpg.RestrictViolationError):
        await superuser.execute("DELETE FROM task_step")


@pytest.mark.parametrize(
    ("step", "constraint"),
    [
        ("2, 'ORDERED', 'CANCELLED'", "pk_task_step"),
        ("4, 'IN_PROGRESS', 'COMPLETED'", "fk_task_step_before"),
        ("3, 'ORDERED', 'IN_PROGRESS'", "fk_task_step_before"),
        ("3, 'ON_HOLD', 'IN_PROGRESS'", "fk_task_step_before"),
        ("3, 'IN_PROGRESS', 'IN_PROGRESS'", "ck_task_step_move"),
        ("3, 'IN_PROGRESS', 'ORDERED'", "ck_task_step_move"),
        ("3, 'COMPLETED', 'IN_PROGRESS'", "ck_task_step_move"),
        ("3, NULL, 'ORDERED'", "ck_task_step_first"),
        ("1, NULL, 'COMPLETED'", "ck_task_step_move"),
        ("0, NULL, 'ORDERED'", "ck_task_step_first"),
    ],
)
async def test_no_step_leaves_a_gap_makes_a_fork_or_begins_elsewhere(shared, superuser, step, constraint):
    task = await shared.move(await shared.order(), "IN_PROGRESS")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await superuser.execute(STEP.format(step), task["id"])
    assert refused.value.constraint_name == constraint


@pytest.mark.parametrize(
    ("change", "constraint"),
    [
        ("status = 'COMPLETED'", "fk_task_last_step"),
        ("steps = 3", "fk_task_last_step"),
        ("status = 'LOST'", "ck_task_status"),
        ("priority = 'high'", "ck_task_priority"),
        ("task_type = ''", "ck_task_task_type"),
    ],
)
async def test_no_task_stands_where_no_step_has_brought_it(shared, superuser, change, constraint):
    await shared.move(await shared.order(), "IN_PROGRESS")
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as refused:
        await superuser.execute(f"UPDATE task SET {change}")
    assert refused.value.constraint_name == constraint


# --- all or nothing


@pytest.mark.parametrize("broken", ["features.tasks.handler.publish", "features.tasks.handler.record"])
async def test_status_step_event_and_trail_are_kept_together_or_not_at_all(ward, database, broken, monkeypatch):
    client = ward.client
    task = await ward.order()

    async def counts() -> list[int]:
        tables = ("task", "task_step", "outbox", "audit_event")
        async with database.transaction() as db:
            return [await db.scalar(text(f"SELECT count(*) FROM {table}")) for table in tables]

    async def dies(*_args: object, **_more: object) -> None:
        raise RuntimeError

    before = await counts()
    with monkeypatch.context() as during:
        during.setattr(broken, dies)
        for answer in (
            await ward.try_to_move(task, "IN_PROGRESS"),
            await client.post("/tasks", json=ward.body()),
            await client.patch(f"/tasks/{task['id']}", json={"priority": "stat"}),
        ):
            assert answer.status_code == 500
    assert await counts() == before
    assert await ward.read(task) == task
    await ward.move(task, "IN_PROGRESS")
    assert [after - count for after, count in zip(await counts(), before, strict=True)] == [0, 1, 1, 1]
