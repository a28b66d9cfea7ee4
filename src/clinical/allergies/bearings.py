"""How a substance stands among the clues of its sentence: what is near, what stands between, what links the two.

Each bearing is a short name: the side (b before, a behind), how far (0 right beside, with small words between; 1, 2
near; 3 far), whether another substance stands between (D), and the role of the clue.
"""

import re
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from typing import TYPE_CHECKING, NamedTuple

from clinical.allergies.clues import ALLERGIC, HARM, LIGHT, MARK, NUMBER, SUBSTANCE, WORD, Clue
from clinical.allergies.substances import sort_of
from clinical.allergies.treatments import treats
from clinical.allergies.warned import Place

if TYPE_CHECKING:
    from clinical.note import Note

_LINK = re.compile(
    r"\s*(?:(?P<arrow>-+>|=+>|→|⇒)|(?P<equals>=)|(?P<dash>[-–—])|(?P<colon>:)|(?P<open>[(\[])|(?P<comma>,)|"
    r"(?P<semicolon>;)|(?P<slash>/)|(?P<question>\?)|(?P<stop>\.)|(?P<cell>\||\t| {3,})|(?P<line>\n))"
)
_LINKED_WITHIN = 8
_BEFORE, _BEHIND = 160, 200
# Small words count a third, and marks half, of the distance of a word.
_LIGHT, _HALF = 0.3, 0.5
_BESIDE, _NEAR, _APART = 0.9, 3, 8
_PATH, _PAIRED, _NEXT = 4, 6, 7
_PLAIN = frozenset({WORD, NUMBER, MARK, LIGHT})
_TELLING = frozenset({"forbid", "badly", "cause", "end", "no", "well"})
_HARMS = frozenset({HARM, ALLERGIC, "condition", "symptom", "moved", "measured"})
_POINTING = frozenset({"forbid", "badly", HARM})


class Around(NamedTuple):
    """The clues of a sentence on both sides of a list of substances, the nearest first."""

    before: list[Clue]
    behind: list[Clue]


def around(clues: Sequence[Clue], starts: Sequence[int], group: Sequence[Place]) -> Around:
    """The clues around a list of substances, as far as they count; `starts` is where those of the sentence begin."""
    start, end = group[0][0], group[-1][1]
    first, middle = bisect_left(starts, start - _BEFORE), bisect_left(starts, start)
    after, last = bisect_left(starts, end), bisect_left(starts, end + _BEHIND)
    return Around(list(clues[first:middle])[::-1], list(clues[after:last]))


def bearings(
    note: "Note", group: Sequence[Place], around: Around, following: Sequence[Clue], rule: str, listed: str
) -> Iterator[str]:
    """The bearings of a list of substances; one may be told twice.

    Args:
        note: The note.
        group: Where the substances of the list are named.
        around: The clues of its sentence.
        following: Those of the sentence behind it.
        rule: How the rules warn against it.
        listed: How it stands among the allergies.
    """
    start, end = group[0][0], group[-1][1]
    before, behind = around
    yield from _side("b", before)
    yield from _side("a", behind)
    for side, roles in (("b", _roles(before)), ("a", _roles(behind))):
        yield from (f"{side}{side}:{one}&{another}" for one, another in combinations(roles[:_PAIRED], 2))
    match = _LINK.match(note.text, end, min(len(note.text), end + _LINKED_WITHIN))
    link = (match.lastgroup if match else None) or "word"
    yield from _beside(note, start, before, behind, link, rule)
    words = note.text[start:end].lower()
    yield f"sort:{sort_of(words)}"
    yield f"group:{min(3, len(group))}"
    harm = next((one for one in behind[:12] if one.role in _HARMS), None)
    if harm is not None:
        yield f"treats:{treats(words, harm.word)}|{harm.role}"
    yield from _next(following[:_NEXT], last=bool(behind))
    if listed:
        told = next((one.role for one in behind if one.role not in {MARK, LIGHT, NUMBER}), "none")
        yield f"listed:{listed}"
        yield f"listed:{listed}|{told}"
        yield f"listed:{listed}|{rule}"


def _side(side: str, clues: Iterable[Clue]) -> Iterator[str]:
    """What stands on one side, the nearest first."""
    beyond, away = "", 0.0
    told: set[str] = set()
    path: list[str] = []
    for one in clues:
        role, word = one.role, one.word
        if role == LIGHT:
            away += _LIGHT
            if away < _NEAR:
                yield f"{side}L:{word}"
            continue
        far = 0 if away < _BESIDE else 1 if away < _NEAR else 2 if away < _APART else 3
        away += _HALF if role == MARK else 1
        if role in {MARK, NUMBER}:
            if role == MARK and path[-1:] != [word]:
                path.append(word)
            if far == 0 or (role == NUMBER and far == 1):
                yield f"{side}{far}:{word if role == MARK else role}"
        elif role != WORD:
            yield f"{side}{beyond}{far}:{role}"
            yield f"{side}{beyond}:{role}"
            if not beyond:
                yield from _unhidden(side, one, far, path if role not in told else None)
            told.add(role)
            path.append(role)
            beyond = "D" if role == SUBSTANCE else beyond


def _unhidden(side: str, one: Clue, far: int, path: Sequence[str] | None) -> Iterator[str]:
    """What a clue tells that no other substance hides; `path` is what stands between, for the first of its role."""
    if path is not None and len(path) < _PATH:
        yield f"{side}p:{'>'.join(path)}>{one.role}"
    if one.role in _TELLING:
        yield f"{side}x{far}:{one.word}"


def _roles(clues: Iterable[Clue]) -> list[str]:
    """The roles on one side up to the next substance, each once."""
    found: dict[str, None] = {}
    for one in clues:
        if one.role not in _PLAIN:
            found.setdefault(one.role)
        if one.role == SUBSTANCE:
            break
    return list(found)


def _beside(
    note: "Note", start: int, before: Sequence[Clue], behind: Sequence[Clue], link: str, rule: str
) -> Iterator[str]:
    """What stands right beside, how it is linked, and where in the note."""
    ahead = [one.role for one in behind if one.role not in {MARK, LIGHT, NUMBER}]
    after, second = (*ahead, "none", "none")[:2]
    previous = next((one.role for one in before if one.role not in {MARK, LIGHT, NUMBER}), "none")
    kind = note.kind_at(start)
    linked = f"{link}>{after}"
    yield from (f"link:{link}", f"link:{linked}", f"next:{after}>{second}", f"prev:{previous}")
    yield from (f"k:{kind}", f"k:{kind}|{linked}", f"rule:{rule}")
    if rule:
        yield from (f"rule:{rule}|k:{kind}", f"rule:{rule}|{linked}", f"rule:{rule}|prev:{previous}")


def _next(following: Sequence[Clue], *, last: bool) -> Iterator[str]:
    """What the next sentence begins with, up to the first substance that it names."""
    for one in following:
        if one.role not in _PLAIN:
            yield f"n:{one.role}"
        if one.role in _POINTING:
            yield f"nx:{one.word}"
        if one.role == SUBSTANCE:
            break
    if not last:
        yield from (f"n0:{one.role}" for one in following[:4])
