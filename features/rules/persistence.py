"""The SQL of rules, and of the facts they are about."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any
from uuid import UUID

import orjson
from sqlalchemy import ARRAY, Select, Uuid, any_, bindparam, func, insert, literal_column, select
from sqlalchemy.dialects.postgresql import JSON, aggregate_order_by
from sqlalchemy.dialects.postgresql import insert as postgresql_insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.chart import HAS_NOTES, KEPT_FACTS
from features.notes import LATEST_VITALS
from features.patients import PATIENTS
from features.procedures import PATIENT_PROCEDURES
from features.rules.engine import Rule
from features.rules.schema import RuleSort, RuleVersionSort
from features.rules.tables import RuleRow, RuleVersion
from features.rules.vocabulary import MOST_PROCEDURES
from rounds.data import Query, Read, Row
from rounds.listings import Listing

LIVE = col(RuleRow.deleted_at).is_(None)

_latest = (
    select(
        PATIENT_PROCEDURES.c.code,
        PATIENT_PROCEDURES.c.department,
        PATIENT_PROCEDURES.c.surgical,
        PATIENT_PROCEDURES.c.performed_at,
    )
    .where(PATIENT_PROCEDURES.c.patient_id == PATIENTS.c.id)
    .order_by(PATIENT_PROCEDURES.c.performed_at.desc())
    .limit(literal_column(str(MOST_PROCEDURES)))
    .correlate(PATIENTS)
    .subquery("latest")
)
_procedures = select(
    func.coalesce(
        func.json_agg(
            func.json_build_object(
                literal_column("'code'"),
                _latest.c.code,
                literal_column("'department'"),
                _latest.c.department,
                literal_column("'surgical'"),
                _latest.c.surgical,
                literal_column("'performed_at'"),
                _latest.c.performed_at,
            )
        ),
        literal_column("'[]'", type_=JSON),
    )
).scalar_subquery()

_vitals = (
    LATEST_VITALS.where(LATEST_VITALS.selected_columns.patient_id == PATIENTS.c.id)
    .correlate(PATIENTS)
    .subquery("vitals")
)
# NULL where no note reports any.
_observations = select(func.json_object_agg(_vitals.c.name, _vitals.c.value)).scalar_subquery()

# What `facts_of` needs of each live patient. Others add columns and conditions.
FACT_ROWS: "Select[*tuple[Any, ...]]" = select(
    PATIENTS.c.id.label("patient_id"),
    PATIENTS.c.date_of_birth,
    PATIENTS.c.sex,
    PATIENTS.c.height_cm,
    PATIENTS.c.weight_kg,
    PATIENTS.c.conditions,
    _procedures.label("procedures"),
    _observations.label("observations"),
    HAS_NOTES.label("noted"),
    KEPT_FACTS.label("chart"),
)

_columns = (
    col(RuleRow.id),
    col(RuleRow.code),
    col(RuleRow.recommendation),
    col(RuleRow.description),
    col(RuleRow.expression),
    col(RuleRow.active),
    col(RuleRow.version),
    col(RuleRow.created_at),
    col(RuleRow.updated_at),
)
_ROWS = select(*_columns).where(LIVE)
_BY_ID = Query(_ROWS.where(col(RuleRow.id) == bindparam("id")))
_BY_CODE = Query(_ROWS.where(col(RuleRow.code) == bindparam("code")))
_BY_IDS = Query(select(*_columns).where(col(RuleRow.id) == any_(bindparam("ids", type_=ARRAY(Uuid)))))

RULES = Listing(
    "rules",
    _ROWS,
    sorts={RuleSort.CODE: col(RuleRow.code), RuleSort.CREATED_AT: col(RuleRow.created_at)},
    default="code",
    key=col(RuleRow.id),
)
FILTERS = {
    "active": col(RuleRow.active) == bindparam("active"),
    "code": col(RuleRow.code) == bindparam("code"),
}
_VERSION_ROWS = select(
    col(RuleVersion.version),
    col(RuleVersion.code),
    col(RuleVersion.recommendation),
    col(RuleVersion.description),
    col(RuleVersion.expression),
    col(RuleVersion.active),
    col(RuleVersion.deleted),
    col(RuleVersion.at),
    col(RuleVersion.by),
)
VERSIONS = Listing(
    "rule_versions",
    _VERSION_ROWS,
    sorts={RuleVersionSort.VERSION: col(RuleVersion.version)},
    default="-version",
    key=col(RuleVersion.version),
)
OF_RULE = col(RuleVersion.rule_id) == bindparam("rule_id")

# The active rules as one JSON array in the order of their codes, to be read together with what they are about.
ACTIVE_RULES = (
    select(
        func.coalesce(
            func.json_agg(
                aggregate_order_by(
                    func.json_build_object(
                        literal_column("'id'"),
                        col(RuleRow.id),
                        literal_column("'code'"),
                        col(RuleRow.code),
                        literal_column("'version'"),
                        col(RuleRow.version),
                        literal_column("'recommendation'"),
                        col(RuleRow.recommendation),
                        literal_column("'expression'"),
                        col(RuleRow.expression),
                    ),
                    col(RuleRow.code),
                )
            ),
            literal_column("'[]'", type_=JSON),
        )
    )
    .where(LIVE, col(RuleRow.active))
    .scalar_subquery()
)
_ACTIVE = Query(select(ACTIVE_RULES))


@lru_cache(maxsize=32)
def _parsed(json: str | bytes) -> tuple[Rule, ...]:
    return tuple(_rule(each) for each in orjson.loads(json))


def _rule(each: dict[str, Any]) -> Rule:
    return Rule(
        id=UUID(each["id"]),
        code=each["code"],
        version=each["version"],
        recommendation=each["recommendation"],
        expression=each["expression"],
    )


def rules_of(json: str | bytes | Sequence[dict[str, Any]]) -> list[Rule]:
    """The rules in what `ACTIVE_RULES` answered."""
    return list(_parsed(json)) if isinstance(json, str | bytes) else [_rule(each) for each in json]


async def active(db: Read) -> list[Rule]:
    """The active rules by code."""
    return rules_of(await db.value(_ACTIVE))


async def find(rule_id: UUID, db: Read) -> Row | None:
    """The rule's row."""
    return await db.one(_BY_ID, id=rule_id)


