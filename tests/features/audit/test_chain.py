"""Sealing: nothing is left out, whoever commits late, dies in the middle or seals at the same time."""

import asyncio
import os
import signal
import subprocess
import sys
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from features.audit import erase_values, exporting, retention, sealing
from features.audit.retention import NotSealed
from rounds import clock
from rounds.audit import record
from rounds.data import Database, new_id
from tests.features.audit.conftest import broken, seal_all, verified, write

HOUSE = Path(__file__).parents[3]


async def test_an_empty_trail_is_whole(kept):
    done = await verified(kept)
    assert (done.links, done.events, done.unsealed, done.head) == (0, 0, 0, None)


async def test_what_is_sealed_is_not_sealed_again(kept):
    await write(kept, 2)
    await seal_all(kept)
    await seal_all(kept)
    assert (await verified(kept)).links == 1
    await write(kept, 1)
    done = await verified(kept)
    assert (done.links, done.events, done.unsealed) == (1, 2, 1)


async def test_whoever_commits_late_is_sealed_and_breaks_no_seal(kept):
    async with kept.sessions() as late:
        await record("create", "note", late, patient_id=new_id())
        await write(kept, 3)
        await seal_all(kept)
        # What came after it waits for it, since it might still be recorded below.
        assert (await verified(kept)).unsealed == 3
        await late.commit()
    await write(kept, 1)
    await seal_all(kept)
    done = await verified(kept)
    assert (done.events, done.unsealed) == (5, 0)


async def test_a_change_that_is_rolled_back_is_not_in_the_trail(kept):
    async with kept.sessions() as db:
        await record("create", "note", db, patient_id=new_id())
        await db.rollback()
    await write(kept, 1)
    await seal_all(kept)
    assert (await verified(kept)).events == 1


async def test_a_long_trail_is_sealed_in_links_of_bounded_size(kept, monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 4)
    await write(kept, 10)
    async with kept.transaction() as db:  # one transaction is never divided
        for _ in range(6):
            await record("create", "note", db, patient_id=new_id())
    await write(kept, 2)
    await seal_all(kept)
    sizes = [row["events"] for row in await _seals(kept)]
    assert sum(sizes) == 18
    assert sizes[:2] == [4, 4]
    assert 6 in sizes
    assert (await verified(kept)).unsealed == 0


async def _seals(kept: Database) -> list[dict[str, object]]:
    async with kept.transaction() as db:
        return [dict(row) for row in (await db.execute(text("SELECT * FROM audit_seal ORDER BY number"))).mappings()]


async def test_ten_who_seal_at_once_make_one_chain(kept, monkeypatch):
    monkeypatch.setattr(sealing, "MOST", 3)
    await write(kept, 20)
    await asyncio.gather(*(seal_all(kept) for _ in range(10)))
    done = await verified(kept)
    assert (done.events, done.unsealed) == (20, 0)


# Seals until it is killed; it says so each time it has begun.
SEALING = """
import asyncio, sys
from features.audit import sealing
from rounds.data import Database
sealing.MOST = 2
async def main():
    async with Database.open(sys.argv[1], pool_size=1) as database:
        while True:
            async with database.transaction() as db:
                await sealing.seal(db)
                print("sealed", flush=True)
asyncio.run(main())
"""


async def test_a_sealer_that_is_killed_leaves_a_chain_that_verifies(kept, cloned_url):
    await write(kept, 60)
    for killed in range(3):
        sealer = subprocess.Popen(  # noqa: ASYNC220 - it is read line by line below
            [sys.executable, "-c", SEALING, cloned_url],
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": f"{HOUSE}{os.pathsep}{HOUSE / 'src'}"},
        )
        assert sealer.stdout
        for _ in range(2 + killed):  # in the middle: what it says it sealed is not committed yet
            sealer.stdout.readline()
        sealer.send_signal(signal.SIGKILL)
        sealer.wait()
        sealer.stdout.close()
        done = await verified(kept)
        assert 0 < done.events < 60
    await seal_all(kept)
    assert (await verified(kept)).unsealed == 0


async def test_a_database_that_moved_to_another_cluster_goes_on_in_a_new_era(kept, superuser):
    """There the numbers of transactions begin anew, below those that are sealed."""
    await write(kept, 3)
    await seal_all(kept)
    unsealed = await write(kept, 2)
    far = "(transaction::text::bigint + 1000000000)::text::xid8"
    await superuser.execute(f"UPDATE audit_event SET transaction = {far} WHERE id = ANY($1::uuid[])", unsealed)
    await superuser.execute("ALTER TABLE audit_era DISABLE TRIGGER USER")
    await superuser.execute("UPDATE audit_era SET cluster = 'another'")
    assert await superuser.fetchval("SELECT audit_begin_era()") == 2
    assert await superuser.fetchval("SELECT audit_begin_era()") == 2
    later = await write(kept, 4)
    assert await superuser.fetchval("SELECT min(era) FROM audit_event WHERE id = ANY($1::uuid[])", later) == 2
    await seal_all(kept)
    done = await verified(kept)
    assert (done.events, done.unsealed) == (9, 0)
    assert [row["era"] for row in await _seals(kept)] == [1, 1, 2]


async def test_an_event_of_a_month_without_a_partition_is_kept_all_the_same(kept, superuser):
    await superuser.execute("SELECT audit_drop_month(date_trunc('month', now())::date)")
    await write(kept, 2)
    assert await superuser.fetchval("SELECT count(*) FROM audit_event_rest") == 2
    await seal_all(kept)
    assert (await verified(kept)).events == 2
    # Its partition cannot be made any more; asking for it does no harm.
    assert not await superuser.fetchval("SELECT audit_prepare_month(date_trunc('month', now())::date)")


