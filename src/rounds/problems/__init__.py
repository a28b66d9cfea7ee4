"""Errors as RFC 9457 problem details: one class per problem, one renderer for all of them.

The category owns the HTTP status, the concrete class owns a stable `code`. The tree is drawn in `categories`.
"""

from rounds.problems.categories import (
    Conflict,
    Crash,
    Forbidden,
    Gone,
    HeadersTooLarge,
    Invalid,
    Malformed,
    MethodNotAllowed,
    NotFound,
    PreconditionFailed,
    Problem,
    RequestTimeout,
    TooLarge,
    TooManyRequests,
    Unauthenticated,
    Unavailable,
    UnsupportedEncoding,
    UnsupportedMedia,
    UriTooLong,
    named,
)
from rounds.problems.documentation import SAMPLE_ID, documents, example
from rounds.problems.refusals import MOST_ERRORS, InvalidFields, Refusal, invalid, pointer_of
from rounds.problems.rendering import MEDIA_TYPE, FieldError, ProblemDetails, respond

__all__ = [
    "MEDIA_TYPE",
    "MOST_ERRORS",
    "SAMPLE_ID",
    "Conflict",
    "Crash",
    "FieldError",
    "Forbidden",
    "Gone",
    "HeadersTooLarge",
    "Invalid",
    "InvalidFields",
    "Malformed",
    "MethodNotAllowed",
    "NotFound",
    "PreconditionFailed",
    "Problem",
    "ProblemDetails",
    "Refusal",
    "RequestTimeout",
    "TooLarge",
    "TooManyRequests",
    "Unauthenticated",
    "Unavailable",
    "UnsupportedEncoding",
    "UnsupportedMedia",
    "UriTooLong",
    "documents",
    "example",
    "invalid",
    "named",
    "pointer_of",
    "respond",
]
