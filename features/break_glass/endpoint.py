"""Reviews of break-glass over HTTP. Records are opened by a header of the calls that show them."""

from typing import Annotated
from uuid import UUID

from fastapi import Query, Request, Response

from features.break_glass import handler
from features.break_glass.problems import AlreadyReviewed, OwnUse, UseNotFound
from features.break_glass.schema import BreakGlassReview, BreakGlassUseRead, UseQuery
from rounds.audit import changes, note_shown, shows
from rounds.auth import Actor, require
from rounds.data import FreshReads, Tx
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import documents

router = new_router("audit")

CanRead = Annotated[Actor, require("audit:read")]


@router.get("/audit/break-glass", response_model=Page[BreakGlassUseRead])
@shows("break_glass")
async def list_break_glass_uses(
    query: Annotated[UseQuery, Query()], actor: CanRead, request: Request, reads: FreshReads
) -> Response:
    """List the uses of break-glass, the latest first. `reviewed=false` is the queue of those who review."""
    found = await handler.list_uses(query, reads=reads, cursors=request.app.state.cursors)
    note_shown(use.patient_id for use in found.data)
    return found.answer(request)


@router.get("/audit/break-glass/{use_id}", responses=documents(UseNotFound))
@shows("break_glass")
async def read_break_glass_use(use_id: UUID, actor: CanRead, reads: FreshReads) -> BreakGlassUseRead:
    """Read one use of break-glass."""
    use = await handler.read_use(use_id, reads=reads)
    note_shown([use.patient_id], resource_id=use_id)
    return use


@router.post("/audit/break-glass/{use_id}/review", responses=documents(UseNotFound, OwnUse, AlreadyReviewed))
@changes("break_glass")
async def review_break_glass_use(use_id: UUID, body: BreakGlassReview, actor: CanRead, db: Tx) -> BreakGlassUseRead:
    """Review a use of break-glass. A review is final, and is never that of the user who opened the record."""
    return await handler.review_use(use_id, body, actor=actor, db=db)
