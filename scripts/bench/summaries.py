"""How much of what matters the extractive summary holds, and how long it takes.

The gold (`gold/summaries`) was annotated by reading: for each note the facts that a good summary must hold, as
offsets and short values. A fact is found when one statement has its value (all words of it, in any order) and cites a
quote that overlaps the fact, or another place of the note where it says the same. Relatives' conditions count only
where the statement says whose they are, stopped medications only where it says that they were stopped.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from hashlib import sha256
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import Any
from uuid import NAMESPACE_OID, uuid5

from rich.console import Console
from rich.table import Table

from bench import notes_gold
from clinical import understand
from features.summaries.extractive import summarise
from features.summaries.shape import Chart, ChartNote, Draft, Length, Options, Profile, Statement

FOLDER = Path(__file__).parent / "gold" / "summaries"
NOW = datetime(2026, 6, 1, tzinfo=UTC)
SIZES = (10, 100, 1_000)
TO_REACH = {"soap": 0.95, "aci-bench/valid": 0.85}
# The first two SOAP notes are one patient's.
_TOGETHER = {"soap_02": "soap_01"}
_SAYS = {
    "family": re.compile(r"family|father|brother|mother|sister|dad", re.IGNORECASE),
    "stopped": re.compile(r"stopp|chang", re.IGNORECASE),
}

Fact = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Annotated:
    """A note with what a summary of it must hold."""

    source: str
    id: str
    text: str
    facts: list[Fact]


@dataclass
class Recall:
    """What was found, of how much, and what was missed."""

    found: int = 0
    facts: int = 0
    missed: list[tuple[str, str, str]] = field(default_factory=list)

    @property
    def share(self) -> float:
        """From 0 to 1."""
        return self.found / self.facts if self.facts else 1.0


def read(data: Path = notes_gold.DATA) -> list[Annotated]:
    """All annotated notes.

    Raises:
        GoldFailed: A note is missing or is not the one that was annotated.
    """
    texts = dict(notes_gold._texts(data))  # noqa: SLF001 - one reader of the texts for both golds
    found = []
    for path in sorted(FOLDER.glob("*.json")):
        one = json.loads(path.read_text(encoding="utf-8"))
        text = texts.get((one["source"], one["id"]))
        if text is None or sha256(text.encode()).hexdigest() != one["sha256"]:
            raise notes_gold.GoldFailed(f"{one['source']} {one['id']} is not the text that was annotated")
        found.append(Annotated(one["source"], one["id"], text, one["facts"]))
    return found


def charted(notes: Mapping[str, str]) -> Chart:
    """A patient with these notes."""
    profile = Profile(uuid5(NAMESPACE_OID, "patient"), 1, "A Patient", date(1960, 1, 1), "female")
    return Chart(profile, [_note(name, text) for name, text in notes.items()][::-1])


def _note(name: str, text: str, at: datetime | None = None) -> ChartNote:
    told = understand(text)
    day = told.encounter_at or date(2026, 1, 15)
    moment = at or (day if isinstance(day, datetime) else datetime.combine(day, time(9), UTC))
    return ChartNote(uuid5(NAMESPACE_OID, name), 1, moment, told.type, told.author, text, told.sections, told.stored())


def patients(gold: list[Annotated]) -> Iterator[list[Annotated]]:
    """The annotated notes by patient."""
    for one in gold:
        if one.id not in _TOGETHER:
            yield [one, *(other for other in gold if _TOGETHER.get(other.id) == one.id)]


def recall(length: Length = "standard", data: Path = notes_gold.DATA) -> dict[str, Recall]:
    """How much of the gold the summary for clinicians holds, by source."""
    found = {source: Recall() for source in TO_REACH}
    for notes in patients(read(data)):
        chart = charted({one.id: one.text for one in notes})
        draft = summarise(chart, Options(length=length), now=NOW)
        for one in notes:
            for fact in one.facts:
                counted = found[one.source]
                counted.facts += 1
                if _holds(draft, one, fact):
                    counted.found += 1
                else:
                    counted.missed.append((one.id, str(fact["kind"]), str(fact["values"][0])))
    return found


def _holds(draft: Draft, note: Annotated, fact: Fact) -> bool:
    needed = _SAYS.get(str(fact["kind"]))
    return any(
        any(_has(statement.text, value) for value in fact["values"])
        and _cites(statement, note, fact)
        and (needed is None or needed.search(statement.text) is not None)
        for section in draft.sections
        for statement in section.statements
    )


def _has(text: str, value: str) -> bool:
    words = re.findall(r"[^\s,]+", value)
    return all(re.search(rf"(?i)(?<![\d.\w]){re.escape(word)}", text) is not None for word in words)


def _cites(statement: Statement, note: Annotated, fact: Fact) -> bool:
    """Whether a quote overlaps the fact, or says the same elsewhere in the note."""
    own = uuid5(NAMESPACE_OID, note.id)
    for citation in statement.citations:
        if citation.note_id != own:
            continue
        at = note.text.find(citation.quote)
        if at < fact["end"] and fact["start"] < at + len(citation.quote):
            return True
        if any(_has(citation.quote, value) for value in fact["values"]):
            return True
    return False


def milliseconds(sizes: tuple[int, ...] = SIZES, data: Path = notes_gold.DATA) -> dict[int, float]:
    """The median time for a patient with so many notes, with nothing kept from an earlier one."""
    texts = [one.text for one in read(data)]
    understood = [_note(str(number), text) for number, text in enumerate(texts)]
    taken = {}
    for size in sizes:
        runs = []
        for run in range(5):
            chart = Chart(charted({}).profile, [_again(understood, number, run) for number in range(size)])
            begin = perf_counter()
            summarise(chart, Options(), now=NOW)
            runs.append(1_000 * (perf_counter() - begin))
        taken[size] = median(runs)
    return taken


def _again(understood: list[ChartNote], number: int, run: int) -> ChartNote:
    note = understood[number % len(understood)]
    moment = datetime.fromtimestamp(NOW.timestamp() - 86_400 * (number + 1), UTC)
    return ChartNote(
        uuid5(NAMESPACE_OID, f"{run}/{number}"),
        1,
        moment,
        note.type,
        note.author,
        note.content,
        note.sections,
        note.facts,
    )


def show(console: Console, *, missed: bool = False) -> None:
    """Print what was measured."""
    table = Table("notes", "length", "facts", "found", "recall", "to reach", title="Extractive summary: fact recall")
    lengths: tuple[Length, ...] = ("brief", "standard", "detailed")
    for length in lengths:
        for source, found in recall(length).items():
            goal = f"{TO_REACH[source]:.2f}" if length != "brief" else ""
            table.add_row(source, length, str(found.facts), str(found.found), f"{found.share:.3f}", goal)
            if missed and length == "standard":
                for one in found.missed:
                    console.print(*one, sep=" | ")
    console.print(table)
    speed = Table("notes", "milliseconds", title="Extractive summary: time for a patient, nothing kept")
    for size, time_taken in milliseconds().items():
        speed.add_row(f"{size:,}", f"{time_taken:.0f}")
    console.print(speed)


if __name__ == "__main__":
    show(Console(width=110), missed=True)
