"""Evaluates many patients, a step at a time, so that it can be killed at any instant and goes on where it was.

A step reads where the batch stands and its next patients, judges them while no transaction is open, and then writes
everything at once: recommendations, their events, the new position, and the event that asks for the next step. Whoever
finds the batch at another position than the step was meant for leaves it alone.
"""

import asyncio
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from features.evaluate import batch_persistence, persistence
from features.evaluate.decisions import Decision, Whose, decide
from features.evaluate.evaluation import generated
from features.evaluate.events import BatchStep
from features.evaluate.problems import BatchNotFound
from features.evaluate.schema import BatchQuery, EvaluationBatchRead, EvaluationBatchWrite
from features.rules import (
    ChosenEngine,
    Evaluation,
    Facts,
    Policy,
    Recommender,
    Rule,
    RuleEngine,
    charted,
    facts_of,
    rules_of,
)
from rounds import clock
from rounds.audit import record
from rounds.auth import Actor
from rounds.data import Database, Read, new_id
from rounds.events import Event, publish
from rounds.events.subscriber_context import SubscriberContext
from rounds.listings import Cursors, Found
from rounds.observability.logging import origin_of
from rounds.viewer import NOBODY, looking_as

FactRow = Mapping[str, Any]
"""A row of `features.rules.FACT_ROWS`."""

_log = structlog.get_logger("features.evaluate")

# An engine that waits for others is asked about a few patients at a time, and about no more in this step when so much
# has passed. Together with the longest answer it fits into a step (`features.evaluate.subscribers`).
AT_ONCE = 4
PATIENCE_SECONDS = 5.0
LONGEST_ANSWER_SECONDS = 45.0


async def start_batch(request: EvaluationBatchWrite, *, actor: Actor, db: AsyncSession) -> EvaluationBatchRead:
    """Ask for an evaluation of many patients; the consumer does it."""
    at = clock.now()
    row = {
        "id": new_id(),
        "patient_ids": request.patient_ids,
        "until": None,
        "total": len(request.patient_ids or ()),
        "requested_by": actor.id,
        "created_at": at,
        "updated_at": at,
    }
    with looking_as(NOBODY):
        made = await batch_persistence.add(row, db)
    await publish(BatchStep(batch_id=made["id"], position=UUID(int=0)), db)
    await record(
        "create",
        "evaluation_batch",
        db,
        resource_id=made["id"],
        patients=request.patient_ids or (),
        detail=None if request.patient_ids else "all patients",
    )
    return EvaluationBatchRead.model_validate(made)


async def read_batch(batch_id: UUID, *, reads: Read) -> EvaluationBatchRead:
    """A batch and how far it has come.

    Raises:
        BatchNotFound: when there is none.
    """
    row = await batch_persistence.find(batch_id, reads)
    if row is None:
        raise BatchNotFound
    return EvaluationBatchRead.model_validate(dict(row))


async def list_batches(query: BatchQuery, *, reads: Read, cursors: Cursors) -> Found[EvaluationBatchRead]:
    """One page of batches."""
    values = query.model_dump(include={"status"}, exclude_none=True)
    where = {name: batch_persistence.FILTERS[name] for name in values}
    found = await batch_persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(EvaluationBatchRead)


@dataclass(frozen=True, slots=True)
class _Judged:
    """One patient's part of a step; without a decision when the engine failed."""

    patient_id: UUID
    evaluation: Evaluation | None = None
    decision: Decision | None = None

    @property
    def matched(self) -> bool:
        return self.evaluation is not None and any(verdict.matched for verdict in self.evaluation.verdicts)


@dataclass(frozen=True, slots=True)
class _Step:
    """What a step has found out, to be written."""

    batch_id: UUID
    position: UUID  # where the batch stood
    through: UUID  # the last patient it is about
    patients: int  # how many it is about, those that do not exist included
    judged: Sequence[_Judged]
    last: bool


async def take_step(asked: BatchStep, context: SubscriberContext) -> None:
    """Evaluate the next patients of a batch.

    Whoever reads what came of it need not be who asked for it, so restricted records have no part in it.
    """
    with looking_as(NOBODY):
        await _take_step(asked, context)


async def _take_step(asked: BatchStep, context: SubscriberContext) -> None:
    database = context.database
    batch = await batch_persistence.find_step(asked.batch_id, database.reads)
    if batch is None or batch["status"] == "done" or batch["position"] != asked.position:
        return
    among: list[UUID] | None = batch["next"]
    if among is None:
        rows = await persistence.chunk_behind(asked.position, batch["until"], database.reads)
    else:
        rows = await persistence.chunk_among(among, database.reads)
    rules = rules_of(batch["rules"])
    chart = await charted(rows, rules, database.reads)
    judged = await judge(chart.rows, rules, context)
    met = [row["patient_id"] for row in rows] if among is None else among
    whole = len(judged) == len(rows)
    if not whole:
        met = [patient_id for patient_id in met if patient_id <= judged[-1].patient_id]
    step = _Step(
        batch_id=asked.batch_id,
        position=asked.position,
        through=met[-1] if met else asked.position,
        patients=len(met),
        judged=judged,
        last=whole and len(met) < persistence.CHUNK,
    )
    async with database.transaction() as db:
        await _write(step, db)
    if chart.made:
        async with database.transaction() as db:
            await chart.keep(lambda: db)


