"""The schema: brought up by many programs at once, in step with the code, and reversible with data in it."""

import asyncio
import os
import sys
from pathlib import Path
from uuid import UUID

import asyncpg
from sqlalchemy import text

from features.patients.erasing import erase_patient
from rounds.data import migrations
from rounds.events import periodic
from rounds.events.consumer import Consumer
from rounds.processes import ChildProcesses
from tests.conftest import connected, running, settings_for
from tests.paper import pdf

HOUSE = Path(__file__).parents[3]

# Ten processes, forked from one that has everything imported; answers how each of them ended.
TEN_AT_ONCE = """
import asyncio, os, sys
import alembic.command, sqlalchemy.ext.asyncio
from rounds import slices
from rounds import data
from rounds.data import migrations
slices.load_tables()
children = []
for _ in range(10):
    child = os.fork()
    if child == 0:
        code = 1
        try:
            asyncio.run(migrations.upgrade(sys.argv[1]))
            code = 0
        finally:
            os._exit(code)
    children.append(child)
print([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) for child in children])
"""


async def tables(url: str) -> set[str]:
    connection = await asyncpg.connect(url)
    rows = await connection.fetch("SELECT tablename FROM pg_tables WHERE schemaname = 'public'")
    await connection.close()
    return {row["tablename"] for row in rows}


