"""Results in words: "negative", "trace", "no growth"."""

import re
from collections.abc import Iterator

from clinical.facts import Place
from clinical.lexicon.resources import wordset
from clinical.lexicon.vocabulary import labs as known_labs
from clinical.measurements.moments import Taken
from clinical.measurements.names import Measured
from clinical.note import Note

# What may stand between a name and a result in words.
_TO_WORD = (
    r"(?:[ \t]*(?:[:=(\[,|~]|[-–—](?=[ \t])|\b(?:is|was|of|at|are|were|today|currently|now|level|levels|result|"
    r"results|came|back|as|has|have|been|from today|the|"
    r"test|tests|value|noted|to be|found|remains|remained|returned|showed|shows|this morning|on admission|today's|"
    r"current|recent|most recent|latest|last|repeat|repeated|"
    r"initial|initially|on|rapid|demonstrated|performed|in|office|clinic|pcr|antigen|collected|checked|yesterday|"
    r"still|titer|screen|swab|swabs|for|reported|both|again|and|or|nitrite|sent|taken)\b\.?|[)\]])){0,9}[ \t]*"
)
_WORD = re.compile(
    _TO_WORD
    + (
        r"(?P<value>negative|positive|neg\b|pos\b|not detected|undetectable|detected|non-?reactive|"
        r"reactive|-ve|\+ve|no growth|trace)"
    ),
    re.IGNORECASE,
)
_WORDS = {"neg": "negative", "pos": "positive", "-ve": "negative", "+ve": "positive", "nonreactive": "non-reactive"}
TESTED = wordset(
    """
    troponin covid_test strep_test flu_test urine_culture blood_culture hiv_test ana rheumatoid_factor monospot
    urine_leukocyte_esterase urine_nitrite urinalysis stool_occult_blood h_pylori hcg d_dimer
    """
)


def tested(note: Note, named: Measured, after: int) -> Iterator[Taken]:
    """A result in words."""
    if named.name not in TESTED and known_labs()[named.name].highest > 0:
        return
    text = note.text
    _, last = note.document.sentence_span(named.start)
    found = _WORD.match(text, named.end, min(last, named.end + 100))
    if found is not None:
        lead = note.dating.lead(named.start, after)
        places = {"value": Place(*found.span("value"))}
        yield Taken(named.start, found.end(), named.name, _spelt(found["value"]), None, None, lead, places)


def word_in(text: str, start: int, end: int) -> str | None:
    """The result in words that a stretch of text begins with."""
    found = _WORD.match(text, start, end)
    return _spelt(found["value"]) if found else None


def _spelt(word: str) -> str:
    return _WORDS.get(word.lower(), word.lower())
