"""Forms of sentences that say the same, each beside one of the same form that does not."""

import pytest

from features.summaries.grounding import Reason
from tests.features.summaries.test_grounding_wordings import judge
from tests.pace import in_time

STAND = [
    # what a list comes to
    ("Folate, ferritin and calcium were all normal.", "Folate, ferritin and calcium are normal; sodium is 131 mmol/L."),
    ("She takes two medicines for her blood pressure.", "For her blood pressure she takes amlodipine and ramipril."),
    # a clause behind a denial
    ("The X-ray showed no fracture, and a splint was given.", "X-ray: no fracture. A splint was given."),
    ("Neither ice nor paracetamol has helped.", "Ice has not helped. Paracetamol has not helped."),
    ("Paracetamol did not help the headaches.", "Paracetamol failed to improve the headaches."),
    # what only begins, bounds, times or colours
    ("He has atrial fibrillation, found in 2019, as well as gout.", "AF diagnosed in 2019, gout."),
    ("Metformin was put up to 1000 mg twice a day.", "Metformin was increased to 1 g BD."),
    ("She will come back if the rash does not settle.", "If the rash does not settle, she will follow up with me."),
    ("His toe has gone black.", "His toe has turned black."),
    ("Furosemide 40 mg was begun in July.", "I have started furosemide 40 mg."),
    ("On 12 August apixaban was replaced by edoxaban.", "Apixaban was switched to edoxaban on 12 August."),
    ("Stiffness is down from about 90 to 30 minutes.", "Stiffness went down from 90 minutes to 30 minutes."),
    ("She has lost weight since spring.", "She has lost 3 kg since spring."),
    ("The swelling has mostly gone.", "The swelling has largely resolved."),
    ("He has not fallen at all.", "He has not fallen."),
    ("He has moderate COPD.", "A former miner with moderate COPD."),
    ("He was breathing 20 times a minute.", "Respiratory rate 20 breaths per minute."),
    ("CT showed a stone in the ureter.", "CT ordered by the GP is reviewed and demonstrates a stone in the ureter."),
    ("The echo showed a left ventricular ejection fraction of 45%.", "Echo: LVEF 45%."),
    ("She uses the drops morning and evening.", "She uses the drops twice a day."),
    ("An upper endoscopy is planned.", "We will plan for EGD."),
    ("He would rather not start insulin.", "He would prefer not to start insulin."),
    # words made of one another
    ("He wears the sling in the daytime.", "He wears the sling during the day."),
    ("The joint was moderately tender.", "Moderate tenderness of the joint."),
]
FALL = [
    ("Her hormones were all low.", "Hormones: a low TSH, all other results were normal.", Reason.QUANTIFIER),
    ("She takes three medicines.", "She takes amlodipine and ramipril.", Reason.NUMBER),
    ("None of his results have come back.", "Some of his results are not yet back.", Reason.NEGATION),
    ("A gastroscopy was carried out to find the cause.", "We will plan for a gastroscopy.", Reason.STATUS),
    ("A repeat echo has been carried out.", "Repeat echo is booked for 5 October.", Reason.STATUS),
    ("The tumour will shrink.", "We treat in hopes that the tumour will shrink.", Reason.CERTAINTY),
    ("Her daughter forgets her tablets.", "Her daughter reports that her mother forgets her tablets.", Reason.FAMILY),
    ("He worries about his wife's low mood.", "His wife worries about his low mood.", Reason.FAMILY),
    ("She has two severe hypos a week.", "She has two mild hypos a week; no severe hypos.", Reason.TERM),
    ("Radiation goes on at 45 cGy.", "Radiation goes on at 45 Gy.", Reason.TERM),
    ("The attacks last a few minutes.", "The attacks last a few hours.", Reason.TERM),
]


@pytest.mark.parametrize(("text", "quote"), STAND)
def test_what_says_the_same_in_another_form_stands(text, quote):
    assert judge(text, quote).reasons == ()


@pytest.mark.parametrize(("text", "quote", "reason"), FALL)
def test_what_says_more_in_that_form_falls(text, quote, reason):
    assert reason in judge(text, quote).reasons


