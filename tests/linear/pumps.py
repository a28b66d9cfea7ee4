"""Makes texts on which a pattern would have to go back again and again, out of the pattern itself."""

import itertools
import random
import re
from collections.abc import Iterator
from functools import cache
from re import _constants as codes
from re import _parser as parser
from typing import Any

_CHARACTERS = [*"aA0 \t\n.-,'\"/:;()[]*_#+=%<>|!?@&~^§°", "é", "’", "–", "•", "\u200b", "\u00a0", "\u0301", "α", "中"]
_REPEATS = {codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT}
_ENDS = ("", "!", "\n", "x")
_LONG = 32  # what may be repeated so often counts as repeated without end
_MOST = 250
_CATEGORIES = {
    codes.CATEGORY_DIGIT: r"\d",
    codes.CATEGORY_NOT_DIGIT: r"\D",
    codes.CATEGORY_SPACE: r"\s",
    codes.CATEGORY_NOT_SPACE: r"\S",
    codes.CATEGORY_WORD: r"\w",
    codes.CATEGORY_NOT_WORD: r"\W",
}

Attack = tuple[str, str, str]
"""What comes first, what is repeated, and what comes last."""


def attacks(pattern: re.Pattern[Any]) -> list[Attack]:
    """Texts to be tried on it."""
    tree = parser.parse(pattern.pattern, pattern.flags & ~re.UNICODE if _is_bytes(pattern) else pattern.flags)
    alphabet = list(dict.fromkeys(_alphabet(tree)))
    some = [*[each for each in alphabet if each.isalpha()][:3], *[each for each in alphabet if not each.isalpha()][:12]]
    found = [("", "".join(unit), "") for size in (1, 2) for unit in itertools.permutations(some[:10], size)]
    for before, unit in _pumps(tree, [""]):
        found += [(before, unit, end) for end in _ENDS] + [("", before + unit, ""), ("", unit, "")]
    found += [("", sample + gap, "") for sample in _samples(tree, 3) for gap in ("", " ")]
    found = [each for each in dict.fromkeys(found) if each[1]]
    if len(found) > _MOST:
        found = [*found[:60], *random.Random(1).sample(found[60:], _MOST - 60)]
    return found


def built(attack: Attack, length: int, pattern: re.Pattern[Any]) -> Any:
    """The text of an attack, some `length` characters long."""
    first, unit, last = attack
    text = first + unit * max(1, length // len(unit)) + last
    return text.encode("latin-1", "replace") if _is_bytes(pattern) else text


def _is_bytes(pattern: re.Pattern[Any]) -> bool:
    return isinstance(pattern.pattern, bytes)


@cache
def _allowed(items: tuple[Any, ...]) -> list[str]:
    """Some of the characters in a class, which is looked at again in everything it stands in."""
    own = [chr(value if code is codes.LITERAL else value[0]) for code, value in items if code in _WITH_CHARACTERS]
    negated = any(code is codes.NEGATE for code, _ in items)
    return [each for each in dict.fromkeys([*own, *_CHARACTERS]) if _in_class(each, items) != negated]


_WITH_CHARACTERS = {codes.LITERAL, codes.RANGE}


def _in_class(character: str, items: Any) -> bool:
    point = ord(character)
    for code, value in items:
        if code is codes.LITERAL and point == value:
            return True
        if code is codes.RANGE and value[0] <= point <= value[1]:
            return True
        if code is codes.CATEGORY and _in_category(character, value):
            return True
    return False


@cache
def _in_category(character: str, category: Any) -> bool:
    return re.match(_CATEGORIES[category], character) is not None


def _samples(tree: Any, most: int) -> list[str]:
    """Some texts that a sequence matches."""
    found = [""]
    for code, value in tree:
        found = [text + more for text in found for more in _samples_of(code, value, most)][: most * 2]
    return found


def _samples_of(code: Any, value: Any, most: int) -> list[str]:  # noqa: PLR0911 - one for each kind of element
    if code is codes.LITERAL:
        return [chr(value)]
    if code is codes.NOT_LITERAL:
        return [each for each in _CHARACTERS if ord(each) != value][:most]
    if code is codes.ANY:
        return ["a", " "]
    if code is codes.IN:
        return _allowed(tuple(value))[:most] or ["a"]
    if code in _REPEATS:
        least, _, body = value
        several = [text * max(least, 1) for text in _samples(body, most)]
        return [*several[:most], ""] if least == 0 else several
    if code is codes.BRANCH:
        return [text for branch in value[1] for text in _samples(branch, 1)[:2]][: most * 3]
    if code in {codes.SUBPATTERN, codes.ATOMIC_GROUP}:
        return _samples(_inner(code, value), most)
    return [""]


def _inner(code: Any, value: Any) -> Any:
    return value[3] if code is codes.SUBPATTERN else value


def _parts(code: Any, value: Any) -> list[Any]:
    """The sequences within an element."""
    if code in _REPEATS:
        return [value[2]]
    if code is codes.BRANCH:
        return list(value[1])
    if code in {codes.ASSERT, codes.ASSERT_NOT}:
        return [value[1]]
    return [_inner(code, value)] if code in {codes.SUBPATTERN, codes.ATOMIC_GROUP} else []


def _alphabet(tree: Any) -> Iterator[str]:
    for code, value in tree:
        parts = _parts(code, value)
        yield from (_samples_of(code, value, 8) if not parts else ())
        for part in parts:
            yield from _alphabet(part)


def _pumps(tree: Any, before: list[str]) -> Iterator[tuple[str, str]]:
    """What is repeated without end, with texts that lead up to it."""
    for code, value in tree:
        if code in _REPEATS and (value[1] is codes.MAXREPEAT or value[1] >= _LONG):
            body = value[2]
            units = _allowed(tuple(body[0][1])) if len(body) == 1 and body[0][0] is codes.IN else _samples(body, 6)
            yield from ((first, unit) for unit in units if unit for first in before[:3])
        for part in _parts(code, value):
            yield from _pumps(part, before)
        before = [text + more for text in before for more in _samples_of(code, value, 2)][:4]
