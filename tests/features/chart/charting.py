"""Charts of texts, without a server."""

from datetime import datetime
from uuid import UUID

from clinical import understand
from features.chart import NoteFacts, reconcile


def chart_of(notes, *, as_of, ids=None):
    """The chart of notes that are given as (moment in ISO form, text)."""
    made = []
    for number, (taken_at, content) in enumerate(notes):
        found = understand(content)
        note_id = ids[number] if ids else UUID(int=number + 1)
        made.append(
            NoteFacts(
                note_id,
                datetime.fromisoformat(taken_at),
                found.type,
                found.stored(),
            )
        )
    return reconcile(made, as_of)


def told(line):
    """All that a line of the chart says, in one text."""
    parts = [
        str(line[name])
        for name in ("name", "text", "substance", "relative", "condition", "concept", "ingredient", "dose", "route")
        if line.get(name)
    ]
    parts += [str(line[name]) for name in ("frequency", "detail", "reaction", "reason", "on", "due", "value", "about")
              if line.get(name) is not None]  # fmt: skip
    parts += [" ".join(str(step[name]) for name in step if step[name]) for step in line.get("regimen") or ()]
    return " ".join(parts).lower()
