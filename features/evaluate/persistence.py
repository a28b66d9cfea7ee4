"""The SQL of recommendations."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import (
    ARRAY,
    ColumnElement,
    Text,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    func,
    literal_column,
    select,
    text,
    update,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.evaluate.decisions import Whose
from features.evaluate.schema import RecommendationSort
from features.evaluate.tables import EXTERNAL_TEXT, Recommendation
from features.patients import PATIENTS, visible
from features.rules import ACTIVE_RULES, FACT_ROWS
from rounds.data import Query, Read, Row, metadata, send
from rounds.listings import Listing

CHUNK = 250  # patients in one step of a batch

LIVE = col(Recommendation.deleted_at).is_(None)
SHOWN = (
    "id",
    "patient_id",
    "external_id",
    "rule",
    "rule_id",
    "rule_version",
    "recommendation",
    "status",
    "engine",
    "trace",
    "reason",
    "answered_at",
    "answered_by",
    "version",
    "created_at",
    "updated_at",
)
_TABLE = metadata.tables["recommendation"]
# A caller's number is read as JSON text: connections differ in what they make of JSON, and of a text one could not tell
# whether it has been decoded.
_COLUMNS = [cast(_TABLE.c[name], Text).label(name) if name == "external_id" else _TABLE.c[name] for name in SHOWN]
_SEEN = visible(col(Recommendation.patient_id))
_ROWS = select(*_COLUMNS).where(LIVE, _SEEN)
_BY_ID = Query(_ROWS.where(col(Recommendation.id) == bindparam("id")))
_OF_PATIENTS = Query(
    _ROWS.where(col(Recommendation.patient_id) == any_(bindparam("ids", type_=ARRAY(Uuid)))).order_by(
        col(Recommendation.patient_id), col(Recommendation.created_at).desc(), col(Recommendation.id).desc()
    )
)

LISTING = Listing(
    "recommendations",
    _ROWS,
    sorts={RecommendationSort.CREATED_AT: col(Recommendation.created_at)},
    default="-created_at",
    key=col(Recommendation.id),
)
FILTERS = {
    "patient_id": col(Recommendation.patient_id) == bindparam("patient_id"),
    # A number in a query is a text; it finds the number and the text.
    "external_id": and_(
        col(Recommendation.external_id).is_not(None),
        literal_column(EXTERNAL_TEXT, type_=Text) == bindparam("external_id", type_=Text),
    ),
    "status": col(Recommendation.status) == bindparam("status"),
    "rule": col(Recommendation.rule) == bindparam("rule"),
    "rule_id": col(Recommendation.rule_id) == bindparam("rule_id"),
}

# What stands of a patient's recommendations, as far as evaluations heed it. Bounded, in case somebody whose facts
# change daily is asked about for years: the active ones, which are as many as there are rules, come first.
_HEEDED = 200
_STANDING = (
    LIVE,
    col(Recommendation.rule_id).is_not(None),
    col(Recommendation.status) != "superseded",
)


def _standing(patient_id: ColumnElement[UUID], members: Mapping[str, Any]) -> ColumnElement[Any]:
    pairs: list[Any] = []
    for name, member in members.items():
        pairs += [literal_column(f"'{name}'"), member]
    one = (
        select(func.json_build_object(*pairs))
        .where(col(Recommendation.patient_id) == patient_id, *_STANDING)
        .order_by((col(Recommendation.status) == literal_column("'active'")).desc(), col(Recommendation.id).desc())
        .limit(literal_column(str(_HEEDED)))
        .correlate_except(_TABLE)
    )
    return func.array(one.scalar_subquery()).label("standing")


_whose = FACT_ROWS.selected_columns["patient_id"]
_RULES = ACTIVE_RULES.label("rules")
_WHOLE = {name: _TABLE.c[name] for name in (*SHOWN, "fingerprint")}
# For many patients only what is compared.
_COMPARED = {
    name: _TABLE.c[name]
    for name in ("id", "rule_id", "rule_version", "recommendation", "status", "fingerprint", "engine")
} | {"trace": func.json_build_object(literal_column("'stated'"), literal_column("recommendation.trace -> 'stated'"))}

# One round trip for all that an evaluation needs to know.
_ONE = Query(
    FACT_ROWS.add_columns(_RULES, _standing(_whose, _WHOLE)).where(_whose == bindparam("patient_id", type_=Uuid))
)
_CHUNK = FACT_ROWS.add_columns(_standing(_whose, _COMPARED)).order_by(_whose)
_AMONG = Query(_CHUNK.where(_whose == any_(bindparam("ids", type_=ARRAY(Uuid)))))


@cache
def _behind(count: int) -> Query:
    # The limit is written out: with a parameter there the planner would guess a tenth of the table.
    window = (_whose > bindparam("after", type_=Uuid), _whose <= bindparam("until", type_=Uuid))
    return Query(_CHUNK.where(*window).limit(literal_column(str(count))))


def revived(row: Mapping[str, Any]) -> dict[str, Any]:
    """A row with what is JSON in it as objects."""
    external_id = row["external_id"]
    return {
        **row,
        "trace": _loaded(row["trace"]),
        "external_id": None if external_id is None else orjson.loads(external_id),
    }


def _loaded(value: Any) -> Any:
    return orjson.loads(value) if isinstance(value, str | bytes) else value


def standing_of(row: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What stands of a patient's recommendations, from a row of an evaluation's read."""
    found = [_loaded(item) for item in row["standing"]]
    for item in found:
        item["id"], item["rule_id"] = UUID(item["id"]), UUID(item["rule_id"])
    return found


