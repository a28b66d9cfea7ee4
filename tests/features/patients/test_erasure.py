"""After an erasure nothing of the patient is found: not in a dump of the database, not in Redis, not in any answer."""

import asyncio
import hashlib
import re
import subprocess
from uuid import UUID

import asyncpg
import pytest

from features.patients import erasing
from rounds import slices
from rounds.audit import acting_as
from rounds.cache import forget_everything
from rounds.data import metadata, new_id
from rounds.data.erasure import counted, holdings, kept
from rounds.embedded.commands import postgres_tools
from rounds.events.consumer import Consumer
from rounds.viewer import PROGRAM, looking_as
from tests.conftest import connected
from tests.features.audit.conftest import seal_all, verified
from tests.features.break_glass.conftest import LETTER, REASON, VALUES, Whole, cloned_url, made

__all__ = ["cloned_url", "made"]  # fixtures, which pytest finds by their names

WHY = "request 4711"
# Tables that hold nothing of any patient. A new table stands here, refers to patients, or says what becomes of it.
NOTHING = {
    "absence",
    "account",
    "account_place",
    "appointment_tally",
    "audit_era",
    "audit_seal",
    "audit_sealed",
    "calendar_feed",
    "clinician",
    "department",
    "erasure",
    "periodic_work",
    "procedure",
    "refresh_token",
    "rule",
    "rule_version",
    "spent_ticket",
    "summary_flight",
    "working_hours",
}


@pytest.fixture
async def whole(live, live_app, made):
    whole = Whole(live, made[1].ids.copy(), made[1].others.copy())
    await whole.restrict()
    async with connected(live_app, "clinician") as clinician:
        assert (await clinician.get(whole.patient, headers=REASON)).status_code == 200
        renamed = {"phone": "+447700900555"}
        assert (await clinician.patch(whole.patient, json=renamed)).status_code == 200
        kept_answer = {"performed_at": "2024-03-15T10:00:00Z", "report": VALUES["report"], **dict(pair(whole))}
        headers = {"Idempotency-Key": "kept"}
        assert (await clinician.post("/patient_procedures", json=kept_answer, headers=headers)).status_code == 201
        summary = (await clinician.get(f"{whole.patient}/summary")).json()
        assert summary["sections"]
    return whole


def pair(whole):
    yield "patient_id", whole.ids["patient_id"]
    yield "procedure_id", whole.others["procedure_id"]


async def erase(app, patient_id: str, *, reason: str = WHY) -> dict[str, int]:
    with acting_as("command:patients erase"), looking_as(PROGRAM):
        async with app.state.database.transaction() as db:
            rows = await erasing.erase_patient(UUID(patient_id), reason=reason, db=db)
        await forget_everything(app.state.redis)
    return rows


def dumped(url: str) -> bytes:
    command = [str(postgres_tools() / "pg_dump"), "--format", "plain", url]
    return subprocess.run(command, check=True, capture_output=True).stdout


async def everything_in(redis) -> bytes:
    parts = []
    async for key in redis.scan_iter():
        parts += [key, await redis.dump(key) or b""]
    return b"\n".join(parts)


def found_in(haystack: bytes) -> list[str]:
    """What of the patient's values is in there: as they are written, in capitals, and as bytea shows bytes."""
    low = haystack.lower()
    phrases = {**VALUES, "why": REASON["X-Break-Glass-Reason"], "new phone": "7700900555", "born": "1931-11-29"}
    needles = {name: value.encode() for name, value in phrases.items()}
    needles |= {"letter": LETTER, "digest": hashlib.sha256(LETTER).hexdigest().encode()}
    needles |= {"city": b"Selby", "quote": b"Ramipril 5 mg"}
    return [name for name, needle in needles.items() if needle.lower() in low or needle.hex().encode() in low]


async def test_a_dump_before_shows_that_the_search_finds_things(whole, cloned_url):
    found = found_in(dumped(cloned_url))
    assert set(VALUES) - set(found) <= set()
    assert {"letter", "digest", "why", "new phone", "born"} <= set(found)


@pytest.mark.parametrize("deleted", [False, True])
async def test_nothing_is_found_in_a_dump_or_in_redis(whole, live_app, cloned_url, redis, deleted):
    if deleted:
        async with connected(live_app, "clinician") as clinician:
            answer = await clinician.delete(whole.patient, headers=REASON)
            assert answer.status_code == 204
    rows = await erase(live_app, whole.ids["patient_id"])
    assert {"patient", "note", "note_file", "appointment", "appointment_change", "outbox", "break_glass"} <= set(rows)
    with looking_as(PROGRAM):
        state = live_app.state
        await Consumer(state.database, child_processes=state.child_processes, long_lived=state.long_lived).drain()
    await live_app.state.views.flush()
    dump = dumped(cloned_url)
    assert found_in(dump) == []
    assert found_in(await everything_in(redis)) == []
    assert [key async for key in redis.scan_iter(match="rounds:cache:*")] == []
    # The ids of what the patient had lead nowhere; the patient's own is the pseudonym that the trail goes by.
    others = {name: value for name, value in whole.ids.items() if name != "patient_id"}
    outside = b"\n".join(block for block in dump.split(b"\nCOPY ") if b".audit_" not in block[:40])
    assert [name for name, value in others.items() if value.encode() in outside] == []


