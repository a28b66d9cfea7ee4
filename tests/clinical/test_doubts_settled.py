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
        ("Initially thought to be shingles but it turned out to be cellulitis.", {("shingles", R), ("cellulitis", C)}),
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
        ("A 54-year-old with gout and psoriasis.", {("gout", C), ("psoriasis", C)}),
        ("This 9-year-old has coeliac disease.", {("coeliac disease", C)}),
        ("Brucellosis still a possibility.", {("brucellosis", P)}),
        ("Her asthma is out of control.", {("asthma", C)}),
        ("It is not gout.", {("gout", R)}),
        ("Both he and his brother have haemophilia.", {("haemophilia", C)}),
        ("The family dog has scabies.", set()),
        ("I doubt this is polymyalgia rheumatica.", {("polymyalgia rheumatica", R)}),
        ("Sarcoidosis was considered but it was excluded.", {("sarcoidosis", R)}),
        ("His sister was found to have glaucoma and he would like screening.", {("glaucoma", "family")}),
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
        (
            "1. Angina: no 2. Asthma: yes 3. Epilepsy - no 4) COPD - yes",
            {("angina", R), ("asthma", C), ("epilepsy", R), ("copd", C)},
        ),
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
        ("Itchy rash with doxycycline.", {("doxycycline", "present")}),
        ("Rash with doxycycline. Dermatologist: viral, not drug allergy.", set()),
        ("No rash with doxycycline.", set()),
        ("Lips swelled after walnuts last summer.", {("walnuts", "present")}),
        ("Allergies: Patient denies.", {("any", "denied")}),
        ("Allergies: He denies any.", {("any", "denied")}),
        ("Allergies: Parents report none.", {("any", "denied")}),
        (
            "ALLERGIES\nLatex\nReaction: hives\nWalnuts\nReaction: GI upset",
            {("latex", "present"), ("walnuts", "present")},
        ),
        ("Allergy box: latex.", {("latex", "present")}),
        ("Egg allergy long gone.", {("egg", "denied")}),
        ("Allergies: denies any. The Jext in his bag is his sister's.", {("any", "denied")}),
        ("Peanut allergy - gets hives.", {("peanut", "present")}),
        ("Reacted to hen's egg as a baby, grew out of it and now eats egg.", {("hen's egg", "denied")}),
        ("She said no allergies, yet her tongue swelled after ibuprofen.", {("ibuprofen", "present")}),
        # what a germ was tested for
        ("CSU: Klebsiella. Sensitivities: gentamicin S, trimethoprim R.", set()),
        ("Wound swab grew Staph aureus, sensitive to doxycycline.", set()),
        ("She is sensitive to codeine, which makes her wheeze.", {("codeine", "present")}),
    ],
)
def test_allergies_in_forms_on_bands_and_taken_back(text, expected):
    assert allergies(text) == expected
