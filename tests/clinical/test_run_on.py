"""What a sentence says it says as well beside any other, whatever joins the two."""

from itertools import permutations
from typing import Any

import pytest

from clinical import understand
from clinical.note import Note

# Each with a fact that must come of it.
STATEMENTS: dict[str, tuple[str, dict[str, Any]]] = {
    "Felodipine stopped": ("medications", {"name": "felodipine", "status": "stopped"}),
    "Losartan increased to 100 mg daily": ("medications", {"name": "losartan", "status": "changed", "dose": "100 mg"}),
    "She takes rosuvastatin 10 mg at night": ("medications", {"name": "rosuvastatin", "status": "continued"}),
    "Continue carvedilol 3.125 mg twice daily": ("medications", {"name": "carvedilol", "status": "continued"}),
    "Apixaban is on hold until Thursday": ("medications", {"name": "apixaban", "status": "stopped"}),
    "Restart edoxaban": ("medications", {"name": "edoxaban", "status": "started"}),
    "Ran out of montelukast last week": ("medications", {"name": "montelukast", "status": "stopped"}),
    "Switched from paroxetine to duloxetine": ("medications", {"name": "duloxetine", "status": "started"}),
    "Declined mirtazapine": ("medications", {"name": "mirtazapine", "reality": "declined"}),
    "No known drug allergies": ("allergies", {"status": "denied"}),
    "Avoid nitrofurantoin": ("avoid", {"substance": "nitrofurantoin"}),
    "Pneumothorax was ruled out": ("diagnoses", {"text": "pneumothorax", "certainty": "ruled_out"}),
    "Possible cellulitis": ("diagnoses", {"text": "cellulitis", "certainty": "possible"}),
    "His mother had colon cancer": ("diagnoses", {"text": "colon cancer", "certainty": "family"}),
    "No evidence of pancreatitis": ("diagnoses", {"text": "pancreatitis", "certainty": "ruled_out"}),
    "Sodium 131": ("labs", {"name": "sodium", "value": 131}),
    "Weight 71 kg": ("vitals", {"name": "weight", "value": 71}),
    "Cystoscopy is booked for next month": ("procedures", {"text": "cystoscopy", "status": "planned"}),
}
# A relative and a patient of the same sex, or a list of what is possible in a family, cannot be told apart.
UNCLEAR = {
    ("His mother had colon cancer", "She takes rosuvastatin 10 mg at night"),
    ("His mother had colon cancer", "Possible cellulitis"),
    ("His mother had colon cancer", "Ran out of montelukast last week"),
    ("His mother had colon cancer", "Declined mirtazapine"),
    ("His mother had colon cancer", "Switched from paroxetine to duloxetine"),
}
PAIRS = [pair for pair in permutations(STATEMENTS, 2) if pair not in UNCLEAR]


def is_told(statement: str, text: str) -> bool:
    kind, wanted = STATEMENTS[statement]
    return any(wanted.items() <= {**fact, **_lower(fact)}.items() for fact in understand(text).stored()[kind])


def _lower(fact: dict[str, Any]) -> dict[str, Any]:
    return {name: fact[name].lower() for name in ("name", "text", "substance") if isinstance(fact.get(name), str)}


@pytest.mark.parametrize("joined", [", ", "; ", " - ", ". ", "\n"], ids=["comma", "semicolon", "dash", "stop", "line"])
def test_two_statements_side_by_side_are_told_as_if_each_stood_alone(joined):
    texts = {(one, other): f"{one}{joined}{other}" for one, other in PAIRS}
    if joined != "\n":  # a line in small letters goes on with the one before
        texts |= {pair: text.lower() for number, (pair, text) in enumerate(texts.items()) if number % 2}
    lost = [(said, text) for pair, text in texts.items() for said in pair if not is_told(said, text)]
    assert lost == []


def sentences(text: str) -> list[str]:
    note = Note(text)
    return [note.text[start:end].rstrip(",; ") for start, end in note.document.sentences]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("NKDA, felodipine stopped", ["NKDA", "felodipine stopped"]),
        ("Her father had a stroke, sodium 131", ["Her father had a stroke", "sodium 131"]),
        ("She has asthma; the biopsy was normal", ["She has asthma", "the biopsy was normal"]),
        ("Penicillin allergy, on edoxaban 60 mg", ["Penicillin allergy", "on edoxaban 60 mg"]),
        ("Switched to duloxetine; ran out of montelukast", ["Switched to duloxetine", "ran out of montelukast"]),
        # What only says when or on what it hangs, and what hangs on it, stay together.
        ("If the fever returns, continue paracetamol", ["If the fever returns, continue paracetamol"]),
        ("If the fever returns, take paracetamol, stop methotrexate", None),
        ("On 3 May, sodium 131", None),
        # So do lists, and what stands in brackets.
        ("Losartan, felodipine and indapamide were stopped", None),
        ("Allergic to kiwi, latex, ibuprofen", None),
        ("Bloods normal (sodium 138, she has CKD, no evidence of anaemia)", None),
        ("Mother: asthma, known diabetes, possible gout", None),
        # Who speaks of it goes on, and so does who says why.
        ("Felodipine was withheld, she is back on it", None),
        ("START sertraline 50 mg - patient declined", None),
        ("No ergometrine, she is hypertensive", None),
        ("Asked about allergies - pt denies any", None),
        ("Her mother has gout, she takes allopurinol", None),
        ("Her mother has gout, on allopurinol", None),
        ("Her mother has gout, started allopurinol last year", None),
    ],
)
def test_only_what_is_a_statement_by_itself_begins_another(text, expected):
    assert sentences(text) == (expected or [text])
