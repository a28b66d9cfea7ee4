"""Working hours and absences over HTTP."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.rota import handler
from features.rota.problems import AbsenceNotFound
from features.rota.schema import AbsenceQuery, AbsenceRead, AbsenceWrite, WorkingHoursRead, WorkingHoursWrite
from features.staff import ClinicianNotFound
from rounds.audit import changes, shows_no_patient
from rounds.auth import Actor, require
from rounds.data import Reads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, documents

router = new_router("rota")

CanRead = Annotated[Actor, require("appointments:read")]
CanWrite = Annotated[Actor, require("appointments:write")]


@router.get(
    "/clinicians/{clinician_id}/working-hours",
    response_model=WorkingHoursRead,
    responses={**NOT_MODIFIED, **documents(ClinicianNotFound)},
)
@shows_no_patient
async def read_working_hours(
    clinician_id: UUID, actor: CanRead, reads: Reads, if_none_match: IfNoneMatch = None
) -> Response:
    """Read a clinician's week. Until one is set, Monday to Friday from nine to five is assumed."""
    week = await handler.read_hours(clinician_id, reads=reads)
    return answer(week, version=week.version, if_none_match=if_none_match)


@router.put(
    "/clinicians/{clinician_id}/working-hours",
    responses=documents(ClinicianNotFound, PreconditionFailed),
    response_model=WorkingHoursRead,
)
@changes("working_hours", of_patient=False)
async def replace_working_hours(
    clinician_id: UUID,
    body: WorkingHoursWrite,
    actor: CanWrite,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Set a clinician's week, which availability goes by. What is booked stays booked."""
    week = await handler.replace_hours(clinician_id, body, if_match=if_match, db=db)
    return answer(week, version=week.version)


@router.get(
    "/clinicians/{clinician_id}/absences", responses=documents(ClinicianNotFound), response_model=Page[AbsenceRead]
)
@shows_no_patient
async def list_absences(
    clinician_id: UUID,
    query: Annotated[AbsenceQuery, Query()],
    actor: CanRead,
    request: Request,
    reads: Reads,
) -> Response:
    """List when a clinician is away: leave, training, or something else."""
    found = await handler.list_absences(clinician_id, query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.post(
    "/clinicians/{clinician_id}/absences",
    status_code=201,
    response_model=AbsenceRead,
    responses=documents(ClinicianNotFound),
)
@changes("absence", of_patient=False)
async def add_absence(clinician_id: UUID, body: AbsenceWrite, actor: CanWrite, db: Tx) -> Response:
    """Note that a clinician is away.

    What is booked in that time stays booked; `GET /appointments?must_rebook=true` lists it.
    """
    absence = await handler.add_absence(clinician_id, body, db=db)
    return created(absence, f"/clinicians/{clinician_id}/absences/{absence.id}")


@router.delete(
    "/clinicians/{clinician_id}/absences/{absence_id}", status_code=204, responses=documents(AbsenceNotFound)
)
@changes("absence", of_patient=False)
async def delete_absence(clinician_id: UUID, absence_id: UUID, actor: CanWrite, db: Tx) -> None:
    """Take an absence back; the clinician is available again."""
    await handler.delete_absence(clinician_id, absence_id, db=db)
