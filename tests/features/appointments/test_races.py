"""Appointments when many book at once."""

import asyncio
import random
from collections import Counter
from itertools import combinations

import pytest

from tests.features.appointments.conftest import Diary, at

DAY = "2030-03-11"


@pytest.fixture
async def shared(live):
    return await Diary(live).open()


def overlap(one: dict, other: dict) -> bool:
    return one["start_at"] < other["end_at"] and other["start_at"] < one["end_at"]


async def test_of_forty_who_want_one_clinician_only_those_that_do_not_overlap_are_booked(shared):
    draw = random.Random(40)
    patients = [(await shared.patient())["id"] for _ in range(40)]
    bodies = [
        await shared.body(
            f"{DAY}T{9 + draw.randrange(3):02d}:{draw.randrange(0, 60, 5):02d}:00Z",
            f"{draw.randrange(10, 65, 5)}m",
            patient_id=patient,
        )
        for patient in patients
    ]
    answers = await asyncio.gather(*(shared.client.post("/appointments", json=body) for body in bodies))
    assert {answer.status_code for answer in answers} == {201, 409}
    booked = await shared.listed()
    made = {answer.json()["id"] for answer in answers if answer.status_code == 201}
    assert {one["id"] for one in booked} == made
    for one, other in combinations(booked, 2):
        assert not overlap(one, other)
    for answer, body in zip(answers, bodies, strict=True):
        if answer.status_code == 409:
            assert answer.json()["code"] == "clinician_double_booked"
            assert answer.json()["clash"]["appointment_id"] in made
            again = await shared.client.post("/appointments", json=body)
            assert again.status_code == 409, "there was really something in the way"


async def test_of_twenty_who_want_one_patient_at_once_one_succeeds(shared):
    patient = (await shared.patient())["id"]
    staff = [(await shared.another_clinician(f"Dr {number}"))["id"] for number in range(20)]
    bodies = [await shared.body(f"{DAY}T09:00:00Z", patient_id=patient, clinician_id=one) for one in staff]
    answers = await asyncio.gather(*(shared.client.post("/appointments", json=body) for body in bodies))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}


async def test_those_who_move_into_one_time_do_not_meet_there(shared):
    made = [await shared.book(f"{DAY}T{hour:02d}:00:00Z") for hour in range(8, 18)]
    bodies = [await shared.body(f"{DAY}T20:00:00Z", patient_id=one["patient_id"]) for one in made]
    calls = [shared.client.put(f"/appointments/{one['id']}", json=body) for one, body in zip(made, bodies, strict=True)]
    answers = await asyncio.gather(*calls)
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 9}


async def test_a_plain_and_an_overriding_booking_at_once_leave_a_legal_diary(shared):
    for number in range(8):
        start = f"2030-04-{number + 1:02d}T09:00:00Z"
        plain, over = await shared.body(start), {**await shared.body(start), "allow_overlap": True}
        answers = await asyncio.gather(*(shared.client.post("/appointments", json=body) for body in (plain, over)))
        assert answers[1].status_code == 201
        assert answers[0].status_code in {201, 409}
        assert (await shared.try_to_book(start)).status_code == 409


async def test_cancelling_and_attending_at_once_one_succeeds(shared):
    for _ in range(5):
        made = await shared.book("2026-03-09T09:30:00Z")
        cancelled, attended = await asyncio.gather(
            shared.post(made, "cancel"), shared.post(made, "attended", {"attended_at": at("09:30")})
        )
        assert sorted([cancelled.status_code, attended.status_code]) == [200, 409]
        status = (await shared.read(made))["status"]
        assert status == ("cancelled" if cancelled.status_code == 200 else "attended")
        if status == "attended":
            await shared.client.delete(f"/patients/{made['patient_id']}")


async def test_nothing_of_a_patient_stays_who_is_deleted_meanwhile(shared):
    for number in range(8):
        patient = (await shared.patient())["id"]
        first = await shared.book(f"2030-05-{number + 1:02d}T09:00:00Z", patient_id=patient)
        later = await shared.body(f"2030-05-{number + 1:02d}T11:00:00Z", patient_id=patient)
        booked, moved, cancelled, deleted = await asyncio.gather(
            shared.client.post("/appointments", json=later),
            shared.client.put(f"/appointments/{first['id']}", json={**later, "start_at": first["start_at"]}),
            shared.post(first, "cancel"),
            shared.client.delete(f"/patients/{patient}"),
        )
        assert deleted.status_code == 204
        assert booked.status_code in {201, 422}
        assert moved.status_code in {200, 404, 409}
        assert cancelled.status_code in {200, 404}
        assert await shared.listed() == []
    totals = (await shared.client.get("/appointments/statistics")).json()["totals"]
    assert totals["scheduled"] == 0
