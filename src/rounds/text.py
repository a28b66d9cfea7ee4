"""Text as people write it: kept exactly, apart from normalisation, and refused where it can only do harm."""

import re
import unicodedata
from collections.abc import Iterable
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from rounds.i18n import N_
from rounds.problems import Refusal

_CONTROL = Refusal("control_character", N_("Remove the control character at position {position}."))
_BLANK = Refusal("blank", N_("Write something here; blank text is not accepted."))
_TOO_MANY_MARKS = Refusal(
    "combining_marks",
    N_("Put at most {maximum} combining marks on one character; there are more at position {position}."),
)

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


# Where Unicode has its scripts and its special characters. Looking through all of it would take as long as the rest of
# the start.
_ASSIGNED = (*range(0x20000), *range(0xE0000, 0xE0200))
_MARK = _class_of(point for point in _ASSIGNED if unicodedata.combining(chr(point)))
# From where a run of marks begins, so that each run is looked at once; the class stands first, as that is searched for
# quickest.
_CROWDED = re.compile(f"[{_MARK}](?<![{_MARK}][{_MARK}])[{_MARK}]{{{MOST_MARKS}}}")

# What shows nothing although Unicode does not count it among separators and format characters: the combining grapheme
# joiner, the fillers of Hangul, the inherent vowels of Khmer, the variation selectors, and Braille's empty cell.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)
_INVISIBLE = _class_of(
    point
    for point in _ASSIGNED
    if chr(point) in _EMPTY or unicodedata.category(chr(point)) in {"Zs", "Zl", "Zp", "Cc", "Cf"}
)
_VISIBLE = re.compile(f"[^{_INVISIBLE}]")


def normalise(value: str, *, multiline: bool = False) -> str:
    """Trim and NFC-normalise; keep everything else as given.

    Raises:
        PydanticCustomError: `control_character` for control, surrogate or reordering characters (newline and tab are
            welcome when `multiline`), `combining_marks` for more than `MOST_MARKS` of them in a row.
    """
    if value.isascii() and value.isprintable():
        return value.strip()
    found = (_HARMFUL_IN_PROSE if multiline else _HARMFUL).search(value)  # texts of megabytes come here
    if found:
        raise _CONTROL(position=found.start())
    if value.isascii():
        return value.strip()
    if found := _CROWDED.search(value):
        raise _TOO_MANY_MARKS(position=found.start(), maximum=MOST_MARKS)
    return unicodedata.normalize("NFC", value).strip()


def _line(value: str) -> str:
    return normalise(value)


def _prose(value: str) -> str:
    return normalise(value, multiline=True)


def is_blank(value: str) -> bool:
    """Whether there is nothing to see in `value`: it is empty, or all of it is invisible."""
    return _VISIBLE.search(value) is None


def not_blank(value: str) -> str:
    """The value, unless there is nothing to see in it.

    Raises:
        PydanticCustomError: `blank`.
    """
    if is_blank(value):
        raise _BLANK()
    return value


# `Line` may be empty, `Name` may not; both are one line. `Prose` may span lines. The bound is on what was sent;
# normalising changes a text's length by a few characters at most, which the columns have room for.
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_line)]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200), AfterValidator(_line), AfterValidator(not_blank)]
Prose = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_prose)]
