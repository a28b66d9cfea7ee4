"""What becomes of appointments: moved, cancelled, attended, missed, rebooked; and what time alone does."""

import pytest

from tests.features.appointments.conftest import at


async def test_the_status_follows_from_what_was_noted_and_from_the_time(diary, frozen):
    made = await diary.book(at("09:30"))
    frozen(hours=1, minutes=59, seconds=59)
    assert (await diary.read(made))["status"] == "active"
    frozen(hours=2)
    shown = await diary.read(made)
    assert (shown["status"], shown["version"]) == ("missed", 1), "nothing was written"


async def test_what_the_client_has_is_not_confirmed_when_time_has_changed_it(diary, frozen):
    made = await diary.book(at("09:30"))
    own, tag = f"/appointments/{made['id']}", {"If-None-Match": '"1"'}
    assert (await diary.client.get(own, headers=tag)).status_code == 304
    frozen(hours=2)
    answer = await diary.client.get(own, headers=tag)
    assert (answer.status_code, answer.json()["status"]) == (200, "missed")


# --- moving


async def test_moving_keeps_what_it_was(diary, frozen):
    made = await diary.book(at("09:30"), "45m", reason="Knee")
    other = await diary.another_clinician("Dr Rhys Pritchard")
    frozen(minutes=10)
    body = await diary.body(at("14:00"), "1h", patient_id=made["patient_id"], clinician_id=other["id"], reason="Hip")
    answer = await diary.client.put(f"/appointments/{made['id']}", json=body, headers={"If-Match": '"1"'})
    moved = answer.json()
    assert (answer.status_code, answer.headers["etag"], moved["version"]) == (200, '"2"', 2)
    assert (moved["start_at"], moved["duration_minutes"], moved["clinician_id"]) == (at("14:00"), 60, other["id"])
    assert (moved["reason"], moved["created_at"]) == ("Hip", made["created_at"])
    assert await diary.read(made) == moved
    history = (await diary.client.get(f"/appointments/{made['id']}/history")).json()["data"]
    assert [
        (step["version"], step["action"], step["at"], step["start_at"], step["end_at"], step["clinician_id"])
        for step in history
    ] == [
        (1, "booked", at("08:00"), at("09:30"), at("10:15"), diary.clinician["id"]),
        (2, "moved", at("08:10"), at("14:00"), at("15:00"), other["id"]),
    ]
    assert (await diary.try_to_book(at("09:30"))).status_code == 201, "its old time is free"
    stale = await diary.client.put(f"/appointments/{made['id']}", json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)


async def test_moving_into_another_is_refused_and_changes_nothing(diary):
    there = await diary.book(at("09:30"))
    made = await diary.book(at("11:00"))
    body = await diary.body(at("09:45"), patient_id=made["patient_id"])
    answer = await diary.client.put(f"/appointments/{made['id']}", json=body)
    assert (answer.status_code, answer.json()["clash"]["appointment_id"]) == (409, there["id"])
    assert await diary.read(made) == made
    within = await diary.body(at("11:10"), patient_id=made["patient_id"])
    assert (await diary.client.put(f"/appointments/{made['id']}", json=within)).status_code == 200


async def test_an_appointment_stays_with_its_patient(diary, refused):
    made = await diary.book()
    body = await diary.body(at("10:30"))
    answer = await diary.client.put(f"/appointments/{made['id']}", json=body)
    assert refused(answer) == [("/patient_id", "other_patient")]


@pytest.mark.parametrize("ended", ["missed", "cancelled", "attended"])
async def test_only_an_active_one_is_moved(diary, frozen, ended):
    made = await diary.book(at("09:30"))
    if ended == "cancelled":
        await diary.post(made, "cancel")
    elif ended == "attended":
        frozen(hours=1.5)
        await diary.post(made, "attended")
    else:
        frozen(hours=2)
    body = await diary.body(at("15:00"), patient_id=made["patient_id"])
    answer = await diary.client.put(f"/appointments/{made['id']}", json=body)
    assert answer.status_code == 409
    assert (answer.json()["code"], answer.json()["current"]) == ("appointment_not_active", ended)


# --- cancelling and attending


async def test_cancelling_is_final_and_doing_it_again_changes_nothing(diary, frozen):
    made = await diary.book()
    answer = await diary.post(made, "cancel", {"reason": "Asked for another day"})
    first = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert (first["status"], first["cancelled_at"], first["cancel_reason"]) == (
        "cancelled",
        at("08:00"),
        "Asked for another day",
    )
    frozen(minutes=5)
    again = await diary.post(made, "cancel", {"reason": "Another reason"})
    assert (again.status_code, again.json()) == (200, first)
    frozen(hours=1.6)
    attended = await diary.post(made, "attended")
    assert (attended.status_code, attended.json()["code"]) == (409, "appointment_cancelled")
    frozen(days=3)
    assert (await diary.read(made))["status"] == "cancelled", "it is not missed"


