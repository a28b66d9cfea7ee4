"""The class of a section, from its text alone."""

import csv

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical.sections.classes import section_class

TEXTS = [
    ("No known drug allergies.", "ALLERGY"),
    ("Synthroid 75 mcg daily, Lipitor 20 mg, aspirin.", "MEDICATIONS"),
    (
        "His mother died of heart disease. His father had prostate cancer. He is married and does not smoke.",
        "FAM/SOCHX",
    ),
    ("Appendectomy 1988. Cholecystectomy 1992. Right knee surgery.", "PASTSURGICAL"),
    ("CARDIOVASCULAR: Denies chest pain, palpitations. RESPIRATORY: Negative for cough.", "ROS"),
    ("The patient is a 45-year-old male who presents with a three day history of cough and fever.", "GENHX"),
    ("GENERAL: Alert, in no acute distress. LUNGS: Clear to auscultation bilaterally.", "EXAM"),
    ("Gravida 2, para 2. Last menstrual period one month ago. Pap smears normal.", "GYNHX"),
]


@pytest.mark.parametrize(("text", "expected"), TEXTS)
def test_plain_cases(text, expected):
    assert section_class(text) == expected


@given(st.text(max_size=300))
def test_every_text_has_a_class(text):
    assert section_class(text).isupper()


def test_most_validation_sections_are_told(shared_data):
    with (shared_data / "mts-dialog" / "validation.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    right = sum(section_class(row["section_text"]) == row["section_header"] for row in rows)
    assert right / len(rows) >= 0.68
