"""Medicines in terse notes: below other headings, answered with a no, of others, and names that are things as well."""

import pytest

from clinical import understand


def told(text):
    return {(one["concept"], one["status"], one["reality"]) for one in understand(text).stored()["medications"]}


def names(text):
    return {one["concept"] for one in understand(text).stored()["medications"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: latex - itch\nImp: cellulitis R leg\nfluclox 1 g qds IV", {"flucloxacillin"}),
        ("Allergies: codeine (sick)\n\nPlan discussed.\n- hold bisoprolol + ramipril", {"bisoprolol", "ramipril"}),
        (
            "NKDA\nAllergies: none\nGiven paracetamol 1 g at 14:10\nondansetron not required",
            {"acetaminophen", "ondansetron"},
        ),
        ("FH: father glaucoma\nDrops: bimatoprost nocte, dorzolamide tds", {"bimatoprost", "dorzolamide"}),
    ],
)
def test_a_line_below_another_matter_tells_what_is_taken(text, expected):
    assert expected <= names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Allergies: codeine - sick\nTrimethoprim - rash\nIbuprofen",
        "Allergies: latex\nTolerated cefalexin 500 mg last year without reaction",
        "FH: mother T2DM\nSister: asthma, on Fostair 2 puffs bd",
        "FH: mother breast cancer\nFather on warfarin 3 mg daily",
        "Allergies: eggs - hives\nBrother on amoxicillin 250 mg tds",
    ],
)
def test_a_line_that_is_still_of_allergies_or_the_family_tells_nothing(text):
    assert not any(status in {"started", "continued", "changed"} for _, status, _ in told(text))


@pytest.mark.parametrize(
    ("text", "drug", "reality"),
    [
        ("No salbutamol needed overnight.", "salbutamol", "declined"),
        ("Mobile, so no enoxaparin required.", "enoxaparin", "declined"),
        ("No diazepam TTO.", "diazepam", "declined"),
        ("No rehydration salts; no ondansetron unless vomiting again.", "ondansetron", "conditional"),
        ("No lorazepam until the CT is back.", "lorazepam", "conditional"),
        ("Asked for zopiclone for the ward - no.", "zopiclone", "declined"),
        ("She asks for tramadol, not appropriate with sertraline.", "tramadol", "declined"),
        ("Patient requested codeine. Declined.", "codeine", "declined"),
        ("Daughter asks re melatonin at night - told no", "melatonin", "declined"),
        ("Son asking about memantine.", "memantine", "requested"),
    ],
)
def test_what_is_asked_and_answered(text, drug, reality):
    assert (drug, "mentioned", reality) in {
        (name.replace("albuterol", "salbutamol"), *rest) for name, *rest in told(text)
    }


@pytest.mark.parametrize("text", ["No statins.", "Denies ibuprofen use.", "Never on warfarin.", "No NSAIDs please."])
def test_a_bare_denial_is_no_answer(text):
    assert told(text) == set()


def test_none_since_does_not_deny_what_was_taken():
    assert told("Had warfarin for 3 months in 2019, none since.") <= {
        ("warfarin", "mentioned", "past"),
        ("warfarin", "stopped", "past"),
    }
    assert names("Oxycodone 5 mg prn, none yet.") == {"oxycodone"}


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Taking paracetamol and his wife's naproxen 250 mg at weekends.", "naproxen"),
        ("Tried her brother's diazepam 5 mg, too drowsy.", "diazepam"),
        ("Husband's own lorazepam given x1 last night.", "lorazepam"),
        ("Ibuprofen x2 today (mum).", "ibuprofen"),
        ("Montelukast 4 mg nocte (dad forgets most nights).", "montelukast"),
        ("Mum buys loratadine 5 ml daily for him.", "loratadine"),
    ],
)
def test_what_others_give_or_tell_of_or_own_is_taken_by_the_patient(text, drug):
    assert drug in names(text)


