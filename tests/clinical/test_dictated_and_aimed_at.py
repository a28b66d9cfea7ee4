"""Values that were dictated, the latest one behind what is aimed at, and values around a treatment between arrows."""

import pytest

from clinical import understand


def latest(text):
    facts = understand(text).stored()
    return {fact["name"]: fact["value"] for fact in (*facts["vitals"], *facts["labs"]) if not fact["earlier"]}


@pytest.mark.parametrize(
    ("text", "upper", "lower"),
    [
        ("Blood pressure today one hundred and thirty-two over seventy-eight.", 132, 78),
        ("BP was one fifty-two over ninety-four.", 152, 94),
        ("Her blood pressure is a hundred and twenty-six over eighty.", 126, 80),
        ("Readings at home run at about one sixty-one over ninety.", 161, 90),
        ("BP one oh five over sixty.", 105, 60),
        ("I made it one hundred eighteen over sixty-six, sitting.", 118, 66),
        ("Home readings average 146 over 84.", 146, 84),
    ],
)
def test_a_dictated_blood_pressure(text, upper, lower):
    assert latest(text) == {"systolic_blood_pressure": upper, "diastolic_blood_pressure": lower}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Temperature thirty-eight point five and flushed.", "body_temperature", 38.5),
        ("Pulse ninety-six and regular.", "heart_rate", 96),
        ("Sats ninety-four percent on air.", "oxygen_saturation", 94),
        ("Weight sixty-eight kilos.", "weight", 68),
        ("Pain seven out of ten.", "pain_score", 7),
        ("Potassium four point two.", "potassium", 4.2),
        ("Sodium one hundred and thirty-one today.", "sodium", 131),
        ("Haemoglobin dropped from one hundred and twelve to eighty-nine.", "hemoglobin", 89),
    ],
)
def test_other_values_that_are_spelt_out(text, name, value):
    assert latest(text) == {name: value}


@pytest.mark.parametrize(
    "text",
    [
        "CRP one day after surgery is awaited.",
        "Sodium one of the things to watch.",
        "Weight two stone lost.",
        "Target blood pressure one thirty over eighty.",
        "We discussed the readings over 90 days.",
        "Two over three lobes affected.",
        "HR one time only.",
    ],
)
def test_words_of_number_that_are_no_values(text):
    assert latest(text) == {}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Aim for potassium over 4. Today's is 3.6.", "potassium", 3.6),
        ("Surgeons need haemoglobin above 10 before theatre. Most recent is 8.9.", "hemoglobin", 8.9),
        ("Target HbA1c under 53. Last one was 61.", "hemoglobin_a1c", 61),
        ("Sodium must be above 130 to go home. Latest result: 127.", "sodium", 127),
        ("The aim is a TSH below 2.5 before conception. It is 4.1.", "tsh", 4.1),
        ("No theatre until the CRP is below 20. It was 46 this morning.", "crp", 46),
        ("We want her weight under 90 kg for surgery. Latest is 96 kg.", "weight", 96),
        ("Aim for sats above 92%. It is 89% now.", "oxygen_saturation", 89),
    ],
)
def test_the_latest_value_stands_behind_what_is_aimed_at(text, name, value):
    assert latest(text) == {name: value}


@pytest.mark.parametrize(
    "text",
    [
        "If potassium is above 6 call me. It is 2 days since the last bloods.",
        "Keep glucose below 10. Last dose of insulin was 6 units.",
        "Mother's ferritin should be above 30. Latest is 12.",
        "Aim for potassium over 4. Latest ECG at 10:00.",
        "Target INR 2 to 3. Current bridge is 2 weeks.",
    ],
)
def test_what_goes_on_about_something_else_is_no_value(text):
    assert latest(text) == {}


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Glucose 2.9 -> GlucoGel -> 6.4", "glucose", 6.4),
        ("K 6.4 → calcium gluconate and insulin → 5.2", "potassium", 5.2),
        ("BM 3.1 --> orange juice --> 5.8", "glucose", 5.8),
        ("Hb 68 -> 2 units red cells -> 87", "hemoglobin", 87),
        ("Potassium 2.7 > Sando-K > 3.4", "potassium", 3.4),
        ("HR 168 -> adenosine 6 mg -> 88", "heart_rate", 88),
        ("Hb 98 -> 87 on Monday -> 92", "hemoglobin", 92),
        ("K 6.1 -> stop ramipril -> recheck 2/7", "potassium", 6.1),
    ],
)
def test_a_value_goes_through_a_treatment_between_arrows(text, name, value):
    assert latest(text)[name] == value


@pytest.mark.parametrize(
    ("text", "drug", "status"),
    [
        ("HR 168 -> adenosine 6 mg -> 88", "adenosine", "started"),
        ("Pain 9/10 -> morphine 5 mg -> 4/10", "morphine", "started"),
        ("INR 5.2 -> warfarin held -> 2.8", "warfarin", "stopped"),
        ("Bisoprolol 2.5 mg -> 5 mg", "bisoprolol", "changed"),
    ],
)
def test_what_stands_between_two_values_was_given(text, drug, status):
    assert {one["concept"]: one["status"] for one in understand(text).stored()["medications"]} == {drug: status}


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("O2 sats 88 on air, 94 on 2 litres.", [88, 94]),
        ("Sats 84% RA, 92 on 4 L.", [84, 92]),
        ("SpO2 target 88-92 on 2 L, and 90 on air.", []),
    ],
)
def test_a_further_saturation_by_what_is_breathed(text, values):
    assert [fact["value"] for fact in understand(text).stored()["vitals"]] == values
