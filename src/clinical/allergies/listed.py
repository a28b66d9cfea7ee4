"""Allergies under their heading: where the list ends, and what its sentences say."""

import re
from collections.abc import Iterator

from clinical.allergies.answered import answered
from clinical.allergies.answers import answered_first, answers_in
from clinical.allergies.denials import denials_in, denied_at
from clinical.allergies.items import Item, items_in
from clinical.allergies.mention import Mention
from clinical.allergies.non_answers import is_non_answer
from clinical.allergies.reactions import reactions_in
from clinical.allergies.standing import Standing, is_intolerance, is_taken_back
from clinical.allergies.substances import is_known
from clinical.allergies.told import denied_in, taken_back, told_in
from clinical.note import Note

_NEGATES = re.compile(r"\b(?:no|not|denie[sd]|never|without|nor|negative)\b", re.IGNORECASE)
_LONGEST_LIST = 3_000
# In a line that begins with allergies and goes on with orders: "Allergies: latex. If dizzy, halve ramipril."
_ORDERS = re.compile(
    r"\s*(?:if|when|unless|please|plan|consider|start|continue|stop|halve|double|increase|reduce|take|give|refer|review)\b",
    re.IGNORECASE,
)
# What is told with how much of it is taken is no allergy: "Allergies: latex. Montelukast 10 mg nocte."
_DOSED = re.compile(r"\s*\d")


def lists_in(note: Note) -> list[tuple[int, int]]:
    """Where the lists of allergies stand."""
    return [
        (segment.body, _end_of_list(note.text, segment.body, min(segment.end, segment.body + _LONGEST_LIST)))
        for segment in note.outline.segments
        if segment.kind == "allergies" and segment.end > segment.body
    ]


def _end_of_list(text: str, start: int, end: int) -> int:
    """Where the list ends: with its line and its bullets; under a heading on a line of its own, with its paragraph."""
    line = text.find("\n", start, end)
    if line == -1:
        return end
    if text[start:line].strip(" \t*_-–—:|"):
        while _goes_on(text, line + 1, end):
            following = text.find("\n", line + 1, end)
            if following == -1:
                return end
            line = following
        return line
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    at = first
    for blank in re.finditer(r"\n[ \t]*\n", text[first:end]):
        at = first + blank.start()
        if not _goes_on(text, first + blank.end(), end):
            return at
    return end


def _goes_on(text: str, at: int, end: int) -> bool:
    return re.compile(r"[ \t]*(?:[-•●▪*–]\s|\[[ xX]?\])|[ \t]{2,}\S|\d[.)]\s").match(text, at, end) is not None


def listed_in(note: Note, start: int, end: int, *, first: bool) -> Iterator[Mention]:
    """What a sentence under "Allergies" says; the first of a line is a list, and what follows must name substances."""
    text = note.text
    if is_non_answer(text[start:end]) and not any(denials_in(text, start, end)):
        return
    boxes = answered_first(text, start, end) if first else None
    if boxes is not None:
        yes, rest = boxes
        if yes:
            yield from _list_between(note, rest, end, first=True)
        else:
            yield Mention(start, rest, _class_asked(note, start), None, None, Standing.DENIED)
        return
    answers = answers_in(text, start, end)
    if answers is not None:
        yield from answered(note, answers)
        return
    if is_taken_back(text[start:end]):
        yield from taken_back(note, start, end)
        return
    at = start
    denied = denied_at(text, start, end) if first else None
    if denied is not None and denied.classes == ("any",):
        denied = denied._replace(classes=(_class_asked(note, start),))
    for denial in [denied] if denied else list(denials_in(text, start, end, listed=True)):
        yield from _list_between(note, at, denial.start, first=first)
        yield from denied_in(note, denial, end)
        at = end if denial.exceptions is not None else denial.end
    yield from _list_between(note, at, end, first=first and at == start)


def _class_asked(note: Note, at: int) -> str:
    """What a heading asks about: "Drug allergies: nil" denies drugs."""
    segment = note.segment_at(at)
    heading = note.text[segment.start : segment.body].lower() if segment is not None else ""
    if re.search(r"food", heading):
        return "foods" if "drug" not in heading else "any"
    return "drugs" if re.search(r"\b(?:drug|medic\w+)\b", heading) and "environment" not in heading else "any"


def _list_between(note: Note, start: int, end: int, *, first: bool) -> Iterator[Mention]:
    text = note.text
    if not any(map(str.isalnum, text[start:end])):
        return
    if not first and _ORDERS.match(text, start, end):
        return
    told = list(told_in(note, start, end, denials=False, listed=first))
    lone = len(text[start:end].split()) <= 3
    if told and not lone:
        yield from told
        places = {one.substance for one in told}
    else:
        places = set()
    for place, item in enumerate(_items(note, start, end)):
        known = is_known(item.substance)
        if item.substance in places or (not first and (not known or _DOSED.match(text, item.end, end))):
            continue
        if (told and not lone and not known) or (
            place and not known and item.reaction is None and len(item.substance.split()) > 2
        ):
            continue
        if (
            not first
            and known
            and item.reaction is None
            and item.standing is Standing.HELD
            and len(text[start:end].split()) > 6
            and not re.match(r"\s?(?::|[–-]\s)", text[item.end : item.end + 2])
        ):
            continue
        if not first and item.reaction_at is not None and _is_told(text, item):
            continue  # what a drug did once is a warning, and no allergy
        meant = note.context.of(item.start, item.end)
        denied = meant.negated and _NEGATES.search(text, start, item.start)
        if meant.family or (denied and item.standing is Standing.HELD and not item.reaction):
            continue
        yield Mention(*item[:5], standing=item.standing)


def _items(note: Note, start: int, end: int) -> Iterator[Item]:
    """The items of a list; all that its heading calls intolerances are that."""
    intolerances = _is_of_intolerances(note, start)
    for item in items_in(note.text, start, end):
        held = item.standing is Standing.HELD
        yield item._replace(standing=Standing.NOT_BORNE) if held and intolerances else item


def _is_of_intolerances(note: Note, at: int) -> bool:
    """Whether the heading asks for intolerances alone: "Intolerances:", "Side effects:"."""
    segment = note.segment_at(at)
    heading = note.text[segment.start : segment.body] if segment is not None else ""
    return "llerg" not in heading and is_intolerance(heading.replace("ances", "ance").replace("ANCES", "ANCE"))


def _is_told(text: str, item: Item) -> bool:
    """Whether a reaction is told in a sentence, and is no sign of an allergy."""
    if item.reaction_at is None or len(text[item.end : item.reaction_at[0]].split()) < 3:
        return False
    return not any(one.allergic for one in reactions_in(text, *item.reaction_at))
