"""Values of one measurement that are told one after the other in prose: the latest is the note's own."""

import pytest

from clinical import understand


def told(text):
    facts = understand(text).stored()
    return [
        (fact["value"], bool(fact["at"]))
        for kind in ("vitals", "labs")
        for fact in facts[kind]
        if fact["name"] != "diastolic_blood_pressure"
    ]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("Urea was 22 on arrival, climbed to 31 by day four and has settled at 11.", [22, 31, 11]),
        ("Lactate 6.2 in resus. Two hours after fluids 2.4.", [6.2, 2.4]),
        ("CK 14200 on Tuesday, falling to 5300 by the weekend.", [14200, 5300]),
        ("Platelets 42 at booking, 88 this week.", [42, 88]),
        ("Temp 39.4 in triage, coming down to 37.6 once cooled.", [39.4, 37.6]),
        ("Heart rate 142 at handover, slowing. Recheck 96 at 1730.", [142, 96]),
        ("Respiratory rate 34 when the crew arrived, down to 22 after nebulisers.", [34, 22]),
        ("Blood pressure 84/50 per paramedics; 112/70 thirty minutes after a litre of saline.", [84, 112]),
        ("Potassium 6.7 (haemolysed). Rechecked on a gas: 4.4.", [6.7, 4.4]),
        ("Hb 71 pre, 92 post.", [71, 92]),
        ("Peak flow 210 before nebs, 330 after.", [210, 330]),
        ("Lipase 1800 on day 1. It had fallen to 420 by day 3.", [1800, 420]),
        ("Pulse 134 on arrival, 112 after fluids, 90 this evening.", [134, 112, 90]),
        ("Calcium 3.1 at diagnosis, back to 2.5 today.", [3.1, 2.5]),
        ("INR 7.8 on Monday. This morning it was 2.9.", [7.8, 2.9]),
        ("Magnesium 0.4, replaced overnight, now 0.8.", [0.4, 0.8]),
        ("Febrile on the ward at 39.1, now 36.9.", [39.1, 36.9]),
        ("Hyponatraemic at 117, rising to 124 by the next morning.", [117, 124]),
        ("Sats 81% at the nursing home, 93% on 2 L here.", [81, 93]),
        ("Glucose 2.1 at 0300. Repeat 6.4 at 0320 after glucogel.", [2.1, 6.4]),
        ("Sodium 121. Day 2: 126. Day 4: 133.", [121, 126, 133]),
        ("eGFR fell from 61 to 34, recovering to 52 by week six.", [61, 34, 52]),
    ],
)
def test_the_last_of_several_values_in_prose_is_the_notes_own(text, values):
    found = told(text)

    assert [value for value, _ in found] == values
    assert [earlier for _, earlier in found] == [True] * (len(values) - 1) + [False]


def test_what_is_told_of_now_is_the_latest_wherever_it_stands():
    assert told("Creatinine today 140, peaked at 380 on day 3.") == [(140, False), (380, True)]


@pytest.mark.parametrize(
    ("text", "values"),
    [
        ("INR 1.8, warfarin increased to 5 mg.", [1.8]),
        ("Potassium 5.9, ECG normal, repeat in 4 hours.", [5.9]),
        ("Haemoglobin 98, down 12 from last week.", [98]),
        ("Sats 84% on air, now on 60% oxygen.", [84]),
        ("Weight 82 kg, down 6 kg since spring.", [82]),
        ("HR 118, now in AF and day 3 of amiodarone.", [118]),
        ("Creatinine 150, rising by 30 a day.", [150]),
        ("RR 28, up to 15 L via non-rebreathe.", [28]),
        ("Glucose 14.2, now on 10 units twice daily.", [14.2]),
        ("Potassium 3.1, replaced. Repeat at 6.", [3.1]),
        ("Temp 38.4, now 48 hours into antibiotics.", [38.4]),
        ("HbA1c 71. Now aged 64 and working.", [71]),
        ("Sodium 128, fluid restricted to 1.5 L. Repeat on Monday.", [128]),
        ("BP 150/90. Target now 130/80.", [150]),
        ("Lactate 2.1. Then 3 further boluses.", [2.1]),
        ("Hb 120. Today 110 minutes of dialysis.", [120]),
        ("WBC 11.2 on arrival. Now on day 4 of 7.", [11.2]),
        ("Sats 95%. Now 88-92% is the aim.", [95]),
        ("K 4.1. Discharged on 12/5. Today 4 visits.", [4.1]),
    ],
)
def test_what_is_counted_otherwise_is_no_further_value(text, values):
    assert [value for value, _ in told(text)] == values
