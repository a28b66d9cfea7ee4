"""Minds that changed about procedures; alcohol with medicines; further ways to say no; "?pe" in small letters."""

import pytest

from clinical import understand


def facts(text, kind):
    return understand(text).stored()[kind]


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Consented for gastroscopy but withdrew on the day.", "declined"),
        ("Booked for cataract surgery, then changed her mind and cancelled.", "declined"),
        ("Was listed for hip replacement but has decided against it.", "declined"),
        ("Came in for hernia repair, got cold feet and went home.", "declined"),
        ("Due for cystoscopy today; thought better of it and left.", "declined"),
        ("Initially refused gastroscopy but changed her mind and had it on Monday.", "done"),
        ("Refused colonoscopy in May but has changed his mind and would like it booked.", "planned"),
        ("Booked for cataract surgery, wobbled, changed her mind, then went ahead.", "done"),
        ("Listed for knee replacement; has not changed his mind.", "planned"),
    ],
)
def test_a_mind_that_changed(text, status):
    assert [fact["status"] for fact in facts(text, "procedures")] == [status]


@pytest.mark.parametrize(
    "text",
    [
        "Tinidazole 2 g stat, no alcohol for three days.",
        "Metronidazole 400 mg tds 7/7; no alcohol during the course.",
        "Disulfiram 200 mg daily. No alcohol whatsoever.",
        "Told not to drink alcohol with these tablets.",
        "Alcohol to be avoided with the metronidazole.",
    ],
)
def test_alcohol_is_forbidden_with_a_medicine(text):
    assert [fact["substance"].lower() for fact in facts(text, "avoid")] == ["alcohol"]


@pytest.mark.parametrize(
    "text",
    [
        "Drinks no alcohol. Metronidazole 400 mg tds for 5 days.",
        "Smoker 20/day, no alcohol. Given metronidazole 400 mg tds.",
        "Non-smoker, no alcohol for ten years.",
        "Advised to avoid alcohol.",
        "SH: lives alone, no alcohol. DH: ramipril 5 mg.",
    ],
)
def test_alcohol_that_is_no_matter_of_a_medicine(text):
    assert facts(text, "avoid") == []


@pytest.mark.parametrize(
    ("text", "substance"),
    [
        ("Severe COPD: propranolol is out of the question.", "propranolol"),
        ("Metformin is a no-go with that eGFR.", "metformin"),
        ("NSAIDs are off the table given her kidneys.", "nsaids"),
        ("Opioids are a definite no for this man.", "opioids"),
        ("Prolonged QT - citalopram is a non-starter.", "citalopram"),
        ("Haemophilia: intramuscular diclofenac is strictly forbidden.", "diclofenac"),
        ("Started doxycycline 100 mg daily, no antacids with it.", "antacids"),
    ],
)
def test_further_ways_to_forbid(text, substance):
    assert [fact["substance"] for fact in facts(text, "avoid")] == [substance]


@pytest.mark.parametrize(
    "text",
    [
        "Is warfarin out of the question?",
        "Amiodarone is not forbidden.",
        "Driving is forbidden on morphine.",
        "Warfarin is no problem for this man.",
        "Surgery is out of the question so apixaban continues.",
    ],
)
def test_what_forbids_nothing(text):
    assert facts(text, "avoid") == []


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Impression: decompensated heart failure with AKI", {"decompensated heart failure", "AKI"}),
        ("Diagnosis: hip fracture with hyponatraemia", {"hip fracture", "hyponatraemia"}),
        ("Imp: gastroenteritis with hypokalaemia and AKI", {"gastroenteritis", "hypokalaemia", "AKI"}),
        ("Impression: migraine with aura", {"migraine with aura"}),
        ("Imp: AF with RVR", {"AF with RVR"}),
        ("Impression: heart failure with reduced ejection fraction", {"heart failure with reduced ejection fraction"}),
    ],
)
def test_conditions_that_came_together(text, expected):
    assert {fact["text"] for fact in facts(text, "diagnoses")} == expected


@pytest.mark.parametrize("text", ["?pe - for ctpa", "collapse ?cva", "?mi, trop sent", "tired ?ida"])
def test_an_abbreviation_in_small_letters_that_is_queried(text):
    assert [fact["certainty"] for fact in facts(text, "diagnoses")] == ["possible"]


@pytest.mark.parametrize("text", ["why now? he says all is well", "?all bloods done", "c/o this? ms smith rang"])
def test_a_word_behind_a_question_mark_that_is_none(text):
    assert facts(text, "diagnoses") == []


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("Eight-week check: baby 5.1 kg, HR 142. Mother's BP 118/74.", 5.1),
        ("Newborn 3.4 kg, RR 44.", 3.4),
        ("Delivered a live male infant 3.4 kg, Apgars 9 and 10.", None),
        ("SVD of baby girl 3.6 kg. Mother well.", None),
        ("Baby gained 1.2 kg since birth.", None),
    ],
)
def test_the_weight_of_a_baby_who_is_the_patient(text, value):
    assert next((fact["value"] for fact in facts(text, "vitals") if fact["name"] == "weight"), None) == value
