"""Two results under two names with a stroke between: "AST/ALT 45/62", "BUN/Cr 22/1.4", "H/H 9.8/29.4"."""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import TYPE_CHECKING

from clinical.measurements.core import Called
from clinical.measurements.names import Measured

if TYPE_CHECKING:
    from clinical.note import Note

_VALUES = re.compile(
    r"[\s:=]{1,3}(?:(?:of|was|were|is|"
    r"are)\s)?(?P<first>\d{1,5}(?:[.,]\d{1,2})?)\s?/\s?(?P<second>\d{1,5}(?:[.,]\d{1,2})?)"
    r"(?![\d/]|[.,]\d)"
)
# Haemoglobin and haematocrit.
_H_AND_H = re.compile(r"\bH\s?[/&]\s?H(?=[\s:=])")


def paired(note: "Note") -> Iterator[Called]:
    """The values of such pairs, in order."""
    text = note.text
    for one, other in pairwise(note.measured):
        if one.vital or other.vital or text[one.end : other.start].strip() != "/":
            continue
        yield from _halves(text, one, other)
    for found in _H_AND_H.finditer(text):
        names = (Measured(*found.span(), name, vital=False) for name in ("hemoglobin", "hematocrit"))
        yield from _halves(text, *names)


def _halves(text: str, one: Measured, other: Measured) -> Iterator[Called]:
    values = _VALUES.match(text, other.end)
    if values is None:
        return
    yield Called(one.start, values.start("first"), values.end("first"), one.name, values["first"])
    yield Called(values.start("second"), values.start("second"), values.end("second"), other.name, values["second"])
