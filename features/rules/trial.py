"""What would a rule do? Counts the patients it would match, changing nothing."""

import asyncio
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal_column

from features.rules.charts import charted
from features.rules.engine import TOO_LONG, Evaluation, Facts, Rule, RuleEngine, Verdict
from features.rules.facts import Policy, facts_of
from features.rules.persistence import FACT_ROWS
from features.rules.schema import RuleTrialResult
from rounds import clock
from rounds.data import Query, Read
from rounds.processes import ChildProcesses

PAGE = 1000
SAMPLE = 10
# What a trial may spend on patients on whom its expression takes long; then it ends, as at its limit.
PATIENCE_SECONDS = 20.0


def page_of(size: int) -> Query:
    """The statement for the next `size` patients in the order of their ids."""
    patient_id = FACT_ROWS.selected_columns.patient_id
    statement = FACT_ROWS.where(patient_id > bindparam("after", type_=Uuid)).order_by(patient_id)
    return Query(statement.limit(literal_column(str(size))))


_PAGE = page_of(PAGE)
_BEFORE_ALL = UUID(int=0)


class TrialTurn(asyncio.Lock):
    """Whose turn it is. A trial keeps a core busy, so a second one waits for it, and the others always have a core."""


async def try_rule(
    rule: Rule, *, limit: int, policy: Policy, reads: Read, child_processes: ChildProcesses, turn: TrialTurn
) -> RuleTrialResult:
    """Judge up to `limit` patients by `rule`, when it is its turn.

    Patients are read in pages, in the order of their ids, so memory stays flat; who is admitted or changed meanwhile
    may or may not be counted.
    """
    today = clock.today()
    evaluated, matched, after, complete = 0, 0, _BEFORE_ALL, False
    missing: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    sample: list[UUID] = []
    async with turn:
        trial = _Trial(rule, policy, today, RuleEngine(child_processes))
        while not complete and evaluated < limit:
            page = await reads.all(_PAGE, after=after)
            rows = page[: limit - evaluated]
            complete = len(page) < PAGE and len(rows) == len(page)
            if not rows:
                break
            verdicts = await trial.verdicts((await charted(rows, [rule], reads)).rows)
            for row, verdict in zip(rows, verdicts, strict=False):
                missing.update(verdict.missing)
                errors.update([verdict.error] if verdict.error else [])
                matched += verdict.matched
                if verdict.matched and len(sample) < SAMPLE:
                    sample.append(row["patient_id"])
            evaluated += len(verdicts)
            if len(verdicts) < len(rows):
                complete = False
                break
            after = rows[-1]["patient_id"]
    return RuleTrialResult(
        evaluated=evaluated,
        matched=matched,
        missing=dict(sorted(missing.items())),
        errors=dict(sorted(errors.items())),
        sample=sample,
        complete=complete,
    )


class _Trial:
    """A rule, and how much patience is left with it."""

    def __init__(self, rule: Rule, policy: Policy, today: date, engine: RuleEngine) -> None:
        self._rule = rule
        self._policy = policy
        self._today = today
        self._engine = engine
        self._patience = PATIENCE_SECONDS

    async def verdicts(self, rows: Sequence[Mapping[str, Any]]) -> list[Verdict]:
        """The verdict on each of these patients, in order; on fewer of them when patience has run out."""
        judged = await asyncio.to_thread(self._judge, rows)
        verdicts: list[Verdict] = []
        for facts, verdict in judged:
            if verdict.error == TOO_LONG:
                if self._patience <= 0:
                    break
                began = time.monotonic()
                completed = await self._engine.completed(Evaluation([verdict], self._engine.name), facts)
                self._patience -= time.monotonic() - began
                verdicts += completed.verdicts
            else:
                verdicts.append(verdict)
        return verdicts

    def _judge(self, rows: Sequence[Mapping[str, Any]]) -> list[tuple[Facts, Verdict]]:
        """What can be said at once, off the event loop: a page takes longer than others should wait."""
        found = [facts_of(row, policy=self._policy, today=self._today) for row in rows]
        return [(facts, self._engine.evaluate(facts, [self._rule]).verdicts[0]) for facts in found]
