"""Scans are read by the consumer, once, and whatever comes between shows on the note."""

import asyncio
from uuid import UUID

import pytest

from features.notes import taking_facts, waiting
from features.notes.subscribers import ATTEMPTS
from rounds.events.outbox import Outbox
from rounds.processes import Died, TookTooLong
from tests.features.notes.conftest import AT
from tests.paper import scan

LINES = ("Progress note", "BP 128/82 mmHg, HR 72 bpm, Weight 80 kg", "Assessment: Acute bronchitis", "Dr. Grace Okafor")


async def events(database, *, about: str) -> list[str]:
    async with database.sessions() as db:
        rows = await db.execute(Outbox.__table__.select().order_by(Outbox.id))
        return [row.type for row in rows if row.data.get("note_id") == about]


async def test_a_scan_is_read_and_understood(app, client, patient, upload, consume):
    made = (await upload(scan(*LINES, turned=180), "scan.png")).json()
    own = f"/patients/{patient}/notes/{made['id']}"
    await consume()
    answer = await client.get(own)
    found = answer.json()
    assert (found["extraction"]["status"], found["extraction"]["error"]) == ("done", None)
    assert 0.8 < found["extraction"]["confidence"] <= 1
    assert "BP 128/82 mmHg" in found["content"]
    assert {(fact["name"], fact["value"]) for fact in found["facts"]["vitals"]} == {
        ("systolic_blood_pressure", 128),
        ("diastolic_blood_pressure", 82),
        ("heart_rate", 72),
        ("weight", 80),
    }
    assert (found["version"], answer.headers["etag"]) == (2, '"2"')
    assert found["taken_at"] == AT
    observed = (await client.get(f"/patients/{patient}/observations?name=weight")).json()["data"]
    assert [each["value"] for each in observed] == [80]
    assert len((await client.get("/notes?q=bronchitis")).json()["data"]) == 1
    assert await events(app.state.database, about=made["id"]) == [
        "rounds.note.added",
        "rounds.note.waiting",
        "rounds.note.extracted",
    ]
    # Told a second time, there is nothing to do.
    assert (
        await waiting.read_note(
            UUID(made["id"]), database=app.state.database, child_processes=app.state.child_processes
        )
        is None
    )
    assert (await client.get(own)).json() == found


async def test_a_scan_of_nothing_says_so(client, patient, upload, consume):
    made = (await upload(scan(""), "empty.png")).json()
    await consume()
    own = f"/patients/{patient}/notes/{made['id']}"
    found = (await client.get(own)).json()
    assert found["extraction"]["status"] == "failed"
    assert "no text" in found["extraction"]["error"]
    portuguese = (await client.get(own, headers={"Accept-Language": "pt"})).json()
    assert portuguese["extraction"]["error"] != found["extraction"]["error"]


@pytest.mark.parametrize("trouble", [TookTooLong, Died])
async def test_a_text_that_cannot_be_understood_in_time_is_kept_and_left_to_the_consumer(
    client, patient, note, consume, monkeypatch, trouble
):
    understand = taking_facts.understand

    async def hang(*_: object, **__: object) -> None:
        raise trouble

    monkeypatch.setattr(taking_facts, "understand", hang)
    made = await note("Weight 80 kg")
    assert (made["extraction"]["status"], made["content"]) == ("pending", "Weight 80 kg")
    monkeypatch.setattr(taking_facts, "understand", understand)
    await consume()
    found = (await client.get(f"/patients/{patient}/notes/{made['id']}")).json()
    assert found["extraction"] == {"status": "done", "method": "text", "confidence": 1.0, "error": None}
    assert [fact["value"] for fact in found["facts"]["vitals"]] == [80]


async def test_what_takes_too_long_even_there_fails_but_keeps_its_text(client, patient, note, consume, monkeypatch):
    async def hang(*_: object, **__: object) -> None:
        raise TookTooLong

    monkeypatch.setattr(taking_facts, "understand", hang)
    made = await note("Weight 80 kg")
    await consume()
    found = (await client.get(f"/patients/{patient}/notes/{made['id']}")).json()
    assert (found["extraction"]["status"], found["content"]) == ("failed", "Weight 80 kg")
    assert "too long" in found["extraction"]["error"]


async def test_after_the_last_attempt_the_note_says_that_it_failed(client, patient, upload, consume, monkeypatch):
    calls = 0

    async def die(*_: object, **__: object) -> None:
        nonlocal calls
        calls += 1
        raise Died

    made = (await upload(scan("x"), "scan.png")).json()
    monkeypatch.setattr(waiting, "read_note", die)
    while calls < ATTEMPTS:
        assert await consume() > 0
    found = (await client.get(f"/patients/{patient}/notes/{made['id']}")).json()
    assert found["extraction"]["status"] == "failed"
    assert found["extraction"]["error"]


async def test_two_consumers_write_one_result(live_app, live):
    """Read by both at once, as after a lease that ended early, the note is written by one."""
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    answer = await live.post(f"/patients/{patient}/notes", files={"file": ("a.png", scan("Weight 80 kg"))})
    note_id = UUID(answer.json()["id"])
    state = live_app.state
    outcomes = await asyncio.gather(
        *(waiting.read_note(note_id, database=state.database, child_processes=state.child_processes) for _ in range(2))
    )
    assert sorted(map(str, outcomes)) == ["None", "done"]
    assert len((await live.get(f"/patients/{patient}/observations")).json()["data"]) == 1
