"""Errors as RFC 9457 problem details: one class per problem, one renderer for all of them.

The category owns the HTTP status, the concrete class owns a stable `code`:

    Problem
     ├── Malformed            400
     ├── Unauthenticated      401
     ├── Forbidden            403
     ├── NotFound             404
     ├── MethodNotAllowed     405
     ├── Conflict             409
     ├── PreconditionFailed   412
     ├── TooLarge             413
     ├── UnsupportedMedia     415
     ├── Invalid              422
     ├── TooManyRequests      429
     ├── Crash                500
     └── Unavailable          503

`Refusal` is its little sibling inside models: it makes the pydantic error for one field, with a translatable message.
"""

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, LiteralString

import orjson
from pydantic import BaseModel, Field, ValidationError
from pydantic_core import PydanticCustomError
from pydantic_core._pydantic_core import list_all_errors
from starlette.requests import Request
from starlette.responses import Response

from rounds.i18n import N_, negotiate, translate
from rounds.wording import WORDING

MEDIA_TYPE = "application/problem+json"
# Nobody mends more at once, and a body can be wrong in a hundred thousand places.
MOST_ERRORS = 100


class FieldError(BaseModel):
    """One thing wrong with the input, and where."""

    pointer: str = Field(
        description="A JSON pointer into the body, `?parameter`, `path:name` or `header:name`.",
        examples=["/name"],
    )
    code: str = Field(description="A stable name for the kind of mistake.", examples=["string_too_short"])
    detail: str = Field(description="What is wrong, in the caller's language.")


class ProblemDetails(BaseModel):
    """What every error looks like (RFC 9457)."""

    type: str = Field(description="Answers a short explanation of this kind of problem.")
    title: str = Field(description="The kind of problem, in the caller's language.")
    status: int = Field(description="The HTTP status code, repeated.")
    detail: str = Field(description="This occurrence, and what to do next.")
    instance: str = Field(description="The path that was called.")
    code: str = Field(description="The stable name of this kind of problem; match on this.")
    request_id: str = Field(description="Quote this when asking for help; the logs carry it too.")
    errors: list[FieldError] | None = Field(None, description="On 422: each field that was refused.")


class Problem(Exception):  # noqa: N818 - a problem is not always an error; RFC 9457 names it so
    """A refusal the client can act on. Subclass a category, set `code`, `title` and `detail`.

    `detail` is an English template whose placeholders are filled from the keyword arguments. Those arguments that the
    client may want to read by name are listed in `members` and become extension members of the document.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    title: ClassVar[str] = N_("Something went wrong")
    detail: ClassVar[str] = N_("The request could not be completed.")
    members: ClassVar[tuple[str, ...]] = ()
    known: ClassVar[dict[str, type["Problem"]]] = {}

    def __init__(self, *, headers: Mapping[str, str] | None = None, **values: object) -> None:
        super().__init__(self.code)
        self.values = values
        self.headers = dict(headers or {})

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "code" in cls.__dict__:
            if cls.known.setdefault(cls.code, cls) is not cls:
                raise TypeError(f"two problems share the code {cls.code!r}")
            if not cls.__doc__:
                raise TypeError(f"{cls.__name__} needs a docstring; /problems/{cls.code} shows it")

    def document(self, language: str) -> dict[str, Any]:
        """The members of the problem document that belong to the problem itself."""
        return {
            "type": f"/problems/{self.code}",
            "title": translate(self.title, language),
            "status": self.status,
            "detail": translate(self.detail, language, **self.values),
            "code": self.code,
            **{name: self.values[name] for name in self.members if name in self.values},
        }


class Malformed(Problem):
    """The request could not be read as HTTP meant it."""

    status = 400
    code = "malformed_request"
    title = N_("The request is malformed")
    detail = N_("The request could not be read. Check its syntax and send it again.")


class Unauthenticated(Problem):
    """There is no valid access token with the request. Sign in at `/security/token`, or refresh the token."""

    status = 401
    code = "unauthenticated"
    title = N_("Sign in first")
    detail = N_("Send a valid access token as “Authorization: Bearer …”. Get one from POST /security/token.")

    def __init__(self, **values: object) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"}, **values)


class Forbidden(Problem):
    """The token is valid, but its roles do not include the scope this call needs."""

    status = 403
    code = "forbidden"
    title = N_("Not allowed")
    detail = N_("This needs the scope {scope}, which your roles do not include. Ask an administrator for it.")


class NotFound(Problem):
    """Nothing is served under this path."""

    status = 404
    code = "not_found"
    title = N_("Not found")
    detail = N_("There is nothing at this address. The API is described at /docs.")


class MethodNotAllowed(Problem):
    """The path exists, but not with this method. The `Allow` header lists the methods that do."""

    status = 405
    code = "method_not_allowed"
    title = N_("Method not allowed")
    detail = N_("This address does not answer this method. The Allow header lists those it does.")


class Conflict(Problem):
    """The request is sound, but the current state of things does not allow it."""

    status = 409
    code = "conflict"
    title = N_("Conflict")
    detail = N_("The request conflicts with what is already recorded.")


class PreconditionFailed(Problem):
    """The resource has changed since the version named in `If-Match`. Read it again and repeat the change on it."""

    status = 412
    code = "version_changed"
    title = N_("It has changed meanwhile")
    detail = N_("The version is now {version}, not the one named in If-Match. Read it again, then repeat your change.")
    members = ("version",)


class TooLarge(Problem):
    """The body is larger than this server accepts for the call."""

    status = 413
    code = "body_too_large"
    title = N_("The body is too large")
    detail = N_("The request body exceeds the limit for this call. Send less at once.")


class UnsupportedMedia(Problem):
    """The body's media type is not one this call understands."""

    status = 415
    code = "unsupported_media_type"
    title = N_("Unsupported media type")
    detail = N_("Send the body as {supported}.")


