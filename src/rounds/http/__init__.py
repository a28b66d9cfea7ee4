"""The HTTP manners every endpoint shares: the guarded route, strict parameters and bodies, versions and ETags."""

from rounds.http.accept import accepts_gzip, preferred
from rounds.http.answers import answer, answer_content, created, json_bytes
from rounds.http.conditional import NOT_MODIFIED, IfMatch, IfNoneMatch
from rounds.http.front_page import offer_front_page
from rounds.http.idempotency import creates
from rounds.http.route import PUBLIC, Route, StrictRequest, public, router

__all__ = [
    "NOT_MODIFIED",
    "PUBLIC",
    "IfMatch",
    "IfNoneMatch",
    "Route",
    "StrictRequest",
    "accepts_gzip",
    "answer",
    "answer_content",
    "created",
    "creates",
    "json_bytes",
    "offer_front_page",
    "preferred",
    "public",
    "router",
]
