"""The SQL of patients."""

from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from operator import itemgetter
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, ColumnElement, Select, Uuid, any_, bindparam, func, insert, select, text, update
from sqlalchemy.dialects.postgresql import array
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.patients.columns import COLUMNS, STORED
from features.patients.schema import PatientSort
from features.patients.tables import Patient, PatientIdentifier
from features.patients.visibility import VISIBLE
from rounds import clock
from rounds.data import AnyTransaction, Query, Read, Row, metadata, new_id, send
from rounds.listings import Listing

LIVE = col(Patient.deleted_at).is_(None)

_identifiers = func.array(
    select(array([col(PatientIdentifier.system), col(PatientIdentifier.value)]))
    .where(col(PatientIdentifier.patient_id) == col(Patient.id), col(PatientIdentifier.deleted_at).is_(None))
    .order_by(col(PatientIdentifier.system), col(PatientIdentifier.value))
    .correlate(Patient)
    .scalar_subquery()
).label("identifiers")

_ROWS = select(*COLUMNS, _identifiers).where(LIVE, VISIBLE)

# Live patients whom the caller may see, for other slices to join with.
PATIENTS = select(*COLUMNS).where(LIVE, VISIBLE).subquery("patients")
# Their further numbers, whatever the system.
PATIENT_IDENTIFIERS = select(col(PatientIdentifier.patient_id), col(PatientIdentifier.value)).subquery("numbers")

_BY_ID = Query(_ROWS.where(col(Patient.id) == bindparam("id")))
_BY_IDS = Query(_ROWS.where(col(Patient.id) == any_(bindparam("ids", type_=ARRAY(Uuid)))))
_BY_NHS_NUMBER = Query(_ROWS.where(col(Patient.nhs_number) == bindparam("nhs_number")))

LISTING = Listing(
    "patients",
    _ROWS,
    sorts={
        PatientSort.NAME: col(Patient.search_name),
        PatientSort.DATE_OF_BIRTH: col(Patient.date_of_birth),
        PatientSort.CREATED_AT: col(Patient.created_at),
        PatientSort.MRN: func.coalesce(col(Patient.mrn), func.chr(text("127"))),
    },
    default="-created_at",
    key=col(Patient.id),
)
FILTERS = {
    "ids": col(Patient.id) == any_(bindparam("ids", type_=ARRAY(Uuid))),
    "updated_from": col(Patient.updated_at) >= bindparam("updated_from"),
    "mrn": col(Patient.mrn) == bindparam("mrn"),
    "nhs_number": col(Patient.nhs_number) == bindparam("nhs_number"),
    "sex": col(Patient.sex) == bindparam("sex"),
    "born_from": col(Patient.date_of_birth) >= bindparam("born_from"),
    "born_to": col(Patient.date_of_birth) <= bindparam("born_to"),
    "identifier": select(col(PatientIdentifier.id))
    .where(
        col(PatientIdentifier.patient_id) == col(Patient.id),
        col(PatientIdentifier.deleted_at).is_(None),
        col(PatientIdentifier.system) == bindparam("identifier_system"),
        col(PatientIdentifier.value) == bindparam("identifier_value"),
    )
    .correlate(Patient)
    .exists(),
}


@cache
def among(owners: "Select[Any]") -> ColumnElement[bool]:
    """Whether the patient is one of those whose ids this selects."""
    return col(Patient.id).in_(owners)


_PATIENT = metadata.tables["patient"]
_ADD = Query(
    insert(_PATIENT).values({name: bindparam(name, type_=_PATIENT.c[name].type) for name in STORED}),
    sees_restricted=True,
)


async def add(row: Mapping[str, Any], db: AnyTransaction) -> None:
    """Store a new patient (`STORED`); the database refuses a number that another one has."""
    await send(_ADD, db, row)


async def find(patient_id: UUID, db: Read) -> Row | None:
    """The patient's row."""
    return await db.one(_BY_ID, id=patient_id)


