"""Calendars, read back with another library than the one that wrote them."""

from datetime import UTC, datetime, timedelta

import pytest
import vobject

from tests.features.appointments.conftest import at

HOUR = timedelta(hours=1)


def entries(text: str) -> dict[str, vobject.base.Component]:
    """The entries of a calendar by their start, checked by the other library's rules."""
    (calendar,) = vobject.readComponents(text)
    calendar.validate(raiseException=True)
    assert calendar.version.value == "2.0"
    assert calendar.prodid.value
    found = calendar.contents.get("vevent", [])
    assert len({each.uid.value for each in found}) == len(found)
    return {each.dtstart.value.isoformat(): each for each in found}


async def test_a_clinicians_calendar_has_what_is_booked_and_nothing_about_patients(diary):
    patient = await diary.patient(name="Zoë Łukasiewicz")
    first = await diary.book(
        at("09:30"), "45m", patient_id=patient["id"], reason="A private matter", location="14 Mill Lane; Selby, York"
    )
    gone = await diary.book("2026-10-25T01:30:00+00:00", "1h")  # in the hour that clocks repeat
    await diary.post(gone, "cancel")
    await diary.book("2027-09-09T09:30:00Z")  # too far ahead
    other = await diary.another_clinician("Dr Rhys Pritchard")
    await diary.book(at("12:00"), clinician_id=other["id"])
    answer = await diary.client.get(f"/clinicians/{diary.clinician['id']}/calendar.ics")
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    assert "\r\n" in answer.text
    assert all(len(line.encode()) <= 75 for line in answer.text.split("\r\n"))
    found = entries(answer.text)
    assert list(found) == ["2026-03-09T09:30:00+00:00", "2026-10-25T01:30:00+00:00"]
    one, cancelled = found.values()
    assert one.dtend.value == datetime(2026, 3, 9, 10, 15, tzinfo=UTC)
    assert one.uid.value == f"{first['id']}@rounds"
    assert (one.status.value, cancelled.status.value) == ("CONFIRMED", "CANCELLED")
    assert cancelled.dtend.value - cancelled.dtstart.value == HOUR
    assert (int(one.sequence.value), int(cancelled.sequence.value)) == (0, 1)
    assert one.summary.value == "Appointment (orthopaedics)"
    assert one.location.value == "14 Mill Lane; Selby, York"
    for private in ("Zoë", "Łukasiewicz", "private matter", patient["id"]):
        assert private not in answer.text


async def test_one_appointment_as_a_file(diary):
    made = await diary.book(at("09:30"))
    answer = await diary.client.get(f"/appointments/{made['id']}/calendar.ics")
    assert 'filename="appointment.ics"' in answer.headers["content-disposition"]
    assert list(entries(answer.text)) == ["2026-03-09T09:30:00+00:00"]
    await diary.client.delete(f"/patients/{made['patient_id']}")
    assert (await diary.client.get(f"/appointments/{made['id']}/calendar.ics")).status_code == 404
    answer = await diary.client.get(f"/clinicians/{diary.clinician['id']}/calendar.ics")
    assert entries(answer.text) == {}


async def test_a_feed_is_read_without_signing_in_until_it_is_revoked(diary, anonymous, database):
    made = await diary.book(at("09:30"))
    own = f"/clinicians/{diary.clinician['id']}/calendar-feeds"
    feed = await diary.made(own, {"label": "Phone"})
    assert feed["path"].startswith("/calendar/")
    answer = await anonymous.get(feed["path"])
    assert answer.status_code == 200
    assert list(entries(answer.text)) == ["2026-03-09T09:30:00+00:00"]
    tag = {"If-None-Match": answer.headers["etag"]}
    assert (await anonymous.get(feed["path"], headers=tag)).status_code == 304
    await diary.post(made, "cancel")
    assert (await anonymous.get(feed["path"], headers=tag)).status_code == 200

    (listed,) = (await diary.client.get(own)).json()["data"]
    assert listed == {name: value for name, value in feed.items() if name != "path"}
    secret = feed["path"].removeprefix("/calendar/").removesuffix(".ics")
    stored = await database.reads.source.fetchrow("SELECT * FROM calendar_feed")
    assert secret not in str(dict(stored)), "only a hash is kept"

    assert (await diary.client.delete(f"{own}/{feed['id']}")).status_code == 204
    answer = await anonymous.get(feed["path"])
    assert (answer.status_code, answer.json()["code"]) == (404, "calendar_feed_not_found")
    assert (await diary.client.delete(f"{own}/{feed['id']}")).status_code == 404


@pytest.mark.parametrize("secret", ["A" * 43, "short", "A" * 43 + "%00"])
async def test_a_made_up_address_leads_nowhere(diary, anonymous, secret):
    await diary.made(f"/clinicians/{diary.clinician['id']}/calendar-feeds", {})
    assert (await anonymous.get(f"/calendar/{secret}.ics")).status_code in {404, 422}


async def test_an_address_that_is_read_does_not_get_into_the_log(diary, anonymous, capsys):
    feed = await diary.made(f"/clinicians/{diary.clinician['id']}/calendar-feeds", {})
    await anonymous.get(feed["path"])
    shown = capsys.readouterr()
    assert feed["path"] not in shown.out + shown.err


async def test_unknown_clinicians_have_no_calendar(diary):
    unknown = "01970000-0000-7000-8000-000000000000"
    for path in ("calendar.ics", "calendar-feeds"):
        answer = await diary.client.get(f"/clinicians/{unknown}/{path}")
        assert (answer.status_code, answer.json()["code"]) == (404, "clinician_not_found")
    assert (await diary.client.post(f"/clinicians/{unknown}/calendar-feeds", json={})).status_code == 404
