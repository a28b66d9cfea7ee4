"""Pieces of notes in which their writers marked every drug, condition and procedure with what is true of it.

`{name|label}` is a drug, `[name|label]` a condition, `<name|label>` a procedure; a line of `---` stands between pieces.
scripts/bench/readings/marked/README.md tells what the labels mean.
"""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

FOLDER = Path(__file__).parents[1] / "bench" / "readings" / "marked"
_MARK = re.compile(
    r"\{(?P<drug>[^{}|]+)\|(?P<of_drug>\w+)\}|\[(?P<condition>[^\[\]|]+)\|(?P<of_condition>\w+)\]|"
    r"<(?P<procedure>[^<>|]+)\|(?P<of_procedure>\w+)>"
)
KINDS = {"drug": "of_drug", "condition": "of_condition", "procedure": "of_procedure"}
LABELS = {
    "drug": frozenset(
        (
            "started",
            "continued",
            "changed",
            "stopped",
            "planned",
            "conditional",
            "considered",
            "requested",
            "declined",
            "past",
            "mentioned",
            "other",
            "avoid",
            "none",
        )
    ),
    "condition": frozenset(("confirmed", "possible", "ruled_out", "historical", "family", "other", "risk")),
    "procedure": frozenset(("done", "planned", "declined", "considered", "other")),
}


class Mark(NamedTuple):
    """What is true of what stands at `text[start:end]`."""

    kind: str
    start: int
    end: int
    label: str


class Piece(NamedTuple):
    """A few lines of a note, and the marks in it."""

    text: str
    marks: tuple[Mark, ...]

    def label(self, kind: str, place: tuple[int, int]) -> str | None:
        """The label of what stands at a place, where it is marked."""
        start, end = place
        return next(
            (mark.label for mark in self.marks if mark.kind == kind and mark.start < end and start < mark.end), None
        )


def pieces(path: Path) -> Iterator[Piece]:
    """The pieces of one writer.

    Raises:
        ValueError: A mark has a label that its kind does not know.
    """
    for written in re.split(r"^---[ \t]*\n", path.read_text("utf-8"), flags=re.MULTILINE):
        if written.strip():
            yield piece(written.strip("\n"))


def piece(written: str) -> Piece:
    """A piece without its marks, and where they stood."""
    text, at, marks = "", 0, []
    for match in _MARK.finditer(written):
        kind = str(match.lastgroup).removeprefix("of_")
        name, label = match[kind], match[KINDS[kind]]
        if label not in LABELS[kind]:
            raise ValueError(f"{label} is no label of a {kind}")
        text += written[at : match.start()]
        marks.append(Mark(kind, len(text), len(text) + len(name), label))
        text += name
        at = match.end()
    return Piece(text + written[at:], tuple(marks))


def writers() -> Iterator[tuple[str, list[Piece]]]:
    """Each writer's name and pieces."""
    for path in sorted(FOLDER.glob("*.txt")):
        yield path.stem, list(pieces(path))
