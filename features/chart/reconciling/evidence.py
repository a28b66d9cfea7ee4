"""What notes say of one thing, in the order in which it was said."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

_TO_COME = frozenset({"planned", "conditional"})
# Of what hundreds of notes repeat, so many places are cited and so many lines of history told, the newest first.
MOST_CITATIONS, MOST_HISTORY = 5, 20


@dataclass(frozen=True, slots=True)
class NoteFacts:
    """A note as the chart sees it: when it was taken, and the facts that were understood of it (`clinical.facts`)."""

    id: UUID
    taken_at: datetime
    type: str
    facts: Mapping[str, Sequence[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """One fact of one note."""

    note: NoteFacts
    fact: Mapping[str, Any]

    @property
    def day(self) -> date:
        """The day of which it speaks: its own, where the note gives one that is not ahead; else the note's."""
        noted = self.note.taken_at.date()
        told = day_in(self.fact.get("on"))
        return told if told is not None and told <= noted else noted

    @property
    def since(self) -> str:
        """When it began or happened, as exactly as the note tells: a day, a month ("2019-03"), a year, or its day."""
        told = self.fact.get("on")
        return str(told) if told else self.note.taken_at.date().isoformat()

    def citation(self) -> dict[str, Any]:
        """Where it stands."""
        return {
            "note_id": self.note.id,
            "taken_at": self.note.taken_at,
            "quote": self.fact["original"],
            "start": self.fact["start"],
            "end": self.fact["end"],
            # Of what came as a PDF or a scan.
            "page": self.fact.get("page"),
            "box": self.fact.get("box"),
        }

    def place_of(self, part: str) -> dict[str, Any]:
        """Where a part of the fact stands; the fact itself, where that is not told."""
        start, end = (self.fact.get("places") or {}).get(part) or (self.fact["start"], self.fact["end"])
        return {"note_id": self.note.id, "taken_at": self.note.taken_at, "start": start, "end": end}


def evidence_of(notes: Iterable[NoteFacts], kind: str) -> Iterator[Evidence]:
    """The facts of a kind, note by note as given, and within a note as they stand there."""
    for note in notes:
        told = note.facts.get(kind)
        if not told:
            continue
        for fact in sorted(told, key=_place) if len(told) > 1 else told:
            yield Evidence(note, fact)


def _place(fact: Mapping[str, Any]) -> tuple[int, bool]:
    """Where a fact stands; of one place, what is so before what is to come: "75 mg OD, to stop in June"."""
    return fact["start"], fact.get("reality") in _TO_COME


def citations(evidence: Iterable[Evidence]) -> list[dict[str, Any]]:
    """Where things stand, the newest first."""
    newest_first = list(evidence)[::-1]
    return [each.citation() for each in newest_first[:MOST_CITATIONS]]


def history_of(evidence: Sequence[Evidence], *told: str) -> list[dict[str, Any]]:
    """What was said of a thing when, the newest first: the fields `told` of each fact, where they are told."""
    lines = []
    for each in reversed(evidence[-MOST_HISTORY:]):
        line = each.citation()
        line |= {name: each.fact[name] for name in told if each.fact.get(name)}
        lines.append(line)
    return lines


def day_in(told: Any) -> date | None:
    """A whole day told in ISO form; None for a month, a year, or other words."""
    if not isinstance(told, str):
        return None
    try:
        return date.fromisoformat(told[:10])
    except ValueError:
        return None


def with_year(yearless: str, noted: date, *, ahead: bool) -> str:
    """A day or month without a year ("--07-13", "--11"), with the year that a note of the day `noted` means.

    Args:
        yearless: The month, or the month and the day.
        noted: When the note was taken.
        ahead: Whether it is still to come: then it is the next one from that day on, else the last one up to it.
    """
    rest = yearless[2:]
    now = noted.isoformat()[5 : 5 + len(rest)]
    year = noted.year + (rest < now if ahead else -(rest > now))
    return f"{year}-{rest}"


def concept_of(fact: Mapping[str, Any], *names: str) -> str:
    """The name under which the fact's synonyms are one; facts of older versions have none, and go by what they say."""
    told = fact.get("concept")
    if told:
        return str(told).lower()
    return next((str(fact[name]).lower() for name in names if fact.get(name)), "")
