"""What time brings about: told once, also when nobody looked when it was due, and whoever looks."""

import asyncio
from collections import Counter

import pytest
import vobject
from sqlalchemy import text

from features.notifications import Adapters
from rounds import clock
from rounds.data import Database
from rounds.events import periodic
from rounds.events.consumer import Consumer
from rounds.lifespan import LongLived
from tests.conftest import connected, running, settings_for
from tests.features.appointments.conftest import NOW, Diary, at


class Recorder:
    """An adapter that keeps what it is given."""

    def __init__(self):
        self.sent = []

    async def send(self, message):
        self.sent.append(message)


@pytest.fixture
def sent(monkeypatch):
    recorder = Recorder()
    monkeypatch.setattr(Adapters, "serving", lambda _, channel: recorder)
    return recorder.sent


@pytest.fixture
async def own(cloned_url, engines, redis, frozen):
    """A database of the test's own with a diary, and what is done in it when it is time."""
    async with (
        running(settings_for(cloned_url, engines.redis_url)) as app,
        connected(app, "admin") as client,
        Database.open(cloned_url, pool_size=8) as database,
    ):
        yield await Diary(client).open(), database


async def look(database: Database) -> None:
    """What a consumer does: what is due by time, then what is due by events."""
    await periodic.make_known(database)
    await periodic.run_due(database)
    adapters = Adapters.of(settings_for("postgresql://", "redis://"))
    await Consumer(database, long_lived=LongLived(adapters)).drain()


async def events(database: Database) -> list[tuple[str, str]]:
    async with database.transaction() as db:
        found = await db.execute(
            text("SELECT type, data ->> 'appointment_id' FROM outbox WHERE type LIKE 'rounds.appointment%' ORDER BY id")
        )
        return [(kind.rpartition(".")[2], appointment) for kind, appointment in found]


async def test_a_missed_one_is_told_once(own, frozen):
    diary, database = own
    missed, attended, cancelled, ahead = [await diary.book(at(f"{hour}:30")) for hour in ("09", "10", "11", "15")]
    await diary.post(cancelled, "cancel")
    frozen(hours=2.75)
    await diary.post(attended, "attended")
    frozen(hours=4)
    for _ in range(3):
        await look(database)
        frozen(hours=4.5)
    told = [one for kind, one in await events(database) if kind == "missed"]
    assert told == [missed["id"]]
    assert (await diary.read(ahead))["status"] == "active"
    frozen(days=2)
    await look(database)
    assert Counter(one for kind, one in await events(database) if kind == "missed") == {missed["id"]: 1, ahead["id"]: 1}


async def test_many_that_were_missed_while_nobody_looked_are_told_once_by_whoever_looks_first(own, frozen):
    diary, database = own
    patients = [(await diary.patient())["id"] for _ in range(3)]
    day = 0
    async with database.transaction() as db:
        await db.execute(
            text("""
            INSERT INTO appointment (id, patient_id, clinician_id, department_id, start_at, end_at, time_zone, version,
                created_at, updated_at)
            SELECT gen_random_uuid(), CAST(:patient AS uuid), CAST(:clinician AS uuid), CAST(:department AS uuid),
                CAST(:at AS timestamptz) - n * interval '1 hour', CAST(:at AS timestamptz) - n * interval '1 hour'
                + interval '30 minutes', 'Europe/London', 1, CAST(:at AS timestamptz), CAST(:at AS timestamptz)
            FROM generate_series(1, 1200) AS n
            """),
            {
                "patient": patients[day],
                "clinician": diary.clinician["id"],
                "department": diary.department["id"],
                "at": NOW,
            },
        )
    await periodic.make_known(database)
    await asyncio.gather(*(periodic.run_due(database) for _ in range(4)))
    # Whoever came while another was at it has left it to that one.
    await periodic.run_due(database)
    told = Counter(await events(database))
    assert len(told) == 1200
    assert set(told.values()) == {1}


async def test_who_dies_in_the_middle_of_it_leaves_it_to_be_done(own, frozen, monkeypatch):
    diary, database = own
    made = await diary.book(at("09:30"))
    frozen(hours=3)

    async def dies(*_args: object, **_more: object) -> None:
        raise RuntimeError

    await periodic.make_known(database)
    with monkeypatch.context() as broken:
        broken.setattr("features.appointments.periodic.publish", dies)
        with pytest.raises(RuntimeError):
            await periodic.run_due(database)
    assert ("missed", made["id"]) not in await events(database)
    await periodic.run_due(database)
    assert ("missed", made["id"]) not in await events(database), "it waits for its time, lest it fails without a pause"
    frozen(hours=3, seconds=6)
    await periodic.run_due(database)
    assert Counter(await events(database))["missed", made["id"]] == 1


