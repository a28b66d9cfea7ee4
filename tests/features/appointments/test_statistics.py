"""Statistics: the tally agrees with a count one by one, whatever the period and the moment that asks."""

import csv
import io
import random
from collections import defaultdict
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import text

from tests.features.appointments.conftest import at

FIRST = datetime(2026, 1, 1, tzinfo=UTC)
NAMES = ("scheduled", "attended", "missed", "cancelled", "missed_minutes")


@pytest.fixture
async def many(diary, database):
    """Some hundred appointments at all hours over ten weeks, with what became of them."""
    draw = random.Random(13)
    other = await diary.another_clinician("Dr Rhys Pritchard")
    clinic = await diary.made("/departments", {"name": "clinic"})
    patient = (await diary.patient())["id"]
    rows = []
    for number in range(300):
        start = FIRST + timedelta(minutes=15 * draw.randrange(70 * 96))
        minutes = draw.choice([15, 45, 90, 1440])
        outcome = draw.choice(["cancelled", "attended", None, None])
        rows.append(
            {
                "patient": patient,
                "clinician": draw.choice([diary.clinician["id"], other["id"]]),
                "department": draw.choice([diary.department["id"], clinic["id"]]),
                "start": start,
                "end": start + timedelta(minutes=minutes),
                "cancelled": start if outcome == "cancelled" else None,
                "attended": start if outcome == "attended" else None,
                "minutes": minutes,
                "number": number,
            }
        )
    statement = text("""
        INSERT INTO appointment (id, patient_id, clinician_id, department_id, start_at, end_at, time_zone,
            allow_overlap, cancelled_at, attended_at, version, created_at, updated_at)
        VALUES (gen_random_uuid(), CAST(:patient AS uuid), CAST(:clinician AS uuid), CAST(:department AS uuid), :start,
            :end, 'Europe/London', true, :cancelled, :attended, 1, :start, :start)
    """)
    async with database.transaction() as db:
        names = ("patient", "clinician", "department", "start", "end", "cancelled", "attended")
        await db.execute(statement, [{name: row[name] for name in names} for row in rows])
    return rows


def counted(rows: list[dict], key, since: datetime, until: datetime, as_of: datetime) -> dict:
    expected = defaultdict(lambda: dict.fromkeys(NAMES, 0))
    for row in rows:
        if since <= row["start"] < until:
            counts = expected[key(row)]
            counts["scheduled"] += 1
            counts["attended"] += row["attended"] is not None
            counts["cancelled"] += row["cancelled"] is not None
            if row["attended"] is None and row["cancelled"] is None and row["end"] <= as_of:
                counts["missed"] += 1
                counts["missed_minutes"] += row["minutes"]
    return dict(expected)


KEYS = {
    "clinician": ("clinician_id", lambda row: row["clinician"]),
    "department": ("department_id", lambda row: row["department"]),
    "month": ("month", lambda row: f"{row['start']:%Y-%m}"),
}
MIDNIGHT = FIRST + timedelta(days=30)
NOON = MIDNIGHT + timedelta(hours=12, minutes=7)


@pytest.mark.parametrize("group_by", KEYS)
async def test_every_period_as_of_every_moment(diary, many, group_by):
    shown, key = KEYS[group_by]
    for since in (None, FIRST, FIRST + timedelta(days=3, hours=7), MIDNIGHT, NOON):
        for until in (None, MIDNIGHT + timedelta(days=1), NOON + timedelta(hours=1), FIRST + timedelta(days=69)):
            for as_of in (
                FIRST,
                MIDNIGHT,
                NOON,
                MIDNIGHT + timedelta(days=1),
                MIDNIGHT + timedelta(days=2),
                FIRST + timedelta(days=500),
            ):
                moments = {"from": since, "to": until, "as_of": as_of}
                params = {name: moment.isoformat() for name, moment in moments.items() if moment is not None}
                answer = await diary.client.get("/appointments/statistics", params={"group_by": group_by, **params})
                assert answer.status_code == 200, answer.text
                found = {row[shown]: {name: row[name] for name in NAMES} for row in answer.json()["data"]}
                far = datetime.max.replace(tzinfo=UTC)
                assert found == counted(many, key, since or FIRST, until or far, as_of), params
                totals = answer.json()["totals"]
                for name in NAMES:
                    assert totals[name] == sum(row[name] for row in found.values())