NOTE = "Mrs Edith Crane, 81, seen with her husband Leonard.\n\nShe has asthma. Leonard has been treated for shingles."


def test_patient_is_known_by_name_and_her_husband_too():
    assert judge("Mrs Crane has asthma.", "She has asthma.", notes=[NOTE]).supported
    assert judge("Leonard has had shingles.", "Leonard has been treated for shingles.", notes=[NOTE]).supported
    told = judge("Mrs Crane has been treated for shingles.", "Leonard has been treated for shingles.", notes=[NOTE])
    assert told.reasons == (Reason.FAMILY,)


def test_name_from_one_note_is_known_in_another():
    notes = ["Re: Mr Harold Pym, aged 79.", "Follow-up. His breathing is better."]
    found = judge("Mr Pym's breathing is better.", "Re: Mr Harold Pym", "His breathing is better.", notes=notes)
    assert found.supported


def test_what_these_are_stands_in_the_sentence_before():
    note = "X-rays of the knee were taken. These reveal no evidence of fracture."
    assert judge("The knee X-rays showed no fracture.", "These reveal no evidence of fracture.", notes=[note]).supported


# Of a reference processor's time: forty seconds before lists were gone through once.
MOST_SECONDS = 10.0


def test_many_quotes_in_one_endless_list_are_judged_in_bounded_time():
    words = ["pain", "knee", "asthma", "gout", "cough", "stroke", "amlodipine", "daily", "eczema", "migraine"]
    words += ["fever", "clinic"]
    quotes = [f"{words[n % 12]} {words[(n + 5) % 12]} {words[n // 2]} and {words[-n % 12]}" for n in range(20)]
    listed = ", ".join(words[(n * n + n) % 12] for n in range(900))
    note = ", ".join(f"{quote}, {listed}" for _ in range(5) for quote in quotes)
    statement = "She has asthma, gout, then cough, fever and migraine, then ramipril. " * 5
    assert not judge(statement, *quotes, notes=[note]).supported
    assert in_time(lambda: judge(statement, *quotes, notes=[note]), MOST_SECONDS)


# Telegrams, as doctors write them for each other.
TERSE_STAND = [
    ("Drain still in.", "Drain remains in, 200 mL/24 h. Seen on the ward."),
    ("Aspirin is to be stopped at 36 weeks.", "Aspirin 75 mg OD, stop at 36/40. Seen in clinic."),
    ("Ramipril was stopped.", "Stop ramipril. Repeat U&E in 1 week."),
    ("Must avoid alcohol until the liver tests are normal.", "Avoid alcohol until LFTs normal. Seen in clinic."),
    ("Pain in the RIF.", "right iliac fossa pain. Seen in clinic."),
    ("30+2 weeks pregnant.", "30+2/40, pregnant, well. Seen in clinic."),
    ("Weight on the 75th centile.", "HC 50th centile, weight 75th, length 50th. Seen in clinic."),
]
TERSE_FALL = [
    ("Drain still in.", "Drain out 12/5, wound clean. Seen on the ward."),
    ("Anterior infarct on 3 May.", "Inferior infarct 3 May. Seen in clinic."),
    ("On quetiapine.", "Quetiapine one dose only, not continued. Seen on the ward."),
    ("Aspirin has been stopped.", "Aspirin 75 mg OD, stop at 36/40. Seen in clinic."),
    ("Must avoid alcohol for life.", "Avoid alcohol until LFTs normal. Seen in clinic."),
    ("Exclusively bottle-fed.", "Bottle-fed, some breastfeeds at night. Seen at home."),
    ("Treated with surgery.", "Surgery not req. Seen in clinic."),
    ("Head circumference on the 75th centile.", "HC 50th centile, weight 75th, length 50th. Seen in clinic."),
]


@pytest.mark.parametrize(("text", "quote"), TERSE_STAND)
def test_a_telegram_that_says_the_same_stands(text, quote):
    assert judge(text, quote.partition(". ")[0], notes=[quote]).supported


@pytest.mark.parametrize(("text", "quote"), TERSE_FALL)
def test_a_telegram_that_says_something_else_falls(text, quote):
    assert not judge(text, quote.partition(". ")[0], notes=[quote]).supported
