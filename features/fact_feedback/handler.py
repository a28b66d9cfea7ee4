"""The rules of feedback on facts: it is kept beside the note, and changes nothing of it."""

from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from features.fact_feedback import persistence
from features.fact_feedback.problems import NO_SUCH_FACT, FactFeedbackNotFound
from features.fact_feedback.schema import FactFeedbackWrite
from features.notes import NoteNotFound
from features.patients import require_patient
from rounds.audit import record
from rounds.auth import Actor
from rounds.data import Read, new_id
from rounds.problems import InvalidFields


async def list_feedback(patient_id: UUID, note_id: UUID, *, reads: Read) -> list[dict[str, Any]]:
    """What is said of the facts of a note (`FactFeedbackRead`), the newest first.

    Raises:
        NoteNotFound: when there is no such note about this patient.
    """
    rows = await persistence.of_note(patient_id, note_id, reads)
    if rows is None:
        raise NoteNotFound
    return [{name: row[name] for name in persistence.SHOWN} for row in rows]


async def give_feedback(
    patient_id: UUID, note_id: UUID, new: FactFeedbackWrite, *, actor: Actor, db: AsyncSession
) -> dict[str, Any]:
    """Keep that somebody says a fact is wrong; answers it (`FactFeedbackRead`).

    Raises:
        PatientNotFound: when there is no such patient.
        NoteNotFound: when there is no such note about this patient.
        InvalidFields: when the note has no such fact.
    """
    await require_patient(patient_id, db=db)
    found = await persistence.words_of(patient_id, note_id, new.kind, (new.start, new.end), db)
    if found is None:
        raise NoteNotFound
    if found.original is None:
        raise InvalidFields([{"pointer": "/start", "type": NO_SUCH_FACT.code, "ctx": {}}])
    said = await persistence.put(
        {
            **new.model_dump(),
            "id": new_id(),
            "patient_id": patient_id,
            "note_id": note_id,
            "original": found.original,
            "created_by": actor.id,
        },
        db,
    )
    # Not what it says, which is about the patient's health.
    await record(
        "create", "fact_feedback", db, resource_id=said["id"], patient_id=patient_id, fields=("kind", "start", "end")
    )
    return said


async def withdraw_feedback(
    patient_id: UUID, note_id: UUID, fact_feedback_id: UUID, *, actor: Actor, db: AsyncSession
) -> None:
    """Take back what the actor said of a fact.

    Raises:
        FactFeedbackNotFound: when the actor said no such thing of this note.
    """
    if not await persistence.drop(patient_id, note_id, fact_feedback_id, actor.id, db):
        raise FactFeedbackNotFound
    await record("delete", "fact_feedback", db, resource_id=fact_feedback_id, patient_id=patient_id)
