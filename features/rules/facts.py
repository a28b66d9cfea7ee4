"""The facts that rules are about, made from a patient's record.

* `age`: whole years on the day of evaluation; a birthday on 29 February falls on 1 March in common years.
* `bmi`: to one decimal, as the API shows it. What clinicians see is what is compared: 30.04 shows as 30.0 and is not
  above 30.
* `days_ago`: whole calendar days (UTC) since a procedure.
* `chronic_pain`: what the conditions of the record say (`features.rules.conditions`), or else an active problem of the
  chart; then the note and its words are known.
* `problems`, `medications`, `allergies`: as the chart has them (`features.chart`), each with its note and its words,
  which rules cannot ask about.

Texts that rules compare are in lower case.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import orjson

from clinical import concepts
from features.chart import NO_CHART_FACTS, as_on
from features.patients import body_mass_index
from features.rules.conditions import says_chronic_pain
from features.rules.engine import Facts
from rounds import clock
from rounds.settings import Settings


@dataclass(frozen=True)
class Policy:
    """What this hospital holds to be rehabilitation after recent surgery."""

    rehab_departments: tuple[str, ...]
    recent_surgery_days: int

    @classmethod
    def of(cls, settings: Settings) -> "Policy":
        """As the settings have it."""
        return _policy(tuple(settings.rehab_departments), settings.recent_surgery_days)

    def facts(self) -> dict[str, Any]:
        """The facts that are the same for everybody."""
        return {"rehab_departments": list(self.rehab_departments), "recent_surgery_days": self.recent_surgery_days}

    def qualifies(self, procedure: Mapping[str, Any]) -> bool:
        """Whether a procedure is recent surgery in one of the departments."""
        return bool(
            procedure["surgical"]
            and procedure["department"] in self.rehab_departments
            and procedure["days_ago"] <= self.recent_surgery_days
        )


@lru_cache(maxsize=8)
def _policy(departments: tuple[str, ...], recent_surgery_days: int) -> Policy:
    return Policy(tuple(dict.fromkeys(map(folded, departments))), recent_surgery_days)


def folded(text: str) -> str:
    """A text as rules compare it: in lower case, with single spaces."""
    return " ".join(text.lower().split())


def facts_of(row: Mapping[str, Any], *, policy: Policy, today: date) -> Facts:
    """The facts of a patient on `today`, from a row of `FACT_ROWS`.

    Height, weight and sex may be unknown; then the facts that rest on them are missing. Conditions and procedures are
    complete as they stand: an empty list says that there are none.
    """
    chart = as_on(_chart(row["chart"]), today)
    recorded = says_chronic_pain(row["conditions"])
    noted = None if recorded else _noted_chronic_pain(chart["problems"])
    values: dict[str, Any] = {
        "age": clock.age_on(today, row["date_of_birth"]),
        "conditions": [folded(condition) for condition in row["conditions"]],
        "chronic_pain": recorded or noted is not None,
        **chart,
        "procedures": _procedures(row["procedures"], today),
        "observations": _observations(row["observations"]),
        **policy.facts(),
    }
    bmi = body_mass_index(row["height_cm"], row["weight_kg"])
    if bmi is not None:
        values["bmi"] = bmi
    if row["sex"] != "unknown":
        values["sex"] = row["sex"]
    sources = {"chronic_pain": noted} if noted is not None else {}
    return Facts(values=values, missing=frozenset({"bmi", "sex"} - values.keys()), sources=sources)


def _chart(found: str | bytes | Mapping[str, Any] | None) -> Mapping[str, Any]:
    """What is kept of the chart; nothing for a patient without notes."""
    if found is None:
        return NO_CHART_FACTS
    loaded: Mapping[str, Any] = orjson.loads(found) if isinstance(found, str | bytes) else found
    return loaded


def _noted_chronic_pain(problems: Sequence[Mapping[str, Any]]) -> dict[str, Any] | None:
    """Where a note says that there is chronic pain now."""
    for line in problems:
        if line["status"] == "active" and (
            "chronic pain" in {line["concept"], *concepts.broader(line["concept"])} or says_chronic_pain([line["name"]])
        ):
            return {name: line[name] for name in ("note_id", "taken_at", "quote")}
    return None


def _observations(found: str | bytes | Mapping[str, float] | None) -> dict[str, float]:
    """The latest of each vital sign that the patient's notes report."""
    return {} if not found else orjson.loads(found) if isinstance(found, str | bytes) else dict(found)


def _procedures(found: str | bytes | Sequence[Mapping[str, Any]], today: date) -> list[dict[str, Any]]:
    if not found or found == "[]":
        return []
    records = orjson.loads(found) if isinstance(found, str | bytes) else found
    return [
        procedure(
            code=record["code"],
            department=record["department"],
            surgical=record["surgical"],
            performed_on=_day(record["performed_at"]),
            today=today,
        )
        for record in records
    ]


def _day(moment: str | datetime) -> date:
    at = datetime.fromisoformat(moment) if isinstance(moment, str) else moment
    return at.astimezone(UTC).date()


def procedure(*, code: str, department: str, surgical: bool, performed_on: date, today: date) -> dict[str, Any]:
    """One procedure as a fact.

    `performed_on` is no fact that rules can use: it is what stays the same when tomorrow `days_ago` is one more, so
    that what a recommendation rests on can be recognised.
    """
    return {
        "code": code,
        "department": folded(department),
        "surgical": surgical,
        "days_ago": max((today - performed_on).days, 0),
        "performed_on": performed_on.isoformat(),
    }
