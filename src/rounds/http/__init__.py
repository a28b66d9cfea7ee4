"""The HTTP manners every endpoint shares: the guarded route, strict parameters and bodies, versions and ETags."""

from rounds.http.accept import preferred
from rounds.http.answers import answer, json_bytes
from rounds.http.conditional import (
    NOT_MODIFIED,
    IfMatch,
    IfNoneMatch,
    created,
    etag,
    expect_version,
    matches,
    not_modified,
    unchanged,
)
from rounds.http.idempotency import creates
from rounds.http.merge_patch import merged, patched
from rounds.http.route import PUBLIC, Route, StrictRequest, public, router

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
    "expect_version",
    "json_bytes",
    "matches",
    "merged",
    "not_modified",
    "patched",
    "preferred",
    "public",
    "router",
    "unchanged",
]
