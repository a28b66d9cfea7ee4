"""Allergies that stay on the list beside one that is taken off, and what is concluded to be none."""

import pytest

from clinical import understand


def told(text):
    return {
        (fact["concept"], "retracted" if fact["retracted"] else fact["status"])
        for fact in understand(text).stored()["allergies"]
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Isoniazid hepatitis stays on the allergy list.", {("isoniazid", "present")}),
        ("Levofloxacin tendon rupture now on the allergy list.", {("levofloxacin", "present")}),
        ("Codeine taken off the allergy list. Erythromycin (hives 2011) stays.",
         {("codeine", "retracted"), ("erythromycin", "present")}),
        ("Penicillin label removed. Latex and kiwi stay.",
         {("penicillin", "retracted"), ("latex", "present"), ("kiwi", "present")}),
        ("Egg removed from allergies; sesame stays.", {("egg", "retracted"), ("sesame", "present")}),
        ("Macrolide antibiotics label removed.", {("macrolide", "retracted")}),
        ("Cefalexin: no rash on the second course, so no allergy.", {("cephalexin", "retracted")}),
        ("No rash, so no allergy.", set()),
        ("Wheeze with ibuprofen confirmed, allergy stays, aspirin too.",
         {("ibuprofen", "present"), ("aspirin", "present")}),
        ("Allergy clinic: culprit was rocuronium (skin test positive).", {("rocuronium", "present")}),
        ("Allergic to amoxicillin, flucloxacillin too.", {("amoxicillin", "present"), ("flucloxacillin", "present")}),
        ("Penicillin no longer on the allergy list.", {("penicillin", "retracted")}),
        ("Hives after peanut butter.", {("peanut", "present")}),
    ],
)  # fmt: skip
def test_what_is_kept_and_what_is_concluded(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Ramipril 5 mg OD. Penicillin label removed. Ramipril stays.",
        "Penicillin removed from the allergy list. He remains well.",
        "Suspected culprit cefuroxime.",
        "Trimethoprim not on the allergy list.",
        "Latex on the allergy list in error.",
    ],
)
def test_what_is_no_allergy(text):
    assert not any(status == "present" for _, status in told(text))


def test_a_medicine_that_stays_is_no_allergy():
    found = understand("Codeine is not an allergy. Paclitaxel stays.").stored()["allergies"]
    assert [(one["substance"], one["status"]) for one in found] == [("codeine", "denied")]
