"""Why a patient was seen, what was found, what was advised, and on what something hangs."""

import pytest

from clinical import understand


def told(text, kind):
    return [fact["text"] for fact in understand(text).stored()[kind]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Presenting complaint: breathless, swollen legs.\nHPI: ten days.", "breathless, swollen legs"),
        ("Clinic\nReason for referral: gout. Smoker.\nPlan: diet.", "gout"),
        ("CHIEF COMPLAINT\n\nRight knee pain.\n\nHISTORY OF PRESENT ILLNESS\n\nFell.", "Right knee pain"),
        ("ED: fall from a bicycle\nCame off at a kerb.\nPlan: cast.", "ED: fall from a bicycle"),
        ("Fracture clinic, week two of a fracture. In a cast.", "Fracture clinic, week two of a fracture"),
        ("S: Pt presents with cough. Well otherwise.\nO: Clear.", "Pt presents with cough"),
        ("SOAP Note - Encounter Date: 2024-03-15\nS: Pt returns for lipids.\nO: Well.", "Pt returns for lipids"),
        ("CHIEF COMPLAINT\n\nAnnual exam.\n\nHPI\n\nMr Tu is a 62-year-old man with gout.", "Annual exam"),
        ("Heart failure clinic\nS: Two pillows.\nO: BP 124/72.", "Heart failure clinic"),
    ],
)  # fmt: skip
def test_why_the_patient_was_seen(text, expected):
    assert told(text, "reasons") == [expected]


@pytest.mark.parametrize("text", ["S: Slept well. No pain.\nO: BP 120/70.\nP: Home.", "CC: none\nO: BP 120/70."])
def test_no_reason_is_made_up(text):
    assert told(text, "reasons") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("S: Right groin and thigh pain for a year. Denies fever and cough.\nO: Well.", ["Right groin and thigh pain"]),
        ("S: Nausea after the tablets, gone by noon. Less tired. Heartburn.\nO: Well.", ["Heartburn"]),
        ("HPI: Dry cough. Mother has headaches. Nut allergy (hives).\nAllergies: latex (rash).\nO: -", ["Dry cough"]),
        ("S: Watery eyes and sneezing.\nO: Rash.\nP: Call in case of fever.", ["Watery eyes", "sneezing"]),
        ("S: Pain. More discharge.\nO: Well.", []),
    ],
)  # fmt: skip
def test_what_the_patient_complains_of(text, expected):
    assert told(text, "symptoms") == expected


EXAM = (
    "S: Cough.\nO: BP 120/70, HR 80. Chest: fine crackles at both bases. No oedema. Pain 3/10. "
    "X-ray: no fracture. ECG was done today. Views of the wrist: fracture. Abdomen non-tender.\nA: Cough."
)


def test_findings_are_results_and_what_should_not_be():
    told_of = understand(EXAM).stored()["findings"]
    found = {fact["text"]: fact["origin"] for fact in told_of if not fact.get("absent")}
    assert found == {"Chest: fine crackles at both bases": "examination", "X-ray: no fracture": "result",
                     "Views of the wrist: fracture": "result"}  # fmt: skip
    assert [fact["text"] for fact in told_of if fact.get("absent")] == ["No oedema"]


def test_advice_is_no_step_and_no_medicine():
    text = (
        "S: Sprain.\nO: Swollen.\nP: Ice and elevation. Start ibuprofen 400 mg. Review in two weeks. Wear the brace. "
        "I do not think exercise helps. She understands and agrees with the treatment plan."
    )
    assert told(text, "advice") == ["Ice and elevation", "Wear the brace"]
    assert told(text, "plans") == ["Review in two weeks"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("If fever occurs, start amoxicillin 500 mg TDS.", "If fever occurs"),
        ("Start amoxicillin 500 mg TDS if fever occurs.", "if fever occurs"),
    ],
)
def test_on_what_a_medicine_hangs(text, expected):
    (fact,) = understand(f"S: Well.\nP: {text}").stored()["medications"]
    assert (fact["certainty"], fact["condition"]) == ("conditional", expected)


def test_once_is_how_often():
    (fact,) = understand("S: Wheeze.\nP: Give furosemide 40 mg IV once.").stored()["medications"]
    assert fact["certainty"] == "actual"
    assert fact["condition"] is None


def test_why_somebody_came_is_no_step():
    assert told("S: Pt in today for scheduled flu shot.\nP: RTC in 4 weeks.", "plans") == ["RTC in 4 weeks"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A: Well.\nP: TSH once a year with the GP. Next HbA1c in three months.",
         [("TSH once a year with the GP", "once a year"), ("Next HbA1c in three months", "in three months")]),
        ("A: Well.\nP: HbA1c 54. Continue losartan 50 mg and check her renal function every year.",
         [("check her renal function every year", "every year")]),
    ],
)  # fmt: skip
def test_a_test_with_its_time_is_a_step(text, expected):
    assert [(fact["text"], fact["due"]) for fact in understand(text).stored()["plans"]] == expected


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("No driving for a week.", "a week"),
        ("Weight every morning, call if up 2 kg in three days.", None),
        ("Left arm to be kept low for six weeks.", "six weeks"),
    ],
)
def test_for_how_long_something_is_advised(text, due):
    (fact,) = understand(f"A: Well.\nP: {text}").stored()["advice"]
    assert fact["due"] == due


def test_of_a_scan_what_it_comes_to_is_found():
    report = "Echocardiogram report\nFindings: Right ventricle normal. No thrombus.\nConclusion: Impaired function."
    assert told(report, "findings") == ["Impaired function"]


@pytest.mark.parametrize(
    ("text", "on", "retold"),
    [
        ("Seen one week after arthroscopy.", None, True),
        ("Endometriosis, found at laparoscopy abroad five years ago.", None, True),
        ("One drug-eluting stent to the left anterior descending artery, 1 November 2026.", "2026-11-01", False),
    ],
)  # fmt: skip
def test_when_an_operation_was(text, on, retold):
    (fact,) = understand(text).stored()["procedures"]
    assert (fact["on"], fact["retold"]) == (on, retold)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("Stop metformin because eGFR is below 30.", "eGFR is below 30"),
        ("Stopped: metformin (kidney function).", "kidney function"),
        ("Metformin 500 mg BD stopped (was on 1 g).", None),
        ("Stop metformin.", None),
    ],
)
def test_why_a_medicine_was_stopped(text, why):
    (fact,) = understand(f"A: Well.\nP: {text}").stored()["medications"]
    assert fact["stopped_for"] == why
