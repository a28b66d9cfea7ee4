"""Answers made from what was read: straight to bytes, conditional on the version that the client has seen.

What is read from the database is valid already, so nothing validates it a second time. That it is what OpenAPI says is
held by the tests, which check the answers of every call against the document.
"""

from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

import orjson
from pydantic import BaseModel
from starlette.responses import Response

from rounds.http.conditional import not_modified
from rounds.versions import etag, unchanged

_OPTIONS = orjson.OPT_UTC_Z


def json_bytes(document: Any) -> bytes:
    """`document` as JSON; moments in UTC end in `Z`, models and decimals are understood."""
    return orjson.dumps(document, default=_plain, option=_OPTIONS)


def answer(
    document: Mapping[str, Any] | BaseModel, *, version: int | None = None, if_none_match: str | None = None
) -> Response:
    """The answer of a read: `document`, or 304 when the client has this version already.

    Args:
        document: What to show.
        version: Its version; None for what has none, which is then always shown.
        if_none_match: The request's header.
    """
    if version is None:
        return Response(json_bytes(document), media_type="application/json")
    if unchanged(if_none_match, version):
        return not_modified(version)
    return Response(json_bytes(document), media_type="application/json", headers={"ETag": etag(version)})


def _plain(value: Any) -> Any:
    if isinstance(value, BaseModel):
        return value.model_dump(exclude_unset=True)  # e.g. what nobody asked to expand
    if isinstance(value, UUID):  # asyncpg has a class of its own for them
        return str(value)
    if isinstance(value, Decimal):
        return float(value)
    raise TypeError(type(value).__name__)
