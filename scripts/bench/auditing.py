"""What the audit trail costs reads, and how fast it is sealed and verified.

Two servers on one database take turns: Rounds as it is, and Rounds that records no views (`ROUNDS_AUDIT_VIEWS`, for
this bench only). Then events are written by COPY, as views are, and sealed and verified as the consumer and the command
do.
"""

import asyncio
import time
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
from rich import box
from rich.console import Console
from rich.table import Table

from bench import load
from bench.programs import Program, Programs
from features.audit import sealing, verifying
from rounds.audit import AuditEvent, the_store
from rounds.data import Database, new_id

EVENTS_A_SECOND_OF_RUN = 100_000
_AT_ONCE = 5_000
_TURNS = 4  # the first is not counted


@dataclass(frozen=True, slots=True)
class Reads:
    """One kind of read, with views recorded and without."""

    title: str
    recorded: load.Run
    unrecorded: load.Run


@dataclass(frozen=True, slots=True)
class Audited:
    """What was measured; times are in seconds."""

    reads: list[Reads]
    events: int
    sealing: float
    verifying: float


def measure(programs: Programs, home: Path, seconds: int, console: Console) -> Audited:
    """Read with and without the trail; then seal and verify many events."""
    paths = {"Read one patient": home / "audit-read.txt", "First page of 50": home / "audit-page.txt"}
    asyncio.run(_write_paths(programs, *paths.values()))
    with ExitStack() as running:
        bare = programs.without_views(running)
        reads = []
        for title, file in paths.items():
            runs: dict[bool, list[load.Run]] = {True: [], False: []}
            for turn in range(_TURNS):
                for recorded, program, other in ((True, programs.rounds, bare), (False, bare, programs.rounds)):
                    with console.status(f"{title}, views {'on' if recorded else 'off'}, {turn} of {_TURNS - 1}"):
                        run = _run(program, other, programs, file, seconds if turn else 1)
                    if turn:
                        runs[recorded].append(run)
            reads.append(Reads(title, load.middle(runs[True]), load.middle(runs[False])))
    with console.status("Sealing and verifying"):
        return asyncio.run(_chain(programs, reads, EVENTS_A_SECOND_OF_RUN * seconds))


def _run(program: Program, other: Program, programs: Programs, file: Path, seconds: int) -> load.Run:
    with other.paused():
        return load.run(program, seconds=seconds, headers=programs.authorization(), arguments=("GET", str(file)))


async def _write_paths(programs: Programs, read: Path, page: Path) -> None:
    connection = await asyncpg.connect(programs.database_url)
    ids = [row["id"] for row in await connection.fetch("SELECT id FROM patient LIMIT 1000")]
    await connection.close()
    lines = "".join(f"/patients/{each}\n" for each in ids)
    await asyncio.to_thread(read.write_text, lines)
    await asyncio.to_thread(page.write_text, "/patients?limit=50\n")


async def _chain(programs: Programs, reads: list[Reads], events: int) -> Audited:
    async with Database.open(programs.database_url, pool_size=2) as database:
        await _seal(database)
        connection: asyncpg.Connection[Any] = await asyncpg.connect(programs.database_url)
        for _ in range(events // _AT_ONCE):
            some = [
                AuditEvent("view", "patient", "bench", new_id(), "bench-request", patients=(new_id(),))
                for _ in range(_AT_ONCE)
            ]
            await the_store().add_views(some, connection)
        await connection.close()
        began = time.perf_counter()
        await _seal(database)
        sealed = time.perf_counter() - began
        began, verified = time.perf_counter(), 0
        async for step in verifying.verify(database.reads):
            verified = step.events
        return Audited(reads, verified, sealed * verified / events, time.perf_counter() - began)


async def _seal(database: Database) -> None:
    more = True
    while more:
        async with database.transaction() as db:
            more = await sealing.seal(db)


def show(found: Audited, console: Console) -> None:
    """Print what was measured."""
    table = Table(title="The audit trail", box=box.SIMPLE)
    for heading in ("", "on /s", "off /s", "share", "on ms CPU", "off ms CPU"):
        table.add_column(heading, justify="left" if not heading else "right")
    for each in found.reads:
        on, off = each.recorded, each.unrecorded
        numbers = (f"{on.per_second:,.0f}", f"{off.per_second:,.0f}", f"{on.per_second / off.per_second:.2f}")
        table.add_row(each.title, *numbers, f"{on.processor:.3f}", f"{off.processor:.3f}")
    console.print(table)
    million = found.verifying * 1e6 / found.events
    console.print(f"Sealed {found.events / found.sealing:,.0f} events a second.")
    console.print(f"Verified {found.events:,} events in {found.verifying:.1f} s, a million in {million:.0f} s.")
