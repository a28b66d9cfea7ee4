"""Stays in hospital, as far as the types of notes tell them: from the first admission to the discharge."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from features.chart.reconciling.evidence import NoteFacts

# Who is discharged was admitted within so long before.
_LONGEST = timedelta(days=90)
_ARRIVALS = frozenset({"emergency", "admission"})


def beginning_of_stay(notes: Sequence[NoteFacts], number: int) -> datetime | None:
    """When the stay began that the discharge note `notes[number]` ends; None where no note tells of it, or of the stay.

    Args:
        notes: In the order of time.
        number: Which of them is looked at.
    """
    discharge = notes[number]
    if discharge.type != "discharge":
        return None
    begun = None
    for note in reversed(notes[:number]):
        if note.type == "discharge" or discharge.taken_at - note.taken_at > _LONGEST:
            break
        if note.type in _ARRIVALS:
            begun = note.taken_at
    return begun
