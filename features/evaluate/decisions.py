"""What an evaluation means for a patient's recommendations: which stand, which are new, which no longer apply.

Pure functions of the verdicts and of what stands, so that one patient and a hundred thousand are judged alike.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from hashlib import blake2b
from typing import Any
from uuid import UUID

import orjson

from features.rules import Evaluation, Rule, Verdict
from rounds.data import new_id

MANUAL = "manual"
_CERTAIN = "rules"  # the engine whose silence means that a rule does not apply


@dataclass(frozen=True, slots=True)
class Whose:
    """Who recommendations are for: a stored patient, or whom an account calls by a number of its own, or nobody known.

    Attributes:
        patient_id: The patient's id; None when there is none.
        external_id: What the account calls the patient, if it says so.
        stated_by: The account that states facts of somebody who is no stored patient.
    """

    patient_id: UUID | None = None
    external_id: str | int | None = None
    stated_by: UUID | None = None

    @property
    def announced(self) -> UUID | str | int | None:
        """What an event calls the patient."""
        return self.patient_id if self.patient_id is not None else self.external_id

    @property
    def known(self) -> bool:
        """Whether it can be told who it is the next time."""
        return self.announced is not None


@dataclass(slots=True)
class Decision:
    """What is to be done about one patient.

    Attributes:
        standing: By rule, what stands already and is answered as it is.
        new: By rule, what is to be made.
        outdated: What is active and must be superseded first.
    """

    standing: dict[UUID, Mapping[str, Any]] = field(default_factory=dict)
    new: dict[UUID, dict[str, Any]] = field(default_factory=dict)
    outdated: list[UUID] = field(default_factory=list)


def decide(
    whose: Whose,
    evaluation: Evaluation,
    standing: Iterable[Mapping[str, Any]],
    *,
    at: datetime,
    stated: bool = False,
) -> Decision:
    """What `evaluation` means, given what stands.

    * An active recommendation of the same rule is answered as it is, unless the rule has changed what it recommends.
    * What clinicians answered is not raised again while the same version of the rule fires on the same facts.
    * What is active although its rule does not apply any more is superseded: only by the record's own facts, only when
      every fact is known, and only by the rules' own engine when it is whole. A model's silence proves nothing. Of
      somebody without a record, what is stated is all there is, and the latest statement counts.

    Args:
        whose: Whose recommendations they are.
        evaluation: The verdicts.
        standing: The recommendations by rules that are not superseded.
        at: The moment of the evaluation.
        stated: Whether facts were stated, so that it says nothing about the record.
    """
    decision = Decision()
    found = Standing(standing)
    certain = evaluation.engine == _CERTAIN and not evaluation.degraded
    for verdict in one_for_each(evaluation.verdicts):
        rule = verdict.rule
        active = found.active.get(rule.id)
        if not verdict.matched:
            about_all = not stated or whose.patient_id is None
            proven = certain and about_all and not verdict.missing and verdict.error is None
            if active is not None and proven and _withdrawable(active, whose):
                decision.outdated.append(active["id"])
            continue
        if active is not None:
            if not certain or not _replaced(active, rule):
                decision.standing[rule.id] = active
                continue
            decision.outdated.append(active["id"])
        mark = fingerprint(verdict.facts, at)
        answered = found.answered.get((rule.id, rule.version, mark))
        if answered is not None:
            decision.standing[rule.id] = answered
        else:
            decision.new[rule.id] = _made(whose, verdict, evaluation.engine, mark, at=at, stated=stated)
    return decision


def one_for_each(verdicts: Iterable[Verdict]) -> Iterable[Verdict]:
    """One verdict for each rule, should an engine have given several."""
    first: dict[UUID, Verdict] = {}
    for verdict in verdicts:
        first.setdefault(verdict.rule.id, verdict)
    return first.values()


class Standing:
    """A patient's recommendations that are not superseded, by what evaluations ask about."""

    def __init__(self, rows: Iterable[Mapping[str, Any]]) -> None:
        self.active: dict[UUID, Mapping[str, Any]] = {}
        self.answered: dict[tuple[UUID, int, str], Mapping[str, Any]] = {}
        for row in rows:
            if row["status"] == "active":
                self.active[row["rule_id"]] = row
            elif row["fingerprint"] is not None:
                self.answered[row["rule_id"], row["rule_version"], row["fingerprint"]] = row

    def of(self, new: Mapping[str, Any]) -> Mapping[str, Any] | None:
        """What stands in the way of `new`."""
        answered = self.answered.get((new["rule_id"], new["rule_version"], new["fingerprint"]))
        return self.active.get(new["rule_id"]) or answered


