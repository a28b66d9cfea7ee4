"""Every part of every fact is answered, and what was stored in an older shape is answered too."""

import json
from dataclasses import fields
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from clinical import Understanding, facts
from clinical.fact_json import as_json
from features.notes import fact_schema, reprocessing, taking_facts

AT = datetime(2026, 3, 9, 14, 30, tzinfo=UTC)
HERE = {"original": "ramipril", "section": "plan", "start": 6, "end": 14, "places": {"name": facts.Place(6, 14)}}
STEPS = (facts.RegimenStep("40 mg", "in the morning", "5 days"), facts.RegimenStep("stop", None, None))
RAMIPRIL = {
    "name": "ramipril", "ingredient": None, "concept": "ramipril", "dose": "5 mg", "previous_dose": "2.5 mg",
    "strength": None, "route": "oral", "frequency": "once daily", "duration": None, "until": None, "reason": None,
    "regimen": (), "status": facts.MedicationStatus.STARTED, "reality": facts.Reality.ACTUAL,
    "condition": None, "ending": None,
    "listed": False, "retracted": False, "on": None,
}  # fmt: skip
STROKE = {
    "text": "stroke", "concept": "stroke", "detail": None, "certainty": facts.DiagnosisCertainty.FAMILY,
    "relatives": ("father", "grandmother"), "resolved": False, "retracted": False,
    "excluded": False, "of_past_stop": False, "on": None,
}  # fmt: skip
MADE = {
    "medications": facts.Medication(**HERE, **RAMIPRIL | {"regimen": STEPS}),
    "diagnoses": facts.Diagnosis(**HERE, **STROKE),
    "allergies": facts.Allergy(
        **HERE, substance="egg", concept="egg", reaction=None, status=facts.AllergyStatus.DENIED, retracted=True
    ),
    "avoid": facts.Avoidance(
        **HERE, substance="advil", ingredient="ibuprofen", concept="ibuprofen", reason="ulcer", forbidden=True
    ),
    "procedures": facts.Procedure(
        **HERE, text="ECG", concept="electrocardiogram", status=facts.ProcedureStatus.DONE, on="2026-03"
    ),
    "vitals": facts.Measurement(**HERE, name="heart_rate", value=72.0, unit="bpm", flag=None, at="2026-03-01"),
    "labs": facts.Measurement(
        **HERE, name="crp", value=212.0, unit=None, flag="high", at=None, earlier=True
    ),
    "plans": facts.Plan(**HERE, text="Review", due="in 3 months", condition=None),
    "resolutions": facts.Resolution(**HERE, what="ulcer"),
    "resuscitation": facts.ResuscitationStatus(
        **HERE, decision=facts.Resuscitation.DO_NOT_ATTEMPT, limit="ward-based care", form="ReSPECT"
    ),
    "reasons": facts.Reason(**HERE, text="chest pain"),
    "symptoms": facts.Symptom(**HERE, text="right thigh pain", concept="thigh pain"),
    "findings": facts.Finding(**HERE, text="Fine crackles", origin=facts.Origin.EXAMINATION),
    "advice": facts.Advice(**HERE, text="Rest"),
}  # fmt: skip
SHOWN = {
    "medications": fact_schema.MedicationFact,
    "diagnoses": fact_schema.DiagnosisFact,
    "allergies": fact_schema.AllergyFact,
    "avoid": fact_schema.AvoidFact,
    "procedures": fact_schema.ProcedureFact,
    "vitals": fact_schema.VitalFact,
    "labs": fact_schema.LabFact,
    "plans": fact_schema.PlanFact,
    "resolutions": fact_schema.ResolutionFact,
    "resuscitation": fact_schema.ResuscitationFact,
    "reasons": fact_schema.ReasonFact,
    "symptoms": fact_schema.SymptomFact,
    "findings": fact_schema.FindingFact,
    "advice": fact_schema.AdviceFact,
}


# On no page: a note that came as text.
NOWHERE = {"page": None, "box": None}


def understood(**kinds):
    return Understanding("progress", 1.0, None, None, None, {kind: [fact] for kind, fact in kinds.items()})


def test_every_kind_of_fact_is_shown():
    assert set(fact_schema.NoteFacts.model_fields) == set(SHOWN) == set(MADE)
    assert {type(fact) for fact in MADE.values()} == set(facts.FactValue.__args__)


@pytest.mark.parametrize("kind", SHOWN)
def test_every_part_of_a_fact_is_shown_as_it_is_stored(kind):
    stored = as_json(MADE[kind])
    left_out = {"flag"} if kind == "vitals" else set()
    assert {field.name for field in fields(MADE[kind])} - left_out <= set(SHOWN[kind].model_fields)
    shown = SHOWN[kind].model_validate(stored).model_dump(mode="json")
    assert shown == {name: value for name, value in stored.items() if name not in left_out} | NOWHERE


@pytest.mark.parametrize(
    ("reality", "status", "certainty", "told"),
    [
        ("actual", "started", "actual", "started"),
        ("actual", "stopped", "actual", "stopped"),
        ("past", "stopped", "actual", "stopped"),
        ("past", "continued", "actual", "mentioned"),
        ("planned", "started", "planned", "mentioned"),
        ("conditional", "stopped", "conditional", "mentioned"),
        ("considered", "changed", "conditional", "mentioned"),
        ("requested", "started", "conditional", "mentioned"),
        ("declined", "started", "declined", "mentioned"),
    ],
)
def test_only_what_is_real_is_started_continued_changed_or_stopped(reality, status, certainty, told):
    made = RAMIPRIL | {"reality": facts.Reality(reality), "status": facts.MedicationStatus(status)}
    stored = as_json(facts.Medication(**HERE, **made))
    assert (stored["certainty"], stored["status"], stored["reality"]) == (certainty, told, reality)


