"""Cases for the check of summaries: real notes, and statements about them."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

from clinical import sentences
from clinical.lexicon.phrases import Term, terms, tokens_of
from clinical.lexicon.vocabulary import drugs
from features.summaries.shape import ChartNote, Citation, Statement

DATA = Path(__file__).parents[3] / "shared" / "data"
# Sources of visits that stand beside the repository and are named rather than copied.
_VISITS = frozenset({"aci-bench/train", "aci-bench/valid"})
_NAMESPACE = UUID(int=5)
_TAKEN = datetime(2024, 3, 15, 9, tzinfo=UTC)


class Case(NamedTuple):
    """A statement, the chart it is judged by, and what ought to come of it."""

    kind: str
    statement: Statement
    chart: Mapping[UUID, ChartNote]
    faithful: bool


def notes_of(source: str, data: Path = DATA) -> list[str]:
    """The texts of a source of notes: `soap`, `train`, `valid` or `mts`."""
    if source == "soap":
        return [path.read_text("utf-8") for path in sorted((data / "soap").glob("*.txt"))]
    csv.field_size_limit(10**9)
    place, column = ("mts-dialog/train.csv", "section_text") if source == "mts" else (f"aci-bench/{source}.csv", "note")
    with (data / place).open(encoding="utf-8", newline="") as file:
        texts = [row[column] for row in csv.DictReader(file)]
    if source != "mts":
        return texts
    return ["\n".join(texts[at : at + 6]) for at in range(0, len(texts) - 5, 6)]


def text_of(written: str, data: Path = DATA) -> str:
    """The text of a note: itself, or that of the visit it names, which is not ours to copy: "aci-bench/valid D2N76"."""
    source, _, visit = written.partition(" ")
    if source not in _VISITS:
        return written
    csv.field_size_limit(10**9)
    with (data / f"{source}.csv").open(encoding="utf-8", newline="") as file:
        return next(row["note"] for row in csv.DictReader(file) if row["encounter_id"] == visit)


def charted(texts: Sequence[str]) -> list[ChartNote]:
    """Notes of one patient each."""
    return [
        ChartNote(uuid5(_NAMESPACE, text), 1, _TAKEN, "progress", None, text, None, {})
        for text in texts
        if text.strip()
    ]


def cite(text: str, *quotes: tuple[ChartNote, str]) -> Statement:
    """A statement with what it quotes."""
    return Statement(text, tuple(Citation(note.id, note.taken_at, quote) for note, quote in quotes))


class Named(NamedTuple):
    """What a sentence names, at `text[start:end]`."""

    start: int
    end: int
    kind: str
    name: str


def named(text: str) -> list[Named]:
    """The things a text names, by their usual name; a medication by its ingredient."""
    found = []
    for start, end in sentences(text):
        tokens = tokens_of(text, start, end)
        for match in terms().find(text, tokens):
            first, last = tokens[match.first], tokens[match.after - 1]
            found += [Named(first.start, last.end, term.kind, _usual(term)) for term in match.found]
    return found


def drugs_of(notes: Iterable[ChartNote]) -> list[str]:
    """The medicines that notes name."""
    return sorted({each.name for note in notes for each in named(note.content) if each.kind == "drug"})


def _usual(term: Term) -> str:
    return (drugs()[term.name].ingredient if term.kind == "drug" and term.name in drugs() else term.name).lower()


def _clinical(sentence: str) -> bool:
    return 4 <= len(sentence.split()) <= 35 and bool(named(sentence)) and not sentence.rstrip().endswith((":", "?"))


def sentences_of(note: ChartNote) -> list[str]:
    """The sentences of a note that name something clinical."""
    found = [note.content[start:end] for start, end in sentences(note.content)]
    return [sentence for sentence in found if _clinical(sentence)]
