"""Opening a restricted record: who may, for how long, and what is made of it."""

import asyncio
from datetime import timedelta

import pytest

from features.notifications import Adapters
from rounds import clock
from rounds.data import new_id
from rounds.events.consumer import Consumer
from rounds.lifespan import LongLived
from tests.conftest import connected, settings_for, token_for
from tests.features.break_glass.conftest import NHS_NUMBER, REASON, VALUES

HEADER = "X-Break-Glass-Reason"


async def uses(auditor, **params):
    answer = await auditor.get("/audit/break-glass", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


@pytest.fixture
def frozen(monkeypatch):
    monkeypatch.setattr("rounds.auth.tokens.ACCESS_TOKEN_LIFE", timedelta(days=4000))


async def test_a_clinician_opens_a_record_for_an_hour(frozen, live_app, whole, auditor):
    await whole.restrict()
    async with connected(live_app, "clinician") as clinician, connected(live_app, "clinician") as another:
        start = clock.now()
        assert (await clinician.get(whole.patient)).status_code == 403
        answer = await clinician.get(whole.patient, headers={**REASON, "X-Request-ID": "from-the-ward"})
        assert answer.status_code == 200
        assert answer.json()["restricted"] is True
        assert (await another.get(whole.patient)).status_code == 403
        with clock.frozen(start + timedelta(minutes=59)):
            assert (await clinician.get(whole.patient)).status_code == 200
        with clock.frozen(start + timedelta(minutes=61)):
            assert (await clinician.get(whole.patient)).status_code == 403
    (use,) = await uses(auditor)
    assert use["patient_id"] == whole.ids["patient_id"]
    assert (use["reason"], use["actor"], use["request_id"]) == (REASON[HEADER], "tester", "from-the-ward")
    assert use["reviewed_at"] is use["outcome"] is None


async def test_nurses_open_records_too_and_nobody_else_does(live_app, restricted, auditor):
    for role in ("admin", "scheduler", "service", "auditor"):
        async with connected(live_app, role) as client:
            assert (await client.get(restricted.patient, headers=REASON)).status_code == 403, role
    assert await uses(auditor) == []
    async with connected(live_app, "nurse") as nurse:
        assert (await nurse.get(restricted.patient, headers=REASON)).status_code == 200
    assert len(await uses(auditor)) == 1


@pytest.mark.parametrize(
    ("reason", "code"),
    [
        (b"", "reason_too_short"),
        (b"   too few   ", "reason_too_short"),
        (b"...............", "reason_too_short"),
        (("\u200b" * 12).encode(), "reason_too_short"),
        (b"a" * 501, "reason_too_long"),
        ("Bewusstlos\u202e in der Notaufnahme".encode(), "control_character"),
        (b"Unconscious\x7f in the ward", "control_character"),
    ],
)
async def test_a_reason_that_is_none_is_refused(restricted, clinician, auditor, reason, code):
    answer = await clinician.get(restricted.patient, headers=[(HEADER.encode(), reason)])
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [
        ("header:x-break-glass-reason", code)
    ]
    assert await uses(auditor) == []


async def test_of_two_reasons_none_counts(restricted, clinician):
    answer = await clinician.get(restricted.patient, headers=[*REASON.items(), *REASON.items()])
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["code"] == "reason_twice"


async def test_reasons_are_given_in_any_language(restricted, clinician, auditor):
    reason = "Inconsciente na urgência"
    assert (await clinician.get(restricted.patient, headers=[(HEADER.encode(), reason.encode())])).status_code == 200
    (use,) = await uses(auditor)
    assert use["reason"] == reason


async def test_whoever_opens_a_record_many_times_at_once_used_it_once(restricted, clinician, auditor):
    answers = await asyncio.gather(*(clinician.get(restricted.patient, headers=REASON) for _ in range(12)))
    assert {answer.status_code for answer in answers} == {200}
    assert len(await uses(auditor)) == 1
    assert (await clinician.get(restricted.patient, headers=REASON)).status_code == 200
    assert len(await uses(auditor)) == 1


async def test_a_record_that_nobody_restricted_needs_no_reason(whole, clinician, auditor):
    assert (await clinician.get(whole.patient, headers=REASON)).status_code == 200
    assert await uses(auditor) == []


async def test_restricting_anew_closes_what_was_open(live_app, restricted, clinician):
    assert (await clinician.get(restricted.patient, headers=REASON)).status_code == 200
    lifted = await restricted.client.patch(restricted.patient, json={"restricted": False})
    assert lifted.status_code == 200
    assert (await clinician.get(restricted.patient)).status_code == 200
    await restricted.restrict()
    assert (await clinician.get(restricted.patient)).status_code == 403


async def test_only_who_may_marks_and_lifts(live_app, whole, clinician):
    async with connected(live_app, "service") as service:
        answer = await service.patch(whole.patient, json={"restricted": True})
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    assert (await clinician.patch(whole.patient, json={"restricted": True})).status_code == 200
    opened = await clinician.patch(whole.patient, json={"weight_kg": 70}, headers=REASON)
    assert (opened.status_code, opened.json()["restricted"]) == (200, True)
    answer = await clinician.patch(whole.patient, json={"restricted": False})
    assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    # The administrator lifts what they may not see, and nothing else.
    assert (await whole.client.patch(whole.patient, json={"restricted": False, "name": "X"})).status_code == 403
    assert (await whole.client.patch(whole.patient, json={"restricted": False})).status_code == 200


async def test_a_put_that_says_nothing_of_it_lifts_nothing(restricted, clinician):
    body = {"name": "Zebulon Quixworth", "date_of_birth": "1931-11-29"}
    answer = await clinician.put(restricted.patient, json=body, headers=REASON)
    assert (answer.status_code, answer.json()["restricted"]) == (200, True)


async def test_a_number_that_can_be_guessed_tells_nothing(restricted, clinician, auditor):
    there = await clinician.get(f"/patients/by-nhs-number/{NHS_NUMBER}")
    nowhere = await clinician.get("/patients/by-nhs-number/9990009988")
    assert there.status_code == nowhere.status_code == 404
    for name in ("code", "title", "detail"):
        assert there.json()[name] == nowhere.json()[name]
    answer = await clinician.get("/patients/by-nhs-number/999 000 9996", headers=REASON)
    assert answer.status_code == 200
    assert len(await uses(auditor)) == 1


async def test_a_clash_with_a_restricted_patient_tells_only_that_the_time_is_taken(restricted):
    client = restricted.client
    own = (await client.get("/clinicians")).json()["data"][0]["id"]
    other = (await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"})).json()["id"]
    answer = None
    for hours in range(47, 50):
        at = (clock.now() + timedelta(hours=hours)).replace(microsecond=0).isoformat()
        body = {"patient_id": other, "clinician_id": own, "start_at": at, "duration": "4h"}
        answer = await client.post("/appointments", json=body)
        if answer.status_code == 409:
            break
    assert answer is not None
    assert answer.status_code == 409
    assert answer.json()["clash"]["appointment_id"] is None


async def test_a_second_answer_to_a_creation_is_not_shown_past_the_restriction(live, live_app):
    async with connected(live_app, "clinician") as clinician:
        body = {"name": "Zebulon Quixworth", "date_of_birth": "1931-11-29", "restricted": True}
        headers = {"Idempotency-Key": "once"}
        first = await clinician.post("/patients", json=body, headers=headers)
        assert first.status_code == 201
        again = await clinician.post("/patients", json=body, headers=headers)
        assert (again.status_code, again.json()["code"]) == (403, "restricted_record")


async def test_somebody_else_reviews_each_use_once(live_app, restricted, auditor):
    account = new_id()
    async with connected(live_app) as both:
        token = token_for(live_app, "clinician", "auditor", account=account)
        both.headers["Authorization"] = f"Bearer {token}"
        assert (await both.get(restricted.patient, headers=REASON)).status_code == 200
        (use,) = await uses(auditor, reviewed="false", actor_id=str(account))
        path = f"/audit/break-glass/{use['id']}/review"
        mine = await both.post(path, json={"outcome": "justified"})
        assert (mine.status_code, mine.json()["code"]) == (403, "own_break_glass")
    review = {"outcome": "escalated", "comment": "Not on duty that day."}
    answer = await auditor.post(path, json=review)
    assert answer.status_code == 200
    assert (answer.json()["outcome"], answer.json()["comment"]) == ("escalated", "Not on duty that day.")
    again = await auditor.post(path, json=review)
    assert (again.status_code, again.json()["code"]) == (409, "already_reviewed")
    assert await uses(auditor, reviewed="false") == []
    assert len(await uses(auditor, reviewed="true", patient_id=restricted.ids["patient_id"], actor="tester")) == 1
    assert await uses(auditor, outcome="justified") == []
    unknown = await auditor.post(f"/audit/break-glass/{new_id()}/review", json=review)
    assert unknown.status_code == 404
    assert (await restricted.client.post(path, json={"outcome": "fine"})).status_code == 422
    async with connected(live_app, "clinician") as clinician:
        assert (await clinician.get("/audit/break-glass")).status_code == 403
        assert (await clinician.post(path, json=review)).status_code == 403


async def test_every_use_is_in_the_trail_before_anything_is_shown(live_app, restricted, clinician):
    await clinician.get(restricted.patient, headers=REASON)
    rows = await live_app.state.database.reads.source.fetch(
        "SELECT actor, patient_id FROM audit_event WHERE action = 'break_glass'"
    )
    assert [(row["actor"], str(row["patient_id"])) for row in rows] == [("tester", restricted.ids["patient_id"])]


async def test_the_auditors_are_told_and_no_more_than_ids(live_app, restricted, clinician):
    sent = []

    class Recorder:
        async def send(self, message):
            sent.append(message)
            return "sent"

    long_lived = LongLived(Adapters(email=Recorder(), sms=Recorder()))
    await clinician.get(restricted.patient, headers=REASON)
    settings = settings_for("postgresql://", "redis://", auditor_emails="audit@example.org, dpo@example.org")
    state = live_app.state
    consumer = Consumer(state.database, settings=settings, long_lived=long_lived, child_processes=state.child_processes)
    await consumer.drain()
    assert [message.recipient for message in sent] == ["audit@example.org", "dpo@example.org"]
    for message in sent:
        told = f"{message.subject} {message.body} {message.name}"
        assert restricted.ids["patient_id"] in told
        assert not [name for name, value in {**VALUES, "why": REASON[HEADER]}.items() if value in told]


async def test_a_batch_leaves_restricted_patients_out(live_app, restricted):
    before = await live_app.state.database.reads.source.fetchval("SELECT count(*) FROM recommendation")
    rule = {"code": "another", "recommendation": "Rest", "expression": "age >= 0"}
    await restricted.post("/rules", json=rule)
    named = await restricted.post("/evaluate/batch", json={"patient_ids": [restricted.ids["patient_id"]]})
    everybody = await restricted.post("/evaluate/batch", json={"all": True})
    state = live_app.state
    await Consumer(state.database, child_processes=state.child_processes, long_lived=state.long_lived).drain()
    one = (await restricted.client.get(f"/evaluate/batch/{named['id']}")).json()
    assert (one["status"], one["total"], one["not_found"], one["recommended"]) == ("done", 1, 1, 0)
    whole = (await restricted.client.get(f"/evaluate/batch/{everybody['id']}")).json()
    assert (whole["status"], whole["total"], whole["recommended"]) == ("done", 0, 0)
    assert await live_app.state.database.reads.source.fetchval("SELECT count(*) FROM recommendation") == before
