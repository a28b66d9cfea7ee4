"""Tasks: moving them beside the reference, and worklists at two sizes."""

import asyncio
import json
import random
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import asyncpg
import orjson
import uuid_utils.compat
from rich import box
from rich.console import Console
from rich.table import Table

from bench import load
from bench.judging import published
from bench.programs import Program, Programs
from bench.statements import Statement, recording
from features.patients import PatientWrite, create_patient
from features.tasks import TaskTransition, TaskWrite, order_task, transition_task
from features.tasks.handler import _documents as documents
from features.tasks.transitions import TaskStatus, leading_to
from rounds.data import create_engine, sessionmaker

SMALL = 10_000
ASSIGNEES = 400
_TURNS = 4
_MOVED = 1_250  # tasks that each program moves in each turn, again and again
_PASSES = 16
_MOVES = (TaskStatus.IN_PROGRESS, TaskStatus.ON_HOLD)
MOVE_SHARE, FLAT = 0.35, 1.30
TRANSITIONED = "rounds.task.transitioned"

_STAFF = """
WITH department AS (
    INSERT INTO department (id, name, version, created_at, updated_at)
    VALUES (gen_random_uuid(), 'Bench of tasks', 1, now(), now()) RETURNING id
)
INSERT INTO clinician (id, name, department_id, active, version, created_at, updated_at)
SELECT CAST('00000000-0000-7000-8000-0000e0' || lpad(n::text, 6, '0') AS uuid), 'Dr Task ' || n, id, true, 1, now(),
       now()
FROM generate_series(1, 400) AS n CROSS JOIN department
"""
# One in twenty-five is open, as in a hospital that does its work; references are sound by construction, and checking
# each of them would take longer than all of the measuring.
_FILL = """
WITH patients AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM (SELECT id FROM patient LIMIT 10000) p),
filled AS (
    INSERT INTO task (id, patient_id, assignee_id, task_type, priority, due_at, status, status_since, steps,
        overdue_told_for, version, created_at, updated_at)
    SELECT gen_random_uuid(), patients.id,
        CAST('00000000-0000-7000-8000-0000e0' || lpad((n % 400 + 1)::text, 6, '0') AS uuid), 'type ' || n % 20,
        CASE WHEN n % 10 = 0 THEN 'stat' WHEN n % 10 < 4 THEN 'urgent' ELSE 'routine' END, at + interval '6 hours',
        CASE WHEN n % 10 = 0 THEN 'ORDERED' ELSE 'CANCELLED' END, at, CASE WHEN n % 10 = 0 THEN 1 ELSE 2 END,
        at + interval '6 hours', 1, at, at
    FROM (
        SELECT n, now() - hashint4(n)::bigint % 31536000 * sign(hashint4(n)) * interval '1 second' AS at
        FROM generate_series($1::int, $2::int - 1) AS n
    ) AS drawn JOIN patients ON place = n % 10000
    RETURNING id, status, created_at
)
INSERT INTO task_step (task_id, sequence, previous_status, new_status, reason, at)
SELECT id, 1, NULL, 'ORDERED', NULL, created_at FROM filled
UNION ALL
SELECT id, 2, 'ORDERED', status, 'Not needed', created_at FROM filled WHERE status = 'CANCELLED'
"""


# --- the reference's part


@dataclass(frozen=True, slots=True)
class Moving:
    """What is sent by a move, in one transaction and in this order."""

    move: Statement
    publish: Statement
    trail: Statement


async def moving_statements(url: str) -> Moving:
    """The statements behind a move, recorded in a transaction that is taken back."""
    engine = create_engine(url, pool_size=1)
    async with sessionmaker(engine)() as session:
        patient = await create_patient(PatientWrite(name="Nobody", date_of_birth="1930-01-01"), db=session)
        task = await order_task(TaskWrite(patient_id=patient.id, task_type="any"), actor=None, db=session)
        with recording(engine) as sent:
            move = TaskTransition(new_status="IN_PROGRESS", reason="any")
            await transition_task(task["id"], move, actor=None, db=session)
        await session.rollback()
    await engine.dispose()
    return Moving(*sent)


