"""Lists of tasks: filters, sorting, two ways of paging, the board, and what patients show of them."""

import random
from itertools import pairwise

import asyncpg
import pytest

from features.tasks import persistence
from features.tasks.handler import list_tasks
from features.tasks.schema import TaskBoardQuery, TaskQuery
from rounds.data import Read
from rounds.listings import Cursors
from tests.features.tasks.conftest import at

URGENCY = {"routine": 0, "urgent": 1, "stat": 2}
NEVER = "9999"


@pytest.fixture
async def nine(ward, frozen):
    """Tasks in another order than that of their due dates, some over, some without a due date; by name."""
    other, patient = await ward.another_clinician("Dr Rhys Pritchard"), await ward.another_patient()
    made = {}
    for number, (name, priority, due, whose, steps) in enumerate(
        [
            ("a", "urgent", "12:00", ward.clinician, []),
            ("b", "stat", "09:00", other, []),
            ("c", "routine", None, None, []),
            ("d", "stat", "18:00", ward.clinician, ["IN_PROGRESS"]),
            ("e", "routine", "08:30", ward.clinician, ["IN_PROGRESS", "ON_HOLD"]),
            ("f", "urgent", "08:15", other, ["IN_PROGRESS", "COMPLETED"]),
            ("g", "routine", "20:00", None, ["CANCELLED"]),
            ("h", "stat", None, other, ["IN_PROGRESS"]),
            ("i", "urgent", "12:00", None, []),
        ]
    ):
        frozen(minutes=number)
        task = await ward.order(
            priority=priority,
            due_at=due and at(due),
            assignee_id=whose and whose["id"],
            task_type="x-ray" if name in "adg" else "blood test",
            patient_id=(patient if name in "bh" else ward.patient)["id"],
        )
        made[name] = await ward.move(task, *steps)
    frozen(hours=1, minutes=30)  # 09:30
    return made


async def names(ward, nine, **params: str) -> str:
    by_id = {task["id"]: name for name, task in nine.items()}
    return "".join(by_id[task["id"]] for task in await ward.listed(**params))


async def test_filters_and_sorting(ward, nine):
    patient, clinician = nine["a"]["patient_id"], ward.clinician["id"]
    for params, expected in [
        ({}, "febaidgch"),
        ({"sort": "due_at"}, "febaidgch"),
        ({"sort": "-due_at"}, "hcgdiabef"),
        ({"sort": "created_at"}, "abcdefghi"),
        ({"sort": "-created_at"}, "ihgfedcba"),
        ({"sort": "priority"}, "cegafibdh"),
        ({"sort": "-priority"}, "hdbifagec"),
        ({"sort": "-priority,due_at"}, "bdhfiaegc"),
        ({"sort": "-priority,-created_at"}, "hdbifagec"),
        ({"status": "ORDERED"}, "baic"),
        ({"status": "IN_PROGRESS"}, "dh"),
        ({"status": "COMPLETED"}, "f"),
        ({"open": "true"}, "ebaidch"),
        ({"open": "false"}, "fg"),
        ({"priority": "stat"}, "bdh"),
        ({"priority": "stat", "sort": "-due_at"}, "hdb"),
        ({"task_type": "x-ray"}, "adg"),
        ({"task_type": "X-ray"}, ""),
        ({"assignee_id": clinician}, "ead"),
        ({"assignee_id": clinician, "status": "ON_HOLD"}, "e"),
        ({"patient_id": patient}, "feaidgc"),
        ({"patient_id": patient, "open": "true", "sort": "-priority"}, "diaec"),
        ({"overdue": "true"}, "eb"),
        ({"overdue": "true", "sort": "-priority"}, "be"),
        ({"overdue": "true", "status": "COMPLETED"}, ""),
        ({"overdue": "false"}, "faidgch"),
        ({"overdue": "false", "status": "ORDERED"}, "aic"),
        ({"due_from": at("12:00"), "due_to": at("20:00")}, "aid"),
        ({"due_to": at("12:00"), "open": "true"}, "eb"),
        ({"due_from": at("18:00")}, "dg"),
    ]:
        assert await names(ward, nine, **params) == expected, params
        assert (await ward.get("/tasks", total="true", **params))["pagination"]["total"] == len(expected), params
    assert {name for name, task in nine.items() if (await ward.read(task))["overdue"]} == set("eb")


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"status": "ordered"}, "?status"),
        ({"status": "LATE"}, "?status"),
        ({"priority": "high"}, "?priority"),
        ({"overdue": "perhaps"}, "?overdue"),
        ({"sort": "reason"}, "?sort"),
        ({"sort": "urgency"}, "?sort"),
        ({"sort": "priority,-priority"}, "?sort"),
        ({"patient_id": "banana"}, "?patient_id"),
        ({"assignee": "x"}, "?assignee"),
        ({"due_from": "2026-03-09"}, "?due_from"),
        ({"limit": "201"}, "?limit"),
        ({"offset": "10001"}, "?offset"),
        ({"cursor": "made-up"}, "?cursor"),
    ],
)
async def test_what_a_list_does_not_know_is_pointed_at(ward, refused, params, pointer):
    assert refused(await ward.client.get("/tasks", params=params))[0][0] == pointer


