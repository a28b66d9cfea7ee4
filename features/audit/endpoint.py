"""The audit trail over HTTP."""

from typing import Annotated

from fastapi import Query, Request, Response

from features.audit import handler
from features.audit.schema import AuditEventRead, AuditQuery, AuditVerification, VerifyQuery
from rounds.audit import note_shown, shows
from rounds.auth import Actor, require
from rounds.data import FreshReads
from rounds.http import router as new_router
from rounds.listings import Page

router = new_router("audit")

CanRead = Annotated[Actor, require("audit:read")]


@router.get("/audit", response_model=Page[AuditEventRead])
@shows("audit_trail")
async def list_audit_events(
    query: Annotated[AuditQuery, Query()], actor: CanRead, request: Request, reads: FreshReads
) -> Response:
    """List what was done, the latest first: who looked at whose record, and who changed what.

    With `patient_id` it is everything about one patient, also the lists and searches that showed the patient. Looking
    at the trail is itself an event.
    """
    if (views := request.app.state.views) is not None:
        await views.flush()  # what was seen up to now belongs to the answer
    found = await handler.list_events(query, reads=reads, cursors=request.app.state.cursors)
    note_shown([query.patient_id])
    return found.answer(request)


@router.get("/audit/verify")
@shows("audit_trail")
async def verify_audit_trail(
    query: Annotated[VerifyQuery, Query()], actor: CanRead, reads: FreshReads
) -> AuditVerification:
    """Compute the chain of seals again, from the first event, and name the first thing that is wrong.

    It reads the whole trail: ask for it now and then, and not often. A chain that somebody with every right over the
    database has written anew fits together; that it is another one shows only against an `anchor` that was kept
    elsewhere.
    """
    note_shown([])
    return await handler.verify_trail(query.anchor, reads=reads)