async def moved(task_id: UUID, given: Mapping[str, Any], statements: Moving, connection: Any) -> dict[str, Any]:
    """Move a task, and answer it as Rounds shows it."""
    now = datetime.now(UTC)
    recorded = {name: statements.move.arguments[place] for place, name in statements.move.slots}
    values = {
        **recorded,
        "id": task_id,
        "new_status": given["new_status"],
        "reason": given["reason"],
        "allowed": [str(status) for status in leading_to(TaskStatus(given["new_status"]))],
        "actor_id": UUID(int=7),
        "actor": "bench",
        "now": now,
    }
    trail = {name: statements.trail.arguments[place] for place, name in statements.trail.slots}
    async with connection.transaction():
        (row,) = await connection.fetch(statements.move.sql, *statements.move.filled(values))
        names = ("patient_id", "status", "priority", "due_at", "assignee_id")
        told = {name: str(row[name]) if isinstance(row[name], UUID) else row[name] for name in names}
        more = {"previous_status": row["previous_status"], "new_status": row["status"], "sequence": row["steps"]}
        one = {**told, **more, "task_id": str(task_id), "timestamp": now}
        arguments = {**published(TRANSITIONED, [one], now), "subjects": [row["patient_id"]]}
        await connection.fetch(statements.publish.sql, *statements.publish.filled(arguments))
        trail |= {"id": uuid_utils.compat.uuid7(), "patient_id": row["patient_id"], "resource_id": str(task_id)}
        trail["changes"] = orjson.dumps({"status": [row["previous_status"], row["status"]]}).decode()
        await connection.fetch(statements.trail.sql, *statements.trail.filled(trail))
    (task,) = documents([row])
    return {name: str(value) if isinstance(value, UUID) else value for name, value in task.items()}


# --- measuring


@dataclass
class Measured:
    """What came of it: runs by program, and by list and size."""

    sizes: tuple[int, int]
    moves: dict[str, list[load.Run]] = field(default_factory=dict)
    lists: dict[tuple[str, int], list[load.Run]] = field(default_factory=dict)


def measure(programs: Programs, home: Path, size: int, seconds: int, console: Console) -> Measured:
    """Fill worklists, read them, and move tasks.

    Raises:
        BenchFailed: when something was answered that should not have been.
    """
    measured = Measured((SMALL, max(size, 10 * SMALL)))
    there = 0
    for number in measured.sizes:
        with console.status(f"Tasks: filling up to {number:,}"):
            asyncio.run(_fill(programs.database_url, there, number))
        there = number
        with console.status(f"Tasks: lists among {number:,}"):
            _read_lists(programs, home, number, seconds, measured)
    with console.status("Tasks: moving"):
        _move(programs, home, seconds, measured)
    return measured


async def _fill(url: str, there: int, size: int) -> None:
    connection = await asyncpg.connect(url, command_timeout=3600)
    try:
        if not there:
            await connection.execute(_STAFF)
        await connection.execute("SET session_replication_role = replica")
        for first in range(there, size, 100_000):
            await connection.execute(_FILL, first, min(first + 100_000, size))
        for table in ("task", "task_step", "clinician"):
            await connection.execute(f"VACUUM (ANALYZE) {table}")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _assignee(number: int) -> str:
    return f"00000000-0000-7000-8000-0000e0{number:06d}"


