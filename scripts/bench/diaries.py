"""Appointments: booking beside the reference, lists at two sizes, and statistics of a year with a million of them.

All of them lie within one year: twenty half-hours every 68 hours for each of 400 clinicians. So a clinician's day
is as long among ten thousand as among a million, and a year's window holds every one.
"""

import asyncio
import http.client
import json
import random
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from statistics import median
from urllib.parse import quote

import asyncpg
from rich import box
from rich.console import Console
from rich.table import Table

from bench import load
from bench.programs import BenchFailed, Program, Programs

SIZES = (10_000, 1_000_000)
CLINICIANS, DEPARTMENTS, PATIENTS = 400, 20, 10_000
SLOTS_A_DAY = 20
_TURNS = 4
_BOOKINGS = 15_000  # by each program in each turn; more than either of them manages
_STATISTICS_ROUNDS = 15
BOOKING_SHARE, FLAT, STATISTICS_MS = 0.35, 1.30, 150.0

# Not by a foreign key's numbers but by place, so that the same statement fills any part of it.
_STAFF = """
WITH departments AS (
    INSERT INTO department (id, name, version, created_at, updated_at)
    SELECT CAST('00000000-0000-7000-8000-0000d0' || lpad(n::text, 6, '0') AS uuid), 'Bench ' || n, 1, now(), now()
    FROM generate_series(1, 20) AS n
)
INSERT INTO clinician (id, name, department_id, active, version, created_at, updated_at)
SELECT CAST('00000000-0000-7000-8000-0000c0' || lpad(n::text, 6, '0') AS uuid), 'Dr Bench ' || n,
       CAST('00000000-0000-7000-8000-0000d0' || lpad((n % 20 + 1)::text, 6, '0') AS uuid), true, 1, now(), now()
FROM generate_series(1, 400) AS n
"""
_FILL = """
WITH patients AS (SELECT id, row_number() OVER (ORDER BY id) - 1 AS place FROM (SELECT id FROM patient LIMIT 10000) p)
INSERT INTO appointment (id, patient_id, clinician_id, department_id, start_at, end_at, time_zone, cancelled_at,
    attended_at, missed_told_at, version, created_at, updated_at)
SELECT gen_random_uuid(), patients.id,
       CAST('00000000-0000-7000-8000-0000c0' || lpad((n % 400 + 1)::text, 6, '0') AS uuid),
       CAST('00000000-0000-7000-8000-0000d0' || lpad(((n % 400 + 1) % 20 + 1)::text, 6, '0') AS uuid),
       at, at + interval '30 minutes', 'Europe/London',
       CASE WHEN hashint4(n) % 12 = 0 THEN at END, CASE WHEN hashint4(n) % 12 BETWEEN 1 AND 8 THEN at END,
       at, 1, at, at
FROM (
    SELECT n, $3::timestamptz + (n / 400 / 20) * interval '68 hours' + (n / 400 % 20) * interval '30 minutes' AS at
    FROM generate_series($1::int, $2::int - 1) AS n
) AS slots JOIN patients ON place = n % 10000
"""
_VACUUMED = ("appointment", "appointment_tally", "appointment_change", "clinician", "department")


@dataclass
class Measured:
    """What came of it: runs by name, program and size, and milliseconds of statistics."""

    booking: dict[str, list[load.Run]] = field(default_factory=dict)
    lists: dict[tuple[str, int], list[load.Run]] = field(default_factory=dict)
    statistics: dict[str, list[float]] = field(default_factory=dict)


def measure(programs: Programs, home: Path, seconds: int, console: Console) -> Measured:
    """Fill diaries, read them, and book.

    Raises:
        BenchFailed: when something was answered that should not have been.
    """
    measured = Measured()
    begin = datetime.now(UTC).replace(hour=8, minute=0, second=0, microsecond=0) - timedelta(days=366)
    there = 0
    for size in SIZES:
        with console.status(f"Appointments: filling up to {size:,}"):
            asyncio.run(_fill(programs.database_url, there, size, begin))
        there = size
        with console.status(f"Appointments: lists among {size:,}"):
            _read_lists(programs, home, size, seconds, begin, measured)
    with console.status("Appointments: statistics"):
        _count(programs, begin, measured)
    with console.status("Appointments: booking"):
        _book(programs, home, seconds, measured)
    return measured


