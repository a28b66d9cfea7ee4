"""The HTTP manners every endpoint shares: the guarded route, strict parameters and bodies, versions and ETags."""

from rounds.http.accept import preferred
from rounds.http.answers import answer, json_bytes
from rounds.http.conditional import (
    NOT_MODIFIED,
    IfMatch,
    IfNoneMatch,
    created,
    not_modified,
)
from rounds.http.idempotency import creates
from rounds.http.route import PUBLIC, Route, StrictRequest, public, router
from rounds.versions import etag, matches, unchanged

__all__ = [
    "NOT_MODIFIED",
    "PUBLIC",
    "IfMatch",
    "IfNoneMatch",
    "Route",
    "StrictRequest",
    "answer",
    "created",
    "creates",
    "etag",
    "json_bytes",
    "matches",
    "not_modified",
    "preferred",
    "public",
    "router",
    "unchanged",
]
