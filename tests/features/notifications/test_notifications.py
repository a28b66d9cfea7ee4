"""What patients are told about recommendations: once, by the way that reaches them, and nothing after they are gone."""

import asyncio

import pytest
import structlog
from prometheus_client import CollectorRegistry
from sqlalchemy import text

from features.notifications import Adapters, Refused
from features.notifications.subscribers import SEND_ATTEMPTS
from rounds.data import Query
from rounds.events.consumer import Consumer
from rounds.observability.metrics import EventMetrics


class Recorder:
    """An adapter that keeps what it is given, or raises."""

    def __init__(self, *errors):
        self.errors = list(errors)
        self.sent = []

    async def send(self, message):
        if self.errors:
            raise self.errors.pop(0)
        self.sent.append(message)
        return "sent"


@pytest.fixture
def sending(request):
    """`recorder = sending(OSError())`: messages go there."""

    def sending(*errors):
        recorder = Recorder(*errors)
        app = request.getfixturevalue("live_app" if "live_ward" in request.fixturenames else "app")
        app.state.long_lived.hold(Adapters(email=recorder, sms=recorder))
        return recorder

    return sending


def only_log(ward):
    ward.app.state.long_lived.hold(Adapters.of(ward.app.state.settings))


def counted(registry):
    """How often each outcome was counted, by channel."""
    return {
        (sample.labels["channel"], sample.labels["outcome"]): sample.value
        for metric in registry.collect()
        for sample in metric.samples
        if sample.name == "rounds_notifications_total"
    }


async def stored(database):
    """Every notification, those of deleted patients included."""
    async with database.transaction() as db:
        found = await db.execute(text("SELECT status, attempts, deleted_at IS NULL AS live FROM notification"))
        return [tuple(row) for row in found]


async def test_a_patient_is_told_by_email_what_was_recommended(ward, sending):
    recorder = sending()
    patient = await ward.patient(name="Zoë O’Kafor", phone="+447700900123")
    made = await ward.recommend(patient, "Weight Management Program")
    await ward.deliver()
    told = await ward.only(patient_id=patient["id"])
    assert told | {"id": None, "body": None, "created_at": None, "sent_at": None} == {
        "id": None,
        "kind": "recommendation",
        "patient_id": patient["id"],
        "recommendation_id": made["id"],
        "appointment_id": None,
        "channel": "email",
        "status": "sent",
        "reason": None,
        "recipient": "maeve@example.org",
        "subject": "A new recommendation from your care team",
        "body": None,
        "attempts": 1,
        "created_at": None,
        "sent_at": None,
    }
    for part in ("Dear Zoë O’Kafor", "Weight Management Program", "contact your care team"):
        assert part in told["body"]
    assert told["sent_at"].endswith("Z")
    assert told["created_at"].endswith("Z")
    (message,) = recorder.sent
    assert (str(message.id), message.recipient, message.body) == (told["id"], "maeve@example.org", told["body"])
    assert (await ward.client.get(f"/notifications/{told['id']}")).json() == told


async def test_evaluating_a_patient_leads_to_one_notification_for_each_recommendation(ward, sending):
    recorder = sending()
    patient = await ward.patient(
        date_of_birth="1940-01-01", conditions=["chronic back pain"], height_cm=170, weight_kg=95
    )
    for _ in range(2):
        found = (await ward.client.post(f"/evaluate/{patient['id']}")).json()["recommendations"]
        await ward.deliver()
    told = await ward.listed()
    assert {one["recommendation_id"] for one in told} == {one["id"] for one in found}
    assert len(told) == len(recorder.sent) == len(found) == 2


async def test_who_has_no_email_is_told_by_text_message(ward, sending):
    recorder = sending()
    patient = await ward.patient(email=None, phone="+447700900123")
    await ward.recommend(patient)
    await ward.deliver()
    told = await ward.only()
    assert (told["channel"], told["recipient"], told["status"]) == ("sms", "+447700900123", "sent")
    assert "Physical Therapy" in told["body"]
    assert "\n" not in told["body"]
    assert [message.channel for message in recorder.sent] == ["sms"]


