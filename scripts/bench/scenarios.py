"""What is measured, with which requests."""

import asyncio
import base64
import json
import random
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson

from bench.programs import SECRET, BenchFailed, Program, Programs
from bench.statements import PAGE, cursor_behind


@dataclass(frozen=True, slots=True)
class Scenario:
    """One kind of request. `paths` names the file of its paths; without one it creates patients."""

    name: str
    title: str
    paths: str | None
    headers: tuple[tuple[str, str], ...] = ()
    reference: bool = True  # whether the reference has something to compare with
    at_both_sizes: bool = True


SCENARIOS = (
    Scenario("read", "Read one patient", "read"),
    Scenario(
        "unchanged",
        "Read one, If-None-Match: 304",
        "read",
        (("If-None-Match", '"1"'),),
        reference=False,
        at_both_sizes=False,
    ),
    Scenario("page", f"First page of {PAGE}", "page"),
    Scenario("deep", f"Deep page of {PAGE}, by cursor", "deep"),
    Scenario("search", "Fuzzy search by two words", "search"),
    Scenario("create", "Create a patient", None, at_both_sizes=False),
)

_READS = 20_000
_SOME = 400


class Material:
    """Files of paths for wrk, drawn at random from the patients that are there, the same on every run."""

    def __init__(self, home: Path) -> None:
        self._home = home

    def gather(self, programs: Programs, size: int) -> None:
        """Vacuum, then draw ids, places deep in the list and names to search for."""
        asyncio.run(self._gather(programs.database_url, size))
        self._check(programs)

    def file(self, scenario: Scenario, program: Program) -> Path:
        """The paths of `scenario` as `program` understands them; only cursors differ."""
        return self._home / f"{scenario.paths}{'-reference' if _differs(scenario, program) else ''}.txt"

    async def _gather(self, url: str, size: int) -> None:
        draw = random.Random(1)  # noqa: S311 - the same draw on every run is the point
        connection = await asyncpg.connect(url)
        try:
            # What autovacuum would do in time; done now so that it does not happen within a run.
            await connection.execute("VACUUM (ANALYZE) patient")
            await connection.execute("VACUUM (ANALYZE) patient_identifier")
            await connection.execute("CHECKPOINT")
            share = min(100.0, 130 * _READS / size)
            ids = [row[0] for row in await connection.fetch("SELECT id FROM patient TABLESAMPLE BERNOULLI ($1)", share)]
            places = await connection.fetch(
                """
                SELECT created_at, id FROM (
                    SELECT created_at, id, row_number() OVER (ORDER BY created_at DESC, id DESC) AS place FROM patient
                ) AS listed
                WHERE place % $1 = 0 AND place BETWEEN $2 AND $3
                """,
                max(1, size // (2 * _SOME)),
                size // 2,
                size - 2 * PAGE,
            )
            names = await connection.fetch("SELECT name FROM patient TABLESAMPLE BERNOULLI ($1)", share)
        finally:
            await connection.close()
        draw.shuffle(ids)
        draw.shuffle(places)
        self._write("read", (f"/patients/{one}" for one in ids[:_READS]))
        self._write("page", [f"/patients?limit={PAGE}"])
        cursors = [await cursor_behind(at, one, SECRET.encode()) for at, one in places]
        self._write("deep", (f"/patients?limit={PAGE}&cursor={cursor}" for cursor in cursors))
        plain = (base64.urlsafe_b64encode(orjson.dumps([at, str(one)])).decode() for at, one in places)
        self._write("deep-reference", (f"/patients?limit={PAGE}&cursor={quote(cursor)}" for cursor in plain))
        typed = [_misspelt(row["name"], draw) for row in names]
        wanted = list(filter(None, typed))
        draw.shuffle(wanted)
        self._write("search", (f"/patients?limit={PAGE}&q={quote(q)}" for q in wanted[:_SOME]))

    def _write(self, name: str, paths: Iterable[str]) -> None:
        (self._home / f"{name}.txt").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")

    def _check(self, programs: Programs) -> None:
        """Both must answer the same before it means anything how fast they do."""
        for scenario in SCENARIOS:
            if scenario.paths is None or not scenario.reference:
                continue
            answers = []
            for program in (programs.reference, programs.rounds):
                path = self.file(scenario, program).read_text("utf-8").partition("\n")[0]
                status, body = program.get(path, headers=programs.authorization())
                if status != 200:
                    raise BenchFailed(f"{program.name} answered {status} to {scenario.name}")
                answers.append(_comparable(json.loads(body)))
            if answers[0] != answers[1]:
                raise BenchFailed(f"the reference and Rounds answer {scenario.name} differently; mend the reference")


def chosen(only: str | None) -> tuple[Scenario, ...]:
    """The scenarios named in `only`, separated by commas; all of them without."""
    if only is None:
        return SCENARIOS
    names = [name.strip() for name in only.split(",")]
    known = {scenario.name: scenario for scenario in SCENARIOS}
    if unknown := [name for name in names if name not in known]:
        raise BenchFailed(f"there is no scenario {', '.join(unknown)}; there are {', '.join(known)}")
    return tuple(known[name] for name in known if name in names)


def _differs(scenario: Scenario, program: Program) -> bool:
    return scenario.name == "deep" and program.name != "Rounds"


def _comparable(answer: dict[str, Any]) -> object:
    # Cursors are sealed by Rounds and plain in the reference; everything else is the same.
    return answer.get("data", answer)


def _misspelt(name: str, draw: random.Random) -> str | None:
    """First and last word of a name with one letter missing, as people type it; None for names of other shapes."""
    words = [word for word in name.replace(",", " ").split() if word.isascii() and word.isalpha() and len(word) > 3]
    if len(words) < 2:
        return None
    first, last = words[0], words[-1]
    gone = draw.randrange(1, len(last))
    return f"{first} {last[:gone]}{last[gone + 1 :]}"
