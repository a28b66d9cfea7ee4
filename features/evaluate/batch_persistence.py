"""The SQL of batches."""

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

from sqlalchemy import ARRAY, Uuid, bindparam, func, insert, literal_column, select, text, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.evaluate import persistence
from features.evaluate.schema import EvaluationBatchSort
from features.evaluate.tables import EvaluationBatch
from features.patients import PATIENTS
from features.rules import ACTIVE_RULES
from rounds.data import Query, Read, Row, metadata
from rounds.listings import Listing

SHOWN = (
    "id",
    "status",
    "total",
    "done",
    "matched",
    "recommended",
    "not_found",
    "failed",
    "degraded",
    "engine",
    "requested_by",
    "created_at",
    "started_at",
    "finished_at",
    "updated_at",
    "version",
)
_TABLE = metadata.tables["evaluation_batch"]
_ROWS = select(*(_TABLE.c[name] for name in SHOWN))
_BY_ID = Query(_ROWS.where(col(EvaluationBatch.id) == bindparam("id")))

LISTING = Listing(
    "evaluation_batches",
    _ROWS,
    sorts={EvaluationBatchSort.CREATED_AT: col(EvaluationBatch.created_at)},
    default="-created_at",
    key=col(EvaluationBatch.id),
)
FILTERS = {"status": col(EvaluationBatch.status) == bindparam("status")}


@cache
def _step(count: int) -> Query:
    # The next of the ids that were asked for; null when every patient was.
    following = literal_column(
        f"""CASE WHEN evaluation_batch.patient_ids IS NOT NULL THEN ARRAY(
            SELECT next FROM unnest(evaluation_batch.patient_ids) AS next
            WHERE next > evaluation_batch.position ORDER BY next LIMIT {int(count)}
        ) END""",  # noqa: S608 - the only thing spliced in is a number
        type_=ARRAY(Uuid),
    )
    columns = (_TABLE.c["status"], _TABLE.c["position"], _TABLE.c["until"])
    return Query(
        select(*columns, following.label("next"), ACTIVE_RULES.label("rules")).where(
            col(EvaluationBatch.id) == bindparam("id")
        )
    )


async def find(batch_id: UUID, db: Read) -> Row | None:
    """The batch's row."""
    return await db.one(_BY_ID, id=batch_id)


async def find_step(batch_id: UUID, db: Read) -> Row | None:
    """What the next step of a batch needs to know: where it stands, whom it is about, and the rules."""
    return await db.one(_step(persistence.CHUNK), id=batch_id)


_EVERYBODY = select(func.count()).select_from(PATIENTS).scalar_subquery()
_NEWEST = select(PATIENTS.c.id).order_by(PATIENTS.c.id.desc()).limit(literal_column("1")).scalar_subquery()


async def add(row: Mapping[str, Any], db: AsyncSession) -> dict[str, Any]:
    """Store a new batch; without `patient_ids` it is about every patient there is now."""
    values: dict[str, Any] = dict(row)
    if values["patient_ids"] is None:
        values |= {"total": _EVERYBODY, "until": func.coalesce(_NEWEST, UUID(int=0))}
    statement = insert(_TABLE).values(values).returning(*(_TABLE.c[name] for name in SHOWN))
    return dict((await db.execute(statement)).mappings().one())


async def lock_at(batch_id: UUID, position: UUID, db: AsyncSession) -> bool:
    """Hold the batch if it still stands at `position`; False when somebody else has taken the step."""
    statement = (
        select(_TABLE.c["id"])
        .where(_TABLE.c["id"] == batch_id, _TABLE.c["position"] == position, _TABLE.c["status"] != "done")
        .with_for_update()
    )
    return (await db.scalar(statement)) is not None


_ADVANCE = text("""
UPDATE evaluation_batch SET
    position = :position, done = done + :done, matched = matched + :matched, recommended = recommended + :recommended,
    not_found = not_found + :not_found, failed = failed + :failed, degraded = degraded + :degraded,
    engine = coalesce(:engine, engine), status = 'running', started_at = coalesce(started_at, :at),
    version = version + 1, updated_at = :at
WHERE id = :id
""")
# Whom the run did not meet was deleted on the way; who was registered while it was being asked for came on top.
_FINISH = text("""
UPDATE evaluation_batch SET
    status = 'done', finished_at = :at, updated_at = :at,
    not_found = not_found + greatest(total - done, 0), done = greatest(total, done), total = greatest(total, done)
WHERE id = :id
""")


async def advance(batch_id: UUID, counts: Mapping[str, Any], at: datetime, *, last: bool, db: AsyncSession) -> None:
    """Note what a step has done, and after the last one that the batch is done."""
    await db.execute(_ADVANCE, {"id": batch_id, "at": at, **counts})
    if last:
        await db.execute(_FINISH, {"id": batch_id, "at": at})


async def fail(batch_id: UUID, position: UUID, at: datetime, db: AsyncSession) -> None:
    """Show that nobody is working on the batch any more, unless it has moved on meanwhile."""
    await db.execute(
        update(_TABLE)
        .where(_TABLE.c["id"] == batch_id, _TABLE.c["position"] == position, _TABLE.c["status"] != "done")
        .values(status="failed", version=_TABLE.c["version"] + 1, updated_at=at)
    )