async def test_who_cannot_be_reached_is_recorded_and_holds_up_nobody(ward, sending):
    recorder = sending()
    nowhere = await ward.patient(email=None)
    await ward.recommend(nowhere)
    reachable = await ward.patient()
    await ward.recommend(reachable)
    await ward.deliver()
    told = await ward.only(patient_id=nowhere["id"])
    assert (told["channel"], told["status"], told["reason"], told["recipient"], told["attempts"]) == (
        "none",
        "undeliverable",
        "no_address",
        None,
        0,
    )
    assert (await ward.only(patient_id=reachable["id"]))["status"] == "sent"
    assert len(recorder.sent) == 1
    assert await ward.deliveries("notify") == {"delivered": 2}
    assert await ward.deliveries("send") == {"delivered": 1}, "there is nothing to send to nobody"


async def test_an_event_that_is_delivered_again_tells_nobody_twice(ward, sending):
    recorder = sending()
    await ward.recommend(await ward.patient())
    await ward.deliver()
    for subscriber in ("notify", "send"):
        await ward.redeliver(subscriber)
    assert len(await ward.listed()) == len(recorder.sent) == 1
    assert await ward.deliveries("send") == {"delivered": 1}


async def test_consumers_that_race_tell_everybody_once(live_ward, sending):
    recorder = sending()
    patients = [await live_ward.patient() for _ in range(4)]
    for patient in patients:
        for number in range(3):
            await live_ward.recommend(patient, f"Course {number}")
    async with asyncio.timeout(60):
        await asyncio.gather(*(live_ward.deliver() for _ in range(4)))
        await live_ward.deliver()
    assert len(recorder.sent) == len({message.id for message in recorder.sent}) == 12
    assert {one["status"] for one in await live_ward.listed()} == {"sent"}


async def test_what_failed_in_passing_is_tried_again_and_then_sent(ward, sending):
    recorder = sending(ConnectionRefusedError("maeve@example.org is not to appear"))
    await ward.recommend(await ward.patient())
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["attempts"], told["sent_at"]) == ("pending", 1, None)
    await ward.make_due()
    await ward.deliver()
    told = await ward.only()
    assert (told["status"], told["attempts"], told["reason"]) == ("sent", 2, None)
    assert len(recorder.sent) == 1


async def test_what_is_refused_for_good_is_not_tried_again(ward, sending):
    recorder = sending(Refused("recipient_refused"))
    await ward.recommend(await ward.patient())
    await ward.deliver()
    await ward.make_due()
    await ward.deliver()
    told = await ward.only(status="failed")
    assert (told["reason"], told["attempts"], told["sent_at"]) == ("recipient_refused", 1, None)
    assert recorder.sent == []
    await ward.redeliver("send")
    assert (await ward.only())["status"] == "failed"


async def test_after_the_last_attempt_it_has_failed_until_somebody_requeues_it(ward, sending):
    recorder = sending(*[OSError()] * SEND_ATTEMPTS)
    await ward.recommend(await ward.patient())
    for _ in range(SEND_ATTEMPTS):
        assert (await ward.listed(status="failed")) == []
        await ward.make_due()
        await ward.deliver()
    told = await ward.only(status="failed")
    assert (told["reason"], told["attempts"]) == ("not_delivered", SEND_ATTEMPTS)
    assert await ward.deliveries("send") == {"dead": 1}
    await ward.redeliver("send")
    told = await ward.only()
    assert (told["status"], told["reason"]) == ("sent", None)
    assert len(recorder.sent) == 1


async def test_a_patient_deleted_before_the_event_arrives_is_told_nothing(ward, sending):
    recorder = sending()
    patient = await ward.patient()
    await ward.recommend(patient)
    assert (await ward.client.delete(f"/patients/{patient['id']}")).status_code == 204
    await ward.deliver()
    assert recorder.sent == []
    assert await stored(ward.database) == []
    assert await ward.deliveries("notify") == {"delivered": 1}


