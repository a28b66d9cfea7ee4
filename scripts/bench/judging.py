"""The reference's evaluation: the three shipped rules in plain Python, and what they lead to.

It knows nothing of expressions, other engines, stated facts, answers of clinicians or rules that change.
"""

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
import uuid_utils.compat

from features.evaluate.decisions import fingerprint
from features.evaluate.persistence import ADDED, SHOWN
from rounds.events import subscribers

DEPARTMENTS = ["orthopaedics"]
RECENT_DAYS = 90
RECOMMENDED = "rounds.recommendation.generated"
CREATED = "rounds.patient.created"
_NOT_ANSWERED = {
    "external_id": None,
    "stated_by": None,
    "reason": None,
    "answered_at": None,
    "answered_by": None,
    "version": 1,
}


@cache
def _rules(text: str) -> list[dict[str, Any]]:
    return [{**rule, "id": UUID(rule["id"])} for rule in orjson.loads(text)]


def evaluated(patient_id: UUID, row: Any, at: datetime) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """The answer, and those of its recommendations that are new."""
    facts = _facts(row, at.date())
    standing = {item["rule_id"]: item for item in map(orjson.loads, row["standing"]) if item["status"] == "active"}
    found, new, trace = [], [], []
    for rule in _rules(row["rules"]):
        matched, missing, shown = _judged(rule["code"], facts)
        trace.append(
            {"rule": rule["code"], "version": rule["version"], "matched": matched, "missing": missing, "error": None}
        )
        if not matched:
            continue
        known = standing.get(str(rule["id"]))
        if known is None:
            made = _made(patient_id, rule, shown, at)
            new.append(made)
            found.append({name: made[name] for name in SHOWN})
        else:
            found.append(_stored(known))
    count = len(found)
    message = f"{count} recommendations" if count > 1 else "1 recommendation" if count else "Nothing to recommend"
    engine = {"name": "rules", "degraded": False, "reason": None}
    return (
        {
            "patient_id": patient_id,
            "external_id": None,
            "recommendations": found,
            "message": message,
            "trace": trace,
            "engine": engine,
        },
        new,
    )


def _facts(row: Any, today: date) -> dict[str, Any]:
    born, height, weight = row["date_of_birth"], row["height_cm"], row["weight_kg"]
    procedures = []
    if row["procedures"] != "[]":
        for record in orjson.loads(row["procedures"]):
            day = datetime.fromisoformat(record["performed_at"]).date()
            procedures.append(
                {
                    "code": record["code"],
                    "department": record["department"].lower(),
                    "surgical": record["surgical"],
                    "days_ago": max((today - day).days, 0),
                    "performed_on": day.isoformat(),
                }
            )
    return {
        "age": today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
        "chronic_pain": "chronic pain" in row["conditions"],
        "bmi": round(weight / (height / 100) ** 2, 1) if height and weight else None,
        "procedures": procedures,
    }


def _judged(code: str, facts: Mapping[str, Any]) -> tuple[bool, list[str], dict[str, Any]]:
    """Whether the rule fires, what it misses, and the facts it is about."""
    if code == "physical_therapy":
        age, pain = facts["age"], facts["chronic_pain"]
        return age > 65 and pain, [], {"age": age, "chronic_pain": pain}
    if code == "weight_management":
        bmi = facts["bmi"]
        return (False, ["bmi"], {}) if bmi is None else (bmi > 30, [], {"bmi": bmi})
    procedures = facts["procedures"]
    recent = any(
        each["surgical"] and each["department"] in DEPARTMENTS and each["days_ago"] <= RECENT_DAYS
        for each in procedures
    )
    return recent, [], {"procedures": procedures, "recent_surgery_days": RECENT_DAYS, "rehab_departments": DEPARTMENTS}


def _made(patient_id: UUID, rule: Mapping[str, Any], facts: dict[str, Any], at: datetime) -> dict[str, Any]:
    trace = {
        "expression": rule["expression"],
        "facts": facts,
        "engine": "rules",
        "evaluated_at": at,
        "stated": False,
    }
    return {
        "id": uuid_utils.compat.uuid7(),
        "patient_id": patient_id,
        "rule_id": rule["id"],
        "rule": rule["code"],
        "rule_version": rule["version"],
        "recommendation": rule["recommendation"],
        "status": "active",
        "engine": "rules",
        "trace": trace,
        "fingerprint": fingerprint(facts, at),
        "created_at": at,
        "updated_at": at,
        **_NOT_ANSWERED,
    }


def _stored(row: dict[str, Any]) -> dict[str, Any]:
    """What stands, as it is shown; its moments come as text."""
    # Rounds stores where facts are from also where that is nowhere, and does not show it then.
    trace = {name: value for name, value in row["trace"].items() if name != "sources" or value}
    return {
        **{name: row[name] for name in SHOWN},
        "trace": {**trace, "evaluated_at": datetime.fromisoformat(trace["evaluated_at"])},
        "created_at": datetime.fromisoformat(row["created_at"]),
        "updated_at": datetime.fromisoformat(row["updated_at"]),
    }


def stored(rows: Sequence[Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    """The arguments of the statement that stores recommendations."""
    values: dict[str, Any] = {name: [row[name] for row in rows] for name in ADDED}
    values["trace"] = [orjson.dumps(trace).decode() for trace in values["trace"]]
    return {**values, "at": at}


def published(kind: str, told: Sequence[Mapping[str, Any]], at: datetime) -> dict[str, Any]:
    """The arguments of the statement that publishes events of one type, with what each tells."""
    ids = [uuid_utils.compat.uuid7() for _ in told]
    due = [(each, name) for each in ids for name, one in subscribers().items() if kind in one.types]
    return {
        "ids": ids,
        "types": [kind] * len(ids),
        "subjects": [each["patient_id"] for each in told],
        "data": [orjson.dumps(each, option=orjson.OPT_UTC_Z).decode() for each in told],
        "public": [True] * len(ids),
        "moments": [at] * len(ids),
        "event_ids": [each for each, _ in due],
        "subscribers": [name for _, name in due],
    }


def generated(row: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """What the event of a recommendation tells."""
    return {
        "patient_id": row["patient_id"],
        "recommendation_id": row["id"],
        "recommendation": row["recommendation"],
        "timestamp": at,
    }
