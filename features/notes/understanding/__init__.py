"""From the text of a clinical note to typed, structured knowledge. Pure functions: no database, no network."""

from features.notes.understanding.assertions import assertion
from features.notes.understanding.classes import section_class
from features.notes.understanding.context import Assertion
from features.notes.understanding.courses import last_day_of
from features.notes.understanding.engine import Understanding, understand
from features.notes.understanding.sentences import sentences

VERSION = 2

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