async def _fill(url: str, there: int, size: int, begin: datetime) -> None:
    connection = await asyncpg.connect(url, command_timeout=3600)
    try:
        if not there:
            await connection.execute(_STAFF)
        for first in range(there, size, 100_000):
            await connection.execute(_FILL, first, min(first + 100_000, size), begin)
        for table in _VACUUMED:
            await connection.execute(f"VACUUM (ANALYZE) {table}")
        await connection.execute("CHECKPOINT")
    finally:
        await connection.close()


def _clinician(number: int) -> str:
    return f"00000000-0000-7000-8000-0000c0{number:06d}"


def _moment(at: datetime) -> str:
    return quote(at.isoformat())


def _read_lists(programs: Programs, home: Path, size: int, seconds: int, begin: datetime, measured: Measured) -> None:
    draw = random.Random(7)  # noqa: S311 - the same draw on every run is the point
    days = [begin + number * timedelta(hours=68) for number in range(max(1, size // 400 // SLOTS_A_DAY))]
    paths = {
        "a clinician's day": [
            f"/appointments?clinician_id={_clinician(draw.randint(1, CLINICIANS))}"
            f"&from={_moment(day)}&to={_moment(day + timedelta(days=1))}"
            for day in (draw.choice(days) for _ in range(2_000))
        ],
        "missed in a department, latest first": [
            f"/appointments?status=missed&sort=-start_at&department_id=00000000-0000-7000-8000-0000d0{number:06d}"
            for number in range(1, DEPARTMENTS + 1)
        ],
    }
    for turn in range(_TURNS):
        for name, lines in paths.items():
            file = load.written(home / "appointments.txt", lines)
            run = load.run(
                programs.rounds,
                seconds=seconds if turn else 1,
                headers=programs.authorization(),
                arguments=("GET", str(file)),
            )
            if turn:
                measured.lists.setdefault((name, size), []).append(run)


def _count(programs: Programs, begin: datetime, measured: Measured) -> None:
    connection = http.client.HTTPConnection("127.0.0.1", programs.rounds.port, timeout=60)
    headers = programs.authorization()
    window = {
        # Neither begins nor ends with a day, so that the days at its edges are counted one by one.
        "a year": f"&from={_moment(begin - timedelta(hours=3))}&to={_moment(begin + timedelta(days=365, hours=5))}",
        "all": "",
    }
    for period, given in window.items():
        for group_by in ("clinician", "department", "month"):
            path = f"/appointments/statistics?group_by={group_by}{given}&cost_per_minute=3.2"
            for number in range(_STATISTICS_ROUNDS + 3):
                began = time.perf_counter()
                connection.request("GET", path, headers=headers)
                answer = connection.getresponse()
                body = json.loads(answer.read())
                if answer.status != 200 or body["totals"]["scheduled"] < 0.95 * SIZES[-1]:
                    raise BenchFailed(f"Rounds answered {answer.status} to statistics: {body.get('totals')}")
                if number >= 3:
                    took = (time.perf_counter() - began) * 1000
                    measured.statistics.setdefault(f"{period}, by {group_by}", []).append(took)
    connection.close()


def _book(programs: Programs, home: Path, seconds: int, measured: Measured) -> None:
    patients = asyncio.run(_patients(programs.database_url))
    day = datetime.now(UTC).replace(hour=6, minute=0, second=0, microsecond=0) + timedelta(days=30)
    servers: list[Program] = [programs.reference, programs.rounds]
    for turn in range(_TURNS):
        for place, program in enumerate(servers):
            part = turn * len(servers) + place
            file = load.written(home / "bookings.txt", _bookings(patients, day + part * timedelta(days=60)))
            arguments = ("POST", str(file), "application/json")
            headers = programs.authorization()
            length = seconds if turn else 1
            if program is programs.rounds:
                run = load.run(program, seconds=length, headers=headers, arguments=arguments)
            else:
                with programs.rounds.paused():
                    run = load.run(program, seconds=length, headers=headers, arguments=arguments)
            if turn:
                measured.booking_persistence.setdefault(program.name, []).append(run)


async def _patients(url: str) -> list[str]:
    connection = await asyncpg.connect(url)
    try:
        return [str(row["id"]) for row in await connection.fetch(f"SELECT id FROM patient LIMIT {PATIENTS}")]  # noqa: S608 - a constant
    finally:
        await connection.close()


def _bookings(patients: list[str], day: datetime) -> Iterable[str]:
    """Lines that book free half-hours, each clinician and patient once at a time."""
    for number in range(_BOOKINGS):
        slot, clinician = divmod(number, CLINICIANS)
        start = day + (slot // SLOTS_A_DAY) * timedelta(days=1) + (slot % SLOTS_A_DAY) * timedelta(minutes=30)
        body = {
            "patient_id": patients[number % len(patients)],
            "clinician_id": _clinician(clinician + 1),
            "start_at": start.isoformat(),
            "duration": "30m",
            "reason": "Follow-up",
        }
        yield f"/appointments\t{json.dumps(body)}"


def show(found: Measured, console: Console) -> None:
    """Print it, and what was to be reached."""
    bare, ours = (load.middle(found.booking[name]) for name in ("the reference", "Rounds"))
    share = ours.per_second / bare.per_second
    table = Table(title=f"Booking among {SIZES[-1]:,} appointments", box=box.SIMPLE_HEAD, title_justify="left")
    for column in ("reference/s", "Rounds/s", "share", "p50 ms", "p99 ms", "CPU ms"):
        table.add_column(column, justify="right")
    pairs = (f"{getattr(bare, name):.2f} / {getattr(ours, name):.2f}" for name in ("p50", "p99", "processor"))
    table.add_row(f"{bare.per_second:,.0f}", f"{ours.per_second:,.0f}", f"{share:.2f}", *pairs)
    table.caption = _judged(share >= BOOKING_SHARE, f"at least {BOOKING_SHARE} of the reference")
    console.print(table)
    _show_lists(found, console)
    _show_statistics(found, console)


def _show_lists(found: Measured, console: Console) -> None:
    table = Table(title="Lists of appointments", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("")
    for size in SIZES:
        table.add_column(f"p50 / p99 ms among {size:,}", justify="right")
    table.add_column("ratio", justify="right")
    worst = 0.0
    for name in dict.fromkeys(name for name, _ in found.lists):
        small, large = (load.middle(found.lists[name, size]) for size in SIZES)
        worst = max(worst, large.p50 / small.p50)
        times = (f"{one.p50:.1f} / {one.p99:.1f}" for one in (small, large))
        table.add_row(name, *times, f"{large.p50 / small.p50:.2f}")
    table.caption = _judged(worst <= FLAT, f"at most {FLAT} times as long")
    console.print(table)


def _show_statistics(found: Measured, console: Console) -> None:
    table = Table(title=f"Statistics of {SIZES[-1]:,} appointments", box=box.SIMPLE_HEAD, title_justify="left")
    table.add_column("")
    table.add_column("median ms", justify="right")
    table.add_column("worst ms", justify="right")
    for name, times in found.statistics.items():
        table.add_row(name, f"{median(times):.1f}", f"{max(times):.1f}")
    slowest = max(median(times) for times in found.statistics.values())
    table.caption = _judged(slowest < STATISTICS_MS, f"under {STATISTICS_MS:.0f} ms")
    console.print(table)


def _judged(met: bool, wanted: str) -> str:
    return f"Wanted: {wanted}: {'met' if met else 'not met'}"
