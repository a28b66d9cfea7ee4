"""Allergies that are another person's, that an answer specifies, and whose rows in a table are no medicines."""

import pytest

from clinical import understand


def allergies(text):
    return {(fact["substance"], fact["status"], fact["reaction"]) for fact in understand(text).stored()["allergies"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Record says allergic to latex. She is certain this was her aunt, never herself.", ("latex", "denied", None)),
        ("Old letter: penicillin allergy. That is his brother's.", ("penicillin", "denied", None)),
        (
            "Labelled penicillin-allergic as a baby. A challenge in May was passed and the label has been removed.",
            ("penicillin", "denied", None),
        ),
        ("Allergic to latex. Her sister has asthma, not her.", ("latex", "present", None)),
        ("Allergic to latex. The drain was removed and it bled.", ("latex", "present", None)),
    ],
)
def test_what_is_said_next_takes_back_an_allergy(text, expected):
    assert allergies(text) == {expected}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergy to painkillers? Yes - tramadol, hives", ("tramadol", "present", "hives")),
        ("Allergy to antibiotics? Yes: cefuroxime (wheeze)", ("cefuroxime", "present", "wheeze")),
        ("Allergies: [ ] none known  [x] doxycycline (rash)", ("doxycycline", "present", "rash")),
        ("Allergen: latex\nReaction: hives", ("latex", "present", "hives")),
        ("Pen allergic (true anaphylaxis).", ("penicillin", "present", "anaphylaxis")),
        ("Allergies: sesame (rash per dad)", ("sesame", "present", "rash")),
    ],
)
def test_what_an_answer_or_a_bracket_specifies_is_told(text, expected):
    assert allergies(text) == {expected}


def test_the_rows_of_a_table_of_allergies_are_no_medicines():
    text = "| Allergen | Reaction |\n|---|---|\n| Cefuroxime | Rash |\n| Latex | Hives |\n\nTakes ramipril 5 mg daily."
    assert {fact["name"] for fact in understand(text).stored()["medications"]} == {"ramipril"}