@pytest.mark.parametrize(
    "text",
    [
        "Father's metformin was stopped.",
        "Husband's diazepam box on the table, unopened.",
        "Wife is on apixaban 5 mg bd.",
        "FH: ramipril 5 mg od (mother), bisoprolol 2.5 mg od (father)",
        "Sister takes her mother's levothyroxine 50 mcg.",
    ],
)
def test_what_others_take_is_not_the_patients(text):
    assert names(text) == set()


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Refused SC heparin.", "heparin"),
        ("Nicotine patch declined.", "nicotine"),
        ("Saline nebs tds.", "normal saline"),
        ("Consider vaginal oestrogen.", "estradiol"),
        ("He would like to try CBD oil.", "cbd oil"),
        ("O2 10 L via mask, then 4 L.", "oxygen therapy"),
        ("Home oxygen 1 L overnight.", "oxygen therapy"),
        ("Mg 10 mmol IV over 4 h.", "magnesium"),
        ("On T4 75, feels well.", "levothyroxine"),
        ("escital 10, amlod 5", "amlodipine"),
        ("dulox declined", "duloxetine"),
        ("PPI od", "proton pump inhibitors"),
    ],
)
def test_what_is_a_thing_or_a_value_as_well_is_a_medicine_where_it_is_given(text, drug):
    assert names(text) & {drug, drug.removesuffix("s"), "estrogen", "saline", "sodium chloride"}


@pytest.mark.parametrize(
    "text",
    [
        "Mg 0.8 mmol/L today, K 4.1.",
        "T4 12, TSH 2.1.",
        "SpO2 95% on O2 2 L via nasal cannula.",
        "Albumin 31 g/L today.",
        "Potassium daily please.",
        "We discussed fiber.",
        "Oxygen requirement falling.",
        "Wants a dex scan.",
    ],
)
def test_a_value_or_a_thing_is_none(text):
    assert names(text) == set()


@pytest.mark.parametrize(
    "text",
    [
        "Aspirin 150 mg nocte, stop at 34/40.",
        "Enoxaparin 40 mg od, to stop on 5/11.",
        "Citalopram 20 mg od. Stop in 8 weeks.",
        "Nitrofurantoin 50 mg nocte, discontinue at term.",
        "Rivaroxaban 20 mg od - stop 48 h before the procedure.",
        "Tranexamic acid 1 g tds; finish after 5 days.",
    ],
)
def test_what_is_to_be_stopped_later_is_taken_until_then(text):
    found = told(text)
    assert not any(status == "stopped" for _, status, _ in found)
    assert any(status in {"started", "continued", "changed"} for _, status, _ in found)
    assert any(reality == "planned" for *_, reality in found)


@pytest.mark.parametrize(
    "text",
    [
        "Stop ramipril at once.",
        "Told to stop ibuprofen in March.",
        "Stop metformin in view of AKI.",
        "Stop furosemide 40 mg. In 2 weeks repeat U&E.",
        "Amlodipine 5 mg stopped on 3/12.",
    ],
)
def test_what_is_stopped_now_is_stopped(text):
    assert {status for _, status, _ in told(text)} == {"stopped"}


@pytest.mark.parametrize(
    "text",
    [
        "Plan: pregabalin 75 mg bd - CST",
        "Plan: isosorbide 30 mg om ct'd",
        "Orders: digoxin 125 mcg od cont'd",
        "Plan: losartan 50 mg od stet",
        "Plan: lansoprazole 30 mg od as is",
        "MAR chart\nLosartan 50 mg OD\nSenna 15 mg ON",
        "Dosette: losartan 50 mg od, senna 15 mg nocte",
    ],
)
def test_terse_words_for_going_on(text):
    assert {status for _, status, _ in told(text)} == {"continued"}


def test_what_is_taken_off_repeat_is_stopped():
    assert told("Meloxicam 15 mg od - removed from repeat.") == {("meloxicam", "stopped", "actual")}


@pytest.mark.parametrize(
    ("text", "drug"),
    [
        ("Allergies: latex - rash. Cefuroxime tolerated 2022.", "cefuroxime"),
        ("Drug allergy: trimethoprim -> rash. Doxycycline fine in past.", "doxycycline"),
        ("ALL: sulfa (hives). Meropenem OK before.", "meropenem"),
        ("Allergies: penicillin label, but has had amoxicillin twice since.", "amoxicillin"),
    ],
)
def test_what_was_taken_without_harm_is_told_as_past(text, drug):
    assert (drug, "mentioned", "past") in told(text)


@pytest.mark.parametrize(
    "text",
    [
        "Allergies: amoxicillin - rash since 2010.",
        "Allergies: morphine (itch), codeine (sick).",
        "ALL: doxycycline since 2019",
    ],
)
def test_an_allergen_is_not_taken(text):
    assert told(text) == set()


def test_nil_behind_a_dose_denies_no_drug():
    assert names("On metformin 1 g bd, ate nil today.") == {"metformin"}
    assert names("Prednisolone 30 mg daily for 1 week, then reduce by 5 mg weekly to nil.") == {"prednisolone"}
    assert names("Warfarin: nil. Apixaban - none.") == set()