class Invalid(Problem):
    """Some of the input is not acceptable; `errors` names each field, a stable code and what to do."""

    status = 422
    code = "invalid"
    title = N_("The input is not valid")
    detail = N_("Correct the fields listed in “errors” and send the request again.")


class TooManyRequests(Problem):
    """There have been too many attempts; wait for the seconds in `Retry-After`."""

    status = 429
    code = "too_many_requests"
    title = N_("Too many attempts")
    detail = N_("Wait {seconds} seconds before you try again.")

    def __init__(self, *, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, seconds=seconds)


class Crash(Problem):
    """The server failed. Nothing was stored by this request; the details are in the server's log under `request_id`."""

    status = 500
    code = "internal_error"
    title = N_("The server failed")
    detail = N_("Nothing was stored. Try again; if it happens again, report the request id.")


class Unavailable(Problem):
    """Something the server needs, such as the database, does not answer at the moment. Try again shortly."""

    status = 503
    code = "unavailable"
    title = N_("Temporarily unavailable")
    detail = N_("The service cannot answer right now. Try again in a moment.")

    def __init__(self, *, seconds: int = 1) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})


class Refusal:
    """Why a value is refused, as a reusable constant: `raise WRONG_CHECKSUM()` inside a pydantic validator.

    Args of a call fill the placeholders of the message, which is translated when the answer is rendered.
    """

    known: ClassVar[dict[str, str]] = {
        # A mistake pydantic finds by itself is explained by its own template where we have nothing plainer to say.
        **{error["type"]: error["message_template_python"] for error in list_all_errors()},
        **WORDING,
    }

    def __init__(self, code: LiteralString, message: LiteralString) -> None:
        if self.known.setdefault(code, message) != message:
            raise TypeError(f"two refusals share the code {code!r}")
        self.code: LiteralString = code
        self._message: LiteralString = message

    def __call__(self, **values: Any) -> PydanticCustomError:
        """The error to raise."""
        return PydanticCustomError(self.code, self._message, values)


def invalid(pointer: str, refusal: PydanticCustomError) -> "InvalidFields":
    """The 422 for one field that only a handler, not the model, can judge."""
    return InvalidFields([{"pointer": pointer, "type": refusal.type, "ctx": refusal.context or {}}])


