"""Procedures: what was done, what is to come, what was refused or left undone, and when."""

import pytest

from clinical import understand
from clinical.lexicon.resources import entries

D, P, N = "done", "planned", "declined"


def procedures(text):
    return {(fact["text"].lower(), fact["status"], fact["on"]) for fact in understand(text).stored()["procedures"]}


CASES = [
    ("Cervical screening declined. Zostavax #2 in 2 months.", {("cervical screening", N, None), ("zostavax", P, None)}),
    ("Renal transplant (live donor, his sister) 2016.", {("renal transplant", D, None)}),
    (
        "OGTT normal at 26/40. Extubated 3/4. Bronch done 3/3. TKR listed.",
        {("ogtt", D, None), ("extubated", D, None), ("bronch", D, None), ("tkr", P, None)},
    ),
    ("Gastroscopy - son refuses. Colonoscopy - she declined.", {("gastroscopy", N, None), ("colonoscopy", N, None)}),
    ("MRI: declined.\nCT: booked for Monday.", {("mri", N, None), ("ct", P, None)}),
    ("Metformin XR 500 mg bd.", set()),
    ("PMH: HTN, T2DM, IHD s/p CABG 2015", {("cabg", D, "2015")}),
    (
        "PSH: appendicectomy 1999, left THR (2018), C-section x2",
        {("appendicectomy", D, "1999"), ("left thr", D, "2018"), ("c-section", D, None)},
    ),
    (
        "Past surgical history: hernia repair in March 2019; tonsils out as a child.",
        {("hernia repair", D, "2019-03"), ("tonsils out", D, None)},
    ),
    ("She underwent laparoscopic cholecystectomy on 12 May 2021.", {("laparoscopic cholecystectomy", D, "2021-05-12")}),
    ("He has never had a colonoscopy.", {("colonoscopy", N, None)}),
    ("She declined colonoscopy.", {("colonoscopy", N, None)}),
    ("Colonoscopy was offered but declined.", {("colonoscopy", N, None)}),
    ("CT head not indicated. No MRI needed.", {("ct head", N, None), ("mri", N, None)}),
    (
        "Awaiting MRI lumbar spine. Listed for right knee replacement.",
        {("mri lumbar spine", P, None), ("right knee replacement", P, None)},
    ),
    ("Plan\n- CT chest/abdomen/pelvis\n- OGD\n- Refer ortho", {("ct chest/abdomen/pelvis", P, None), ("ogd", P, None)}),
    (
        "P: CXR if not better, echo next week, ECG today showed NSR",
        {("cxr", P, None), ("echo", P, None), ("ecg", D, None)},
    ),
    (
        "CT chest: no PE. ECG: sinus rhythm. Echo showed EF 35%.",
        {("ct chest", D, None), ("ecg", D, None), ("echo", D, None)},
    ),
    (
        "Chest X-ray on 03/04/2024 was clear. On 25/03/2024 CT head normal.",
        {("chest x-ray", D, "2024-04-03"), ("ct head", D, "2024-03-25")},
    ),
    ("X-ray of the left knee shows osteoarthritis.", {("x-ray of the left knee", D, None)}),
    ("We will arrange an echocardiogram and a 24 hour tape.", {("echocardiogram", P, None), ("24 hour tape", P, None)}),
    ("If symptoms persist consider endoscopy.", {("endoscopy", P, None)}),
    ("Discussed knee replacement; he would like to think about it.", set()),
    ("Her mother had a hysterectomy.", set()),
    ("Husband had a CABG last year.", set()),
    ("Risks of surgery include bleeding and amputation.", set()),
    ("Pacemaker 2020 for complete heart block.", {("pacemaker", D, "2020")}),
    ("Dual-chamber pacemaker in situ.", {("dual-chamber pacemaker", D, None)}),
    ("Steroid injection to right shoulder given today.", {("steroid injection to right shoulder", D, None)}),
    ("Flu jab given. Shingles vaccine due in October.", {("flu jab", D, None), ("shingles vaccine", P, None)}),
    ("Refused covid booster.", {("covid booster", N, None)}),
    ("Biopsy of the left breast confirmed carcinoma.", {("biopsy of the left breast", D, None)}),
    ("Prostate biopsy booked for 3 June 2024.", {("prostate biopsy", P, "2024-06-03")}),
    ("s/p ORIF left ankle 2017", {("orif left ankle", D, "2017")}),
    ("Mirena coil inserted 2022.", {("mirena coil", D, "2022")}),
    ("Lumbar puncture was abandoned.", {("lumbar puncture", N, None)}),
    ("MRI brain: declined due to claustrophobia.", {("mri brain", N, None)}),
    ("Procedure: Right total knee arthroplasty\nDate: 12/05/2024", {("right total knee arthroplasty", D, None)}),
    ("Ultrasound abdomen requested. USS in 2019 normal.", {("ultrasound abdomen", P, None), ("uss", D, "2019")}),
    ("Repeat colonoscopy in 5 years.", {("colonoscopy", P, None)}),
    ("Had colonoscopy 2 years ago, normal.", {("colonoscopy", D, None)}),
    ("Dexa scan due. Mammogram 2023: normal.", {("dexa scan", P, None), ("mammogram", D, "2023")}),
    ("History of splenectomy after trauma.", {("splenectomy", D, None)}),
    ("Stress test was negative for ischaemia.", {("stress test", D, None)}),
    ("CTPA excluded PE.", {("ctpa", D, None)}),
    ("Proceed to coronary angiography tomorrow.", {("coronary angiography", P, None)}),
    ("No previous surgery. No pacemaker.", {("pacemaker", N, None)}),
    (
        "Nephrectomy (right) 2011; bilateral cataract surgery 2016 and 2017",
        {("nephrectomy", D, "2011"), ("bilateral cataract surgery", D, "2016")},
    ),
    ("ICD-10: E11.9. ICD implanted 2018.", {("icd", D, "2018")}),
    ("He works in the CT department.", set()),
    ("Wants tubal ligation.", {("tubal ligation", P, None)}),
]


