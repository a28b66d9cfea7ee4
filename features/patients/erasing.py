"""Erases a patient for good: what is held of them, what is kept of answers, and what the trail's changes held.

What stays is the trail with the patient's id, which leads nowhere any more, and an entry that says that somebody was
erased. It is found again only from the id: so a backup that is put back can be rid of the same patients.
"""

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import LargeBinary, bindparam, select, text
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.audit import erase_values
from features.patients.columns import IDENTIFYING
from features.patients.events import PatientErased
from features.patients.tables import Erasure, Patient, PatientIdentifier
from rounds import clock
from rounds.data.erasure import counted, erase_rows
from rounds.events import publish

_DOMAIN = "rounds.erasure:"
_SHORTEST_WORD = 3
_VALUES = "audit_value"  # erased by the slice that keeps the trail, which counts them itself


class NoSuchPatient(LookupError):  # noqa: N818 - an answer, not a mistake
    """Neither a patient nor one who was."""


class TellsWho(ValueError):  # noqa: N818 - what is wrong with a reason
    """The reason says who the patient is; it is kept, so it must not."""


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is to erase, or when it was erased."""

    rows: Mapping[str, int]
    deleted: bool = False
    erased_at: datetime | None = None


def pseudonym(patient_id: UUID) -> bytes:
    """What stands for a patient who was erased. Ids have 74 random bits, so it cannot be guessed back."""
    return hashlib.sha256(f"{_DOMAIN}{patient_id}".encode()).digest()


async def look_at(patient_id: UUID, *, db: AsyncSession) -> Standing:
    """What would be erased. Somebody erased and then put back from a backup has something to erase again.

    Raises:
        NoSuchPatient: when there is and was none with this id.
    """
    found = (await db.execute(_PATIENT, {"id": patient_id})).one_or_none()
    if found is None:
        erased_at = await db.scalar(_ERASED_AT, {"pseudonym": pseudonym(patient_id)})
        if erased_at is None:
            raise NoSuchPatient
        return Standing({}, erased_at=erased_at)
    return Standing(await counted(patient_id, db), deleted=found.deleted_at is not None)


async def erase_patient(patient_id: UUID, *, reason: str, db: AsyncSession) -> dict[str, int]:
    """Erase a patient, deleted or not; answers how many rows of each table that took.

    Raises:
        NoSuchPatient: when there is none; also when somebody else was faster.
        TellsWho: when the reason names the patient.
    """
    patient = (await db.scalars(_HELD, {"id": patient_id})).one_or_none()
    if patient is None:
        raise NoSuchPatient
    _check(reason, [patient.name, *await _numbers(patient, db)])
    db.expunge(patient)
    rows = await erase_rows(patient_id, db)
    values = await erase_values(patient_id, db)
    rows |= {_VALUES: values} if values else {}
    await db.merge(Erasure(pseudonym=pseudonym(patient_id), erased_at=clock.now(), reason=reason, rows=rows))
    await publish(PatientErased(patient_id=patient_id), db)
    return rows


async def to_erase_again(listed: Sequence[bytes], *, db: AsyncSession) -> list[UUID]:
    """Those patients who are there although they were erased: by these pseudonyms, or by those in the database."""
    return list(await db.scalars(_AGAIN, {"listed": list(listed)}))


async def erasures(*, db: AsyncSession) -> list[dict[str, Any]]:
    """Everybody who was erased, the first first."""
    found = await db.scalars(select(Erasure).order_by(col(Erasure.erased_at), col(Erasure.pseudonym)))
    return [
        {"pseudonym": each.pseudonym.hex(), "erased_at": each.erased_at.isoformat(), "reason": each.reason}
        for each in found
    ]


_PATIENT = select(col(Patient.id), col(Patient.deleted_at)).where(col(Patient.id) == bindparam("id"))
_HELD = select(Patient).where(col(Patient.id) == bindparam("id")).with_for_update()
_ERASED_AT = select(col(Erasure.erased_at)).where(col(Erasure.pseudonym) == bindparam("pseudonym", type_=LargeBinary))
_AGAIN = text(f"""
SELECT id FROM patient
WHERE sha256(convert_to('{_DOMAIN}' || CAST(id AS text), 'UTF8')) IN (
    SELECT pseudonym FROM erasure UNION SELECT unnest(CAST(:listed AS bytea[]))
)
ORDER BY id
""")  # noqa: S608 - the only thing spliced in is a constant


async def _numbers(patient: Patient, db: AsyncSession) -> list[str]:
    others = await db.scalars(
        select(col(PatientIdentifier.value)).where(col(PatientIdentifier.patient_id) == patient.id)
    )
    own = (getattr(patient, name) for name in IDENTIFYING)
    return [number for number in (*own, *others) if number]


def words_of(text_of_it: str) -> set[str]:
    """Its words, whatever their case."""
    return {word.casefold() for word in re.findall(r"[^\W_]+", text_of_it)}


def _check(reason: str, telling: Sequence[str]) -> None:
    words = words_of(reason)
    name, *numbers = telling
    squeezed = "".join(reason.split()).casefold()
    if any(len(word) >= _SHORTEST_WORD and word in words for word in words_of(name)) or any(
        len(number) >= _SHORTEST_WORD and "".join(number.split()).casefold() in squeezed for number in numbers
    ):
        raise TellsWho
