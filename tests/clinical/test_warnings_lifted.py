"""Warnings that are taken back or that nobody gives, and those that a short "no", a table or "must not" gives."""

import pytest

from clinical import understand


def avoided(text):
    return {fact["substance"] for fact in understand(text).stored()["avoid"]}


@pytest.mark.parametrize(
    "text",
    [
        "There is no need for him to avoid codeine.",
        "I see no reason to keep him off metformin.",
        "He does not have to avoid grapefruit.",
        "The old instruction that she should avoid naproxen no longer applies.",
        "He was advised against amlodipine, but this has been withdrawn.",
        "Rash with doxycycline was thrush really, and he may have it again.",
        "Advised no wine while taking metronidazole.",
        "He takes no clopidogrel and no statins.",
        "Diabetes, no insulin.",
        "COPD: no inhalers at present.",
        "Asthma: no steroids since May.",
    ],
)
def test_a_warning_taken_back_is_none(text):
    assert avoided(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Porphyria, so no methylene blue and no trimethoprim please.", {"methylene blue", "trimethoprim"}),
        ("CKD 5: no NSAIDs.", {"nsaids"}),
        ("Pregnant - no ramipril and no tetracyclines.", {"ramipril", "tetracyclines"}),
        ("Renal transplant: no macrolides.", {"macrolides"}),
        ("Must never receive suxamethonium.", {"suxamethonium"}),
        ("Should not receive live vaccines while on adalimumab.", {"live vaccines"}),
        ("No opioids under any circumstances.", {"opioids"}),
        (
            "Alerts\n| Never give | Because |\n|---|---|\n| Metoclopramide | Parkinson's disease |\n| Naproxen | CKD |",
            {"metoclopramide", "naproxen"},
        ),
    ],
)
def test_short_warnings_are_told(text, expected):
    assert avoided(text) == expected