def test_all_relatives_are_told():
    stored = as_json(MADE["diagnoses"])
    assert (stored["relatives"], stored["relative"]) == (["father", "grandmother"], "father and grandmother")
    own = facts.Diagnosis(**HERE, **STROKE | {"relatives": ()})
    assert as_json(own)["relative"] is None


def test_what_is_older_than_the_note_by_an_unknown_time_is_no_observation():
    now = facts.Measurement(**HERE, name="crp", value=48.0, unit=None, flag=None, at=None)
    day = facts.Measurement(**HERE, name="crp", value=99.0, unit=None, flag=None, at="2026-03-01")
    moment = facts.Measurement(**HERE, name="crp", value=98.0, unit=None, flag=None, at="2026-03-01T07:30:00")
    others = [
        facts.Measurement(**HERE, name="crp", value=1.0, unit=None, flag=None, at=words)
        for words in ("last visit", "Tuesday the first", "2026-13-45", "2026-03")
    ]
    found = Understanding(
        "progress", 1.0, None, None, None, {"vitals": [], "labs": [MADE["labs"], now, day, moment, *others]}
    )
    rows = taking_facts.observations(found, note_id=None, patient_id=None, taken_at=AT)
    assert [(row["value"], row["at"].isoformat()) for row in rows] == [
        (48.0, AT.isoformat()),
        (99.0, "2026-03-01T00:00:00+00:00"),
        (98.0, "2026-03-01T07:30:00+00:00"),
    ]


OLD = {
    "medications": [
        {"name": "lasix", "ingredient": "furosemide", "dose": "40 mg", "route": "oral", "frequency": "twice daily",
         "status": "continued", "duration": None, "original": "Lasix 40 mg", "section": None, "start": 0, "end": 11}
    ],
    "diagnoses": [
        {"text": "stroke", "certainty": "family", "relative": "father", "original": "stroke", "section": None,
         "start": 0, "end": 6}
    ],
    "allergies": [
        {"substance": "penicillin", "reaction": None, "status": "present", "original": "penicillin", "section": None,
         "start": 0, "end": 10}
    ],
    "avoid": [
        {"substance": "ibuprofen", "ingredient": None, "forbidden": True, "reason": None, "original": "ibuprofen",
         "section": None, "start": 0, "end": 9}
    ],
    "vitals": [
        {"name": "heart_rate", "value": 72.0, "unit": "bpm", "at": None, "original": "HR 72", "section": None,
         "start": 0, "end": 5}
    ],
    "labs": [
        {"name": "crp", "value": 5.0, "unit": None, "flag": None, "at": None, "original": "CRP 5", "section": None,
         "start": 0, "end": 5}
    ],
}  # fmt: skip


async def store(app, note_id, stored, *, version):
    async with app.state.database.transaction() as db:
        values = {"facts": json.dumps(stored), "version": version, "id": note_id}
        await db.execute(
            text("UPDATE note SET facts = CAST(:facts AS jsonb), understanding_version = :version WHERE id = :id"),
            values,
        )


async def test_all_parts_come_back_over_http(app, client, patient, note):
    made = await note("Start ramipril. And some more.")
    stored = understood(**MADE).stored()
    await store(app, made["id"], stored, version=3)
    shown = (await client.get(f"/patients/{patient}/notes/{made['id']}")).json()["facts"]
    assert shown["medications"][0]["regimen"] == [
        {"dose": "40 mg", "frequency": "in the morning", "duration": "5 days"},
        {"dose": "stop", "frequency": None, "duration": None},
    ]
    for kind in ("procedures", "avoid", "diagnoses"):
        assert shown[kind] == [fact | NOWHERE for fact in stored[kind]]


async def test_facts_of_an_older_shape_are_answered_and_replaced(app, client, patient, note):
    made = await note("S: Father had a stroke.\nO: Weight 80 kg\nP: Start ramipril 5 mg once daily.")
    await store(app, made["id"], OLD, version=2)
    for path in (f"/patients/{patient}/notes/{made['id']}", f"/patients/{patient}/notes", "/notes"):
        answer = (await client.get(path)).json()
        shown = (answer["data"][0] if "data" in answer else answer)["facts"]
        (taken,) = shown["medications"]
        assert (taken["name"], taken["certainty"], taken["concept"], taken["regimen"]) == ("lasix", None, None, [])
        assert shown["diagnoses"][0]["relative"] == "father"
        assert shown["procedures"] == []
        assert all(len(shown[kind]) == 1 for kind in OLD)
    pages = reprocessing.reprocess(
        database=app.state.database, child_processes=app.state.child_processes, everything=False, parallel=1
    )
    assert [(progress.changed, progress.failed) async for progress in pages] == [(1, 0)]
    again = (await client.get(f"/patients/{patient}/notes/{made['id']}")).json()
    assert again["facts"] == made["facts"]
    assert again["version"] == 2
