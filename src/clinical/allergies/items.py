"""Lists of what people are allergic to: one substance after the other, each perhaps with its reaction.

The reaction stands in brackets, behind a dash, colon or arrow, behind a verb ("gives her hives"), right behind the name
("penicillin rash"), in a clause of its own ("both of which cause hives"), or before it ("anaphylaxis to nuts").
"""

import re
from collections.abc import Iterator

from clinical.allergies.item import Item, item_at, spoken_reaction
from clinical.allergies.non_answers import is_non_answer
from clinical.allergies.reactions import is_reaction, reaction_of
from clinical.allergies.standing import Standing, is_intolerance, standing_behind
from clinical.allergies.substances import is_brief, is_known, names_in, trimmed

_SEPARATOR = re.compile(
    r"(?:(?<!\s)\s*)?(?:[;\n•●▪]|,(?!\d)|(?<=\s)(?:and|n?or|&|\+|plus|as well as|and also)(?=\s)|(?<=\w)\s?\+\s|\s/\s|"
    r"\s\(?\d{1,2}[.)]\s)[\s,;]*(?:(?:and|or|also|plus)\s+)?",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    r"\s*(?:(?P<all>both|all|each|either)(?: of (?:which|these|them))?|which|that|these|those|this|it|where|with|"
    r"causing|resulting in|leading to|giving|"
    r"reaction|reactions|severity|manifest\w+)\b[\s:]*",
    re.IGNORECASE,
)
# "Penicillin; nil else": nothing more.
_NOTHING = re.compile(r"[\s.]*(?:nil|none|nothing|no (?:other|known|further))\b(?!\s*[-–:(])", re.IGNORECASE)
_SHUNNED = re.compile(
    r"\s?(?:[:–—-]\s?)?(?:(?:are |is |should |must |best |to )*(?:be )?avoid(?:ed)?|(?:are |is )?contra-?indicated)\b",
    re.IGNORECASE,
)
# "Allergic to neither latex nor penicillin".
_NEITHER = re.compile(r"\s*neither\s", re.IGNORECASE)
# "Tree nuts - tolerates almonds and cashews": the others that are borne.
_BORNE = re.compile(
    r"\b(?:tolerat(?:es|ed|ing)|can (?:eat|have|take)|ok(?:ay)? with|fine with|eats)\s"
    r"[^.;:\n]{1,60}(?:,|\band|\bor|&)\s*$",
    re.IGNORECASE,
)
_AND = re.compile(r"^\s?(?:and|&|\+)\s$", re.IGNORECASE)
_OF_ALL = re.compile(r"\s*(?:both|all|each)\b", re.IGNORECASE)


def items_in(text: str, start: int, end: int, *, sure: bool = False) -> Iterator[Item]:
    """The substances of a list, with their reactions.

    Args:
        text: The text of the note.
        start: Where the list begins.
        end: Where it ends.
        sure: Whether all that stands there are substances; otherwise unknown names must have a reaction or be short.
    """
    found: list[Item] = []
    neither = _NEITHER.match(text, start, end)
    for first, last in _pieces(text, neither.end() if neither else start, end):
        if is_non_answer(text[first:last]) or _NOTHING.match(text, first, last):
            continue
        if found and _BORNE.search(text[found[-1].end : first]):
            continue
        if found and _adds_reaction(text, first, last, found):
            continue
        item = item_at(text, first, last)
        if item is None or (item.reaction is None and _SHUNNED.match(text, item.end, last)):
            continue
        named = is_known(item.substance) or (item.reaction is not None and is_brief(item.substance))
        if named or (is_brief(item.substance) and (sure or not found or len(item.substance.split()) < 3)):
            found = _shared(text, found, item)
            found.extend(_slashed(text, item))
    yield from (one._replace(standing=Standing.DENIED, reaction=None) for one in found) if neither else found


def _slashed(text: str, item: Item) -> list[Item]:
    """The substances in "penicillin/latex", each by itself."""
    parts = item.substance.split("/")
    if len(parts) < 2 or not all(is_known(part.strip()) for part in parts):
        return [item]
    found, at = [], item.start
    for part in text[item.start : item.end].split("/"):
        start, end = trimmed(text, at, at + len(part))
        found.append(item._replace(start=start, end=end, substance=" ".join(text[start:end].lower().split())))
        at += len(part) + 1
    return found


def _shared(text: str, found: list[Item], item: Item) -> list[Item]:
    """Those before an item that have its reaction: "trimethoprim, doxycycline (both nausea)"."""
    if item.reaction_at is None or not _OF_ALL.match(text, *item.reaction_at):
        return found
    return [
        one if one.reaction else one._replace(reaction=item.reaction, reaction_at=item.reaction_at) for one in found
    ]


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """What stands between the separators that are outside of brackets."""
    depth_at, depth, begin = start, 0, start
    for match in _SEPARATOR.finditer(text, start, end):
        if match.start() < begin:
            continue
        depth += _opened(text, depth_at, match.start())
        depth_at = match.start()
        if depth > 0 and "\n" not in match.group():
            continue
        depth = 0
        if match.start() > begin:
            yield begin, match.start()
        begin = match.end()
    if begin < end:
        yield begin, end


def _opened(text: str, start: int, end: int) -> int:
    return sum(text.count(sign, start, end) for sign in "([") - sum(text.count(sign, start, end) for sign in ")]")


def _adds_reaction(text: str, start: int, end: int, found: list[Item]) -> bool:
    """Whether a piece tells only of the reaction to what stands before it."""
    relative = _RELATIVE.match(text, start, end)
    if relative is not None:
        spoken = spoken_reaction(text, relative.end(), end)
        if spoken is None:
            standing = standing_behind(text[relative.end() : end])
            if standing is not None:
                found[-1] = found[-1]._replace(standing=standing)
            return True
        for at in range(len(found)) if relative["all"] else [len(found) - 1]:
            if found[at].reaction is None:
                found[at] = _reacting(text, found[at], spoken)
        return True
    last = found[-1]
    named = names_in(text, start, end)
    if last.standing is Standing.HELD and not named and is_intolerance(f"{last.reaction or ''}, {text[start:end]}"):
        found[-1] = last._replace(standing=Standing.NOT_BORNE)
        return True
    if not is_reaction(text, start, end) and not _goes_on_with(text, start, last, named):
        return False
    if last.reaction_at is None:
        found[-1] = _reacting(text, last, (start, end))
    elif start - last.reaction_at[1] <= 6:
        found[-1] = _reacting(text, last, (last.reaction_at[0], end))
    return True


def _goes_on_with(text: str, start: int, last: Item, named: list[tuple[int, int]]) -> bool:
    """Whether a piece behind "and" is the other half of a reaction: "rigid and unable to speak"."""
    return last.reaction_at is not None and not named and _AND.search(text, last.reaction_at[1], start) is not None


def _reacting(text: str, item: Item, place: tuple[int, int]) -> Item:
    reaction = reaction_of(text, *place)
    return item._replace(reaction=reaction, reaction_at=place) if reaction else item


def reaction_place(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The reaction that is told behind an answer: "Yes - rash", "Reaction: itchy wheals"."""
    label = re.compile(r"[^:]*\breactions?\s?[:=-]\s*", re.IGNORECASE).match(text, start, end)
    if label is not None and label.end() < end:
        return label.end(), end
    return spoken_reaction(text, start, end)
