"""Charts over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from features.chart import handler
from features.chart.schema import ChartQuery, ChartRead
from features.patients import PatientNotFound
from rounds.audit import shows
from rounds.auth import Actor, require
from rounds.http import NOT_MODIFIED, IfNoneMatch, answer_content
from rounds.http import router as new_router
from rounds.problems import Unavailable, documents

router = new_router("chart")

CanRead = Annotated[Actor, require("notes:read")]
_ANSWERS: dict[int | str, dict[str, Any]] = {**NOT_MODIFIED, **documents(PatientNotFound, Unavailable)}


@router.get("/patients/{patient_id}/chart", response_model=ChartRead, responses=_ANSWERS)
@shows("chart")
async def read_chart(
    patient_id: UUID,
    query: Annotated[ChartQuery, Query()],
    actor: CanRead,
    request: Request,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """What is true of a patient now, out of all notes: one line for each thing, with the words that say so.

    Problems under one name each, with their latest stage; medications as the latest statement leaves them; allergies,
    of which a denial of all hides none; warnings; procedures; family history; the latest measurements; what is still
    ahead; and what notes contradict each other about. With `as_of` the chart is as the notes up to that moment have it.
    The rules by which notes are brought together stand in the documentation, and no model has a part in it.
    """
    state = request.app.state
    chart = await handler.read_chart(
        patient_id,
        query.as_of,
        database=state.database,
        child_processes=state.child_processes,
        whose=actor.id,
    )
    return answer_content(chart.body, tag=chart.etag, if_none_match=if_none_match, media_type="application/json")
