"""`Idempotency-Key`: whoever sends the same again is answered the same again, and nothing is done twice."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import jwt
import orjson
import pytest
from sqlalchemy import text

from rounds import clock
from rounds.data import Database, sweep_expired
from rounds.http import kept_answers
from tests.conftest import app_of, connected, token_for

PATIENT = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
WHEN = "2026-03-09T14:30:00Z"


def key(name: str | None = None) -> dict[str, str]:
    return {"Idempotency-Key": name or str(uuid4())}


async def total(client, path: str = "/patients") -> int:
    return (await client.get(path, params={"total": "true"})).json()["pagination"]["total"]


async def test_the_same_request_is_answered_the_same_and_done_once(client):
    headers = key()
    first = await client.post("/patients", json=PATIENT, headers=headers)
    again = await client.post("/patients", json=PATIENT, headers=headers)
    assert first.status_code == again.status_code == 201
    assert again.content == first.content
    for name in ("location", "etag", "content-type"):
        assert again.headers[name] == first.headers[name]
    assert again.headers["idempotency-replayed"] == "true"
    assert "idempotency-replayed" not in first.headers
    assert again.headers["x-request-id"] != first.headers["x-request-id"]
    assert await total(client) == 1


async def test_without_a_key_and_with_another_one_it_is_done_again(client):
    for headers in ({}, {}, key(), key()):
        answer = await client.post("/patients", json=PATIENT, headers=headers)
        assert answer.status_code == 201
        assert "idempotency-replayed" not in answer.headers
    assert await total(client) == 4


@pytest.mark.parametrize("other", [{**PATIENT, "name": "Another"}, {**PATIENT, "sex": "female"}])
async def test_the_key_of_another_body_is_refused(client, other):
    headers = key()
    await client.post("/patients", json=PATIENT, headers=headers)
    answer = await client.post("/patients", json=other, headers=headers)
    assert answer.status_code == 422
    assert answer.json()["code"] == "idempotency_key_reused"
    assert answer.json()["errors"][0]["pointer"] == "header:idempotency-key"
    assert await total(client) == 1


async def test_the_key_of_another_path_is_refused(client):
    headers = key()
    body = {"name": "Cardiology"}
    assert (await client.post("/departments", json=body, headers=headers)).status_code == 201
    answer = await client.post("/patients", json=body, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (422, "idempotency_key_reused")


async def test_keys_belong_to_accounts(client, as_role):
    headers = key()
    first = await client.post("/patients", json=PATIENT, headers=headers)
    async with as_role("nurse") as nurse:
        other = await nurse.post("/patients", json=PATIENT, headers=headers)
    assert other.status_code == 201
    assert other.json()["id"] != first.json()["id"]


@pytest.mark.parametrize("bad", [b"", b" ", b"a b", b"a" * 256, "é".encode(), b"a\tb", b"\x7f"])
async def test_what_is_no_key_is_refused(client, bad):
    answer = await client.post("/patients", json=PATIENT, headers=[(b"idempotency-key", bad)])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "header:idempotency-key"


@pytest.mark.parametrize("good", ["a", "!~", "x" * 255])
async def test_every_visible_character_makes_a_key(client, good):
    for _ in range(2):
        assert (await client.post("/patients", json=PATIENT, headers=key(good))).status_code == 201
    assert await total(client) == 1


async def test_two_keys_are_no_key(client):
    headers = [("Idempotency-Key", "one"), ("Idempotency-Key", "two")]
    assert (await client.post("/patients", json=PATIENT, headers=headers)).status_code == 422


async def test_what_failed_may_be_tried_again(client):
    headers = key()
    assert (await client.post("/patients", json={**PATIENT, "name": ""}, headers=headers)).status_code == 422
    assert (await client.post("/patients", json=PATIENT, headers=headers)).status_code == 201
    missing = f"/patients/{uuid4()}/address"
    headers = key()
    for _ in range(2):
        answer = await client.post(missing, json={"line1": "14 Mill Lane"}, headers=headers)
        assert answer.status_code == 404
        assert "idempotency-replayed" not in answer.headers


async def test_a_key_is_good_for_a_day(client, monkeypatch):
    headers = key()
    await client.post("/patients", json=PATIENT, headers=headers)
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=23, minutes=59))
    # The token of the tests is younger than that.
    client.headers["Authorization"] = f"Bearer {token_for(app_of(client), 'admin', account=actor_of(client))}"
    assert (await client.post("/patients", json=PATIENT, headers=headers)).headers["idempotency-replayed"] == "true"
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=24, seconds=1))
    client.headers["Authorization"] = f"Bearer {token_for(app_of(client), 'admin', account=actor_of(client))}"
    for replayed in (None, "true"):
        answer = await client.post("/patients", json={**PATIENT, "name": "Another"}, headers=headers)
        assert answer.status_code == 201
        assert answer.headers.get("idempotency-replayed") == replayed
    assert await total(client) == 2


def actor_of(client):
    return jwt.decode(client.headers["Authorization"].split()[1], options={"verify_signature": False})["sub"]


# --- every call that creates


async def test_every_post_that_creates_says_that_it_takes_a_key(app):
    document = app.openapi()
    creating = {
        path
        for path, item in document["paths"].items()
        if "post" in item and item["post"].get("security") and {"201", "202"} & set(item["post"]["responses"])
    }
    assert len(creating) > 8
    taking = {
        path
        for path, item in document["paths"].items()
        if any(p["name"] == "Idempotency-Key" for p in item.get("post", {}).get("parameters", []))
    }
    assert taking == creating | {"/evaluate"}
    for path in taking:
        responses = document["paths"][path]["post"]["responses"]
        assert "410" in responses
        invalid = responses["422"]
        if "$ref" in invalid:
            invalid = document["components"]["responses"][invalid["$ref"].rpartition("/")[2]]
        assert "idempotency_key_reused" in orjson.dumps(invalid).decode(), path
        success = next(responses[status] for status in ("201", "202", "200") if status in responses)
        assert "Idempotency-Replayed" in success["headers"]


async def patient(client) -> str:
    return (await client.post("/patients", json=PATIENT)).json()["id"]


async def test_forms_that_are_sent_again_are_the_same_whatever_their_boundary(client):
    path = f"/patients/{await patient(client)}/notes"

    async def send(headers, content=b"Weight 80 kg"):
        # A boundary of its own every time, as browsers draw it.
        return await client.post(path, data={"taken_at": WHEN}, files={"file": ("note.txt", content)}, headers=headers)

    headers = key()
    first, again = await send(headers), await send(headers)
    assert first.status_code == again.status_code == 201, first.text
    assert again.content == first.content
    assert again.headers["idempotency-replayed"] == "true"
    other = await send(headers, b"Weight 81 kg")
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")
    assert len((await client.get(path)).json()["data"]) == 1


async def test_large_uploads_too(client):
    path = f"/patients/{await patient(client)}/notes"
    headers = key()
    content = b"The patient is well today. \n" * 100_000
    answers = [
        await client.post(path, data={"taken_at": WHEN}, files={"file": ("a.txt", content)}, headers=headers)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[1].content == answers[0].content
    longer = await client.post(
        path, data={"taken_at": WHEN}, files={"file": ("a.txt", content + content)}, headers=headers
    )
    assert (longer.status_code, longer.json()["code"]) == (422, "idempotency_key_reused")


async def test_a_batch_is_started_once(client):
    headers = key()
    body = {"patient_ids": [await patient(client)]}
    answers = [await client.post("/evaluate/batch", json=body, headers=headers) for _ in range(2)]
    assert [answer.status_code for answer in answers] == [202, 202]
    assert answers[0].json()["id"] == answers[1].json()["id"]


# --- races and crashes, with real commits


@pytest.mark.parametrize("more", [{}, {"mrn": "RACE-1"}], ids=["nothing-unique", "a-unique-number"])
async def test_of_many_that_race_one_is_done_and_all_are_answered(live, more):
    headers = key()
    answers = await asyncio.gather(
        *(live.post("/patients", json={**PATIENT, **more}, headers=headers) for _ in range(20))
    )
    assert {answer.status_code for answer in answers} == {201}
    assert len({answer.content for answer in answers}) == 1
    assert sum("idempotency-replayed" not in answer.headers for answer in answers) == 1
    assert await total(live) == 1
    events = await app_of(live).state.database.reads.source.fetchval(
        "SELECT count(*) FROM outbox WHERE type = 'rounds.patient.created'"
    )
    assert events == 1


async def test_of_different_ones_that_race_for_a_key_one_is_done(live):
    headers = key()
    answers = await asyncio.gather(
        *(live.post("/patients", json={**PATIENT, "name": f"Ada {n % 2}"}, headers=headers) for n in range(10))
    )
    assert {answer.status_code for answer in answers} == {201, 422}
    assert await total(live) == 1


async def test_an_answer_that_cannot_be_kept_leaves_nothing_created(live, live_app, monkeypatch):
    async def crash(*_: object) -> bool:
        raise RuntimeError("the process is killed here")

    headers = key()
    with monkeypatch.context() as patch:
        patch.setattr(kept_answers.Slot, "put", crash)
        assert (await live.post("/patients", json=PATIENT, headers=headers)).status_code == 500
    assert await total(live) == 0
    assert await rows(live_app.state.database) == 0
    assert (await live.post("/patients", json=PATIENT, headers=headers)).status_code == 201


async def test_a_commit_that_fails_keeps_no_answer(live, live_app):
    """Both stand in one transaction: what the database refuses at the very end takes the answer with it."""
    async with live_app.state.database.transaction() as db:
        connection = await (await db.connection()).get_raw_connection()
        await connection.driver_connection.execute("""
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE 'no'; END $$;
        CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON patient DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION refuse();
    """)
    headers = key()
    assert (await live.post("/patients", json=PATIENT, headers=headers)).status_code == 500
    assert await rows(live_app.state.database) == 0
    async with live_app.state.database.transaction() as db:
        await db.execute(text("DROP TRIGGER refuse ON patient"))
    answer = await live.post("/patients", json=PATIENT, headers=headers)
    assert answer.status_code == 201
    assert "idempotency-replayed" not in answer.headers


async def rows(database: Database) -> int:
    return await database.reads.source.fetchval("SELECT count(*) FROM kept_answer")


# --- what is kept


async def test_nothing_is_shown_again_of_a_patient_who_is_deleted(client, database):
    made, noted, judged = key(), key(), key()
    own = (await client.post("/patients", json=PATIENT, headers=made)).headers["location"]
    note = {"taken_at": WHEN, "content": "Weight 80 kg"}
    facts = {"patient_id": own.rpartition("/")[2], "age": 80, "chronic_pain": True}
    calls = [("/patients", PATIENT, made), (f"{own}/notes", note, noted), ("/evaluate", facts, judged)]
    for path, body, headers in calls:
        assert (await client.post(path, json=body, headers=headers)).status_code in {200, 201}
        assert (await client.post(path, json=body, headers=headers)).headers["idempotency-replayed"] == "true"
    assert (await client.delete(own)).status_code == 204
    for path, body, headers in calls:
        answer = await client.post(path, json=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (410, "idempotency_answer_gone"), path
    assert await total(client) == 0
    async with database.transaction() as db:
        assert await db.scalar(text("SELECT count(*) FROM kept_answer WHERE sealed IS NOT NULL")) == 0


async def test_nothing_is_shown_again_of_a_note_that_is_deleted(client):
    path = f"/patients/{await patient(client)}/notes"
    headers, note = key(), {"taken_at": WHEN, "content": "Weight 80 kg"}
    made = await client.post(path, json=note, headers=headers)
    assert (await client.delete(made.headers["location"])).status_code == 204
    assert (await client.post(path, json=note, headers=headers)).status_code == 410
    assert (await client.get(path)).json()["data"] == []


async def test_the_first_answer_is_given_though_the_record_has_changed(client):
    headers = key()
    first = await client.post("/patients", json=PATIENT, headers=headers)
    await client.patch(first.headers["location"], json={"name": "Changed"})
    assert (await client.post("/patients", json=PATIENT, headers=headers)).json()["name"] == "Ada Byron"


async def test_what_is_kept_says_nothing_to_who_reads_the_table(client, database):
    await client.post("/patients", json={**PATIENT, "mrn": "SECRET-1"}, headers=key("my-own-key"))
    async with database.transaction() as db:
        (row,) = (await db.execute(text("SELECT id, sealed FROM kept_answer"))).all()
    for secret in (b"Ada Byron", b"SECRET-1", b"my-own-key", b"1990"):
        assert secret not in bytes(row.id) + bytes(row.sealed)


async def test_another_signing_key_opens_nothing_and_repeats_nothing(client, app, monkeypatch):
    headers = key()
    await client.post("/patients", json=PATIENT, headers=headers)
    monkeypatch.setitem(app.state.settings.__dict__, "signing_key", b"another secret, which is long enough")
    assert (await client.post("/patients", json=PATIENT, headers=headers)).status_code == 410
    assert await total(client) == 1


async def test_old_answers_are_swept_away(live, live_app, monkeypatch):
    await live.post("/patients", json=PATIENT, headers=key())
    database = live_app.state.database
    assert await sweep_expired(database) == 0
    now = clock.now()
    monkeypatch.setattr(clock, "now", lambda: now + timedelta(hours=24, seconds=1))
    assert await sweep_expired(database) == 1
    assert await rows(database) == 0


async def test_who_may_no_longer_create_is_shown_nothing(app, client):
    headers = key()
    await client.post("/patients", json=PATIENT, headers=headers)
    async with connected(app, "auditor") as auditor:
        assert (await auditor.post("/patients", json=PATIENT, headers=headers)).status_code == 403
    async with connected(app) as nobody:
        assert (await nobody.post("/patients", json=PATIENT, headers=headers)).status_code == 401
