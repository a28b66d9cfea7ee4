"""A summary without a model: cited word for word, kept until something changes, and gone with what it was made of."""

import asyncio
import json

import pytest
from sqlalchemy import text

from features.summaries import writing
from rounds import clock
from tests.conftest import connected
from tests.features.summaries.conftest import REVIEW, VISIT, citations, texts


async def test_it_says_what_the_notes_say_and_where(client, patient, note):
    notes = {made["id"]: made for made in (await note(VISIT, day=1), await note(REVIEW, day=15))}
    answer = await client.get(f"/patients/{patient}/summary")
    assert answer.status_code == 200, answer.text
    summary = answer.json()
    assert summary["heading"] == {
        "name": "Maeve O’Sullivan",
        "age": clock.age_on(clock.today(), clock.today().replace(year=1957, month=3, day=9)),
        "date_of_birth": "1957-03-09",
        "sex": "unknown",
        "mrn": None,
        "nhs_number": None,
    }
    assert summary["summary"]
    assert summary["generator"] == {
        "provider": "extractive",
        "model": None,
        "prompt_version": None,
        "degraded": True,
        "reason": writing.NO_KEY,
    }
    said = " ".join(texts(summary)).lower()
    assert "amlodipine" in said
    assert "10 mg" in said
    assert "penicillin" in said
    assert {each["note_id"] for each in summary["notes_used"]} == set(notes)
    assert summary["notes_omitted"] == []
    for citation in citations(summary):
        assert citation["quote"] in notes[citation["note_id"]]["content"]
        assert citation["taken_at"] == notes[citation["note_id"]]["taken_at"]
    for section in summary["sections"]:
        for statement in section["statements"]:
            assert statement["supported"], statement
            assert statement["citations"], statement
    (amlodipine,) = [each for each in summary["key_facts"]["medications"] if each["name"] == "amlodipine"]
    assert (amlodipine["dose"], amlodipine["status"]) == ("10 mg", "changed")
    latest = {each["name"]: each["value"] for each in summary["key_facts"]["latest_vitals"]}
    assert (latest["systolic_blood_pressure"], latest["weight"], latest["heart_rate"]) == (118, 79, 72)


@pytest.mark.parametrize("audience", ["clinician", "family"])
async def test_brief_is_brief_and_detailed_says_more(client, patient, note, audience):
    for day in range(1, 20):
        await note(VISIT if day % 2 else REVIEW, day=day)
    answers = {
        length: (await client.get(f"/patients/{patient}/summary?audience={audience}&length={length}")).json()
        for length in ("brief", "standard", "detailed")
    }
    counts = [len(texts(answers[length])) for length in ("brief", "standard", "detailed")]
    assert counts == sorted(counts)
    assert counts[0] <= 8
    assert len(answers["brief"]["summary"]) <= 600


async def test_without_notes_it_says_so(client, patient):
    answer = await client.get(f"/patients/{patient}/summary")
    assert answer.status_code == 200
    summary = answer.json()
    assert summary["sections"] == []
    assert "no notes" in summary["summary"].lower()
    assert (summary["generator"]["degraded"], summary["generator"]["reason"]) == (False, writing.NO_NOTES)


async def test_an_unknown_patient_has_none(client):
    answer = await client.get("/patients/0197a3c2-7d8e-7aaa-bbbb-000000000000/summary")
    assert (answer.status_code, answer.json()["code"]) == (404, "patient_not_found")


@pytest.mark.parametrize(
    ("query", "pointer", "code"),
    [
        ("audience=doctor", "?audience", "literal_error"),
        ("length=long", "?length", "literal_error"),
        ("language=de", "?language", "summary_language"),
        ("since=yesterday", "?since", "moment_format"),
        ("since=2026-01-01T00:00:00", "?since", "moment_format"),
        ("since=2026-02-30", "?since", "datetime_from_date_parsing"),
        ("refresh=maybe", "?refresh", "bool_parsing"),
        ("style=poem", "?style", "unknown_parameter"),
    ],
)
async def test_bad_parameters_are_named(client, patient, query, pointer, code):
    answer = await client.get(f"/patients/{patient}/summary?{query}")
    assert answer.status_code == 422
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == [(pointer, code)]


