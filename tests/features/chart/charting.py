"""Charts of texts, without a server."""

from datetime import datetime
from uuid import UUID

from clinical import understand
from features.chart import NoteFacts, reconcile

_STATUSES = {"current", "stopped", "completed", "on_hold", "planned", "unclear", "active", "possible", "resolved"}
_STATUSES |= {"ruled_out", "historical", "present", "denied", "refuted", "done", "declined"}


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
        for name in (
            "name",
            "text",
            "substance",
            "relative",
            "condition",
            "concept",
            "ingredient",
            "dose",
            "strength",
            "route",
        )
        if line.get(name)
    ]
    parts += [str(line[name]) for name in ("frequency", "detail", "reaction", "reason", "remark", "by", "on", "since",
                                                           "course", "due", "value", "about",
                                                           "decision", "limit", "form", "condition", "at")
              if line.get(name) is not None]  # fmt: skip
    parts += [" ".join(str(step[name]) for name in step if step[name]) for step in line.get("regimen") or ()]
    return " ".join(parts).lower()


def read(example):
    """The notes of an example, and what it claims of the chart."""
    notes, claims = [], []
    for line in example.strip().splitlines():
        if line.startswith("-> "):
            claims.append(line[3:])
        else:
            day, content = line.split("  ", 1)
            notes.append((f"{day}T10:00:00+00:00", content.replace("\\n", "\n")))
    return notes, claims


def holds(claim, chart):
    """Fail unless the chart has a line as claimed: "medications: edoxaban 30 mg, current", "not …", "once …"."""
    negated, once = claim.startswith("not "), claim.startswith("once ")
    kind, _, words = claim.removeprefix("not ").removeprefix("once ").partition(": ")
    wanted = words.replace(",", "").lower().split()
    status = [word for word in wanted if word in _STATUSES]
    wanted = [word for word in wanted if word not in _STATUSES]
    found = [
        line
        for line in chart[kind]
        if all(word in told(line) for word in wanted) and (not status or line.get("status") == status[0])
    ]
    if negated:
        assert not found, (claim, found)
    elif once:
        assert len(found) == 1, (claim, [told(line) for line in chart[kind]])
    else:
        assert found, (claim, [(told(line), line.get("status")) for line in chart[kind]])
