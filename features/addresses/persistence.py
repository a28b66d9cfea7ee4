"""The SQL of addresses."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

import asyncpg
from sqlalchemy import ARRAY, Text, Uuid, any_, bindparam, case, delete, func, literal, literal_column, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.addresses.schema import AddressSort, OwnerType
from features.addresses.tables import Address
from features.patients import visible
from rounds.data import Query, Read, Row
from rounds.listings import Listing

OWNERS = {
    "patient": col(Address.patient_id),
    "department": col(Address.department_id),
    "clinician": col(Address.clinician_id),
}
_owner_id = func.coalesce(*OWNERS.values())

_ROWS = select(
    col(Address.id),
    case(*((column.is_not(None), literal(owner)) for owner, column in OWNERS.items())).label("owner_type"),
    _owner_id.label("owner_id"),
    col(Address.line1),
    col(Address.line2),
    col(Address.city),
    col(Address.region),
    col(Address.postcode),
    col(Address.country),
    col(Address.version),
    col(Address.created_at),
    col(Address.updated_at),
).where(visible(col(Address.patient_id)))
_BY_ID = Query(_ROWS.where(col(Address.id) == bindparam("id")))
_BY_OWNER = {owner: Query(_ROWS.where(column == bindparam("id"))) for owner, column in OWNERS.items()}
_OF_PATIENTS = Query(_ROWS.where(col(Address.patient_id) == any_(bindparam("ids", type_=ARRAY(Uuid)))))

# The lines of patients' addresses, for other slices to join with.
PATIENT_ADDRESSES = (
    select(
        col(Address.patient_id),
        col(Address.line1),
        col(Address.line2),
        col(Address.city),
        col(Address.region),
        col(Address.postcode),
    )
    .where(col(Address.patient_id).is_not(None))
    .subquery("patient_addresses")
)

# Where departments and clinicians are found, likewise.
STAFF_ADDRESSES = (
    select(
        col(Address.department_id),
        col(Address.clinician_id),
        func.concat_ws(
            literal_column("', '"),
            col(Address.line1),
            col(Address.line2),
            col(Address.city),
            col(Address.region),
            col(Address.postcode),
        ).label("line"),
    )
    .where(col(Address.patient_id).is_(None))
    .subquery("staff_addresses")
)

LISTING = Listing(
    "addresses",
    _ROWS,
    sorts={
        AddressSort.CREATED_AT: col(Address.created_at),
        AddressSort.POSTCODE: func.coalesce(col(Address.postcode), text("''")),
    },
    default="-created_at",
    key=col(Address.id),
)
FILTERS = {
    **{f"owner_type:{owner}": column.is_not(None) for owner, column in OWNERS.items()},
    "owner_id": _owner_id == bindparam("owner_id", type_=Uuid),
    "country": col(Address.country) == bindparam("country"),
    "postcodes": col(Address.postcode) == any_(bindparam("postcodes", type_=ARRAY(Text))),
}


async def find(address_id: UUID, db: Read) -> Row | None:
    """The address's row."""
    return await db.one(_BY_ID, id=address_id)


async def find_of(owner: OwnerType, owner_id: UUID, db: Read) -> Row | None:
    """The row of the owner's address."""
    return await db.one(_BY_OWNER[owner], id=owner_id)


async def of_patients(ids: Sequence[UUID], db: Read) -> list[Row]:
    """The rows of the patients' addresses."""
    return await db.all(_OF_PATIENTS, ids=list(ids))


async def lock_of(owner: OwnerType, owner_id: UUID, db: AsyncSession) -> Address | None:
    """The owner's address, held until the end of the transaction."""
    statement = select(Address).where(OWNERS[owner] == owner_id, visible(col(Address.patient_id))).with_for_update()
    return (await db.scalars(statement)).one_or_none()


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """Remove the patient's address, if there is one."""
    await db.execute(delete(Address).where(col(Address.patient_id) == patient_id))


# In the order that `copy_addresses` expects.
COPIED = ("id", "patient_id", "line1", "city", "postcode", "country", "version", "created_at", "updated_at")


async def copy_addresses(rows: Iterable[tuple[Any, ...]], connection: "asyncpg.Connection[Any]") -> None:
    """Store many patients' addresses with one COPY; each row has the values of `COPIED`, already checked."""
    await connection.copy_records_to_table("address", records=rows, columns=COPIED)