async def test_a_scope_is_needed(as_role, patient):
    async with as_role("scheduler") as scheduler:
        assert (await scheduler.get(f"/patients/{patient}/summary")).status_code == 403
    async with as_role("nurse") as nurse:
        assert (await nurse.get(f"/patients/{patient}/summary")).status_code == 200


async def test_since_tells_only_what_happened_since(client, patient, note):
    await note("S: Broke her wrist.\nA: Distal radius fracture\nP: Plaster cast.", day=1)
    await note(REVIEW, day=20)
    summary = (await client.get(f"/patients/{patient}/summary", params={"since": "2026-03-10T00:00:00Z"})).json()
    assert "amlodipine" in " ".join(texts(summary)).lower()
    assert "fracture" not in json.dumps(summary["sections"]).lower()
    by_day = (await client.get(f"/patients/{patient}/summary", params={"since": "2026-03-10"})).json()
    assert by_day["sections"] == summary["sections"]


@pytest.fixture
def made(monkeypatch):
    """How many summaries are made, and not found."""
    count = []
    write = writing.Writer.write

    async def counted(self, *given, **more):
        count.append(1)
        await asyncio.sleep(0)
        return await write(self, *given, **more)

    monkeypatch.setattr(writing.Writer, "write", counted)
    return count


async def test_what_was_made_is_kept(client, patient, note, made):
    await note(VISIT)
    own = f"/patients/{patient}/summary"
    first = await client.get(own)
    second = await client.get(own)
    assert second.content == first.content
    assert second.headers["etag"] == first.headers["etag"]
    assert (await client.get(own, headers={"If-None-Match": first.headers["etag"]})).status_code == 304
    assert len(made) == 1
    await client.get(own, params={"audience": "family"})
    assert len(made) == 2
    assert (await client.get(own, params={"refresh": "true"})).status_code == 200
    assert len(made) == 3


async def test_it_is_kept_in_postgresql_too(app, client, patient, note, made, redis):
    await note(VISIT)
    own = f"/patients/{patient}/summary"
    first = (await client.get(own)).json()
    await redis.flushall()
    assert (await client.get(own)).json() == first
    assert len(made) == 1


async def test_a_note_added_between_is_seen(client, patient, note, made):
    await note(VISIT, day=1)
    own = f"/patients/{patient}/summary"
    before = (await client.get(own)).json()
    await note("S: Collapsed after peanuts.\nA: Anaphylaxis to peanuts\nP: Adrenaline given.", day=20)
    after = (await client.get(own)).json()
    assert "anaphylaxis" not in json.dumps(before).lower()
    assert "anaphylaxis" in " ".join(texts(after)).lower()
    assert len(made) == 2


async def test_a_deleted_note_leaves_no_trace(app, client, patient, note):
    await note(VISIT, day=1)
    gone = await note("S: Collapsed after peanuts.\nA: Anaphylaxis to peanuts\nP: Adrenaline given.", day=20)
    own = f"/patients/{patient}/summary"
    assert "anaphylaxis" in (await client.get(own)).text.lower()
    assert (await client.delete(f"/patients/{patient}/notes/{gone['id']}")).status_code == 204
    async with app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM summary")) == 0
    after = await client.get(own)
    for trace in ("anaphylaxis", "peanut", "adrenaline", gone["id"]):
        assert trace not in after.text.lower()


