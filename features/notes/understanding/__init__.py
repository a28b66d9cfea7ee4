"""From the text of a clinical note to typed, structured knowledge. Pure functions: no database, no network."""

from features.notes.understanding.assertions import assertion
from features.notes.understanding.classes import section_class
from features.notes.understanding.context import Assertion
from features.notes.understanding.engine import Understanding, understand
from features.notes.understanding.sentences import sentences

VERSION = 1

__all__ = ["VERSION", "Assertion", "Understanding", "assertion", "section_class", "sentences", "understand"]