async def test_a_patient_who_is_being_deleted_is_told_nothing(live_ward, sending):
    recorder = sending()
    patient = await live_ward.patient()
    await live_ward.recommend(patient)
    waiting = Query(text("SELECT count(*) FROM pg_locks WHERE NOT granted AND locktype = 'transactionid'").columns())
    async with asyncio.timeout(60):
        async with live_ward.database.transaction() as db:
            statement = text("UPDATE patient SET deleted_at = now() WHERE id = :id")
            await db.execute(statement, {"id": patient["id"]})
            delivering = asyncio.create_task(live_ward.deliver())
            while not await live_ward.database.reads.value(waiting):
                assert not delivering.done(), "it did not wait to see what becomes of the patient"
                await asyncio.sleep(0.01)
        await delivering
    assert (recorder.sent, await stored(live_ward.database)) == ([], [])


async def test_what_is_queued_for_a_patient_deleted_meanwhile_is_cancelled(ward, sending):
    recorder = sending(OSError())
    patient = await ward.patient()
    await ward.recommend(patient)
    await ward.deliver()
    assert (await ward.client.delete(f"/patients/{patient['id']}")).status_code == 204
    await ward.make_due()
    await ward.deliver()
    assert recorder.sent == []
    assert await stored(ward.database) == [("cancelled", 1, False)]


async def test_notifications_leave_every_read_with_the_patient(ward):
    patient = await ward.patient()
    await ward.recommend(patient)
    await ward.deliver()
    told = await ward.only()
    assert (await ward.client.delete(f"/patients/{patient['id']}")).status_code == 204
    assert await ward.listed() == []
    answer = await ward.client.get(f"/notifications/{told['id']}")
    assert (answer.status_code, answer.json()["code"]) == (404, "notification_not_found")
    assert await stored(ward.database) == [("sent", 1, False)], "what was sent stays known to have been"


async def test_what_only_the_log_knows_of_was_not_sent(ward, sending):
    sending()
    sent = await ward.recommend(await ward.patient())
    await ward.deliver()
    only_log(ward)
    logged = await ward.recommend(await ward.patient())
    texted = await ward.recommend(await ward.patient(email=None, phone="+447700900123"))
    await ward.deliver()
    for made in (logged, texted):
        told = await ward.only(recommendation_id=made["id"])
        assert (told["status"], told["sent_at"], told["reason"], told["attempts"]) == ("logged", None, None, 1)
        assert (await ward.client.get(f"/notifications/{told['id']}")).json() == told
    assert {one["recommendation_id"] for one in await ward.listed(status="logged")} == {logged["id"], texted["id"]}
    assert [one["recommendation_id"] for one in await ward.listed(status="sent")] == [sent["id"]]
    page = (await ward.client.get("/notifications", params={"status": "logged", "limit": 1, "total": True})).json()
    assert page["pagination"]["total"] == 2
    assert (await ward.client.get(page["links"]["next"])).json()["pagination"]["count"] == 1


async def test_outcomes_are_counted_by_channel(ward, sending):
    metrics = EventMetrics(CollectorRegistry())
    registry = metrics.counters.registry
    long_lived = ward.app.state.long_lived
    consumer = Consumer(ward.database, long_lived=long_lived, backoff_seconds=600.0, metrics=metrics)
    sending(OSError(), Refused("recipient_refused"))
    for _ in range(3):
        await ward.recommend(await ward.patient())
    await consumer.drain()
    assert counted(registry) == {("email", "retried"): 1, ("email", "refused"): 1, ("email", "sent"): 1}
    only_log(ward)
    await ward.recommend(await ward.patient(email=None, phone="+447700900123"))
    await ward.make_due()
    await consumer.drain()
    assert counted(registry)["sms", "logged"] == counted(registry)["email", "logged"] == 1


