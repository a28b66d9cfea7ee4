"""Readings come out in one unit, whatever they were written in; goals, ranges and limits do not come out at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical import understand

SYSTOLIC, DIASTOLIC = "systolic_blood_pressure", "diastolic_blood_pressure"
RATE, BREATHS, TEMPERATURE = "heart_rate", "respiratory_rate", "body_temperature"
SATURATION, WEIGHT, HEIGHT, PAIN = "oxygen_saturation", "weight", "height", "pain_score"


def vitals(text):
    return {(fact["name"], fact["value"]) for fact in understand(text).stored()["vitals"]}


def pressure(upper, lower):
    return {(SYSTOLIC, upper), (DIASTOLIC, lower)}


CASES = [
    ("BP 128/82 mmHg", pressure(128, 82)),
    ("BP: 128/82", pressure(128, 82)),
    ("B/P 130/80", pressure(130, 80)),
    ("Blood pressure was 133/70.", pressure(133, 70)),
    ("Blood Pressure: Elevated at 156/94 mmHg.", pressure(156, 94)),
    ("blood pressure of 120 over 80", pressure(120, 80)),
    ("BP today in office was 132/80 mm Hg", pressure(132, 80)),
    ("His blood pressure at home is 140/90.", pressure(140, 90)),
    ("BP (sitting) 118/76", pressure(118, 76)),
    ("120/80 mmHg", pressure(120, 80)),
    ("BP 150/95, repeat 140/85", pressure(150, 95) | pressure(140, 85)),
    ("HR 72", {(RATE, 72)}),
    ("HR: 72 bpm, regular", {(RATE, 72)}),
    ("Heart Rate: 68 beats per minute.", {(RATE, 68)}),
    ("Pulse 88 regular", {(RATE, 88)}),
    ("Pulse: 67.", {(RATE, 67)}),
    ("pulse rate of 90/min", {(RATE, 90)}),
    ("RR 16", {(BREATHS, 16)}),
    ("RR: 16 breaths/min", {(BREATHS, 16)}),
    ("RR:18.", {(BREATHS, 18)}),
    ("Respirations: 14", {(BREATHS, 14)}),
    ("Respiratory rate: 20 breaths per minute.", {(BREATHS, 20)}),
    ("Resp 22", {(BREATHS, 22)}),
    ("Temp: 98.2°F oral", {(TEMPERATURE, 36.8)}),
    ("Temp 98.7 F", {(TEMPERATURE, 37.1)}),
    ("Temperature: 100.4 degrees F.", {(TEMPERATURE, 38.0)}),
    ("temp 37.2C", {(TEMPERATURE, 37.2)}),
    ("Temp 37,2 °C", {(TEMPERATURE, 37.2)}),
    ("Temperature 36.8", {(TEMPERATURE, 36.8)}),
    ("Temp 101", {(TEMPERATURE, 38.3)}),
    ("Temperature is 97.7 today.", {(TEMPERATURE, 36.5)}),
    ("fever of 39.1 C", {(TEMPERATURE, 39.1)}),
    ("SpO2 98% RA", {(SATURATION, 98)}),
    ("SPO2: 98%.", {(SATURATION, 98)}),
    ("O2 sat 95% on room air", {(SATURATION, 95)}),
    ("Sats 97% on 2L", {(SATURATION, 97)}),
    ("Oxygen saturation: 99% on room air", {(SATURATION, 99)}),
    ("Pulse oxygenation: 99 percent on room air.", {(SATURATION, 99)}),
    ("satting 93% on RA", {(SATURATION, 93)}),
    ("98% on room air", {(SATURATION, 98)}),
    ("Wt: 192 lbs", {(WEIGHT, 87.1)}),
    ("Weight: 169 lb.", {(WEIGHT, 76.7)}),
    ("weight 87 kg", {(WEIGHT, 87)}),
    ("Weight stable at 192 lbs", {(WEIGHT, 87.1)}),
    ("She weighs 70.5 kg", {(WEIGHT, 70.5)}),
    ("weight 12 st 4 lb", {(WEIGHT, 78.0)}),
    ("Ht: 5'10\"", {(HEIGHT, 177.8)}),
    ("Height: 5’6”", {(HEIGHT, 167.6)}),
    ("height 5 ft 10 in", {(HEIGHT, 177.8)}),
    ("height 5 feet", {(HEIGHT, 152.4)}),
    ("Height 178 cm", {(HEIGHT, 178)}),
    ("height 1.78 m", {(HEIGHT, 178)}),
    ("height 70 inches", {(HEIGHT, 177.8)}),
    ("Weight 8 lb 5 ounces.", {(WEIGHT, 3.8)}),
    ("Weight 8lbs 5ozs", {(WEIGHT, 3.8)}),
    ("Weight 8 pounds, 5 ounces", {(WEIGHT, 3.8)}),
    ("Weight 8 lb 5", {(WEIGHT, 3.8)}),
    ("Weight 11 stone 4.", {(WEIGHT, 71.7)}),
    ("Weight 11 stone 4 today", {(WEIGHT, 71.7)}),
    ("Weight: 11st 4", {(WEIGHT, 71.7)}),
    ("Weight 11st. 4lb.", {(WEIGHT, 71.7)}),
    ("weighs 11 stones and 4 pounds", {(WEIGHT, 71.7)}),
    ("WEIGHT 11 STONE 4 LBS", {(WEIGHT, 71.7)}),
    ("Weight 11 stone 4½ lb", {(WEIGHT, 71.9)}),
    ("Weight 10½ stone", {(WEIGHT, 66.7)}),
    ("Weight 10 1/2 st", {(WEIGHT, 66.7)}),
    ("Weight 11 stone, 4 tablets daily", {(WEIGHT, 69.9)}),
    ("Weight 70 kg. 2 g salt diet", {(WEIGHT, 70)}),
    ("Weight 3 kg 400 g", {(WEIGHT, 3.4)}),
    ("Weight 3456 g", {(WEIGHT, 3.456)}),
    ("Weight 3,456 grams", {(WEIGHT, 3.456)}),
    ("Weight 3,456 kg", {(WEIGHT, 3.456)}),
    ("Weight 71.68 kg", {(WEIGHT, 71.68)}),
    ("height 1 m 62 cm", {(HEIGHT, 162)}),
    ("height 1m62", {(HEIGHT, 162)}),
    ("height 1 metre 62 centimetres", {(HEIGHT, 162)}),
    ("height 1 meter 62", {(HEIGHT, 162)}),
    ("height 1,62 m", {(HEIGHT, 162)}),
    ("height 5ft7", {(HEIGHT, 170.2)}),
    ("height 5 feet and 7 inches", {(HEIGHT, 170.2)}),
    ("height 5 foot 7½ ins", {(HEIGHT, 171.4)}),
    ("height 5 ft 14 in", set()),
    ("height 5 ft 10 and weight 11 stone 4 pounds", {(HEIGHT, 177.8), (WEIGHT, 71.7)}),
    ("SpO2 89.6%", {(SATURATION, 89.6)}),
    ("SpO2 89.6", {(SATURATION, 89.6)}),
    ("O2 sat 89,6 % on air", {(SATURATION, 89.6)}),
    ("89.6% on room air", {(SATURATION, 89.6)}),
    ("HR 72.5", {(RATE, 72.5)}),
    ("RR 16.5", {(BREATHS, 16.5)}),
    ("Temp 37.25 C", {(TEMPERATURE, 37.25)}),
    ("BMI 27.5", {("bmi", 27.5)}),
    ("BMI: 31.2 kg/m2", {("bmi", 31.2)}),
    ("body mass index of 24", {("bmi", 24)}),
    ("pain 6/10", {(PAIN, 6)}),
    ("rates her pain 9/10", {(PAIN, 9)}),
    ("pain is 6 out of 10", {(PAIN, 6)}),
    ("Pain score: 4", {(PAIN, 4)}),
    ("Headache, severity 7/10", {(PAIN, 7)}),
    ("T 37.2, P 72, R 16, BP 120/80", pressure(120, 80) | {(TEMPERATURE, 37.2), (RATE, 72), (BREATHS, 16)}),
    ("t 98.4 p 72 r 16 bp 118/74", pressure(118, 74) | {(TEMPERATURE, 36.9), (RATE, 72), (BREATHS, 16)}),
    (
        "Obs: BP 120/80, HR 80, RR 16, SpO2 98% RA, T 37.2, NEWS 0",
        pressure(120, 80) | {(RATE, 80), (BREATHS, 16), (SATURATION, 98), (TEMPERATURE, 37.2)},
    ),
    ("Ht: 5'10\", Wt: 192 lbs, BMI: 27.5 (overweight)", {(HEIGHT, 177.8), (WEIGHT, 87.1), ("bmi", 27.5)}),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_readings(text, expected):
    assert vitals(text) == expected


NO_READINGS = [
    "Goal BP <130/80",
    "Target blood pressure 130/80",
    "Maintain sats above 92%",
    "Keep SpO2 > 94%",
    "Call if temp > 101",
    "Return if temperature above 38.5 C",
    "If BP 180/110 or higher, go to the ED.",
    "BP 120s to 130s",
    "BP in the 120s/80s",
    "Heart rate: 60s",
    "HR 60-70",
    "RR 16-18",
    "pain 5-6/10",
    "Seen on 12/24",
    "Strength 5/5 throughout",
    "3/6 systolic murmur",
    "Heart: grade 2 out of 6 murmur",
    "ejection fraction 45%",
    "A1c 6.8%",
    "HR department called",
    "Weight loss of 10 lbs",
    "Weight down 5 lbs",
    "gained 3 pounds",
    "BP 128/82/70",
    "BP 400/20",
    "BP 80/120",
    "HR 720",
    "Temp 12",
    "SpO2 250%",
    "Birth weight 3.2 kg",
    "L4/5 disc, 20/20 vision",
    "Hold if HR < 50",
    "Blood pressure: Elevated.",
    "Pulses 2+ bilaterally",
    "T12 fracture",
    "FAMILY HISTORY\nFather BP 180/100",
]


@pytest.mark.parametrize("text", NO_READINGS)
def test_what_is_no_reading(text):
    assert vitals(text) == set()


def test_units_are_always_the_same():
    facts = understand("BP 120/80 HR 70 RR 16 T 37.0 SpO2 98% Wt 70 kg Ht 170 cm BMI 24 pain 3/10").stored()["vitals"]
    assert {fact["name"]: fact["unit"] for fact in facts} == {
        SYSTOLIC: "mmHg",
        DIASTOLIC: "mmHg",
        RATE: "bpm",
        BREATHS: "breaths/min",
        TEMPERATURE: "°C",
        SATURATION: "%",
        WEIGHT: "kg",
        HEIGHT: "cm",
        "bmi": "kg/m²",
        PAIN: "/10",
    }


def test_the_day_of_a_reading_is_kept():
    (fact,) = understand("On 2024-03-01 the pulse was: HR 88.").stored()["vitals"]
    assert fact["at"] == "2024-03-01"


def test_a_reading_told_twice_is_one():
    assert len(understand("BP 120/80.\nToday the BP was 120/80.").stored()["vitals"]) == 2


@given(
    st.integers(50, 250),
    st.integers(20, 49),
    st.sampled_from(["BP {}/{}", "BP: {}/{} mmHg", "blood pressure is {} over {}"]),
)
def test_every_pressure_is_read(upper, lower, form):
    assert vitals(form.format(upper, lower)) == pressure(upper, lower)


@given(st.floats(95, 107).map(lambda value: round(value, 1)))
def test_degrees_are_converted(fahrenheit):
    assert vitals(f"Temp {fahrenheit} F") == {(TEMPERATURE, round((fahrenheit - 32) / 1.8, 1))}