async def test_ten_programs_that_start_at_once_all_find_the_schema(empty_url):
    ten = await asyncio.create_subprocess_exec(
        sys.executable,
        "-c",
        TEN_AT_ONCE,
        empty_url,
        env={"PYTHONPATH": f"{HOUSE}{os.pathsep}{HOUSE / 'src'}"},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    answered, complaints = await ten.communicate()
    assert answered.decode().strip() == str([0] * 10), complaints.decode()
    assert await migrations.current(empty_url) == migrations.head()
    assert await migrations.differences(empty_url) == []


async def test_a_new_database_is_at_no_revision(empty_url):
    assert await migrations.current(empty_url) is None
    assert await tables(empty_url) == set()


async def test_migrating_again_changes_nothing(cloned_url):
    assert await migrations.current(cloned_url) == migrations.head()
    await migrations.upgrade(cloned_url)
    assert await migrations.current(cloned_url) == migrations.head()


async def test_tables_and_migrations_are_in_step(cloned_url):
    assert await migrations.differences(cloned_url) == []


async def test_a_difference_is_noticed(cloned_url):
    connection = await asyncpg.connect(cloned_url)
    await connection.execute("ALTER TABLE account DROP COLUMN stamp, ADD COLUMN nickname text")
    await connection.close()
    (found,) = await migrations.differences(cloned_url)
    assert "stamp" in str(found)
    assert "nickname" in str(found)


async def fill(url: str, redis_url: str, child_processes: ChildProcesses) -> None:
    """Something in every table, through the API and the consumer."""
    async with (
        running(settings_for(url, redis_url), child_processes=child_processes) as app,
        connected(app, "admin") as client,
    ):

        async def post(path: str, status: int, **body: object) -> dict[str, str]:
            answer = await client.post(path, json=body, headers={"Idempotency-Key": path})
            assert answer.status_code == status, answer.text
            return answer.json()

        department = await post("/departments", 201, name="Orthopaedics")
        clinician = await post("/clinicians", 201, name="Grace Okafor", department_id=department["id"])
        patient = await post(
            "/patients",
            201,
            name="Maeve O’Sullivan",
            date_of_birth="1957-03-09",
            identifiers=[{"system": "ie.pps", "value": "6433435F"}],
        )
        await post(f"/patients/{patient['id']}/address", 201, line1="1 High Street", postcode="YO8 8QN", country="GB")
        account = {"username": "grace", "password": "seven quiet herons", "full_name": "Grace", "roles": ["nurse"]}
        await post("/security/register", 201, **account)
        form = {"username": "grace", "password": "seven quiet herons"}
        assert (await client.post("/security/token", data=form)).status_code == 200
        procedure = await post("/procedures", 201, code="hip", name="Hip replacement", department="Orthopaedics")
        underwent = {"patient_id": patient["id"], "procedure_id": procedure["id"]}
        await post("/patient_procedures", 201, **underwent, performed_at="2026-03-09T14:30:00Z")
        form = {"taken_at": "2026-03-09T14:30:00Z"}
        files = {"file": ("note.pdf", pdf("Weight 80 kg"))}
        answer = await client.post(f"/patients/{patient['id']}/notes", data=form, files=files)
        assert answer.status_code == 201, answer.text
        wrong = f"/patients/{patient['id']}/notes/{answer.json()['id']}/fact-feedback"
        await post(wrong, 201, kind="vitals", start=0, end=12)
        elders = {"recommendation": "Physical Therapy", "expression": "age > 65 && size(problems) == 0"}
        await post("/rules", 201, code="elders", **elders)
        evaluated = await post(f"/evaluate/{patient['id']}", 200)
        assert len(evaluated["recommendations"]) == 1, evaluated
        await post("/evaluate/batch", 202, all=True)
        own = f"/clinicians/{clinician['id']}"
        assert (await client.put(f"{own}/working-hours", json={"hours": []})).status_code == 200
        week = {"start_at": "2030-03-11T00:00:00Z", "end_at": "2030-03-18T00:00:00Z"}
        await post(f"{own}/absences", 201, **week)
        await post(f"{own}/calendar-feeds", 201)
        with_whom = {"patient_id": patient["id"], "clinician_id": clinician["id"]}
        await post("/appointments", 201, **with_whom, start_at="2030-03-09T14:30:00Z", duration="30m")
        await post("/tasks", 201, patient_id=patient["id"], task_type="ECG")
        await periodic.make_known(app.state.database)
        await periodic.run_due(app.state.database)
        # What subscribers write: notifications, tallies and their generation.
        await Consumer(app.state.database, long_lived=app.state.long_lived).drain()
        for kept in ("summary", "chart"):
            assert (await client.get(f"/patients/{patient['id']}/{kept}")).status_code == 200
        ticket = await client.post("/events/ticket")
        assert (await client.head("/events", params={"ticket": ticket.json()["ticket"]})).status_code == 200
        restricted = {"name": "Maeve Quill", "date_of_birth": "1957-03-09", "restricted": True}
        hidden = (await client.post("/patients", json=restricted)).json()["id"]
        async with connected(app, "clinician") as clinician_there:
            why = {"X-Break-Glass-Reason": "Unconscious in the emergency department"}
            assert (await clinician_there.get(f"/patients/{hidden}", headers=why)).status_code == 200
        async with app.state.database.transaction() as db:
            await erase_patient(UUID(hidden), reason="request 4711", db=db)
        # A summary in the making leaves nothing when it is done.
        async with app.state.database.transaction() as db:
            await db.execute(text("INSERT INTO summary_flight VALUES ('a', gen_random_uuid(), now())"))


async def test_down_to_nothing_and_up_again_with_data(empty_url, engines, redis, child_processes):
    await migrations.upgrade(empty_url)
    built = await tables(empty_url)
    await fill(empty_url, engines.redis_url, child_processes)
    connection = await asyncpg.connect(empty_url)
    # A month's partition may well be empty; what stands in front of all of them may not.
    partitions = {row[0] for row in await connection.fetch("SELECT inhrelid::regclass::text FROM pg_inherits")}
    rows = {name: await connection.fetchval(f'SELECT count(*) FROM "{name}"') for name in built - partitions}
    await connection.close()
    assert all(rows.values()), f"fill() leaves these empty: {[name for name, count in rows.items() if not count]}"
    await migrations.downgrade(empty_url, "base")
    assert await tables(empty_url) <= {"alembic_version"}
    assert await migrations.current(empty_url) is None
    await migrations.upgrade(empty_url)
    assert await tables(empty_url) == built
    assert await migrations.differences(empty_url) == []
    await fill(empty_url, engines.redis_url, child_processes)


async def test_a_folder_with_a_percent_sign_and_a_colon_is_fine(tmp_path, monkeypatch, empty_url):
    odd = tmp_path / "100%:done; really"
    odd.symlink_to(migrations.FOLDER)
    monkeypatch.setattr(migrations, "FOLDER", odd)
    await migrations.upgrade(empty_url)
    assert await migrations.current(empty_url) == migrations.head()
