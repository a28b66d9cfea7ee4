"""Rules see the chart: what notes say counts, with the trace to say where; what they no longer say does not."""

import pytest
from sqlalchemy import text

NOTE = "A: Chronic low back pain. Type 2 diabetes.\nAllergies: penicillin (rash).\nP: Start metformin 500 mg BD."


@pytest.fixture
async def elder(client, ward):
    answer = await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1950-01-01"})
    return answer.json()["id"]


@pytest.fixture
def noted(client, elder):
    """`made = await noted("text", day=3)`: on a day of March 2026."""

    async def noted(content, day=1):
        body = {"content": content, "taken_at": f"2026-03-{day:02}T09:00:00Z"}
        answer = await client.post(f"/patients/{elder}/notes", json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    return noted


async def evaluated(client, patient):
    answer = await client.post(f"/evaluate/{patient}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def recommended(evaluation):
    return {each["recommendation"] for each in evaluation["recommendations"]}


def trace_of(evaluation, rule):
    return next(each for each in evaluation["trace"] if each["rule"] == rule)


async def test_chronic_pain_in_a_note_counts_and_the_trace_says_where(client, elder, noted):
    assert "Physical Therapy" not in recommended(await evaluated(client, elder))
    note = await noted(NOTE)
    found = await evaluated(client, elder)
    assert "Physical Therapy" in recommended(found)
    source = trace_of(found, "physical_therapy")["sources"]["chronic_pain"]
    assert source["note_id"] == note["id"]
    assert "hronic low back pain" in source["quote"]
    assert source["quote"] in NOTE
    (kept,) = [each for each in found["recommendations"] if each["recommendation"] == "Physical Therapy"]
    assert kept["trace"]["sources"]["chronic_pain"]["note_id"] == note["id"]


async def test_what_is_denied_or_a_relatives_does_not_count(client, elder, noted):
    await noted("No chronic pain. Mother has chronic back pain.\nA: Hypertension.")
    assert "Physical Therapy" not in recommended(await evaluated(client, elder))


async def test_words_of_a_deleted_note_leave_the_facts_of_a_recommendation_too(client, elder, noted):
    expression = 'problems.exists(p, p.concept == "chronic pain" || p.name.contains("pain"))'
    body = {"code": "own_pain", "recommendation": "Own", "expression": expression}
    assert (await client.post("/rules", json=body)).status_code == 201
    gone, other = await noted(NOTE), await noted("A: Gout.")
    found = await evaluated(client, elder)
    (kept,) = [each for each in found["recommendations"] if each["recommendation"] == "Own"]
    assert (await client.delete(f"/patients/{elder}/notes/{gone['id']}")).status_code == 204
    lines = (await client.get(f"/recommendations/{kept['id']}")).json()["trace"]["facts"]["problems"]
    assert {line["note_id"]: line["quote"] is None for line in lines} == {gone["id"]: True, other["id"]: False}


async def test_a_deleted_note_counts_no_more_and_leaves_nothing(app, client, elder, noted):
    note = await noted(NOTE)
    found = await evaluated(client, elder)
    (kept,) = [each for each in found["recommendations"] if each["recommendation"] == "Physical Therapy"]
    assert (await client.delete(f"/patients/{elder}/notes/{note['id']}")).status_code == 204
    trace = (await client.get(f"/recommendations/{kept['id']}")).json()["trace"]
    assert trace["sources"]["chronic_pain"] == kept["trace"]["sources"]["chronic_pain"] | {"quote": None}
    assert kept["trace"]["sources"]["chronic_pain"]["quote"] not in str(trace)
    async with app.state.database.sessions() as db:
        assert await db.scalar(text("SELECT count(*) FROM chart_facts")) == 0
    assert "Physical Therapy" not in recommended(await evaluated(client, elder))


async def test_what_was_made_is_kept_until_the_notes_change(app, client, elder, noted):
    await noted(NOTE)
    await evaluated(client, elder)

    async def stamps():
        async with app.state.database.sessions() as db:
            return list(await db.scalars(text("SELECT stamp FROM chart_facts")))

    (first,) = await stamps()
    await evaluated(client, elder)
    assert await stamps() == [first]
    await noted("A: Gout.", day=9)
    await evaluated(client, elder)
    (second,) = await stamps()
    assert second != first


@pytest.mark.parametrize(
    ("expression", "matched"),
    [
        ('problems.exists(p, p.concept == "diabetes mellitus type 2" && p.status == "active")', True),
        ('problems.exists(p, p.name.contains("asthma"))', False),
        ('medications.exists(m, m.ingredient == "metformin" && m.status == "current")', True),
        ('medications.exists(m, m.status == "stopped")', False),
        ('allergies.exists(a, a.concept == "penicillin" && a.status == "present")', True),
        ("size(allergies) == 0", False),
    ],
)
async def test_rules_ask_for_problems_medications_and_allergies(client, elder, noted, expression, matched):
    body = {"code": "own", "recommendation": "Own", "expression": expression}
    assert (await client.post("/rules", json=body)).status_code == 201
    await noted(NOTE)
    found = await evaluated(client, elder)
    assert trace_of(found, "own") | {"sources": {}} == {
        "rule": "own", "version": 1, "matched": matched, "missing": [], "error": None, "sources": {}
    }  # fmt: skip


async def test_without_a_patient_what_notes_say_is_missing(client):
    body = {"code": "own", "recommendation": "Own", "expression": "size(problems) > 0"}
    assert (await client.post("/rules", json=body)).status_code == 201
    found = (await client.post("/evaluate", json={"age": 70, "dry_run": True})).json()
    assert trace_of(found, "own")["missing"] == ["problems"]


async def test_rules_cannot_ask_for_the_words_of_a_note(client):
    body = {"code": "own", "recommendation": "Own", "expression": 'problems.exists(p, p.quote == "x")'}
    assert (await client.post("/rules", json=body)).status_code == 422
