"""Which dose holds now, what a liquid holds and what is taken of it, and what lists, tables and rules for days say."""

import pytest

from clinical import understand


def told(text):
    return {fact["name"]: fact for fact in understand(text).stored()["medications"] if fact["certainty"] == "actual"}


@pytest.mark.parametrize(
    ("text", "dose", "before"),
    [
        ("Doxazosin 2 mg daily is now 4 mg daily.", "4 mg", "2 mg"),
        ("Insulatard 20u at night - the nurse has cut to 16u.", "16 units", "20 units"),
        ("He takes telmisartan 20 mg once daily, which I have today increased to 40 mg.", "40 mg", "20 mg"),
        ("The GP restarted him on paroxetine 10 mg each morning, which we raised to 20 mg in May.", "20 mg", "10 mg"),
        ("Previously nadolol 40 mg bd, now 80 mg bd.", "80 mg", "40 mg"),
        ("Her morphine 20 mg twice daily has been reduced to 10 mg twice daily.", "10 mg", "20 mg"),
        ("| Drug | On admission | On discharge |\n|---|---|---|\n| Bumetanide | 1 mg OD | 2 mg OD |", "2 mg", "1 mg"),
    ],
)
def test_the_dose_is_the_one_that_holds_now(text, dose, before):
    (fact,) = told(text).values()
    assert (fact["status"], fact["dose"], fact["previous_dose"]) == ("changed", dose, before)


@pytest.mark.parametrize(
    "text",
    [
        "Zonisamide 100 mg twice a day, to be raised to 150 mg twice a day on 9 March.",
        "Zonisamide 100 mg twice a day; to go to 150 mg in April.",
        "Zonisamide 100 mg twice a day; should be increased to 150 mg.",
    ],
)
def test_a_dose_that_is_still_to_come_does_not_hold(text):
    fact = told(text)["zonisamide"]
    assert (fact["status"], fact["dose"]) == ("continued", "100 mg")


@pytest.mark.parametrize(
    ("text", "dose", "strength"),
    [
        ("Oxynorm 5 mg/5 ml: 2.5 ml (2.5 mg) every 4 hours if needed.", "2.5 mg", "5 mg/5 mL"),
        ("Insulin detemir 100 units/ml pen, 14 units at bedtime.", "14 units", "100 units/mL"),
        ("Methotrexate 50 mg/ml pen, 20 mg once weekly.", "20 mg", None),
        ("Olsalazine 1000 mg a day (500 mg bd).", "500 mg", None),
        ("Dexamethasone 2 mg tablets: four tablets each morning.", "4 tablets", "2 mg"),
        (
            "I have increased lamotrigine to 75 mg twice daily, and to 100 mg twice daily after two weeks.",
            "75 mg",
            None,
        ),
        ("Loperamide 2 mg after each loose stool, up to 16 mg a day.", "2 mg", None),
    ],
)
def test_what_a_liquid_holds_and_the_most_of_a_day_are_no_dose(text, dose, strength):
    (fact,) = understand(text).stored()["medications"]
    assert (fact["dose"], fact["strength"]) == (dose, strength)


def test_doses_over_the_day_are_all_told():
    (fact,) = told("Takes hydrocortisone 15 mg on waking, 5 mg at lunch, 2.5 mg at teatime.").values()
    steps = [(step["dose"], step["frequency"]) for step in fact["regimen"]]
    assert steps == [("15 mg", "on waking"), ("5 mg", "with lunch"), ("2.5 mg", "at teatime")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "ADDED\n- Tiotropium 18 mcg OD\nCEASED\n- Theophylline\nWITHHELD\n- Metformin 1 g\nUNCHANGED\n- Senna",
            {"tiotropium": "started", "theophylline": "stopped", "metformin": "stopped", "senna": "continued"},
        ),
        (
            "Medication changes\nNEW Rasagiline 1 mg od\nSTOPPED Doxazosin 4 mg",
            {"rasagiline": "started", "doxazosin": "stopped"},
        ),
        (
            "| Drug | Before | Now |\n|---|---|---|\n| Lithium | - | 400 mg nocte |\n| Lorazepam | 1 mg BD | nil |",
            {"lithium": "started", "lorazepam": "stopped"},
        ),
        ("↑ baclofen 15 mg TDS; ↓ diazepam 1 mg BD", {"baclofen": "changed", "diazepam": "changed"}),
        ("Sitagliptin was withheld for the scan; she has been back on it since Friday.", {"sitagliptin": "started"}),
        ("Stop codeine, senna PRN only.", {"codeine": "stopped"}),
        ("Stop oxybutynin, mirabegron 50 mg daily in its place.", {"oxybutynin": "stopped", "mirabegron": "started"}),
        (
            "Stop ramipril and eplerenone, nicorandil to continue.",
            dict.fromkeys(("ramipril", "eplerenone"), "stopped") | {"nicorandil": "continued"},
        ),
        ("Codeine instead of tramadol from today.", {"codeine": "started", "tramadol": "stopped"}),
        ("Day 4 of 7 co-amoxiclav 625 mg TDS.", {"co-amoxiclav": "continued"}),
        ("Given the rash, the lamotrigine started in June was discontinued.", {"lamotrigine": "stopped"}),
        ("ticagrelor fin. 2015", {"ticagrelor": "stopped"}),
        ("Clozapine was stopped, then restarted that evening.", {"clozapine": "started"}),
    ],
)
def test_labels_columns_and_what_is_taken_again(text, expected):
    found = {name: fact["status"] for name, fact in told(text).items() if fact["status"] != "mentioned"}
    assert found == expected


@pytest.mark.parametrize(
    "text",
    [
        "Sick day rules explained: stop metformin when vomiting.",
        "Omit empagliflozin on days she cannot eat.",
        "Withhold ramipril during any episode of dehydration.",
    ],
)
def test_a_rule_for_days_of_illness_stops_nothing(text):
    assert not told(text)


@pytest.mark.parametrize("text", ["Metformin held, never restarted.", "Ramipril stopped; not to go back on it."])
def test_what_is_not_taken_again_stays_stopped(text):
    assert all(fact["status"] in {"stopped", "mentioned"} for fact in told(text).values())
