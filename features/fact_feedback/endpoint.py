"""Feedback on facts over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Response

from features.fact_feedback import handler
from features.fact_feedback.problems import FactFeedbackNotFound
from features.fact_feedback.schema import FactFeedbackList, FactFeedbackRead, FactFeedbackWrite
from features.notes import NoteNotFound
from features.patients import PatientNotFound
from rounds.audit import changes, shows
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import answer, created
from rounds.http import router as new_router
from rounds.problems import documents

router = new_router("notes")

CanRead = Annotated[Actor, require("notes:read")]
CanWrite = Annotated[Actor, require("notes:write")]

_PATH = "/patients/{patient_id}/notes/{note_id}/fact-feedback"


@router.get(_PATH, response_model=FactFeedbackList, responses=documents(NoteNotFound))
@shows("fact_feedback")
async def list_fact_feedback(patient_id: UUID, note_id: UUID, actor: CanRead, reads: Reads) -> Response:
    """List what people say is wrong with what was understood of a note, the newest first, at most 500."""
    return answer({"data": await handler.list_feedback(patient_id, note_id, reads=reads)})


@router.post(
    _PATH, status_code=201, response_model=FactFeedbackRead, responses=documents(NoteNotFound, PatientNotFound)
)
@changes("fact_feedback")
async def give_fact_feedback(
    patient_id: UUID, note_id: UUID, body: FactFeedbackWrite, actor: CanWrite, db: Tx
) -> Response:
    """Say that a fact of a note is wrong: that the note does not say so, or says something else.

    It is kept for those who look after the rules by which notes are understood, and shown with the note. It changes
    neither the note nor its facts, nor the chart. Saying something of the same fact again replaces what one said.
    """
    said = await handler.give_feedback(patient_id, note_id, body, actor=actor, db=db)
    return created(said, f"/patients/{patient_id}/notes/{note_id}/fact-feedback/{said['id']}")


@router.delete(f"{_PATH}/{{fact_feedback_id}}", status_code=204, responses=documents(FactFeedbackNotFound))
@changes("fact_feedback")
async def withdraw_fact_feedback(
    patient_id: UUID, note_id: UUID, fact_feedback_id: UUID, actor: CanWrite, db: Tx
) -> None:
    """Take back what one has said of a fact. What others said stays theirs."""
    await handler.withdraw_feedback(patient_id, note_id, fact_feedback_id, actor=actor, db=db)
