"""Free slots: working hours, less absences, less what is booked."""

import pytest

from tests.features.appointments.conftest import at


@pytest.fixture
def free(diary):
    async def free(since: str, until: str, duration: str = "30m", clinician: str | None = None) -> list[str]:
        path = f"/clinicians/{clinician or diary.clinician['id']}/availability"
        answer = await diary.client.get(path, params={"from": since, "to": until, "duration": duration})
        assert answer.status_code == 200, answer.text
        return [slot["start_at"] for slot in answer.json()["data"]]

    return free


async def set_hours(diary, hours: list[tuple[str, str, str]], **more: str) -> None:
    periods = [{"weekday": weekday, "start": start, "end": end} for weekday, start, end in hours]
    path = f"/clinicians/{diary.clinician['id']}/working-hours"
    answer = await diary.client.put(path, json={"hours": periods, **more})
    assert answer.status_code == 200, answer.text


async def test_slots_are_what_is_left_of_the_working_hours(diary, free):
    await set_hours(diary, [("monday", "09:00", "12:00"), ("monday", "14:00", "15:00")])
    await diary.book(at("09:30"), "45m")
    gone = await diary.book(at("11:00"))
    await diary.post(gone, "cancel")
    assert await free(at("00:00"), "2026-03-10T00:00:00Z") == [
        *(at("09:00"), at("10:15"), at("10:45"), at("11:15")),
        *(at("14:00"), at("14:30")),
    ]
    assert await free(at("00:00"), "2026-03-10T00:00:00Z", "1h") == [at("10:15"), at("14:00")]
    assert await free(at("11:05"), at("12:00")) == [at("11:05")]
    # Every one of them can be booked.
    for start in await free(at("00:00"), "2026-03-10T00:00:00Z"):
        assert (await diary.try_to_book(start)).status_code == 201
    assert await free(at("00:00"), "2026-03-10T00:00:00Z") == []


async def test_what_is_past_is_not_free(diary, free, frozen):
    await set_hours(diary, [("monday", "09:00", "12:00")])
    frozen(hours=2, minutes=41)
    assert await free(at("00:00"), "2026-03-10T00:00:00Z") == [at("10:45"), at("11:15")]
    frozen(days=1)
    assert await free(at("00:00"), "2026-03-10T00:00:00Z") == []


async def test_nobody_is_free_on_leave(diary, free):
    await set_hours(diary, [("monday", "09:00", "11:00")])
    own = f"/clinicians/{diary.clinician['id']}/absences"
    absence = await diary.made(own, {"start_at": at("08:00"), "end_at": at("09:45")})
    assert await free(at("00:00"), "2026-03-10T00:00:00Z") == [at("09:45"), at("10:15")]
    assert (await diary.client.delete(f"{own}/{absence['id']}")).status_code == 204
    assert len(await free(at("00:00"), "2026-03-10T00:00:00Z")) == 4


async def test_hours_are_those_of_the_clock_in_summer_and_in_winter(diary, free):
    await set_hours(diary, [("sunday", "00:30", "03:00"), ("monday", "09:00", "10:00")])
    # Clocks go from 01:00 to 02:00, so this night is an hour shorter; on Monday nine o'clock is eight in UTC.
    assert await free("2026-03-28T12:00:00Z", "2026-03-31T00:00:00Z") == [
        *("2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z", "2026-03-29T01:30:00Z"),
        *("2026-03-30T08:00:00Z", "2026-03-30T08:30:00Z"),
    ]
    autumn = await free("2026-10-24T12:00:00Z", "2026-10-25T12:00:00Z")
    assert (autumn[0], len(autumn)) == ("2026-10-24T23:30:00Z", 7), "and this one is an hour longer"


async def test_hours_may_be_meant_in_another_zone_and_last_to_midnight(diary, free):
    await set_hours(diary, [("monday", "22:00", "24:00")], time_zone="Asia/Kathmandu")
    assert await free(at("08:00"), at("23:00"), "1h") == [at("16:15"), at("17:15")]


async def test_monday_to_friday_is_assumed_until_something_is_set(diary, free):
    path = f"/clinicians/{diary.clinician['id']}/availability"
    answer = await diary.client.get(
        path, params={"from": "2026-03-13T00:00:00Z", "to": "2026-03-17T00:00:00Z", "duration": "PT8H"}
    )
    assert answer.json()["assumed_hours"] is True
    assert [slot["start_at"][:13] for slot in answer.json()["data"]] == ["2026-03-13T09", "2026-03-16T09"]
    await set_hours(diary, [])
    assert await free("2026-03-13T00:00:00Z", "2026-03-17T00:00:00Z") == []


async def test_who_is_not_active_has_no_slots_and_who_does_not_exist_no_availability(diary, free):
    gone = await diary.another_clinician("Dr Gone", active=False)
    assert await free(at("09:00"), at("17:00"), clinician=gone["id"]) == []
    path = "/clinicians/01970000-0000-7000-8000-000000000000/availability"
    answer = await diary.client.get(path, params={"from": at("09:00"), "to": at("17:00"), "duration": "30m"})
    assert (answer.status_code, answer.json()["code"]) == (404, "clinician_not_found")


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"duration": "15s"}, ("?duration", "duration_format")),
        ({"duration": "4m"}, ("?duration", "appointment_too_short")),
        ({"duration": None}, ("?duration", "missing")),
        ({"from": at("17:00"), "to": at("09:00")}, ("?from", "ends_before_it_begins")),
        ({"to": "2026-04-30T09:00:00Z"}, ("?to", "too_many_days")),
        ({"from": "2026-03-09"}, ("?from", "moment_format")),
    ],
)
async def test_what_is_wrong_is_pointed_at(diary, refused, change, expected):
    params = {"from": at("09:00"), "to": at("17:00"), "duration": "30m", **change}
    params = {name: value for name, value in params.items() if value is not None}
    path = f"/clinicians/{diary.clinician['id']}/availability"
    assert refused(await diary.client.get(path, params=params)) == [expected]
