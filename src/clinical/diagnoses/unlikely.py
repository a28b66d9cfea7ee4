"""Whether a condition that a note denies is only held for unlikely, or was only not seen, and not excluded."""

import re
from dataclasses import replace

from clinical.context.governed import governor_of
from clinical.facts import Diagnosis, DiagnosisCertainty
from clinical.note import Note

_BEFORE = re.compile(
    r"\b(?:(?:no|not any|without)\s(?:\w+\s)?(?:signs?|evidence|features?|suggestion|indication)\s(?:of|for|to suggest)"
    r"|(?:low|little|minimal)\s(?:clinical\s)?(?:suspicion|concern|probability|likelihood)\s(?:of|for|about)"
    r"|(?:un|not\s)likely(?:\sto be)?|doubt(?:ful)?|less likely)\s(?:[\w-]+\s){0,4}$",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    r"[\s,(:–-]{1,3}(?:(?:is|was|seems|seemed|very|felt|thought|considered|to be|highly)\s){0,4}"
    r"(?:unlikely|less likely|not likely|not felt likely|improbable|doubtful)\b",
    re.IGNORECASE,
)
_WITHIN = 80
# "PE unlikely, but cannot be fully excluded", "less likely though not ruled out yet", "unlikely; can't dismiss it".
_NOT_EXCLUDED = re.compile(
    r"[^.\n]{0,60}?(?:\b(?:not|cannot|never|hard to|difficult to)|n['’]t)\s(?:\w+\s){0,4}?"
    r"(?:excluded?|(?:ruled?|be ruled)(?:\s(?:it|this|that))?\sout|dismiss(?:ed)?|discount(?:ed)?)\b",
    re.IGNORECASE,
)


def with_doubt(note: Note, condition: Diagnosis) -> Diagnosis:
    """A condition that is denied, with whether that says less than that it was excluded."""
    if condition.certainty is not DiagnosisCertainty.RULED_OUT:
        return condition
    first, last = note.document.sentence_span(condition.start)
    before = note.text[max(first, condition.start - _WITHIN) : condition.start]
    unlikely = (
        _BEFORE.search(before)
        or _BEHIND.match(note.text, condition.end, last)
        or governor_of(note.document, note.document.tokens_in(condition.start, condition.end)[0])
    )
    if unlikely and _NOT_EXCLUDED.match(note.text, condition.end, last):
        return replace(condition, certainty=DiagnosisCertainty.POSSIBLE, excluded=False)
    return replace(condition, unlikely=True) if unlikely else condition
