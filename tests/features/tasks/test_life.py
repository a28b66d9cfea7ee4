"""A task from its order to its end: what it may do, what it may not, and what is kept of it."""

import pytest

from features.tasks.transitions import ALLOWED, FINAL, OPEN, TaskStatus
from rounds.data import new_id
from tests.features.tasks.conftest import at

WAYS = {
    "ORDERED": [],
    "IN_PROGRESS": ["IN_PROGRESS"],
    "ON_HOLD": ["IN_PROGRESS", "ON_HOLD"],
    "COMPLETED": ["IN_PROGRESS", "COMPLETED"],
    "CANCELLED": ["CANCELLED"],
}
ROUTES = [
    ("GET", "", None),
    ("PATCH", "", {"description": "x"}),
    ("POST", "/transition", {"new_status": "IN_PROGRESS", "reason": "begun"}),
    ("GET", "/audit", None),
]


async def test_a_task_is_ordered_and_shown_as_it_was(ward, frozen):
    answer = await ward.client.post(
        "/tasks",
        json=ward.body(
            task_type="  blood test ",
            description="Urea\nand electrolytes",
            priority="urgent",
            due_at="2026-03-09T19:00:00+01:00",
            assignee_id=ward.clinician["id"],
        ),
    )
    assert answer.status_code == 201
    task = answer.json()
    own = f"/tasks/{task['id']}"
    assert (answer.headers["location"], answer.headers["etag"]) == (own, '"1"')
    assert {name: value for name, value in task.items() if name not in {"id", "created_by"}} == {
        "patient_id": ward.patient["id"],
        "task_type": "blood test",
        "description": "Urea\nand electrolytes",
        "priority": "urgent",
        "status": "ORDERED",
        "status_since": at("08:00"),
        "allowed": ["IN_PROGRESS", "CANCELLED"],
        "due_at": at("18:00"),
        "overdue": False,
        "assignee_id": ward.clinician["id"],
        "version": 1,
        "created_at": at("08:00"),
        "updated_at": at("08:00"),
    }
    again = await ward.client.get(own)
    assert (again.json(), again.headers["etag"]) == (task, '"1"')
    assert await ward.listed() == [task]


async def test_what_is_left_out_has_its_default(ward):
    task = await ward.order(priority=None)
    assert (task["priority"], task["description"], task["due_at"], task["assignee_id"]) == ("routine", None, None, None)


async def test_every_move_of_the_table_is_possible_and_no_other(ward):
    for status in TaskStatus:
        for wanted in TaskStatus:
            task = await ward.move(await ward.order(), *WAYS[status])
            answer = await ward.try_to_move(task, wanted)
            if wanted in ALLOWED[status]:
                assert answer.status_code == 200, (status, wanted)
                moved = answer.json()
                assert (moved["status"], moved["version"]) == (wanted, task["version"] + 1)
                assert answer.headers["etag"] == f'"{moved["version"]}"'
            else:
                problem = answer.json()
                assert (answer.status_code, problem["code"]) == (409, "transition_not_allowed"), (status, wanted)
                assert (problem["current"], problem["allowed"]) == (status, list(ALLOWED[status]))
                assert await ward.read(task) == task
                assert len(await ward.audit(task)) == len(WAYS[status]) + 1


def test_the_table_is_that_of_the_contract():
    assert {str(status): {str(after) for after in onward} for status, onward in ALLOWED.items()} == {
        "ORDERED": {"IN_PROGRESS", "CANCELLED"},
        "IN_PROGRESS": {"COMPLETED", "ON_HOLD", "CANCELLED"},
        "ON_HOLD": {"IN_PROGRESS", "CANCELLED"},
        "COMPLETED": set(),
        "CANCELLED": set(),
    }
    assert set(OPEN) | set(FINAL) == set(TaskStatus)


async def test_the_audit_has_every_step_from_the_first(ward, frozen):
    task = await ward.order()
    frozen(hours=1)
    await ward.try_to_move(task, "IN_PROGRESS", " begun\ntoday ")
    frozen(hours=2)
    await ward.try_to_move(task, "COMPLETED", "done")
    steps = await ward.audit(task)
    assert len({step.pop("actor_id") for step in steps}) == 1
    assert steps == [
        {
            "sequence": number,
            "previous_status": before,
            "new_status": after,
            "reason": reason,
            "actor": "tester",
            "at": at(when),
        }
        for number, before, after, reason, when in [
            (1, None, "ORDERED", None, "08:00"),
            (2, "ORDERED", "IN_PROGRESS", "begun\ntoday", "09:00"),
            (3, "IN_PROGRESS", "COMPLETED", "done", "10:00"),
        ]
    ]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({}, [("/new_status", "missing"), ("/reason", "missing")]),
        ({"new_status": "IN_PROGRESS"}, [("/reason", "missing")]),
        ({"new_status": "IN_PROGRESS", "reason": ""}, [("/reason", "string_too_short")]),
        ({"new_status": "IN_PROGRESS", "reason": " \n\t "}, [("/reason", "blank")]),
        ({"new_status": "IN_PROGRESS", "reason": "\u200b"}, [("/reason", "blank")]),
        ({"new_status": "IN_PROGRESS", "reason": None}, [("/reason", "string_type")]),
        ({"new_status": "IN_PROGRESS", "reason": "x" * 1001}, [("/reason", "string_too_long")]),
        ({"new_status": "in_progress", "reason": "x"}, [("/new_status", "enum")]),
        ({"new_status": "DONE", "reason": "x"}, [("/new_status", "enum")]),
        ({"new_status": 1, "reason": "x", "by": "me"}, [("/new_status", "enum"), ("/by", "extra_forbidden")]),
    ],
)
async def test_a_move_that_cannot_be_read_is_pointed_at_and_moves_nothing(ward, refused, body, expected):
    task = await ward.order()
    assert refused(await ward.client.post(f"/tasks/{task['id']}/transition", json=body)) == expected
    assert await ward.read(task) == task