async def test_a_reminder_goes_out_a_day_before_and_once(own, frozen, sent):
    diary, database = own
    patient = await diary.patient(name="Zoë O’Kafor", email="zoe@example.org")
    made = await diary.book(
        "2026-03-11T09:30:00Z", patient_id=patient["id"], location="14 Mill Lane, Selby", reason="A private matter"
    )
    gone = await diary.book("2026-03-11T11:30:00Z", patient_id=patient["id"])
    await look(database)
    await diary.post(gone, "cancel")
    frozen(days=1, hours=1, minutes=29)
    await look(database)
    assert "reminder" not in {kind for kind, _ in await events(database)}
    for minutes in (30, 31, 40):
        frozen(days=1, hours=1, minutes=minutes)
        await look(database)
    assert [one for kind, one in await events(database) if kind == "reminder"] == [made["id"]]
    answer = await diary.client.get("/notifications", params={"patient_id": patient["id"], "sort": "created_at"})
    told = answer.json()["data"]
    assert [(one["kind"], one["appointment_id"], one["status"]) for one in told] == [
        ("appointment_booked", made["id"], "sent"),
        ("appointment_booked", gone["id"], "sent"),
        ("appointment_cancelled", gone["id"], "sent"),
        ("appointment_reminder", made["id"], "sent"),
    ]
    reminder = next(message for message in sent if "reminder" in message.body)
    assert "Wednesday, 11 March 2026 at 09:30 (Europe/London)" in reminder.body
    assert "with Dr Grace Okafor" in reminder.body
    assert "14 Mill Lane, Selby" in reminder.body
    for message in sent:
        assert "private matter" not in message.body + message.subject + message.calendar
        assert message.subject == "A message about your appointment"
    (entry,) = vobject.readOne(reminder.calendar).contents["vevent"]
    assert entry.summary.value == "Appointment with Dr Grace Okafor"
    assert entry.dtstart.value.isoformat() == "2026-03-11T09:30:00+00:00"
    cancelled = next(message for message in sent if "cancelled" in message.body)
    assert vobject.readOne(cancelled.calendar).vevent.status.value == "CANCELLED"


async def test_a_reminder_that_was_due_while_nobody_looked_comes_late_but_not_after_the_start(own, frozen, sent):
    diary, database = own
    soon = await diary.book("2026-03-10T09:30:00Z")
    past = await diary.book("2026-03-10T08:00:00Z")
    frozen(days=1, hours=1)
    await look(database)
    assert [one for kind, one in await events(database) if kind == "reminder"] == [soon["id"]]
    assert past["id"] in {one for kind, one in await events(database) if kind == "missed"}


async def test_who_is_moved_is_reminded_of_the_new_time(own, frozen, sent):
    diary, database = own
    patient = await diary.patient(email="zoe@example.org")
    made = await diary.book("2026-03-09T20:00:00Z", patient_id=patient["id"])
    await look(database)
    body = await diary.body("2026-03-12T09:30:00Z", patient_id=patient["id"])
    await diary.client.put(f"/appointments/{made['id']}", json=body)
    await look(database)
    frozen(days=2, hours=2)
    await look(database)
    kinds = [kind for kind, _ in await events(database)]
    assert kinds == ["booked", "reminder", "moved", "reminder"]
    times = [message.body for message in sent]
    assert sum("12 March 2026 at 09:30" in body for body in times) == 2


async def test_nobody_is_told_about_what_is_past_or_changed_meanwhile(own, frozen, sent):
    diary, database = own
    patient = await diary.patient(email="zoe@example.org")
    await diary.book("2026-03-02T09:30:00Z", patient_id=patient["id"])
    made = await diary.book("2026-03-12T09:30:00Z", patient_id=patient["id"])
    body = await diary.body("2026-03-13T09:30:00Z", patient_id=patient["id"])
    await diary.client.put(f"/appointments/{made['id']}", json=body)
    await look(database)
    assert len(sent) == 1
    assert "13 March" in sent[0].body


async def test_reminders_are_sent_by_text_message_where_there_is_no_email(own, frozen, sent):
    diary, database = own
    patient = await diary.patient(phone="+447700900123")
    await diary.book("2026-03-09T20:00:00Z", patient_id=patient["id"])
    await look(database)
    assert {message.channel for message in sent} == {"sms"}
    assert all("\n" not in message.body and message.calendar is None for message in sent)


async def test_the_clock_of_the_machine_is_not_asked(own, frozen):
    diary, database = own
    made = await diary.book("2026-03-09T09:30:00Z")  # long ago for the machine
    with clock.frozen(NOW):
        await look(database)
        assert "missed" not in {kind for kind, _ in await events(database)}
        assert (await diary.read(made))["status"] == "active"
