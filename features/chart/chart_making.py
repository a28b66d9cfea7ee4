"""Making a chart of the rows of notes: in a child process where there are many, since it takes the processor's time."""

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import orjson

from features.chart.reconciling import NoteFacts, reconcile


class NoteRow(NamedTuple):
    """A note as it comes from the database."""

    id: UUID
    taken_at: datetime
    type: str
    facts: str
    """JSON."""


def make_chart(patient_id: UUID, rows: Sequence[NoteRow], as_of: datetime) -> bytes:
    """The chart as of a moment, as JSON."""
    with nothing_collected():
        return _made(patient_id, rows, as_of)


@contextmanager
def nothing_collected() -> Iterator[None]:
    """Collect no garbage meanwhile: a thousand notes are a million objects, all in use until the chart is made."""
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _made(patient_id: UUID, rows: Sequence[NoteRow], as_of: datetime) -> bytes:
    notes = [NoteFacts(row.id, row.taken_at, row.type, orjson.loads(row.facts)) for row in rows]
    used = [note for note in notes if note.taken_at <= as_of]
    used.sort(key=lambda note: (note.taken_at, note.id), reverse=True)
    document: dict[str, Any] = {
        "patient_id": patient_id,
        "as_of": as_of,
        **reconcile(notes, as_of),
        "notes_used": [{"note_id": note.id, "taken_at": note.taken_at, "type": note.type} for note in used],
    }
    return orjson.dumps(document, option=orjson.OPT_UTC_Z)
