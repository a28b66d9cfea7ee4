"""Sentences end where they end, in prose, in lists and in wrapped lines."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical import sentences
from clinical.text.sentences import LONGEST


def split(text):
    return [text[start:end] for start, end in sentences(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Cough. Fever.", ["Cough.", "Fever."]),
        ("Cough! Fever? Yes.", ["Cough!", "Fever?", "Yes."]),
        ("Seen by Dr. Lee today. Well.", ["Seen by Dr. Lee today.", "Well."]),
        ("Follow up in approx. 5 months.", ["Follow up in approx. 5 months."]),
        ("Temp 98.2 today. BP 120/80.", ["Temp 98.2 today.", "BP 120/80."]),
        ("Give 2.5 mg b.i.d. for a week.", ["Give 2.5 mg b.i.d. for a week."]),
        ("1. Hypertension\n2. Gout", ["Hypertension", "Gout"]),
        ("1. Hypertension. 2. Gout.", ["Hypertension.", "2. Gout."]),
        ("- cough\n- fever", ["cough", "fever"]),
        ("• cough\n• fever", ["cough", "fever"]),
        ("Takes vitamin D. He is well.", ["Takes vitamin D.", "He is well."]),
        ("A: Cold\nP: Rest", ["A: Cold", "P: Rest"]),
        ("PLAN\n\nRest.", ["PLAN", "Rest."]),
        ("denies fever. has cough", ["denies fever.", "has cough"]),
        ("Pneumonia vs. bronchitis", ["Pneumonia vs. bronchitis"]),
        ("No fever (38 max.). Cough.", ["No fever (38 max.).", "Cough."]),
        ("", []),
        (" \n\n ", []),
    ],
)
def test_sentences(text, expected):
    assert split(text) == expected


def test_wrapped_lines_are_one_sentence():
    text = (
        "The patient is a 63-year-old man who denies any chest pain, shortness of\n"
        "breath, palpitations or swelling of the legs since his last visit to this\n"
        "clinic. He continues to smoke one pack a day and has no plans to stop it.\n"
        "He is well."
    )
    assert split(text)[0].endswith("clinic.")
    assert len(split(text)) == 3


def test_list_items_in_small_letters_are_not_joined():
    assert split("aspirin 81 mg daily\nmetformin 500 mg twice daily") == [
        "aspirin 81 mg daily",
        "metformin 500 mg twice daily",
    ]


@given(st.text(alphabet=st.sampled_from("xy .!?\n-•1X\t"), max_size=300))
def test_sentences_are_in_order_and_hold_every_word(text):
    found = sentences(text)
    assert all(start < end for start, end in found)
    assert all(one[1] <= other[0] for one, other in pairwise(found))
    covered = {place for start, end in found for place in range(start, end)}
    assert all(place in covered for place, letter in enumerate(text) if letter in "xyX")


def test_no_sentence_is_endless():
    assert max(end - start for start, end in sentences("word " * 5000)) <= LONGEST
    assert max(end - start for start, end in sentences("a" * 20_000)) <= LONGEST
