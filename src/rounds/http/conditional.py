"""The headers of conditional requests (RFC 9110, section 13), and the answers to them."""

from typing import Annotated, Any

from fastapi import Header, Response

from rounds.versions import ENTITY_TAGS, etag

# RFC 9110, section 13: preconditions on the version a client has seen.
IfMatch = Annotated[
    str | None,
    Header(
        description="Change only this version, as ETag showed it.",
        json_schema_extra={"pattern": rf"^([ \t]*\*[ \t]*|{ENTITY_TAGS})$"},
    ),
]
IfNoneMatch = Annotated[str | None, Header(description="Answer 304 when the version is still this one.")]


def not_modified(version: int) -> Response:
    """The empty answer to a client that already has `version`."""
    return Response(status_code=304, headers={"ETag": etag(version)})


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Not modified"}}


def created(response: Response, location: str, version: int) -> None:
    """Say where the new resource is and which version it has."""
    response.headers["Location"] = location
    response.headers["ETag"] = etag(version)
