"""Steps that are still ahead when a note is written."""

import pytest

from clinical import understand


def plans(text):
    return [(fact["text"], fact["due"], fact["condition"]) for fact in understand(text).stored()["plans"]]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Well today. Review in 3 months.", [("Review in 3 months", "in 3 months", None)]),
        ("Seen in clinic. CT arranged.", [("CT arranged", None, None)]),
        ("Plan:\n- Repeat U&E in 2 weeks\n- Refer to dietitian", [
            ("Repeat U&E in 2 weeks", "in 2 weeks", None), ("Refer to dietitian", None, None)]),
        ("She will be seen on 3 May 2027.", [("She will be seen on 3 May 2027", "2027-05-03", None)]),
        ("Plan: We will order an MRI and refer to orthopaedics.", [
            ("We will order an MRI", None, None), ("refer to orthopaedics", None, None)]),
        ("If fever occurs, attend the emergency department.", [
            ("If fever occurs, attend the emergency department", None, "If fever occurs")]),
        ("Plan\nReturn to ED if chest pain recurs.", [
            ("Return to ED if chest pain recurs", None, "if chest pain recurs")]),
        ("Reviewed by phone. CXR showed a nodule - CT arranged.", [("CT arranged", None, None)]),
        ("Awaiting echo.", [("Awaiting echo", None, None)]),
        ("P: bloods in 6 weeks", [("bloods in 6 weeks", "in 6 weeks", None)]),
        ("INSTRUCTIONS\n\nThe patient will follow-up in 2 weeks.", [
            ("The patient will follow-up in 2 weeks", "in 2 weeks", None)]),
        ("Plan\nRepeat CBC was ordered.", [("Repeat CBC was ordered", None, None)]),
        ("Ferritin in March 2027.", [("Ferritin in March 2027", "2027-03", None)]),
        ("Next HbA1c May 2027.", [("Next HbA1c May 2027", "2027-05", None)]),
        ("Allergy: latex. Bloods every six weeks, next 3 May 2027.",
         [("Bloods every six weeks, next 3 May 2027", "2027-05-03", None)]),
        ("Diabetes gone; GP to do HbA1c yearly.", [("GP to do HbA1c yearly", "yearly", None)]),
        ("Well. Lithium level and TSH in January.", [("Lithium level and TSH in January", "in January", None)]),
        ("Discharged, TSH yearly; tell obstetrics early if pregnant.", [
            ("TSH yearly", "yearly", None), ("tell obstetrics early if pregnant", None, "if pregnant")]),
        ("FBC and ferritin in 3 months with practice nurse.", [
            ("FBC and ferritin in 3 months with practice nurse", "in 3 months", None)]),
        ("Next Prolia due April.", [("Next Prolia due April", "April", None)]),
    ],
)  # fmt: skip
def test_what_is_to_be_done_is_a_step(text, expected):
    assert plans(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "He presents for follow-up of his diabetes.",
        "Seen for annual review.",
        "COPD annual review. Ex-smoker.",
        "CT chest was arranged and showed no nodule.",
        "Repeat endoscopy: ulcer healed.",
        "Plan\nNo follow up needed.",
        "Plan\nDeclined physio referral.",
        "Plan\nCall the clinic with any questions or concerns.",
        "Plan\nFollow up as needed.",
        "Plan\nStart ramipril 2.5 mg daily.",
        "Referred by her GP with chest pain.",
        "Review of systems: negative.",
        "Bloods reviewed, normal.",
        "Ferritin in March 2024 was 12.",
        "Ferritin in March 58.",
        "Hb in 2024.",
        "Next of kin: son.",
        "Patient requested MRI.",
        "Reason for visit: follow up in 2 weeks after fracture.",
    ],
)
def test_what_is_done_denied_or_no_step_is_none(text):
    assert plans(text) == []
