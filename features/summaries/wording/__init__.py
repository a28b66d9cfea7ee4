"""Clinical shorthand in words that a relative reads."""

from features.summaries.wording.explaining import Explained, Purpose, explained, plain_drug, plain_manner, purposes_of
from features.summaries.wording.glossary import Entry, entries, in_glossary, is_plain, key_of, plain

__all__ = [
    "Entry",
    "Explained",
    "Purpose",
    "entries",
    "explained",
    "in_glossary",
    "is_plain",
    "key_of",
    "plain",
    "plain_drug",
    "plain_manner",
    "purposes_of",
]
