"""What comes of a check."""

from dataclasses import dataclass
from enum import StrEnum


class Reason(StrEnum):
    """Where a statement and its quotes part."""

    NO_CITATION = "no_citation"
    UNKNOWN_NOTE = "unknown_note"
    UNKNOWN_ITEM = "unknown_item"
    """It cites a line that the chart does not have."""
    QUOTE_NOT_FOUND = "quote_not_found"
    QUOTE_TOO_SHORT = "quote_too_short"
    INSTRUCTION = "instruction"
    """The statement, or what it rests on, speaks to the reader as if to a program."""
    FOREIGN_SCRIPT = "foreign_script"
    """Letters of another script, which look like a word that they are not."""
    TERM = "term_not_in_quote"
    DRUG = "drug_not_in_quote"
    NUMBER = "number_not_in_quote"
    UNIT = "unit_mismatch"
    FREQUENCY = "frequency"
    ROUTE = "route"
    TIME = "time"
    LATERALITY = "laterality"
    QUANTIFIER = "quantifier"
    NEGATION = "negation"
    CERTAINTY = "certainty"
    FAMILY = "family"
    """Said of somebody else than it is true of."""
    HISTORY = "history"
    """Over, and told as present; or the other way round."""
    STATUS = "status"
    """Started, stopped, planned, declined: not what the quotes say becomes of it."""
    DIRECTION = "direction"
    """Rose for fell, better for worse."""
    RELATION = "relation"
    """A cause or an order in time that the quotes do not tell."""
    RETRACTED = "retracted"
    """The note takes it back itself."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether a statement stands, and if not, why, in order of the alphabet."""

    supported: bool
    reasons: tuple[Reason, ...] = ()
