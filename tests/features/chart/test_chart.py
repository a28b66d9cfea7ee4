"""The chart over HTTP: kept until something changes, and gone with what it was made of."""

import pytest
from sqlalchemy import text

from features.chart import chart_making, handler
from tests.features.summaries.conftest import REVIEW, VISIT


@pytest.fixture
def made(monkeypatch):
    """A list that grows by one with each chart that is made."""
    charts: list[bytes] = []
    make = chart_making.make_chart

    def counted(*given):
        charts.append(make(*given))
        return charts[-1]

    monkeypatch.setattr(chart_making, "make_chart", counted)
    return charts


async def test_it_tells_what_is_true_now_and_where_it_stands(client, patient, note):
    notes = {one["id"]: one for one in (await note(VISIT, day=1), await note(REVIEW, day=15))}
    answer = await client.get(f"/patients/{patient}/chart")
    assert answer.status_code == 200, answer.text
    chart = answer.json()
    assert chart["patient_id"] == patient
    assert [each["note_id"] for each in chart["notes_used"]] == sorted(notes, reverse=True)
    (amlodipine,) = [line for line in chart["medications"] if line["name"] == "amlodipine"]
    assert (amlodipine["status"], amlodipine["dose"]) == ("current", "10 mg")
    assert {each["note_id"] for each in amlodipine["history"]} == set(notes)
    assert [(line["substance"], line["status"]) for line in chart["allergies"]] == [("penicillin", "present")]
    assert [line["relative"] for line in chart["family_history"]] == ["father"]
    latest = {line["name"]: line["value"] for line in chart["measurements"]}
    assert (latest["systolic_blood_pressure"], latest["weight"], latest["heart_rate"]) == (118, 79, 72)
    for kind in ("problems", "medications", "allergies", "family_history", "measurements"):
        for line in chart[kind]:
            for citation in line["citations"]:
                content = notes[citation["note_id"]]["content"]
                assert content[citation["start"] : citation["end"]] == citation["quote"]


async def test_nothing_is_known_of_a_patient_without_notes(client, patient):
    chart = (await client.get(f"/patients/{patient}/chart")).json()
    assert {kind for kind, lines in chart.items() if lines} == {"patient_id", "as_of"}


async def test_it_is_made_once_and_kept(client, patient, note, made):
    await note(VISIT)
    first = await client.get(f"/patients/{patient}/chart")
    again = await client.get(f"/patients/{patient}/chart")
    assert again.content == first.content
    assert again.headers["ETag"] == first.headers["ETag"]
    same = await client.get(f"/patients/{patient}/chart", headers={"If-None-Match": first.headers["ETag"]})
    assert (same.status_code, same.content) == (304, b"")
    assert len(made) == 1


async def test_a_new_note_is_seen_at_once(client, patient, note, made):
    await note(VISIT, day=1)
    first = await client.get(f"/patients/{patient}/chart")
    await note("Amlodipine stopped.", day=9)
    then = await client.get(f"/patients/{patient}/chart", headers={"If-None-Match": first.headers["ETag"]})
    assert then.status_code == 200
    assert [line["status"] for line in then.json()["medications"]] == ["stopped"]
    assert len(made) == 2


async def test_a_deleted_note_leaves_no_trace(app, client, patient, note):
    await note(VISIT, day=1)
    gone = await note("Anaphylaxis to peanuts. Adrenaline given.", day=20)
    own = f"/patients/{patient}/chart"
    assert "peanut" in (await client.get(own)).text.lower()
    assert (await client.get(f"{own}?as_of=2026-03-25")).status_code == 200
    assert (await client.delete(f"/patients/{patient}/notes/{gone['id']}")).status_code == 204
    async with app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM chart")) == 0
    for path in (own, f"{own}?as_of=2026-03-25"):
        after = (await client.get(path)).text.lower()
        assert "peanut" not in after
        assert gone["id"] not in after


async def test_a_note_deleted_while_a_chart_is_made_does_not_live_on_in_it(live_app, live, monkeypatch):
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    body = {"content": VISIT, "taken_at": "2026-03-01T09:00:00Z"}
    gone = (await live.post(f"/patients/{patient}/notes", json=body)).json()["id"]
    reconciled = handler.reconciled

    async def overtaken(*given):
        chart = await reconciled(*given)
        assert (await live.delete(f"/patients/{patient}/notes/{gone}")).status_code == 204
        return chart

    monkeypatch.setattr(handler, "reconciled", overtaken)
    assert (await live.get(f"/patients/{patient}/chart")).status_code == 200
    async with live_app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM chart")) == 0


async def test_as_of_an_earlier_moment_it_is_as_the_notes_had_it(client, patient, note):
    await note("Amlodipine 5 mg once daily started.", day=1)
    await note("Amlodipine stopped.", day=9)
    own = f"/patients/{patient}/chart"
    for moment, statuses in (("2026-02-28", []), ("2026-03-01", ["current"]), ("2026-03-09T08:59:59Z", ["current"]),
                             ("2026-03-09T09:00:00Z", ["stopped"]), ("2026-03-09", ["stopped"])):  # fmt: skip
        chart = (await client.get(own, params={"as_of": moment})).json()
        assert [line["status"] for line in chart["medications"]] == statuses, moment


@pytest.mark.parametrize("as_of", ["yesterday", "2026-13-01", "2026-03-09T08:00:00", ""])
async def test_a_moment_that_is_none_is_refused(client, patient, as_of):
    answer = await client.get(f"/patients/{patient}/chart", params={"as_of": as_of})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?as_of"


async def test_nobody_has_a_chart_who_is_nobody(client):
    answer = await client.get("/patients/0197a3c2-7d8e-7aaa-bbbb-000000000002/chart")
    assert (answer.status_code, answer.json()["code"]) == (404, "patient_not_found")


async def test_a_large_chart_is_made_in_a_child_process(live, monkeypatch):
    monkeypatch.setattr(handler, "AT_ONCE_CHARACTERS", 0)
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    await live.post(f"/patients/{patient}/notes", json={"content": VISIT, "taken_at": "2026-03-01T09:00:00Z"})
    chart = (await live.get(f"/patients/{patient}/chart")).json()
    assert [line["name"] for line in chart["medications"]] == ["amlodipine"]
