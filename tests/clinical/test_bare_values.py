"""Values that no name stands before, doses without a unit, and frequencies that are written short."""

import pytest

from clinical import understand


def vitals(text):
    return {(one["name"].replace("_blood_pressure", ""), one["value"]) for one in understand(text).stored()["vitals"]}


def labs(text):
    return {(one["name"], one["value"]) for one in understand(text).stored()["labs"]}


def taken(text):
    return [(one["name"], one["dose"], one["frequency"]) for one in understand(text).stored()["medications"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("BP 161/92, recheck 148/84.", {("systolic", 161), ("diastolic", 92), ("systolic", 148), ("diastolic", 84)}),
        ("Supine 133/77, erect 108/62.", {("systolic", 133), ("diastolic", 77), ("systolic", 108), ("diastolic", 62)}),
        (
            "Triage VS: 112/66, 104, 22, 38.3, 92% RA.",
            {
                ("systolic", 112),
                ("diastolic", 66),
                ("heart_rate", 104),
                ("respiratory_rate", 22),
                ("body_temperature", 38.3),
                ("oxygen_saturation", 92),
            },
        ),
        ("HR 77, 71.2 kg, afebrile", {("heart_rate", 77), ("weight", 71.2)}),
        ("Reviewed at home. T 38.7 since noon.", {("body_temperature", 38.7)}),
        ("Wt 61.5 today in shoes", {("weight", 61.5)}),
        ("Caesarean section 13 June, live girl 3.4 kg. EBL 600 ml.", set()),
        ("HR 88, pain 6.", {("heart_rate", 88), ("pain_score", 6)}),
    ],
)
def test_the_shape_of_a_number_says_which_sign_it_is(text, expected):
    assert expected <= vitals(text)


@pytest.mark.parametrize(
    "text",
    [
        "Repeat if BP above 150/90.",
        "Sinemet 125/50 first thing.",
        "Lost 4 kg, carries 20 kg sacks.",
        "Morphine PR 100 mg.",
        "At 2 hr 140.",
        "Pain 5 days, weight 3 weeks ago unknown.",
        "Seen 120/80 Elm Street.",
    ],
)
def test_other_numbers_are_no_signs(text):
    assert vitals(text) == set()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Bloods: lithium 0.83, TSH 2.2", {("lithium_level", 0.83), ("tsh", 2.2)}),
        ("clozapine 0.41 mg/L", {("clozapine_level", 0.41)}),
        ("Lithium 800 mg nocte, clozapine 100 mg", set()),
        ("Repeat troponin 0730, INR at 6 h", set()),
        ("PCV 29%, FeNO 33 ppb", {("hematocrit", 29), ("feno", 33)}),
    ],
)
def test_results_of_drugs_in_the_blood_are_no_doses(text, expected):
    assert labs(text) == expected


def test_the_day_of_blood_results_is_not_that_of_the_pulse():
    found = understand("Bloods 3 July: Hb 92, glucose 13.7. BP 98/60, pulse 88").stored()["vitals"]
    assert [one["at"] for one in found] == [None, None, None]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rx: bumetanide 2 – on hold", [("bumetanide", "2", None)]),
        ("Meds: quinapril 20 stopped.", [("quinapril", "20", None)]),
        ("felodipine MR 10 from today", [("felodipine", "10", None)]),
        ("Cefalexin 5/7 completed", [("cefalexin", None, None)]),
        ("Hyoscine 10 mg ON NEW", [("hyoscine", "10 mg", "at night")]),
        ("Torasemide 5 mg om no change", [("torasemide", "5 mg", "every morning")]),
        ("Nebivolol 5 mg/day", [("nebivolol", "5 mg", "once daily")]),
        ("Ramipril 5 mg 12/12h", [("ramipril", "5 mg", "every 12 hours")]),
        ("azithromycin 250 mg MWF", [("azithromycin", "250 mg", "Mon/Wed/Fri")]),
        ("Took cyclizine 50 mg at 21:15", [("cyclizine", "50 mg", None)]),
        ("1. Felodipine 2. Nebivolol", [("felodipine", None, None), ("nebivolol", None, None)]),
        ("Colecalciferol 20.000 IE every 2 weeks", [("colecalciferol", "20000 IU", "every 2 weeks")]),
        ("Pravastatin 20 mg od -> 40 mg nocte", [("pravastatin", "40 mg", "at night")]),
        ("Goserelin 10.8 mg 3/12ly", [("goserelin", "10.8 mg", "every 3 months")]),
    ],
)
def test_doses_and_frequencies_as_they_are_scribbled(text, expected):
    assert taken(text) == expected
