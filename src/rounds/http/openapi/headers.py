"""The headers of answers."""

from rounds.http.idempotency import REPLAYED
from rounds.http.openapi.model_names import Json

_HEADERS: dict[str, tuple[str, str | int]] = {
    "ETag": ("The version; send it back as If-None-Match or If-Match.", '"3"'),
    REPLAYED: ("That this is the answer of an earlier request with the same key.", "true"),
    "Retry-After": ("Seconds to wait before trying again.", 1),
    "WWW-Authenticate": ("How to identify yourself.", "Bearer"),
    "X-Request-ID": ("Your own id of the request, or a new one; the logs carry it too.", "web-4711"),
}
_ALWAYS = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}


def shared_headers() -> Json:
    """The headers that answers refer to, by name."""
    return {name: _described(description, example) for name, (description, example) in _HEADERS.items()}


def headers_of(status: str, *more: str) -> Json:
    """The headers of an answer: those that every one with this status has, and more."""
    names = ("X-Request-ID", *more, *_ALWAYS.get(status, ()))
    return {name: {"$ref": f"#/components/headers/{name}"} for name in names}


def location(example: str) -> Json:
    """The header that says where the new resource is."""
    return {"Location": _described("Where the new resource is.", example)}


def link(path: str) -> Json:
    """The header with the links of a page."""
    return {"Link": _described("This page and the next (RFC 8288).", f'<{path}>; rel="self"')}


def _described(description: str, example: str | int) -> Json:
    kind = "integer" if isinstance(example, int) else "string"
    return {"description": description, "schema": {"type": kind}, "example": example}