@pytest.mark.parametrize(("text", "expected"), CASES, ids=[text for text, _ in CASES])
def test_procedures(text, expected):
    assert procedures(text) == expected


def test_what_is_operated_on_is_no_condition_that_is_there():
    facts = understand("PSH: hernia repair 1999, cataract surgery.").stored()
    assert facts["diagnoses"] == []
    assert [fact["concept"] for fact in facts["procedures"]] == ["hernia repair", "cataract surgery"]


def test_the_same_procedure_is_told_once_and_another_day_of_it_again():
    told = understand("Echo in March 2020 normal. Echo normal. Echo in May 2023 showed EF 30%.").stored()["procedures"]
    assert [fact["on"] for fact in told] == ["2020-03", "2023-05"]


def test_the_boxes_of_vaccinations():
    text = "Flu vaccine: [x] given today  [ ] declined      Covid: [ ] given  [x] declined"
    assert {(name, status) for name, status, _ in procedures(text)} == {("flu vaccine", D), ("covid", N)}


def test_no_name_stands_twice():
    names = []
    for line in entries("procedures.txt"):
        _, concept, others = (part.strip() for part in line.split("|"))
        names.extend(name.strip().rstrip("*") for name in [concept, *others.split(",")] if name.strip())
    assert len(set(names)) == len(names)


@pytest.mark.parametrize(
    ("text", "status"),
    [
        ("Clopidogrel held pending colonoscopy.", "planned"),
        ("Warfarin on hold pending urgent inpatient gastroscopy.", "planned"),
        ("Report pending, colonoscopy done yesterday.", "done"),
    ],
)
def test_what_something_is_pending_is_to_come(text, status):
    (fact,) = understand(text).stored()["procedures"]
    assert fact["status"] == status


@pytest.mark.parametrize(
    ("text", "yearless"),
    [
        ("FNA 3 March: benign cyst.", "--03-03"),
        ("Chest wall radiotherapy (20 fractions) finished June.", "--06"),
        ("Fistula formation planned for November.", "--11"),
        ("Hip replacement postponed to September because of infection.", "--09"),
        ("MRI moved to 24 November.", "--11-24"),
        ("FNA 3 March 2026: benign cyst.", None),
        ("FNA in clinic: benign cyst.", None),
    ],
)
def test_a_day_without_a_year_is_told_as_it_stands(text, yearless):
    (fact,) = understand(text).stored()["procedures"]
    assert fact["yearless"] == yearless


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (
            "Right mastectomy and axillary node clearance done 3 May 2024.",
            ["Right mastectomy", "axillary node clearance"],
        ),
        ("3 May 2026: open sigmoid resection.", ["open sigmoid resection"]),
        ("Sleep-deprived EEG booked.", ["Sleep-deprived EEG"]),
        ("Radioactive iodine 600 MBq given 2 May 2025.", ["Radioactive iodine"]),
        ("X-ray left knee and hip today.", ["X-ray left knee and hip"]),
    ],
)
def test_how_far_a_name_reaches(text, told):
    assert [fact["text"] for fact in understand(text).stored()["procedures"]] == told


def test_what_is_taken_off_the_list_is_not_to_come():
    assert [status for _, status, _ in procedures("Cholecystectomy taken off the list.")] == [N]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Colorectal surgery discharge summary.", []),
        ("Discussed: radioiodine instead of surgery.", [("radioiodine", "planned")]),
    ],
)
def test_what_is_no_procedure_that_was_done(text, told):
    facts = understand(text).stored()["procedures"]
    assert [(fact["text"], fact["status"]) for fact in facts] == told