class InvalidFields(Invalid):
    """Carries the refused fields to the renderer."""

    def __init__(self, errors: Sequence[Mapping[str, Any]]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def of(cls, errors: Sequence[Mapping[str, Any]]) -> "InvalidFields":
        """From pydantic's or FastAPI's error list; the offending input itself is never repeated."""
        return cls([{"pointer": pointer_of(error["loc"]), **error} for error in errors[:MOST_ERRORS]])

    @classmethod
    def of_model(cls, error: ValidationError, source: str) -> "InvalidFields":
        """From a model that was validated outside FastAPI, as if it came from `body` or `query`."""
        return cls.of([{**item, "loc": (source, *item["loc"])} for item in error.errors()])

    def document(self, language: str) -> dict[str, Any]:
        """The problem's members, with the refused fields."""
        return {
            **super().document(language),
            "errors": [
                {"pointer": error["pointer"], "code": error["type"], "detail": _explain(error, language)}
                for error in self.errors[:MOST_ERRORS]
            ],
        }


def _explain(error: Mapping[str, Any], language: str) -> str:
    template = Refusal.known.get(error["type"], Refusal.known["value_error"])
    values = dict(error.get("ctx", {}))
    if "expected" in values:  # pydantic's "'a', 'b' or 'c'", without the English word
        values["expected"] = ", ".join(str(values["expected"]).rsplit(" or ", 1))
    try:
        return translate(template, language, **values)
    except (KeyError, IndexError, ValueError):  # a template of pydantic's whose context is not ours to know
        return translate(Refusal.known["value_error"], language)


def pointer_of(location: Sequence[int | str]) -> str:
    """FastAPI's error location as a JSON pointer (RFC 6901), `?parameter`, `path:name` or `header:name`."""
    source, *steps = location
    if source == "body":
        # A body that is not JSON at all has only a character offset to show, which points nowhere in a document.
        if len(steps) == 1 and isinstance(steps[0], int):
            return ""
        return "".join(f"/{str(step).replace('~', '~0').replace('/', '~1')}" for step in steps)
    name = ".".join(str(step) for step in steps)
    return {"query": f"?{name}", "path": f"path:{name}"}.get(str(source), f"{source}:{name}")


def respond(request: Request, problem: Problem) -> Response:
    """The one place where a problem becomes a response."""
    language = negotiate(request.headers.get("accept-language", "en"))
    document = {
        **problem.document(language),
        "instance": request.url.path,
        "request_id": request.scope.get("rounds.request_id", ""),
    }
    # `default=str` shows UUIDs and dates; `instance` may hold what is not UTF-8, which must not break the answer.
    body = orjson.dumps(_printable(document), default=str)
    headers = {"Content-Language": language, "Vary": "Accept-Language", "Cache-Control": "no-store", **problem.headers}
    return Response(body, status_code=problem.status, headers=headers, media_type=MEDIA_TYPE)


def _printable(value: Any) -> Any:
    match value:
        case str():
            return value.encode("utf-8", "replace").decode("utf-8")
        case dict():
            return {key: _printable(item) for key, item in value.items()}
        case list() | tuple():
            return [_printable(item) for item in value]
        case _:
            return value


def documents(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint, so that OpenAPI shows each problem with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = responses.setdefault(
            problem.status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}, "examples": {}}}},
        )
        entry["description"] = "; ".join(filter(None, [entry["description"], problem.title]))
        entry["content"][MEDIA_TYPE]["examples"][problem.code] = {"summary": problem.title, "value": example(problem)}
    return responses


SCHEMA = "#/components/schemas/ProblemDetails"


def example(problem: type[Problem]) -> dict[str, Any]:
    """A problem document as documentation shows it."""
    document: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": "/…",
        "code": problem.code,
        "request_id": "0197a3c2-7d8e-7aaa-bbbb-000000000000",
    }
    if problem.status == Invalid.status:
        document["errors"] = [{"pointer": "/name", "code": "missing", "detail": Refusal.known["missing"]}]
    return document
