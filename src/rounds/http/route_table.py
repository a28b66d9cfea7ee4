"""Finds the route of a request by the first word of its path, instead of asking every route in turn."""

from collections import defaultdict
from collections.abc import Sequence
from contextlib import AsyncExitStack
from itertools import takewhile

from fastapi.routing import APIRoute
from starlette._utils import get_route_path
from starlette.routing import BaseRoute, Match, Route, Router
from starlette.types import ASGIApp, Receive, Scope, Send

_Key = tuple[str, int]


class RouteTable:
    """Stands before a router and knows which of its routes a path can mean.

    Routes with the same first word and as many parts stand together, in the order of the router; what stands before all
    routes is asked before them. Whatever is not found here (another method, a path that nothing has, what is mounted)
    the router answers as ever.
    """

    def __init__(self, router: Router) -> None:
        self._router = router
        self._first: Sequence[BaseRoute] = ()
        self._routes: dict[_Key, Sequence[BaseRoute]] = {}

    def arrange(self) -> None:
        """Take in the routes that the router has now."""
        before = takewhile(lambda route: not isinstance(route, APIRoute), self._router.routes)
        self._first = tuple(route for route in before if not isinstance(route, Route))
        found: dict[_Key, list[BaseRoute]] = defaultdict(list)
        for route in self._router.routes:
            if isinstance(route, Route) and not route.path.startswith("/{") and ":path}" not in route.path:
                found[_key(route.path)].append(route)
        self._routes = dict(found)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the request to its route, or else to the router."""
        if scope["type"] == "http":
            for route in (*self._first, *self._routes.get(_key(get_route_path(scope)), ())):
                match, found = route.matches(scope)
                if match is Match.FULL:
                    scope["router"] = self._router
                    scope.update(found)
                    if getattr(route, "is_direct", False):
                        await route.handle(scope, receive, send)
                    else:
                        await _closing_files(route.handle, scope, receive, send)
                    return
        await _closing_files(self._router.app, scope, receive, send)


async def _closing_files(app: ASGIApp, scope: Scope, receive: Receive, send: Send) -> None:
    """What FastAPI asks of whoever calls its routes: a stack in which it puts the files of forms, to be closed."""
    async with AsyncExitStack() as stack:
        scope["fastapi_middleware_astack"] = stack
        await app(scope, receive, send)


def _key(path: str) -> _Key:
    return path[1:].partition("/")[0], path.count("/")
