"""The warnings that weighing finds beside the rules, with their reasons."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import TYPE_CHECKING

from clinical.allergies.clues import ALLERGIC, HARM, LIGHT, MARK, SUBSTANCE, Clue
from clinical.allergies.reactions import reactions_in
from clinical.allergies.warned import SIGHT, Place, Warned, Warns, told_as
from clinical.allergies.warned_why import reason_before, reason_behind
from clinical.allergies.warnings import may_be_warned_of
from clinical.allergies.weighing import Borne, borne_in, weight_of
from clinical.facts import Allergy

if TYPE_CHECKING:
    from clinical.note import Note

# The odds for a warning are even at 0. What is told beside the rules should rather be right than complete.
_ENOUGH = 0.3
# No note speaks of more lists of substances than a small part of these.
_MOST = 1000
_LIMIT = re.compile(r"\b(?:no|not) more (?:often )?than\b", re.IGNORECASE)
_NEITHER = re.compile(r"\bneither\s(?:to\s)?$", re.IGNORECASE)
_NEITHER_WITHIN = 12
_NOT_BORNE = "not borne"
_HARMS = frozenset({HARM, ALLERGIC, "condition", "symptom", "moved"})
_JOINS = frozenset({",", "and", "+", "&", "/"})


def weighed_warnings(note: "Note", listed: Mapping[int, str], borne_there: Iterable[Borne]) -> list[Warns]:
    """All warnings of a note, in order.

    Args:
        note: The note.
        listed: How substances stand among the allergies, by where they are named.
        borne_there: The substances of the note with their bearings.
    """
    known = {warning.start for warning in note.warnings}
    found: list[Warns] = list(note.warnings)
    for borne in borne_there:
        start = borne.group[0][0]
        if _NEITHER.search(note.text, max(0, start - _NEITHER_WITHIN), start):
            continue  # "allergic to neither penicillin nor latex"
        if start in known or listed.get(start) == _NOT_BORNE or weight_of(borne.told, "warning") <= _ENOUGH:
            continue
        warned = _warned(note, borne)
        if (not (warned.forbidden or warned.reason) and _is_asked(note, start)) or _is_limited(note, borne):
            continue  # "is he a candidate for immunotherapy?", "no more than eight days a month"
        found.extend(Warns(*place, warned) for place in borne.group if may_be_warned_of(note, *place))
    return sorted(found, key=lambda one: one[:2])


def _is_limited(note: "Note", borne: Borne) -> bool:
    """Whether a sentence says of substances only how much may be taken."""
    end = borne.group[-1][1]
    _, last = note.document.sentence_span(end - 1)
    return _LIMIT.search(note.text, end, last) is not None


def _is_asked(note: "Note", start: int) -> bool:
    """Whether a place stands in a question."""
    _, last = note.document.sentence_span(start)
    return note.text[start:last].rstrip().endswith("?")


def all_borne(note: "Note", listed: Mapping[int, str]) -> list[Borne]:
    """The substances of a note with their bearings, as many as any note may speak of."""
    return list(islice(borne_in(note, listed), _MOST))


def harm_of(borne: Borne) -> Place | None:
    """The harm that stands behind substances, or else before them, up to the next one."""
    return _harm(list(_up_to_next(borne.around.behind))) or _harm(list(_up_to_next(borne.around.before))[::-1])


def listed_as(note: "Note", allergies: Iterable[Allergy], not_borne: Iterable[int]) -> dict[int, str]:
    """How substances stand among the allergies: their status, whether the reaction is an allergy's, and where."""
    found = dict.fromkeys(not_borne, _NOT_BORNE)
    for one in allergies:
        signs = reactions_in(one.reaction, 0, len(one.reaction)) if one.reaction else None
        sign = "unknown" if signs is None else "allergic" if any(each.allergic for each in signs) else "harm"
        where = "list" if note.kind_at(one.start) == "allergies" else "prose"
        found[one.start] = f"{one.status.value} {sign} {where}"
    return found


def _warned(note: "Note", borne: Borne) -> Warned:
    """What the clues around substances say that a weighing took for a warning."""
    start, end = borne.group[0][0], borne.group[-1][1]
    first, last = note.document.sentence_span(start)
    behind, before = list(_up_to_next(borne.around.behind)), list(_up_to_next(borne.around.before))
    nearest = next((one.role for one in before if one.role not in {LIGHT, MARK}), None)
    forbidden = nearest == "no" or any(one.role == "forbid" for one in (*before, *behind))
    reason = _harm(behind)
    if reason is None and forbidden:
        ban = next((one.end for one in behind if one.role == "forbid"), end)
        reason = reason_behind(note, ban, min(last, ban + SIGHT))
        reason = reason or reason_before(note, max(first, start - SIGHT), start)
    reason = reason or _harm(before[::-1])
    return Warned(forbidden, False, *told_as(note.text, reason), not_borne=not forbidden)


def _up_to_next(clues: Iterable[Clue]) -> Iterator[Clue]:
    for one in clues:
        if one.role == SUBSTANCE:
            return
        yield one


def _harm(clues: Sequence[Clue]) -> Place | None:
    """The first harm, with those that are joined to it."""
    at = next((at for at, one in enumerate(clues) if one.role in _HARMS), None)
    if at is None:
        return None
    start, end = clues[at].start, clues[at].end
    for one in clues[at + 1 :]:
        if one.role in _HARMS:
            end = one.end
        elif one.role not in {LIGHT, MARK} or one.word not in _JOINS:
            break
    return start, end
