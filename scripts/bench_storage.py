"""What many notes take: bytes for each by table and index, and how long searches over them last.

The notes of the sample ward are multiplied: each copy has the sentences of one of them in another order, some words of
a made-up vocabulary that are as unevenly common as words are, and its facts, sections and measurements. Patients
are synthetic. It prints; docs/scaling.md has the figures and what follows from them.
"""

import argparse
import asyncio
import sys
import tempfile
import time
from pathlib import Path

import asyncpg
import httpx
from pydantic import SecretStr

from rounds import embedded
from rounds.app import create_app
from rounds.data import new_id
from rounds.observability.logging import configure
from rounds.runtime import Running, prepare
from rounds.settings import Settings

BATCH = 20_000
SECRET = "the bench signs its own tokens with this one"  # noqa: S105 - guards nothing but the bench's own data
VOCABULARY = 50_000

PATIENTS = """
INSERT INTO patient (id, name, date_of_birth, sex, conditions, version, created_at, updated_at)
SELECT uuidv7(), 'Patient ' || n, '1950-01-01', 'female', '{}', 1, now(), now() FROM generate_series(1, $1) AS n
"""
SOURCES = """
CREATE TABLE source AS SELECT row_number() OVER () - 1 AS n, note.* FROM note WHERE file_name IS NULL
AND characters > 200;
CREATE TABLE person AS SELECT row_number() OVER () - 1 AS n, id FROM patient;
CREATE INDEX ON source (n); CREATE INDEX ON person (n); ANALYZE source; ANALYZE person
"""
# A word's rank is drawn so that the n-th word is about 1/n as common as the first (Zipf's law).
NOTES = f"""
WITH drawn AS (
    SELECT uuidv7() AS id, s.id AS n_id, s.taken_at_source, s.type, s.type_source, s.type_confidence, s.author,
           s.author_source, s.content, s.sections, s.facts, s.understanding_version, p.id AS person,
           now() - random() * interval '3000 days' AS moment
    FROM generate_series(1, $1) AS g
    JOIN source s ON s.n = g % (SELECT count(*) FROM source)
    JOIN person p ON p.n = (g * 7919) % (SELECT count(*) FROM person)
), made AS (
    INSERT INTO note (id, patient_id, taken_at, taken_at_source, type, type_source, type_confidence, author,
                      author_source, content, characters, sections, facts, extraction_status, extraction_method,
                      understanding_version, version, created_at, updated_at)
    SELECT d.id, person, moment, taken_at_source, type, type_source, type_confidence, author, author_source, told,
           length(told), sections, facts, 'done', 'text', understanding_version, 1, moment, moment
    FROM drawn d, LATERAL (
        SELECT string_agg(part, '. ' ORDER BY random()) || ' ' || (
                   SELECT string_agg('w' || (exp(random() * ln({VOCABULARY})))::int, ' ')
                   FROM generate_series(1, 40) AS w WHERE d.id IS NOT NULL) AS told
        FROM regexp_split_to_table(d.content, '\\. ') AS part) AS text
    RETURNING id
)
INSERT INTO observation (id, note_id, patient_id, kind, name, value, unit, at, original)
SELECT uuidv7(), d.id, d.person, o.kind, o.name, o.value, o.unit, d.moment, o.original
FROM drawn d JOIN observation o ON o.note_id = d.n_id
"""  # noqa: S608 - nothing of it comes from outside
SIZES = """
SELECT c.relname AS name, pg_relation_size(c.oid) + coalesce(pg_total_relation_size(nullif(c.reltoastrelid, 0)), 0)
FROM pg_class c WHERE c.relkind IN ('r', 'i') AND (c.relname IN ('note', 'observation')
  OR c.oid IN (SELECT indexrelid FROM pg_index WHERE indrelid IN ('note'::regclass, 'observation'::regclass)))
ORDER BY 2 DESC
"""
SEARCHES = {
    "one word, in most notes": "w2",
    "one word, in one of 30": "w100",
    "one word, in one of 500": "w2000",
    "two words, each in one of 4": "w10 w11",
    "no note": "unheardof",
}


async def main(home: Path, sizes: list[int]) -> None:
    """Grow to each size in turn, and measure there."""
    with embedded.start(home, purpose="bench_storage", durable=False) as engines:
        settings = Settings(
            _env_file=None,
            database_url=SecretStr(engines.database_url or ""),
            redis_url=SecretStr(engines.redis_url or ""),
            jwt_secret=SecretStr(SECRET),
            admin_password=SecretStr("bench-bench-bench"),
            data_dir=home,
            log_level="ERROR",
        )
        configure(settings)
        await prepare(Running(settings, "embedded", "embedded"))
        connection = await asyncpg.connect(engines.database_url)
        await connection.execute(PATIENTS.replace("$1", str(max(sizes) // 20)))
        await connection.execute(SOURCES)
        app = create_app(settings)
        async with app.router.lifespan_context(app):
            for size in sizes:
                await grow(connection, size)
                await show(connection, app, size)
        await connection.close()


async def grow(connection: "asyncpg.Connection", size: int) -> None:
    """Have that many notes."""
    began, had = time.monotonic(), await connection.fetchval("SELECT count(*) FROM note")
    for start in range(had, size, BATCH):
        await connection.execute(NOTES, min(BATCH, size - start))
    rate = (size - had) / (time.monotonic() - began)
    await connection.execute("VACUUM ANALYZE note, observation")
    print(f"\n{size:,} notes; {rate:,.0f} a second were written by SQL alone")


async def show(connection: "asyncpg.Connection", app: object, size: int) -> None:
    """Print sizes and times."""
    length = await connection.fetchval("SELECT avg(characters)::int FROM note")
    print(f"mean length {length} characters")
    for name, size_of in await connection.fetch(SIZES):
        print(f"  {name:45} {size_of / size:8,.0f} bytes a note {size_of / 2**20:10,.0f} MB")
    token = app.state.tokens.issue(account=new_id(), username="bench", roles=["admin"], stamp=1, family=new_id())
    transport = httpx.ASGITransport(app=app)
    given = {"Authorization": f"Bearer {token}"}
    async with httpx.AsyncClient(transport=transport, base_url="http://bench", headers=given, timeout=60) as client:
        patient = (await client.get("/notes?limit=1")).json()["data"][0]["patient_id"]
        asked = {title: {"q": words} for title, words in SEARCHES.items()}
        asked["one word, in most notes, newest first"] = {"q": "w2", "sort": "-taken_at"}
        asked["two words, each in one of 4, newest first"] = {"q": "w10 w11", "sort": "-taken_at"}
        asked["the newest of all"], asked["of one patient"] = {}, {"patient_id": patient}
        asked["of one patient, with a word"] = {"patient_id": patient, "q": "w2"}
        for title, query in asked.items():
            times, status = [], 0
            for _ in range(5):
                began = time.monotonic()
                status = (await client.get("/notes", params={"limit": 20, **query})).status_code
                times.append(time.monotonic() - began)
            total = (await client.get("/notes", params={"limit": 1, "total": "true", **query})).json()
            print(f"  {title:45} {sorted(times)[2] * 1000:8.1f} ms  ({status}, {total['pagination']['total']:,} found)")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--notes", default="50000,200000", help="how many, by commas, growing")
    parser.add_argument("--folder", help="where, for a while (a temporary one)")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="rounds-bench-", dir=wanted.folder, ignore_cleanup_errors=True) as made:
        Path(made).chmod(0o755)
        sys.exit(asyncio.run(main(Path(made), [int(each) for each in wanted.notes.split(",")])))
