"""What a list of patients shows of each at a glance, in one call and without a query for each patient."""

from datetime import timedelta

import pytest

from rounds import clock

GLANCE = "flags,latest_vitals,last_note,open_tasks,next_appointment,active_recommendations"


@pytest.fixture
async def two(client):
    """Maeve, with something of everything, and Ben, with nothing."""
    made = [
        (await client.post("/patients", json={"name": name, "date_of_birth": "1950-03-09"})).json()
        for name in ("Maeve Byrne", "Ben Carr")
    ]
    maeve = made[0]["id"]
    for taken_at, content in (
        ("2026-03-08T09:00:00Z", "BP 150/90 mmHg. HR 95. Allergic to penicillin (rash)."),
        ("2026-03-09T09:00:00Z", "HR 72. Avoid NSAIDs because of kidney disease."),
    ):
        note = {"taken_at": taken_at, "content": content, "type": "progress", "author": "Dr Okafor"}
        assert (await client.post(f"/patients/{maeve}/notes", json=note)).status_code == 201
    return [each["id"] for each in made]


async def _glance(client, ids):
    answer = await client.get("/patients", params={"ids": ",".join(ids), "include": GLANCE, "sort": "-name"})
    assert answer.status_code == 200, answer.text
    return {patient["id"]: patient["included"] for patient in answer.json()["data"]}


async def test_vitals_are_the_newest_of_each_and_the_last_note_is_named(client, two):
    maeve, ben = (await _glance(client, two))[two[0]], (await _glance(client, two))[two[1]]
    assert [(vital["name"], vital["value"]) for vital in maeve["latest_vitals"]] == [
        ("systolic_blood_pressure", 150), ("diastolic_blood_pressure", 90), ("heart_rate", 72)
    ]  # fmt: skip
    assert maeve["last_note"]["taken_at"] == "2026-03-09T09:00:00Z"
    assert maeve["last_note"]["author"] == "Dr Okafor"
    assert "content" not in maeve["last_note"]
    assert ben == {
        "flags": {"allergies": [], "avoid": [], "complete": True},
        "latest_vitals": [],
        "last_note": None,
        "open_tasks": {"count": 0, "urgent": 0, "overdue": 0, "next_due_at": None},
        "next_appointment": None,
        "active_recommendations": [],
    }


@pytest.mark.parametrize("chart_was_read", [False, True])
async def test_flags_are_those_of_the_chart_whether_it_has_been_made_or_not(client, two, chart_was_read):
    if chart_was_read:
        assert (await client.get(f"/patients/{two[0]}/chart")).status_code == 200
    flags = (await _glance(client, two))[two[0]]["flags"]
    assert flags["allergies"] == [{"substance": "penicillin", "reaction": "rash"}]
    assert [each["substance"] for each in flags["avoid"]] == ["nsaids"]
    await client.post(
        f"/patients/{two[0]}/notes",
        json={"taken_at": "2026-03-10T09:00:00Z", "content": "Also allergic to latex (hives)."},
    )
    flags = (await _glance(client, two))[two[0]]["flags"]
    assert {each["substance"] for each in flags["allergies"]} == {"penicillin", "latex"}


async def test_open_tasks_are_counted_with_those_that_press(client, two):
    now = clock.now()
    for more in (
        {},
        {"priority": "stat", "due_at": (now - timedelta(hours=1)).isoformat()},
        {"priority": "urgent", "due_at": (now + timedelta(hours=1)).isoformat()},
    ):
        assert (
            await client.post("/tasks", json={"patient_id": two[0], "task_type": "x-ray", **more})
        ).status_code == 201
    done = (await client.post("/tasks", json={"patient_id": two[0], "task_type": "ecg"})).json()
    await client.post(f"/tasks/{done['id']}/transition", json={"new_status": "CANCELLED", "reason": "Not needed"})
    tasks = (await _glance(client, two))[two[0]]["open_tasks"]
    assert (tasks["count"], tasks["urgent"], tasks["overdue"]) == (3, 2, 1)
    assert tasks["next_due_at"] is not None


