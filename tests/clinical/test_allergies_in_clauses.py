"""What an allergy did, told in a clause of its own; the only allergy somebody has; and whose it is."""

import pytest

from clinical import understand


def told(text):
    facts = understand(text).stored()["allergies"]
    return {fact["substance"]: fact["reaction"] for fact in facts if fact["status"] == "present"}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergic to trimethoprim: broke out in a rash on day three.", {"trimethoprim": "rash"}),
        ("Allergic to cefalexin - came up in wheals within minutes.", {"cefalexin": "wheals"}),
        ("Penicillin allergic; erupted in urticaria as a student.", {"penicillin": "urticaria"}),
        ("Known allergy to amoxicillin, developed hives as a toddler.", {"amoxicillin": "hives"}),
        ("Allergic to ibuprofen: lips swelled after one tablet.", {"ibuprofen": "lips swelled"}),
        ("Penicillin allergy. She came out in a blotchy rash once.", {"penicillin": "blotchy rash"}),
        ("Allergic to penicillin, presents with a rash today.", {"penicillin": None}),
        ("Allergic to penicillin. She developed a rash yesterday.", {"penicillin": None}),
        ("Penicillin allergy. Came in with wheeze.", {"penicillin": None}),
        ("Allergic to penicillin and latex: came out in hives with both.", {"penicillin": None, "latex": None}),
    ],
)
def test_a_clause_of_its_own_tells_what_it_did(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Lip swelling half an hour after taking naproxen, recorded as allergy.", {"naproxen": "lip swelling"}),
        ("Collapse right after teicoplanin, confirmed as allergy at clinic.", {"teicoplanin": "collapse"}),
        (
            "Swollen tongue that evening with her first ramipril, put down as an allergy.",
            {"ramipril": "swollen tongue"},
        ),
        ("Rash after amoxicillin, wrongly recorded as an allergy.", {}),
    ],
)
def test_what_was_recorded_as_an_allergy_with_what_it_did_before_it(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("His only known allergy is penicillin.", {"penicillin": None}),
        ("The one allergy she has is to codeine.", {"codeine": None}),
        ("Her sole allergy: erythromycin.", {"erythromycin": None}),
        ("His one recorded allergy is to cefaclor, which gave him a rash.", {"cefaclor": "rash"}),
        ("Her allergy is to penicillin only.", {"penicillin": None}),
        ("She is allergic only to plasters.", {"plasters": None}),
        ("Her only allergy is hay fever.", {}),
        ("The allergy is unlikely.", {}),
    ],
)
def test_the_substance_may_be_what_the_allergy_is(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "His little boy is allergic to eggs. Mr Farrell has no known allergies.",
        "Her teenage girl is allergic to kiwi. She has no allergies herself.",
        "Her boys are allergic to peanuts.",
        "His eldest is allergic to penicillin.",
    ],
)
def test_a_child_of_the_patient_is_somebody_else(text):
    assert told(text) == {}
