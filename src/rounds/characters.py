"""What characters a text is made of, told in time in proportion to its length; used in child processes as well."""

import re
import unicodedata
from collections.abc import Iterable
from functools import cache

# Invisible characters that reorder or hide what stands around them serve spoofing, not names: explicit embeddings,
# overrides and isolates. The plain marks U+200E/U+200F and the joiners are part of real writing and stay.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Control characters and lone surrogates, besides them.
_HARMFUL = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(_REORDERING))}]")
_HARMFUL_IN_PROSE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(_REORDERING))}]")

# UAX #15's Stream-Safe Text Format: no language needs more marks on one character, and normalising takes time in
# proportion to the square of how many there are.
MOST_MARKS = 30


def _class_of(characters: Iterable[int]) -> str:
    """The code points as a character class of a regular expression."""
    ranges: list[list[int]] = []
    for point in sorted(characters):
        if ranges and ranges[-1][1] == point - 1:
            ranges[-1][1] = point
        else:
            ranges.append([point, point])
    return "".join(f"\\U{first:08x}-\\U{last:08x}" for first, last in ranges)


# Where Unicode has its scripts and its special characters; looking through all of it would take ten times as long.
_ASSIGNED = (range(0x20000), range(0xE0000, 0xE0200))


@cache
def _crowded() -> re.Pattern[str]:
    """What finds too many marks; made for the first text that is not ASCII, as that takes longer than a request."""
    mark = _class_of(point for points in _ASSIGNED for point in points if unicodedata.combining(chr(point)))
    # From where a run of marks begins, so that each run is looked at once; the class stands first, as that is searched
    # for quickest.
    return re.compile(f"[{mark}](?<![{mark}][{mark}])[{mark}]{{{MOST_MARKS}}}")


# What shows nothing although Unicode does not count it among separators and format characters: the combining grapheme
# joiner, the fillers of Hangul, the inherent vowels of Khmer, the variation selectors, and Braille's empty cell.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)


@cache
def _visible() -> re.Pattern[str]:
    """What finds anything that shows; made when it is first needed, as above."""
    invisible = _class_of(
        point
        for points in _ASSIGNED
        for point in points
        if chr(point) in _EMPTY or unicodedata.category(chr(point)) in {"Zs", "Zl", "Zp", "Cc", "Cf"}
    )
    return re.compile(f"[^{invisible}]")


def harmful_at(value: str, *, multiline: bool) -> int | None:
    """Where the first control, surrogate or reordering character stands; newline and tab are welcome if `multiline`."""
    if value.isascii() and value.isprintable():
        return None
    found = (_HARMFUL_IN_PROSE if multiline else _HARMFUL).search(value)
    return found.start() if found else None


def crowded_at(value: str) -> int | None:
    """Where the first run of more than `MOST_MARKS` combining marks begins."""
    found = None if value.isascii() else _crowded().search(value)
    return found.start() if found else None


def composed(value: str) -> str:
    """The text in NFC, trimmed. What is `crowded_at` takes a time out of all proportion."""
    return value.strip() if value.isascii() else unicodedata.normalize("NFC", value).strip()


def is_blank(value: str) -> bool:
    """Whether there is nothing to see in `value`: it is empty, or all of it is invisible."""
    if value.isascii() and value.isprintable():
        return not value.strip()
    return _visible().search(value) is None
