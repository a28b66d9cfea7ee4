"""How one mention is meant: what denies, doubts, dates or owns it, and how far that reaches."""

import pytest

from clinical import assertion, understand
from clinical.context.triggers import triggers_in
from clinical.lexicon.phrases import tokens_of
from clinical.lexicon.resources import entries


def meant(sentence):
    """The assertion of what stands between square brackets."""
    start, end = sentence.index("["), sentence.index("]") - 1
    return assertion(sentence.replace("[", "", 1).replace("]", "", 1), start, end)


def kind(said):
    """One word for an assertion, the weightiest first."""
    if said.family:
        return "denied of the family" if said.negated else "relative" if said.person == "relative" else "other"
    if said.negated:
        return "excluded" if said.excluded else "negated"
    if said.hypothetical:
        return "hypothetical"
    if said.resolved:
        return "resolved"
    if said.historical:
        return "background" if said.background else "historical"
    return "possible" if said.possible else "current"


CASES = [
    ("excluded", "CT was negative for [pulmonary embolism]."),
    ("excluded", "X-rays were negative for [fracture]."),
    ("excluded", "Doppler negative for [DVT]."),
    ("excluded", "[Appendicitis] was excluded at laparoscopy."),
    ("excluded", "[Meningitis] unlikely."),
    ("negated", "[Coeliac serology]: negative"),
    ("excluded", "[PE], dissection and ACS were excluded."),
    ("excluded", "PE, [dissection] and ACS were all excluded."),
    ("current", "She has [asthma] and PE was excluded."),
    ("excluded", "She has asthma and [PE] was excluded."),
    ("possible", "[Sepsis] cannot be ruled out."),
    ("possible", "[Malignancy] can't be excluded."),
    ("possible", "[TB] has not yet been excluded."),
    ("possible", "Not excluded by CT: no. [Lymphoma] not excluded by CT."),
    ("possible", "Known emphysema, ? [mesothelioma] on CT."),
    ("current", "Known [emphysema], ? mesothelioma on CT."),
    ("possible", "Imp: [PE]?"),
    ("current", "Imp: [HTN], PE?"),
    ("possible", "Imp: HTN, [PE]?"),
    ("possible", "??[pneumonia]"),
    ("possible", "There is a concern for [sepsis]."),
    ("possible", "We are concerned about [endocarditis]."),
    ("hypothetical", "Patient is worried she has [multiple sclerosis]."),
    ("hypothetical", "He fears [bowel cancer]."),
    ("hypothetical", "Worried re [lung ca]."),
    ("hypothetical", "Very anxious about [melanoma] after reading online."),
    ("hypothetical", "Explained the risk of [stroke] with AF."),
    ("hypothetical", "In the event of [anaphylaxis], use EpiPen."),
    ("hypothetical", "Referred for exclusion of [coeliac disease]."),
    ("hypothetical", "Vaccinated against [influenza] and hepatitis B."),
    ("hypothetical", "Vaccinated against influenza and [hepatitis B]."),
    ("hypothetical", "[Hepatitis B] vaccination given."),
    ("hypothetical", "Screening for [diabetes] due."),
    ("hypothetical", "[Bowel cancer] screening: declined."),
    ("hypothetical", "Should [chest pain] recur, call 999."),
    ("other", "The needlestick source patient tested positive for [hepatitis B]."),
    ("negated", "Our patient's [hepatitis B] and HIV tests were both negative."),
    ("negated", "Our patient's hepatitis B and [HIV] tests were both negative."),
    ("other", "Her husband has [influenza]."),
    ("other", "Husband recently diagnosed with [tuberculosis]."),
    ("other", "Neighbour died of [lung cancer]."),
    ("other", "The kidney donor had [hypertension]."),
    ("relative", "FHx: mother [angina], father stroke. Patient has epilepsy."),
    ("relative", "FHx: mother angina, father [stroke]. Patient has epilepsy."),
    ("current", "FHx: mother angina, father stroke. Patient has [epilepsy]."),
    ("relative", "Family history: father and grandmother have [type 2 diabetes]."),
    ("current", "Father had MI at 50 and she has [gout]."),
    ("current", "Father died of MI; patient has [hypertension]."),
    ("relative", "Strong family history of [breast cancer] in mother and aunt."),
    ("relative", "[Diabetes] runs in the family."),
    ("relative", "[Asthma] in both parents."),
    ("current", "No family history of note. She has [asthma]."),
    ("denied of the family", "No family history of [bowel cancer]."),
    ("background", "History of [hypertension]."),
    ("background", "History of [pneumonia]."),
    ("resolved", "[Pneumonia], now resolved."),
    ("resolved", "[Hip fracture] (healed), COPD."),
    ("current", "Hip fracture (healed), [COPD]."),
    ("resolved", "[Breast cancer] in remission."),
    ("resolved", "s/p [appendicitis] 2010"),
    ("resolved", "[DVT] 2018, resolved."),
    ("historical", "[Asthma] as a child."),
    ("historical", "Childhood [asthma]."),
    ("historical", "[Depression] in the past."),
    ("historical", "Previous [TIA]."),
    ("current", "Prior TIA, [hypertension] and AF."),
    ("negated", "No history of [diabetes], hypertension or stroke."),
    ("negated", "No history of diabetes, hypertension or [stroke]."),
    ("negated", "Never had a [seizure]."),
    ("negated", "Not known to have [epilepsy]."),
    ("current", "No history of diabetes but has [asthma]."),
    ("current", "No fever; [pneumonia] on CXR."),
    ("negated", "Patient denies any history of [DVT] or PE."),
    ("current", "Not only [hypertension] but also diabetes."),
    ("negated", "Nil hx [TB]"),
    ("negated", "No PMH of [asthma] or COPD"),
    ("current", "[COPD] with no recent exacerbation."),
    ("current", "[Asthma], no wheeze."),
    ("current", "[T2DM] without complications."),
    ("current", "[Heart failure] not excluded from trial."),
    ("current", "[AF], rate controlled, no bleeding."),
    ("current", "[Diabetes] without ketoacidosis."),
    ("negated", "Diabetes without [ketoacidosis]."),
    ("current", "Recent fall, no LOC. Known [Parkinson's disease]."),
    ("possible", "Probable [viral gastroenteritis]."),
    ("possible", "Findings suggestive of [cirrhosis]."),
    ("possible", "Features in keeping with possible [sarcoidosis]."),
    ("current", "Features consistent with [sarcoidosis]."),
    ("current", "In keeping with [pneumonia]."),
    ("possible", "This is most likely [gout]."),
    ("possible", "Differential: [gout], septic arthritis."),
    ("possible", "Differential: gout, [septic arthritis]."),
    ("possible", "Impression: [cellulitis] vs DVT"),
    ("possible", "Impression: cellulitis vs [DVT]"),
    ("excluded", "Doubt [PE]."),
    ("excluded", "Low suspicion for [ACS] or PE."),
    ("excluded", "[Dissection] considered, unlikely."),
    ("excluded", "[Dissection] was considered but felt unlikely."),
    ("negated", "[Clostridioides difficile] was tested for loose stools and was negative."),
    ("current", "Positive for [influenza A]."),
    ("current", "Tested positive for [COVID-19]."),
    ("negated", "Tested negative for [COVID-19]."),
    ("negated", "COVID-19: denies. [HIV] test negative."),
    ("hypothetical", "Return if you develop [sepsis]."),
    ("hypothetical", "Aspirin to prevent [stroke]."),
    ("hypothetical", "If [DVT] confirmed, start apixaban."),
    ("hypothetical", "At high risk of [osteoporosis]."),
    ("hypothetical", "CT to exclude [stroke]."),
    ("hypothetical", "Ultrasound booked ?exclude [DVT]"),
    ("hypothetical", "r/o [MI]"),
    ("current", "Her [COPD] puts her at risk of pneumonia."),
    ("hypothetical", "Her COPD puts her at risk of [pneumonia]."),
    ("current", "Admitted with [pneumonia] after her husband had influenza."),
    ("other", "Admitted with pneumonia after her husband had [influenza]."),
    ("relative", "Baby: her baby has [jaundice]."),
    ("relative", "Sister with [coeliac disease], brother well."),
    ("relative", "Her son has [cystic fibrosis]."),
    ("current", "Her son brought her in with [pneumonia]."),
    ("current", "Lives with her mother. [Epilepsy] since 2010."),
    ("current", "Daughter says she has [dementia]."),
    ("relative", "Maternal grandfather had [bowel cancer] aged 60."),
    ("relative", "Two sisters have [breast cancer]."),
    ("relative", "Mum takes Seretide and is [asthmatic]."),
    ("current", "He himself has [asthma]."),
    ("current", "Unlike his brother, he has [haemophilia]."),
    ("negated", "He himself has never been [diabetic]."),
    ("negated", "[Dementia] not diagnosed."),
    ("negated", "Not heart failure: BNP 88. Not [heart failure]."),
    ("background", "He had [COVID] last fall."),
    ("background", "[Kidney stones] many years ago."),
    ("historical", "Hospitalised for [pneumonia] last year."),
    ("background", "Diagnosed with [diabetes] 5 years ago."),
    ("background", "[Hypertension] diagnosed 10 years ago."),
    ("negated", "[Stroke]: never"),
    ("negated", "[Epilepsy] - none"),
    ("possible", "Suspected [NSTEMI], awaiting troponin."),
    ("possible", "Query [appendicitis]."),
    ("possible", "[Lymphoma] is suspected."),
    ("possible", "[Giant cell arteritis] remains a possibility."),
    ("possible", "It could be [polymyalgia rheumatica]."),
    ("possible", "Cannot exclude [fracture]."),
]


