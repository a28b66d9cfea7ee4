"""Addresses over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Path, Query, Request, Response

from features.addresses import handler
from features.addresses.problems import AddressExists, AddressNotFound
from features.addresses.schema import AddressQuery, AddressRead, AddressWrite, OwnerType
from features.patients import PatientNotFound
from features.staff import ClinicianNotFound, DepartmentNotFound
from rounds.audit import changes, note_shown, shows, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import NotFound, PreconditionFailed, documents

router = new_router("addresses")

CanRead = Annotated[Actor, require("patients:read")]


@router.get("/addresses", response_model=Page[AddressRead])
@shows("address")
async def list_all(query: Annotated[AddressQuery, Query()], actor: CanRead, request: Request, reads: Reads) -> Response:
    """List addresses."""
    found = await handler.list_addresses(query, reads=reads, cursors=request.app.state.cursors)
    note_shown(address.owner_id for address in found.data if address.owner_type == "patient")
    return found.answer(request)


@router.get(
    "/addresses/{address_id}",
    response_model=AddressRead,
    responses={**NOT_MODIFIED, **documents(AddressNotFound)},
)
@shows("address")
async def read(address_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None) -> Response:
    """Read one address."""
    address = await handler.read_address(address_id, reads=reads)
    note_shown([address.owner_id] if address.owner_type == "patient" else [], resource_id=address_id)
    return answer(address, version=address.version, if_none_match=if_none_match)


def _serve(owner: OwnerType, missing: type[NotFound], *, reading: str, writing: str, deleting: str) -> None:
    """The four calls on the address of one kind of owner."""
    path = f"/{owner}s/{{{owner}_id}}/address"
    OwnerId = Annotated[UUID, Path(alias=f"{owner}_id")]  # noqa: N806 - a type, different for each kind of owner
    is_patient = owner == "patient"
    shown = shows("address") if is_patient else shows_no_patient
    changed = changes("address", of_patient=is_patient)

    @router.get(
        path,
        name=f"read_{owner}_address",
        description=f"Read the {owner}’s address.",
        dependencies=[require(reading)],
        response_model=AddressRead,
        responses={**NOT_MODIFIED, **documents(AddressNotFound)},
    )
    @shown
    async def read_owned(owner_id: OwnerId, reads: Reads, if_none_match: IfNoneMatch = None) -> Response:
        address = await handler.read_address_of(owner, owner_id, reads=reads)
        return answer(address, version=address.version, if_none_match=if_none_match)

    @router.post(
        path,
        name=f"create_{owner}_address",
        description=f"Give the {owner} an address; there can be one.",
        dependencies=[require(writing)],
        status_code=201,
        responses=documents(missing, AddressExists),
        response_model=AddressRead,
    )
    @changed
    async def create_owned(owner_id: OwnerId, body: AddressWrite, db: Tx) -> Response:
        address = await handler.create_address(owner, owner_id, body, db=db)
        return created(address, f"/{owner}s/{owner_id}/address", version=address.version)

    @router.put(
        path,
        name=f"replace_{owner}_address",
        description=f"Replace the {owner}’s address.",
        dependencies=[require(writing)],
        responses=documents(missing, AddressNotFound, PreconditionFailed),
        response_model=AddressRead,
    )
    @changed
    async def replace_owned(owner_id: OwnerId, body: AddressWrite, db: Tx, if_match: IfMatch = None) -> Response:
        address = await handler.replace_address(owner, owner_id, body, if_match=if_match, db=db)
        return answer(address, version=address.version)

    @router.delete(
        path,
        name=f"delete_{owner}_address",
        description=f"Remove the {owner}’s address.",
        dependencies=[require(deleting)],
        status_code=204,
        responses=documents(AddressNotFound, PreconditionFailed),
    )
    @changed
    async def delete_owned(owner_id: OwnerId, db: Tx, if_match: IfMatch = None) -> None:
        await handler.delete_address(owner, owner_id, if_match=if_match, db=db)


_serve(
    "patient",
    PatientNotFound,
    reading="patients:read",
    writing="patients:write",
    deleting="patients:delete",
)
for _owner, _missing in (("department", DepartmentNotFound), ("clinician", ClinicianNotFound)):
    _serve(
        _owner,  # type: ignore[arg-type]  # one of the two above
        _missing,
        reading="staff:read",
        writing="staff:write",
        deleting="staff:write",
    )
