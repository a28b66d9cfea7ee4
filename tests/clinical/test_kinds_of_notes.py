"""A note's type, and how sure it is."""

import pytest

from clinical import understand
from clinical.sections.note_types import KINDS

SOAP = "S: Cough\nO: BP 120/80\nA: Cold\nP: Rest"
NOTES = {
    "soap": ("progress", f"SOAP Note - Encounter Date: 2024-03-15 (Follow-Up Visit)\n{SOAP}"),
    "bare soap": ("progress", SOAP),
    "office visit": ("progress", f"Office Visit\n{SOAP}"),
    "visit with headings": (
        "progress",
        (
            "CHIEF COMPLAINT\n\nAnnual exam.\n\nHISTORY OF PRESENT ILLNESS\n\nHere for follow-up.\n\n"
            "PHYSICAL EXAM\n\nNormal.\n\nASSESSMENT AND PLAN\n\nHypertension.\nContinue."
        ),
    ),
    "discharge of a speciality": ("discharge", "ENT discharge. Total thyroidectomy 8/12, voice fine."),
    "discharge of a place": ("discharge", "Discharge, AMU. Confused, lithium level 2.3."),
    "ward round": (
        "progress",
        "Ward round Day 3, Dr Patel\nNo acute events overnight. Obs stable.\nPlan: home tomorrow",
    ),
    "discharge": (
        "discharge",
        (
            "DISCHARGE SUMMARY\nDate of discharge: 2024-01-25\nHospital Course: Treated for pneumonia.\n"
            "Discharge Medications:\n1. Amoxicillin 500 mg TID"
        ),
    ),
    "discharge without title": (
        "discharge",
        (
            "Date of Discharge: 2024-01-25\nDischarge Diagnosis: Pneumonia\n"
            "Hospital Course: IV antibiotics.\nCondition at discharge: good"
        ),
    ),
    "operation": (
        "procedure",
        (
            "OPERATIVE REPORT\nPreoperative diagnosis: Appendicitis\nPostoperative diagnosis: Same\n"
            "Procedure: Laparoscopic appendectomy\nAnesthesia: General\nEstimated blood loss: 20 mL"
        ),
    ),
    "colonoscopy": (
        "procedure",
        "Colonoscopy report\nIndication: screening\nThe scope was advanced to the cecum. Informed consent obtained.",
    ),
    "emergency": (
        "emergency",
        (
            "EMERGENCY DEPARTMENT NOTE\nMode of arrival: ambulance\n"
            "HPI: presented to the ED with chest pain.\nED course: aspirin given."
        ),
    ),
    "triage": ("emergency", "ED triage note\nArrival by ambulance. ESI 2. Chest pain."),
    "radiology": (
        "imaging",
        (
            "CHEST X-RAY, 2 VIEWS\nIndication: Cough\nComparison: None.\nFindings: The lungs are clear.\n"
            "Impression: No acute cardiopulmonary process."
        ),
    ),
    "ct": (
        "imaging",
        "Radiology report\nExam: CT abdomen with contrast\nTechnique: axial\nFindings: normal\nImpression: normal",
    ),
    "lab": (
        "laboratory",
        (
            "LABORATORY REPORT\nSpecimen: blood\nTest  Result  Units  Reference range\n"
            "Sodium 138 mmol/L 135-145\nPotassium 4.2 mmol/L 3.5-5.0"
        ),
    ),
    "pathology": (
        "laboratory",
        (
            "Surgical pathology report\nSpecimen: skin, left arm\nGross description: ellipse\n"
            "Microscopic: basal cell carcinoma"
        ),
    ),
    "prescription": (
        "prescription",
        "Rx\nAtorvastatin 20 mg tab\nSig: 1 tablet PO daily at bedtime\nDisp: #90\nRefills: 3",
    ),
    "referral": (
        "referral",
        (
            "Dear Dr Patel,\n\nRe: Mrs Brown\n\n"
            "Thank you for seeing this lady with dyspepsia. I would be grateful for your opinion.\n\n"
            "Yours sincerely,\nDr Watson"
        ),
    ),
    "letter": (
        "correspondence",
        (
            "Dear Mr Brown,\n\nYour blood results are back and I am pleased to say that all is well.\n\n"
            "Kind regards,\nDr Watson"
        ),
    ),
    "nursing": (
        "nursing",
        (
            "Nursing shift note 0700-1900\n"
            "Pt alert and oriented. Dressing changed. Call bell within reach. Ambulated x2 with assist of "
            "1.\nK. Jones, RN"
        ),
    ),
    "physio": (
        "therapy",
        (
            "Physical Therapy Daily Note\n"
            "Therapeutic exercise: 3 sets x 10 reps. Gait training 50 ft, contact guard. HEP reviewed."
        ),
    ),
    "occupational": ("therapy", "OT Evaluation\nADL training. Short-term goals: dress upper body with min assist."),
    "consult": (
        "consultation",
        (
            "CARDIOLOGY CONSULTATION\nReason for consult: chest pain\nRequesting physician: Dr House\n"
            "Recommendations: echo. Thank you for this consult."
        ),
    ),
    "admission": (
        "admission",
        (
            "HISTORY AND PHYSICAL\nReason for admission: pneumonia\nPMH: COPD\nSocial history: smoker\n"
            "Family history: none\nPlan: Admit to medicine. DVT prophylaxis. Code status: full."
        ),
    ),
}


@pytest.mark.parametrize("name", NOTES)
def test_types(name):
    expected, text = NOTES[name]
    found = understand(text)
    assert found.type == expected
    assert found.type_confidence > 0.4


@pytest.mark.parametrize("text", ["", "hello", "lorem ipsum dolor sit amet", "Das ist kein Befund.", "12345"])
def test_what_tells_nothing_is_other_and_says_so(text):
    found = understand(text)
    assert found.type == "other"
    assert found.type_confidence <= 0.3


def test_a_title_makes_it_surer():
    assert understand(f"SOAP note\n{SOAP}").type_confidence > understand(SOAP).type_confidence


@pytest.mark.parametrize("name", NOTES)
def test_confidences_are_shares_of_two_decimals(name):
    found = understand(NOTES[name][1])
    assert found.type in KINDS
    assert 0 <= found.type_confidence <= 1
    assert round(found.type_confidence, 2) == found.type_confidence