async def test_the_tally_follows_every_change(diary, database, frozen):
    async def agrees() -> None:
        differing = await database.reads.source.fetch("""
            WITH counted AS (
                SELECT CAST(start_at AT TIME ZONE 'UTC' AS date) AS day, clinician_id, department_id,
                       count(*) AS scheduled, count(attended_at) AS attended, count(cancelled_at) AS cancelled,
                       count(*) FILTER (WHERE attended_at IS NULL AND cancelled_at IS NULL) AS open,
                       coalesce(sum(duration_minutes) FILTER (WHERE attended_at IS NULL AND cancelled_at IS NULL), 0)
                           AS open_minutes
                FROM appointment WHERE deleted_at IS NULL GROUP BY 1, 2, 3
            ), kept AS (SELECT * FROM appointment_tally WHERE scheduled <> 0)
            (SELECT * FROM counted EXCEPT SELECT * FROM kept)
            UNION ALL (SELECT * FROM kept EXCEPT SELECT * FROM counted)
        """)
        assert differing == []

    made = [await diary.book(at(f"{hour:02d}:00")) for hour in range(9, 13)]
    await agrees()
    body = await diary.body("2026-03-10T09:00:00Z", "1h", patient_id=made[0]["patient_id"])
    await diary.client.put(f"/appointments/{made[0]['id']}", json=body)
    await diary.post(made[1], "cancel")
    await agrees()
    frozen(hours=3)
    await diary.post(made[2], "attended")
    await diary.client.delete(f"/patients/{made[3]['patient_id']}")
    await agrees()
    await database.reads.source.execute("DELETE FROM appointment_tally WHERE scheduled = 0")
    assert await database.reads.source.fetchval("SELECT sum(scheduled) FROM appointment_tally") == 3


async def test_minutes_become_money(diary, frozen):
    await diary.book(at("09:30"), "45m")
    await diary.book(at("11:00"), "30m")
    frozen(days=1)
    answer = await diary.client.get("/appointments/statistics", params={"cost_per_minute": "3.335"})
    assert answer.json()["data"][0]["missed_cost"] == answer.json()["totals"]["missed_cost"] == 250.13
    assert answer.json()["totals"]["missed_rate"] == 1.0
    answer = await diary.client.get("/appointments/statistics")
    assert answer.json()["totals"]["missed_cost"] is None


async def test_a_table_for_those_who_prefer_one(diary, frozen):
    named = await diary.made("/departments", {"name": "=HYPERLINK(1), “ears”"})
    await diary.book(at("09:30"), "45m", department_id=named["id"])
    frozen(days=1)
    answer = await diary.client.get("/appointments/statistics?cost_per_minute=2", headers={"Accept": "text/csv"})
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    head, group, total = csv.reader(io.StringIO(answer.text))
    assert head == [
        *("department", "department_id", "scheduled", "attended", "missed", "cancelled"),
        *("missed_minutes", "missed_rate", "missed_cost"),
    ]
    assert group == ["'=HYPERLINK(1), “ears”", named["id"], "1", "0", "1", "0", "45", "1.0", "90.0"]
    assert total == ["total", "", "1", "0", "1", "0", "45", "1.0", "90.0"]


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        ("*/*", "application/json"),
        ("application/json, text/csv", "application/json"),
        ("text/csv, application/json", "text/csv"),
        ("text/csv;q=0.9, application/json;q=0.8", "text/csv"),
        ("text/*", "text/csv"),
        ("application/json;q=0, */*", "text/csv"),
        ("text/csv;q=0", "application/json"),
        ("text/html", "application/json"),
        ("text/html, */*;q=0.1", "application/json"),
    ],
)
async def test_the_form_is_the_one_that_is_preferred(diary, accept, expected):
    answer = await diary.client.get("/appointments/statistics", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith(expected)


@pytest.mark.parametrize(
    ("params", "pointer"),
    [
        ({"group_by": "ward"}, "?group_by"),
        ({"from": "2026-01-01"}, "?from"),
        ({"to": "2026-01-01T00:00:00"}, "?to"),
        ({"from": at("09:00"), "to": at("09:00")}, "?from"),
        ({"as_of": "yesterday"}, "?as_of"),
        ({"cost_per_minute": "-1"}, "?cost_per_minute"),
        ({"cost_per_minute": "nan"}, "?cost_per_minute"),
        ({"colour": "red"}, "?colour"),
    ],
)
async def test_what_cannot_be_counted_is_pointed_at(diary, refused, params, pointer):
    assert refused(await diary.client.get("/appointments/statistics", params=params))[0][0] == pointer


@pytest.mark.parametrize("as_of", ["0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"])
async def test_the_ends_of_time(diary, as_of):
    await diary.book()
    answer = await diary.client.get("/appointments/statistics", params={"as_of": as_of})
    assert answer.json()["totals"]["missed"] == (as_of > "2026")
