"""Work that is due because time has passed, and not because something happened.

A slice registers it with `periodically`. Every consumer looks for what is due; a row in PostgreSQL, locked while the
work is done, lets one of them do it. The row moves on in the transaction of the work, so a consumer that dies leaves
the work due, and what fell due while none was running is done by the first that comes.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Text, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.schema import Column
from sqlmodel import Field, SQLModel

from rounds import clock
from rounds.audit import acting_as
from rounds.data import Database, timestamp
from rounds.observability.logging import origin_of
from rounds.viewer import PROGRAM, looking_as

_log = structlog.get_logger("rounds.events.periodic")

# Answers whether more is waiting, in which case it is called again at once, in a transaction of its own.
Work = Callable[[AsyncSession], Awaitable[bool]]


class PeriodicWork(SQLModel, table=True):
    """When a kind of work is next due."""

    __tablename__ = "periodic_work"

    name: str = Field(sa_column=Column(Text(collation="C"), primary_key=True))
    due_at: datetime = timestamp(default=False)


@dataclass(frozen=True, slots=True)
class Periodic:
    """Work, and how often it is looked for."""

    name: str
    every: timedelta
    work: Work


_registered: dict[str, Periodic] = {}


def registered() -> Mapping[str, Periodic]:
    """All periodic work by name."""
    return _registered


def periodically(*, name: str, every: timedelta) -> Callable[[Work], Work]:
    """Register work whose effects are rows in the database; events count as such.

    Args:
        name: Its name in the table; renamed work is new work, and due at once.
        every: How long after it was done it is due again.
    """

    def register(work: Work) -> Work:
        known = _registered.setdefault(name, Periodic(name, every, work))
        if known.work is not work:
            raise TypeError(f"two kinds of periodic work share the name {name!r}")
        return work

    return register


_KNOWN = text("INSERT INTO periodic_work (name, due_at) VALUES (:name, :now) ON CONFLICT DO NOTHING")
_CLAIM = text("SELECT name FROM periodic_work WHERE name = :name AND due_at <= :now FOR UPDATE SKIP LOCKED")
_NEXT = text("UPDATE periodic_work SET due_at = :due_at WHERE name = :name")


async def run_due(database: Database) -> int:
    """Do everything that is due now; answers how many times something was done.

    Raises:
        Exception: whatever the work raised; it is due again after its usual time, and the others are done first.
    """
    done, failures = 0, []
    for each in list(_registered.values()):
        try:
            while await _run_once(each, database):
                done += 1
        except Exception as error:  # noqa: BLE001 - one kind of work must not keep the others from being done
            failures.append(error)
            await _put_off(each, database)
    if failures:
        raise failures[0]
    return done


async def _run_once(each: Periodic, database: Database) -> bool:
    now = clock.now()
    async with database.transaction() as db:
        if await db.scalar(_CLAIM, {"name": each.name, "now": now}) is None:
            return False
        with acting_as(f"periodic:{each.name}"), looking_as(PROGRAM):
            more = await each.work(db)
        await db.execute(_NEXT, {"name": each.name, "due_at": now if more else now + each.every})
    return True


async def _put_off(each: Periodic, database: Database) -> None:
    async with database.transaction() as db:
        await db.execute(_NEXT, {"name": each.name, "due_at": clock.now() + each.every})


async def make_known(database: Database) -> None:
    """Note every kind of work that has not been noted yet; it is due at once."""
    async with database.transaction() as db:
        for name in sorted(_registered):
            await db.execute(_KNOWN, {"name": name, "now": clock.now()})


async def keep_running(database: Database, *, poll_seconds: float) -> None:
    """Do what is due, until cancelled."""
    known, trouble = False, False
    while True:
        try:
            if not known:
                await make_known(database)
                known = True
            await run_due(database)
            trouble = False
        except Exception as error:  # noqa: BLE001 - the next round may succeed
            if not trouble:
                _log.warning("periodic.failed", **origin_of(error))
            trouble = True
        await asyncio.sleep(poll_seconds)
