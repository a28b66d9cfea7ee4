"""The rules of reading patients. `changing` creates, changes and deletes them."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.patients import hooks, persistence
from features.patients.documents import document, documents, holding_names, included_names
from features.patients.numbers import normalise_identifier
from features.patients.problems import PatientNotFound
from features.patients.schema import PatientQuery, PatientRead
from features.patients.search import search
from rounds import clock
from rounds.audit import note_shown
from rounds.auth import Actor
from rounds.data import Read, Row
from rounds.listings import Cursors, Found, fetch_in_stages
from rounds.problems import invalid


async def read_patient(patient_id: UUID, include: str | None = None, *, actor: Actor, reads: Read) -> dict[str, Any]:
    """A patient as the actor may see it (`PatientWithIncluded`), with what `include` asks for.

    Raises:
        InvalidFields: when `include` names what is not offered.
        Forbidden: when the actor may not read it.
        PatientNotFound: when there is no such patient.
    """
    names = included_names(include, actor=actor)
    row = await persistence.find(patient_id, reads)
    if row is None:
        raise PatientNotFound
    return (await documents([row], names, actor=actor, reads=reads))[0]


async def read_patients(ids: Iterable[UUID], *, reads: Read) -> dict[UUID, PatientRead]:
    """Those of these patients that there are, by id; one query, however many."""
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        return {}
    today = clock.today()
    rows = await persistence.find_many(wanted, reads)
    return {row["id"]: PatientRead.model_validate(document(row, today)) for row in rows}


async def read_patient_by_nhs_number(nhs_number: str, *, actor: Actor, reads: Read) -> dict[str, Any]:
    """The patient with this NHS number as the actor may see it (`PatientRead`).

    Raises:
        PatientNotFound: when nobody has it.
    """
    row = await persistence.find_by_nhs_number(nhs_number, reads)
    if row is None:
        raise PatientNotFound
    note_shown([row["id"]])
    return (await documents([row], actor=actor, reads=reads))[0]


async def patient_with_nhs_number(nhs_number: str, *, reads: Read) -> PatientRead:
    """Who has this NHS number, for programs.

    Raises:
        PatientNotFound: when nobody has it.
    """
    row = await persistence.find_by_nhs_number(nhs_number, reads)
    if row is None:
        raise PatientNotFound
    return PatientRead.model_validate(document(row, clock.today()))


async def require_patient(patient_id: UUID, *, db: AsyncSession) -> None:
    """Make sure the patient exists, and goes on existing until the end of the transaction.

    Raises:
        PatientNotFound: when there is none.
    """
    if not await persistence.hold(patient_id, db):
        raise PatientNotFound


async def expect_patient(patient_id: UUID, *, reads: Read) -> None:
    """Make sure that there is such a patient at this moment.

    Raises:
        PatientNotFound: when there is none.
    """
    if not await persistence.is_there(patient_id, reads):
        raise PatientNotFound


async def list_patients(query: PatientQuery, *, actor: Actor, reads: Read, cursors: Cursors) -> Found[dict[str, Any]]:
    """One page of patients as the actor may see them (`PatientWithIncluded`), with what `include` asks for.

    Raises:
        InvalidFields: when `include` or `has` names what is not offered, or the identifier is not valid.
        Forbidden: when the actor may not read what is to be included, or listed by.
    """
    names = included_names(query.include, actor=actor)
    has = holding_names(query.has, actor=actor)
    found = await _find(query, has, reads=reads, cursors=cursors)
    note_shown(row["id"] for row in found.data)
    return found.showing(await documents(found.data, names, actor=actor, reads=reads))


async def _find(query: PatientQuery, has: Sequence[str], *, reads: Read, cursors: Cursors) -> Found[Row]:
    values = query.model_dump(
        include={"ids", "updated_from", "mrn", "nhs_number", "sex", "born_from", "born_to"}, exclude_none=True
    )
    where = {name: persistence.FILTERS[name] for name in values}
    where |= {f"has {name}": persistence.among(hooks.holdings[name].owners) for name in has}
    if query.identifier is not None:
        system, _, value = query.identifier.partition("|")
        try:
            values["identifier_system"], values["identifier_value"] = normalise_identifier(system, value)
        except ValueError as refusal:
            raise invalid("?identifier", refusal) from None  # type: ignore[arg-type]  # PydanticCustomError is a ValueError
        where["identifier"] = persistence.FILTERS["identifier"]
    if query.q is not None:
        found = search(query.q)
        values |= found.values
        if query.sort is None:
            return await fetch_in_stages(
                persistence.LISTING, query, reads, cursors, staged=found.staged, where=where, values=values
            )
        where[found.staged.name] = found.condition
    return await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
