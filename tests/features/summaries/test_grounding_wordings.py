"""Statements that say it otherwise: what may differ from the quotes without harm, and what may not."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from features.summaries.grounding import Reason, verify
from features.summaries.grounding.initials import spelt_out
from features.summaries.shape import ChartNote, Citation, Statement

JULY, SEPTEMBER = datetime(2026, 7, 3, tzinfo=UTC), datetime(2026, 9, 9, tzinfo=UTC)


def judge(text, *quoted, days=(JULY, SEPTEMBER), notes=None):
    """Judge a statement; each quote is a note of its own, on the days given, unless whole notes are given."""
    contents = notes or quoted
    found = [
        ChartNote(UUID(int=number + 1), 1, day, "progress", None, content, None, {})
        for number, (content, day) in enumerate(zip(contents, days, strict=False))
    ]
    cited = tuple(
        Citation(note.id, note.taken_at, quote) for note, quote in zip(found * len(quoted), quoted, strict=False)
    )
    return verify(Statement(text, cited), {note.id: note for note in found})


STAND = [
    # everyday words, places and looks of which the quotes name no other
    ("She was advised to wear a knee brace.", "I have recommended a knee brace."),
    ("Three polyps were seen and taken out of the bowel.", "Three polyps removed."),
    ("A small stone lies in the right ureter.", "CT shows a stone in the right ureter."),
    # who has none has no certain one of them
    ("She has no unplanned weight loss.", "She denies weight loss."),
    ("He has no obvious rash.", "No rash."),
    # abbreviations and what they stand for
    ("She has told the Driver and Vehicle Licensing Agency.", "She has told the DVLA."),
    # conditions, in other words and before or behind
    ("Ramipril is to be stopped should her potassium go above 5.5.", "If potassium rises above 5.5, stop ramipril."),
    ("If he has more pain, an MRI will be done.", "An MRI will be done in case of more pain."),
    # what is ahead need not be said in the same way
    ("She is willing to see the midwife.", "She has agreed to see the midwife."),
    ("A flu jab is planned for the autumn.", "Flu vaccine in autumn."),
    (
        "Icing is to go on and strenuous activity should be avoided.",
        "Advised to continue icing and avoid strenuous activity.",
    ),
    # numbers that are about, above, reckoned or in words
    ("She is almost two years old.", "She is a 22-month-old girl."),
    ("He has gained more than 4 kg.", "Weight 91.4 kg, up from 87 kg."),
    ("His pain is nine out of ten.", "He rates his pain 9/10."),
    ("The wound measures 20 mm by 20 mm.", "The wound is 2 cm x 2 cm."),
    ("He has had several falls.", "He has had four falls."),
    ("She took some paracetamol.", "She took paracetamol."),
    # causes that stand first; both sides for one
    ("Because of gambling, ropinirole was stopped.", "Ropinirole was stopped because of gambling."),
    ("There is oedema of the right leg.", "There is oedema of both legs."),
    # what ends a list of denials
    ("There is no fracture and normal alignment.", "No fracture. Normal alignment."),
    ("An inflamed gullet was found.", "Oesophagitis was found."),
]
FALL = [
    ("Her asthma is severe.", "She has asthma.", Reason.TERM),
    ("She is rhesus negative.", "She is rhesus positive.", Reason.NEGATION),
    (
        "Rigidity is moderate in the right arm and mild in the left.",
        "Moderate rigidity in the left arm, mild in the right.",
        Reason.LATERALITY,
    ),
    ("No tenderness over the distal phalanx.", "No tenderness over the proximal phalanx.", Reason.TERM),
    ("She will use crutches and has been readmitted.", "She will use crutches.", Reason.TERM),
    ("She has eczema and smokes.", "She has eczema.", Reason.TERM),
    ("He has had several attacks of gout.", "He has had one attack of gout.", Reason.QUANTIFIER),
    ("She completed the twelve sessions.", "She completed five of the twelve sessions.", Reason.QUANTIFIER),
    ("Steroids were given.", "Steroids would be given if labour starts early.", Reason.STATUS),
    ("Surgery is planned.", "Surgery was discussed.", Reason.STATUS),
    ("He was seen by the physiotherapist.", "Referred to the physiotherapist.", Reason.STATUS),
    ("Her anxiety was caused by montelukast.", "Her anxiety could be caused by montelukast.", Reason.CERTAINTY),
    ("The X-ray showed an ankle fracture.", "The X-ray of the ankle showed no fracture.", Reason.NEGATION),
    ("There were ketones in the urine.", "There were no ketones in the urine.", Reason.NEGATION),
    ("Baclofen was taken away because she fell.", "She fell. Baclofen was stopped.", Reason.RELATION),
    ("Type 1 diabetes.", "She has type 2 diabetes.", Reason.TERM),
    ("He has had wheeze since birth.", "He has had wheeze since the age of two.", Reason.TERM),
    ("She is about 30 years old.", "She is 22 years old.", Reason.NUMBER),
]


@pytest.mark.parametrize(("text", "quote"), STAND)
def test_what_is_only_said_otherwise_stands(text, quote):
    assert judge(text, quote).reasons == ()


@pytest.mark.parametrize(("text", "quote", "reason"), FALL)
def test_what_could_harm_falls(text, quote, reason):
    verdict = judge(text, quote)
    assert not verdict.supported
    assert reason in verdict.reasons


def test_days_of_the_cited_notes_are_known_but_each_for_its_own_note():
    quotes = ("She would like to think about the memory clinic.", "She agrees to the memory clinic.")
    assert judge("In July she wanted to think about the memory clinic.", *quotes).supported
    assert Reason.TIME in judge("In August she wanted to think about the memory clinic.", *quotes).reasons


def test_the_title_above_a_quote_is_read_with_it():
    note = "PLAN\n\nHypertension.\n- Continue ramipril 5 mg.\n- This is well controlled.\n\nKnee pain.\n- Ice."
    known = judge("His high blood pressure is well controlled.", "This is well controlled.", notes=[note])
    assert known.supported, known.reasons
    assert not judge("His knee pain is well controlled.", "This is well controlled.", notes=[note]).supported


def test_what_is_for_one_thing_is_not_for_what_stands_under_another_title():
    note = "PLAN\n\nElbow pain.\n- Initiate meloxicam 15 mg.\n\nKnee pain.\n- Monitor the knee."
    quotes = ("Initiate meloxicam 15 mg.", "Monitor the knee.")
    assert not judge("Meloxicam 15 mg is to be started for the knee.", *quotes, notes=[note]).supported


def test_more_may_not_be_left_over_than_is_borne_out():
    assert not judge("Cough, holiday, garden and kitchen.", "Cough.").supported


@pytest.mark.parametrize(
    ("text", "other", "found"),
    [
        ("the Driver and Vehicle Licensing Agency", "DVLA", "Driver and Vehicle Licensing Agency"),
        ("DVLA was told", "the Driver and Vehicle Licensing Agency", "DVLA"),
        ("the Patient Health Questionnaire score", "PHQ-9", "Patient Health Questionnaire"),
        ("Drives Vehicles Like Anna", "DVT", ""),
    ],
)
def test_abbreviations_are_found_by_their_initials(text, other, found):
    spans = spelt_out(text, (other,))
    assert [text[start:end] for start, end in spans] == ([found] if found else [])
