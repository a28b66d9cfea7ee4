"""The latest of each measurement, and the ones before it."""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from features.chart.reconciling.evidence import MOST_HISTORY, Evidence, NoteFacts, evidence_of

_Told = tuple[str, bool, int, Evidence]
"""When it was measured, whether at its note, its number in the order of the notes, and what tells it."""
# What only a scan measures: notes that tell it soon after tell of that scan.
_OF_IMAGING = frozenset({"ejection_fraction"})
# What letters tell of other values is mostly of before.
_LETTERS = frozenset({"referral", "correspondence"})
_IN_LETTERS_WITHIN = timedelta(days=14)
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
        told = _without_retold(every, scanned=name in _OF_IMAGING)
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


def _without_retold(told: list[_Told], *, scanned: bool) -> list[_Told]:
    """The values without those that later notes only tell again: the day of a scan is that of the scan.

    A letter tells again what was measured before it.
    """
    kept: list[_Told] = []
    for one in told:
        fact = one[3].fact
        note = one[3].note
        if kept and not fact.get("at") and scanned and fact["value"] == kept[-1][3].fact["value"]:
            before = kept[-1][3].note
            if before.type == "imaging" and note.taken_at - before.taken_at <= _RETOLD_WITHIN:
                continue
        if not fact.get("at") and note.type in _LETTERS and any(_tells_again(fact, each, note) for each in kept[-3:]):
            continue
        kept.append(one)
    return kept


def _tells_again(fact: Mapping[str, Any], before: _Told, note: NoteFacts) -> bool:
    """Whether a letter tells a value that an earlier note has of late."""
    earlier = before[3].note
    late = timedelta(0) < note.taken_at - earlier.taken_at <= _IN_LETTERS_WITHIN
    return late and bool(fact["value"] == before[3].fact["value"])


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