async def test_the_list_is_filtered_sorted_and_paged(ward):
    first, second = await ward.patient(), await ward.patient(email=None)
    for what in ("One", "Two"):
        await ward.recommend(first, what)
        await ward.recommend(second, what)
    await ward.deliver()
    everything = await ward.listed(sort="created_at")
    assert len(everything) == 4
    assert everything == (await ward.listed())[::-1], "newest first by default"
    assert len(await ward.listed(patient_id=first["id"], status="logged", channel="email")) == 2
    assert len(await ward.listed(channel="none", status="undeliverable")) == 2
    assert await ward.listed(channel="sms") == []
    chosen = everything[1]
    assert await ward.listed(recommendation_id=chosen["recommendation_id"]) == [chosen]
    page = (await ward.client.get("/notifications", params={"limit": 3, "sort": "created_at", "total": True})).json()
    assert (page["data"], page["pagination"]["total"]) == (everything[:3], 4)
    following = (await ward.client.get(page["links"]["next"])).json()
    assert (following["data"], following["pagination"]["next_cursor"]) == (everything[3:], None)


@pytest.mark.parametrize("parameters", ["status=lost", "channel=pigeon", "patient_id=4711", "sort=body", "colour=red"])
async def test_what_it_does_not_know_it_refuses(client, parameters):
    assert (await client.get(f"/notifications?{parameters}")).status_code == 422


@pytest.mark.parametrize(
    "path", ["/notifications", "/notifications/0197a3c2-7d8e-7aaa-bbbb-000000000000", "/analytics/recommendations"]
)
async def test_it_needs_a_token_with_the_scope(anonymous, as_role, path):
    assert (await anonymous.get(path)).status_code == 401
    async with as_role("service") as service:
        answer = await service.get(path)
        assert (answer.status_code, answer.json()["code"]) == (403, "forbidden")
    async with as_role("nurse") as nurse:
        assert (await nurse.get(path)).status_code in {200, 404}


async def test_logs_say_which_and_never_who_or_what(ward):
    with structlog.testing.capture_logs() as logs:
        patient = await ward.patient()
        made = await ward.recommend(patient)
        await ward.deliver()
    told = await ward.only()
    by_event = {line["event"]: line for line in logs}
    assert by_event["recommendation.generated"]["recommendation_id"] == made["id"]
    assert by_event["recommendation.generated"]["patient_id"] == patient["id"]
    assert by_event["notification.logged"]["notification_id"] == told["id"]
    for secret in ("Maeve", "maeve@example.org", "Physical Therapy", "care team"):
        assert secret not in str(logs)


async def test_of_somebody_who_is_not_stored_nobody_is_told_and_analytics_count(ward, sending):
    recorder = sending()
    answers = [
        (await ward.client.post("/evaluate", json={"age": 72, "chronic_pain": True, **more})).json()
        for more in ({"external_id": 9434765919}, {"external_id": "943 476 5919", "bmi": 31.0}, {})
    ]
    assert [len(answer["recommendations"]) for answer in answers] == [1, 2, 1]
    with structlog.testing.capture_logs() as logs:
        await ward.deliver()
    logged = [entry for entry in logs if entry["event"] == "recommendation.generated"]
    assert [entry["patient_id"] for entry in logged] == [None] * 4
    assert not any("943" in str(entry.get(name)) for entry in logs for name in entry if not name.endswith("_id"))
    assert (await ward.client.get("/notifications")).json()["data"] == []
    assert recorder.sent == []
    counted = (await ward.client.get("/analytics/recommendations?group_by=rule")).json()
    # Who has no number may be anybody, and is counted as nobody's.
    assert counted["data"] == [
        {"rule": "physical_therapy", "recommendations": 3, "patients": 2},
        {"rule": "weight_management", "recommendations": 1, "patients": 1},
    ]
    assert counted["total"] == {"recommendations": 4, "patients": 2}
