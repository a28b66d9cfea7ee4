"""The latest of each measurement, and the ones before it."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from features.chart.reconciling.evidence import MOST_HISTORY, Evidence, NoteFacts, evidence_of

_Told = tuple[str, bool, int, Evidence]
"""When it was measured, whether at its note, its number in the order of the notes, and what tells it."""
# What only a scan measures: notes that tell it soon after tell of that scan.
_OF_IMAGING = frozenset({"ejection_fraction"})
_RETOLD_WITHIN = timedelta(days=60)


def measurements_of(notes: Sequence[NoteFacts]) -> list[dict[str, Any]]:
    """The latest value of each vital sign and laboratory value, with those before it in `history`."""
    values: dict[tuple[str, str], list[_Told]] = {}
    for number, (kind, each) in enumerate(
        (kind, each) for kind, facts in (("vital", "vitals"), ("lab", "labs")) for each in evidence_of(notes, facts)
    ):
        values.setdefault((kind, each.fact["name"]), []).append(
            (_moment(each), not each.fact.get("earlier"), number, each)
        )
    lines = []
    for (kind, name), every in values.items():
        every.sort(key=lambda one: one[:3])
        told = _without_retold(every) if name in _OF_IMAGING else every
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


def _without_retold(told: list[_Told]) -> list[_Told]:
    """The values of a scan without those that later notes only tell again: its day is that of the scan."""
    kept: list[_Told] = []
    for one in told:
        fact = one[3].fact
        if kept and not fact.get("at") and fact["value"] == kept[-1][3].fact["value"]:
            before = kept[-1][3].note
            if before.type == "imaging" and one[3].note.taken_at - before.taken_at <= _RETOLD_WITHIN:
                continue
        kept.append(one)
    return kept


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
