"""Headings are known by the names that they are made of, and ordinary words are no headings."""

import pytest

from clinical import understand
from clinical.sections.heading_names import named


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("Allergies & sensitivities", "allergies"),
        ("Allergies / Intolerances", "allergies"),
        ("Drug & food allergies", "allergies"),
        ("Known allergies and adverse reactions", "allergies"),
        ("ALLERGIES confirmed with daughter", "allergies"),
        ("FAMILY/SOCIAL HISTORY", "family"),
        ("Social & family history", "family"),
        ("Past medical + surgical history", "past"),
        ("Imp / Plan", "assessment_plan"),
        ("Plan & assessment", "assessment_plan"),
        ("Bloods on 11/03/2024", "results"),
        ("Vitals 0350", "vitals"),
        ("Discharge obs", "vitals"),
        ("Current regular medications", "medications"),
    ],
)
def test_what_a_heading_stands_for(name, kind):
    assert named(name, qualified=True).kind == kind


@pytest.mark.parametrize("name", ["Diabetes and hypertension", "Hypertension", "the assessment", "Rest and fluids"])
def test_what_is_no_heading(name):
    assert named(name) is None


@pytest.mark.parametrize(
    "text",
    [
        "Allergies & sensitivities: latex",
        "**Allergies / Intolerances** - latex",
        "## Allergies and adverse reactions\nlatex",
        "ALLERGIES\n---------\nlatex",
        "1. Allergies: latex",
        "Cough for a week. Allergies: latex. Meds: none.",
        "PMH: asthma  Allergies: latex  DH: none",
        "__Known allergies__: latex",
        "Allergies – latex",
        "ALLERGY STATUS | latex",
    ],
)
def test_however_it_is_written(text):
    assert [fact["substance"] for fact in understand(text).stored()["allergies"]] == ["latex"]
