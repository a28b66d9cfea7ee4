"""The lines of the chart as the key facts of a summary."""

from collections.abc import Mapping, Sequence
from typing import Any

from features.summaries.extractive.telling import Chart, Row


def facts_of(chart: Chart) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    """The key facts: the lines of the chart, each with the place of the newest note that says so."""
    sure = {"active": "confirmed", "possible": "possible", "ruled_out": "ruled_out"}
    problems = [
        {**_head(row), "text": row["name"], "certainty": sure.get(row["status"], "historical"), "state": row["status"]}
        | {name: row[name] for name in ("concept", "detail", "side", "since")}
        for row in chart["problems"]
    ]
    family = [
        {**_head(row), "text": row["condition"], "certainty": "family", "state": "family"}
        | {"concept": row["concept"], "relative": row["relative"]}
        for row in chart["family_history"]
    ]
    medications = [
        {**_head(row), "status": _status(row), "state": row["status"]}
        | {
            name: row[name]
            for name in ("name", "ingredient", "dose", "route", "frequency", "regimen", "reason", "since")
        }
        for row in chart["medications"]
    ]
    taken = {row["ingredient"] for row in chart["medications"]}
    medications += [
        {**_head(row), "name": row["substance"], "ingredient": row["concept"], "status": "mentioned", "state": "avoid"}
        | dict.fromkeys(("dose", "route", "frequency", "regimen", "since"))
        | {"reason": row["reason"]}
        for row in chart["avoid"]
        if row["concept"] not in taken
    ]
    allergies = [
        {**_head(row), "substance": row["substance"], "concept": row["concept"], "reaction": row["reaction"]}
        | {"status": "present" if row["status"] == "present" else "denied", "state": row["status"]}
        for row in chart["allergies"]
    ]
    vitals = [
        {**_head(row), **{name: row[name] for name in ("name", "value", "unit", "at")}}
        for row in chart["measurements"]
        if row["kind"] == "vital"
    ]
    return {
        "diagnoses": [*problems, *family],
        "medications": medications,
        "allergies": allergies,
        "latest_vitals": vitals,
    }


def _status(row: Row) -> str:
    if row["status"] == "current":
        said = row["history"][0].get("status") if row["history"] else None
        return str(said) if said in {"started", "changed"} else "continued"
    return "mentioned" if row["status"] in {"planned", "unclear"} else "stopped"


def _head(row: Row) -> dict[str, Any]:
    first = row["citations"][0]
    return {"note_id": first["note_id"], "taken_at": first["taken_at"], "original": first["quote"]} | {
        name: first[name] for name in ("start", "end", "page", "box")
    }
