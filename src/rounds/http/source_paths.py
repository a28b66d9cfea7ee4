"""The paths that the source systems used: whoever calls one is sent on, with method and body, to ours.

Each slice lists those of its own in a module `source_paths` (`PATHS`). They need no token: that a path has another name
reveals nothing, and where it leads asks for the token. They are no part of OpenAPI; docs/api.md shows them.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import parse_qsl, quote, urlencode

from starlette.responses import RedirectResponse
from starlette.routing import BaseRoute, Match, NoMatchFound
from starlette.types import Receive, Scope, Send

from rounds.problems import InvalidFields, NotFound

_PLACEHOLDER = re.compile(r"\{([a-z_]+)\}")
_UNTOUCHED = "/:@!$&'()*+,;=~-._"  # what stands in a path as it is (RFC 3986, section 3.3)


@dataclass(frozen=True, slots=True)
class SourcePath:
    """One path of a source system, `/patient/{id}`, and ours, `/patients/{id}`.

    What `ours` names in braces and `theirs` does not is taken from the query.
    """

    theirs: str
    ours: str

    def pattern(self) -> re.Pattern[str]:
        """What a path has to look like, with or without a slash at its end."""
        parts = (re.escape(part) for part in _PLACEHOLDER.split(self.theirs)[::2])
        names = _PLACEHOLDER.findall(self.theirs)
        groups = [f"(?P<{name}>[^/]+)" for name in names] + [""]
        return re.compile("".join(part + group for part, group in zip(parts, groups, strict=True)) + "/*")

    def in_query(self) -> list[str]:
        """The names that are taken from the query."""
        return [name for name in _PLACEHOLDER.findall(self.ours) if name not in _PLACEHOLDER.findall(self.theirs)]


class SourcePaths(BaseRoute):
    """Stands before all other routes, since some of theirs look like one of ours."""

    def __init__(self, paths: Iterable[SourcePath]) -> None:
        self.paths = tuple(sorted(paths, key=lambda path: path.theirs))
        self._patterns = [(path.pattern(), path) for path in self.paths]
        # Nearly every request is told apart by the beginning of its path, without a look at any pattern.
        self._whole = {path.theirs for path in self.paths if "{" not in path.theirs}
        self._beginnings = tuple({path.theirs.partition("{")[0] for path in self.paths if "{" in path.theirs})

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Whether it is a path of theirs."""
        if scope["type"] == "http":
            path = _path_of(scope)
            if path.startswith(self._beginnings) or path.rstrip("/") in self._whole:
                for pattern, known in self._patterns:
                    found = pattern.fullmatch(path)
                    if found:
                        return Match.FULL, {"rounds.source_path": (known, found.groupdict())}
        return Match.NONE, {}

    def url_path_for(self, name: str, /, **path_params: object) -> object:  # type: ignore[override]  # it has no names
        """None has a name to be found by."""
        raise NoMatchFound(name, path_params)

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the caller on."""
        known, values = scope["rounds.source_path"]
        given = parse_qsl(scope["query_string"].decode("latin-1"), keep_blank_values=True)
        for name in known.in_query():
            found = [value for key, value in given if key == name]
            if len(found) != 1:
                kind = "repeated_parameter" if found else "missing"
                raise InvalidFields([{"pointer": f"?{name}", "type": kind, "ctx": {}}])
            values[name] = found[0]
        rest = urlencode([(key, value) for key, value in given if key not in known.in_query()])
        path = _PLACEHOLDER.sub(lambda name: quote(values[name[1]], safe=""), known.ours)
        await _sent_on(scope, path, rest)(scope, receive, send)


async def without_trailing_slash(scope: Scope, receive: Receive, send: Send) -> None:
    """What the router answers where nothing matches: without the slash at its end, the path may be one of ours.

    Raises:
        NotFound: when it is not.
    """
    path = _path_of(scope) if scope["type"] == "http" else ""
    bare = path.rstrip("/")
    # Two slashes at the beginning would make a host of what follows them.
    if path.endswith("/") and bare and not bare.startswith("//"):
        elsewhere = {**scope, "path": f"{scope.get('root_path', '')}{bare}"}
        if any(route.matches(elsewhere)[0] is not Match.NONE for route in scope["app"].routes):
            redirect = _sent_on(scope, quote(bare, safe=_UNTOUCHED), scope["query_string"].decode("latin-1"))
            await redirect(scope, receive, send)
            return
    raise NotFound


def _sent_on(scope: Scope, path: str, query: str) -> RedirectResponse:
    """A permanent redirect within this host, whatever the caller calls it; method and body are kept (308)."""
    target = f"{scope.get('root_path', '')}{path}"
    return RedirectResponse(f"{target}?{query}" if query else target, status_code=308)


def _path_of(scope: Scope) -> str:
    path: str = scope["path"]
    return path.removeprefix(scope.get("root_path", ""))
