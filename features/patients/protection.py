"""What `rounds.protection` has to know of patients: whose something is, whether it is hidden, how to open it."""

from collections.abc import Collection, Mapping
from uuid import UUID

from features.break_glass import may_open, open_record
from features.patients import persistence
from features.patients.numbers import normalise_nhs_number
from rounds.auth import Actor
from rounds.data import Database, Read

_ID = "_id"
_PATIENT, _NHS_NUMBER = "patient_id", "nhs_number"


class PatientProtection:
    """Finds out by the names of parameters: `patient_id`, and `note_id` where there are notes of patients."""

    def knows(self, parameter: str) -> bool:
        """Whether a parameter of this name is one of a patient's things, or a patient."""
        return parameter in {_PATIENT, _NHS_NUMBER} or (
            parameter.endswith(_ID) and persistence.belongs_to_patients(parameter.removesuffix(_ID))
        )

    async def hides(self, named: Mapping[str, str], database: Database) -> bool:
        """Whether one of these is of a patient whom the caller may not see.

        Not by an NHS number: it can be guessed, and then the answer would tell who is a restricted patient here.
        """
        return bool(await persistence.hidden_among(await _patients(named, database.reads), database.reads))

    async def hidden(self, patients: Collection[UUID], reads: Read) -> set[UUID]:
        """Those of these patients whom the caller may not see."""
        return await persistence.hidden_among(sorted(patients), reads)

    async def open(
        self, named: Mapping[str, str], reason: str, *, actor: Actor, request_id: str | None, database: Database
    ) -> None:
        """Open whatever is hidden of these, if the caller may; each use is noted before anything is shown."""
        if not may_open(actor):
            return
        wanted = await _patients(named, database.reads)
        if _NHS_NUMBER in named and (number := _number(named[_NHS_NUMBER])) is not None:
            found = await persistence.id_by_nhs_number(number, database.reads)
            wanted += [found] if found is not None else []
        for patient_id in await persistence.hidden_among(wanted, database.reads):
            async with database.transaction() as db:
                await open_record(patient_id, reason, actor=actor, request_id=request_id, db=db)


async def _patients(named: Mapping[str, str], reads: Read) -> list[UUID]:
    found: set[UUID] = set()
    for name, value in named.items():
        given = _uuid(value) if name.endswith(_ID) else None
        if given is None:
            continue
        whose = given if name == _PATIENT else await persistence.owner_of(name.removesuffix(_ID), given, reads)
        found |= {whose} if whose is not None else set()
    return sorted(found)


def _uuid(value: str) -> UUID | None:
    try:
        return UUID(value)
    except ValueError:
        return None


def _number(value: str) -> str | None:
    try:
        return normalise_nhs_number(value)
    except ValueError:
        return None
