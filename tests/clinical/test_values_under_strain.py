"""Values on standing, after exercise and behind an inhaler stand beside the one at rest; and the day of a list."""

import pytest

from clinical import understand
from clinical.measurements.provoked import is_strain


def measured(text, name):
    facts = understand(text).stored()
    return [(fact["value"], fact["at"]) for fact in (*facts["vitals"], *facts["labs"]) if fact["name"] == name]


@pytest.mark.parametrize(
    ("text", "name", "rested", "strained"),
    [
        ("BP 128/74 lying, 104/60 standing.", "systolic_blood_pressure", 128, (104, "standing")),
        ("BP lying 150/82, standing 126/70 with dizziness.", "systolic_blood_pressure", 150, (126, "standing")),
        ("Standing BP 118/66, lying 140/78.", "systolic_blood_pressure", 140, (118, "standing")),
        ("BP 138/80 before and 160/88 after exercise.", "systolic_blood_pressure", 138, (160, "after exercise")),
        ("SpO2 94% on air, 86% after walking.", "oxygen_saturation", 94, (86, "after walking")),
        ("Peak flow 260 L/min, 330 after salbutamol.", "peak_flow", 260, (330, "after salbutamol")),
    ],
)
def test_the_value_at_rest_is_the_latest(text, name, rested, strained):
    found = measured(text, name)
    assert [value for value, at in found if at is None] == [rested]
    assert [(value, at) for value, at in found if at is not None] == [strained]
    assert is_strain(strained[1])


@pytest.mark.parametrize(
    ("text", "name", "values"),
    [
        ("HR 96 after walking in.", "heart_rate", [(96, None)]),  # there is no other
        ("Knee pain 2/10, 6/10 after walking.", "pain_score", [(2, None), (6, None)]),
        ("Potassium 3.1, 3.9 after walking to the ward.", "potassium", [(3.1, None)]),
        ("Temp 38.9. Paracetamol given. Now 37.2.", "body_temperature", [(38.9, "previous"), (37.2, None)]),
    ],
)
def test_other_values_are_what_they_were(text, name, values):
    assert [(value, at) for value, at in measured(text, name)][: len(values)] == values


@pytest.mark.parametrize(
    ("text", "days"),
    [
        ("Potassium 4.0 mmol/L, sodium 137 mmol/L, urea 5.1 mmol/L, all of 2 May 2026.", ["2026-05-02"] * 3),
        (
            "BIOCHEMISTRY, sample taken 3 May 2026\nPotassium 4.0 mmol/L\nSodium 137 mmol/L\nUrea 5.1",
            ["2026-05-03"] * 3,
        ),
        ("Report\nDate collected: 3 May 2026\nPotassium 4.0\nSodium 137\nUrea 5.1", ["2026-05-03"] * 3),
        ("Bloods taken on 3 May 2026 were lost.\nPotassium 4.0\nSodium 137\nUrea 5.1", [None] * 3),
    ],
)
def test_one_day_dates_a_whole_list(text, days):
    note = f"Date: 9 May 2026\n{text}"
    assert [measured(note, name)[0][1] for name in ("potassium", "sodium", "urea")] == days


@pytest.mark.parametrize(
    ("text", "unit"),
    [("TSH 3.4 mU/L", "mU/L"), ("Anti-CCP 88 U/mL", "U/mL"), ("Peak flow 390 L/min", "L/min")],
)
def test_units_of_hormones_antibodies_and_breath(text, unit):
    assert [fact["unit"] for fact in understand(text).stored()["labs"]] == [unit]
