"""Booking: what is accepted, what is refused and where, and whom it takes the time of."""

import pytest

from rounds.data import new_id
from tests.features.appointments.conftest import at


async def test_a_booking_is_answered_as_it_is_read(diary):
    patient = await diary.patient()
    answer = await diary.try_to_book("2026-07-09T09:30:00+01:00", "1h30m", patient_id=patient["id"], reason="Knee")
    made = answer.json()
    assert answer.headers["location"] == f"/appointments/{made['id']}"
    assert answer.headers["etag"] == '"1"'
    assert made | {"id": None, "created_at": None, "updated_at": None} == {
        "id": None,
        "patient_id": patient["id"],
        "clinician_id": diary.clinician["id"],
        "department_id": diary.department["id"],
        "start_at": "2026-07-09T08:30:00Z",
        "end_at": "2026-07-09T10:00:00Z",
        "duration_minutes": 90,
        "time_zone": "Europe/London",
        "local_start": "2026-07-09T09:30:00+01:00",
        "local_end": "2026-07-09T11:00:00+01:00",
        "status": "active",
        "reason": "Knee",
        "location": None,
        "allow_overlap": False,
        "cancelled_at": None,
        "cancel_reason": None,
        "attended_at": None,
        "rebooked_from": None,
        "version": 1,
        "created_at": None,
        "updated_at": None,
    }
    assert await diary.read(made) == made
    assert await diary.listed() == [made]


@pytest.mark.parametrize(
    ("duration", "minutes"),
    [
        ("1h30m", 90),
        ("45m", 45),
        ("PT1H30M", 90),
        ("2h", 120),
        ("PT45M", 45),
        ("PT2H", 120),
        ("24h", 1440),
        ("5m", 5),
        ("90m", 90),
        ("0h05m", 5),
        ("PT0H5M", 5),
        ("23h60m", 1440),
    ],
)
async def test_durations_in_both_spellings(diary, duration, minutes):
    assert (await diary.book(at("09:30"), duration))["duration_minutes"] == minutes


@pytest.mark.parametrize(
    "duration",
    [
        *[
            "15s",
            "15",
            "1h 30",
            "-1h",
            "P1Y",
            "",
            "h",
            "m",
            "PT",
            "P1D",
            "PT15S",
            "pt1h",
            "1H",
            "1h30",
            "30m1h",
            "1.5h",
            "٣h",
        ],
        *[15, 15.0, True, ["45m"], {"minutes": 45}],
    ],
)
async def test_other_spellings_are_refused_with_those_that_are_accepted(diary, refused, duration):
    answer = await diary.client.post("/appointments", json={**await diary.body(), "duration": duration})
    assert refused(answer) == [("/duration", "duration_format")]
    for accepted in ("1h30m", "45m", "PT1H30M"):
        assert accepted in answer.json()["errors"][0]["detail"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"duration": "0m"}, ("/duration", "appointment_too_short")),
        ({"duration": "4m"}, ("/duration", "appointment_too_short")),
        ({"duration": "25h"}, ("/duration", "appointment_too_long")),
        ({"duration": "24h1m"}, ("/duration", "appointment_too_long")),
        ({"duration": None}, ("/duration", "end_or_duration")),
        ({"end_at": at("10:00")}, ("/duration", "end_and_duration")),
        ({"duration": None, "end_at": at("09:00")}, ("/end_at", "end_before_start")),
        ({"duration": None, "end_at": at("09:30")}, ("/end_at", "end_before_start")),
        ({"duration": None, "end_at": at("09:34")}, ("/end_at", "appointment_too_short")),
        ({"duration": None, "end_at": "2026-03-10T10:30:00Z"}, ("/end_at", "appointment_too_long")),
        ({"duration": None, "end_at": "2026-03-09T10:00:30Z"}, ("/end_at", "whole_minutes")),
        ({"duration": None, "end_at": "2026-03-09T10:00:00"}, ("/end_at", "moment_format")),
        ({"start_at": "2026-03-09T09:30:00"}, ("/start_at", "moment_format")),
        ({"start_at": "2026-03-09"}, ("/start_at", "moment_format")),
        ({"start_at": "2016-12-31T23:59:60Z"}, ("/start_at", "datetime_from_date_parsing")),
        ({"start_at": "2026-03-09T25:00:00Z"}, ("/start_at", "datetime_from_date_parsing")),
        ({"start_at": "1969-12-31T23:59:59Z"}, ("/start_at", "moment_range")),
        ({"start_at": "2200-01-01T00:00:00Z"}, ("/start_at", "moment_range")),
        ({"start_at": "0001-01-01T00:00:00+14:00"}, ("/start_at", "moment_format")),
        ({"start_at": 1773048600}, ("/start_at", "moment_format")),
        ({"time_zone": "Europe/Londn"}, ("/time_zone", "unknown_time_zone")),
        ({"time_zone": "europe/london"}, ("/time_zone", "unknown_time_zone")),
        ({"time_zone": "../../etc/passwd"}, ("/time_zone", "unknown_time_zone")),
        ({"time_zone": ""}, ("/time_zone", "unknown_time_zone")),
        ({"patient_id": str(new_id())}, ("/patient_id", "unknown_patient")),
        ({"clinician_id": str(new_id())}, ("/clinician_id", "unknown_clinician")),
        ({"department_id": str(new_id())}, ("/department_id", "unknown_department")),
        ({"patient_id": "banana"}, ("/patient_id", "uuid_parsing")),
        ({"allow_overlap": "yes"}, ("/allow_overlap", "bool_type")),
        ({"status": "attended"}, ("/status", "extra_forbidden")),
        ({"location": " "}, ("/location", "blank")),
        ({"reason": "a\u0000b"}, ("/reason", "control_character")),
    ],
)
async def test_what_is_wrong_is_pointed_at(diary, refused, change, expected):
    body = {**await diary.body(), **change}
    booked = await diary.book(at("15:00"))
    of_its_patient = body if "patient_id" in change else {**body, "patient_id": booked["patient_id"]}
    own = f"/appointments/{booked['id']}"
    for method, path, sent in [("POST", "/appointments", body), ("PUT", own, of_its_patient)]:
        ((pointer, code),) = refused(await diary.client.request(method, path, json=sent))
        assert (pointer, code) == expected
    assert await diary.listed() == [booked]