@pytest.mark.parametrize(("expected", "sentence"), CASES)
def test_how_a_mention_is_meant(expected, sentence):
    assert kind(meant(sentence)) == expected


REALITIES = [
    ("planned", "We plan to commence [denosumab]."),
    ("planned", "Awaiting [MRI] of the spine."),
    ("planned", "[Echo] booked for next week."),
    ("conditional", "If pain persists, add [amitriptyline]."),
    ("considered", "Discussed starting [amiodarone]."),
    ("considered", "[Endoscopy] was discussed."),
    ("requested", "She would like [zopiclone]."),
    ("declined", "He declined [sertraline]."),
    ("declined", "[MRI brain]: declined due to claustrophobia."),
    ("declined", "[Colonoscopy] was offered but declined."),
    ("past", "Previous [splenectomy]."),
    ("actual", "Takes [ramipril] 5 mg daily."),
    ("actual", "He declined sertraline. Takes [ramipril]."),
]


@pytest.mark.parametrize(("expected", "sentence"), REALITIES)
def test_how_real_a_treatment_is(expected, sentence):
    assert meant(sentence).reality == expected


@pytest.mark.parametrize(
    ("sentence", "relatives"),
    [
        ("Family history: father and grandmother have [type 2 diabetes].", ("father", "grandmother")),
        ("[Diabetes]: mother, two sisters", ("mother", "sisters")),
        ("Mother angina, father [stroke].", ("father",)),
        ("[MI] in his paternal uncle and brother", ("paternal uncle", "brother")),
        ("Her husband has [influenza].", ("husband",)),
    ],
)
def test_whose_it_is(sentence, relatives):
    assert meant(sentence).relatives == relatives


