"""The reason for which something must not be given is there, however the order is denied."""

import pytest

from clinical import understand


def said_of(text, concept):
    return {fact["certainty"] for fact in understand(text).stored()["diagnoses"] if fact["concept"] == concept}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("Please do not prescribe naproxen (CKD 4).", "chronic kidney disease"),
        ("No beta-blockers (asthma).", "asthma"),
        ("Must not be given prochlorperazine (Parkinson's disease).", "parkinson's disease"),
        ("Never use verapamil (heart failure).", "heart failure"),
        ("Not on anticoagulation for AF.", "atrial fibrillation"),
        ("Do not start pioglitazone in heart failure.", "heart failure"),
    ],
)
def test_the_reason_of_a_denied_order_is_not_denied(text, concept):
    assert said_of(text, concept) == {"confirmed"}


@pytest.mark.parametrize(
    ("text", "concept"),
    [
        ("No evidence of DVT (or PE).", "pulmonary embolism"),
        ("Denies use of aspirin, asthma (or COPD).", "chronic obstructive pulmonary disease"),
        ("No steroids (no asthma).", "asthma"),
        ("Denies chest pain (angina).", "angina"),
        ("No history of gout (podagra) or epilepsy.", "epilepsy"),
    ],
)
def test_a_denied_condition_stays_denied(text, concept):
    assert said_of(text, concept) == {"ruled_out"}
