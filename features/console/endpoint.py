"""The console's page and its files over HTTP."""

from fastapi import Request, Response

from features.console.files import Console, File, console
from rounds.audit import shows_no_patient
from rounds.http import accepts_gzip, offer_front_page, public
from rounds.http import router as new_router
from rounds.problems import NotFound

router = new_router("console")
offer_front_page("/console")

# Scripts and styles only from files of this server, no inline ones; nothing is sent or shown elsewhere. No text can
# become markup either: scripts may not hand any to the browser to be read as HTML (Trusted Types).
_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' blob: data:; connect-src 'self'; "
    "frame-src blob:; object-src blob:; form-action 'none'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
_PAGE = {
    "Content-Security-Policy": _POLICY,
    "Cache-Control": "no-cache",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
}
_IMMUTABLE = {"Cache-Control": "public, max-age=31536000, immutable"}


@router.get("/console", openapi_extra=public(), include_in_schema=False)
@shows_no_patient
async def show_console(request: Request) -> Response:
    """The page; whatever it shows it asks of the API, with the token of whoever has signed in."""
    return _answer(_console(request).page, request, _PAGE)


@router.get("/console/assets/{digest}/{name:path}", openapi_extra=public(), include_in_schema=False)
@shows_no_patient
async def show_console_file(digest: str, name: str, request: Request) -> Response:
    """A file of the console. Its address has the digest of this version, so browsers may keep it for ever."""
    found = _console(request)
    file = found.files.get(name)
    if file is None or digest != found.digest:
        raise NotFound
    return _answer(file, request, _IMMUTABLE)


def _console(request: Request) -> Console:
    return console(watch=not request.app.state.settings.production)


def _answer(file: File, request: Request, headers: dict[str, str]) -> Response:
    """The file, whole: a 304 would have browsers take the policy of the 304 for that of the page."""
    compressed = accepts_gzip(request.headers.get("accept-encoding"))
    coding = {"Content-Encoding": "gzip"} if compressed else {}
    return Response(
        file.compressed if compressed else file.content,
        headers={**headers, "Content-Type": file.media_type, "Vary": "Accept-Encoding", **coding},
    )