async def test_cancelling_needs_no_body(diary):
    made = await diary.book()
    answer = await diary.client.post(f"/appointments/{made['id']}/cancel")
    assert (answer.status_code, answer.json()["cancel_reason"]) == (200, None)


async def test_what_was_attended_is_not_cancelled(diary, frozen):
    made = await diary.book(at("09:30"))
    frozen(hours=1.5)
    answer = await diary.client.post(f"/appointments/{made['id']}/attended")
    assert (answer.status_code, answer.json()["attended_at"]) == (200, at("09:30"))
    cancelled = await diary.post(made, "cancel")
    assert (cancelled.status_code, cancelled.json()["code"]) == (409, "appointment_attended")
    frozen(days=1)
    assert (await diary.read(made))["status"] == "attended"


@pytest.mark.parametrize(
    ("now", "attended_at", "status"),
    [
        ({"minutes": 29}, None, 409),  # an hour and a minute before the start
        ({"minutes": 30}, None, 200),
        ({"hours": 2}, None, 200),  # just as it ends
        ({"hours": 2, "seconds": 1}, None, 409),
        ({"days": 2}, at("08:30"), 200),
        ({"days": 2}, at("10:00"), 200),
        ({"days": 2}, "2026-03-09T11:00:00+01:00", 200),
        ({"days": 2}, at("08:29"), 409),
        ({"days": 2}, at("10:01"), 409),
        ({"hours": 1}, at("09:04"), 200),  # a clock may be a little ahead
        ({"hours": 1}, at("09:30"), 409),  # nobody has been there yet
    ],
)
async def test_attendance_is_from_an_hour_before_the_start_to_the_end_and_never_ahead(
    diary, frozen, now, attended_at, status
):
    made = await diary.book(at("09:30"))
    frozen(**now)
    answer = await diary.post(made, "attended", {"attended_at": attended_at} if attended_at else None)
    assert answer.status_code == status, answer.text
    if status == 409:
        assert (answer.json()["earliest"], answer.json()["latest"]) == (at("08:30"), at("10:00"))
    else:
        assert (await diary.read(made))["status"] == "attended"


async def test_a_future_one_is_not_attended(diary):
    made = await diary.book("2026-04-09T09:30:00Z")
    assert (await diary.post(made, "attended")).status_code == 409


async def test_attending_again_changes_nothing_but_another_moment_corrects_it(diary, frozen):
    made = await diary.book(at("09:30"))
    frozen(hours=1.5)
    first = (await diary.post(made, "attended")).json()
    frozen(hours=5)
    assert (await diary.post(made, "attended")).json() == first
    corrected = (await diary.post(made, "attended", {"attended_at": at("09:20")})).json()
    assert (corrected["attended_at"], corrected["version"]) == (at("09:20"), 3)


# --- rebooking


async def test_a_missed_one_is_rebooked_and_stays_missed(diary, frozen):
    made = await diary.book(at("09:30"), reason="Knee", location="Ward 3")
    frozen(days=1)
    answer = await diary.post(made, "rebook", {"start_at": "2026-03-12T10:00:00Z", "duration": "45m"})
    new = answer.json()
    assert (answer.status_code, answer.headers["location"]) == (201, f"/appointments/{new['id']}")
    assert (new["rebooked_from"], new["status"], new["reason"], new["location"]) == (
        made["id"],
        "active",
        "Knee",
        "Ward 3",
    )
    assert (await diary.read(made))["status"] == "missed"
    again = await diary.post(made, "rebook", {"start_at": "2026-03-13T10:00:00Z", "duration": "45m"})
    assert (again.status_code, again.json()["code"]) == (409, "already_rebooked")
    assert (await diary.post(new, "cancel")).status_code == 200
    again = await diary.post(made, "rebook", {"start_at": "2026-03-13T10:00:00Z", "duration": "45m"})
    assert again.status_code == 201


async def test_there_is_nothing_to_rebook_while_it_is_active_or_when_it_was_attended(diary, frozen):
    made = await diary.book(at("09:30"))
    body = {"start_at": "2026-03-12T10:00:00Z", "duration": "45m"}
    answer = await diary.post(made, "rebook", body)
    assert (answer.status_code, answer.json()["current"]) == (409, "active")
    frozen(hours=1.5)
    await diary.post(made, "attended")
    answer = await diary.post(made, "rebook", body)
    assert (answer.status_code, answer.json()["current"]) == (409, "attended")


# --- staff who leave, and patients who are deleted


