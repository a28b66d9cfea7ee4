"""The tree of problems: a category owns the HTTP status, a concrete class a stable `code`.

Problem  500 problem
  Malformed  400 malformed_request
  Unauthenticated  401 unauthenticated
  Forbidden  403 forbidden
    RestrictedRecord  403 restricted_record
  NotFound  404 not_found
  MethodNotAllowed  405 method_not_allowed
  RequestTimeout  408 request_timeout
  Conflict  409 conflict
  Gone  410 gone
    AnswerGone  410 idempotency_answer_gone
  PreconditionFailed  412 version_changed
    RuledOut  412 version_ruled_out
  TooLarge  413 body_too_large
  UriTooLong  414 uri_too_long
  UnsupportedMedia  415 unsupported_media_type
    UnsupportedEncoding  415 unsupported_content_encoding
  Invalid  422 invalid
    InvalidFields  422 invalid
      KeyReused  422 idempotency_key_reused
  TooManyRequests  429 too_many_requests
  HeadersTooLarge  431 headers_too_large
  Crash  500 internal_error
  Unavailable  503 unavailable
    DatabaseOverloaded  503 database_overloaded
    DatabaseReadOnly  503 database_read_only
    EngineDown  503 engine_down
    TooDear  503 query_too_dear
    StorageFull  503 storage_full
"""

from collections.abc import Mapping
from string import Formatter
from types import MappingProxyType
from typing import Any, ClassVar

from rounds.i18n import N_, translate


def named(**values: Any) -> Mapping[str, Any]:
    """Values by name, for the class of a problem to keep."""
    return MappingProxyType(values)


class Problem(Exception):  # noqa: N818 - a problem is not always an error; RFC 9457 names it so
    """A refusal the client can act on. Subclass a category, set `code`, `title` and `detail`.

    `detail` is an English template whose placeholders are filled from the keyword arguments. Those arguments that the
    client may want to read by name are listed in `members`, with their types, and become extension members of the
    document. What both hold in the documentation's example stands in `sample`.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "problem"
    title: ClassVar[str] = N_("Something went wrong")
    detail: ClassVar[str] = N_("The request could not be completed.")
    members: ClassVar[Mapping[str, Any]] = named()
    sample: ClassVar[Mapping[str, Any]] = named()
    known: ClassVar[dict[str, type["Problem"]]] = {}

    def __init__(self, *, headers: Mapping[str, str] | None = None, **values: object) -> None:
        super().__init__(self.code)
        self.values = values
        self.headers = dict(headers or {})

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        if "code" in cls.__dict__:
            if cls.known.setdefault(cls.code, cls) is not cls:
                raise TypeError(f"two problems share the code {cls.code!r}")
            if not cls.__doc__:
                raise TypeError(f"{cls.__name__} needs a docstring; /problems/{cls.code} shows it")
            told = {name for _, name, _, _ in Formatter().parse(cls.detail) if name} | {*cls.members}
            if told - {*cls.sample}:
                raise TypeError(f"{cls.__name__} needs a sample of {sorted(told - {*cls.sample})}")

    def document(self, language: str) -> dict[str, Any]:
        """The members of the problem document that belong to the problem itself."""
        return {
            "type": f"/problems/{self.code}",
            "title": translate(self.title, language),
            "status": self.status,
            "detail": translate(self.detail, language, **self.values),
            "code": self.code,
            **{name: self.values[name] for name in self.members if name in self.values},
        }


class Malformed(Problem):
    """The request could not be read as HTTP meant it."""

    status = 400
    code = "malformed_request"
    title = N_("The request is malformed")
    detail = N_("The request could not be read. Check its syntax and send it again.")


class Unauthenticated(Problem):
    """There is no valid access token with the request. Sign in at `/security/token`, or refresh the token."""

    status = 401
    code = "unauthenticated"
    title = N_("Sign in first")
    detail = N_("Send a valid access token as “Authorization: Bearer …”. Get one from POST /security/token.")

    def __init__(self, **values: object) -> None:
        super().__init__(headers={"WWW-Authenticate": "Bearer"}, **values)


class Forbidden(Problem):
    """The token is valid, but its roles do not include the scope this call needs."""

    status = 403
    code = "forbidden"
    title = N_("Not allowed")
    detail = N_("This needs the scope {scope}, which your roles do not include. Ask an administrator for it.")
    sample = named(scope="patients:write")


class NotFound(Problem):
    """Nothing is served under this path."""

    status = 404
    code = "not_found"
    title = N_("Not found")
    detail = N_("There is nothing at this address. The API is described at /docs.")


class MethodNotAllowed(Problem):
    """The path exists, but not with this method. The `Allow` header lists the methods that do."""

    status = 405
    code = "method_not_allowed"
    title = N_("Method not allowed")
    detail = N_("This address does not answer this method. The Allow header lists those it does.")


class RequestTimeout(Problem):
    """The request took too long to arrive. Send it again, in one go."""

    status = 408
    code = "request_timeout"
    title = N_("The request came too slowly")
    detail = N_("The server has stopped waiting for the rest of the request. Send it again.")


class Conflict(Problem):
    """The request is sound, but the current state of things does not allow it."""

    status = 409
    code = "conflict"
    title = N_("Conflict")
    detail = N_("The request conflicts with what is already recorded.")


class Gone(Problem):
    """What was asked for is no longer there, and will not come back."""

    status = 410
    code = "gone"
    title = N_("No longer there")
    detail = N_("What was asked for has been deleted.")


class PreconditionFailed(Problem):
    """The resource has changed since the version named in `If-Match`. Read it again and repeat the change on it."""

    status = 412
    code = "version_changed"
    title = N_("It has changed meanwhile")
    detail = N_("The version is now {version}, not the one named in If-Match. Read it again, then repeat your change.")
    members = named(version=int)
    sample = named(version=4)


class TooLarge(Problem):
    """The body is larger than this server accepts for the call."""

    status = 413
    code = "body_too_large"
    title = N_("The body is too large")
    detail = N_("The request body exceeds the limit for this call. Send less at once.")


class UriTooLong(Problem):
    """The address of the request, its query included, is longer than any that this server has."""

    status = 414
    code = "uri_too_long"
    title = N_("The address is too long")
    detail = N_("Shorten the address and its parameters, and send the request again.")


class UnsupportedMedia(Problem):
    """The body's media type is not one this call understands."""

    status = 415
    code = "unsupported_media_type"
    title = N_("Unsupported media type")
    detail = N_("Send the body as {supported}.")
    sample = named(supported="application/json")