async def test_every_read_answers_as_if_there_had_never_been_such_a_patient(whole, live_app):
    await erase(live_app, whole.ids["patient_id"])
    async with connected(live_app, "clinician") as clinician:
        for path in ("", "/notes", "/address", "/summary", "/observations"):
            answer = await clinician.get(f"{whole.patient}{path}", headers=REASON)
            assert answer.status_code == 404, path
        again = await clinician.post(
            "/patients",
            json={
                "name": "Somebody Else",
                "date_of_birth": "1990-01-01",
                "mrn": VALUES["mrn"],
                "nhs_number": VALUES["nhs_number"],
            },
        )
        assert again.status_code == 201  # the numbers are free


async def test_the_trail_stays_with_the_id_alone_and_still_verifies(whole, live_app):
    reads = live_app.state.database.reads.source
    count = "SELECT count(*) FROM audit_event WHERE patient_id = $1"
    before = await reads.fetchval(count, UUID(whole.ids["patient_id"]))
    await seal_all(live_app.state.database)
    await erase(live_app, whole.ids["patient_id"])
    await seal_all(live_app.state.database)
    assert (await verified(live_app.state.database)).events > before
    assert await reads.fetchval(count, UUID(whole.ids["patient_id"])) >= before
    assert (
        await reads.fetchval("SELECT count(*) FROM audit_value WHERE patient_id = $1", UUID(whole.ids["patient_id"]))
        == 0
    )
    actor = await reads.fetchval("SELECT actor FROM audit_event WHERE action = 'erase'")
    assert actor == "command:patients erase"


async def test_others_keep_what_they_have(whole, live_app):
    body = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
    other = (await whole.client.post("/patients", json=body)).json()
    note = {"taken_at": "2026-01-01T00:00:00Z", "content": "S: Feels well."}
    await whole.post(f"/patients/{other['id']}/notes", json=note)
    async with live_app.state.database.transaction() as db:
        before = await counted(UUID(other["id"]), db)
    await erase(live_app, whole.ids["patient_id"])
    async with live_app.state.database.transaction() as db:
        assert await counted(UUID(other["id"]), db) == before
    assert (await whole.client.get(f"/patients/{other['id']}")).status_code == 200


async def test_others_are_told_by_an_event(whole, live_app):
    await erase(live_app, whole.ids["patient_id"])
    rows = await live_app.state.database.reads.source.fetch(
        "SELECT type, data::text AS data FROM outbox WHERE subject = $1", UUID(whole.ids["patient_id"])
    )
    assert [row["type"] for row in rows] == ["rounds.patient.erased"]


async def test_erasing_twice_says_when_and_an_unknown_id_is_unknown(whole, live_app):
    await erase(live_app, whole.ids["patient_id"])
    async with live_app.state.database.transaction() as db:
        standing = await erasing.look_at(UUID(whole.ids["patient_id"]), db=db)
        assert standing.erased_at is not None
        with pytest.raises(erasing.NoSuchPatient):
            await erasing.look_at(new_id(), db=db)
    with pytest.raises(erasing.NoSuchPatient):
        await erase(live_app, whole.ids["patient_id"])


@pytest.mark.parametrize(
    "reason", ["asked for by Mr QUIXWORTH", "NHS 999 000 9996", "zq@quixworth-family.example", "LOCAL-5551212"]
)
async def test_a_reason_that_names_the_patient_is_refused(whole, live_app, reason):
    with pytest.raises(erasing.TellsWho):
        await erase(live_app, whole.ids["patient_id"], reason=reason)
    async with live_app.state.database.transaction() as db:
        assert (await erasing.look_at(UUID(whole.ids["patient_id"]), db=db)).rows["patient"] == 1


async def test_writers_at_the_same_moment_leave_nothing_behind(whole, live_app, cloned_url):
    async with connected(live_app, "clinician") as clinician:
        assert (await clinician.get(whole.patient, headers=REASON)).status_code == 200
        note = {"taken_at": "2026-01-01T00:00:00Z", "content": VALUES["note"]}
        writes = [clinician.post(f"{whole.patient}/notes", json=note) for _ in range(8)]
        looks = [clinician.get(f"{whole.patient}/summary") for _ in range(4)]
        answers = await asyncio.gather(erase(live_app, whole.ids["patient_id"]), *writes, *looks)
        assert {answer.status_code for answer in answers[1:]} <= {200, 201, 404}
    await forget_everything(live_app.state.redis)
    assert found_in(dumped(cloned_url)) == []


async def test_whoever_comes_back_with_a_backup_is_erased_again(whole, live_app, cloned_url):
    patient_id = UUID(whole.ids["patient_id"])
    listed = [erasing.pseudonym(patient_id)]
    async with live_app.state.database.transaction() as db:
        assert await erasing.to_erase_again([], db=db) == []
        assert await erasing.to_erase_again(listed, db=db) == [patient_id]
    await erase(live_app, whole.ids["patient_id"])
    async with live_app.state.database.transaction() as db:
        assert await erasing.to_erase_again(listed, db=db) == []
        (entry,) = await erasing.erasures(db=db)
    assert entry["pseudonym"] == listed[0].hex()
    assert whole.ids["patient_id"] not in str(entry)


async def test_every_table_is_erased_from_or_kept_for_a_reason_or_holds_nothing(cloned_url):
    slices.load_tables()
    connection = await asyncpg.connect(cloned_url)
    found = {
        row["relname"]
        for row in await connection.fetch(
            "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace"
            " AND relkind IN ('r', 'p') AND NOT relispartition"
        )
    } - {"alembic_version"}
    await connection.close()
    erased = {each.table for each in holdings()}
    assert found - erased - set(kept()) - NOTHING == set()
    assert NOTHING & erased == set()
    assert {name for name, table in metadata.tables.items() if "patient_id" in table.c} <= erased | set(kept())
    assert all(re.search(r"\w{3}", why) for why in kept().values())
