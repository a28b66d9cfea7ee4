"""Ordinary ways to write vital signs and results: glued, flagged, in tables, as a series, by adjectives, by goals."""

import pytest

from clinical import understand

SHORT = {
    "systolic_blood_pressure": "sbp", "diastolic_blood_pressure": "dbp", "heart_rate": "hr", "respiratory_rate": "rr",
    "body_temperature": "t", "oxygen_saturation": "sat", "weight": "wt", "white_blood_cells": "wbc",
}  # fmt: skip


def now(text):
    """The last value of each name that has no earlier time."""
    facts = understand(text).stored()
    return {
        SHORT.get(fact["name"], fact["name"]): fact["value"]
        for fact in [*facts["vitals"], *facts["labs"]]
        if fact["at"] is None or fact["at"][:2] == "20"
    }


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "NEWS 6: BP86/48 HR121 RR27 T38.7 Sats92%RA",
            {"sbp": 86, "dbp": 48, "hr": 121, "rr": 27, "t": 38.7, "sat": 92},
        ),
        ("bp128/84,p74,sats97", {"sbp": 128, "dbp": 84, "hr": 74, "sat": 97}),
        ("Wt63kg. SpO294% on 1L. Temp. 38,1", {"wt": 63, "sat": 94, "t": 38.1}),
        ("Hb102 WCC13.4 CRP71 K4.8", {"hemoglobin": 102, "wbc": 13.4, "crp": 71, "potassium": 4.8}),
        ("CA125 34, PCV20 given, HR24 form filed.", {}),
    ],
)
def test_values_glued_to_their_names_are_read(text, expected):
    told = now(text)
    assert {name: told.get(name) for name in expected} == expected
    assert not {"calcium", "hematocrit"} & set(told)


def test_a_flag_behind_a_value_is_no_unit():
    told = understand("Potassium 5.8 H, urea 15.1 HH, platelets 498 H, TSH 7.9 H mIU/L, albumin 27 L.").stored()["labs"]
    assert [(one["name"], one["value"], one["flag"]) for one in told] == [
        ("potassium", 5.8, "high"), ("urea", 15.1, "high"), ("platelets", 498, "high"),
        ("tsh", 7.9, "high"), ("albumin", 27, "low"),
    ]  # fmt: skip
    assert told[3]["unit"] == "mIU/L"
    assert not understand("Paracetamol level 12 h after ingestion awaited.").stored()["labs"]


def test_intervals_of_an_electrocardiogram_are_no_rates():
    assert now("HR 58. EKG: PR 204 msec, QRS 90, QTc 433.")["hr"] == 58
    assert now("PR 84/min, BP 118/72")["hr"] == 84