def _read_lists(programs: Programs, home: Path, size: int, seconds: int, measured: Measured) -> None:
    draw = random.Random(7)  # noqa: S311 - the same draw on every run is the point
    somebody = [_assignee(draw.randint(1, ASSIGNEES)) for _ in range(500)]
    paths = {
        "what is due first": ["/tasks"],
        "ordered, the most urgent first": ["/tasks?status=ORDERED&sort=-priority"],
        "overdue, the latest order first": ["/tasks?overdue=true&sort=-created_at"],
        "of a type, by urgency": [f"/tasks?task_type=type%20{number}&sort=-priority" for number in range(20)],
        "an assignee's, due first": [f"/tasks?assignee_id={each}" for each in somebody],
        "the board": ["/tasks/board?limit=50"],
        "an assignee's board": [f"/tasks/board?assignee_id={each}&limit=5" for each in somebody],
    }
    for name, lines in paths.items():
        file = load.written(home / "tasks.txt", lines)
        for turn in range(_TURNS):
            run = load.run(
                programs.rounds,
                seconds=seconds if turn else 1,
                headers=programs.authorization(),
                arguments=("GET", str(file)),
            )
            if turn:
                measured.lists.setdefault((name, size), []).append(run)


def _move(programs: Programs, home: Path, seconds: int, measured: Measured) -> None:
    servers: list[Program] = [programs.reference, programs.rounds]
    ids = asyncio.run(_ordered(programs.database_url, _TURNS * len(servers) * _MOVED))
    for turn in range(_TURNS):
        for program in servers:
            mine, ids = ids[:_MOVED], ids[_MOVED:]
            file = load.written(home / "moves.txt", _lines(mine))
            arguments, headers = ("POST", str(file), "application/json"), programs.authorization()
            length = seconds if turn else 1
            if program is programs.rounds:
                run = load.run(program, seconds=length, headers=headers, arguments=arguments)
            else:
                with programs.rounds.paused():
                    run = load.run(program, seconds=length, headers=headers, arguments=arguments)
            if turn:
                measured.moves.setdefault(program.name, []).append(run)


async def _ordered(url: str, most: int) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch("SELECT id FROM task WHERE status = 'ORDERED' ORDER BY id LIMIT $1", most)
        return [str(row["id"]) for row in rows]
    finally:
        await connection.close()


def _lines(ids: list[str]) -> Iterable[str]:
    """Lines that move each of these tasks on and off hold; nobody is at one task twice at once."""
    for number in range(_PASSES):
        body = json.dumps({"new_status": _MOVES[number % 2], "reason": "Sample taken"})
        yield from (f"/tasks/{each}/transition\t{body}" for each in ids)


def show(found: Measured, console: Console) -> None:
    """Print it, and what was to be reached."""
    bare, ours = (load.middle(found.moves[name]) for name in ("the reference", "Rounds"))
    share = ours.per_second / bare.per_second
    table = Table(title=f"Moving a task among {found.sizes[1]:,}", box=box.SIMPLE_HEAD, title_justify="left")
    for column in ("reference/s", "Rounds/s", "share", "p50 ms", "p99 ms", "CPU ms"):
        table.add_column(column, justify="right")
    pairs = (f"{getattr(bare, name):.2f} / {getattr(ours, name):.2f}" for name in ("p50", "p99", "processor"))
    table.add_row(f"{bare.per_second:,.0f}", f"{ours.per_second:,.0f}", f"{share:.2f}", *pairs)
    table.caption = _judged(share >= MOVE_SHARE, f"at least {MOVE_SHARE} of the reference")
    console.print(table)
    table = Table(title="Lists of tasks", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("")
    for size in found.sizes:
        table.add_column(f"p50 / p99 ms among {size:,}", justify="right")
    table.add_column("ratio", justify="right")
    worst = 0.0
    for name in dict.fromkeys(name for name, _ in found.lists):
        small, large = (load.middle(found.lists[name, size]) for size in found.sizes)
        worst = max(worst, large.p50 / small.p50)
        times = (f"{one.p50:.1f} / {one.p99:.1f}" for one in (small, large))
        table.add_row(name, *times, f"{large.p50 / small.p50:.2f}")
    table.caption = _judged(worst <= FLAT, f"at most {FLAT} times as long")
    console.print(table)


def _judged(met: bool, wanted: str) -> str:
    return f"Wanted: {wanted}: {'met' if met else 'not met'}"
