"""The requests of each scenario, drawn at random from the patients that are there."""

import asyncio
import base64
import json
import random
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote

import asyncpg
import orjson

from bench.outbox import emptied
from bench.programs import SECRET, BenchFailed, Program, Programs
from bench.scenarios import TURNS, Scenario
from bench.statements import PAGE, cursor_behind

_READS = 20_000
_EVALUATIONS = 20_000  # by each of the two programs in each turn
_SOME = 400
_CHECKED = 25

# `rounds seed` gives nobody a procedure. A fifth of the patients underwent one within the last year: half of
# those an operation in orthopaedics, so that a few in a hundred were operated on recently.
_PROCEDURES = """
INSERT INTO procedure (id, code, name, department, surgical, version, created_at, updated_at) VALUES
    ('00000000-0000-7000-8000-00000000be01', 'BENCH-HIP', 'Hip replacement', 'Orthopaedics', true, 1, now(), now()),
    ('00000000-0000-7000-8000-00000000be02', 'BENCH-ECHO', 'Echocardiography', 'Cardiology', false, 1, now(), now())
ON CONFLICT DO NOTHING
"""
_UNDERGONE = """
INSERT INTO patient_procedure (id, patient_id, procedure_id, performed_at, version, created_at, updated_at)
SELECT gen_random_uuid(), id,
       CASE WHEN hashtext(id::text) % 10 = 0 THEN CAST('00000000-0000-7000-8000-00000000be01' AS uuid)
       ELSE CAST('00000000-0000-7000-8000-00000000be02' AS uuid) END,
       now() - random() * interval '360 days', 1, now(), now()
FROM patient
WHERE hashtext(id::text) % 5 = 0 AND NOT EXISTS (SELECT FROM patient_procedure WHERE patient_id = patient.id)
"""
# Whom the shipped rules recommend something for sure.
_CONCERNED = "SELECT id FROM patient WHERE weight_kg / (height_cm / 100) ^ 2 > 30.2 AND deleted_at IS NULL LIMIT $1"
# What autovacuum would do in time; done now so that it does not happen within a run.
_VACUUMED = ("patient", "patient_identifier", "procedure", "patient_procedure")


async def patients_in(url: str) -> int:
    """How many patients there are."""
    connection = await asyncpg.connect(url)
    try:
        return int(await connection.fetchval("SELECT count(*) FROM patient WHERE deleted_at IS NULL"))
    finally:
        await connection.close()


class Material:
    """Files of paths for wrk."""

    def __init__(self, home: Path, scenarios: Sequence[Scenario]) -> None:
        self._home = home
        self._scenarios = scenarios
        self._spare: list[Any] = []  # patients of no scenario, for checking

    def gather(self, programs: Programs, size: int) -> None:
        """Give patients procedures, vacuum, then draw ids, places deep in the list and names to search for."""
        asyncio.run(emptied(programs.database_url))
        self._spare = asyncio.run(self._gather(programs.database_url, size))
        self._evaluate_once(programs)
        self._check(programs)

    def file(self, scenario: Scenario, program: Program, turn: int = 0) -> Path:
        """The paths of `scenario` for `program`; what is written cannot be written again in the next turn."""
        other = "-reference" if scenario.own_paths and program.name != "Rounds" else ""
        return self._home / f"{scenario.paths}{other}{f'-{turn}' if scenario.writes else ''}.txt"

    async def _gather(self, url: str, size: int) -> list[Any]:
        draw = random.Random(1)  # noqa: S311 - the same draw on every run is the point
        connection = await asyncpg.connect(url)
        try:
            await connection.execute(_PROCEDURES)
            await connection.execute(_UNDERGONE)
            for table in _VACUUMED:
                await connection.execute(f"VACUUM (ANALYZE) {table}")
            await connection.execute("CHECKPOINT")
            ids = await self._sample(connection, "id", size, _READS + 2 * _CHECKED)
            names = await self._sample(connection, "name", size, _READS)
            concerned = [row["id"] for row in await connection.fetch(_CONCERNED, 2 * TURNS * _EVALUATIONS)]
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
        wanted = list(filter(None, (_misspelt(name, draw) for name in names)))
        draw.shuffle(wanted)
        self._write("search", (f"/patients?limit={PAGE}&q={quote(q)}" for q in wanted[:_SOME]))
        spare, others = ids[: 2 * _CHECKED], ids[2 * _CHECKED :]
        apart = 2 * TURNS
        for turn in range(TURNS):
            self._write(f"evaluate-{turn}", (f"/evaluate/{one}" for one in others[:_SOME]))
            for place, name in enumerate(("recommend", "recommend-reference"), 2 * turn):
                self._write(f"{name}-{turn}", (f"/evaluate/{one}" for one in concerned[place::apart]))
        return spare

    def _evaluate_once(self, programs: Programs) -> None:
        """Let those be evaluated once of whom nothing new is to be found."""
        for scenario in self._scenarios:
            if scenario.name == "evaluate":
                for path in self.file(scenario, programs.rounds).read_text("utf-8").splitlines():
                    _answer(programs, programs.rounds, scenario, path)

    @staticmethod
    async def _sample(connection: Any, column: str, size: int, count: int) -> list[Any]:
        """About so many values of a column of the patients, or all if there are fewer."""
        share = min(100.0, 130 * count / size)
        query = f"SELECT {column} FROM patient TABLESAMPLE BERNOULLI ($1)"  # noqa: S608 - one of two names
        return [row[0] for row in await connection.fetch(query, share)]

    def _write(self, name: str, paths: Iterable[str]) -> None:
        (self._home / f"{name}.txt").write_text("".join(f"{path}\n" for path in paths), encoding="utf-8")

    def _check(self, programs: Programs) -> None:
        """Both must answer the same before it means anything how fast they do."""
        for scenario in self._scenarios:
            if scenario.paths is None or not scenario.reference:
                continue
            if scenario.writes:
                # Each writes for half of the patients, and the other must find the same as it stands.
                pairs = [[f"/evaluate/{one}"] * 2 for one in self._spare]
            else:
                both = (self.file(scenario, one) for one in (programs.reference, programs.rounds))
                pairs = [[file.read_text("utf-8").partition("\n")[0] for file in both]]
            servers = [programs.reference, programs.rounds]
            for number, paths in enumerate(pairs):
                order = list(zip(servers, paths, strict=True))
                answers = [
                    _answer(programs, program, scenario, path)
                    for program, path in (order if number % 2 else reversed(order))
                ]
                if answers[0] != answers[1]:
                    raise BenchFailed(
                        f"the reference and Rounds answer {scenario.name} differently; mend the reference"
                    )


def _answer(programs: Programs, program: Program, scenario: Scenario, path: str) -> object:
    status, body = program.ask(scenario.method, path, headers=programs.authorization())
    if status != 200:
        raise BenchFailed(f"{program.name} answered {status} to {scenario.name}")
    answer = json.loads(body)
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
