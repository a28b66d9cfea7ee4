"""Notes what a route has shown and whom it has refused, for the audit trail; the route declares what that can be."""

from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Token
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from rounds.audit import ANONYMOUS, Audited, Circumstances, Outcome
from rounds.audit.circumstances import current
from rounds.auth import Actor
from rounds.problems import Forbidden

Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Admit = Callable[[Request], Awaitable[Actor]]
PATIENT = "patient_id"
_REPLAYED = "idempotency-replayed"


def audited_handler(declared: Audited, handle: Handle, admit: Admit | None, path: str) -> Handle:
    """`handle` for those whom `admit` lets in, with everything noted that the trail has to know.

    Args:
        declared: What the route shows or changes.
        handle: What answers.
        admit: The guard; None for what needs no token.
        path: The route's path, for the message to whoever forgot to say what is shown.
    """
    resource, action = declared.resource, declared.action
    in_path = f"{{{PATIENT}}}" in path

    async def handler(request: Request) -> Response:
        scope = request.scope
        views = getattr(scope["app"].state, "views", None)
        now = Circumstances(ANONYMOUS, request_id=scope.get("rounds.request_id"), views=views)
        token: Token[Circumstances] = current.set(now)
        try:
            if admit is not None:
                actor = await admit(request)
                now.actor, now.actor_id = actor.username, actor.id
            response = await handle(request)
        except Forbidden as refused:
            _note_refusal(now, request, refused, resource or path)
            raise
        finally:
            current.reset(token)
        if resource is not None and response.status_code < 400 and (now.shown is not None or not now.changed):
            whose = now.shown
            if whose is None and in_path:
                whose = _patient_of(request)
            if whose is not None:
                now.view(resource, whose, action=action, resource_id=now.resource_id)
            elif declared.shows and _REPLAYED not in response.headers:  # a replay has looked where its answer came from
                raise RuntimeError(f"{path} is declared to concern patients, and did not say which")
        await now.settled()
        return response

    return handler


def _note_refusal(now: Circumstances, request: Request, refused: Forbidden, resource: str) -> None:
    actor: Actor | None = request.scope.get("rounds.actor")
    if actor is not None:
        now.actor, now.actor_id = actor.username, actor.id
    if now.views is not None:
        now.views.add(
            now.event(
                "access",
                resource,
                patients=tuple(_patient_of(request)),
                outcome=Outcome.REFUSED,
                detail=refused.code,
            )
        )


def _patient_of(request: Request) -> list[UUID]:
    given = request.path_params.get(PATIENT)
    try:
        return [UUID(str(given))] if given is not None else []
    except ValueError:
        return []
