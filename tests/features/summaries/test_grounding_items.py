"""The check of statements against lines of the chart: what each kind supports, and where it has the last word."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from features.summaries.grounding import ChartItem, items_of, verify
from features.summaries.shape import ChartNote, Citation, Statement

NOTE_ID = UUID(int=1)
TAKEN = datetime(2026, 3, 10, 10, tzinfo=UTC)


def line(**fields):
    return {"citations": [], "history": [], **fields}


def drug(status="current", **fields):
    fields = {"name": "furosemide", "dose": "80 mg", "frequency": "once daily", "since": "2026-01-10", **fields}
    return line(status=status, **{"ingredient": fields["name"], **fields})


CHART = {
    "problems": [
        line(name="chronic kidney disease stage 3b", concept="chronic kidney disease", status="active", detail="3b"),
        line(name="gout", concept="gout", status="possible", detail=None),
        line(name="pneumonia", concept="pneumonia", status="resolved", detail=None),
        line(name="heart failure", concept="heart failure", status="active", detail=None, since="2026-01-10"),
    ],
    "medications": [
        drug(reason="heart failure", history=[{"status": "changed", "taken_at": TAKEN, "dose": "80 mg"}]),
        drug("stopped", name="amlodipine", dose="5 mg", until="2026-03-10"),
    ],
    "allergies": [line(substance="penicillin", concept="penicillin", reaction="rash", status="present")],
    "avoid": [line(substance="ibuprofen", concept="ibuprofen", reason="kidney disease")],
    "procedures": [line(text="Left inguinal hernia repair", concept="hernia repair", status="done", on="1998")],
    "family_history": [line(relative="mother", condition="breast cancer", concept="breast cancer")],
    "measurements": [
        line(name="systolic_blood_pressure", value=130.0, unit="mmHg", at=TAKEN, flag=None),
        line(name="diastolic_blood_pressure", value=80.0, unit="mmHg", at=TAKEN, flag=None),
    ],
    "next_steps": [line(text="Colonoscopy", due="2026-05", condition=None)],
}
ITEMS = items_of(CHART)


def judge(text, *ids, **more):
    return verify(Statement(text, **more), {}, [ITEMS[name] for name in ids])


@pytest.mark.parametrize(
    ("text", "ids"),
    [
        ("CKD stage 3b", "problem-1"),
        ("Possible gout", "problem-2"),
        ("Resolved: pneumonia", "problem-3"),
        ("Furosemide 80 mg once daily – changed 10 Mar 2026", "medication-1"),
        ("Heart failure – furosemide 80 mg once daily", "problem-4 medication-1"),
        ("She no longer takes amlodipine.", "medication-2"),
        ("Allergy: penicillin (rash)", "allergy-1"),
        ("Left inguinal hernia repair (1998)", "procedure-1"),
        ("Her mother has or had breast cancer.", "family-1"),
        ("BP 130/80 mmHg (10 Mar 2026)", "measurement-1 measurement-2"),
        ("Colonoscopy is planned for May 2026.", "step-1"),
    ],
)
def test_a_line_of_the_chart_supports_what_it_says(text, ids):
    assert judge(text, *ids.split()).reasons == ()


@pytest.mark.parametrize(
    ("text", "ids", "reason"),
    [
        ("CKD stage 4", "problem-1", "number_not_in_quote"),
        ("She has gout.", "problem-2", "certainty"),
        ("She has pneumonia.", "problem-3", "history"),
        ("Furosemide 40 mg once daily", "medication-1", "number_not_in_quote"),
        ("Furosemide 80 mg twice daily", "medication-1", "frequency"),
        ("Takes amlodipine 5 mg once daily", "medication-2", "status"),
        ("Allergy: penicillin (anaphylaxis)", "allergy-1", "term_not_in_quote"),
        ("Right inguinal hernia repair (1998)", "procedure-1", "laterality"),
        ("She has breast cancer.", "family-1", "family"),
        ("Colonoscopy was done.", "step-1", "status"),
    ],
)
def test_a_line_of_the_chart_supports_nothing_else(text, ids, reason):
    verdict = judge(text, *ids.split())
    assert not verdict.supported
    assert reason in verdict.reasons


def test_the_chart_has_the_last_word_on_what_an_older_quote_says():
    note = ChartNote(NOTE_ID, 1, TAKEN, "progress", None, "Takes amlodipine 5 mg once daily.", None, {})
    quoted = [Citation(NOTE_ID, TAKEN, "Takes amlodipine 5 mg once daily")]
    statement = Statement("Takes amlodipine 5 mg once daily", quoted)
    assert verify(statement, {NOTE_ID: note}).supported
    assert "status" in verify(statement, {NOTE_ID: note}, [ITEMS["medication-2"]]).reasons


def test_an_approved_explanation_needs_no_other_support_but_only_beside_its_item():
    means = "A water tablet helps the body to get rid of water."
    explained = ChartItem("medication-1", "medication", CHART["medications"][0], frozenset({means}))
    told = Statement(f"She takes furosemide 80 mg once daily. {means}")
    assert verify(told, {}, [explained]).supported
    assert not verify(told, {}, [ITEMS["medication-1"]]).supported
