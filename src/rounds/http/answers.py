"""Answers made from what a handler found: straight to bytes, with their version, or 304 when the client has it already.

Every endpoint that shows or changes something with a version answers by one of these three. What a handler found is
valid already, so nothing validates it a second time. That it is what OpenAPI says is held by the tests, which check the
answers of every call against the document.
"""

from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from starlette.responses import Response

from rounds.http.conditional import not_modified
from rounds.versions import etag, matches

_OPTIONS = orjson.OPT_UTC_Z
_JSON = "application/json"
Document = Mapping[str, Any] | BaseModel


def json_bytes(document: Any, *, exclude_unset: bool = False) -> bytes:
    """`document` as JSON; moments in UTC end in `Z`, models and decimals are understood.

    Args:
        document: What to write.
        exclude_unset: Whether fields that were not set in a model are left out, e.g. what nobody asked to expand.
    """
    return orjson.dumps(document, default=_plain_as_set if exclude_unset else _plain, option=_OPTIONS)


def answer(
    document: Document,
    *,
    version: int | None = None,
    if_none_match: str | None = None,
    exclude_unset: bool = False,
) -> Response:
    """The answer of a read or a change: `document`, or 304 when the client has this version already.

    Args:
        document: What to show.
        version: Its version; None for what has none, which is then always shown.
        if_none_match: The request's header.
        exclude_unset: See `json_bytes`.
    """
    if version is None:
        return Response(json_bytes(document, exclude_unset=exclude_unset), media_type=_JSON)
    tag = etag(version)
    if matches(if_none_match, tag):
        return not_modified(tag)
    return Response(json_bytes(document, exclude_unset=exclude_unset), media_type=_JSON, headers={"ETag": tag})


def created(
    document: Document,
    location: str,
    *,
    version: int | None = None,
    status_code: int = 201,
    exclude_unset: bool = False,
) -> Response:
    """The answer to what made something: the thing itself, where it is, and which version it has, if it has any."""
    return Response(
        json_bytes(document, exclude_unset=exclude_unset),
        status_code=status_code,
        media_type=_JSON,
        headers={"Location": location} if version is None else {"Location": location, "ETag": etag(version)},
    )


def answer_content(
    content: bytes, *, tag: str, if_none_match: str | None, media_type: str, headers: Mapping[str, str] | None = None
) -> Response:
    """The answer of a read whose version is told by its content: the bytes, or 304.

    Args:
        content: The bytes.
        tag: Their entity tag.
        if_none_match: The request's header.
        media_type: What they are.
        headers: More headers of the full answer; `Vary` goes with a 304 too (RFC 9110, section 15.4.5).
    """
    more = dict(headers or {})
    if matches(if_none_match, tag):
        return not_modified(tag, vary=more.get("Vary"))
    # Said here and not by the argument, which would claim an encoding for texts.
    return Response(content, headers={"Content-Type": media_type, **more, "ETag": tag})


def _default(value: Any, *, exclude_unset: bool) -> Any:
    if isinstance(value, BaseModel):
        return orjson.Fragment(value.model_dump_json(by_alias=True, exclude_unset=exclude_unset))
    if isinstance(value, UUID):  # asyncpg has a class of its own for them
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)


_plain: Callable[[Any], Any] = partial(_default, exclude_unset=False)
_plain_as_set: Callable[[Any], Any] = partial(_default, exclude_unset=True)