async def _aged(superuser, months: int) -> None:
    """Make what there is older, with partitions for it."""
    await superuser.execute(
        "SELECT audit_prepare_month((date_trunc('month', now()) - $1 * interval '1 month')::date)", months
    )
    for table in ("audit_event", "audit_value"):
        await superuser.execute(f"UPDATE {table} SET at = at - $1 * interval '1 month'", months)


async def test_months_that_are_retired_are_gone_and_the_chain_is_whole(kept, superuser):
    await write(kept, 3)
    await _aged(superuser, 14)
    await seal_all(kept)
    await write(kept, 2)
    before = retention.first_kept(12)
    async with kept.transaction() as db:
        (gone,) = await retention.retire(before, db)
    assert gone < before
    assert await superuser.fetchval("SELECT count(*) FROM audit_event WHERE at < $1", clock.now().replace(day=1)) == 0
    await seal_all(kept)
    done = await verified(kept)
    assert (done.retired, done.unsealed) == (1, 0)
    (noted,) = await superuser.fetch("SELECT * FROM audit_event WHERE action = 'retire'")
    assert noted["resource_id"] == f"{gone:%Y-%m}"
    async with kept.transaction() as db:
        assert await retention.retire(before, db) == []


async def test_a_month_with_events_that_are_not_sealed_is_not_dropped(kept, superuser):
    await write(kept, 1)
    await _aged(superuser, 14)
    async with kept.sessions() as running:
        await running.execute(text("SELECT pg_current_xact_id()"))
        await superuser.execute("UPDATE audit_event SET transaction = pg_current_xact_id()")
        with pytest.raises(NotSealed):
            async with kept.transaction() as db:
                await retention.retire(date(clock.today().year, clock.today().month, 1), db)
    assert await superuser.fetchval("SELECT count(*) FROM audit_event") == 1


async def _exported(kept: Database, to: Path) -> Path:
    lines = [line + b"\n" async for line in exporting.lines(kept.reads)]
    await asyncio.to_thread(to.write_bytes, b"".join(lines))
    return to


def _checked(file: Path, *more: str) -> subprocess.CompletedProcess[str]:
    script = HOUSE / "scripts" / "verify_audit_export.py"
    return subprocess.run([sys.executable, script, file, *more], capture_output=True, text=True, check=False)


async def test_an_export_is_verified_without_the_database(kept, tmp_path, monkeypatch):
    monkeypatch.setattr(exporting, "_AT_ONCE", 2)
    for _ in range(3):
        await write(kept, 3)
        await seal_all(kept)
    await write(kept, 1)
    file = await _exported(kept, tmp_path / "trail.ndjson")
    found = _checked(file)
    assert (found.returncode, found.stdout) == (0, "Whole: 3 seals over 9 events, 1 events not sealed yet.\n"), found
    head = (await verified(kept)).head
    assert _checked(file, "--anchor", str(head)).returncode == 0
    assert _checked(file, "--anchor", f"3:{'0' * 64}").returncode == 1
    lines = file.read_bytes().splitlines(keepends=True)
    assert all(line for line in lines)


@pytest.mark.parametrize(
    ("tamper", "said"),
    [
        (lambda lines: [lines[0].replace(b"tester", b"testes"), *lines[1:]], "seal 1: its events are not those"),
        (lambda lines: lines[1:], "seal 1: it covers 3 events, and there are 2"),
        (lambda lines: [lines[1], lines[0], *lines[2:]], "seal 1: its events are not those"),
        (lambda lines: [*lines[:3], *lines[4:]], "seal 2: a seal before it is missing"),
        (lambda lines: [*lines[:4], lines[0], *lines[4:]], "seal 2: it covers 3 events, and there are 4"),
        (lambda lines: [*lines, b"{}\n"], "line 9: it is neither an event nor a seal"),
    ],
)
async def test_an_export_that_was_tampered_with_is_found(kept, tmp_path, tamper, said):
    for _ in range(2):
        await write(kept, 3)
        await seal_all(kept)
    file = await _exported(kept, tmp_path / "trail.ndjson")
    file.write_bytes(b"".join(tamper(file.read_bytes().splitlines(keepends=True))))
    found = _checked(file)
    assert found.returncode == 1
    assert said in found.stderr


async def test_what_was_erased_leaves_the_chain_whole(kept):
    whose = new_id()
    async with kept.transaction() as db:
        await record("update", "patient", db, patient_id=whose, changes={"name": ("Maeve Byrne", "Maeve O’Sullivan")})
    await seal_all(kept)
    async with kept.transaction() as db:
        assert await erase_values(whose, db) == 1
    await seal_all(kept)
    assert (await verified(kept)).events == 2
    lines = [line async for line in exporting.lines(kept.reads)]
    assert not any(b"Maeve" in line for line in lines)


async def test_values_of_another_patient_are_not_excused_by_it(kept, superuser):
    whose, other = new_id(), new_id()
    for each in (whose, other):
        async with kept.transaction() as db:
            await record("update", "patient", db, patient_id=each, changes={"name": ("a", "b")})
    async with kept.transaction() as db:
        await erase_values(whose, db)
    await superuser.execute("DELETE FROM audit_value")
    assert (await broken(kept)).why == "its values are gone, and nobody erased them"
