"""How long an event takes from its commit to its subscribers, and how many a consumer can deliver.

`rounds consume` runs as a process of its own, with the subscribers that Rounds really has; another process publishes
recommendations. Both, PostgreSQL and Redis share this machine.
"""

import asyncio
import json
import time
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import asyncpg
from rich import box
from rich.console import Console
from rich.table import Table

from bench.judging import RECOMMENDED
from bench.outbox import emptied
from bench.programs import BenchFailed, Programs

# Events a second, and for how many seconds of a run of three.
RATES = ((1, 10), (100, 10), (250, 10), (500, 10), (750, 5), (1000, 5), (2000, 5))
AT_ONCE = 5_000
KNEE_SECONDS = 1.0  # p99 and, after the last event, the time until nothing is left
KEPT_UP = 0.95  # of the rate asked for; below it the publisher was the limit
_USUAL_SECONDS = 3
_PATIENCE_SECONDS = 180.0

_LEFT = "SELECT EXISTS (SELECT FROM delivery WHERE status = 'pending')"
# From `occurred_at`, which is taken in the transaction just before its COMMIT.
_DELIVERED = """
SELECT count(*) FILTER (WHERE d.status = 'delivered') AS delivered, count(*) AS wanted,
       count(DISTINCT o.id) AS events, min(o.occurred_at) AS first, max(o.occurred_at) AS last,
       percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
           ORDER BY CAST(extract(epoch FROM d.delivered_at - o.occurred_at) AS float)
       ) AS took,
       max(d.delivered_at) AS done
FROM outbox o JOIN delivery d ON d.event_id = o.id WHERE o.type = $1 AND o.occurred_at >= $2
"""
_SENT = """
SELECT count(*) AS sent,
       percentile_cont(ARRAY[0.5, 0.99]) WITHIN GROUP (
           ORDER BY CAST(extract(epoch FROM n.sent_at - o.occurred_at) AS float)
       ) AS took,
       max(n.sent_at) AS done
FROM outbox o JOIN notification n ON n.recommendation_id = CAST(o.data ->> 'recommendation_id' AS uuid)
WHERE o.type = $1 AND o.occurred_at >= $2 AND n.sent_at IS NOT NULL
"""
_BY_SUBSCRIBER = """
SELECT d.subscriber, count(*) AS delivered, max(d.delivered_at) AS done
FROM outbox o JOIN delivery d ON d.event_id = o.id
WHERE o.occurred_at >= $1 AND d.status = 'delivered' GROUP BY d.subscriber ORDER BY d.subscriber
"""


@dataclass(frozen=True, slots=True)
class Paced:
    """What became of events published at one rate. Times are in seconds."""

    rate: int
    achieved: float
    took: tuple[float, float]  # p50 and p99 to delivered, of each event to each of its subscribers
    sent: tuple[float, float] | None  # to the message sent, where there is one
    drained: float  # from the last event to its last delivery
    all_sent: float | None  # from the last event to the last message

    @property
    def published(self) -> bool:
        """Whether the publisher kept up."""
        return self.achieved >= KEPT_UP * self.rate

    @property
    def delivered(self) -> bool:
        """Whether the consumer kept up with delivering."""
        return self.took[1] < KNEE_SECONDS and self.drained <= KNEE_SECONDS

    @property
    def messaged(self) -> bool:
        """Whether the consumer kept up with sending, too."""
        sent_in_time = self.sent is not None and self.sent[1] < KNEE_SECONDS
        return self.delivered and sent_in_time and self.all_sent is not None and self.all_sent <= KNEE_SECONDS


@dataclass(frozen=True, slots=True)
class Deliveries:
    """Everything about events."""

    paced: list[Paced]
    drained: list[tuple[str, int, float]]  # of a standing backlog: subscriber, deliveries, seconds
    cut_short: str | None


def measure(programs: Programs, seconds: int, console: Console) -> Deliveries:
    """Publish at each rate, and then many events at once.

    Raises:
        BenchFailed: when an event was lost or given up.
    """
    asyncio.run(emptied(programs.database_url))
    paced: list[Paced] = []
    drained: list[tuple[str, int, float]] = []
    number = 0
    with programs.consumer():
        for rate, length in RATES:
            count = max(2, round(rate * length * seconds / _USUAL_SECONDS))
            with console.status(f"Events: {rate:,} a second"):
                told = json.loads(programs.tool("bench.publisher", _asked(count, rate, number)))
                if not _wait_until_delivered(programs):
                    return Deliveries(paced, drained, f"{rate:,} a second were not delivered in {_PATIENCE_SECONDS} s")
                paced.append(asyncio.run(_paced(programs.database_url, rate, count, told)))
            number = told["next"]
        with console.status(f"Events: {AT_ONCE:,} at once"):
            told = json.loads(programs.tool("bench.publisher", _asked(AT_ONCE, None, number)))
            if not _wait_until_delivered(programs):
                return Deliveries(paced, drained, f"{AT_ONCE:,} at once were not delivered in {_PATIENCE_SECONDS} s")
            drained = asyncio.run(_drained(programs.database_url, told))
    return Deliveries(paced, drained, None)


