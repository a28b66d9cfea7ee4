"""The clauses of a sentence that may each be a step, with the condition on which it hangs."""

import re
from collections.abc import Iterator
from itertools import islice

from clinical.conditional import IF
from clinical.note import Note
from clinical.plans.timed_tests import begins_with_test, test_with_time

MOST_IN_A_SENTENCE = 12
_CUT = re.compile(r";\s*|\s[•●–—-]\s")
_STEP_AFTER = re.compile(r",\s*(?:and\s)?then\s|"
                         r",\s(?=(?:[\w-]{1,20}\s){1,4}to be \w{3,12}ed\b)|,\s(?=see (?:in|again)\b)|"
                         r"(?:,\s*(?:and|then)\s|\s(?:and|then)\s|,\s*)(?=(?:re-?refer|refer|arrange|organi[sz]e|chase|"
                         r"repeat|recheck|order|schedule|book|review|check|"
                         r"follow[- ]?up)\b)", re.IGNORECASE)  # fmt: skip
_LABEL = re.compile(r"(?:p|plan|[A-Z][\w /&-]{2,40}):\s+", re.IGNORECASE)
_SOONER = re.compile(r"(?:sooner|earlier|before)[\s,]*$", re.IGNORECASE)
# "Discharged to GP, TSH yearly": a test with its time, behind a comma.
_COMMA = re.compile(r",\s(?:and\s)?")


def pieces(note: Note, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    """The clauses of a sentence that may each be a step, with the condition on which it hangs."""
    begin = start
    text = note.text
    for cut in (*(match.span() for match in _CUT.finditer(text, start, end)), (end, end)):
        stop = _timed_test_behind(note, begin, cut[0])
        yield from _steps(text, begin, stop)
        if stop < cut[0]:
            yield from _steps(text, stop + 1, cut[0])
        begin = cut[1]


def _timed_test_behind(note: Note, start: int, end: int) -> int:
    """Where the comma stands behind which a clause only says when a test is to be: "discharged, TSH yearly"."""
    for comma in islice(_COMMA.finditer(note.text, start, end), MOST_IN_A_SENTENCE):
        if begins_with_test(note, start, end) is None and test_with_time(note, comma.end(), end) is not None:
            return comma.start()
    return end


def _steps(text: str, start: int, end: int) -> Iterator[tuple[int, int, tuple[int, int] | None]]:
    while start < end and text[start].isspace():
        start += 1
    label = _LABEL.match(text, start, end)
    start = label.end() if label else start
    lead = IF.match(text, start, end)
    comma = text.find(",", start, end) if lead else -1
    condition = (start, comma) if lead and comma > 0 else None
    begin = start
    cuts = [match.span() for match in _STEP_AFTER.finditer(text, comma + 1 if condition else start, end)]
    for stop, following in (*cuts, (end, end)):
        own = condition
        behind = IF.search(text, begin, stop) if condition is None else None
        if (
            behind
            and behind.start() > begin
            and not _SOONER.search(text, max(begin, behind.start() - 10), behind.start())
        ):
            own = (behind.start(), stop)
        if stop > begin:
            yield begin, stop, own
        begin = following