async def test_what_must_be_rebooked_is_listed_and_history_is_kept(diary, frozen):
    past = await diary.book("2026-03-02T09:30:00Z")
    ahead = await diary.book("2026-03-11T09:30:00Z")
    gone = await diary.book("2026-03-12T09:30:00Z")
    await diary.post(gone, "cancel")
    other = await diary.another_clinician("Dr Rhys Pritchard")
    clinic = await diary.made("/departments", {"name": "clinic"})
    elsewhere = await diary.book("2026-03-13T09:30:00Z", clinician_id=other["id"], department_id=clinic["id"])
    away = await diary.book("2026-03-20T09:30:00Z", clinician_id=other["id"])
    fine = await diary.book("2026-03-21T10:00:00Z", clinician_id=other["id"])

    assert await diary.listed(must_rebook="true") == []
    await diary.client.patch(f"/clinicians/{diary.clinician['id']}", json={"active": False})
    assert [one["id"] for one in await diary.listed(must_rebook="true")] == [ahead["id"]]
    await diary.client.patch(f"/departments/{clinic['id']}", json={"active": False})
    await diary.made(
        f"/clinicians/{other['id']}/absences", {"start_at": "2026-03-20T09:45:00Z", "end_at": "2026-03-21T10:00:00Z"}
    )
    expected = [ahead["id"], elsewhere["id"], away["id"]]
    assert [one["id"] for one in await diary.listed(must_rebook="true")] == expected
    of_other = await diary.listed(must_rebook="true", clinician_id=other["id"])
    assert [one["id"] for one in of_other] == expected[1:]
    assert [one["id"] for one in await diary.listed(must_rebook="false")] == [past["id"], gone["id"], fine["id"]]
    of_the_one_who_left = await diary.listed(clinician_id=diary.clinician["id"])
    assert [one["status"] for one in of_the_one_who_left] == ["missed", "active", "cancelled"]
    # It can be moved to somebody else, but not within the diary of who left.
    body = await diary.body("2026-03-11T09:30:00Z", patient_id=ahead["patient_id"], clinician_id=other["id"])
    assert (await diary.client.put(f"/appointments/{ahead['id']}", json=body)).status_code == 200
    assert [one["id"] for one in await diary.listed(must_rebook="true")] == expected[1:]


async def test_staff_whom_appointments_name_are_not_deleted(diary):
    await diary.book()
    answer = await diary.client.delete(f"/clinicians/{diary.clinician['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "clinician_in_use")
    answer = await diary.client.delete(f"/departments/{diary.department['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "department_in_use")
    other = await diary.another_clinician("Dr Rhys Pritchard")
    assert (await diary.client.delete(f"/clinicians/{other['id']}")).status_code == 204


async def test_a_deleted_patients_appointments_leave_every_read_and_their_times_are_free(diary):
    gone, stays = await diary.book(at("09:30")), await diary.book(at("11:00"))
    assert (await diary.client.delete(f"/patients/{gone['patient_id']}")).status_code == 204
    assert await diary.listed() == [stays]
    assert await diary.listed(patient_id=gone["patient_id"]) == []
    for path in (
        "/appointments?total=true&sort=-created_at",
        "/appointments?status=active",
        "/appointments?must_rebook=true",
        f"/clinicians/{diary.clinician['id']}/availability?from={at('09:00')}&to={at('12:00')}&duration=30m",
    ):
        assert (await diary.client.get(path)).status_code == 200
    totals = (await diary.client.get("/appointments/statistics")).json()["totals"]
    assert totals["scheduled"] == 1
    own = f"/appointments/{gone['id']}"
    for method, path in [
        ("GET", own),
        ("GET", f"{own}/history"),
        ("POST", f"{own}/cancel"),
        ("POST", f"{own}/attended"),
    ]:
        answer = await diary.client.request(method, path)
        assert (answer.status_code, answer.json()["code"]) == (404, "appointment_not_found")
    assert (await diary.try_to_book(at("09:30"))).status_code == 201


async def test_appointments_come_with_their_patients(diary, as_role):
    made = await diary.book(reason="Private")
    path = f"/patients/{made['patient_id']}?include=appointments"
    (one,) = (await diary.client.get(path)).json()["included"]["appointments"]
    assert (one["id"], one["status"], one["start_at"]) == (made["id"], "active", made["start_at"])
    assert "reason" not in one
    nobody = await diary.patient()
    listed = (await diary.client.get("/patients?include=appointments&sort=created_at")).json()["data"]
    assert [len(each["included"]["appointments"]) for each in listed] == [1, 0]
    assert listed[1]["id"] == nobody["id"]
    async with as_role("service") as service:
        assert (await service.get(path)).status_code == 403
