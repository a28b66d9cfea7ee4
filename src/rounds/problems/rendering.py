"""The one place where a problem becomes a response (RFC 9457)."""

from typing import Any

import orjson
from pydantic import BaseModel, Field
from starlette.requests import Request
from starlette.responses import Response

from rounds.i18n import negotiate
from rounds.problems.categories import Problem

MEDIA_TYPE = "application/problem+json"


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