async def test_several_mistakes_are_told_at_once(diary, refused):
    body = {**await diary.body(), **{f"{who}_id": str(new_id()) for who in ("patient", "clinician", "department")}}
    answer = await diary.client.post("/appointments", json=body)
    assert [pointer for pointer, _ in refused(answer)] == ["/patient_id", "/clinician_id", "/department_id"]


async def test_who_takes_no_appointments_any_more_is_not_booked(diary, refused):
    gone = await diary.another_clinician("Dr Gone", active=False)
    closed = await diary.made("/departments", {"name": "closed", "active": False})
    answer = await diary.try_to_book(clinician_id=gone["id"])
    assert refused(answer) == [("/clinician_id", "inactive_clinician")]
    answer = await diary.try_to_book(department_id=closed["id"])
    assert refused(answer) == [("/department_id", "inactive_department")]


async def test_the_place_is_the_departments_address_or_else_the_clinicians(diary):
    async def place(**more: object) -> str | None:
        booked = await diary.book(at("10:00"), **more)
        await diary.post(booked, "cancel")
        return booked["location"]

    assert await place() is None
    await diary.made(f"/clinicians/{diary.clinician['id']}/address", {"line1": "Room 4", "postcode": "yo88qn"})
    assert await place() == "Room 4, YO8 8QN"
    await diary.made(f"/departments/{diary.department['id']}/address", {"line1": "14 Mill Lane", "city": "Selby"})
    assert await place() == "14 Mill Lane, Selby"
    assert await place(location="Ward 3") == "Ward 3"


# --- no double booking


async def test_a_clinician_has_one_patient_at_a_time_and_is_told_what_is_in_the_way(diary):
    there = await diary.book(at("09:30"), reason="Something private", patient_id=(await diary.patient())["id"])
    for start, duration in [("09:30", "30m"), ("09:00", "31m"), ("09:59", "5m"), ("09:00", "2h"), ("09:35", "10m")]:
        answer = await diary.try_to_book(at(start), duration)
        assert answer.status_code == 409, (start, answer.text)
        problem = answer.json()
        assert (problem["code"], problem["field"]) == ("clinician_double_booked", "clinician_id")
        assert problem["clash"] == {
            "appointment_id": there["id"],
            "start_at": at("09:30"),
            "end_at": at("10:00"),
        }
        assert at("09:30") in problem["detail"]
        for private in ("Something private", "Ada", there["patient_id"]):
            assert private not in answer.text
    for start in ("09:00", "10:00"):
        assert (await diary.try_to_book(at(start))).status_code == 201, "one may end when the other begins"
    assert len(await diary.listed()) == 3