def _asked(count: int, rate: int | None, first: int) -> str:
    return json.dumps({"count": count, "rate": rate, "first": first})


def _wait_until_delivered(programs: Programs) -> bool:
    deadline = time.monotonic() + _PATIENCE_SECONDS
    while asyncio.run(_left(programs.database_url)):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.25)
    return True


async def _left(url: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        return bool(await connection.fetchval(_LEFT))
    finally:
        await connection.close()


async def _paced(url: str, rate: int, count: int, told: dict[str, Any]) -> Paced:
    began = datetime.fromisoformat(told["began"])
    connection = await asyncpg.connect(url)
    try:
        found = await connection.fetchrow(_DELIVERED, RECOMMENDED, began)
        sent = await connection.fetchrow(_SENT, RECOMMENDED, began)
    finally:
        await connection.close()
    if not found or not sent or found["events"] != count or found["delivered"] != found["wanted"]:
        raise BenchFailed(
            f"not every one of {count} events published at {rate} a second was delivered: {dict(found or {})}"
        )
    # The last of n events comes n - 1 steps behind the first.
    lasted = (found["last"] - found["first"]).total_seconds()
    return Paced(
        rate=rate,
        achieved=(count - 1) / lasted,
        took=(found["took"][0], found["took"][1]),
        sent=(sent["took"][0], sent["took"][1]) if sent["sent"] else None,
        drained=(found["done"] - found["last"]).total_seconds(),
        all_sent=(sent["done"] - found["last"]).total_seconds() if sent["sent"] else None,
    )


async def _drained(url: str, told: dict[str, Any]) -> list[tuple[str, int, float]]:
    committed = datetime.fromisoformat(told["ended"])
    connection = await asyncpg.connect(url)
    try:
        rows = await connection.fetch(_BY_SUBSCRIBER, datetime.fromisoformat(told["began"]))
    finally:
        await connection.close()
    return [(row["subscriber"], row["delivered"], (row["done"] - committed).total_seconds()) for row in rows]


def show(found: Deliveries, console: Console) -> None:
    """Print everything."""
    console.print(_rates(found.paced))
    console.print(_knee(found.paced))
    if found.drained:
        console.print(_backlog(found.drained))
    if found.cut_short:
        console.print(f"Cut short: {found.cut_short}.", style="red")


def _knee(paced: list[Paced]) -> str:
    """What the rates mean; by what was really published, since the publisher shares the machine."""
    limit = f"{KNEE_SECONDS:.0f} s"
    lines = [
        f"Knee: the highest rate with p99 under {limit} and nothing left {limit} after the last",
        f"  to every subscriber      {_highest([(one.achieved, one.delivered) for one in paced])}",
        f"  to the patient's message {_highest([(one.achieved, one.messaged) for one in paced])}",
    ]
    if late := [one for one in paced if not one.published]:
        most = max(one.achieved for one in late)
        lines.append(f"On this machine the publisher itself came to no more than {most:,.0f}/s.")
    return "\n".join([*lines, ""])


def _highest(rates: list[tuple[float, bool]]) -> str:
    kept = max((rate for rate, in_time in rates if in_time), default=0.0)
    missed = [rate for rate, in_time in rates if not in_time and rate > kept]
    return f"{kept:,.0f}/s; {min(missed):,.0f}/s was too much" if missed else f"{kept:,.0f}/s, and no rate was too much"


def _rates(paced: list[Paced]) -> Table:
    table = Table(title="Events, from commit to delivered", box=box.SIMPLE_HEAD, title_justify="left")
    columns = (
        "rate asked",
        "achieved",
        "p50 ms",
        "p99 ms",
        "p50 / p99 ms to sent",
        "drained after s",
        "all sent after s",
    )
    for column in columns:
        table.add_column(column, justify="right")
    for one in paced:
        table.add_row(
            f"{one.rate:,}/s",
            f"{one.achieved:,.0f}/s",
            *(f"{value * 1000:,.0f}" for value in one.took),
            " / ".join(f"{value * 1000:,.0f}" for value in one.sent) if one.sent else "",
            f"{one.drained:.2f}",
            f"{one.all_sent:.2f}" if one.all_sent is not None else "",
        )
    table.caption = "p50 and p99 of every event to each of its subscribers; sent: the patient's message handed over"
    table.caption_justify = "left"
    return table


def _backlog(drained: list[tuple[str, int, float]]) -> Table:
    table = Table(title=f"{AT_ONCE:,} events at once", box=box.SIMPLE_HEAD, title_justify="left")
    for column in ("subscriber", "deliveries", "all after s", "deliveries/s"):
        table.add_column(column, justify="right" if column != "subscriber" else "left")
    for name, count, seconds in drained:
        table.add_row(name, f"{count:,}", f"{seconds:.1f}", f"{count / seconds:,.0f}")
    return table
