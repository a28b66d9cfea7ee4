"""Allergies, and their absence."""

import pytest

from clinical import understand


def allergies(text):
    return {(fact["substance"], fact["reaction"], fact["status"]) for fact in understand(text).stored()["allergies"]}


PRESENT, DENIED = "present", "denied"
CASES = [
    ("Allergies: penicillin (rash), sulfa", {("penicillin", "rash", PRESENT), ("sulfa", None, PRESENT)}),
    ("ALLERGIES\n\nPenicillin.\n\nPLAN\n\nRest", {("penicillin", None, PRESENT)}),
    (
        "Allergies:\n- Penicillin (anaphylaxis)\n- Shellfish",
        {("penicillin", "anaphylaxis", PRESENT), ("shellfish", None, PRESENT)},
    ),
    (
        "ALLERGIES: Penicillin - hives; Codeine: nausea",
        {("penicillin", "hives", PRESENT), ("codeine", "nausea", PRESENT)},
    ),
    ("He is allergic to penicillin.", {("penicillin", None, PRESENT)}),
    ("She is allergic to codeine, which causes nausea.", {("codeine", "nausea", PRESENT)}),
    ("allergic to penicillin and sulfa drugs", {("penicillin", None, PRESENT), ("sulfa drugs", None, PRESENT)}),
    ("anaphylaxis to peanuts", {("peanuts", "anaphylaxis", PRESENT)}),
    ("Patient has a latex allergy.", {("latex", None, PRESENT)}),
    ("penicillin allergy", {("penicillin", None, PRESENT)}),
    ("Allergies: aspirin causing urticaria", {("aspirin", "urticaria", PRESENT)}),
    ("NKDA", {("drugs", None, DENIED)}),
    ("Allergies: NKDA", {("drugs", None, DENIED)}),
    ("He has no known drug allergies.", {("drugs", None, DENIED)}),
    ("No known medication allergies", {("drugs", None, DENIED)}),
    ("No known allergies.", {("any", None, DENIED)}),
    ("NKA", {("any", None, DENIED)}),
    ("She denies any allergies.", {("any", None, DENIED)}),
    ("Allergies: none", {("any", None, DENIED)}),
    ("No known drug or food allergies", {("drugs", None, DENIED), ("foods", None, DENIED)}),
    ("No hx. allergic reactions to vaccines.", {("vaccines", None, DENIED)}),
    ("Denies allergy to latex.", {("latex", None, DENIED)}),
    ("not allergic to penicillin", {("penicillin", None, DENIED)}),
    ("DH: aspirin 75mg. NKDA\nFH: none", {("drugs", None, DENIED)}),
    ("Seasonal allergies", set()),
    ("Allergies: seasonal", set()),
    ("Allergic rhinitis", set()),
    ("Patient denies history of seasonal allergies.", set()),
    ("Her mother is allergic to penicillin.", set()),
    ("Discussed avoiding allergen triggers", set()),
    ("sensitive to light touch", set()),
    ("referred to the allergy clinic", set()),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_allergies(text, expected):
    assert allergies(text) == expected


def test_an_allergen_is_no_medication():
    facts = understand("Allergies: penicillin\n\nPlan: Start azithromycin 500 mg daily").stored()
    assert [fact["name"] for fact in facts["medications"]] == ["azithromycin"]