async def test_a_patient_is_in_one_place_at_a_time(diary):
    there = await diary.book()
    other = await diary.another_clinician("Dr Rhys Pritchard")
    answer = await diary.try_to_book(at("09:45"), patient_id=there["patient_id"], clinician_id=other["id"])
    assert answer.status_code == 409
    problem = answer.json()
    assert (problem["code"], problem["field"]) == ("patient_double_booked", "patient_id")
    assert problem["clash"]["appointment_id"] == there["id"]
    assert (await diary.try_to_book(at("09:45"), clinician_id=other["id"])).status_code == 201


async def test_the_time_of_a_cancelled_one_is_free_and_that_of_an_attended_one_is_not(diary, frozen):
    first = await diary.book()
    assert (await diary.post(first, "cancel")).status_code == 200
    second = await diary.book()
    frozen(hours=1.5)
    assert (await diary.post(second, "attended")).status_code == 200
    assert (await diary.try_to_book()).status_code == 409
    frozen(days=1)
    assert (await diary.try_to_book()).status_code == 409, "the past is not free either"


async def test_a_refused_booking_leaves_nothing_behind(diary, database):
    await diary.book()
    assert (await diary.try_to_book()).status_code == 409
    count = await database.reads.source.fetchval("SELECT count(*) FROM appointment_change")
    events = await database.reads.source.fetchval("SELECT count(*) FROM outbox WHERE type LIKE 'rounds.appointment.%'")
    assert (count, events) == (1, 1)


# --- on purpose


async def test_booking_over_another_needs_the_scope_and_is_noted(diary, as_role):
    await diary.book()
    body = {**await diary.body(), "allow_overlap": True}
    async with as_role("clinician") as clinician:
        answer = await clinician.post("/appointments", json=body)
        assert answer.status_code == 403
        assert "appointments:override" in answer.json()["detail"]
    async with as_role("scheduler") as scheduler:
        answer = await scheduler.post("/appointments", json=body)
        assert answer.status_code == 201, answer.text
        assert answer.json()["allow_overlap"] is True
        history = (await scheduler.get(f"{answer.headers['location']}/history")).json()["data"]
    assert [(step["action"], step["allow_overlap"]) for step in history] == [("booked", True)]
    assert history[0]["actor_id"] is not None


async def test_later_bookings_keep_off_one_that_was_booked_over_another(diary):
    await diary.book(at("09:30"))
    over = await diary.book(at("09:45"), "45m", allow_overlap=True)
    answer = await diary.try_to_book(at("10:00"))  # after the first, within the second
    assert answer.status_code == 409
    assert answer.json()["clash"]["appointment_id"] == over["id"]
    answer = await diary.try_to_book(at("12:00"), patient_id=over["patient_id"])
    assert answer.status_code == 201
    other = await diary.another_clinician("Dr Rhys Pritchard")
    answer = await diary.try_to_book(at("10:15"), patient_id=over["patient_id"], clinician_id=other["id"])
    assert answer.json()["code"] == "patient_double_booked"
    assert (await diary.try_to_book(at("10:30"))).status_code == 201
    await diary.book(at("09:50"), allow_overlap=True)
    assert (await diary.post(over, "cancel")).status_code == 200
    assert (await diary.try_to_book(at("10:20"), "10m")).status_code == 201


async def test_an_overriding_one_that_becomes_plain_keeps_off_others(diary):
    await diary.book(at("09:30"))
    over = await diary.book(at("09:45"), allow_overlap=True)
    body = await diary.body(at("09:45"), patient_id=over["patient_id"])
    assert (await diary.client.put(f"/appointments/{over['id']}", json=body)).status_code == 409
    body = await diary.body(at("10:00"), patient_id=over["patient_id"])
    moved = await diary.client.put(f"/appointments/{over['id']}", json=body)
    assert (moved.status_code, moved.json()["allow_overlap"]) == (200, False)
    assert (await diary.try_to_book(at("10:15"))).status_code == 409


async def test_one_that_another_was_booked_over_can_be_changed_where_it_is(diary):
    first = await diary.book(at("09:30"))
    await diary.book(at("09:45"), allow_overlap=True)
    body = await diary.body(at("09:30"), patient_id=first["patient_id"], reason="Both knees")
    answer = await diary.client.put(f"/appointments/{first['id']}", json=body)
    assert (answer.status_code, answer.json()["reason"]) == (200, "Both knees"), answer.text
    body["start_at"] = at("09:40")
    assert (await diary.client.put(f"/appointments/{first['id']}", json=body)).status_code == 409
