"""The latest of each measurement, and the ones before it."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from features.chart.reconciling.evidence import MOST_HISTORY, Evidence, NoteFacts, evidence_of


def measurements_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """The latest value of each vital sign and laboratory value, with those before it in `history`."""
    values: dict[tuple[str, str], list[tuple[str, bool, int, Evidence]]] = {}
    for number, (kind, each) in enumerate(
        (kind, each) for kind, facts in (("vital", "vitals"), ("lab", "labs")) for each in evidence_of(notes, facts)
    ):
        values.setdefault((kind, each.fact["name"]), []).append(
            (_moment(each), not each.fact.get("earlier"), number, each)
        )
    lines = []
    for (kind, name), told in values.items():
        told.sort(key=lambda one: one[:3])
        at, _, _, latest = told[-1]
        if latest.fact.get("earlier"):
            at = latest.fact.get("at") or at
        lines.append(
            {
                "kind": kind,
                "name": name,
                "value": latest.fact["value"],
                "unit": latest.fact.get("unit"),
                "flag": latest.fact.get("flag"),
                "at": at,
                "citations": [latest.citation()],
                "history": [
                    {
                        "value": each.fact["value"],
                        "unit": each.fact.get("unit"),
                        "at": (each.fact.get("earlier") and each.fact.get("at")) or when,
                        **each.citation(),
                    }
                    for when, _, _, each in reversed(told[:-1][-MOST_HISTORY:])
                ],
            }
        )
    return sorted(lines, key=lambda line: (line["kind"] != "vital", line["name"]))


def _moment(said: Evidence) -> str:
    """When it was measured, as an ISO moment or day: as the note says, but never after it; else when it was taken."""
    noted = said.note.taken_at
    told = said.fact.get("at")
    if isinstance(told, str):
        try:
            moment = datetime.fromisoformat(told)
        except ValueError:
            return noted.isoformat()
        if moment.replace(tzinfo=noted.tzinfo) < noted and moment.date() != noted.date():
            return moment.date().isoformat() if len(told) <= len("2026-01-01") else told
    return noted.isoformat()