def test_what_is_taken_back_is_excluded():
    said = meant("[Asthma] was entered in error.")
    assert (said.retracted, said.negated, said.excluded) == (True, True, True)


def test_no_trigger_stands_twice():
    lines = [tuple(part.strip() for part in line.split("|"))[:3] for line in entries("triggers.txt")]
    assert len(set(lines)) == len(lines)


def test_every_trigger_is_found_where_it_stands():
    for line in entries("triggers.txt"):
        phrase, category, *_ = (part.strip() for part in line.split("|"))
        tokens = tokens_of(phrase)
        found = [trigger.category for match in triggers_in(phrase, tokens, 0, len(tokens)) for trigger in match.found]
        assert category in found, line


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Without hitting her head, she fell and fractured her hip.", {"fractured": "confirmed"}),
        ("Without any warning he had a stroke.", {"stroke": "historical"}),
        ("Denies asthma, COPD, she has gout.", {"asthma": "ruled_out", "COPD": "ruled_out", "gout": "confirmed"}),
        ("Without fever, rash or asthma.", {"asthma": "ruled_out"}),
        ("No evidence that she has had a stroke.", {"stroke": "ruled_out"}),
        ("Nobody in his family has diabetes.", {}),
        ("Nobody else at home has scabies.", {}),
    ],
)
def test_a_denial_ends_where_somebody_is_said_to_do_something(text, expected):
    found = understand(text).stored()["diagnoses"]
    assert {one["text"]: one["certainty"] for one in found} == expected