def _replaced(active: Mapping[str, Any], rule: Rule) -> bool:
    """Whether the rule has since changed what it recommends; what a person wrote, a rule does not replace."""
    older = bool(active["rule_version"] < rule.version)
    return older and active["recommendation"] != rule.recommendation and active["engine"] != MANUAL


def _withdrawable(active: Mapping[str, Any], whose: Whose) -> bool:
    """Whether the facts say anything about it: not if a person wrote it, or stated what it rests on beside a record."""
    return active["engine"] != MANUAL and (whose.patient_id is None or not active["trace"].get("stated"))


def _made(whose: Whose, verdict: Verdict, engine: str, mark: str, *, at: datetime, stated: bool) -> dict[str, Any]:
    rule = verdict.rule
    trace = {
        "expression": rule.expression,
        "facts": dict(verdict.facts),
        "sources": dict(verdict.sources),
        "engine": engine,
        "evaluated_at": at,
        "stated": stated,
    }
    return {
        "id": new_id(),
        "patient_id": whose.patient_id,
        "external_id": whose.external_id,
        "stated_by": whose.stated_by,
        "rule_id": rule.id,
        "rule": rule.code,
        "rule_version": rule.version,
        "recommendation": rule.recommendation,
        "status": "active",
        "engine": engine,
        "trace": trace,
        "fingerprint": mark,
        "reason": None,
        "answered_at": None,
        "answered_by": None,
        "version": 1,
    }


_FROM_NOTES = frozenset({"problems", "medications", "allergies"})
_PLACE = frozenset({"note_id", "taken_at", "quote"})


def fingerprint(facts: Mapping[str, Any], at: datetime) -> str:
    """A digest of the facts a rule fired on: the same as long as nothing but the date has changed.

    Procedures are told by their day, since the number of days that have passed is another one every morning.
    """
    told = dict(facts)
    if isinstance(procedures := told.get("procedures"), list):
        told["procedures"] = sorted((_dated(each, at) for each in procedures), key=_canonical)
    for name in _FROM_NOTES & told.keys():
        told[name] = sorted((_without_place(each) for each in told[name]), key=_canonical)
    return blake2b(_canonical(told), digest_size=16).hexdigest()


def without_words(trace: Mapping[str, Any], note_id: str) -> dict[str, Any]:
    """A trace without the words of a note: `quote` is null where it rests on that note."""
    sources = {name: _unquoted(source, note_id) for name, source in (trace.get("sources") or {}).items()}
    facts = {
        name: [_unquoted(line, note_id) for line in told] if name in _FROM_NOTES and isinstance(told, list) else told
        for name, told in (trace.get("facts") or {}).items()
    }
    return {**trace, "sources": sources, "facts": facts}


def _unquoted(line: Any, note_id: str) -> Any:
    is_of = isinstance(line, Mapping) and line.get("note_id") == note_id
    return {**line, "quote": None} if is_of else line


def _without_place(line: Mapping[str, Any]) -> dict[str, Any]:
    """Without the note that says so: another one that says the same changes nothing."""
    return {name: value for name, value in line.items() if name not in _PLACE}


def _dated(procedure: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    dated = dict(procedure)
    days = dated.pop("days_ago", None)
    if isinstance(days, int):
        dated.setdefault("performed_on", str(at.date() - timedelta(days=days)))
    return dated


def _canonical(value: Any) -> bytes:
    return orjson.dumps(value, option=orjson.OPT_SORT_KEYS)
