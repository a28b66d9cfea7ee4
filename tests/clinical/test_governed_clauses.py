"""What governs the clause in which a condition is told, and what turned out to be another."""

import pytest

from clinical import understand

C, P, R = "confirmed", "possible", "ruled_out"


def diagnoses(text):
    return {(fact["text"].lower(), fact["certainty"]) for fact in understand(text).stored()["diagnoses"]}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("We consider it improbable that the nodule is a carcinoma.", {("carcinoma", R)}),
        ("I remain doubtful that her pain is appendicitis.", {("appendicitis", R)}),
        ("It seems unlikely that she has sepsis.", {("sepsis", R)}),
        ("We have no proof that she has tuberculosis.", {("tuberculosis", R)}),
        ("There is little to suggest that he has lupus.", {("lupus", R)}),
        ("I see no reason to suspect that this is arteritis.", {("arteritis", R)}),
        ("No suggestion that the cough is pneumonia.", {("pneumonia", R)}),
        ("The surgeon is not persuaded that this is diverticulitis.", {("diverticulitis", P)}),
        ("Nobody can tell whether the shadow is a tumour.", {("tumour", P)}),
        ("It is still uncertain if the murmur is endocarditis.", {("endocarditis", P)}),
        ("I cannot say for certain that this is sarcoidosis.", {("sarcoidosis", P)}),
        ("My impression is that this is fibromyalgia.", {("fibromyalgia", P)}),
        ("I am worried that this may be sepsis.", {("sepsis", P)}),
        ("The worry is that this is a melanoma.", {("melanoma", P)}),
        ("A sudden headache might indicate a subarachnoid haemorrhage.", {("subarachnoid haemorrhage", P)}),
        # who fears it does not have it
        ("Her husband is frightened that she has dementia.", set()),
        ("The patient is anxious that the mole is a melanoma. It is a haemangioma.", {("haemangioma", C)}),
        ("Parents insist that the rash is measles.", set()),
        ("Come straight back for a hot swollen knee, which would mean septic arthritis.", set()),
        ("The scan was done to see if there was a stroke.", set()),
    ],
)
def test_a_condition_is_what_governs_its_clause_makes_of_it(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("There is no doubt that this is shingles.", {("shingles", C)}),
        ("There is no question that the lesion is a melanoma.", {("melanoma", C)}),
        ("It is clear that she has bipolar disorder.", {("bipolar disorder", C)}),
        ("I am pleased that her asthma is better.", {("asthma", C)}),
        ("I am glad to say that she has no cancer.", {("cancer", R)}),
        ("I doubt he needs a scan: he has gout.", {("gout", C)}),
        ("He is worried about his job and has asthma.", {("asthma", C)}),
        ("The patient who is worried has psoriasis.", {("psoriasis", C)}),
        ("I think she should stop ibuprofen because she has asthma.", {("asthma", C)}),
        ("I think that he takes tablets for hypertension.", {("hypertension", C)}),
    ],
)
def test_other_clauses_are_left_alone(text, expected):
    assert diagnoses(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The lump, taken for a lipoma, proved to be a sarcoma.", {("lipoma", R), ("sarcoma", C)}),
        ("Treated for months as eczema, which was really scabies.", {("eczema", R), ("scabies", C)}),
        ("Labelled as having epilepsy for years but it turned out to be syncope.", {("epilepsy", R)}),
        ("Presumed to be a fracture, in fact osteomyelitis.", {("fracture", R), ("osteomyelitis", C)}),
        ("What looked like pneumonia proved to be heart failure.", {("pneumonia", R), ("heart failure", C)}),
        # the same, or another one besides
        ("Thought to be gout, and proved to be gout on aspiration.", {("gout", C)}),
        ("Diagnosed with breast cancer, later found to be metastatic.", {("breast cancer", C)}),
        ("Diagnosed with COPD and turned out to have lung cancer as well.", {("copd", C), ("lung cancer", C)}),
    ],
)
def test_what_it_was_taken_for_it_is_not(text, expected):
    assert diagnoses(text) >= expected
