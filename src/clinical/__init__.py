"""From the text of a clinical note to typed, structured knowledge. Pure functions: no database, no network."""

from clinical.context.asserting import assertion
from clinical.context.assertion_value import Assertion
from clinical.sections.classes import section_class
from clinical.text.sentences import sentences
from clinical.understanding import Understanding, understand
from clinical.values.durations import last_day_of

VERSION = 7

__all__ = [
    "VERSION",
    "Assertion",
    "Understanding",
    "assertion",
    "last_day_of",
    "section_class",
    "sentences",
    "understand",
]
