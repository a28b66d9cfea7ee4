"""Statistics of tasks against an example counted by hand; the machine counts many others."""

import pytest

from tests.features.tasks.conftest import at


@pytest.fixture
async def week(ward, frozen):
    """Four tasks of which one was done in time, one late, one cancelled, and one waits."""
    own = {"assignee_id": ward.clinician["id"]}
    timely = await ward.order(task_type="x-ray", due_at=at("12:00"), **own)
    late = await ward.order(task_type="x-ray", due_at=at("09:00"))
    gone = await ward.order(task_type="blood test", **own)
    waits = await ward.order(task_type="blood test", due_at=at("10:00"), **own)
    frozen(hours=1)  # 09:00
    await ward.move(timely, "IN_PROGRESS")
    await ward.move(gone, "CANCELLED")
    await ward.move(waits, "IN_PROGRESS")
    frozen(hours=2)  # 10:00
    await ward.move(timely, "ON_HOLD")
    await ward.move(late, "IN_PROGRESS")
    frozen(hours=2.5)  # 10:30
    await ward.move(timely, "IN_PROGRESS")
    await ward.move(late, "COMPLETED")
    frozen(hours=4)  # 12:00
    await ward.move(timely, "COMPLETED")
    frozen(hours=5)  # 13:00


HOUR = 3600.0
X_RAY = {
    "ordered": 2,
    "open": 0,
    "overdue": 0,
    "completed": 2,
    "cancelled": 0,
    "completed_in_time": 1,
    "completed_late": 1,
    "in_time_rate": 0.5,
    # One waited an hour, the other two; one took an hour and an hour and a half, the other half an hour.
    "seconds_in_status": {"ORDERED": 1.5 * HOUR, "IN_PROGRESS": 1.5 * HOUR, "ON_HOLD": 0.5 * HOUR},
}
BLOOD_TEST = {
    "ordered": 2,
    "open": 1,
    "overdue": 1,
    "completed": 0,
    "cancelled": 1,
    "completed_in_time": 0,
    "completed_late": 0,
    "in_time_rate": None,
    "seconds_in_status": {"ORDERED": HOUR, "IN_PROGRESS": 4 * HOUR, "ON_HOLD": None},
}
ALL = {
    "ordered": 4,
    "open": 1,
    "overdue": 1,
    "completed": 2,
    "cancelled": 1,
    "completed_in_time": 1,
    "completed_late": 1,
    "in_time_rate": 0.5,
    "seconds_in_status": {"ORDERED": 1.25 * HOUR, "IN_PROGRESS": 7 / 3 * HOUR, "ON_HOLD": 0.5 * HOUR},
}


def counts(group: dict) -> dict:
    return {name: group[name] for name in ALL}


async def test_by_type(ward, week):
    found = await ward.get("/tasks/statistics", group_by="task_type")
    assert [group["task_type"] for group in found["data"]] == ["blood test", "x-ray"]
    assert [counts(group) for group in found["data"]] == [BLOOD_TEST, X_RAY]
    totals = found["totals"]
    assert totals.pop("seconds_in_status") == pytest.approx(ALL["seconds_in_status"])
    assert totals == {name: value for name, value in ALL.items() if name != "seconds_in_status"}
    assert (found["as_of"], found["group_by"]) == (at("13:00"), "task_type")


async def test_by_assignee_with_what_is_nobodys_last(ward, week):
    found = await ward.get("/tasks/statistics", group_by="assignee")
    assert [(group["assignee"], group["assignee_id"], group["ordered"]) for group in found["data"]] == [
        ("Dr Grace Okafor", ward.clinician["id"], 3),
        (None, None, 1),
    ]
    assert found["totals"]["ordered"] == 4


async def test_by_month_and_within_a_period(ward, week, frozen):
    frozen(days=30)
    await ward.order()
    found = await ward.get("/tasks/statistics", group_by="month")
    assert [(group["month"], group["ordered"]) for group in found["data"]] == [("2026-03", 4), ("2026-04", 1)]
    for period, ordered in [
        ({"from": at("08:00"), "to": "2026-04-01T00:00:00Z"}, 4),
        ({"from": at("08:01")}, 1),
        ({"to": at("08:00")}, 0),
        ({"from": "2026-04-01T00:00:00+02:00"}, 1),
    ]:
        assert (await ward.get("/tasks/statistics", **period))["totals"]["ordered"] == ordered, period


async def test_nothing_is_nothing(ward):
    found = await ward.get("/tasks/statistics")
    assert found["data"] == []
    assert found["totals"] == {
        **dict.fromkeys(ALL, 0),
        "in_time_rate": None,
        "seconds_in_status": {"ORDERED": None, "IN_PROGRESS": None, "ON_HOLD": None},
    }


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"group_by": "priority"}, "?group_by"),
        ({"from": "2026-03-09"}, "?from"),
        ({"from": at("09:00"), "to": at("09:00")}, "?from"),
        ({"since": at("09:00")}, "?since"),
    ],
)
async def test_what_cannot_be_counted_is_pointed_at(ward, refused, params, pointer):
    assert refused(await ward.client.get("/tasks/statistics", params=params))[0][0] == pointer
