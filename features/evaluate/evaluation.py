"""Evaluates one patient, or stated facts of somebody who is not stored.

The read side gives the facts, the rules and what stands in one round trip; the engine runs while no transaction is
open, since it may ask a model; only when something has changed is there a short transaction.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.evaluate import persistence
from features.evaluate.decisions import Decision, Standing, Whose, decide, one_for_each
from features.evaluate.events import RecommendationGenerated
from features.evaluate.schema import (
    EvaluatedRecommendation,
    EvaluateRequest,
    EvaluationRead,
    FactSource,
    RecommendationEngine,
    RuleTrace,
)
from features.patients import PatientNotFound, require_patient
from features.rules import Evaluation, Policy, Recommender, active_rules, charted, facts_of, rules_of, stated
from rounds import clock
from rounds.audit import note_shown, record
from rounds.auth import Actor
from rounds.data import Begin, Read
from rounds.events import publish
from rounds.i18n import N_, translate
from rounds.problems import Unavailable
from rounds.settings import Settings

NOTHING = N_("Nothing to recommend")
ONE = N_("1 recommendation")
SEVERAL = N_("{count} recommendations")

# How often a recommendation that others make and withdraw at the same moment is tried.
_TRIES = 5
_UNSTORED = dict.fromkeys(("id", "version", "created_at", "updated_at"))


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an evaluation found, to be answered."""

    whose: Whose
    evaluation: Evaluation
    recommendations: Sequence[Mapping[str, Any]]

    def shown(self, language: str) -> EvaluationRead:
        """The answer, with its message in `language`."""
        count = len(self.recommendations)
        return EvaluationRead(
            patient_id=self.whose.patient_id,
            external_id=self.whose.external_id,
            recommendations=[EvaluatedRecommendation.model_validate(row) for row in self.recommendations],
            message=translate(SEVERAL, language, count=count)
            if count > 1
            else translate(ONE if count else NOTHING, language),
            trace=traced(self.evaluation),
            engine=RecommendationEngine(
                name=self.evaluation.engine, degraded=self.evaluation.degraded, reason=self.evaluation.reason
            ),
        )


def traced(evaluation: Evaluation) -> list[RuleTrace]:
    """What became of each rule."""
    return [
        RuleTrace(
            rule=verdict.rule.code,
            version=verdict.rule.version,
            matched=verdict.matched,
            missing=list(verdict.missing),
            error=verdict.error,
            sources={name: FactSource.model_validate(source) for name, source in verdict.sources.items()},
        )
        for verdict in one_for_each(evaluation.verdicts)
    ]


async def evaluate_patient(
    patient_id: UUID,
    stating: EvaluateRequest | None = None,
    *,
    dry_run: bool = False,
    settings: Settings,
    engine: Recommender,
    reads: Read,
    begin: Begin,
) -> Outcome:
    """Evaluate a patient's record, with what is stated in place of what is recorded.

    Raises:
        PatientNotFound: when there is no such patient.
        InvalidFields: when what is stated contradicts itself.
    """
    row = await persistence.to_evaluate(patient_id, reads)
    if row is None:
        raise PatientNotFound
    at = clock.now()
    policy = Policy.of(settings)
    rules = rules_of(row["rules"])
    chart = await charted([row], rules, reads)
    facts = facts_of(chart.rows[0], policy=policy, today=at.date())
    if stating is not None:
        facts = stated(stating, known=facts, policy=policy, today=at.date())
    whose = Whose(patient_id)
    evaluation = await engine.recommend(facts, rules)
    decision = decide(whose, evaluation, persistence.standing_of(row), at=at, stated=stating is not None)
    outcome = await _outcome(whose, evaluation, decision, dry_run=dry_run, begin=begin)
    if not dry_run:
        await chart.keep(begin)
    return outcome


