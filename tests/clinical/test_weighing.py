"""What is said of a drug is weighed with the words around it; the weights are data that agree with the code."""

from dataclasses import dataclass
from typing import Any

import pytest

from clinical.fact_json import as_json
from clinical.facts import MedicationStatus, ProcedureStatus, Reality
from clinical.understanding import understand
from clinical.weighing import procedures as of_procedures
from clinical.weighing.linear import Linear, linear
from clinical.weighing.medications import MODEL, OTHERS, TAKEN, WARNED, answer

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
    assert all(model.of(feature) for feature in model.weights)


def test_the_shares_of_the_answers_are_a_whole_whatever_is_seen():
    model = Linear(("yes", "no"), (0, 0), {"seen": ((0, 200),), "against": ((0, -80_000), (1, 80_000))})
    assert model.shares([]) == {"yes": 0.5, "no": 0.5}
    assert model.shares(["seen", "seen", "unknown"])["yes"] == pytest.approx(0.8808, abs=1e-4)
    assert model.shares(["against"]) == {"yes": 0.0, "no": 1.0}


def test_where_no_word_speaks_of_what_is_to_come_nothing_is_planned():
    told = said("Leflunomide 20 mg daily, vitamin D 20,000 units weekly on Fridays, risedronate 35 mg on Mondays.")
    assert {reality for _, reality in told.values()} == {"actual"}


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


def test_every_answer_on_procedures_can_be_told():
    answers = set(linear(of_procedures.MODEL).answers)
    assert answers == {status.value for status in ProcedureStatus} | {of_procedures.NOT_TOLD}


@dataclass
class _Said:
    """As much of a statement as an answer asks for."""

    status: MedicationStatus = MedicationStatus.MENTIONED
    reality: Reality = Reality.ACTUAL
    said: bool = False
    listed: bool = False
    shunned: bool = False


@pytest.mark.parametrize(
    ("shares", "told"),
    [
        ({"started": 0.72, "past": 0.28}, "started"),
        ({"started": 0.6, "past": 0.4}, "mentioned"),
        ({"started": 0.4, "past": 0.6}, "past"),
        ({"continued": 0.5, "planned": 0.2, "past": 0.2, "mentioned": 0.1}, "mentioned"),
        ({"started": 0.55, "planned": 0.45}, "planned"),
    ],
)
def test_what_is_neither_surely_taken_nor_likelier_over_is_left_open(shares, told):
    assert answer(shares, _Said()) == told


def test_that_it_is_over_stands_where_the_rules_say_so():
    assert answer({"started": 0.6, "stopped": 0.4}, _Said(MedicationStatus.STOPPED, said=True)) == "stopped"


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("MRI knee on the waiting list since June.", "planned"),
        ("Colonoscopy is what he would rather not go through.", "declined"),
        ("Bladder scan beforehand showed 40 ml.", "done"),
    ],
)
def test_what_became_of_a_procedure_is_weighed(text, status):
    assert [one.status.value for one in understand(text).facts["procedures"]] == [status]
