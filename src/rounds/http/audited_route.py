"""Notes what a route has shown and whom it has refused, for the audit trail; the route declares what that can be."""

from collections.abc import Awaitable, Callable, Coroutine
from contextvars import Token
from functools import wraps
from typing import Any
from uuid import UUID

from starlette.requests import Request
from starlette.responses import Response

from rounds.audit import ANONYMOUS, Audited, AuditOutcome, Circumstances
from rounds.audit.circumstances import current
from rounds.auth import Actor
from rounds.problems import Forbidden

Handle = Callable[[Request], Coroutine[Any, Any, Response]]
Admit = Callable[[Request], Awaitable[Actor]]
PATIENT = "patient_id"


def audited_handler(declared: Audited, handle: Handle, admit: Admit | None, path: str) -> Handle:
    """`handle` for those whom `admit` lets in, with everything noted that the trail has to know.

    Args:
        declared: What the route shows or changes.
        handle: What answers.
        admit: The guard; None for what needs no token.
        path: The route's path, which may say whose record it is.
    """
    resource, action, in_path = declared.resource, declared.action, _is_of_patient(path)

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
            if whose is not None:  # None where the answer is an earlier one: whoever sends it again has looked there
                now.view(resource, whose, action=action, resource_id=now.resource_id)
        if (
            resource is not None
        ):  # whoever shows nothing of patients waits for nobody's views: the health check, for one
            await now.settled()
        return response

    return handler


def telling(endpoint: Callable[..., Any], declared: Audited, path: str) -> Callable[..., Any]:
    """`endpoint`, which fails when it did not say whose records it concerned: before anything is committed or shown."""
    if not declared.of_patient or _is_of_patient(path):
        return endpoint

    @wraps(endpoint)
    async def call(**values: Any) -> Any:
        found = await endpoint(**values)
        now = current.get()
        if now.shown is None and not now.changed:
            raise RuntimeError(f"{path} is declared to concern patients, and did not say which")
        return found

    return call


def _is_of_patient(path: str) -> bool:
    return f"{{{PATIENT}}}" in path


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
                outcome=AuditOutcome.REFUSED,
                detail=refused.code,
            )
        )


def _patient_of(request: Request) -> list[UUID]:
    given = request.path_params.get(PATIENT)
    try:
        return [UUID(str(given))] if given is not None else []
    except ValueError:
        return []