@pytest.mark.parametrize(
    ("more", "expected"),
    [
        ({"task_type": None}, [("/task_type", "missing")]),
        ({"task_type": ""}, [("/task_type", "string_too_short")]),
        ({"task_type": "  "}, [("/task_type", "blank")]),
        ({"task_type": "a\nb"}, [("/task_type", "control_character")]),
        ({"priority": "high"}, [("/priority", "enum")]),
        ({"due_at": "2026-03-09T18:00:00"}, [("/due_at", "moment_format")]),
        ({"due_at": "2026-03-09"}, [("/due_at", "moment_format")]),
        ({"due_at": "1969-12-31T23:59:59Z"}, [("/due_at", "due_range")]),
        ({"due_at": "2200-01-01T00:00:00Z"}, [("/due_at", "due_range")]),
        ({"description": "a\u0000b"}, [("/description", "control_character")]),
        ({"status": "COMPLETED"}, [("/status", "extra_forbidden")]),
        ({"patient_id": "banana"}, [("/patient_id", "uuid_parsing")]),
        ({"patient_id": str(new_id())}, [("/patient_id", "unknown_patient")]),
        ({"assignee_id": str(new_id())}, [("/assignee_id", "unknown_clinician")]),
        (
            {"patient_id": str(new_id()), "assignee_id": str(new_id())},
            [("/patient_id", "unknown_patient"), ("/assignee_id", "unknown_clinician")],
        ),
    ],
)
async def test_an_order_that_cannot_be_is_pointed_at(ward, refused, more, expected):
    assert refused(await ward.client.post("/tasks", json=ward.body(**more))) == expected
    assert await ward.listed() == []


async def test_who_is_not_active_is_given_nothing_new_and_keeps_what_is_theirs(ward, refused):
    task = await ward.order(assignee_id=ward.clinician["id"])
    await ward.client.patch(f"/clinicians/{ward.clinician['id']}", json={"active": False})
    answer = await ward.client.post("/tasks", json=ward.body(assignee_id=ward.clinician["id"]))
    assert refused(answer) == [("/assignee_id", "inactive_assignee")]
    own = f"/tasks/{task['id']}"
    kept = await ward.client.patch(own, json={"priority": "stat", "assignee_id": ward.clinician["id"]})
    assert (kept.status_code, kept.json()["assignee_id"]) == (200, ward.clinician["id"])
    assert (await ward.client.patch(own, json={"assignee_id": None})).json()["assignee_id"] is None
    again = await ward.client.patch(own, json={"assignee_id": ward.clinician["id"]})
    assert refused(again) == [("/assignee_id", "inactive_assignee")]
    nobody = await ward.client.patch(own, json={"assignee_id": str(new_id())})
    assert refused(nobody) == [("/assignee_id", "unknown_clinician")]


async def test_a_clinician_who_has_tasks_stays(ward):
    await ward.order(assignee_id=ward.clinician["id"])
    answer = await ward.client.delete(f"/clinicians/{ward.clinician['id']}")
    assert (answer.status_code, answer.json()["code"]) == (409, "clinician_in_use")


# --- changing


async def test_a_patch_changes_what_it_names(ward, frozen, refused):
    task = await ward.order(description="Urea", due_at=at("18:00"))
    own = f"/tasks/{task['id']}"
    frozen(hours=1)
    answer = await ward.client.patch(
        own,
        json={"priority": "stat", "due_at": at("12:00"), "assignee_id": ward.clinician["id"]},
        headers={"If-Match": '"1"'},
    )
    changed = answer.json()
    assert (answer.status_code, answer.headers["etag"]) == (200, '"2"')
    assert changed == {
        **task,
        "priority": "stat",
        "due_at": at("12:00"),
        "assignee_id": ward.clinician["id"],
        "version": 2,
        "updated_at": at("09:00"),
    }
    emptied = await ward.client.patch(
        own, json={"description": None, "due_at": None}, headers={"Content-Type": "application/merge-patch+json"}
    )
    assert (emptied.json()["description"], emptied.json()["due_at"]) == (None, None)
    stale = await ward.client.patch(own, json={"priority": "routine"}, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 3)
    for body, pointer in [
        ({"status": "COMPLETED"}, "/status"),
        ({"patient_id": ward.patient["id"]}, "/patient_id"),
        ({"task_type": "x"}, "/task_type"),
        ({"priority": "high"}, "/priority"),
        ({"due_at": "2026-03-09T18:00:00"}, "/due_at"),
    ]:
        assert refused(await ward.client.patch(own, json=body))[0][0] == pointer
    assert len(await ward.audit(task)) == 1


