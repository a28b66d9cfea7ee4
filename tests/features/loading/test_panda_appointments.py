"""`rounds import panda PATIENTS.json APPOINTMENTS.json`: as they are, once, and counted as published."""

import json
from collections import defaultdict
from datetime import UTC, datetime, timedelta
from itertools import product
from typing import Any

import pytest
import typer
from typer.testing import CliRunner

from features.loading.command import register
from features.loading.handler import Outcome, import_panda_patients
from features.loading.panda_appointments import import_panda_appointments

# As of a moment: missed appointments and their minutes, from the notes beside the published files.
TABLE = {
    "2023-03-01T00:00:00Z": {
        "gastroentology": (2, 75),
        "oncology": (4, 195),
        "orthopaedics": (7, 540),
        "paediatrics": (3, 180),
    },
    "2025-01-01T00:00:00Z": {
        "gastroentology": (3, 195),
        "oncology": (6, 375),
        "orthopaedics": (18, 1215),
        "paediatrics": (7, 375),
    },
}
MINUTES = {"15m": 15, "30m": 30, "1h": 60, "1h30m": 90, "2h": 120}


@pytest.fixture
async def imported(panda, database):
    """Both files, imported."""
    for name, read in (("patients", import_panda_patients), ("appointments", import_panda_appointments)):
        outcomes = [outcome async for outcome in read(panda / f"example_{name}.json", database=database)]
        assert outcomes == [Outcome(number, "created") for number in range(1, 101)]
    return json.loads((panda / "example_appointments.json").read_text(encoding="utf-8"))


async def everything(client) -> list[dict]:
    answer = await client.get("/appointments", params={"limit": 200, "total": "true"})
    assert answer.json()["pagination"]["total"] == 100
    return answer.json()["data"]


async def names(client, path: str) -> dict[str, str]:
    return {one["id"]: one["name"] for one in (await client.get(f"{path}?limit=200")).json()["data"]}


async def test_ids_names_and_moments_are_exact(client, imported):
    staff, departments = await names(client, "/clinicians"), await names(client, "/departments")
    assert sorted(departments.values()) == ["gastroentology", "oncology", "orthopaedics", "paediatrics"]
    assert len(staff) == 10
    found = {one["id"]: one for one in await everything(client)}
    for row in imported:
        one = found[row["id"]]
        patient = (await client.get(f"/patients/{one['patient_id']}")).json()
        start = datetime.fromisoformat(row["time"]).astimezone(UTC)
        assert patient["nhs_number"] == row["patient"]
        assert staff[one["clinician_id"]] == row["clinician"]
        assert departments[one["department_id"]] == row["department"]
        assert one["start_at"] == start.isoformat().replace("+00:00", "Z")
        assert one["duration_minutes"] == MINUTES[row["duration"]]
        assert datetime.fromisoformat(one["end_at"]) - start == timedelta(minutes=MINUTES[row["duration"]])
        assert one["location"] == row["postcode"]
        assert (one["status"] == "cancelled") == (row["status"] == "cancelled")
        assert (one["status"] == "attended") == (row["status"] == "attended")
    summer = next(row for row in imported if row["time"] == "2025-06-04T16:30:00+01:00")
    assert found[summer["id"]]["start_at"] == "2025-06-04T15:30:00Z"


async def test_importing_again_changes_nothing_whatever_happened_meanwhile(client, imported, panda, database):
    ahead = next(one for one in imported if one["status"] == "active")
    before = await everything(client)
    changes = await database.reads.source.fetchval("SELECT count(*) FROM appointment_change")
    path = panda / "example_appointments.json"
    again = [outcome async for outcome in import_panda_appointments(path, database=database)]
    assert [outcome.result for outcome in again] == ["unchanged"] * 100
    assert await everything(client) == before
    assert await database.reads.source.fetchval("SELECT count(*) FROM appointment_change") == changes
    await client.post(f"/appointments/{ahead['id']}/cancel")
    again = [outcome async for outcome in import_panda_appointments(path, database=database)]
    assert [outcome.result for outcome in again] == ["unchanged"] * 100
    assert (await client.get(f"/appointments/{ahead['id']}")).json()["status"] == "cancelled"


async def test_the_statistics_are_the_published_table(client, imported):
    for as_of, table in TABLE.items():
        answer = await client.get("/appointments/statistics", params={"group_by": "department", "as_of": as_of})
        statistics = answer.json()
        found = {row["department"]: (row["missed"], row["missed_minutes"]) for row in statistics["data"]}
        assert found == table, as_of
        totals = statistics["totals"]
        missed = tuple(map(sum, zip(*table.values(), strict=True)))
        assert (totals["missed"], totals["missed_minutes"]) == missed, as_of
        assert (totals["scheduled"], totals["attended"], totals["cancelled"]) == (100, 33, 8), as_of


