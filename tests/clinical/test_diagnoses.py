"""What the patient has, may have, had or does not have, and what relatives have."""

import pytest

from clinical import understand

CONFIRMED, POSSIBLE, RULED_OUT, HISTORICAL, FAMILY = "confirmed", "possible", "ruled_out", "historical", "family"


def diagnoses(text):
    return {(fact["text"], fact["certainty"]) for fact in understand(text).stored()["diagnoses"]}


def current(text):
    return {text for text, certainty in diagnoses(text) if certainty in {CONFIRMED, POSSIBLE}}


ASSESSMENTS = [
    ("A:\nHyperlipidemia", {("Hyperlipidemia", CONFIRMED)}),
    ("A: Acute bronchitis", {("Acute bronchitis", CONFIRMED)}),
    (
        "A:\nAllergic rhinitis, seasonal exacerbation, moderate-severe",
        {("Allergic rhinitis, seasonal exacerbation, moderate-severe", CONFIRMED)},
    ),
    ("A:\nPossible overweight (BMI 27.5), recommend lifestyle modifications", {("overweight", POSSIBLE)}),
    ("A:\nFamily hx of hyperlipidemia, screening initiated", {("hyperlipidemia", FAMILY)}),
    ("A:\nOverweight status, decreased HDL", {("Overweight status", CONFIRMED), ("decreased HDL", CONFIRMED)}),
    ("A:\nStable vitals, no acute distress or cardiovascular symptoms", set()),
    ("A:\nAdult annual health exam, generally healthy", set()),
    (
        "A:\n1. Hypertension\n2. Type 2 diabetes mellitus, controlled",
        {("Hypertension", CONFIRMED), ("Type 2 diabetes mellitus", CONFIRMED)},
    ),
    ("A: 1. HTN - well controlled. 2. Gout", {("HTN", CONFIRMED), ("Gout", CONFIRMED)}),
    ("A:\n- HTN: continue lisinopril\n- T2DM", {("HTN", CONFIRMED), ("T2DM", CONFIRMED)}),
    ("A:\n# COPD exacerbation\n# CKD stage 3", {("COPD exacerbation", CONFIRMED), ("CKD stage 3", CONFIRMED)}),
    ("A: Hypertension, diabetes and gout", {("Hypertension", CONFIRMED), ("diabetes", CONFIRMED), ("gout", CONFIRMED)}),
    ("A: ?PE", {("PE", POSSIBLE)}),
    ("A: Chest pain, rule out MI", {("Chest pain", CONFIRMED)}),
    (
        "A: Left shoulder pain, likely rotator cuff tendinopathy",
        {("Left shoulder pain", CONFIRMED), ("rotator cuff tendinopathy", POSSIBLE)},
    ),
    ("A: Status post renal transplant", set()),
    ("A: History of gout", {("gout", CONFIRMED)}),
    ("A: History of pneumonia", {("pneumonia", HISTORICAL)}),
    ("A: Pneumonia, resolved", {("Pneumonia", HISTORICAL)}),
    ("A: Frozen left toe syndrome of Smith", {("Frozen left toe syndrome of Smith", CONFIRMED)}),
    ("A: The patient is doing well.", set()),
    ("A: No acute issues", set()),
]


@pytest.mark.parametrize(("text", "expected"), ASSESSMENTS, ids=[text for text, _ in ASSESSMENTS])
def test_assessments(text, expected):
    assert diagnoses(f"S: Here today\nO: Looks well\n{text}\nP: Rest") == expected


def test_a_plan_by_problems():
    text = (
        "ASSESSMENT AND PLAN\n\nMartha Collins is a 50-year-old female who presents for her annual exam.\n\n"
        "Congestive heart failure.\n• Medical Reasoning: She is stable.\n• Medical Treatment: Continue Lasix.\n\n"
        "1. Sore throat.\n- Medical Reasoning: Four days.\n\n"
        "Healthcare maintenance.\n• Additional Testing: Mammogram.\n\nPatient Agreements: Understands."
    )
    assert diagnoses(text) == {("Congestive heart failure", CONFIRMED), ("Sore throat", CONFIRMED)}


