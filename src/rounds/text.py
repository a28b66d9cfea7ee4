"""Text as people write it: kept exactly, apart from normalisation, and refused where it can only do harm."""

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


def normalise(value: str, *, multiline: bool = False) -> str:
    """Trim and NFC-normalise; keep everything else as given.

    Raises:
        PydanticCustomError: `control_character` for control, surrogate or reordering characters (newline and tab are
            welcome when `multiline`).
    """
    if value.isascii() and value.isprintable():
        return value.strip()
    for position, character in enumerate(value):
        category = unicodedata.category(character)
        if category in {"Cc", "Cs"} or character in _REORDERING:
            if multiline and character in "\n\r\t":
                continue
            raise _CONTROL(position=position)
    return unicodedata.normalize("NFC", value).strip()


def _line(value: str) -> str:
    return normalise(value)


def _prose(value: str) -> str:
    return normalise(value, multiline=True)


def _not_blank(value: str) -> str:
    if not value:
        raise _BLANK()
    return value


# `Line` may be empty, `Name` may not; both are one line. `Prose` may span lines. The bound is on what was sent;
# normalising changes a text's length by a few characters at most, which the columns have room for.
Line = Annotated[str, StringConstraints(max_length=200), AfterValidator(_line)]
Name = Annotated[
    str, StringConstraints(min_length=1, max_length=200), AfterValidator(_line), AfterValidator(_not_blank)
]
Prose = Annotated[str, StringConstraints(max_length=10_000), AfterValidator(_prose)]
