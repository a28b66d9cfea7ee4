"""What of a chart rules for recommendations see: problems, medications and allergies, with the words that say so.

It does not depend on the day: what ends by itself has the day on which it does, and `as_on` heeds it. So it is made
once for each change of the notes.
"""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from features.chart.reconciling import NoteFacts, passes_on, reconcile

# Nobody has more; what a list goes on with is not seen by rules.
MOST = 300
_SHOWN = {
    "problems": ("name", "concept", "status"),
    "medications": ("name", "ingredient", "status"),
    "allergies": ("substance", "concept", "status"),
}
_ENDED = {"problems": "historical", "medications": "completed"}


def condense(notes: Sequence[NoteFacts]) -> dict[str, list[dict[str, Any]]]:
    """The lines as they stand on the day of the newest note, those that are active or current first."""
    made = reconcile(notes, max(note.taken_at for note in notes))
    return {kind: [_line(kind, row) for row in made[kind][:MOST]] for kind in _SHOWN}


def _line(kind: str, row: Mapping[str, Any]) -> dict[str, Any]:
    first = row["citations"][0]
    until = row["until"] if kind == "medications" else passes_on(row) if kind == "problems" else None
    return {
        **{name: str(row[name] or "").lower() for name in _SHOWN[kind]},
        "until": until if row["status"] in {"active", "possible", "current"} else None,
        "note_id": str(first["note_id"]),
        "taken_at": first["taken_at"].isoformat(),
        "quote": first["quote"],
    }


def as_on(facts: Mapping[str, Sequence[Mapping[str, Any]]], today: date) -> dict[str, list[dict[str, Any]]]:
    """The lines as they stand on a day."""
    day = today.isoformat()
    return {
        kind: [
            {
                **{name: value for name, value in line.items() if name != "until"},
                "status": _ENDED[kind] if line["until"] and line["until"] < day else line["status"],
            }
            for line in lines
        ]
        for kind, lines in facts.items()
    }
