"""Lists of appointments, and who sees what of them."""

import pytest

from tests.features.appointments.conftest import at

EVERYBODY = ["admin", "auditor", "clinician", "nurse", "scheduler", "service"]
CAREGIVERS = {"admin", "clinician", "nurse", "scheduler"}


@pytest.fixture
async def six(diary, frozen):
    """In another order than that of their times: two of each status but attended, of which there is one."""
    made = {}
    for hour in (15, 9, 12, 10, 16, 11):
        made[hour] = await diary.book(at(f"{hour:02d}:00"))
    await diary.post(made[16], "cancel")
    await diary.post(made[10], "cancel")
    frozen(hours=3.25)
    await diary.post(made[11], "attended")
    frozen(hours=4.75)  # 12:45
    return made


async def hours(diary, made, **params: str) -> list[int]:
    by_id = {one["id"]: hour for hour, one in made.items()}
    return [by_id[one["id"]] for one in await diary.listed(**params)]


async def test_filters_and_sorting(diary, six):
    for params, expected in [
        ({}, [9, 10, 11, 12, 15, 16]),
        ({"sort": "-start_at"}, [16, 15, 12, 11, 10, 9]),
        ({"sort": "-created_at", "limit": "6"}, sorted(six, key=lambda hour: six[hour]["id"], reverse=True)),
        ({"status": "active"}, [15]),
        ({"status": "missed"}, [9, 12]),
        ({"status": "missed", "sort": "-start_at"}, [12, 9]),
        ({"status": "attended"}, [11]),
        ({"status": "cancelled"}, [10, 16]),
        ({"from": at("10:00"), "to": at("12:00")}, [10, 11]),
        ({"from": "2026-03-09T12:00:00+01:00", "status": "missed"}, [12]),
        ({"patient_id": six[12]["patient_id"]}, [12]),
        ({"clinician_id": diary.clinician["id"], "status": "active"}, [15]),
        ({"clinician_id": six[9]["patient_id"]}, []),
        ({"department_id": diary.department["id"], "to": at("10:00")}, [9]),
    ]:
        assert await hours(diary, six, **params) == expected, params


async def test_pages_by_cursor_keep_to_their_filters_while_time_passes(diary, six, frozen):
    seen, path = [], f"/appointments?limit=1&clinician_id={diary.clinician['id']}&status=missed"
    while path:
        page = (await diary.client.get(path)).json()
        seen += [one["start_at"] for one in page["data"]]
        path = page["links"]["next"]
        frozen(hours=4.8)
    assert seen == [at("09:00"), at("12:00")]


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"status": "late"}, "?status"),
        ({"from": "2026-03-09"}, "?from"),
        ({"sort": "reason"}, "?sort"),
        ({"must_rebook": "perhaps"}, "?must_rebook"),
        ({"since": at("09:00")}, "?since"),
        ({"patient_id": "banana"}, "?patient_id"),
    ],
)
async def test_what_a_list_does_not_know_is_pointed_at(diary, refused, params, pointer):
    assert refused(await diary.client.get("/appointments", params=params))[0][0] == pointer


# --- who may do what, and sees what


@pytest.mark.parametrize("role", EVERYBODY)
async def test_a_role_may_do_what_it_is_for_and_no_more(diary, as_role, role, frozen):
    made, other = await diary.book(at("09:30")), await diary.book(at("11:00"))
    missed = await diary.book("2026-03-02T09:30:00Z")
    clinician = f"/clinicians/{diary.clinician['id']}"
    own = f"/appointments/{made['id']}"
    period = {"start_at": "2026-03-12T00:00:00Z", "end_at": "2026-03-13T00:00:00Z"}
    calls = [
        ("GET", "/appointments", None, 200),
        ("GET", own, None, 200),
        ("GET", f"{own}/history", None, 200),
        ("GET", f"{own}/calendar.ics", None, 200),
        ("GET", "/appointments/statistics", None, 200),
        ("GET", f"{clinician}/availability?from={at('09:00')}&to={at('17:00')}&duration=30m", None, 200),
        ("GET", f"{clinician}/calendar.ics", None, 200),
        ("GET", f"{clinician}/calendar-feeds", None, 200),
        ("POST", f"{clinician}/calendar-feeds", {}, 201),
        ("GET", f"{clinician}/working-hours", None, 200),
        ("PUT", f"{clinician}/working-hours", {"hours": []}, 200),
        ("GET", f"{clinician}/absences", None, 200),
        ("POST", f"{clinician}/absences", period, 201),
        ("POST", "/appointments", await diary.body(at("13:00")), 201),
        ("PUT", own, await diary.body(at("14:00"), patient_id=made["patient_id"]), 200),
        ("POST", f"/appointments/{other['id']}/cancel", None, 200),
        ("POST", f"/appointments/{missed['id']}/rebook", {"start_at": at("15:00"), "duration": "30m"}, 201),
    ]
    async with as_role(role) as caller:
        for call, path, sent, status in calls:
            answer = await caller.request(call, path, json=sent)
            assert answer.status_code == (status if role in CAREGIVERS else 403), (call, path, answer.text)


async def test_a_scheduler_sees_no_reason_and_does_not_lose_it(diary, as_role):
    made = await diary.book(reason="A private matter")
    own = f"/appointments/{made['id']}"
    async with as_role("scheduler") as scheduler:
        for path in (own, "/appointments", f"{own}/history", f"/patients/{made['patient_id']}?include=appointments"):
            answer = await scheduler.get(path)
            assert answer.status_code == 200
            assert "private matter" not in answer.text
        body = await diary.body(at("14:00"), patient_id=made["patient_id"])
        moved = await scheduler.put(own, json=body)
        assert (moved.status_code, moved.json()["reason"]) == (200, None)
        cancelled = await scheduler.post(f"{own}/cancel")
        assert "private matter" not in cancelled.text
        again = await scheduler.post(f"{own}/rebook", json={"start_at": at("15:00"), "duration": "30m"})
        assert again.json()["reason"] is None
    async with as_role("nurse") as nurse:
        assert (await nurse.get(own)).json()["reason"] == "A private matter"
        assert (await nurse.get(again.headers["location"])).json()["reason"] == "A private matter"


@pytest.mark.parametrize("path", ["/appointments", "/appointments/statistics", "/appointments/x/history"])
async def test_a_stranger_learns_nothing(anonymous, path):
    answer = await anonymous.get(path, params={"colour": "red"})
    assert answer.status_code == 401


async def test_no_event_tells_why_somebody_comes(diary, database):
    made = await diary.book(reason="A private matter")
    await diary.post(made, "cancel", {"reason": "Another private matter"})
    data = await database.reads.source.fetch("SELECT CAST(data AS text) AS data FROM outbox")
    assert not any("private" in row["data"] for row in data)