class Invalid(Problem):
    """Some of the input is not acceptable; `errors` names each field, a stable code and what to do."""

    status = 422
    code = "invalid"
    title = N_("The input is not valid")
    detail = N_("Correct the fields listed in “errors” and send the request again.")
    # Pointer and code of the refused field in the documentation's example: what any call can be refused for.
    sample_error: ClassVar[tuple[str, str]] = ("?colour", "unknown_parameter")


class UnsupportedEncoding(UnsupportedMedia):
    """The body is compressed, or is said to be. Send it as it is, without `Content-Encoding`."""

    code = "unsupported_content_encoding"
    title = N_("The body is encoded")
    detail = N_("Send the body as it is, uncompressed, without Content-Encoding.")

    def __init__(self, **values: object) -> None:
        # RFC 9110, section 15.5.16: so the client can tell this 415 from one about the media type.
        super().__init__(headers={"Accept-Encoding": "identity"}, **values)


class TooManyRequests(Problem):
    """There have been too many attempts; wait for the seconds in `Retry-After`."""

    status = 429
    code = "too_many_requests"
    title = N_("Too many attempts")
    detail = N_("Wait {seconds} seconds before you try again.")
    sample = named(seconds=90)

    def __init__(self, *, seconds: int) -> None:
        super().__init__(headers={"Retry-After": str(seconds)}, seconds=seconds)


class HeadersTooLarge(Problem):
    """The headers of the request are larger, or more, than this server reads."""

    status = 431
    code = "headers_too_large"
    title = N_("The headers are too large")
    detail = N_("Send fewer or shorter headers. All of them together may have 64 kB.")


class Crash(Problem):
    """The server failed. Nothing was stored by this request; the details are in the server's log under `request_id`."""

    status = 500
    code = "internal_error"
    title = N_("The server failed")
    detail = N_("Nothing was stored. Try again; if it happens again, report the request id.")


class Unavailable(Problem):
    """Something the server needs, such as the database, does not answer at the moment. Try again shortly."""

    status = 503
    code = "unavailable"
    title = N_("Temporarily unavailable")
    detail = N_("The service cannot answer right now. Try again in a moment.")

    def __init__(self, *, seconds: int = 1) -> None:
        super().__init__(headers={"Retry-After": str(seconds)})