async def test_they_agree_with_the_file_by_clinician_and_by_month(client, imported):
    names = ("scheduled", "attended", "cancelled", "missed", "missed_minutes")
    for group_by, as_of in product(("clinician", "month"), TABLE):
        answer = await client.get("/appointments/statistics", params={"group_by": group_by, "as_of": as_of})
        found = {row[group_by]: [row[name] for name in names] for row in answer.json()["data"]}
        assert found == counted(imported, group_by, datetime.fromisoformat(as_of)), (group_by, as_of)


def counted(rows: list[dict[str, Any]], group_by: str, as_of: datetime) -> dict[str, list[int]]:
    """What the file says: scheduled, attended, cancelled, missed, and the minutes of those."""
    expected: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0, 0, 0, 0])
    for row in rows:
        start = datetime.fromisoformat(row["time"]).astimezone(UTC)
        minutes = MINUTES[row["duration"]]
        counts = expected[row["clinician"] if group_by == "clinician" else f"{start:%Y-%m}"]
        counts[0] += 1
        counts[1] += row["status"] == "attended"
        counts[2] += row["status"] == "cancelled"
        over = start + timedelta(minutes=minutes) <= as_of
        if over and row["status"] not in {"attended", "cancelled"}:
            counts[3] += 1
            counts[4] += minutes
    return expected


ROW = {
    "patient": "1373645350",
    "status": "active",
    "time": "2030-06-04T16:30:00+01:00",
    "duration": "1h",
    "clinician": "Bethany Rice-Hammond",
    "department": "oncology",
    "postcode": "IM2N 4LG",
    "id": "01542f70-929f-4c9a-b4fa-e672310d7e78",
}


@pytest.fixture
async def importing(tmp_path, database, client):
    await client.post("/patients", json={"nhs_number": ROW["patient"], "name": "Ada", "date_of_birth": "1990-01-01"})

    async def importing(*rows: object) -> list[Outcome]:
        path = tmp_path / "appointments.json"
        path.write_text(json.dumps(rows), encoding="utf-8")
        return [outcome async for outcome in import_panda_appointments(path, database=database)]

    return importing


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"patient": "9434765919"}, "Nobody on record has this NHS number"),
        ({"patient": "1373645351"}, "/patient: The check digit does not fit"),
        ({"status": "late"}, "/status: Choose one of"),
        ({"time": "2030-06-04T16:30:00"}, "/time: Write the moment as RFC 3339"),
        ({"time": "2030-06-04T23:59:60Z"}, "/time: "),
        ({"duration": "15s"}, "/duration: Write the duration in hours and minutes"),
        ({"duration": "4m"}, "/duration: An appointment lasts 5 minutes at least"),
        ({"clinician": " "}, "/clinician: Write something"),
        ({"id": "banana"}, "/id: This is not an id"),
        ({"room": "4"}, "/room: There is no field of this name"),
    ],
)
async def test_a_row_that_is_refused_says_why_and_the_others_go_on(importing, change, reason):
    later = {**ROW, "id": "01542f70-929f-4c9a-b4fa-e672310d7e79", "time": "2030-06-05T16:30:00+01:00"}
    refused, created = await importing({**ROW, **change}, later)
    assert refused.result == "refused"
    assert reason in refused.reason
    assert created == Outcome(2, "created")


async def test_one_that_clashes_or_has_the_id_of_another_is_refused(importing):
    overlapping = {**ROW, "id": "01542f70-929f-4c9a-b4fa-e672310d7e79", "time": "2030-06-04T17:00:00+01:00"}
    other = {**ROW, "time": "2031-06-04T16:30:00+01:00"}
    first, second, third, fourth = await importing(ROW, overlapping, other, "nonsense")
    assert first.result == "created"
    assert "from 2030-06-04T15:30:00Z to 2030-06-04T16:30:00Z" in second.reason
    assert "An appointment with this id" in third.reason
    assert fourth.result == "refused"


def test_the_command_takes_both_files(panda, data_dir, monkeypatch):
    monkeypatch.setenv("ROUNDS_DATA_DIR", str(data_dir))
    cli = typer.Typer()
    register(cli)
    files = [str(panda / f"example_{name}.json") for name in ("patients", "appointments")]
    for result in ("100 created, 0 unchanged", "0 created, 100 unchanged"):
        done = CliRunner().invoke(cli, ["import", "panda", *files])
        assert done.exit_code == 0, done.output
        assert f"Patients: {result}, 0 refused." in done.output
        assert f"Appointments: {result}, 0 refused." in done.output
