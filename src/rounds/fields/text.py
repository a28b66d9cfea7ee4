"""Text as people write it: kept exactly, apart from normalisation, and refused where it can only do harm."""

import re
import unicodedata
from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from rounds.i18n import N_
from rounds.problems import Refusal

_CONTROL = Refusal("control_character", N_("Remove the control character at position {position}."))
_BLANK = Refusal("blank", N_("Write something here; blank text is not accepted."))

# Invisible characters that reorder or hide what stands around them serve spoofing, not names: explicit embeddings,
# overrides and isolates. The plain marks U+200E/U+200F and the joiners are part of real writing and stay.
_REORDERING = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")

# Control characters and lone surrogates, besides them.
_HARMFUL = re.compile(f"[\x00-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(_REORDERING))}]")
_HARMFUL_IN_PROSE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff{''.join(sorted(_REORDERING))}]")

# What shows nothing although Unicode does not count it among separators and format characters: the combining grapheme
# joiner, the fillers of Hangul, the inherent vowels of Khmer, the variation selectors, and Braille's empty cell.
_EMPTY = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u2800\u3164\uffa0").union(
    map(chr, range(0xFE00, 0xFE10)), map(chr, range(0xE0100, 0xE01F0))
)


def normalise(value: str, *, multiline: bool = False) -> str:
    """Trim and NFC-normalise; keep everything else as given.

    Raises:
        PydanticCustomError: `control_character` for control, surrogate or reordering characters (newline and tab are
            welcome when `multiline`).
    """
    if value.isascii() and value.isprintable():
        return value.strip()
    found = (_HARMFUL_IN_PROSE if multiline else _HARMFUL).search(value)  # texts of megabytes come here
    if found:
        raise _CONTROL(position=found.start())
    return unicodedata.normalize("NFC", value).strip()


def _line(value: str) -> str:
    return normalise(value)


def _prose(value: str) -> str:
    return normalise(value, multiline=True)


def is_blank(value: str) -> bool:
    """Whether there is nothing to see in `value`: it is empty, or all of it is invisible."""
    if value.isascii():
        return not value.strip()
    return all(
        character in _EMPTY or unicodedata.category(character) in {"Zs", "Zl", "Zp", "Cc", "Cf"} for character in value
    )


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
