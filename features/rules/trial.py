"""What would a rule do? Counts the patients it would match, changing nothing."""

import asyncio
from collections import Counter
from collections.abc import Sequence
from datetime import date
from uuid import UUID

from sqlalchemy import Uuid, bindparam, literal_column

from features.rules.engine import Rule, RuleEngine, Verdict
from features.rules.facts import Policy, facts_of
from features.rules.persistence import FACT_ROWS
from features.rules.schema import TrialResult
from rounds import clock
from rounds.data import Query, Read, Row

PAGE = 1000
SAMPLE = 10


def page_of(size: int) -> Query:
    """The statement for the next `size` patients in the order of their ids."""
    patient_id = FACT_ROWS.selected_columns.patient_id
    statement = FACT_ROWS.where(patient_id > bindparam("after", type_=Uuid)).order_by(patient_id)
    return Query(statement.limit(literal_column(str(size))))


_PAGE = page_of(PAGE)
_BEFORE_ALL = UUID(int=0)

# A trial keeps a core busy; a second one waits for the first, so that the others always have one.
_one_at_a_time = asyncio.Semaphore(1)


async def try_rule(rule: Rule, *, limit: int, policy: Policy, reads: Read) -> TrialResult:
    """Judge up to `limit` patients by `rule`.

    Patients are read in pages, in the order of their ids, so memory stays flat; who is admitted or changed meanwhile
    may or may not be counted.
    """
    today = clock.today()
    evaluated, matched, after, complete = 0, 0, _BEFORE_ALL, False
    missing: Counter[str] = Counter()
    errors: Counter[str] = Counter()
    sample: list[UUID] = []
    async with _one_at_a_time:
        while not complete and evaluated < limit:
            page = await reads.all(_PAGE, after=after)
            rows = page[: limit - evaluated]
            complete = len(page) < PAGE and len(rows) == len(page)
            if not rows:
                break
            verdicts = await asyncio.to_thread(_judge, rule, rows, policy, today)
            for row, verdict in zip(rows, verdicts, strict=True):
                missing.update(verdict.missing)
                errors.update([verdict.error] if verdict.error else [])
                matched += verdict.matched
                if verdict.matched and len(sample) < SAMPLE:
                    sample.append(row["patient_id"])
            evaluated += len(rows)
            after = rows[-1]["patient_id"]
    return TrialResult(
        evaluated=evaluated,
        matched=matched,
        missing=dict(sorted(missing.items())),
        errors=dict(sorted(errors.items())),
        sample=sample,
        complete=complete,
    )


def _judge(rule: Rule, rows: Sequence[Row], policy: Policy, today: date) -> list[Verdict]:
    engine = RuleEngine()
    return [engine.evaluate(facts_of(row, policy=policy, today=today), [rule]).verdicts[0] for row in rows]
