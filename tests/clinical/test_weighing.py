"""What is said of a drug is weighed with the words around it; the weights are data that agree with the code."""

from typing import Any

import pytest

from clinical.fact_json import as_json
from clinical.facts import MedicationStatus, Reality
from clinical.understanding import understand
from clinical.weighing.linear import Linear, linear
from clinical.weighing.medications import MODEL, OTHERS, TAKEN, WARNED

ANSWERS = (
    {status.value for status in MedicationStatus}
    | {reality.value for reality in Reality if reality is not Reality.ACTUAL}
    | {OTHERS, WARNED}
)


def said(text: str) -> dict[str, tuple[Any, Any]]:
    facts = [as_json(fact) for fact in understand(text).facts["medications"]]
    return {fact["name"]: (fact["status"], fact["reality"]) for fact in facts}


def test_every_answer_of_the_weights_can_be_told():
    model = linear(MODEL)
    assert set(model.answers) == ANSWERS
    assert len(model.biases) == len(model.answers)
    assert model.weights
    assert all(0 <= answer < len(model.answers) for told in model.weights.values() for answer, _ in told)


def test_the_shares_of_the_answers_are_a_whole_whatever_is_seen():
    model = Linear(("yes", "no"), (0.0, 0.0), {"seen": ((0, 2.0),), "against": ((0, -800.0), (1, 800.0))})
    assert model.shares([]) == {"yes": 0.5, "no": 0.5}
    assert model.shares(["seen", "seen", "unknown"])["yes"] == pytest.approx(0.8808, abs=1e-4)
    assert model.shares(["against"]) == {"yes": 0.0, "no": 1.0}


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Her metoprolol gave way to bisoprolol 5 mg once daily in the spring.", "metoprolol"),
        ("Naproxen is out since the ulcer.", "naproxen"),
        ("Son says she has had no furosemide since Sunday, tablets ran out.", "furosemide"),
    ],
)
def test_constructions_that_no_rule_knows_are_not_told_as_taken(text, drug):
    status, reality = said(text).get(drug, (None, None))
    assert not (status in TAKEN and reality == "actual")


@pytest.mark.parametrize(
    ("text", "drug", "status"),
    [
        ("He remains on his usual bisoprolol 5 mg in the morning.", "bisoprolol", "continued"),
        ("She still swallows her apixaban 5 mg twice a day.", "apixaban", "continued"),
        ("Ramipril goes up to 5 mg once daily.", "ramipril", "changed"),
    ],
)
def test_what_is_taken_is_told(text, drug, status):
    assert said(text)[drug] == (status, "actual")


def test_the_word_of_a_heading_stands():
    assert said("STOPPED MEDICATIONS:\n- Lisinopril 10 mg daily")["lisinopril"] == ("stopped", "actual")
