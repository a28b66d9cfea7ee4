"""What a production starts with, and had better not: each is told in the log at the start.

What is certainly wrong stops the start (`Settings.check`). These may be right: only who runs it knows whether a
network between two machines is one's own.
"""

import socket
from collections.abc import Iterator
from ipaddress import ip_address
from typing import TYPE_CHECKING
from urllib.parse import parse_qs, unquote, urlsplit

if TYPE_CHECKING:
    from rounds.settings import Settings

_ENCRYPTED = {"require", "verify-ca", "verify-full"}
_LOCAL = {"localhost", "postgres", "database", "redis", "db", "valkey"}  # the last ones on one machine's own network


def concerns_of(settings: "Settings") -> Iterator[tuple[str, str]]:
    """The variables, and what is the matter with each."""
    from rounds.auth import guessable  # noqa: PLC0415 - it needs lists that nothing else of a start does

    if "trusted_proxies" not in settings.model_fields_set and not _is_loopback(settings.host):
        yield (
            "ROUNDS_TRUSTED_PROXIES",
            "names no proxy; behind one, all clients would share its address, and without one nothing is encrypted",
        )
    for origin in settings.cors_origins:
        if not origin.startswith("https://"):
            yield "ROUNDS_CORS_ORIGINS", f"has an origin that is not encrypted: {origin}"
    for name, secret in (
        ("ROUNDS_DATABASE_URL", settings.database_url),
        ("ROUNDS_DATABASE_REPLICA_URL", settings.database_replica_url),
        ("ROUNDS_DATABASE_POOLER_URL", settings.database_pooler_url),
        ("ROUNDS_REDIS_URL", settings.redis_url),
    ):
        for said in _of_address(secret.get_secret_value() if secret else "", guessable):
            yield name, said


def _of_address(url: str, guessable: "object") -> Iterator[str]:
    if not url or url.startswith("unix:"):
        return
    parts = urlsplit(url)
    if parts.password is not None and callable(guessable):
        password, user = unquote(parts.password), unquote(parts.username or "")
        if guessable(password, (user,)):
            yield "has a password that is easy to guess"
    hosts = [host.rpartition(":")[0] or host for host in parts.netloc.rpartition("@")[2].split(",") if host]
    is_encrypted = parts.scheme == "rediss" or parse_qs(parts.query).get("sslmode", [""])[0] in _ENCRYPTED
    if not is_encrypted and any(not _is_near(host) for host in hosts):
        yield "leads to another machine without encryption"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _is_near(host: str) -> bool:
    """Whether what is sent there stays on this machine."""
    return host in _LOCAL or _is_loopback(host) or host == socket.gethostname()