async def fail_batch(asked: BatchStep, *, database: Database) -> None:
    """Show that a step has been given up."""
    async with database.transaction() as db:
        await batch_persistence.fail(asked.batch_id, asked.position, clock.now(), db)


async def _write(step: _Step, db: AsyncSession) -> None:
    if not await batch_persistence.lock_at(step.batch_id, step.position, db):
        return
    at = clock.now()
    changing = [one.patient_id for one in step.judged if one.decision and (one.decision.new or one.decision.outdated)]
    gone = set(changing) - await persistence.hold_patients(changing, db) if changing else set()
    staying = [one for one in step.judged if one.patient_id not in gone]
    decisions = [one.decision for one in staying if one.decision is not None]
    outdated = [each for decision in decisions for each in decision.outdated]
    if outdated:
        await persistence.supersede(outdated, at, db)
    # By patient and then by rule, as in every evaluation, so that those who race never wait in a circle.
    new = [row for decision in decisions for _, row in sorted(decision.new.items())]
    made = await persistence.add(new, at, db) if new else set()
    events: list[Event] = [generated(row, at) for row in new if row["id"] in made]
    if not step.last:
        events.append(BatchStep(batch_id=step.batch_id, position=step.through))
    await publish(events, db)
    if changing:
        whose = [one.patient_id for one in staying if one.decision and (one.decision.new or one.decision.outdated)]
        await record("evaluate", "recommendation", db, patients=whose, detail=f"batch {step.batch_id}")
    evaluations = [one.evaluation for one in staying if one.evaluation is not None]
    counts = {
        "position": step.through,
        "done": step.patients,
        "matched": sum(one.matched for one in staying),
        "recommended": len(made),
        "not_found": step.patients - len(staying),
        "failed": len(staying) - len(evaluations),
        "degraded": sum(evaluation.degraded for evaluation in evaluations),
        "engine": evaluations[-1].engine if evaluations else None,
    }
    await batch_persistence.advance(step.batch_id, counts, at, last=step.last, db=db)


async def judge(rows: Sequence[FactRow], rules: Sequence[Rule], context: SubscriberContext) -> list[_Judged]:
    """Each patient's part; of an engine that is slow only as many as there is time for, and at least one."""
    at = clock.now()
    policy = Policy.of(context.settings)
    engine = context.long_lived[ChosenEngine].engine

    def facts(row: FactRow) -> Facts:
        return facts_of(row, policy=policy, today=at.date())

    judged: list[_Judged] = []
    started = time.monotonic()
    if isinstance(engine, RuleEngine):
        # Off the event loop: a chunk takes longer than others should wait.
        at_once = await asyncio.to_thread(_judge_at_once, engine, rows, facts, rules)
        for row, found in zip(rows, at_once, strict=True):
            if judged and time.monotonic() - started >= PATIENCE_SECONDS and engine.postponed(found):
                break
            judged.append(await _complete(engine, row, facts, found, at))
        return judged
    while len(judged) < len(rows) and (not judged or time.monotonic() - started < PATIENCE_SECONDS):
        wave = rows[len(judged) : len(judged) + AT_ONCE]
        judged += await asyncio.gather(*(_ask_about(row, facts, engine, rules, at) for row in wave))
    return judged


def _judge_at_once(
    engine: RuleEngine,
    rows: Sequence[FactRow],
    facts: Callable[[FactRow], Facts],
    rules: Sequence[Rule],
) -> list[Evaluation | Exception]:
    """What can be said at once about each of these patients, or why nothing can."""
    found: list[Evaluation | Exception] = []
    for row in rows:
        try:
            found.append(engine.evaluate(facts(row), rules))
        except Exception as error:  # noqa: BLE001 - one patient's facts must not hold up all others
            found.append(error)
    return found


async def _complete(
    engine: RuleEngine,
    row: FactRow,
    facts: Callable[[FactRow], Facts],
    found: Evaluation | Exception,
    at: datetime,
) -> _Judged:
    """A patient's part, once what takes long has been judged too."""
    if isinstance(found, Exception):
        return _failed(row, found)
    evaluation = await engine.completed(found, facts(row)) if engine.postponed(found) else found
    return _judge_one(row, evaluation, at)


async def _ask_about(
    row: FactRow,
    facts: Callable[[FactRow], Facts],
    engine: Recommender,
    rules: Sequence[Rule],
    at: datetime,
) -> _Judged:
    try:
        async with asyncio.timeout(LONGEST_ANSWER_SECONDS):
            evaluation = await engine.recommend(facts(row), rules)
    except Exception as error:  # noqa: BLE001 - an engine may be anybody's; its failure is this patient's alone
        return _failed(row, error)
    return _judge_one(row, evaluation, at)


def _judge_one(row: FactRow, evaluation: Evaluation, at: datetime) -> _Judged:
    patient_id: UUID = row["patient_id"]
    try:
        decision = decide(Whose(patient_id), evaluation, persistence.standing_of(row), at=at)
    except Exception as error:  # noqa: BLE001 - one patient's facts must not hold up all others
        return _failed(row, error)
    return _Judged(patient_id, evaluation, decision)


def _failed(row: FactRow, error: Exception) -> _Judged:
    where: dict[str, Any] = origin_of(error)
    _log.warning("evaluation.failed", patient_id=str(row["patient_id"]), **where)
    return _Judged(row["patient_id"])
