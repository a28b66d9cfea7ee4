"""What is denied, feared, past or a relative's is told from what the patient has now."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clinical import assertion


def meant(sentence):
    """The assertion of what stands between square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    return assertion(sentence.replace("[", "").replace("]", ""), start, end)


NEGATED = [
    "No [fever].",
    "Denies [chest pain], SOB, HA, dizziness.",
    "Denies chest pain, SOB, HA, [dizziness].",
    "denies fever, chills, cough, SOB, fatigue, or [muscle aches]",
    "No hx [asthma].",
    "No history of [diabetes].",
    "Negative for [pneumonia].",
    "(-) [fever]",
    "Without [nausea] or vomiting.",
    "Without nausea or [vomiting].",
    "No murmurs, rubs or [gallops].",
    "He never had [asthma].",
    "[Fever]: negative",
    "Fever, [chills]: negative.",
    "[Chest pain] - denies",
    "There is no evidence of [fracture].",
    "[Rash] is absent.",
    "Patient is not [diabetic].",
    "w/o [edema]",
    "Free of [infection].",
    "The X-ray did not reveal any [fracture].",
    "Denies:\n- cough\n- [fever]",
    "Pertinent negatives: [hemoptysis], fever",
    "Nil [fever]",
]
EXCLUDED = [
    "[PE] was ruled out.",
    "[PE] has been ruled out by CTA.",
    "[Cushing's syndrome] excluded.",
    "[MI] is unlikely.",
    "No evidence of [coronary artery disease].",
    "Not consistent with [Cushing's syndrome].",
    "CT ruled out [pulmonary embolism].",
    "Low suspicion for [DVT].",
]
POSSIBLE = [
    "Possible [overweight] (BMI 27.5)",
    "?[PE]",
    "query [appendicitis]",
    "Concern for [pneumonia].",
    "Suspicious for [melanoma].",
    "Probable [viral syndrome]",
    "Likely [gastritis]",
    "[Pneumonia] vs bronchitis",
    "Pneumonia vs [bronchitis]",
    "Cannot exclude [pneumonia].",
    "Cannot rule out [malignancy].",
    "[PE] cannot be excluded.",
    "[Stroke] has not been ruled out.",
    "This may represent [cellulitis].",
    "Differential includes [appendicitis] and ovarian torsion.",
    "I suspect [gout].",
    "What looks like [psoriasis]",
    "Chest pain likely due to [GERD].",
]
HISTORICAL = [
    "History of [asthma].",
    "h/o [MI]",
    "hx of [breast cancer]",
    "s/p [stroke]",
    "Status post [hip fracture]",
    "[Pneumonia], resolved",
    "Previous [stroke].",
    "[Kidney stones] 2 years ago",
    "Had [pneumonia] as a child.",
    "Past medical history of [migraine].",
    "In remission from [lymphoma]",
    "Recovered from [pneumonia].",
]
FAMILY = [
    "Father had [MI].",
    "father had an [MI] at 50",
    "Family hx of [elevated cholesterol] (dad)",
    "Family history of [breast cancer].",
    "FHx [diabetes]",
    "Mother: [lymphoma]",
    "[Diabetes] in her mother.",
    "[HTN] (father)",
    "Her sister has [lupus].",
    "Maternal aunt with [ovarian cancer]",
    "Strong family history of [heart disease].",
]
HYPOTHETICAL = [
    "Return if [fever].",
    "Call if you develop [chest pain].",
    "r/o [PE]",
    "Rule out [appendicitis].",
    "Risk of [bleeding] explained.",
    "Discussed side effects such as [myalgia].",
    "Screen for [diabetes].",
    "To prevent [stroke].",
    "At risk for [falls].",
    "If [pain] persists, come back.",
    "Monitor for [bleeding].",
    "[Influenza] vaccine given.",
    "He is worried about [cancer].",
    "Ultrasound to evaluate for [DVT].",
    "There is always a risk of amputation, heart attack, [stroke], and death.",
    "Should she develop [fever], admit.",
    "Felt like a [heart attack].",
]
CURRENT = [
    "He has [fever].",
    "Denies fever but has [cough].",
    "No fever. [Cough] for two days.",
    "+ [cough]",
    "(+) [cough]",
    "Positive for [strep throat].",
    "No change in his [asthma].",
    "Not only [asthma] but eczema too.",
    "No improvement of her [back pain].",
    "No significant change in [edema].",
    "Mother reports that he has [fever].",
    "Accompanied by her mother, presents with [rash].",
    "Denies chest pain; reports [palpitations].",
    "History of asthma who presents with [pneumonia].",
    "No fever, however [cough] persists.",
    "Endorses [nausea].",
    "6 month history of [dyspepsia].",
    "65 year old man with [COPD].",
    "Walks without difficulty despite [arthritis].",
    "Denies issues with the [migraines].",
    "She has had chronic [back pain].",
    "Lives with his wife, has [diabetes].",
    "Bleeding from [hemorrhoids].",
    "[Pain] was not relieved.",
    "Denies fever.\n[Cough] since Monday.",
    "a non-healing [foot ulcer]",
]