async def test_the_next_appointment_is_neither_over_nor_cancelled(client, two):
    department = (await client.post("/departments", json={"name": "Orthopaedics"})).json()
    body = {"name": "Grace Okafor", "department_id": department["id"]}
    clinician = (await client.post("/clinicians", json=body)).json()
    booked = []
    for start in ("2031-03-10T10:00:00Z", "2031-03-09T10:00:00Z", "2031-03-08T10:00:00Z", "2020-03-08T10:00:00Z"):
        body = {"patient_id": two[0], "clinician_id": clinician["id"], "start_at": start, "duration": "30m"}
        booked.append((await client.post("/appointments", json=body)).json())
    await client.post(f"/appointments/{booked[2]['id']}/cancel")
    upcoming = (await _glance(client, two))[two[0]]["next_appointment"]
    assert (upcoming["id"], upcoming["clinician"]) == (booked[1]["id"], "Grace Okafor")


async def test_recommendations_are_those_that_wait_for_an_answer(client, two):
    first, second = [
        (await client.post("/recommendations", json={"patient_id": two[0], "recommendation": text})).json()
        for text in ("Walk", "Rest")
    ]
    await client.post(f"/recommendations/{first['id']}/feedback", json={"status": "declined", "reason": "No"})
    found = (await _glance(client, two))[two[0]]["active_recommendations"]
    assert [(each["id"], each["recommendation"]) for each in found] == [(second["id"], "Rest")]


async def test_what_is_not_shown_to_a_scheduler_is_not_included_either(as_role, client, two):
    async with as_role("scheduler") as scheduler:
        for name in ("flags", "latest_vitals", "last_note", "open_tasks"):
            assert (await scheduler.get("/patients", params={"include": name})).status_code == 403, name
        found = await scheduler.get("/patients", params={"include": "next_appointment"})
        assert found.status_code == 200


async def test_patients_are_listed_by_what_they_have(client, two, as_role):
    def whose(answer):
        assert answer.status_code == 200, answer.text
        return {each["id"] for each in answer.json()["data"]}

    for has in ("open_tasks", "active_recommendations", "open_tasks,active_recommendations"):
        assert whose(await client.get("/patients", params={"has": has})) == set()
    task = (await client.post("/tasks", json={"patient_id": two[1], "task_type": "x-ray"})).json()
    await client.post("/recommendations", json={"patient_id": two[0], "recommendation": "Walk"})
    assert whose(await client.get("/patients", params={"has": "open_tasks"})) == {two[1]}
    assert whose(await client.get("/patients", params={"has": "open_tasks", "q": "ben"})) == {two[1]}
    assert whose(await client.get("/patients", params={"has": "open_tasks", "q": "maeve"})) == set()
    assert whose(await client.get("/patients", params={"has": "active_recommendations"})) == {two[0]}
    assert whose(await client.get("/patients", params={"has": "notes, active_recommendations"})) == {two[0]}
    assert whose(await client.get("/patients", params={"has": "open_tasks,notes"})) == set()
    await client.post(f"/tasks/{task['id']}/transition", json={"new_status": "CANCELLED", "reason": "Not needed"})
    assert whose(await client.get("/patients", params={"has": "open_tasks"})) == set()
    refused = await client.get("/patients", params={"has": "money"})
    assert (refused.status_code, refused.json()["errors"][0]["pointer"]) == (422, "?has")
    async with as_role("scheduler") as scheduler:
        assert (await scheduler.get("/patients", params={"has": "open_tasks"})).status_code == 403


async def test_patients_are_found_by_ids_and_by_their_last_change(client, two):
    by_commas = (await client.get("/patients", params={"ids": ",".join(two)})).json()["data"]
    repeated = (await client.get("/patients", params={"ids": two})).json()["data"]
    assert {each["id"] for each in by_commas} == {each["id"] for each in repeated} == set(two)
    assert (await client.get("/patients", params={"ids": "nobody"})).status_code == 422
    later = (clock.now() + timedelta(days=1)).isoformat()
    assert (await client.get("/patients", params={"updated_from": later})).json()["data"] == []
    earlier = (clock.now() - timedelta(days=1)).isoformat()
    found = (await client.get("/patients", params={"updated_from": earlier, "ids": two[0]})).json()["data"]
    assert [each["id"] for each in found] == [two[0]]