@pytest.mark.parametrize("gone", ["note", "patient"])
async def test_what_is_deleted_while_a_summary_is_made_does_not_live_on_in_it(live_app, live, redis, monkeypatch, gone):
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    body = {"content": VISIT, "taken_at": "2026-03-01T09:00:00Z"}
    note = (await live.post(f"/patients/{patient}/notes", json=body)).json()["id"]
    write = writing.Writer.write

    async def overtaken(self, *given, **more):
        summary = await write(self, *given, **more)
        path = f"/patients/{patient}/notes/{note}" if gone == "note" else f"/patients/{patient}"
        assert (await live.delete(path)).status_code == 204
        return summary

    monkeypatch.setattr(writing.Writer, "write", overtaken)
    answer = await live.get(f"/patients/{patient}/summary")
    assert answer.status_code == (200 if gone == "note" else 404)
    async with live_app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM summary")) == 0
    assert await redis.keys("rounds:cache:*") == []


async def test_flights_whose_makers_died_are_forgotten(app, client, patient, note):
    async with app.state.database.transaction() as db:
        await db.execute(
            text("INSERT INTO summary_flight VALUES ('lost', gen_random_uuid(), now() - interval '1 day')")
        )
    await note(VISIT)
    await client.get(f"/patients/{patient}/summary")
    async with app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM summary_flight")) == 0


async def test_what_goes_wrong_on_the_way_is_told_on_the_stream(client, patient, note, monkeypatch):
    await note(VISIT)

    async def fail(self, *given, **more):
        raise RuntimeError("Maeve")

    monkeypatch.setattr(writing.Writer, "write", fail)
    answer = await client.get(f"/patients/{patient}/summary", headers={"Accept": "text/event-stream"})
    assert answer.status_code == 200
    assert answer.text.count("event: error") == 1
    assert '"code":"internal_error"' in answer.text
    assert "event: done" not in answer.text


async def test_a_changed_record_is_seen(client, patient, note):
    await note(VISIT)
    own = f"/patients/{patient}/summary"
    await client.get(own)
    await client.patch(f"/patients/{patient}", json={"name": "Maeve Byrne"})
    assert (await client.get(own)).json()["heading"]["name"] == "Maeve Byrne"


async def test_it_goes_with_the_patient(app, client, patient, note):
    await note(VISIT)
    await client.get(f"/patients/{patient}/summary")
    assert (await client.delete(f"/patients/{patient}")).status_code == 204
    assert (await client.get(f"/patients/{patient}/summary")).status_code == 404
    async with app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM summary")) == 0


async def test_twenty_at_once_make_one(live_app, live, made):
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    body = {"content": VISIT, "taken_at": "2026-03-01T09:00:00Z"}
    assert (await live.post(f"/patients/{patient}/notes", json=body)).status_code == 201
    answers = await asyncio.gather(*(live.get(f"/patients/{patient}/summary") for _ in range(20)))
    assert {answer.status_code for answer in answers} == {200}
    assert len({answer.content for answer in answers}) == 1
    assert len(made) == 1


async def test_a_stream_tells_each_statement_and_then_the_whole(app, patient, note):
    await note(VISIT)
    async with connected(app, "clinician") as client:
        plain = (await client.get(f"/patients/{patient}/summary")).json()
        answer = await client.get(f"/patients/{patient}/summary", headers={"Accept": "text/event-stream"})
    assert answer.headers["content-type"].startswith("text/event-stream")
    events = []
    for block in answer.text.replace("\r\n", "\n").strip().split("\n\n"):
        fields = dict(line.split(": ", 1) for line in block.split("\n") if not line.startswith(":"))
        if fields:
            events.append((fields["event"], json.loads(fields["data"])))
    kinds = [kind for kind, _ in events]
    assert kinds == ["heading", *["statement"] * len(texts(plain)), "done"]
    assert events[0][1]["name"] == "Maeve O’Sullivan"
    assert [data["text"] for kind, data in events if kind == "statement"] == texts(plain)
    assert events[-1][1] == plain


async def test_a_stream_of_an_unknown_patient_is_a_plain_404(client):
    path = "/patients/0197a3c2-7d8e-7aaa-bbbb-000000000000/summary"
    answer = await client.get(path, headers={"Accept": "text/event-stream"})
    assert (answer.status_code, answer.headers["content-type"]) == (404, "application/problem+json")
