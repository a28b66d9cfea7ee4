"""Prometheus metrics by route template.

The metrics are prometheus-fastapi-instrumentator's own. Its middleware finds the template by matching every route a
second time before the request runs; this one runs the request first and asks the router's own verdict in
`scope["route"]`. With forty routes that is the difference between a tenth of a read's time and next to nothing.
"""

from timeit import default_timer

from prometheus_client import CollectorRegistry
from prometheus_fastapi_instrumentator.metrics import Info
from prometheus_fastapi_instrumentator.middleware import PrometheusInstrumentatorMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

# What no route matched is counted together: raw paths would leak ids and grow without bound.
UNMATCHED = "none"
_METHODS = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})


class MetricsMiddleware(PrometheusInstrumentatorMiddleware):
    """Counts and times requests."""

    def __init__(self, app: ASGIApp, *, registry: CollectorRegistry) -> None:
        super().__init__(app, registry=registry, should_group_status_codes=False)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Run the request, then record it."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        start = default_timer()
        status, headers, answered = 500, [], start

        async def watch(message: Message) -> None:
            nonlocal status, headers, answered
            if message["type"] == "http.response.start":
                status, headers, answered = message["status"], message["headers"], default_timer()
            await send(message)

        try:
            await self.app(scope, receive, watch)
        finally:
            response = Response(status_code=status)
            response.raw_headers = list(headers)
            info = Info(
                request=Request(scope),
                response=response,
                method=scope["method"] if scope["method"] in _METHODS else "other",
                modified_handler=getattr(scope.get("route"), "path", None) or UNMATCHED,
                modified_status=str(status),
                modified_duration=default_timer() - start,
                modified_duration_without_streaming=answered - start,
            )
            for record in self.instrumentations:
                record(info)
