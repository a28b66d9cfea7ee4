"""Doubts that a test ended, denials from behind, boxes behind their labels, and who lies in another bed."""

import pytest

from clinical import understand

C, P, R = "confirmed", "possible", "ruled_out"


def diagnoses(text):
    return {(fact["text"].lower(), fact["certainty"]) for fact in understand(text).stored()["diagnoses"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Subarachnoid haemorrhage was suspected, LP clear.", {("subarachnoid haemorrhage", R)}),
        ("?DVT - duplex neg.", {("dvt", R)}),
        ("Pneumonia queried on admission, chest x-ray normal.", {("pneumonia", R)}),
        # the doubt stands: the test does not decide it, more is to come, or nothing was found out yet
        ("?pneumonia, CXR clear", {("pneumonia", P)}),
        ("?PE, CTPA clear, repeat scan booked", {("pe", P)}),
        ("?DVT - doppler tomorrow", {("dvt", P)}),
    ],
)
def test_a_doubt_ends_with_the_test_that_was_made_for_it(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("COPD\nAortic dissection excluded - CT angiogram normal.", {("copd", C), ("aortic dissection", R)}),
        ("Tuberculosis excluded → three smears clear", {("tuberculosis", R)}),
        ("Chlamydia non-reactive", {("chlamydia", R)}),
        ("Gout, which his father has, was ruled out.", {("gout", R)}),
        ("PMH: ∅ asthma, hypertension since 2012", {("asthma", R), ("hypertension", R)}),
        ("If this were sarcoidosis I would expect nodules.", set()),
        # what excludes is a verb with an object here
        ("CT excluded a subdural haematoma", {("subdural haematoma", R)}),
    ],
)
def test_what_denies_from_behind(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "The lady in the next bed has norovirus.",
        "Gentleman in the bed opposite has scabies.",
    ],
)
def test_who_lies_in_another_bed_is_another(text):
    assert diagnoses(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("CVS    Angina [ ]   HTN [x] 2015   COPD [ ]", {("angina", R), ("htn", C), ("copd", R)}),
        ("Diabetes ✗   Epilepsy ✓", {("diabetes", R), ("epilepsy", C)}),
        ("PMH: [x] Asthma   [ ] Epilepsy", {("asthma", C), ("epilepsy", R)}),
        ("[ ] Stroke   [x] COPD on inhalers", {("stroke", R), ("copd", C)}),
    ],
)
def test_boxes_answer_the_label_that_they_stand_beside(text, expected):
    assert diagnoses(text) == expected


def allergies(text):
    return {(fact["substance"], fact["status"]) for fact in understand(text).stored()["allergies"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ALLERGIES   Drugs [x] morphine: itching   Latex [ ]", {("morphine", "present"), ("latex", "denied")}),
        ("Allergies: yes. To what: trimethoprim. Reaction: hives.", {("trimethoprim", "present")}),
        ("Any drug allergy? Y  Which? Vancomycin  What happened? Rash", {("vancomycin", "present")}),
        ("Yellow allergy band on for latex.", {("latex", "present")}),
        ("Anaphylaxis to cashews aged 4.", {("cashews", "present")}),
        ("The codeine allergy is no longer listed.", {("codeine", "denied")}),
        (
            "Old label of penicillin allergy. Had flucloxacillin twice since and was de-labelled.",
            {("penicillin", "denied")},
        ),
        (
            "Records say allergic to ibuprofen, it only gave her heartburn, I have taken it off.",
            {("ibuprofen", "denied")},
        ),
        ("Carbamazepine tried in May: hives and fever - allergic.", {("carbamazepine", "present")}),
        ("Her allopurinol reaction was Stevens-Johnson syndrome.", {("allopurinol", "present")}),
        (
            "Patch test: allergic to nickel, colophony can come off the list.",
            {("nickel", "present"), ("colophony", "denied")},
        ),
        # what a germ was tested for
        ("CSU: Klebsiella. Sensitivities: gentamicin S, trimethoprim R.", set()),
        ("Wound swab grew Staph aureus, sensitive to doxycycline.", set()),
        ("She is sensitive to codeine, which makes her wheeze.", {("codeine", "present")}),
    ],
)
def test_allergies_in_forms_on_bands_and_taken_back(text, expected):
    assert allergies(text) == expected
