"""Values that follow what was done about the first, told in both units, or scored beside a pain."""

import pytest

from clinical import understand


def measured(text: str, name: str) -> list[tuple[float | str, bool]]:
    """The values of a name in the order of the text, with whether each is told as an earlier one."""
    facts = understand(text).stored()
    return [(fact["value"], fact["earlier"]) for fact in (*facts["vitals"], *facts["labs"]) if fact["name"] == name]


@pytest.mark.parametrize(
    ("text", "name", "earlier", "latest"),
    [
        ("Temp 38.8 at 01:10, ibuprofen given, 37.1 at 03:00.", "body_temperature", 38.8, 37.1),
        ("Temp 39.2. Paracetamol given. Now 37.5.", "body_temperature", 39.2, 37.5),
        ("BP 82/44, 250 ml saline given, 101/60.", "systolic_blood_pressure", 82, 101),
        ("BP 204/112 at 07:00, nifedipine given, 166/90 at 09:00.", "systolic_blood_pressure", 204, 166),
        ("Sats 86% on air, 3 L commenced, 95%.", "oxygen_saturation", 86, 95),
        ("SpO2 84% RA, put on 6 L mask, 93%.", "oxygen_saturation", 84, 93),
        ("CBG 3.2 mmol/L at 04:05. Glucogel given, rechecked at 04:20: 5.1 mmol/L.", "glucose", 3.2, 5.1),
        ("Glucose 2.6 at 22:00. Dextrose 10% given. Repeat 7.3 at 22:20.", "glucose", 2.6, 7.3),
        ("T 39.1 at 0100, given Tylenol 1 g PO, recheck 37.6 at 0230.", "body_temperature", 39.1, 37.6),
        ("O2 sat 85% RA -> 2L NC 93%.", "oxygen_saturation", 85, 93),
        ("Potassium 6.6, insulin-dextrose given, 5.4 at 16:00.", "potassium", 6.6, 5.4),
    ],
)
def test_the_value_after_a_treatment_is_the_latest(text, name, earlier, latest):
    assert measured(text, name) == [(earlier, True), (latest, False)]


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Glucose 17.4, Humalog 8 units given.", "glucose", 17.4),
        ("Potassium 2.8 at 08:00, KCl 3 g at 10:00.", "potassium", 2.8),
        ("SpO2 88% on air, venturi started, 28%.", "oxygen_saturation", 88),
        ("Temp 38.3, paracetamol given, HR 104.", "body_temperature", 38.3),
        ("HR 142, digoxin given, 2 doses so far.", "heart_rate", 142),
    ],
)
def test_a_dose_after_a_value_is_none(text, name, value):
    assert measured(text, name) == [(value, False)]


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("WBC 15.1->12.4->9.9.", "white_blood_cells", [15.1, 12.4, 9.9]),
        ("Cr 190->160, K 5.6->4.9.", "creatinine", [190, 160]),
        ("T 39.2->37.5, P 88.", "body_temperature", [39.2, 37.5]),
        ("HR 130s in AF, now 92.", "heart_rate", [92]),
        ("Temp spiking overnight, now 37.3.", "body_temperature", [37.3]),
        ("SpO2 low 80s on RA, currently 93% on 3 L.", "oxygen_saturation", [93]),
        ("HR irregular, now on bisoprolol 2.5 mg.", "heart_rate", []),
        ("BP labile, now 3 weeks post-op.", "systolic_blood_pressure", []),
        ("Creatinine 120-140.", "creatinine", []),
    ],
)
def test_arrows_and_what_is_so_now(text, name, values):
    assert [value for value, _ in measured(text, name)] == values


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Weight 143 lb (65 kg).", "weight", 65),
        ("Wt: 198 lbs / 90 kg", "weight", 90),
        ("Height 5 ft 3 in (160 cm).", "height", 160),
        ("Weight 143 lb.", "weight", 64.9),
        ("Weight 143 lb (80 kg before).", "weight", 64.9),
    ],
)
def test_a_quantity_in_both_units_is_the_stored_one(text, name, value):
    assert (value, False) in measured(text, name)


@pytest.mark.parametrize(
    ("text", "scores"),
    [
        ("ESAS: pain 3/10, drowsiness 7/10, appetite 6/10", [3]),
        ("Mood 4/10, pain 6/10.", [6]),
        ("Back pain 6/10; anxiety 8/10.", [6]),
        ("Pain 8/10, now 2/10 after codeine.", [8, 2]),
        ("Pain 9/10. Morphine 5 mg given. 3/10 at 11:40.", [9, 3]),
        ("Fatigue 6/10. 3/10 of his cases.", []),
        ("Pain at rest 2/10, on movement 6/10.", [2, 6]),
        ("Pain: left knee 5/10, right hip 3/10.", [5, 3]),
        ("Cramping, worst 9/10, usually 4/10.", [9, 4]),
    ],
)
def test_what_else_is_scored_beside_a_pain_is_no_pain(text, scores):
    assert [value for value, _ in measured(text, "pain_score")] == scores


@pytest.mark.parametrize(
    ("text", "name", "value"),
    [
        ("Stopped because of low sodium (124).", "sodium", 124),
        ("Low potassium 2.9 replaced.", "potassium", 2.9),
        ("Known low Hb of 84.", "hemoglobin", 84),
    ],
)
def test_a_low_result_is_a_result(text, name, value):
    assert measured(text, name) == [(value, False)]


def test_a_low_salt_diet_is_none():
    assert not measured("Low sodium diet, 2 g daily.", "sodium")
