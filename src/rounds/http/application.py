"""The application: FastAPI behind layers of our own only.

FastAPI and Starlette put a handful more around each request, each of which costs it a little. What they are for, others
see to here: crashes are answered by `LastResort` and `Outermost`, bodies are limited by `Outermost`, files of forms are
closed by `RouteTable`, and telemetry, which logs and metrics of our own replace, is off.
"""

from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI
from starlette.types import ASGIApp, Receive, Scope, Send

from rounds.http.last_resort import LastResort
from rounds.http.route_table import RouteTable

Layer = Callable[[ASGIApp], ASGIApp]


class Application(FastAPI):
    """FastAPI with the layers that it is given.

    Args:
        layers: From the outermost to the innermost.
        options: FastAPI's.
    """

    def __init__(self, *, layers: tuple[Layer, ...] = (), **options: Any) -> None:
        super().__init__(**options)
        self.layers = layers

    def build_middleware_stack(self) -> ASGIApp:
        """The layers around the router, the innermost of which answers what is raised."""
        handlers: Mapping[Any, Any] = self.exception_handlers
        table = RouteTable(self.router)
        table.arrange()
        self.router.middleware_stack = table  # for those who ask the router itself, as `subrequest` does
        app: ASGIApp = LastResort(table, handlers)
        for layer in reversed(self.layers):
            app = layer(app)
        return app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request, or live through the lifespan."""
        if self.middleware_stack is None:
            self.middleware_stack = self.build_middleware_stack()
        scope["app"] = self
        await self.middleware_stack(scope, receive, send)
