"""What drugs did to people: reactions, conditions and symptoms in a part of a sentence, unless they got better."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING

from clinical.allergies.reactions import leading_reaction, reactions_in
from clinical.allergies.treatments import is_treated
from clinical.allergies.warned import Place

if TYPE_CHECKING:
    from clinical.note import Note

# Words that tell that there was harm, and not which.
_GENERIC = re.compile(
    r"(?:adverse |bad |severe |skin )?reactions?|side[- ]effects?|intolerance|sensitivity", re.IGNORECASE
)
_JOINS_HARMS = re.compile(r"\s*(?:,|/|&|,?\s?\band(?:\s(?:an?|the|some))?)\s*", re.IGNORECASE)
# "and symptoms may come back": what is no harm but the beginning of another clause.
_CLAUSE = re.compile(
    r"\s(?:may|might|will|would|can|could|should|must|has|have|had|is|are|was|were|came|come|went|returned|began|"
    r"started|stopped)\b",
    re.IGNORECASE,
)
_BESIDE = 3
_GOOD = re.compile(
    r"\b(?:better|improv\w+|reliev\w+|relief|resolv\w+|settl\w+|control\w*|eas\w+|respon\w+|gone|free|recover\w+|"
    r"helped|effective|good)\b",
    re.IGNORECASE,
)
# What is measured, and went the wrong way: "a rising ALT", "her blood pressure went up".
_MEASURED = (
    r"(?:blood pressure|bp|heart rate|hr|pulse|lfts?|liver function|liver enzymes|u&es?|egfr|gfr|renal function|"
    r"kidney function|creatinine|cr|alt|ast|alp|ck|potassium|sodium|k|na|platelets?|plts?|neutrophils?|neuts|wcc|wbc|"
    r"white cells?|lymphocytes?|hb|haemoglobin|weight|qtc?|inr|glucose|sugars?|bms?|amylase|lipase)"
)
_MOVED = re.compile(
    r"\b(?P<before>(?:rising|raised|high|low|falling|dropping|deranged|abnormal|worsening|elevated|increased|reduced|"
    rf"prolonged|long)\s)?{_MEASURED}\b(?P<behind>\s(?:rose|went up|went down|goes up|goes down|dropped|drops|fell|"
    r"falls|climbed|shot up|crept up|up|down|doubled|rising|falling|plummeted|too (?:high|low)|off)\b)?",
    re.IGNORECASE,
)


def _moved(note: "Note", start: int, end: int) -> Iterator[Place]:
    for match in _MOVED.finditer(note.text, start, end):
        if match["before"] or match["behind"]:
            yield match.span()


def is_bad_value(text: str, start: int, end: int) -> bool:
    """Whether a place tells of a value that went the wrong way."""
    return _MOVED.fullmatch(text, start, end) is not None


def harms(note: "Note", start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Reactions, conditions, symptoms and bad values between two places, and whether each is a sign of an allergy."""
    places = {
        (one.start, one.end): one.allergic
        for one in reactions_in(note.text, start, end)
        if not _GENERIC.fullmatch(note.text, one.start, one.end)
    }
    document = note.document
    if end > start:
        for match in document.matches_in(start, end):
            if document.span(match)[1] > end:
                break
            if document.span(match)[0] < start:
                continue
            if any(term.kind in {"condition", "symptom"} for term in match.found):
                span = document.span(match)
                if not any(
                    one[0] < span[1] and span[0] < one[1] and one[1] - one[0] >= span[1] - span[0] for one in places
                ):
                    places = {one: sign for one, sign in places.items() if not (one[0] < span[1] and span[0] < one[1])}
                    places[span] = False
    for moved in _moved(note, start, end):
        if not any(one[0] < moved[1] and moved[0] < one[1] for one in places):
            places[moved] = False
    for place, allergic in sorted(places.items()):
        yield *place, allergic


def harm_before(note: "Note", start: int, end: int, *, beside: bool = False, allergic: bool = False) -> Place | None:
    """The last harm between two places, as the note puts it, unless it got better."""
    found = [one for one in harms(note, start, end) if one[2] or not allergic or is_treated(note.text[one[0] : one[1]])]
    if not found or (beside and end - found[-1][1] > _BESIDE):
        return None
    place = found[-1][:2]
    meant = note.context.of(*place)
    if meant.negated or meant.family or _GOOD.search(note.text[start:end]):
        return None
    for first, last, _ in reversed(found[:-1]):  # "delirium and constipation": all of it
        if not _JOINS_HARMS.fullmatch(note.text, last, place[0]):
            break
        place = first, place[1]
    return place


def harm_behind(
    note: "Note", start: int, end: int, *, beside: bool = False, sure: bool = False, anyone: bool = False
) -> Place | None:
    """The first harm between two places, with what belongs to it.

    `sure`: "not" before it is said of the drug; `anyone`: the relative before it is who ended the drug.
    """
    for first, last, _ in harms(note, start, end):
        if beside and first - start > 12:
            return None
        meant = note.context.of(first, last)
        if (
            (meant.negated and not sure)
            or (meant.family and not anyone)
            or _GOOD.search(note.text[start : min(end, last + 25)])
        ):
            return None
        whole = leading_reaction(note.text, first, end)
        return first, _joined_until(note, max(last, whole.end if whole else last), end)
    return None


def _joined_until(note: "Note", at: int, end: int) -> int:
    """Where the harms end that are joined to one which ends at `at`: "confusion and constipation"."""
    for first, last, _ in harms(note, at, end):
        if not _JOINS_HARMS.fullmatch(note.text, at, first) or begins_clause(note.text, last):
            break
        at = max(at, last)
    return at


def begins_clause(text: str, end: int) -> bool:
    """Whether what ends at a place is the subject of another clause: "symptoms may come back"."""
    return _CLAUSE.match(text, end) is not None


def is_drug(note: "Note", place: Place) -> bool:
    """Whether a place names a drug, and no kind of drugs."""
    document = note.document
    first, _ = document.tokens_in(*place)
    at = bisect_left(document.matches, first, key=lambda match: match.first)
    found = document.matches[at].found if at < len(document.matches) and document.matches[at].first == first else ()
    return any(term.kind == "drug" for term in found)
