"""Notifications, analytics and the event stream over HTTP."""

from typing import Annotated, Any
from uuid import UUID

from fastapi import Header, Query, Request, Response
from pydantic import StringConstraints

from features.notifications import handler, stream
from features.notifications.hub import Hub
from features.notifications.problems import NotificationNotFound, TooManyStreams
from features.notifications.schema import (
    AnalyticsQuery,
    EventTicketRead,
    NotificationQuery,
    NotificationRead,
    RecommendationAnalytics,
)
from rounds.audit import circumstances, note_shown, shows, shows_no_patient
from rounds.auth import TICKET_LIFE, Actor, Tickets, require, require_with_ticket
from rounds.data import FreshReads, Reads
from rounds.fields.choices import ONE_OF
from rounds.http import router as new_router
from rounds.i18n import negotiate
from rounds.listings import Page
from rounds.problems import documents

router = new_router("notifications")

CanRead = Annotated[Actor, require("recommendations:read")]
_PURPOSE = "events"
MayListen = Annotated[Actor, require("events:read")]
CanListen = Annotated[Actor, require_with_ticket("events:read", _PURPOSE)]


@router.get("/notifications", response_model=Page[NotificationRead])
@shows("notification")
async def list_all(
    query: Annotated[NotificationQuery, Query()], actor: CanRead, request: Request, reads: Reads
) -> Response:
    """List what patients were told about recommendations and appointments, newest first."""
    found = await handler.list_notifications(query, reads=reads, cursors=request.app.state.cursors)
    note_shown(notification.patient_id for notification in found.data)
    return found.answer(request)


@router.get("/notifications/{notification_id}", responses=documents(NotificationNotFound))
@shows("notification")
async def read(notification_id: UUID, actor: CanRead, reads: Reads) -> NotificationRead:
    """Read one notification."""
    notification = await handler.read_notification(notification_id, reads=reads)
    note_shown([notification.patient_id], resource_id=notification_id)
    return notification


@router.get("/analytics/recommendations")
@shows_no_patient
async def count_recommendations(
    query: Annotated[AnalyticsQuery, Query()], actor: CanRead, request: Request, reads: FreshReads
) -> RecommendationAnalytics:
    """Count recommendations and their patients, by day or by rule.

    Recommendations count on the day (UTC) they were made, whatever became of them later.
    """
    # Kept under what the primary says it is made from, so it is made from the primary.
    return await handler.count_recommendations(query, reads=reads, cache=request.app.state.cache)


_EXAMPLE = """\
retry: 2000
id: 0197a3c2-7d8e-7aaa-bbbb-000000000000
: listening

id: 0197a3c2-7d8e-7aaa-bbbb-000000000001
event: rounds.recommendation.generated
data: {"specversion":"1.0","id":"0197a3c2-7d8e-7aaa-bbbb-000000000001","source":"/rounds",\
"type":"rounds.recommendation.generated","time":"2026-03-09T08:30:00Z","datacontenttype":"application/json",\
"data":{"patient_id":"0197a3c2-7d8e-7aaa-bbbb-000000000002",\
"recommendation_id":"0197a3c2-7d8e-7aaa-bbbb-000000000003","recommendation":"Physical Therapy",\
"timestamp":"2026-03-09T08:30:00Z"},"subject":"0197a3c2-7d8e-7aaa-bbbb-000000000002"}

: still here

"""
# OpenAPI 3.1 has no word for what a stream is made of, and 3.2, which has, is not what generators read yet.
_EACH = {"x-event-schema": {"$ref": "#/components/schemas/Event"}}
_STREAM: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "An event stream that ends when the access token does",
        "content": {"text/event-stream": {"schema": {"type": "string"}, "example": _EXAMPLE, **_EACH}},
    }
}

Types = Annotated[str, StringConstraints(max_length=1000, pattern=r"^ *[a-z0-9_.]+ *(, *[a-z0-9_.]+ *)*$")]


@router.post("/events/ticket")
@shows_no_patient
async def issue_event_ticket(actor: MayListen, request: Request) -> EventTicketRead:
    """Get a ticket for one stream of events, for clients that cannot send an `Authorization` header.

    A browser's `EventSource` is one: open `GET /events?ticket=…` within 30 seconds. The ticket lets its account in
    once, and to nothing else; the stream ends with the access token the ticket was asked for with. For the next
    stream get another one, and name the last event you have as `last_event_id`.
    """
    tickets = Tickets(request.app.state.settings.signing_key, _PURPOSE)
    return EventTicketRead(ticket=tickets.issue(actor), expires_in=int(TICKET_LIFE.total_seconds()))


@router.get(
    "/events",
    status_code=200,  # said here, since the class does not
    response_class=stream.EventStream,
    response_model=None,
    responses={**_STREAM, **documents(TooManyStreams)},
)
@shows("event")
async def listen_to_events(
    actor: CanListen,
    request: Request,
    types: Annotated[
        list[Types] | None,
        Query(
            alias="type",
            max_length=50,
            description="Only events of these types; repeat it, or separate them by commas.",
            examples=[["rounds.recommendation.generated", "rounds.patient.created"]],
            json_schema_extra={ONE_OF: "EventType"},
        ),
    ] = None,
    patient_id: Annotated[UUID | None, Query(description="Only events about this patient.")] = None,
    last_event_id: Annotated[
        UUID | None, Header(description="The last event you have; what came after it follows at once.")
    ] = None,
    resume_after: Annotated[
        UUID | None, Query(alias="last_event_id", description="The same, for who cannot send the header, which wins.")
    ] = None,
    ticket: Annotated[
        str | None, Query(max_length=2000, description="From `POST /events/ticket`, in the place of a token.")
    ] = None,
) -> Response:
    """Listen to events as they happen, as server-sent events whose `data` is CloudEvents 1.0 JSON.

    Without `Last-Event-ID` the stream begins now. With it, nothing is missed: events come in one order, at least once;
    tell a repetition by its `id`. If events after it are no longer kept, the stream begins with one of the type
    `rounds.gap`, which has no id; then read anew what you keep. The stream ends when the access token expires or is
    revoked: come back with a fresh one. A client that does not keep up is cut off, and may resume.
    """
    del ticket  # the guard has taken it
    settings = request.app.state.settings
    hub = request.app.state.long_lived[Hub]
    wanted = frozenset(name.strip() for part in types or () for name in part.split(","))
    opening = await stream.open_stream(
        hub,
        last_event_id=last_event_id or resume_after,
        types=wanted,
        patient_id=patient_id,
        most=settings.sse_clients,
        language=negotiate(request.headers.get("accept-language", "en")),
    )
    leave = stream.Leave(actor, request.app.state.tokens)
    note_shown([])  # nobody yet; whom the events are about is noted as they are sent
    content = stream.blocks(hub, opening, leave, heartbeat=settings.sse_heartbeat_seconds, listening=circumstances())
    return stream.EventStream(hub, content)