@pytest.mark.parametrize("end", ["COMPLETED", "CANCELLED"])
async def test_what_is_over_is_not_changed(ward, end):
    task = await ward.move(await ward.order(), *WAYS[end])
    answer = await ward.client.patch(f"/tasks/{task['id']}", json={"priority": "stat"})
    problem = answer.json()
    assert (answer.status_code, problem["code"], problem["current"]) == (409, "task_final", end)
    assert problem["allowed"] == []
    assert await ward.read(task) == task


async def test_a_task_that_did_not_change_is_not_sent_again_unless_it_became_overdue(ward, frozen):
    task = await ward.order(due_at=at("09:00"))
    own = f"/tasks/{task['id']}"
    same = await ward.client.get(own, headers={"If-None-Match": '"1"'})
    assert (same.status_code, same.headers["etag"], same.content) == (304, '"1"', b"")
    frozen(hours=1)
    assert (await ward.client.get(own, headers={"If-None-Match": '"1"'})).status_code == 304, "due at this moment"
    frozen(hours=1, seconds=1)
    late = await ward.client.get(own, headers={"If-None-Match": '"1"'})
    assert (late.status_code, late.json()["overdue"]) == (200, True)
    done = await ward.move(task, "IN_PROGRESS", "COMPLETED")
    assert done["overdue"] is False
    assert (await ward.client.get(own, headers={"If-None-Match": '"3"'})).status_code == 304


async def test_an_order_sent_again_is_answered_again_and_done_once(ward):
    key = {"Idempotency-Key": "once"}
    first = await ward.client.post("/tasks", json=ward.body(), headers=key)
    again = await ward.client.post("/tasks", json=ward.body(), headers=key)
    assert (first.status_code, again.status_code, again.json()) == (201, 201, first.json())
    assert again.headers["idempotency-replayed"] == "true"
    assert len(await ward.listed()) == 1
    other = await ward.client.post("/tasks", json=ward.body(priority="stat"), headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_key_reused")


# --- what is not there


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_an_unknown_task_is_404_on_every_route(ward, method, path, body):
    answer = await ward.client.request(method, f"/tasks/{new_id()}{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "task_not_found")


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_a_deleted_patients_tasks_are_404_on_every_route_and_in_no_list(ward, method, path, body):
    task = await ward.order(assignee_id=ward.clinician["id"])
    assert (await ward.client.delete(f"/patients/{ward.patient['id']}")).status_code == 204
    answer = await ward.client.request(method, f"/tasks/{task['id']}{path}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "task_not_found")
    assert await ward.listed() == []
    assert not any((await ward.get("/tasks/board"))["data"].values())
    assert (await ward.get("/tasks/statistics"))["totals"]["ordered"] == 0


@pytest.mark.parametrize(("method", "path", "body"), ROUTES)
async def test_what_is_no_id_is_422(ward, refused, method, path, body):
    answer = await ward.client.request(method, f"/tasks/banana{path}", json=body)
    assert refused(answer) == [("path:task_id", "uuid_parsing")]


# --- who may


@pytest.mark.parametrize("role", ["admin", "auditor", "clinician", "nurse", "scheduler", "service"])
async def test_a_role_may_do_what_it_is_for_and_no_more(ward, as_role, role):
    task = await ward.order()
    calls = [
        ("GET", "/tasks", None, 200),
        ("GET", "/tasks/board", None, 200),
        ("GET", "/tasks/statistics", None, 200),
        ("POST", "/tasks", ward.body(), 201),
        *((method, f"/tasks/{task['id']}{path}", body, 200) for method, path, body in ROUTES),
        ("GET", f"/patients/{ward.patient['id']}?include=tasks", None, 200),
    ]
    async with as_role(role) as caller:
        for method, path, body, status in calls:
            answer = await caller.request(method, path, json=body)
            expected = status if role in {"admin", "clinician", "nurse"} else 403
            assert answer.status_code == expected, (method, path, answer.text)


@pytest.mark.parametrize("path", ["/tasks", "/tasks/board", "/tasks/statistics", "/tasks/x/audit"])
async def test_a_stranger_learns_nothing(anonymous, path):
    assert (await anonymous.get(path, params={"colour": "red"})).status_code == 401