# --- paging


@pytest.fixture
async def many(ward):
    """Many tasks, of which many are equal in what they are sorted by."""
    draw = random.Random(7)
    for _ in range(60):
        await ward.order(
            priority=draw.choice(list(URGENCY)), due_at=draw.choice([None, at("09:00"), at("10:00"), at("11:00")])
        )


KEYS = {
    "due_at": lambda task: task["due_at"] or NEVER,
    "created_at": lambda task: task["created_at"],
    "priority": lambda task: URGENCY[task["priority"]],
}


@pytest.mark.parametrize("way", ["cursor", "offset"])
@pytest.mark.parametrize(
    "sort", ["due_at", "-due_at", "created_at", "-created_at", "priority", "-priority", "-priority,due_at"]
)
async def test_pages_show_each_task_once_and_in_order(ward, many, way, sort):
    found, path = [], f"/tasks?limit=7&sort={sort}{'&offset=0' if way == 'offset' else ''}"
    while path:
        page = await ward.get(path)
        found += page["data"]
        following = page["pagination"]["next_cursor"]
        path = (
            page["links"]["next"] if way == "offset" else following and f"/tasks?limit=7&sort={sort}&cursor={following}"
        )
    assert len({task["id"] for task in found}) == len(found) == 60
    assert found == await ward.listed(sort=sort, limit="200")
    for one, other in pairwise(found):
        for part in sort.split(","):
            key = KEYS[part.removeprefix("-")]
            before, after = (key(other), key(one)) if part.startswith("-") else (key(one), key(other))
            assert before <= after, sort
            if before != after:
                break


async def test_a_cursor_neither_skips_nor_repeats_while_tasks_come_go_and_move(ward, many):
    before = [task["id"] for task in await ward.listed(sort="-priority", limit="200")]
    seen, cursor = [], ""
    while cursor is not None:
        page = await ward.get(f"/tasks?limit=9&sort=-priority{cursor and '&cursor=' + cursor}")
        seen += [task["id"] for task in page["data"]]
        cursor = page["pagination"]["next_cursor"]
        await ward.order(priority="stat", due_at=at("08:00"))
        await ward.move(page["data"][0], "CANCELLED")
    assert [task for task in seen if task in set(before)] == before
    assert len(seen) == len(set(seen))


# --- the board


async def test_the_board_has_open_tasks_by_status_the_most_urgent_first(ward, nine):
    by_id = {task["id"]: name for name, task in nine.items()}

    async def columns(**params: str) -> dict:
        board = await ward.get("/tasks/board", **params)
        return {status: "".join(by_id[task["id"]] for task in tasks) for status, tasks in board["data"].items()}

    assert await columns() == {"ORDERED": "baic", "IN_PROGRESS": "dh", "ON_HOLD": "e"}
    assert await columns(assignee_id=ward.clinician["id"]) == {"ORDERED": "a", "IN_PROGRESS": "d", "ON_HOLD": "e"}
    assert await columns(patient_id=nine["b"]["patient_id"]) == {"ORDERED": "b", "IN_PROGRESS": "h", "ON_HOLD": ""}
    both = {"patient_id": nine["b"]["patient_id"], "assignee_id": ward.clinician["id"]}
    assert await columns(**both) == {"ORDERED": "", "IN_PROGRESS": "", "ON_HOLD": ""}


async def test_the_board_is_bounded_and_says_so(ward, nine):
    board = await ward.get("/tasks/board", limit="2")
    assert [len(tasks) for tasks in board["data"].values()] == [2, 2, 1]
    assert board["more"] == {"ORDERED": True, "IN_PROGRESS": False, "ON_HOLD": False}
    assert board["data"]["ON_HOLD"] == [await ward.read(nine["e"])]
    for params in ({"limit": "0"}, {"limit": "201"}, {"status": "ORDERED"}, {"patient_id": "x"}):
        assert (await ward.client.get("/tasks/board", params=params)).status_code == 422


# --- on patients


async def test_patients_include_their_tasks_the_latest_first(ward, nine):
    one = (await ward.get(f"/patients/{ward.patient['id']}", include="tasks"))["included"]["tasks"]
    assert [task["id"] for task in one] == [nine[name]["id"] for name in "igfedca"]
    assert one[0] == await ward.read(nine["i"])
    idle = await ward.another_patient()
    shown = (await ward.get("/patients", include="tasks"))["data"]
    counts = {patient["id"]: len(patient["included"]["tasks"]) for patient in shown}
    assert counts == {ward.patient["id"]: 7, nine["b"]["patient_id"]: 2, idle["id"]: 0}


# --- what it costs