async def find_many(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The rows of those of these patients that there are."""
    return await db.all(_BY_IDS, ids=list(ids))


async def find_by_nhs_number(nhs_number: str, db: Read) -> Row | None:
    """The row of the patient with this NHS number (ten digits)."""
    return await db.one(_BY_NHS_NUMBER, nhs_number=nhs_number)


async def lock(patient_id: UUID, db: AsyncSession, *, unseen: bool = False) -> Patient | None:
    """The patient, held against every other change until the end of the transaction; `unseen`: also a hidden one."""
    statement = select(Patient).where(col(Patient.id) == patient_id, LIVE).with_for_update()
    if not unseen:
        statement = statement.where(VISIBLE)
    return (await db.scalars(statement)).one_or_none()


_any_of = col(Patient.id) == any_(bindparam("ids", type_=ARRAY(Uuid)))
_RESTRICTED = Query(select(col(Patient.id)).where(_any_of, col(Patient.restricted)), sees_restricted=True)
_HIDDEN = Query(select(col(Patient.id)).where(_any_of, LIVE, ~VISIBLE))
_ID_BY_NHS_NUMBER = Query(
    select(col(Patient.id)).where(col(Patient.nhs_number) == bindparam("nhs_number"), LIVE), sees_restricted=True
)


async def restricted_among(ids: Sequence[UUID], db: Read) -> set[UUID]:
    """Those of these patients who are restricted, whoever may see them."""
    return {row["id"] for row in await db.all(_RESTRICTED, ids=list(ids))}


async def hidden_among(ids: Sequence[UUID], db: Read) -> set[UUID]:
    """Those of these patients whom the caller may not see."""
    return {row["id"] for row in await db.all(_HIDDEN, ids=list(ids))}


async def id_by_nhs_number(nhs_number: str, db: Read) -> UUID | None:
    """Who has this NHS number (ten digits), whoever may see them."""
    return await db.value(_ID_BY_NHS_NUMBER, nhs_number=nhs_number)  # type: ignore[no-any-return]  # a uuid column


@cache
def _owner(table: str) -> Query | None:
    """Whose a row of this table is; None when its rows are nobody's."""
    found = metadata.tables.get(table)
    if found is None or "patient_id" not in found.c or "id" not in found.c:
        return None
    return Query(select(found.c["patient_id"]).where(found.c["id"] == bindparam("id")), sees_restricted=True)


def belongs_to_patients(table: str) -> bool:
    """Whether there is such a table, and its rows are patients'."""
    return _owner(table) is not None


async def owner_of(table: str, row_id: UUID, db: Read) -> UUID | None:
    """Whose a row is, whoever may see them."""
    query = _owner(table)
    return None if query is None else await db.value(query, id=row_id)


_IS_THERE = Query(select(col(Patient.id)).where(col(Patient.id) == bindparam("id"), LIVE, VISIBLE))


async def is_there(patient_id: UUID, db: Read) -> bool:
    """Whether there is such a patient."""
    return (await db.value(_IS_THERE, id=patient_id)) is not None


_HOLD = Query(
    select(col(Patient.id)).where(col(Patient.id) == bindparam("id"), LIVE, VISIBLE).with_for_update(read=True)
)


async def hold(patient_id: UUID, db: AsyncSession) -> bool:
    """Keep the patient from being deleted until the end of the transaction; False when there is none."""
    return bool(await send(_HOLD, db, {"id": patient_id}))


async def identifiers_of(patient_id: UUID, db: AsyncSession) -> list[tuple[str, str]]:
    """The patient's identifiers as (system, value), in order."""
    columns = (col(PatientIdentifier.system), col(PatientIdentifier.value))
    statement = (
        select(*columns)
        .where(col(PatientIdentifier.patient_id) == patient_id, col(PatientIdentifier.deleted_at).is_(None))
        .order_by(*columns)
    )
    return [(row[0], row[1]) for row in await db.execute(statement)]


_ADD_IDENTIFIERS = Query(
    text("""
INSERT INTO patient_identifier (id, patient_id, system, value)
SELECT id, :patient_id, system, value
FROM unnest(CAST(:ids AS uuid[]), CAST(:systems AS text[]), CAST(:values AS text[])) AS given (id, system, value)
""")
)


async def add_identifiers(patient_id: UUID, pairs: Sequence[tuple[str, str]], db: AnyTransaction) -> None:
    """Note further identifiers; the database refuses those of another patient."""
    if pairs:
        systems, values = zip(*pairs, strict=True)
        ids = [new_id() for _ in pairs]
        await send(_ADD_IDENTIFIERS, db, {"patient_id": patient_id, "ids": ids, "systems": systems, "values": values})


async def drop_identifiers(patient_id: UUID, pairs: Sequence[tuple[str, str]] | None, db: AsyncSession) -> None:
    """Free identifiers of the patient, or all of them (`None`)."""
    conditions: list[Any] = [
        col(PatientIdentifier.patient_id) == patient_id,
        col(PatientIdentifier.deleted_at).is_(None),
    ]
    for pair in [None] if pairs is None else pairs:
        one: list[Any] = (
            [] if pair is None else [col(PatientIdentifier.system) == pair[0], col(PatientIdentifier.value) == pair[1]]
        )
        await db.execute(update(PatientIdentifier).where(*conditions, *one).values(deleted_at=clock.now()))


_HIGHEST = Query(
    select(func.max(col(Patient.nhs_number))).where(
        col(Patient.nhs_number) >= bindparam("first"), col(Patient.nhs_number) <= bindparam("last"), LIVE
    ),
    sees_restricted=True,
)
_ANY = Query(select(select(col(Patient.id)).exists()), sees_restricted=True)


async def any_patient(db: Read) -> bool:
    """Whether there is any patient, deleted ones included."""
    return bool(await db.value(_ANY))


async def highest_nhs_number(first: str, last: str, db: Read) -> str | None:
    """The highest NHS number in use from `first` to `last`."""
    return await db.value(_HIGHEST, first=first, last=last)  # type: ignore[no-any-return]  # a text column


_TAKEN = """
SELECT mrn AS number FROM patient WHERE mrn = ANY($1::text[]) AND deleted_at IS NULL
UNION ALL
SELECT nhs_number FROM patient WHERE nhs_number = ANY($2::text[]) AND deleted_at IS NULL
"""


async def taken_numbers(
    mrns: Sequence[str], nhs_numbers: Sequence[str], connection: "asyncpg.Connection[Any]"
) -> set[str]:
    """Those of these MRNs and NHS numbers that somebody has."""
    return {row["number"] for row in await connection.fetch(_TAKEN, mrns, nhs_numbers)}


_copied = itemgetter(*STORED)


async def copy_patients(rows: Iterable[Mapping[str, Any]], connection: "asyncpg.Connection[Any]") -> None:
    """Store many patients with one COPY; each row has every column (`STORED`), already checked."""
    await connection.copy_records_to_table("patient", records=map(_copied, rows), columns=STORED)
