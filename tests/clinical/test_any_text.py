"""No text breaks it, and none is read wrongly because of where it stands."""

import csv
import json

from hypothesis import example, given
from hypothesis import strategies as st

from clinical import VERSION, understand
from clinical.text.document import LOOKED_AT

WORDS = """
S: O: A: P: A/P: Plan: PMH: Allergies: Signed: Dear Dr BP 120/80 HR: 72 T 98.6 F lisinopril 20 mg daily BID no
denies history of father had MI possible ? (-) + asthma pneumonia diabetes , ; . : - ( ) [ ] * # 1. 2024-01-01
LDL 165 mg/dL pain 6/10 allergic to penicillin NKDA if risk ruled out start stop change to from increase sig:
disp: 5'10" 192 lbs % °C ½ µg “ ” • –
"""
PIECES = st.sampled_from(WORDS.split())
NOTES = st.lists(st.tuples(PIECES, st.sampled_from([" ", "\n", "\n\n", "", "\t"])), max_size=60).map(
    lambda pieces: "".join(piece + gap for piece, gap in pieces)
)


def places_are_right(text, found):
    for facts in found.stored().values():
        for fact in facts:
            assert text[fact["start"] : fact["end"]] == fact["original"]
            assert fact["section"] in {"subjective", "objective", "assessment", "plan", None}
            assert fact["start"] < fact["end"]
            for start, end in fact.get("places", {}).values():
                assert 0 <= start < end <= len(text)


@given(st.text(max_size=400))
@example("\x00\ud800")
@example("S:\u2028O:\u2029A:\x85P:")
@example("İ BP 120/80 ﬁ ß ſ K")
def test_any_text_is_understood_somehow(text):
    places_are_right(text, understand(text))


@given(NOTES)
def test_any_heap_of_clinical_words_is_understood_somehow(text):
    found = understand(text)
    places_are_right(text, found)
    json.dumps(found.stored())
    assert 0 <= found.type_confidence <= 1
    if found.sections is not None:
        assert all(part is None or part.strip() == part for part in found.sections.values())


@given(NOTES)
def test_the_same_text_is_always_understood_the_same(text):
    assert understand(text) == understand(text)


def test_a_long_notes_last_section_is_complete():
    text = "S: Cough\nO: Clear\nA: Cold\nP: Rest. " + "More advice. " * (LOOKED_AT // 12)
    assert understand(text).sections["plan"] == text.partition("P: ")[2].strip()


def test_facts_of_every_kind_are_there():
    found = understand("nothing")
    assert {"vitals", "medications", "diagnoses", "allergies", "avoid", "labs"} <= set(found.facts)
    assert VERSION >= 1


def test_every_fact_of_real_notes_stands_where_it_says(shared_data):
    with (shared_data / "aci-bench" / "train.csv").open(encoding="utf-8", newline="") as file:
        notes = [row["note"].replace("\r\n", "\n") for row in csv.DictReader(file)]
    facts = 0
    for note in notes:
        found = understand(note)
        places_are_right(note, found)
        assert found.sections is not None
        facts += sum(map(len, found.facts.values()))
    assert facts > 500