FILL = """
WITH department AS (
    INSERT INTO department (id, name, version, created_at, updated_at)
    VALUES (gen_random_uuid(), 'any', 1, now(), now()) RETURNING id
), staff AS (
    INSERT INTO clinician (id, name, department_id, active, version, created_at, updated_at)
    SELECT gen_random_uuid(), 'Dr ' || n, department.id, true, 1, now(), now()
    FROM generate_series(1, 40) AS n CROSS JOIN department RETURNING id
), people AS (
    INSERT INTO patient (id, name, date_of_birth, sex, conditions, version, created_at, updated_at)
    SELECT gen_random_uuid(), 'Patient ' || n, '1990-01-01', 'other', '{}', 1, now(), now()
    FROM generate_series(1, 2000) AS n RETURNING id
), numbered AS (
    SELECT array(SELECT id FROM staff) AS staff, array(SELECT id FROM people) AS people
), ordered AS (
    INSERT INTO task (id, patient_id, assignee_id, task_type, priority, due_at, status, status_since, steps, version,
        created_at, updated_at)
    SELECT gen_random_uuid(), people[1 + n % 2000], staff[1 + n % 40], 'type ' || n % 20,
        (ARRAY['routine', 'routine', 'routine', 'urgent', 'stat'])[1 + hashint4(n) % 5 * sign(hashint4(n) % 5)::int],
        CASE WHEN n % 7 > 0 THEN at + interval '6 hours' END, 'ORDERED', at, 1, 1, at, at
    FROM (SELECT n, now() - n * interval '5 minutes' AS at FROM generate_series(1, 15000) AS n) AS n, numbered
    RETURNING id, status, created_at
)
INSERT INTO task_step (task_id, sequence, new_status, at) SELECT id, 1, status, created_at FROM ordered
"""
STATES = """
WITH moved AS (
    UPDATE task SET steps = 2, status = after FROM (
        SELECT id, CASE WHEN row_number() OVER (ORDER BY created_at DESC) % 40 = 0 THEN 'IN_PROGRESS'
            WHEN row_number() OVER (ORDER BY created_at DESC) > 1500 THEN 'CANCELLED' END AS after FROM task
    ) AS wanted
    WHERE wanted.id = task.id AND after IS NOT NULL RETURNING task.id, status
)
INSERT INTO task_step (task_id, sequence, previous_status, new_status, reason, at)
SELECT id, 2, 'ORDERED', status, 'so it is', now() FROM moved
"""


@pytest.fixture
async def hospital(cloned_url):
    """A database with fifteen thousand tasks, most of them over."""
    connection = await asyncpg.connect(cloned_url)
    try:
        # Checked one by one against tables that nothing is known of yet, the references would take an hour.
        await connection.execute("SET session_replication_role = replica")
        await connection.execute(FILL)
        await connection.execute(STATES)
        await connection.execute("VACUUM ANALYZE task")
        yield connection
    finally:
        await connection.close()


class Planner:
    """Stands in for the connections of reads: asks how a statement would be run."""

    def __init__(self, connection) -> None:
        self._connection = connection
        self.plans: list[str] = []

    async def fetch(self, sql: str, *arguments) -> list:
        rows = await self._connection.fetch(f"EXPLAIN (ANALYZE, BUFFERS, COSTS OFF) {sql}", *arguments)
        self.plans.append("\n".join(row[0] for row in rows))
        return []


def read_blocks(plan: str) -> int:
    """How many blocks the whole statement touched."""
    first = next(line for line in plan.splitlines() if "Buffers:" in line)
    return sum(int(part.partition("=")[2]) for part in first.split() if part.startswith(("hit=", "read=")))


FILTERED = [
    {},
    {"status": "CANCELLED"},
    {"status": "ORDERED"},
    {"status": "IN_PROGRESS"},
    {"open": True},
    {"priority": "stat"},
    {"task_type": "type 3"},
    {"assignee_id": "SELECT assignee_id FROM task LIMIT 1"},
    {"patient_id": "SELECT patient_id FROM task LIMIT 1"},
    {"overdue": True},
    {"overdue": False},
    {"assignee_id": "SELECT assignee_id FROM task LIMIT 1", "status": "ORDERED"},
    {"status": "ORDERED", "priority": "stat"},
]


async def test_every_list_under_every_sort_is_answered_from_an_index(hospital):
    for filters in FILTERED:
        given = {
            name: await hospital.fetchval(value) if str(value).startswith("SELECT") else value
            for name, value in filters.items()
        }
        for sort in ("due_at", "created_at", "priority"):
            for direction in ("", "-"):
                planner = Planner(hospital)
                query = TaskQuery(sort=f"{direction}{sort}", **given)
                await list_tasks(query, reads=Read(planner), cursors=Cursors(b"of the test"))
                (plan,) = planner.plans
                assert "Seq Scan" not in plan, (query, plan)
                blocks = read_blocks(plan)
                assert blocks < 600, (query, blocks, plan)

    clinician = await hospital.fetchval("SELECT assignee_id FROM task LIMIT 1")
    for query in (TaskBoardQuery(), TaskBoardQuery(assignee_id=clinician)):
        planner = Planner(hospital)
        await persistence.board(query, Read(planner))
        assert "Seq Scan" not in planner.plans[0], planner.plans[0]
        assert read_blocks(planner.plans[0]) < 600, planner.plans[0]
    planner = Planner(hospital)
    await persistence.of_patients([await hospital.fetchval("SELECT patient_id FROM task LIMIT 1")], Read(planner))
    assert "ix_task_patient_id_created_at_id" in planner.plans[0]
