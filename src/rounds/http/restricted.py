"""Restricted records: a route that finds nothing says whether a reason would open it, and a given reason opens it.

Statements leave out what the caller may not see (`rounds.viewer`), so a hidden record looks like none. Only when
a call ends in 404 is it asked whether that was why, and it becomes a 403, the same for every record. So calls that
find what they look for pay nothing for it.

What is restricted, and who may open it, is the business of the slice that says so (`rounds.protection`).
"""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from rounds.fields.text import normalise
from rounds.i18n import N_
from rounds.problems import Forbidden, InvalidFields, NotFound, Refusal, invalid
from rounds.protection import protections

HEADER = "X-Break-Glass-Reason"
_NAME = HEADER.lower().encode()
SHORTEST, LONGEST = 10, 500
_FEWEST_LETTERS = 5  # dots, and what cannot be seen, give no reason
BODY = "rounds.body"  # in the scope of a request, once it has a JSON body
_PATIENT = "patient_id"
_TOO_SHORT = Refusal("reason_too_short", N_("Give a reason of at least {minimum} characters."))
_TOO_LONG = Refusal("reason_too_long", N_("Give a reason of at most {maximum} characters."))
_TWICE = Refusal("reason_twice", N_("Give one reason."))

Handle = Callable[[Request], Awaitable[Response]]


class RestrictedRecord(Forbidden):
    """The record is restricted. A clinician may see it who gives a reason in `X-Break-Glass-Reason`, for review."""

    code = "restricted_record"
    title = N_("Restricted")
    detail = N_(
        "This record is restricted. Clinicians can open it by giving a reason of at least ten characters in the header "
        "X-Break-Glass-Reason. Every use is reviewed."
    )


def names_records(parameters: Iterable[str]) -> bool:
    """Whether one of these parameters names what may belong to a restricted record."""
    return any(protection.knows(name) for protection in protections() for name in parameters)


async def protected(request: Request, handle: Handle) -> Response:
    """The answer of `handle`, to whom it may be given.

    Raises:
        RestrictedRecord: when it finds nothing because a record is restricted.
        InvalidFields: when a reason is given that is none.
    """
    reason = given_reason(request)
    for protection in protections() if reason is not None else ():
        await protection.open(
            _named(request),
            reason or "",
            actor=request.scope["rounds.actor"],
            request_id=request.scope.get("rounds.request_id"),
            database=request.app.state.database,
        )
    try:
        return await handle(request)
    except (NotFound, InvalidFields) as refused:
        if isinstance(refused, InvalidFields) and not _knows_no_patient(refused):
            raise
        named = _named(request)
        for protection in protections() if named else ():
            if await protection.hides(named, request.app.state.database):
                raise RestrictedRecord from None
        raise


def given_reason(request: Request) -> str | None:
    """The reason of the request's header, trimmed; None without one.

    Raises:
        InvalidFields: when there are several, or it is too short, too long, or not plain text.
    """
    given = [value for name, value in request.scope["headers"] if name == _NAME]
    if not given:
        return None
    pointer = f"header:{HEADER.lower()}"
    if len(given) > 1:
        raise invalid(pointer, _TWICE())
    try:
        reason = given[0].decode("utf-8")
    except UnicodeDecodeError:  # what programs send that keep to RFC 9110's first alphabet
        reason = given[0].decode("latin-1")
    try:
        reason = normalise(reason)
    except ValueError as refusal:
        raise invalid(pointer, refusal) from None  # type: ignore[arg-type]  # PydanticCustomError is a ValueError
    if len(reason) < SHORTEST or sum(map(str.isalnum, reason)) < _FEWEST_LETTERS:
        raise invalid(pointer, _TOO_SHORT(minimum=SHORTEST))
    if len(reason) > LONGEST:
        raise invalid(pointer, _TOO_LONG(maximum=LONGEST))
    return reason


def _knows_no_patient(refused: InvalidFields) -> bool:
    """Whether a body was refused for the patient that it names."""
    return any(error.get("pointer") == f"/{_PATIENT}" for error in refused.errors)


def _named(request: Request) -> dict[str, str]:
    """What the request names: the parameters of its path, and the patient of its query or body."""
    body: Any = request.scope.get(BODY)
    named = {_PATIENT: body[_PATIENT]} if isinstance(body, dict) and isinstance(body.get(_PATIENT), str) else {}
    if _PATIENT in request.query_params:
        named[_PATIENT] = request.query_params[_PATIENT]
    return named | {name: str(value) for name, value in request.path_params.items()}
