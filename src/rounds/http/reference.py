"""The API reference: pages to read and to try every call, and the documents behind them, without the internet."""

import base64
import hashlib
from functools import cache
from pathlib import Path
from typing import Any

import fastapi_offline
from fastapi import FastAPI, Request, Response
from fastapi.openapi.docs import get_redoc_html, get_swagger_ui_html, get_swagger_ui_oauth2_redirect_html
from fastapi.responses import HTMLResponse, JSONResponse
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

_ASSETS = Path(fastapi_offline.__file__).parent / "static"
_SWAGGER = {
    "persistAuthorization": True,
    "displayRequestDuration": True,
    "filter": True,  # a field to filter the groups by
    "docExpansion": "none",  # every group folded
    "defaultModelsExpandDepth": -1,  # models are shown where they are used; the list of all takes seconds to draw
    "validatorUrl": None,  # or the page would send its address to a validator on the internet
}
_REDOC = "redoc.standalone.js"
_ON_THE_INTERNET = b"https://cdn.redoc.ly/redoc/logo-mini.svg"


class _Assets(StaticFiles):
    """The files of the reference, without what they would ask the internet for: the logo of Redoc's makers."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path != _REDOC:
            return await super().get_response(path, scope)
        return Response(_redoc(), media_type="text/javascript", headers={"Cache-Control": "max-age=86400"})


@cache
def _redoc() -> bytes:
    content = (_ASSETS / _REDOC).read_bytes()
    return content.replace(_ON_THE_INTERNET, b"data:,")  # which is no picture, and then none is shown


def mount_reference(app: FastAPI) -> None:
    """Serve `/docs` and `/redoc` with assets from an installed package: they work without the internet."""
    app.mount("/docs/assets", _Assets(directory=_ASSETS), name="assets")
    swagger = get_swagger_ui_html(
        openapi_url="/openapi.json",
        title="Rounds API",
        swagger_js_url="/docs/assets/swagger-ui-bundle.js",
        swagger_css_url="/docs/assets/swagger-ui.css",
        swagger_favicon_url="/docs/assets/favicon.png",
        oauth2_redirect_url="/docs/oauth2-redirect",
        swagger_ui_parameters=_SWAGGER,
    )
    redoc = get_redoc_html(
        openapi_url="/openapi.json",
        title="Rounds API",
        redoc_js_url="/docs/assets/redoc.standalone.js",
        redoc_favicon_url="/docs/assets/favicon.png",
        with_google_fonts=False,
    )
    pages = {"/docs": swagger, "/redoc": redoc, "/docs/oauth2-redirect": get_swagger_ui_oauth2_redirect_html()}
    for path, page in pages.items():
        app.add_route(path, _page(bytes(page.body)), include_in_schema=False)
    app.add_route("/asyncapi.json", _describe_events, include_in_schema=False)


async def _describe_events(_: Request) -> Response:
    # Imported when it is asked for, as OpenAPI is made: no start waits for either.
    from rounds.http.asyncapi import asyncapi_document  # noqa: PLC0415

    return JSONResponse(asyncapi_document())


def _page(body: bytes) -> Any:
    # The pages' own inline scripts are allowed by their hash; nothing else inline, nothing from elsewhere.
    hashes = " ".join(
        f"'sha256-{base64.b64encode(hashlib.sha256(script).digest()).decode()}'"
        for script in (rest.partition(b"</script>")[0] for rest in body.split(b"<script>")[1:])
    )
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:; "
        "font-src 'self' data:; connect-src 'self'; worker-src blob:; frame-ancestors 'none'"
    )

    async def answer(_: Request) -> Response:
        return HTMLResponse(body, headers={"Content-Security-Policy": policy})

    return answer