@pytest.mark.parametrize(
    "text",
    [
        "Time | BP | SpO2\n07:10 | 96/54 | 89%\n09:30 | 114/68 | 95%",
        "SpO2\tBP\n95%\t114/68",
        "BP | SpO2 | HR\n114/68 | 95% | 88",
        "        BP       SpO2   HR\n07:10   96/54    89     120\n09:30   114/68   95     99",
        "| No | Systolic | Diastolic | SpO2 |\n|---|---|---|---|\n| 1 | 96 | 54 | 89 |\n| 2 | 114 | 68 | 95 |",
    ],
)
def test_columns_of_a_table_may_be_signs(text):
    told = now(text)
    assert (told["sbp"], told["dbp"], told["sat"]) == (114, 68, 95)


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Troponin 9 at 0 h, 47 at 3 h.", "troponin", 47),
        ("Troponin 0h 9, 3h 47.", "troponin", 47),
        ("Lactate 4.4 at first, 2.0 four hours on.", "lactate", 2.0),
        ("CRP 203 Sunday, 141 Tues, 52 today.", "crp", 52),
        ("Potassium 6.2, repeat on VBG 5.7.", "potassium", 5.7),
        ("Urea pre-dialysis 26.1, post-dialysis 8.2.", "urea", 8.2),
        ("B.P. 151 over 93, repeated after ten minutes\u2019 rest 139 over 85.", "sbp", 139),
        ("Temp 39.3 at triage, 37.7 after paracetamol.", "t", 37.7),
    ],
)
def test_the_last_of_a_series_counts(text, name, value):
    assert now(text)[name] == value


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Tachycardic at 131 and hypotensive, 79/44.", {"hr": 131, "sbp": 79, "dbp": 44}),
        ("Pyrexial 38.9, tachypnoea of 29, desaturated to 84% on air.", {"t": 38.9, "rr": 29, "sat": 84}),
        ("Hyperkalaemic at 6.6, hyponatraemia 119.", {"potassium": 6.6, "sodium": 119}),
        ("ECG: AF with a ventricular rate of 138.", {"hr": 138}),
        ("Tachycardic for 50 minutes, febrile 3 days, hypertension for 10 years, bradycardic 120 mg verapamil.", {}),
        ("Call if tachycardic at 120.", {}),
    ],
)
def test_a_value_stands_behind_the_word_for_what_it_means(text, expected):
    assert now(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Target weight 69 kg; weighs 75.2 kg.", {"wt": 75.2}),
        ("INR target 3.0, today 2.2.", {"inr": 2.2}),
        ("HbA1c goal 53, latest 71.", {"hemoglobin_a1c": 71}),
        ("Target HR <100 at rest; today 92.", {"hr": 92}),
        ("Dry weight 60.0 kg. Came in at 63.1 kg, left at 60.4 kg.", {"wt": 60.4}),
        ("Wants to reach 90 kg. 101.5 kg on our scales.", {"wt": 101.5}),
        ("Lost 4 kg, can lift 10 kg, gained 2 kg today.", {}),
    ],
)
def test_what_is_aimed_at_is_not_measured_and_what_stands_behind_it_is(text, expected):
    assert now(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Home readings average 127/75; in surgery today 158/91.",
        "BP 158/91 today, home average 127/75.",
        "ABPM mean 127/75. Clinic reading 158/91.",
        "At home it runs about 127/75, here 158/91.",
    ],
)
def test_what_was_measured_at_home_is_not_the_latest(text):
    assert (now(text)["sbp"], now(text)["dbp"]) == (158, 91)
    assert now("Home BP log averages 127/75.")["sbp"] == 127
    assert "sbp" not in now("Takes Seretide 250/50 now, 100/50 today.")


def test_two_results_may_stand_behind_two_names():
    told = now("AST/ALT 48/71, BUN/Cr 24/1.3, H/H 9.6/28.8.")
    assert told == {"ast": 48, "alt": 71, "bun": 24, "creatinine": 1.3, "hemoglobin": 9.6, "hematocrit": 28.8}


def test_what_is_above_its_target_was_measured():
    assert now("BP remains above target at 156/93.")["sbp"] == 156
    assert now("Pressure 132 systolic and 81 diastolic.") == {"sbp": 132, "dbp": 81}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Imp: ?pneumonia, film requested.", {("pneumonia", "possible")}),
        ("Impression: gout, allopurinol later.", {("gout", "confirmed")}),
        ("Diagnosis: GAD and gout, both settling on treatment.", {("GAD", "confirmed"), ("gout", "confirmed")}),
        ("Impression: COPD, asthma, bloods taken.", {("COPD", "confirmed"), ("asthma", "confirmed")}),
        ("Impression: CKD, stage 4.", {("CKD, stage 4", "confirmed")}),
        ("Impression: DVT, left leg.", {("DVT, left leg", "confirmed")}),
    ],
)
def test_a_diagnosis_ends_where_something_is_said_of_it(text, expected):
    assert {(one["text"], one["certainty"]) for one in understand(text).stored()["diagnoses"]} == expected


def test_an_arrow_that_leads_to_no_value_makes_none_earlier():
    assert now("Cholesterol 6.3 --> start atorvastatin 20 mg.")["total_cholesterol"] == 6.3
    assert now("Cholesterol 6.3 --> 4.4.") == {"total_cholesterol": 4.4}
    assert now("INR 1.7 2.2 2.9 over three weeks.") == {"inr": 2.9}
    assert now("BP-134/77, P-73/min, SpO2-97%") == {"sbp": 134, "dbp": 77, "hr": 73, "sat": 97}


def test_flags_of_records_masks_and_the_mother_of_an_unborn_child():
    told = {
        (fact["name"], fact["value"])
        for text in ("BP (!) 171/99, pulse (!) 118.", "Now 91% on 35% Venturi.", "34/40. FHR 150, maternal pulse 84.")
        for fact in understand(text).stored()["vitals"]
    }
    assert told == {
        ("systolic_blood_pressure", 171.0),
        ("diastolic_blood_pressure", 99.0),
        ("heart_rate", 118.0),
        ("oxygen_saturation", 91.0),
        ("heart_rate", 84.0),
    }
