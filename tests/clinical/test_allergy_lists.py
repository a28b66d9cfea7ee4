"""How lists of allergies are cut: where they end, what goes on with them, and what is said of what stands before."""

import pytest

from clinical import understand


def told(text):
    """Allergies as `name(reaction)`, with "no " where they are denied and "back " where they are taken back."""
    found = []
    for fact in understand(text).stored()["allergies"]:
        sign = "back " if fact["retracted"] else "no " if fact["status"] == "denied" else ""
        found.append(f"{sign}{fact['substance']}" + (f"({fact['reaction']})" if fact["reaction"] else ""))
    return found


def not_borne(text):
    return [(fact["substance"], fact["reason"]) for fact in understand(text).stored()["avoid"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: NKDA. Takes bisoprolol and sertraline.", ["no drugs"]),
        ("Allergies: morphine. Regular bisoprolol, sertraline.", ["morphine"]),
        ("Allergies: morphine. Bisoprolol in the morning.", ["morphine"]),
        ("allergies: morphine, meds: sertraline, bisoprolol", ["morphine"]),
        ("Allergies - Morphine; Meds - sertraline", ["morphine"]),
        ("Allergies: Morphine, Regular medication: sertraline.", ["morphine"]),
    ],
)
def test_medicines_behind_a_list_are_no_allergies(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: morphine. Also doxycycline.", ["morphine", "doxycycline"]),
        ("Allergies: morphine. Kiwi. Latex.", ["morphine", "kiwi", "latex"]),
        ("Allergies: 1. Morphine 2. Kiwi - hives 3. Latex", ["morphine", "kiwi(hives)", "latex"]),
        ("Allergic to doxycycline/morphine/kiwi.", ["doxycycline", "morphine", "kiwi"]),
        ("Allergies: Drugs: morphine. Food: kiwi.", ["morphine", "kiwi"]),
    ],
)
def test_a_list_goes_on(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: Doxycycline. De-labelled in 2022 after an uneventful challenge.", ["back doxycycline"]),
        ("She has a doxycycline allergy on file. This was entered in error.", ["back doxycycline"]),
        ("Doxycycline: listed as an allergy in 2001, disproved by testing since.", ["back doxycycline"]),
        ("Allergies\nSubstance: Doxycycline\nReaction: Hives\nStatus: active", ["doxycycline(hives)"]),
        ("Allergies\nSubstance: Doxycycline\nReaction: Hives\nStatus: inactive", ["back doxycycline(hives)"]),
        ("Allergies: doxycycline, morphine (both hives)", ["doxycycline(hives)", "morphine(hives)"]),
        ("Allergies: kiwi - hives (as a child, never tested)", ["kiwi(hives)"]),
    ],
)
def test_what_follows_is_said_of_what_was_named(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: doxycycline - nausea. Not an allergy per GP.", [("doxycycline", "nausea")]),
        (
            "Drug intolerance: sertraline (nausea), bisoprolol (fatigue).",
            [("sertraline", "nausea"), ("bisoprolol", "fatigue")],
        ),
        ("ALLERGY: kiwi - hives; sertraline - nausea (intolerance only).", [("sertraline", "nausea")]),
    ],
)
def test_intolerances_in_lists_are_warnings(text, expected):
    assert not_borne(text) == expected


@pytest.mark.parametrize(
    "text", ["R knee pain 3/7, allergies nil, walked in.", "Any allergies to anything? No", "allergies - none. Well."]
)
def test_a_short_denial_within_a_line(text):
    assert told(text) == ["no any"]


def test_a_rash_in_the_middle_of_a_course_is_told_of_the_drug():
    assert told("Hives on day 3 of doxycycline.") == ["doxycycline(hives)"]
    assert told("Infusion reaction at the end of the oxaliplatin: hives and flushing") != []


def test_the_label_of_another_list_names_no_substance():
    assert told("Allergies confirmed with his daughter: kiwi. Otherwise nil.") == ["kiwi"]
    assert told("PC: cough. Allergies per GP record: kiwi, latex. SH: lives alone.") == ["kiwi", "latex"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The doxycycline allergy on your system is, he says, his father's.", ["back doxycycline"]),
        ("Kiwi entry on the summary belongs to her sister; please correct.", ["back kiwi"]),
        ("Allergies: latex. Doxycycline NKA (tested).", ["latex", "no doxycycline"]),
        ("He told the ward he is allergic to doxycycline, he isn't.", ["no doxycycline"]),
        (
            "Flucloxacillin is recorded as an allergy (hives); he has had it twice since, so the label can come off.",
            ["back flucloxacillin(hives)"],
        ),
        ("Allergies: Doxycycline label: he had thrush only, de-labelled in May.", ["back doxycycline(thrush)"]),
        ("Doxycycline (hives), NOT allergic to morphine.", ["no morphine"]),
    ],
)
def test_whose_allergy_it_is_and_whether_it_stands(text, expected):
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: kiwi. Sertraline makes him shake, use mirtazapine.", [("sertraline", "shake")]),
        (
            "Drug sensitivities: sertraline - restless and agitated, please don't give.",
            [("sertraline", "restless and agitated")],
        ),
        ("She is allergic to sertraline but on asking she just felt sick with it.", [("sertraline", None)]),
    ],
)
def test_what_is_no_allergy_is_not_borne(text, expected):
    assert told(text) in ([], ["kiwi"])
    assert not_borne(text) == expected


def test_a_form_with_boxes_asks_for_single_substances_under_its_question():
    form = (
        "Allergies             [X] Yes [ ] No   doxycycline - hives\n"
        "Latex                 [ ] Yes [X] No\n"
        "Sertraline            stopped 2023\n"
        "Statin                [X] Yes [ ] No   atorvastatin 20 mg\n"
        "Nephropathy           [X] Yes [ ] No   CKD 3b\n"
    )
    assert told(form) == ["doxycycline(hives)", "no latex"]
    found = {(fact["text"], fact["certainty"]) for fact in understand(form).stored()["diagnoses"]}
    assert ("CKD 3b", "confirmed") in found


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Allergies: kiwi.\nDoxycycline: son says that was her late husband, not her.", ["kiwi", "back doxycycline"]),
        (
            "Allergies: kiwi.\nPenicillin - hives, had amoxicillin since => delabelled.",
            ["kiwi", "back penicillin(hives)"],
        ),
        ("Allergies: NKDA\nAspirin - for stroke prevention", ["no drugs"]),
        ("She came out in weals with doxycycline.", ["doxycycline(weals)"]),
    ],
)
def test_the_line_under_a_list(text, expected):
    assert told(text) == expected
