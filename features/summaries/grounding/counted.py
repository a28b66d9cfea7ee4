"""Whether a number of a statement counts what the quotes name, or the notes that are cited."""

import re

from clinical.propositions.figure import Figure
from clinical.propositions.propositions import Proposition, Sentence
from features.summaries.grounding.evidence import View


def is_count(figure: Figure, one: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether a number counts medicines that the quotes name, or visits whose notes are cited."""
    return _is_count_of_medicines(figure, one, view, sentence) or _is_count_of_notes(figure, view, sentence)


_VISITS = re.compile(
    r"\s(?:visits?|appointments?|clinics?|consultations?|reviews?|notes?|letters?|occasions)\b", re.IGNORECASE
)


def _is_count_of_notes(figure: Figure, view: View, sentence: Sentence) -> bool:
    """Whether it counts the notes that are cited: "between the two visits"."""
    days = {part.day for part in view.parts if part.day}
    return len(days) == figure.value and _VISITS.match(sentence.text, figure.end - sentence.start) is not None


_MEDICINES = re.compile(
    r"\s(?:different\s|other\s)?(?:medicines?|medications?|tablets?|drugs?|pills?|agents?|inhalers?|antibiotics?|painkillers?|creams?|sprays?)\b",
    re.IGNORECASE,
)


def _is_count_of_medicines(figure: Figure, one: Proposition, view: View, sentence: Sentence) -> bool:
    """Whether it counts medicines, as many as the quotes name: "three medicines for her blood pressure"."""
    if figure.role or figure.unit or not _MEDICINES.match(sentence.text, figure.end - sentence.start):
        return False
    if any(each.kind == "drug" for each in one.mentions):
        return False
    named = {each.mention.keys for each in view.read if each.mention.kind == "drug" and view.quotes(each.mention)}
    return len(named) == figure.value > 1
