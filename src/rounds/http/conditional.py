"""The headers of conditional requests (RFC 9110, section 13), and the answers to them."""

from typing import Annotated, Any

from fastapi import Header, Response

from rounds.versions import ENTITY_TAGS

# RFC 9110, section 13: preconditions on the version a client has seen.
IfMatch = Annotated[
    str | None,
    Header(
        description="Change only this version, as ETag showed it.",
        json_schema_extra={"pattern": rf"^([ \t]*\*[ \t]*|{ENTITY_TAGS})$"},
    ),
]
IfNoneMatch = Annotated[str | None, Header(description="Answer 304 when the version is still this one.")]


def not_modified(tag: str, *, vary: str | None = None) -> Response:
    """The empty answer to a client that already has what `tag`, an entity tag, stands for."""
    return Response(status_code=304, headers={"ETag": tag} if vary is None else {"ETag": tag, "Vary": vary})


NOT_MODIFIED: dict[int | str, dict[str, Any]] = {304: {"description": "Not modified"}}
