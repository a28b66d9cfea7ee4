"""Summaries over HTTP."""

from functools import partial
from typing import Annotated, Any
from uuid import UUID

from fastapi import Query, Request, Response

from features.patients import PatientNotFound
from features.summaries import handler, stream
from features.summaries.schema import SummaryQuery, SummaryRead
from features.summaries.workshop import Workshop
from features.summaries.writing import Writer
from rounds.audit import shows
from rounds.auth import Actor, require
from rounds.http import NOT_MODIFIED, IfNoneMatch, answer_content, preferred
from rounds.http import router as new_router
from rounds.i18n import negotiate
from rounds.problems import documents

router = new_router("summaries")

CanRead = Annotated[Actor, require("summaries:read")]

_JSON, _STREAM = "application/json", "text/event-stream"
_EXAMPLE = """\
event: heading
data: {"patient_id":"0197a3c2-7d8e-7aaa-bbbb-000000000002","name":"Maeve Byrne","age":69}

event: statement
data: {"section":"Medications","text":"Amoxicillin 500 mg three times daily","citations":[],"supported":true}

event: done
data: {"summary":"…"}

"""
_ANSWERS: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The summary",
        "content": {_STREAM: {"schema": {"type": "string"}, "example": _EXAMPLE}},
    },
    **NOT_MODIFIED,
    **documents(PatientNotFound),
}


@router.get("/patients/{patient_id}/summary", response_model=SummaryRead, responses=_ANSWERS)
@shows("summary")
async def summarise_patient(
    patient_id: UUID,
    query: Annotated[SummaryQuery, Query()],
    actor: CanRead,
    request: Request,
    if_none_match: IfNoneMatch = None,
) -> Response:
    """Summarise what a patient's notes say, each statement with the words it rests on.

    The server finds every quote in the notes and checks that statement and quote agree on drugs, doses, numbers, sides
    and negations; what does not is left out. Without a model (`OPENAI_API_KEY`), or when it fails, the summary is made
    from the facts that were read from the notes, and `generator` says so. A summary is kept until a note is added,
    deleted or read anew, until the record changes, or until the next day.

    When `Accept` prefers `text/event-stream` the answer is a stream of events: `heading`, each `statement` once it has
    been checked, and `done` with the whole summary, or `error` with a problem.
    """
    state = request.app.state
    writer = state.long_lived[Writer]
    asked = await handler.ask(
        patient_id, query.options(), refresh=query.refresh, database=state.database, writer=writer
    )
    workshop = Workshop(state.child_processes, actor.id)
    summarise = partial(
        handler.summarise, asked, database=state.database, cache=state.cache, writer=writer, workshop=workshop
    )
    accept = ", ".join(request.headers.getlist("accept")) or None
    if preferred(accept, (_JSON, _STREAM)) == _STREAM:
        language = negotiate(request.headers.get("accept-language", "en"))
        return stream.answer(asked, summarise, language=language)
    made = await summarise()
    return answer_content(
        made.body, tag=made.etag, if_none_match=if_none_match, media_type=_JSON, headers={"Vary": "Accept"}
    )
