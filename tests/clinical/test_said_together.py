"""What only several words together tell of a drug: what it is excepted from, since when it was not taken, a course."""

import pytest

from clinical import understand


def told(text):
    return {
        fact["name"]: fact["status"] if fact["certainty"] == "actual" else fact["certainty"]
        for fact in understand(text).stored()["medications"]
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("She takes no regular medication apart from sertraline 50 mg.", {"sertraline": "continued"}),
        ("On nothing except an occasional ibuprofen.", {"ibuprofen": "continued"}),
        (
            "Not taking any tablets other than apixaban and bisoprolol.",
            {"apixaban": "continued", "bisoprolol": "continued"},
        ),
        ("All his tablets were withheld apart from levothyroxine.", {"levothyroxine": "continued"}),
    ],
)
def test_what_is_excepted_from_nothing_is_taken(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Live vaccines must not be given while on adalimumab.", {"adalimumab": "continued"}),
        ("No grapefruit while she is taking simvastatin 40 mg.", {"simvastatin": "continued"}),
        ("Developed a rash while on amoxicillin.", {"amoxicillin": "mentioned"}),
        ("She hasn't used her tiotropium since the summer.", {"tiotropium": "stopped"}),
        ("Has not taken any metformin for three weeks.", {"metformin": "stopped"}),
        ("Lipitor changed to the generic.", {"lipitor": "continued"}),
        ("Ceftriaxone 1 g to be given tomorrow.", {"ceftriaxone": "planned"}),
        ("Induction: thiopental 300 mg, suxamethonium 100 mg.",
         {"thiopental": "mentioned", "suxamethonium": "mentioned"}),
        ("Enoxaparin recommenced at 40 mg this evening after the drain came out.", {"enoxaparin": "started"}),
        ("Dexamethasone 12 mg IM given at 09:10; second dose due tomorrow.", {"dexamethasone": "started"}),
        ("On edoxaban for AF, lansoprazole for reflux and tamsulosin for his prostate.",
         {"edoxaban": "continued", "lansoprazole": "continued", "tamsulosin": "continued"}),
        ("No alterations to her treatment: methotrexate 15 mg weekly.", {"methotrexate": "continued"}),
    ],
)  # fmt: skip
def test_what_several_words_tell_together(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Rx: cefalexin 500 mg three times daily x 5 days, #15, no refills.", {"cefalexin": "started"}),
        ("Rx: amlodipine 5 mg daily, 3 refills.", {"amlodipine": "started"}),
        ("Refilled amlodipine 5 mg daily.", {"amlodipine": "continued"}),
        ("Current Rx: Keppra 300 mg BD.", {"keppra": "continued"}),
    ],
)
def test_how_often_a_prescription_is_dispensed_again_says_nothing_of_the_drug(text, expected):
    assert told(text) == expected


def test_names_cut_short_beside_a_drip():
    assert told("Dilt gtt off this morning, started metop 25 q6h.") == {"diltiazem": "stopped", "metoprolol": "started"}
    assert told("She was dilt with at the desk.") == {}
    assert told("Amlodipine 5 mg at night; she now needs 30 mg of help.").keys() == {"amlodipine"}


def steps(text):
    (drug,) = understand(text).stored()["medications"]
    return [(step["dose"], step["frequency"] or step["duration"]) for step in drug["regimen"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Prednisolone 30 mg for 5 days, reducing to 20 mg for 5 days, then 10 mg for 5 days.",
         [("30 mg", "5 days"), ("20 mg", "5 days"), ("10 mg", "5 days")]),
        ("Prednisolone 40 mg for 5 days, reduce to 20 mg for 5 days, stop.",
         [("40 mg", "5 days"), ("20 mg", "5 days"), ("stop", None)]),
        ("Quetiapine titration: 25 mg day 1, 50 mg day 2, 100 mg day 3.",
         [("25 mg", "day 1"), ("50 mg", "day 2"), ("100 mg", "day 3")]),
        ("Prednisolone reduced from 30 mg to 20 mg for 5 days.", []),
    ],
)  # fmt: skip
def test_the_first_step_of_a_course_is_one_of_it(text, expected):
    assert steps(text) == expected


def test_a_change_stays_one():
    assert told("Prednisolone 30 mg daily, reduced to 20 mg daily today.") == {"prednisolone": "changed"}


def test_an_allergen_in_a_table_is_no_medicine():
    text = "| Allergen | Reaction | Severity |\n|---|---|---|\n| Cefazolin | Urticaria | Moderate |"
    assert told(text) == {}


def test_how_long_what_was_started_is_to_be_taken():
    (drug,) = understand("We have started azithromycin 500 mg once daily for 3 days.").stored()["medications"]
    assert drug["duration"] == "3 days"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("IV flucloxacillin switched to PO today, 500 mg QDS, to complete 7 days.", {"flucloxacillin": "changed"}),
        ("Treated by her GP with doxycycline, five days, finished Monday.", {"doxycycline": "stopped"}),
        (
            "Induction: propofol 150 mg. Reversal: sugammadex 200 mg.",
            {"propofol": "mentioned", "sugammadex": "mentioned"},
        ),
        ("Caffeine citrate: off since Friday.", {"caffeine citrate": "stopped"}),
    ],
)
def test_the_length_and_the_end_of_a_course(text, expected):
    assert told(text) == expected
