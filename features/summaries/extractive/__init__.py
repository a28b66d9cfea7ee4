"""A summary made from the facts and sections of the notes, without a model.

Every statement is either built from a fact, or a sentence of a note that was made fit to read; each cites where it
stands, word for word. Later notes win. With `since`, only what happened from then on is told; allergies and current
medications are always those of all notes.
"""

from features.summaries.extractive.alerts import missing_from
from features.summaries.extractive.evidence import SURE
from features.summaries.extractive.selection import TITLES, VITAL_TITLES
from features.summaries.extractive.summariser import summarise

# Part of the address of every summary: goes up when the same chart is told otherwise.
VERSION = 2

__all__ = ["SURE", "TITLES", "VERSION", "VITAL_TITLES", "missing_from", "summarise"]
