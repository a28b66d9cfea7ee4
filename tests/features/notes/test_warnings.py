"""A drug that is warned against, or a value that was measured, is no medicine that somebody takes."""

import pytest

CURRENT = {"started", "continued", "changed"}


async def facts_of(note, content):
    return (await note(content))["facts"]


@pytest.mark.parametrize(
    "content",
    [
        "O: Potassium 5.9 mmol/L (high), creatinine 196 umol/L, eGFR 28 mL/min/1.73 m2.",
        "O: Potassium 4.5 mmol/L, creatinine 148 umol/L, eGFR 39, HbA1c 59 mmol/mol.",
        "O: potassium 59 mmol.",
        "O: Iron 12 umol/L, magnesium 0.8 mmol/L, calcium 2.3 mmol/L, vitamin D 34 nmol/L, glucose 5.5 mmol/L.",
        "O: Lithium 0.7 mmol/L. Vancomycin trough 14 mg/L. Testosterone 12 nmol/L.",
        "Medications: potassium 4.1 mmol/L",
    ],
)
async def test_what_was_measured_is_no_medicine(note, content):
    assert (await facts_of(note, content))["medications"] == []


async def test_what_is_taken_is_one_although_it_can_be_measured(note):
    found = await facts_of(note, "O: Potassium 2.9 mmol/L.\nP: Oral potassium 20 mmol twice daily. Iron 200 mg BD.")
    assert [(fact["name"], fact["dose"], fact["frequency"]) for fact in found["medications"]] == [
        ("potassium", "20 mmol", "twice daily"),
        ("iron", "200 mg", "twice daily"),
    ]
    assert [(fact["name"], fact["value"]) for fact in found["labs"]] == [("potassium", 2.9)]


async def test_no_result_is_a_dose(note):
    found = await facts_of(note, "P: Start losartan, eGFR 72 mL/min, recheck potassium 4.9 mmol/L.")
    assert [(fact["name"], fact["dose"]) for fact in found["medications"]] == [("losartan", None)]


CAUSES = [
    ("A: Acute kidney injury caused by ibuprofen.", "ibuprofen", "Acute kidney injury"),
    (
        "A/P: Acute decompensated heart failure, brought on by ibuprofen.",
        "ibuprofen",
        "Acute decompensated heart failure",
    ),
    ("A: GI bleed due to naproxen 500 mg BD.", "naproxen", "GI bleed"),
    ("A: Rash after amoxicillin 500 mg TDS.", "amoxicillin", "Rash"),
    ("A: Delirium secondary to codeine.", "codeine", "Delirium"),
    ("P: Diarrhoea from metformin.", "metformin", "Diarrhoea"),
    ("S: Ramipril caused cough.", "ramipril", "cough"),
    ("A: Ramipril-induced cough.", "ramipril", "cough"),
    ("S: Lisinopril 10 mg OD gave him angioedema.", "lisinopril", "angioedema"),
    ("Medications: naproxen 500 mg BD.\nAssessment: GI bleed due to naproxen.", "naproxen", "GI bleed"),
]


@pytest.mark.parametrize(("content", "substance", "reason"), CAUSES, ids=[content for content, *_ in CAUSES])
async def test_a_cause_is_warned_of_and_not_taken(note, content, substance, reason):
    found = await facts_of(note, content)
    assert [(fact["substance"], fact["forbidden"], fact["reason"]) for fact in found["avoid"]] == [
        (substance, False, reason)
    ]
    assert not [fact for fact in found["medications"] if fact["name"] == substance and fact["status"] in CURRENT]
    warned = found["avoid"][0]
    assert content[warned["start"] : warned["end"]].lower() == warned["original"].lower() == substance


FORBIDDEN = [
    ("Plan: Avoid ibuprofen 400 mg.", "ibuprofen"),
    ("Plan: Avoid alcohol, naproxen and other irritants.", "naproxen"),
    ("Plan: Not to take aspirin.", "aspirin"),
    ("Plan: He must not have diclofenac 50 mg again.", "diclofenac"),
    ("Plan: Do not restart codeine 30 mg QDS.", "codeine"),
    ("Plan: Never give morphine 10 mg again.", "morphine"),
    ("Plan: Stop codeine. No oxycodone either.", "oxycodone"),
    ("Plan: No ibuprofen or similar again, told in writing.", "ibuprofen"),
    ("Plan: Diclofenac to be avoided.", "diclofenac"),
    ("Plan: Ibuprofen is contraindicated.", "ibuprofen"),
    ("Spironolactone is not to be restarted.", "spironolactone"),
    ("Amlodipine 5 mg should not be tried again.", "amlodipine"),
    ("Medications: codeine 30 mg QDS (please do not restart), paracetamol 1 g.", "codeine"),
    ("Medications: ibuprofen 400 mg TDS.\nPlan: Avoid ibuprofen.", "ibuprofen"),
]


@pytest.mark.parametrize(("content", "substance"), FORBIDDEN, ids=[content for content, _ in FORBIDDEN])
async def test_what_is_forbidden_is_not_taken(note, content, substance):
    found = await facts_of(note, content)
    assert (substance, True) in [(fact["substance"], fact["forbidden"]) for fact in found["avoid"]]
    assert not [fact for fact in found["medications"] if fact["name"] == substance and fact["status"] in CURRENT]


@pytest.mark.parametrize(
    ("content", "name"),
    [
        ("P: Continue ramipril 5 mg OD because of heart failure.", "ramipril"),
        ("P: Start apixaban 5 mg BD to avoid stroke.", "apixaban"),
        ("P: Restart naproxen 500 mg BD after surgery.", "naproxen"),
        ("S: Pain better after paracetamol.\nP: Continue paracetamol 1 g QDS.", "paracetamol"),
        ("A: Diarrhoea due to metformin.\nP: Start modified-release metformin 500 mg.", "metformin"),
        ("P: No change to bisoprolol. Continue bisoprolol 5 mg OD.", "bisoprolol"),
        ("P: Do not stop apixaban. Continue apixaban 5 mg BD.", "apixaban"),
    ],
)
async def test_what_is_ordered_is_taken(note, content, name):
    found = await facts_of(note, content)
    assert [fact["status"] in CURRENT for fact in found["medications"] if fact["name"] == name] == [True]


@pytest.mark.parametrize(
    ("words", "duration"),
    [
        ("for three days", "3 days"),
        ("as needed for 3 days", "3 days"),
        ("OD for a fortnight", "2 weeks"),
        ("TDS x 7 days", "7 days"),
        ("TDS 5/7", "5 days"),
        ("BD, 10-day course", "10 days"),
        ("OD for the next six weeks", "6 weeks"),
        ("OD until 22 November 2026", "until 22 November 2026"),
        ("OD until Friday", "until Friday"),
        ("OD, to finish on 3 May", "until 3 May"),
        ("OD", None),
        ("up to ten days a month", None),
    ],
)
async def test_how_long_it_is_to_be_taken(note, words, duration):
    (fact,) = (await facts_of(note, f"P: Start doxycycline 100 mg {words}."))["medications"]
    assert (fact["name"], fact["duration"]) == ("doxycycline", duration)


async def test_each_drug_has_its_own_duration(note):
    found = (await facts_of(note, "P: Paracetamol 1 g QDS, codeine 30 mg as needed for three days."))["medications"]
    assert [(fact["name"], fact["duration"]) for fact in found] == [("paracetamol", None), ("codeine", "3 days")]


async def test_how_long_it_has_been_taken_is_no_duration(note):
    (fact,) = (await facts_of(note, "S: Has been taking codeine 30 mg for three weeks."))["medications"]
    assert fact["duration"] is None
