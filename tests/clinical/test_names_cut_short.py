"""Names of medicines that are cut short, and those that an allergy is the reason to carry."""

import pytest

from clinical import understand


def told(text):
    return {(one["concept"], one["dose"]) for one in understand(text).stored()["medications"]}


@pytest.mark.parametrize(
    ("text", "ingredient", "dose"),
    [
        ("Current medication: rabepraz 20 mg od.", "rabeprazole", "20 mg"),
        ("Takes candesart 8 mg mane.", "candesartan", "8 mg"),
        ("Given: para 1 g po.", "acetaminophen", "1 g"),
        ("Plan: continue risperidon.", "risperidone", None),
        ("Medications: pantoprazol 40 mg, metoprolo 50 mg bd", "metoprolol", "50 mg"),
    ],
)
def test_a_name_that_is_cut_short_is_that_medicine(text, ingredient, dose):
    assert (ingredient, dose) in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "G2 para 1, both vaginal.",
        "Dressing done daily, tape removed.",
        "Proxy access granted daily; collage class helps.",
        "Asp sent for culture.",
        "Allergies: tapes (itch).",
    ],
)
def test_a_word_that_begins_like_a_medicine_is_none(text):
    assert told(text) == set()


def test_what_is_carried_because_of_an_allergy_is_a_medicine():
    assert told("Allergies: hazelnut - throat swelling, has EpiPen Jr at school.") == {("epinephrine", None)}
