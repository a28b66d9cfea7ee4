"""From what came in to what is stored: reads files and understands texts in a child process, and makes rows of it."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from uuid import UUID

import clinical
from clinical import Understanding
from features.notes.places import Layout
from features.notes.reading.arrivals import Arrival, arrive
from features.notes.schema import EARLIEST, NoteDetails
from rounds import clock
from rounds.data import new_id
from rounds.fields import is_ahead
from rounds.fields.text import normalise
from rounds.processes import ChildProcesses

# Whoever waits for an answer waits so long at most; the consumer takes its time.
SECONDS_IN_A_REQUEST = 10.0
PATIENCE_SECONDS = 5.0
SECONDS_IN_THE_CONSUMER = 60.0
SECONDS_FOR_A_SCAN = 480.0
_LONGEST_AUTHOR = 200
_FULL_DAY = re.compile(r"\d{4}-\d\d-\d\d")


async def read(data: bytes, child_processes: ChildProcesses, *, whose: UUID | None = None) -> Arrival | None:
    """What a file is, and its text where that takes no recognition; None when it is of no kind that notes may have.

    It waits its turn among what is done for the account `whose`.

    Raises:
        Unreadable: when it is of such a kind, but empty, broken, locked or beyond the limits.
        TookTooLong: when that does not turn out in time.
        Died: when finding out cost the child its life.
        Busy: when too many wait already, or it takes too long until a child is free.
    """
    return await child_processes.run(
        arrive, data, seconds=SECONDS_IN_A_REQUEST, whose=whose, size=len(data), patience=PATIENCE_SECONDS
    )


async def understand(
    text: str,
    child_processes: ChildProcesses,
    *,
    seconds: float = SECONDS_IN_A_REQUEST,
    whose: UUID | None = None,
    patience: float | None = None,
) -> Understanding:
    """What a text says. It waits its turn among what is done for the account `whose`, up to `patience` seconds.

    Raises:
        TookTooLong: when that cannot be found out in time.
        Died: when finding out cost the child its life.
        Busy: when too many wait already, or it takes too long until a child is free.
    """
    return await child_processes.run(
        clinical.understand, text, clock.now(), seconds=seconds, whose=whose, size=len(text), patience=patience
    )


@dataclass(frozen=True, slots=True)
class Given:
    """What the caller said about a note. It stands, whatever the text says."""

    taken_at: datetime | None = None
    type: str | None = None
    author: str | None = None

    @classmethod
    def of(cls, details: NoteDetails) -> "Given":
        """From the request."""
        return cls(details.taken_at, details.type, details.author)

    @classmethod
    def again(cls, row: Mapping[str, Any]) -> "Given":
        """From a note that is there already."""
        return cls(
            row["taken_at"] if row["taken_at_source"] == "given" else None,
            row["type"] if row["type_source"] == "given" else None,
            row["author"] if row["author_source"] == "given" else None,
        )


def described(found: Understanding | None, given: Given, *, otherwise: datetime | None) -> dict[str, Any]:
    """The columns that say when a note was taken, of what type it is and who wrote it.

    Args:
        found: What its text says; None while nobody has read it.
        given: What the caller said.
        otherwise: When it was taken if neither says; None leaves `taken_at` out.
    """
    values: dict[str, Any] = {}
    written = moment_of(found.encounter_at) if found else None
    for source, at in (("given", given.taken_at), ("note", written), ("received", otherwise)):
        if at is not None:
            values |= {"taken_at": at, "taken_at_source": source}
            break
    if given.type is not None:
        values |= {"type": given.type, "type_source": "given", "type_confidence": None}
    else:
        values |= {
            "type": found.type if found else "other",
            "type_source": "classified",
            "type_confidence": found.type_confidence if found else 0.0,
        }
    signed = normalise(found.author)[:_LONGEST_AUTHOR] if found and found.author else None
    author = given.author or signed or None
    whence = None if author is None else "given" if given.author else "note"
    return {**values, "author": author, "author_source": whence}


def understood(found: Understanding, layout: Sequence[int] | None) -> dict[str, Any]:
    """The columns that hold what a text says; with `layout`, the facts say where on the pages they stand."""
    facts = found.stored()
    return {
        "sections": found.sections,
        "facts": facts if layout is None else Layout(layout).placed(facts),
        "understanding_version": clinical.VERSION,
    }


def observations(found: Understanding, *, note_id: UUID, patient_id: UUID, taken_at: datetime) -> list[dict[str, Any]]:
    """The measurements among the facts, as rows. Those without a time of their own are from when the note was taken."""
    told = found.stored()
    facts = [("vital", fact) for fact in told["vitals"]] + [("lab", fact) for fact in told["labs"]]
    return [
        {
            "id": new_id(),
            "note_id": note_id,
            "patient_id": patient_id,
            "kind": kind,
            "name": fact["name"],
            "value": float(fact["value"]),
            "unit": fact["unit"],
            "at": _moment_in(fact["at"]) or taken_at,
            "original": fact["original"],
        }
        for kind, fact in facts
        # What is older than the note by an unknown time ("last visit") has no place in a series.
        if isinstance(fact["value"], int | float) and not fact["earlier"] and _is_a_time(fact["at"])
    ]


def _is_a_time(value: str | None) -> bool:
    try:
        _moment_in(value)
    except ValueError:
        return False
    return True


def _moment_in(value: str | None) -> datetime | None:
    if value is None:
        return None
    return moment_of(datetime.fromisoformat(value) if len(value) > len("2026-03-09") else date.fromisoformat(value))


def moment_of(value: date | datetime | None) -> datetime | None:
    """A moment for what a text calls a day or a time: a day begins, and a clock runs, in UTC unless it says otherwise.

    None for what cannot be: the future, and before 1900.
    """
    if value is None:
        return None
    at = value if isinstance(value, datetime) else datetime.combine(value, time())
    at = at.replace(tzinfo=UTC) if at.tzinfo is None else at.astimezone(UTC)
    return None if is_ahead(at) or at < EARLIEST else at
