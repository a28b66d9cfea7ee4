"""Clinical shorthand in words that a relative reads."""

from features.summaries.wording.glossary import Entry, entries, is_plain, key_of, plain

__all__ = ["Entry", "entries", "is_plain", "key_of", "plain"]