def test_problems_that_head_a_plan():
    text = "PLAN\n\nHypothyroidism\nThe patient will try Unithroid.\n\nAcne vulgaris\nEpiduo was not covered."
    assert diagnoses(text) == {("Hypothyroidism", CONFIRMED), ("Acne vulgaris", CONFIRMED)}


MENTIONS = [
    ("He has asthma.", {("asthma", CONFIRMED)}),
    ("X-ray shows a right distal radius fracture.", {("right distal radius fracture", CONFIRMED)}),
    ("CXR concerning for pneumonia.", {("pneumonia", POSSIBLE)}),
    ("PE was ruled out by CTA.", {("PE", RULED_OUT)}),
    ("No evidence of fracture.", {("fracture", RULED_OUT)}),
    ("History of breast cancer.", {("breast cancer", HISTORICAL)}),
    ("Father had MI.", {("MI", FAMILY)}),
    ("Her mother has lupus; she has gout.", {("lupus", FAMILY), ("gout", CONFIRMED)}),
    ("Denies asthma.", {("asthma", RULED_OUT)}),
    ("No hx asthma.", {("asthma", RULED_OUT)}),
    ("r/o PE", set()),
    ("Return if signs of stroke.", set()),
    ("Screen for diabetes.", set()),
    ("Explained the risk of heart attack.", set()),
    ("Got her influenza vaccine.", set()),
    ("Fever and cough.", set()),
    ("No CVA tenderness.", set()),
    ("SpO2 98% on RA", set()),
    ("PE: unremarkable", set()),
    ("Takes blood pressure medication.", set()),
    ("Works at the diabetes clinic.", set()),
    (
        "FAMILY HISTORY\n\nMother: lymphoma\nFather: asthma, gout",
        {("lymphoma", FAMILY), ("asthma", FAMILY), ("gout", FAMILY)},
    ),
    ("PAST MEDICAL HISTORY\n\nHypertension\nPneumonia", {("Hypertension", CONFIRMED), ("Pneumonia", HISTORICAL)}),
    ("Heart attack in 2018.", {("Heart attack", HISTORICAL)}),
    (
        "A 60-year-old man with a past medical history significant for COPD and pneumonia.",
        {("COPD", CONFIRMED), ("pneumonia", HISTORICAL)},
    ),
]


@pytest.mark.parametrize(("text", "expected"), MENTIONS, ids=[text for text, _ in MENTIONS])
def test_mentions(text, expected):
    assert diagnoses(text) == expected


def test_each_condition_once_and_the_assessment_counts():
    text = "S: History of HTN. High blood pressure at home.\nO: BP 150/90\nA: Hypertension, uncontrolled\nP: Rest"
    assert diagnoses(text) == {("Hypertension", CONFIRMED)}


def test_a_relatives_condition_is_told_besides_the_patients():
    text = "S: Mother has diabetes.\nO: x\nA: Diabetes type 2\nP: y"
    assert diagnoses(text) == {("diabetes", FAMILY), ("Diabetes type 2", CONFIRMED)}


def test_a_relative_is_named():
    (fact,) = understand("Family hx of elevated cholesterol (dad).").stored()["diagnoses"]
    assert (fact["certainty"], fact["relative"]) == (FAMILY, "dad")


def test_two_fractures_are_two():
    assert diagnoses("S: x\nA:\n- Rib fracture\n- Wrist fracture\nP: y") == {
        ("Rib fracture", CONFIRMED),
        ("Wrist fracture", CONFIRMED),
    }


@pytest.mark.parametrize("word", ["denies", "no", "negative for", "no history of", "without", "never had"])
@pytest.mark.parametrize("condition", ["asthma", "diabetes", "hypertension", "stroke", "COPD", "cancer"])
def test_denied_conditions_are_never_current(word, condition):
    assert current(f"S: Patient {word} {condition}.\nO: Looks well.\nA: Cold\nP: Rest") == {"Cold"}


@pytest.mark.parametrize(
    ("text", "excluded"),
    [
        ("Lung function shows this is COPD, not asthma.", True),
        ("The entry belongs to another patient: she has no asthma.", True),
        ("Well, no asthma.", False),
    ],
)
def test_a_denial_that_corrects_excludes(text, excluded):
    (fact,) = [one for one in understand(text).stored()["diagnoses"] if one["concept"] == "asthma"]
    assert (fact["certainty"], fact["excluded"]) == ("ruled_out", excluded)
