"""A restricted patient's tasks are hidden, and nobody else's."""

import pytest
from sqlalchemy import Uuid, literal_column
from sqlmodel import col

from features.patients import visible
from features.tasks.tables import Task

REASON = {"X-Break-Glass-Reason": "Unconscious in the emergency department"}


@pytest.fixture
async def hidden(ward):
    """A task of a patient whose record is restricted, beside one of the ward's own."""
    other = await ward.another_patient()
    task = await ward.order(patient_id=other["id"], task_type="zymurgy assay")
    answer = await ward.client.patch(f"/patients/{other['id']}", json={"restricted": True})
    assert answer.status_code == 200
    return task


async def test_others_tasks_go_on(ward, hidden):
    task = await ward.order()
    assert (await ward.move(task, "IN_PROGRESS", "ON_HOLD", "IN_PROGRESS", "COMPLETED"))["status"] == "COMPLETED"
    for group in ("task_type", "assignee", "month"):
        counted = (await ward.client.get("/tasks/statistics", params={"group_by": group})).json()
        assert (counted["totals"]["ordered"], counted["totals"]["completed"]) == (1, 1)
        assert "zymurgy" not in str(counted)


async def test_it_cannot_be_moved_but_by_who_gives_a_reason(ward, hidden, as_role):
    assert (await ward.try_to_move(hidden, "IN_PROGRESS")).json()["code"] == "restricted_record"
    body = {"new_status": "IN_PROGRESS", "reason": "taken on"}
    async with as_role("clinician") as clinician:
        path = f"/tasks/{hidden['id']}/transition"
        assert (await clinician.post(path, json=body)).status_code == 403
        moved = await clinician.post(path, json=body, headers=REASON)
        assert (moved.status_code, moved.json()["status"]) == (200, "IN_PROGRESS")
        counted = (await clinician.get("/tasks/statistics?group_by=task_type")).json()
        assert counted["totals"]["ordered"] == 1


def test_as_text_it_names_its_table_from_within():
    """A column of a table would bring the table along, and ask whether anybody at all is restricted."""
    assert ", task" in str(visible(col(Task.patient_id)))
    assert "FROM patient AS restricted \n" in str(visible(literal_column("task.patient_id", Uuid)))