async def find_by_code(code: str, db: Read) -> Row | None:
    """The row of the rule with this code."""
    return await db.one(_BY_CODE, code=code)


async def find_many(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The rows of those of these rules that there are, deleted ones included."""
    return await db.all(_BY_IDS, ids=list(ids))


async def exists(rule_id: UUID, db: Read) -> bool:
    """Whether there is or was such a rule."""
    return bool(await find_many([rule_id], db))


async def lock(rule_id: UUID, db: AsyncSession) -> RuleRow | None:
    """The rule, held until the end of the transaction."""
    statement = select(RuleRow).where(col(RuleRow.id) == rule_id, LIVE).with_for_update()
    return (await db.scalars(statement)).one_or_none()


async def any_rule(db: AsyncSession) -> bool:
    """Whether there is any rule, deleted ones included."""
    return bool(await db.scalar(select(select(col(RuleRow.id)).exists())))


async def add_versions(versions: Sequence[dict[str, Any]], db: AsyncSession) -> None:
    """Keep versions as they stand."""
    await db.execute(insert(RuleVersion), list(versions))


async def ship(rules: Sequence[dict[str, Any]], db: AsyncSession) -> set[UUID]:
    """Store those of these rules whose codes nobody has; answers their ids."""
    statement = (
        postgresql_insert(RuleRow)
        .values(list(rules))
        .on_conflict_do_nothing(index_elements=["code"], index_where=LIVE)
        .returning(col(RuleRow.id))
    )
    return set(await db.scalars(statement))
