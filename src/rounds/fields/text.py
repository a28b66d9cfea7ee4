"""Text as people write it: kept exactly, apart from normalisation, and refused where it can only do harm."""

from typing import Annotated

from pydantic import AfterValidator, StringConstraints

from rounds.characters import MOST_MARKS, composed, crowded_at, harmful_at, is_blank
from rounds.i18n import N_
from rounds.problems import Refusal

_CONTROL = Refusal("control_character", N_("Remove the control character at position {position}."))
_BLANK = Refusal("blank", N_("Write something here; blank text is not accepted."))
_TOO_MANY_MARKS = Refusal(
    "combining_marks",
    N_("Put at most {maximum} combining marks on one character; there are more at position {position}."),
)


def normalise(value: str, *, multiline: bool = False) -> str:
    """Trim and NFC-normalise; keep everything else as given.

    Raises:
        PydanticCustomError: `control_character` for control, surrogate or reordering characters (newline and tab are
            welcome when `multiline`), `combining_marks` for more than `MOST_MARKS` of them in a row.
    """
    position = harmful_at(value, multiline=multiline)
    if position is not None:
        raise _CONTROL(position=position)
    position = crowded_at(value)
    if position is not None:
        raise _TOO_MANY_MARKS(position=position, maximum=MOST_MARKS)
    return composed(value)


def _line(value: str) -> str:
    return normalise(value)


def _prose(value: str) -> str:
    return normalise(value, multiline=True)


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
