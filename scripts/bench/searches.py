"""How long a search takes that one person makes, by what is typed."""

import time
from dataclasses import dataclass
from statistics import median, quantiles
from urllib.parse import quote

import asyncpg

from bench.programs import BenchFailed, Programs

_TIMES = 40

# What is typed, as a query for examples of it, and what it may take: milliseconds at the median.
_KINDS: tuple[tuple[str, str, float], ...] = (
    (
        "common surname",
        "SELECT split_part(search_key, ' ', -1) FROM patient GROUP BY 1 ORDER BY count(*) DESC LIMIT 5",
        40,
    ),
    ("two letters", "SELECT unnest(ARRAY['ma', 'jo', 'sm', 'li', 'an'])", 40),
    ("one letter", "SELECT unnest(ARRAY['m', 's', 'q', 'x', 'o'])", 40),
    (
        "number prefix",
        "SELECT DISTINCT left(nhs_number, n) FROM patient, unnest(ARRAY[3, 4, 5]) n WHERE nhs_number <> '' LIMIT 6",
        10,
    ),
    ("exact MRN", "SELECT mrn FROM patient WHERE mrn IS NOT NULL ORDER BY hashtext(mrn) LIMIT 40", 5),
)
COUNTED = "common surname, with total"


@dataclass(frozen=True, slots=True)
class Searched:
    """What one kind of search took, in milliseconds, and what it may take; None for what has no bound."""

    kind: str
    size: int
    p50: float
    p99: float
    bound: float | None


async def examples(url: str) -> dict[str, list[str]]:
    """What is typed, by kind of search."""
    connection = await asyncpg.connect(url)
    try:
        return {kind: [row[0] for row in await connection.fetch(query)] for kind, query, _ in _KINDS}
    finally:
        await connection.close()


def measure(programs: Programs, size: int, typed: dict[str, list[str]]) -> list[Searched]:
    """Search for each, one after the other."""
    found = [_one(programs, size, kind, typed[kind], bound) for kind, _, bound in _KINDS]
    surnames = [f"{one}&total=true" for one in typed["common surname"]]
    return [*found, _one(programs, size, COUNTED, surnames, None)]


def _one(programs: Programs, size: int, kind: str, typed: list[str], bound: float | None) -> Searched:
    taken = []
    for number in range(_TIMES + len(typed)):  # the first of each prepare statements
        path = f"/patients?q={quote(typed[number % len(typed)], safe='&=')}"
        began = time.perf_counter()
        status, _ = programs.rounds.ask("GET", path, headers=programs.authorization())
        taken.append((time.perf_counter() - began) * 1000)
        if status != 200:
            raise BenchFailed(f"Rounds answered {status} to a search by {kind}")
    counted = taken[len(typed) :]
    return Searched(kind, size, median(counted), quantiles(counted, n=100)[98], bound)