async def find(recommendation_id: UUID, db: Read) -> dict[str, Any] | None:
    """The recommendation's row."""
    row = await db.one(_BY_ID, id=recommendation_id)
    return None if row is None else revived(row)


async def of_patients(ids: Sequence[UUID], db: Read) -> list[dict[str, Any]]:
    """Every recommendation of these patients, newest first for each."""
    return [revived(row) for row in await db.all(_OF_PATIENTS, ids=list(ids))]


async def to_evaluate(patient_id: UUID, db: Read) -> Row | None:
    """A patient's facts, the active rules, and what stands, in one round trip."""
    return await db.one(_ONE, patient_id=patient_id)


async def chunk_among(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The facts of these patients and what stands of their recommendations, in order of the ids."""
    return await db.all(_AMONG, ids=list(ids))


async def chunk_behind(after: UUID, until: UUID, db: Read) -> list[Row]:
    """The same for the next `CHUNK` patients behind `after`."""
    return await db.all(_behind(CHUNK), after=after, until=until)


async def lock(recommendation_id: UUID, db: AsyncSession) -> Recommendation | None:
    """The recommendation, held against every other change until the end of the transaction."""
    statement = select(Recommendation).where(col(Recommendation.id) == recommendation_id, LIVE, _SEEN)
    statement = statement.with_for_update()
    return (await db.scalars(statement)).one_or_none()


async def answer(recommendation_id: UUID, values: Mapping[str, Any], db: AsyncSession) -> dict[str, Any] | None:
    """Note an answer if the recommendation is still active; of several at once one is noted, the others get None."""
    statement = (
        update(_TABLE)
        .where(_TABLE.c["id"] == recommendation_id, LIVE, _SEEN, _TABLE.c["status"] == "active")
        .values(**values, version=_TABLE.c["version"] + 1)
        .returning(*_COLUMNS)
    )
    row = (await db.execute(statement)).mappings().one_or_none()
    return None if row is None else revived(dict(row))


async def read_again(recommendation_id: UUID, db: AsyncSession) -> dict[str, Any] | None:
    """The recommendation's row as this transaction sees it."""
    statement = _ROWS.where(col(Recommendation.id) == recommendation_id)
    row = (await db.execute(statement)).mappings().one_or_none()
    return None if row is None else revived(dict(row))


_OF_EXTERNAL = and_(
    col(Recommendation.external_id).is_not(None),
    col(Recommendation.stated_by) == bindparam("stated_by", type_=Uuid),
    col(Recommendation.external_id) == cast(bindparam("external_id", type_=Text), JSONB),
)
_STANDING_OF_EXTERNAL = Query(
    _ROWS.add_columns(_TABLE.c["fingerprint"])
    .where(_OF_EXTERNAL, *_STANDING)
    .order_by((col(Recommendation.status) == literal_column("'active'")).desc(), col(Recommendation.id).desc())
    .limit(literal_column(str(_HEEDED)))
)


async def standing_of_external(whose: Whose, db: Read) -> list[dict[str, Any]]:
    """What stands of the recommendations for somebody whom an account calls by a number of its own."""
    rows = await db.all(_STANDING_OF_EXTERNAL, stated_by=whose.stated_by, external_id=_external(whose.external_id))
    return [revived(row) for row in rows]


def _external(value: str | int | None) -> str | None:
    return None if value is None else orjson.dumps(value).decode()


async def standing_again(whose: Whose, rule_ids: Sequence[UUID], db: AsyncSession) -> list[dict[str, Any]]:
    """What stands of somebody's recommendations by these rules, as this transaction sees it."""
    theirs, values = col(Recommendation.patient_id) == whose.patient_id, {}
    if whose.patient_id is None:
        theirs = _OF_EXTERNAL
        values = {"stated_by": whose.stated_by, "external_id": _external(whose.external_id)}
    statement = _ROWS.add_columns(_TABLE.c["fingerprint"]).where(
        theirs, col(Recommendation.rule_id).in_(rule_ids), *_STANDING
    )
    return [revived(dict(row)) for row in (await db.execute(statement, values)).mappings()]


_HOLD = (
    select(PATIENTS.c.id)
    .where(PATIENTS.c.id == any_(bindparam("ids", type_=ARRAY(Uuid))))
    .order_by(PATIENTS.c.id)
    .with_for_update(read=True)
)


async def hold_patients(ids: Sequence[UUID], db: AsyncSession) -> set[UUID]:
    """Keep these patients from being deleted until the end of the transaction; answers which of them there are."""
    return set(await db.scalars(_HOLD, {"ids": list(ids)}))


# Rows that are to be changed are locked in one order everywhere, so that two evaluations do not wait for each other.
_SUPERSEDE = text("""
UPDATE recommendation SET status = 'superseded', version = version + 1, updated_at = :at
WHERE id IN (
    SELECT id FROM recommendation
    WHERE id = ANY(CAST(:ids AS uuid[])) AND status = 'active' AND deleted_at IS NULL
    ORDER BY id FOR UPDATE
)
""")
_ADD = Query(
    text("""
INSERT INTO recommendation (
    id, patient_id, external_id, stated_by, rule_id, rule, rule_version, recommendation, engine, trace, fingerprint,
    status, version, created_at, updated_at
)
SELECT *, 'active', 1, :at, :at
FROM unnest(
    CAST(:id AS uuid[]), CAST(:patient_id AS uuid[]), CAST(:external_id AS jsonb[]), CAST(:stated_by AS uuid[]),
    CAST(:rule_id AS uuid[]), CAST(:rule AS text[]),
    CAST(:rule_version AS integer[]), CAST(:recommendation AS text[]), CAST(:engine AS text[]),
    CAST(:trace AS jsonb[]), CAST(:fingerprint AS text[])
)
ON CONFLICT DO NOTHING
RETURNING id
""")
)
ADDED = (
    "id",
    "patient_id",
    "external_id",
    "stated_by",
    "rule_id",
    "rule",
    "rule_version",
    "recommendation",
    "engine",
    "trace",
    "fingerprint",
)


async def supersede(ids: Sequence[UUID], at: datetime, db: AsyncSession) -> None:
    """Withdraw those of these recommendations that are still active."""
    await db.execute(_SUPERSEDE, {"ids": list(ids), "at": at})


async def add(rows: Sequence[Mapping[str, Any]], at: datetime, db: AsyncSession) -> set[UUID]:
    """Store new recommendations in one statement; answers the ids of those that nobody else had made."""
    values: dict[str, Any] = {name: [row[name] for row in rows] for name in ADDED}
    values["trace"] = [orjson.dumps(trace).decode() for trace in values["trace"]]
    values["external_id"] = [_external(value) for value in values["external_id"]]
    return {row["id"] for row in await send(_ADD, db, {**values, "at": at})}


async def remove_of_patient(patient_id: UUID, at: datetime, db: AsyncSession) -> None:
    """Take every recommendation of a patient out of every read."""
    await db.execute(
        update(_TABLE).where(_TABLE.c["patient_id"] == patient_id, LIVE).values(deleted_at=at, updated_at=at)
    )


_RESTS_ON_NOTE = (
    select(_TABLE.c["id"], _TABLE.c["trace"])
    .where(
        _TABLE.c["patient_id"] == bindparam("patient_id"),
        cast(_TABLE.c["trace"], Text).contains(bindparam("note_id", type_=Text)),
    )
    .order_by(_TABLE.c["id"])
    .with_for_update()
)


async def traces_on_note(patient_id: UUID, note_id: UUID, db: AsyncSession) -> list[tuple[UUID, dict[str, Any]]]:
    """What a patient's recommendations rest on that rest on a note, also of deleted ones; locked."""
    found = await db.execute(_RESTS_ON_NOTE, {"patient_id": patient_id, "note_id": str(note_id)})
    return [(row.id, row.trace) for row in found]


async def keep_trace(recommendation_id: UUID, trace: Mapping[str, Any], db: AsyncSession) -> None:
    """Replace what a recommendation says that it rests on."""
    await db.execute(update(_TABLE).where(_TABLE.c["id"] == recommendation_id).values(trace=trace))
