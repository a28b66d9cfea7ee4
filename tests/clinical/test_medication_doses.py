"""How much, how often and how long: strengths, split doses, tapers, bare numbers, changes; each part with its place."""

import pytest

from clinical import understand


def only(text):
    (fact,) = understand(text).stored()["medications"]
    return fact


DOSES = [
    ("Alendronic acid 10 mg tablets: take 7 tablets (70 mg) once a week.", "70 mg", "10 mg"),
    ("Prednisolone 5 mg tablets - take 8 tablets (40 mg) daily", "40 mg", "5 mg"),
    ("Metformin 500 mg tabs 2 bd", "2 tablets", "500 mg"),
    ("Levothyroxine 125 mcg one tablet daily", "125 mcg", None),
    ("Ventolin 100 mcg 2 puffs prn", "2 puffs", "100 mcg"),
    ("Amoxicillin 250 mg/5 ml, 5 ml three times a day", "5 mL", "250 mg/5 mL"),
    ("Digoxin 0,125 mg OD.", "0.125 mg", None),
    ("Ramipril 2,5 mg od", "2.5 mg", None),
    ("Gentamicin 5 mg/kg iv od", "5 mg/kg", None),
    ("Heparin infusion 1000 units/hour", "1000 units/hour", None),
    ("Latanoprost one drop both eyes at night", "1 drop", None),
    ("Co-codamol 30/500 2 tabs qds prn", "2 tablets", "30/500"),
    ("Takes metoprolol 25 BID", "25", None),
    ("Meds: ramipril 5", "5", None),
    ("Bactrim 400/80 Tab PO BID", "400/80", None),
]


@pytest.mark.parametrize(("text", "dose", "strength"), DOSES, ids=[text for text, *_ in DOSES])
def test_what_is_taken_and_what_one_tablet_holds(text, dose, strength):
    fact = only(text)
    assert (fact["dose"], fact["strength"]) == (dose, strength)


CHANGES = [
    ("Increase amlodipine 5 mg to 10 mg.", "10 mg", "5 mg"),
    ("Amlodipine 5 mg -> 10 mg od.", "10 mg", "5 mg"),
    ("Omeprazole 20mg od -> 40mg od", "40 mg", "20 mg"),
    ("Lasix 40 -> 80 mg daily", "80 mg", "40 mg"),
    ("Meds: amlodipine 5 → 10", "10", "5"),
    ("Increase Lantus from 20 to 24 units.", "24 units", "20 units"),
    ("Furosemide 80 mg OD (increased from 40 mg)", "80 mg", "40 mg"),
    ("Sertraline was increased from 50 mg to 100 mg at her last visit.", "100 mg", "50 mg"),
    ("Nifedipine 30mg BD (was 20mg BD)", "30 mg", "20 mg"),
    (
        "Name\tDose\tChange\nFurosemide\t80 mg OD\t↑ from 40 mg",
        "80 mg",
        "40 mg",
    ),
    (
        "| Drug | Before | On discharge |\n|---|---|---|\n| Ramipril | 5 mg od | reduced to 2.5 mg od |",
        "2.5 mg",
        "5 mg",
    ),
]


@pytest.mark.parametrize(("text", "dose", "previous"), CHANGES, ids=[text for text, *_ in CHANGES])
def test_what_is_taken_now_and_what_was_before(text, dose, previous):
    fact = only(text)
    assert (fact["status"], fact["dose"], fact["previous_dose"]) == ("changed", dose, previous)


REGIMENS = [
    (
        "Metformin 1 g in the morning and 500 mg in the evening.",
        [("1 g", "morning", None), ("500 mg", "evening", None)],
    ),
    ("Warfarin 3 mg Mon/Wed/Fri, 4 mg other days.", [("3 mg", "Mon/Wed/Fri", None), ("4 mg", "other days", None)]),
    (
        "Prednisolone 40 mg for 5 days, then 20 mg for 5 days, then stop.",
        [("40 mg", "", "5 days"), ("20 mg", "", "5 days"), ("stop", "", None)],
    ),
    (
        "Rivaroxaban 15 mg bd for 21 days then 20 mg od",
        [("15 mg", "twice daily", "21 days"), ("20 mg", "once daily", None)],
    ),
    (
        "Novorapid 6 units breakfast, 8 units lunch, 10 units dinner",
        [("6 units", "breakfast", None), ("8 units", "lunch", None), ("10 units", "dinner", None)],
    ),
    ("Epilim 500 mg am 1 g pm", [("500 mg", "morning", None), ("1 g", "evening", None)]),
]


@pytest.mark.parametrize(("text", "steps"), REGIMENS, ids=[text for text, _ in REGIMENS])
def test_regimens_tell_every_dose(text, steps):
    fact = only(text)
    assert fact["status"] != "stopped"
    assert [(step["dose"], step["duration"]) for step in fact["regimen"]] == [(dose, last) for dose, _, last in steps]
    for step, (_, when, _) in zip(fact["regimen"], steps, strict=True):
        assert when in (step["frequency"] or "")


def test_a_sliding_scale_is_conditional():
    fact = only("Actrapid sliding scale: BM 10-15 4 units, BM 15-20 6 units")
    assert (fact["status"], fact["reality"]) == ("mentioned", "conditional")
    assert [(step["dose"], step["frequency"]) for step in fact["regimen"]] == [
        ("4 units", "BM 10-15"),
        ("6 units", "BM 15-20"),
    ]


