"""Values of the laboratory: measured ones, with the unit as it was written."""

import pytest

from clinical import understand


def labs(text):
    return {(fact["name"], fact["value"], fact["unit"]) for fact in understand(text).stored()["labs"]}


CASES = [
    ("LDL 165 mg/dL", {("ldl_cholesterol", 165, "mg/dL")}),
    ("elevated LDL (165 mg/dL)", {("ldl_cholesterol", 165, "mg/dL")}),
    ("mildly reduced HDL (38 mg/dL)", {("hdl_cholesterol", 38, "mg/dL")}),
    ("triglycerides at upper normal limits (145 mg/dL)", {("triglycerides", 145, "mg/dL")}),
    ("LDL cholesterol elevated at 165 mg/dL (desirable <100 mg/dL)", {("ldl_cholesterol", 165, "mg/dL")}),
    ("HDL low at 38 mg/dL (desired >40 mg/dL)", {("hdl_cholesterol", 38, "mg/dL")}),
    ("hemoglobin A1c of 7.2", {("hemoglobin_a1c", 7.2, None)}),
    ("HbA1c 48 mmol/mol", {("hemoglobin_a1c", 48, "mmol/mol")}),
    ("A1c 6.8%", {("hemoglobin_a1c", 6.8, "%")}),
    ("Hemoglobin A1c is elevated at 8.", {("hemoglobin_a1c", 8, None)}),
    ("Na 138, K 4.2, Cr 1.2", {("sodium", 138, None), ("potassium", 4.2, None), ("creatinine", 1.2, None)}),
    ("Na 135 K 4.1", {("sodium", 135, None), ("potassium", 4.1, None)}),
    ("Na 135 k 4.1", {("sodium", 135, None)}),
    ("Na: 135  K: 4.1", {("sodium", 135, None), ("potassium", 4.1, None)}),
    ("K 4.1 Mg 0.8", {("potassium", 4.1, None), ("magnesium", 0.8, None)}),
    ("WBC 8.1 K K 4.0", {("white_blood_cells", 8.1, "K"), ("potassium", 4.0, None)}),
    ("WBC 11.2 K 3 days ago", {("white_blood_cells", 11.2, "K")}),
    ("Platelets 210 K INR 1.1", {("platelets", 210, "K"), ("inr", 1.1, None)}),
    ("WBC 12.3", {("white_blood_cells", 12.3, None)}),
    ("WBC: 12.3 x10^9/L", {("white_blood_cells", 12.3, "x10^9/L")}),
    ("Platelets 250,000", {("platelets", 250000, None)}),
    ("INR 2.1", {("inr", 2.1, None)}),
    ("TSH was normal at 2.68.", {("tsh", 2.68, None)}),
    ("TSH <0.01", {("tsh", "<0.01", None)}),
    ("troponin negative", {("troponin", "negative", None)}),
    ("Rapid strep test: positive.", {("strep_test", "positive", None)}),
    ("Rapid COVID-19 test performed today is negative.", {("covid_test", "negative", None)}),
    ("glucose 110", {("glucose", 110, None)}),
    ("Hb 118 g/L, ferritin 9", {("hemoglobin", 118, "g/L"), ("ferritin", 9, None)}),
    ("PSA 0.6 ng/mL.", {("psa", 0.6, "ng/mL")}),
    ("CRP 56 mg/L", {("crp", 56, "mg/L")}),
    ("Hemoglobin- 8.2, which is low", {("hemoglobin", 8.2, None)}),
    ("total cholesterol of 247, HDL 66", {("total_cholesterol", 247, None), ("hdl_cholesterol", 66, None)}),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_values(text, expected):
    assert labs(text) == expected


NO_VALUES = [
    "Goal LDL <100 mg/dL",
    "LDL < 100",
    "Target A1c below 7%",
    "Repeat hemoglobin A1c in 3 months",
    "A1c is ordered",
    "last hemoglobin A1c was greater than 9",
    "blood sugar fluctuates between 80 to 90",
    "glucose 80-120",
    "Take potassium 20 mEq daily",
    "vitamin D 2000 IU daily",
    "iron 65 mg",
    "PT 2 times a week",
    "Labs: CBC, CMP, Lipid panel",
    "creatinine normal",
    "K. Jones, RN",
    "sodium 1000",
    "A1c in 2019",
    "FAMILY HISTORY\nFather: cholesterol 300",
]


@pytest.mark.parametrize("text", NO_VALUES)
def test_what_is_no_value(text):
    assert labs(text) == set()


@pytest.mark.parametrize(
    ("text", "flag"),
    [
        ("LDL 165 (H)", "high"),
        ("Hgb 8.2 L", "low"),
        ("elevated LDL (165 mg/dL)", "high"),
        ("HDL low at 38", "low"),
        ("TSH was normal at 2.68", "normal"),
        ("triglycerides borderline at 145", None),
        ("Na 138", None),
    ],
)
def test_flags(text, flag):
    (fact,) = understand(text).stored()["labs"]
    assert fact["flag"] == flag


def test_the_day_they_were_drawn():
    text = "Review of labs (drawn on 2023-10-26):\n\nLDL 165 mg/dL\nHDL 38 mg/dL\n\nPlan:\nrest"
    assert {fact["at"] for fact in understand(text).stored()["labs"]} == {"2023-10-26"}


def test_the_same_value_is_told_once_with_its_day():
    text = "S: LDL 165 mg/dL was found.\nO: Labs (drawn on 2023-10-26):\nLDL 165 mg/dL\nA: x\nP: y"
    (fact,) = understand(text).stored()["labs"]
    assert (fact["at"], fact["section"]) == ("2023-10-26", "objective")
