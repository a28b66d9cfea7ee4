"""Who is who in the notes of a patient: how they call the patient, and relatives by name."""

import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache
from itertools import islice
from typing import NamedTuple

from clinical.propositions.lettering import stem_of
from features.summaries.shape import ChartNote

_NAME = r"((?:[A-Z][a-z'’-]{1,20}\s){0,2}[A-Z][a-z'’-]{1,20})"
# "Ms. Thompson is a very pleasant 43-year-old", "Maisie Holt, 7 years old", "Re: Mrs Margaret Whitlock, aged 78": at
# the beginning of a sentence, so that it is nobody's brother.
_INTRODUCED = re.compile(
    rf"(?:^|[.:;]\s)(?:(?:Mr|Mrs|Ms|Miss|Master)\.?\s)?{_NAME}"
    r"(?:,?\s(?:is\s)?an?\s(?:[a-z]{1,12}\s){0,3}\d|,\s(?:aged\s|age\s)?\d{1,3}\b(?!\s?(?:mg|mcg|g|ml|mmol|mm|cm|kg|%))"
    r"|\s(?:\()?(?:aged|age)\s\d)",
    re.MULTILINE,
)


# "Mrs Tully has": the first person with a title that a note names, who does or has something, or has an age.
_TITLED = re.compile(rf"\b(?:Mr|Mrs|Ms|Miss|Master)\.?\s{_NAME}\b")
_AS_PATIENT = re.compile(
    r"(?:\s\([^)\n]{0,40}\))?,?\s(?:has|had|is|was|came|attended|reports|returned|returns|presents|presented|continues"
    r"|feels|remains|denies|says|underwent|went|now|tells|takes|did|does|seen)\b"
)
_AGED = re.compile(r",?\s\(?(?:(?:aged|age)\s)?(?:an?\s)?\d{1,3}\b")
# Of so many notes of a patient it is looked up how they call them.
_NAMING_NOTES = 16


def _begins_sentence(content: str, at: int) -> bool:
    before = content[max(0, at - 20) : at]
    return not before.strip() or "\n" in before or before.rstrip()[-1] in ".:;?!"


@lru_cache(maxsize=256)
def _patient_called(content: str) -> frozenset[str]:
    """The keys of the names by which a note introduces its patient, with an age: "Ms. Thompson is a 43-year-old"."""
    names = {name.lower() for match in _INTRODUCED.finditer(content) for name in match[1].split()}
    first = _TITLED.search(content)
    if first and (
        _AGED.match(content, first.end())
        or (_AS_PATIENT.match(content, first.end()) and _begins_sentence(content, first.start()))
    ):
        names |= {name.lower() for name in first[1].split()}
    return frozenset(f"w:{stem_of(form)}" for name in names for form in (name, f"{name}'s", f"{name}’s"))


# "Her husband Leonard", "with Ruth, his daughter": a relative by name.
_RELATED = re.compile(
    r"\b(?i:husband|wife|partner|mother|father|mum|mom|dad|son|daughter|brother|sister|aunt|uncle|niece|nephew|cousin"
    r"|grandmother|grandfather|granddaughter|grandson|neighbour|neighbor|friend|carer)(?:,\s|\s)"
    r"([A-Z][a-z'’-]{1,20})\b(?!\s(?:Mr|Mrs|Ms|Dr)\b)"
)


@lru_cache(maxsize=256)
def _others_called(content: str) -> frozenset[str]:
    return frozenset(f"w:{stem_of(match[1].lower())}" for match in _RELATED.finditer(content))


def composed(text: str) -> str:
    """The form that texts are compared in."""
    return text if text.isascii() else unicodedata.normalize("NFC", text)


class Names(NamedTuple):
    """Who is who in the notes of a patient: the keys of the words of their names."""

    called: frozenset[str] = frozenset()
    """The patient."""
    others: frozenset[str] = frozenset()
    """Relatives and friends."""


def names_in(notes: Iterable[ChartNote]) -> Names:
    """Who is who in the first notes of a patient."""
    contents = [composed(note.content) for note in islice(notes, _NAMING_NOTES)]
    others = frozenset().union(*(_others_called(content) for content in contents))
    return Names(frozenset().union(*(_patient_called(content) for content in contents)), others)