@pytest.mark.parametrize("sentence", NEGATED + EXCLUDED)
def test_what_is_denied(sentence):
    assert meant(sentence).negated
    assert not meant(sentence).current


@pytest.mark.parametrize("sentence", EXCLUDED)
def test_what_was_considered_and_excluded(sentence):
    assert meant(sentence).excluded


@pytest.mark.parametrize("sentence", POSSIBLE)
def test_what_is_only_possible(sentence):
    assert (meant(sentence).possible, meant(sentence).negated) == (True, False)


@pytest.mark.parametrize("sentence", HISTORICAL)
def test_what_is_past(sentence):
    assert (meant(sentence).historical, meant(sentence).negated) == (True, False)


@pytest.mark.parametrize("sentence", FAMILY)
def test_what_a_relative_has(sentence):
    assert (meant(sentence).family, meant(sentence).negated) == (True, False)


@pytest.mark.parametrize("sentence", HYPOTHETICAL)
def test_what_is_conditional_planned_or_feared(sentence):
    assert (meant(sentence).hypothetical, meant(sentence).negated) == (True, False)


@pytest.mark.parametrize("sentence", CURRENT)
def test_what_the_patient_has_now(sentence):
    assert meant(sentence).current
    assert not meant(sentence).possible


@pytest.mark.parametrize(
    ("sentence", "relative"),
    [
        ("Father had [MI].", "father"),
        ("[Diabetes] in her mother.", "mother"),
        ("Maternal aunt: [melanoma]", "maternal aunt"),
    ],
)
def test_whose_it_is(sentence, relative):
    assert meant(sentence).relative == relative


def test_a_denied_family_history_is_denied():
    assert meant("No family history of [cancer].").negated


def test_a_family_history_is_the_familys():
    assert meant("FAMILY HISTORY\n\n[Asthma], eczema\n\nPLAN\nRest").family
    assert not meant("FAMILY HISTORY\n\nAsthma\n\nASSESSMENT\n[Eczema]").family


def test_a_surgical_history_is_past_and_lasting_conditions_are_not():
    assert meant("PAST MEDICAL HISTORY\n\n[Pneumonia]\nHypertension").historical
    assert not meant("PAST MEDICAL HISTORY\n\nPneumonia\n[Hypertension]").historical
    assert meant("PAST SURGICAL HISTORY\n\n[Appendicitis]").historical


HEADINGS = ["FAMILY HISTORY\n\n", "PAST MEDICAL HISTORY\n\n", "PLAN\n"]
WORDS = ["no ", "denies ", "father had ", "ruled out ", "possible ", "if ", "asthma", ", ", ". ", "\n"]
TEXTS = st.one_of(st.text(max_size=200), st.lists(st.sampled_from(HEADINGS + WORDS), max_size=20).map("".join))


@given(TEXTS, st.integers(0, 220), st.integers(0, 220))
def test_at_any_place_in_any_text_the_parts_of_an_assertion_agree(text, start, length):
    place = min(start, len(text)), min(start + length, len(text))
    found = assertion(text, *place)
    assert found.negated or not found.excluded
    assert found.historical or not found.background
    assert found.family or found.relative is None
    assert found == assertion(f"{text}\n\nPLAN\nRest", *place) or place[1] == len(text)


@pytest.mark.parametrize(
    ("sentence", "family"),
    [
        ("Her son, who is 8, has [autism].", True),
        ("Lives with his wife, who has [dementia].", True),
        ("She cares for her husband with [dementia].", True),
        ("She has two kids, one with [autism].", True),
        ("Accompanied by her mother who reports that he has [fever].", False),
        ("Mother, who says he has [asthma], is worried.", False),
        ("She is a mother of two with [migraines].", False),
    ],
)
def test_the_relative_who_is_ill_and_the_one_who_tells(sentence, family):
    assert meant(sentence).family is family