async def evaluate_facts(
    stating: EvaluateRequest,
    *,
    actor: Actor,
    settings: Settings,
    engine: Recommender,
    reads: Read,
    begin: Begin,
) -> Outcome:
    """Evaluate facts of somebody who is no stored patient.

    Whom the actor calls by an `external_id` is the same one the next time. Without it nobody can tell, so what is found
    is new each time.

    Raises:
        InvalidFields: when what is stated contradicts itself.
    """
    at = clock.now()
    whose = Whose(external_id=stating.external_id, stated_by=actor.id)
    facts = stated(stating, known=None, policy=Policy.of(settings), today=at.date())
    evaluation = await engine.recommend(facts, await active_rules(reads))
    standing = await persistence.standing_of_external(whose, reads) if whose.known else []
    decision = decide(whose, evaluation, standing, at=at, stated=True)
    return await _outcome(whose, evaluation, decision, dry_run=stating.dry_run, begin=begin)


async def _outcome(whose: Whose, evaluation: Evaluation, decision: Decision, *, dry_run: bool, begin: Begin) -> Outcome:
    """What was decided, done unless it is only asked what would be."""
    found = dict(decision.standing)
    note_shown([whose.patient_id])  # what is on the record decides what is answered, also where nothing changes
    if dry_run:
        found |= {rule_id: {**row, **_UNSTORED} for rule_id, row in decision.new.items()}
    elif decision.new or decision.outdated:
        found |= await _store(whose, decision, begin())
    return Outcome(whose, evaluation, _in_order(evaluation, found))


async def _store(whose: Whose, decision: Decision, db: AsyncSession) -> dict[UUID, Mapping[str, Any]]:
    """Write what was decided, and answer what stands then: by this evaluation, or by one that was faster."""
    at = clock.now()
    if whose.patient_id is not None:
        await require_patient(whose.patient_id, db=db)
    if decision.outdated:
        await persistence.supersede(decision.outdated, at, db)
        await record(
            "supersede",
            "recommendation",
            db,
            resource_id=_one_of(decision.outdated),
            patient_id=whose.patient_id,
            detail=f"{len(decision.outdated)} superseded",
        )
    found: dict[UUID, Mapping[str, Any]] = {}
    # In one order everywhere, so that those who race wait for each other and never in a circle.
    wanted = sorted(decision.new.values(), key=lambda row: row["rule_id"])
    for _ in range(_TRIES):
        if not wanted:
            return found
        made = await persistence.add(wanted, at, db)
        fresh = [{**row, "created_at": at, "updated_at": at} for row in wanted if row["id"] in made]
        await publish([generated(row, at) for row in fresh], db)
        for row in fresh:
            await record(
                "create",
                "recommendation",
                db,
                resource_id=row["id"],
                patient_id=whose.patient_id,
                changes={"recommendation": (None, row["recommendation"]), "rule": (None, row["rule"])},
            )
        found |= {row["rule_id"]: row for row in fresh}
        wanted = [row for row in wanted if row["id"] not in made]
        if wanted:
            standing = Standing(await persistence.standing_again(whose, [row["rule_id"] for row in wanted], db))
            found |= {row["rule_id"]: other for row in wanted if (other := standing.of(row)) is not None}
            wanted = [row for row in wanted if row["rule_id"] not in found]
    if wanted:
        raise Unavailable
    return found


def _one_of(ids: Sequence[UUID]) -> UUID | None:
    return ids[0] if len(ids) == 1 else None


def generated(row: Mapping[str, Any], at: datetime) -> RecommendationGenerated:
    """The event of a recommendation made at that moment."""
    return RecommendationGenerated(
        patient_id=row["patient_id"] if row["patient_id"] is not None else row["external_id"],
        recommendation_id=row["id"],
        recommendation=row["recommendation"],
        timestamp=at,
    )


def _in_order(evaluation: Evaluation, found: Mapping[UUID, Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    """What was found, in the order of the rules."""
    return [
        found[verdict.rule.id]
        for verdict in one_for_each(evaluation.verdicts)
        if verdict.matched and verdict.rule.id in found
    ]
