"""The rules of addresses."""

from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.addresses import persistence
from features.addresses.postcodes import coerce_postcode
from features.addresses.problems import AddressNotFound
from features.addresses.schema import AddressQuery, AddressRead, AddressWrite, OwnerType, coerced
from features.addresses.tables import Address
from features.patients import require_patient
from features.staff import require_clinician, require_department
from rounds.audit import Changes, changes_of, record
from rounds.data import Read
from rounds.listings import Cursors, Found
from rounds.versions import expect_version

_REQUIRE: dict[str, Callable[..., Awaitable[object]]] = {
    "patient": require_patient,
    "department": require_department,
    "clinician": require_clinician,
}


async def read_address(address_id: UUID, *, reads: Read) -> AddressRead:
    """An address.

    Raises:
        AddressNotFound: when there is none.
    """
    row = await persistence.find(address_id, reads)
    if row is None:
        raise AddressNotFound
    return AddressRead(**dict(row))


async def read_address_of(owner: OwnerType, owner_id: UUID, *, reads: Read) -> AddressRead:
    """The owner's address.

    Raises:
        AddressNotFound: when the owner has none, or does not exist.
    """
    row = await persistence.find_of(owner, owner_id, reads)
    if row is None:
        raise AddressNotFound
    return AddressRead(**dict(row))


async def list_addresses(query: AddressQuery, *, reads: Read, cursors: Cursors) -> Found[AddressRead]:
    """One page of addresses."""
    values = query.model_dump(include={"owner_id", "country"}, exclude_none=True)
    if query.postcode is not None:
        # A UK postcode is found in any spelling; another country's is stored, and asked for, as it was given.
        values["postcodes"] = [query.postcode]
        with suppress(ValueError):
            values["postcodes"].append(coerce_postcode(query.postcode))
    where = {name: persistence.FILTERS[name] for name in values}
    if query.owner_type is not None:
        shape = f"owner_type:{query.owner_type}"
        where[shape] = persistence.FILTERS[shape]
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(AddressRead)


async def load_for_patients(ids: Sequence[UUID], reads: Read) -> dict[UUID, Any]:
    """The addresses of many patients, by patient id."""
    return {row["owner_id"]: AddressRead(**dict(row)) for row in await persistence.of_patients(ids, reads)}


async def create_address(owner: OwnerType, owner_id: UUID, new: AddressWrite, *, db: AsyncSession) -> AddressRead:
    """Give the owner an address. The database refuses a second one."""
    await _REQUIRE[owner](owner_id, db=db)
    address = Address(**coerced(new).model_dump())
    setattr(address, f"{owner}_id", owner_id)
    db.add(address)
    changes = changes_of(address)
    await db.flush()
    await _record("create", owner, owner_id, address, db, changes)
    return _of(owner, owner_id, address)


async def replace_address(
    owner: OwnerType, owner_id: UUID, new: AddressWrite, *, if_match: str | None, db: AsyncSession
) -> AddressRead:
    """Replace the owner's address.

    Raises:
        AddressNotFound: when there is nothing to replace.
        PreconditionFailed: when it changed since the client saw it.
    """
    await _REQUIRE[owner](owner_id, db=db)
    address = await _locked(owner, owner_id, if_match, db)
    for name, value in coerced(new).model_dump().items():
        setattr(address, name, value)
    changes = changes_of(address)
    address.touch()
    await db.flush()
    await _record("update", owner, owner_id, address, db, changes)
    return _of(owner, owner_id, address)


async def delete_address(owner: OwnerType, owner_id: UUID, *, if_match: str | None, db: AsyncSession) -> None:
    """Remove the owner's address.

    Raises:
        AddressNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
    """
    address = await _locked(owner, owner_id, if_match, db)
    await db.delete(address)
    await _record("delete", owner, owner_id, address, db)


async def _record(
    action: str, owner: OwnerType, owner_id: UUID, address: Address, db: AsyncSession, changes: Changes | None = None
) -> None:
    patient_id = owner_id if owner == "patient" else None
    await record(action, "address", db, resource_id=address.id, patient_id=patient_id, changes=changes)


async def _locked(owner: OwnerType, owner_id: UUID, if_match: str | None, db: AsyncSession) -> Address:
    address = await persistence.lock_of(owner, owner_id, db)
    if address is None:
        raise AddressNotFound
    expect_version(if_match, address.version)
    return address


async def remove_of_patient(patient_id: UUID, db: AsyncSession) -> None:
    """A deleted patient's address leaves with the patient."""
    await persistence.remove_of_patient(patient_id, db)


def _of(owner: OwnerType, owner_id: UUID, address: Address) -> AddressRead:
    return AddressRead(owner_type=owner, owner_id=owner_id, **address.model_dump(include=_SHOWN))


_SHOWN = set(AddressRead.model_fields) - {"owner_type", "owner_id"}