def test_one_dose_that_tells_it_all_is_no_regimen():
    assert only("Aspirin 75 mg once daily for 5 days")["regimen"] == []


def test_each_drug_of_a_terse_list_keeps_its_own_parts():
    facts = understand("Tiotropium 18 mcg inhaled daily, methotrexate 15 mg once weekly, folic acid 5 mg").stored()
    assert [(fact["name"], fact["dose"], fact["frequency"]) for fact in facts["medications"]] == [
        ("tiotropium", "18 mcg", "once daily"),
        ("methotrexate", "15 mg", "once weekly"),
        ("folic acid", "5 mg", None),
    ]


def test_two_preparations_of_one_drug_are_two_facts():
    facts = understand("DH: morphine sulfate MR 10 mg bd; Oramorph 5 mg prn").stored()["medications"]
    assert [(fact["dose"], fact["frequency"]) for fact in facts] == [("10 mg", "twice daily"), ("5 mg", "as needed")]


def test_what_it_is_for_and_how_long():
    fact = only("Start amoxicillin 500 mg tds for 7 days for pneumonia")
    assert (fact["duration"], fact["reason"]) == ("7 days", "pneumonia")


def test_the_day_of_an_event_and_the_last_day():
    fact = only("Amlodipine 5 mg was started on 1 March 2025.")
    assert (fact["status"], fact["on"]) == ("started", "2025-03-01")
    assert only("Take amoxicillin 500 mg tds until 3 May 2025.")["until"] == "2025-05-03"


def test_when_needed_is_no_condition():
    fact = only("She takes cetirizine 10 mg od if itchy")
    assert (fact["status"], fact["reality"], fact["frequency"]) == ("continued", "actual", "once daily as needed")


def test_every_part_has_its_place():
    text = "Increase bisoprolol 2.5 mg to 5 mg PO twice daily for 7 days for palpitations."
    places = only(text)["places"]
    told = {part: text[start:end] for part, (start, end) in places.items()}
    assert told == {
        "name": "bisoprolol",
        "status": "Increase",
        "previous_dose": "2.5 mg",
        "dose": "5 mg",
        "route": "PO",
        "frequency": "twice daily",
        "duration": told["duration"],
        "reason": "palpitations",
    }
    assert "7 days" in told["duration"]


@pytest.mark.parametrize(
    ("text", "dose", "frequency"),
    [
        ("Wean dexamethasone by 2 mg every 3 days from 8 mg BD.", "8 mg", "twice daily"),
        ("Reduce diazepam from 10 mg at night by 2 mg every fortnight.", "10 mg", "at night"),
        ("Increase lamotrigine by 25 mg every 2 weeks to 100 mg BD.", "100 mg", "twice daily"),
        ("Taper prednisone by 5 mg weekly.", None, None),
    ],
)
def test_how_fast_a_dose_changes_is_not_how_often_it_is_taken(text, dose, frequency):
    (fact,) = understand(text).stored()["medications"]
    assert (fact["status"], fact["dose"], fact["frequency"]) == ("changed", dose, frequency)


def test_a_dose_borrows_no_way_from_another_time():
    text = "Fluid removed with intravenous bumetanide.\nDischarge medication:\nBumetanide 2 mg once daily"
    told = {fact["name"]: fact["route"] for fact in understand(text).stored()["medications"]}
    assert told["bumetanide"] is None


@pytest.mark.parametrize(
    ("text", "frequency"),
    [
        ("Palbociclib 125 mg OD three weeks on, one week off.", "once daily, 3 weeks on, 1 week off"),
        ("Restart capecitabine at 1 g BD, 14 days on/7 days off.", "twice daily, 14 days on, 7 days off"),
        ("Temozolomide 150 mg OD days 1-5 of 28.", "once daily, days 1 to 5 of 28"),
        ("Temozolomide 150 mg OD for 5 days.", "once daily"),
    ],
)
def test_the_cycle_in_which_a_drug_is_taken(text, frequency):
    (fact,) = understand(text).stored()["medications"]
    assert fact["frequency"] == frequency
    assert fact["status"] != "stopped"


@pytest.mark.parametrize(
    ("text", "dose", "strength"),
    [
        ("Co-beneldopa 12.5/50 two capsules TDS.", "2 capsules", "12.5/50"),
        ("Co-amoxiclav 500/125 TDS.", "500/125", None),
    ],
)
def test_what_a_tablet_of_two_substances_holds(text, dose, strength):
    (fact,) = understand(text).stored()["medications"]
    assert (fact["dose"], fact["strength"]) == (dose, strength)


@pytest.mark.parametrize(
    ("text", "status", "dose"),
    [
        ("Ramipril increased to 10 mg OD.\nAddendum 3 May: ramipril stays at 5 mg OD.", "continued", "5 mg"),
        ("Ramipril withheld.\nAddendum 16:40: creatinine fine, restart ramipril at 2.5 mg OD.", "started", "2.5 mg"),
        ("Ramipril increased to 10 mg OD.\nAddendum: he takes ramipril.", "changed", "10 mg"),
    ],
)
def test_what_is_added_to_a_note_later_counts(text, status, dose):
    (fact,) = understand(text).stored()["medications"]
    assert (fact["status"], fact["dose"]) == (status, dose)
