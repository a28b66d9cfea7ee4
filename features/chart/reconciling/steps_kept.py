"""The steps that were found so far: each once, whatever tells of it."""

from typing import Any
from uuid import UUID

from features.chart.reconciling.evidence import Evidence, citations


class Steps:
    """Steps by their words, and by the notes that they stand in."""

    def __init__(self) -> None:
        self._lines: dict[str, tuple[Evidence, dict[str, Any]]] = {}
        self._of_note: dict[UUID, list[str]] = {}

    def latest_first(self) -> list[tuple[Evidence, dict[str, Any]]]:
        """Where each stands last, and its line."""
        return sorted(self._lines.values(), key=lambda step: step[0].note.taken_at, reverse=True)

    def at(self, said: Evidence) -> str | None:
        """The step that stands at the same place of the same note."""
        return next((key for key in self._of_note.get(said.note.id, ()) if is_within(said, self._lines[key][0])), None)

    def add(self, said: Evidence, **told: Any) -> None:
        """A step: a new one, the same as an earlier note's, or more of what stands there already."""
        same = self.at(said)
        key = same or " ".join(told["text"].lower().split())
        if same and told["kind"] == "plan":
            _tell_more(self._lines[same][1], told)
            return
        before = self._lines.get(key)
        if before is not None and before[0].note.id != said.note.id:
            self._of_note[before[0].note.id].remove(key)
        if before is None or before[0].note.id != said.note.id:
            self._of_note.setdefault(said.note.id, []).append(key)
        self._lines[key] = said, {"by": None, **told, "citations": citations([said])}


def _tell_more(line: dict[str, Any], told: dict[str, Any]) -> None:
    """A procedure or drug of the same words tells it better, but for when, if, where and with whom."""
    line["due"] = line["due"] or told["due"]
    line["condition"] = told["condition"] or line["condition"]
    line["by"] = told.get("by") or line["by"]
    if line["kind"] == "procedure" and not told["condition"] and line["text"].lower() in told["text"].lower():
        line["text"] = told["text"]


def is_within(said: Evidence, other: Evidence) -> bool:
    """Whether both speak of the same place of a note."""
    return (
        said.note.id == other.note.id
        and said.fact["start"] < other.fact["end"]
        and other.fact["start"] < said.fact["end"]
    )
