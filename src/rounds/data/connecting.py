"""Connects to the database, which may have several servers: `postgresql://user@a,b/rounds?target_session_attrs=read-write`.

asyncpg tries one after the other within one time for all. A machine that is gone says nothing at all, so the first one
would use up the time of the others just when they are needed; and a server that is starting up would be the end of it.
Here each has a time of its own, and whatever one of them says against it, the next is tried.
"""

from typing import Any
from urllib.parse import parse_qs, unquote, urlsplit

import asyncpg

HOST_SECONDS = 3.0  # how long one server may take to let us in, when there are others

_NO_USE = (
    OSError,  # and with it TimeoutError
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.OperatorInterventionError,
    asyncpg.InternalClientError,
    asyncpg.InterfaceError,  # e.g. it does not take writes, and the address asks for one that does
)


async def connect(url: str, **options: Any) -> "asyncpg.Connection[Any]":
    """A connection to the first server of `url` that is of use; `options` are asyncpg's.

    Raises:
        Exception: what the last of the servers said, as asyncpg tells it.
    """
    hosts = hosts_of(url)
    if len(hosts) < 2:
        only: asyncpg.Connection[Any] = await asyncpg.connect(url, **options)
        return only
    # Whoever prefers a standby takes another only when there is none.
    wishes = ("standby", "any") if wanted_of(url) == "prefer-standby" else (None,)
    last: Exception = OSError("no server")
    patience = {**options, "timeout": min(options.get("timeout") or HOST_SECONDS, HOST_SECONDS)}
    for wish in wishes:
        more = patience if wish is None else {**patience, "target_session_attrs": wish}
        for host, port in hosts:
            try:
                found: asyncpg.Connection[Any] = await asyncpg.connect(url, host=host, port=port, **more)
            except _NO_USE as error:
                last = error
            else:
                return found
    raise last


def hosts_of(url: str) -> list[tuple[str, int]]:
    """The servers of `url`, as libpq understands it, each with its port."""
    parts = urlsplit(url)
    asked = parse_qs(parts.query)
    named = parts.netloc.rpartition("@")[2]
    ports = ",".join(asked.get("port", [])).split(",")
    if not named:
        hosts = [host for host in ",".join(asked.get("host", [])).split(",") if host]
        each_its_own = ports if len(ports) == len(hosts) else ports[:1] * len(hosts)
        return [(host, int(port or 5432)) for host, port in zip(hosts, each_its_own, strict=True)]
    found = []
    for each in named.split(","):
        host, colon, port = each.rpartition(":") if not each.endswith("]") else (each, "", "")
        found.append((unquote(host if colon else each).strip("[]"), int(port if colon else ports[0] or 5432)))
    return found


def wanted_of(url: str) -> str:
    """What `url` asks of a server (`target_session_attrs`), or an empty string."""
    return parse_qs(urlsplit(url).query).get("target_session_attrs", [""])[0]
