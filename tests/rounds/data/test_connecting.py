"""Of several servers the first that is of use is connected to, however the others are of none."""

import socket
from urllib.parse import parse_qs, urlsplit

import asyncpg
import pytest

from rounds.data import connect, connecting


@pytest.mark.parametrize(
    ("url", "hosts"),
    [
        ("postgresql://rounds:a%40b@db/rounds", [("db", 5432)]),
        (
            "postgresql://rounds@a,b:6543,c/rounds?target_session_attrs=read-write",
            [("a", 5432), ("b", 6543), ("c", 5432)],
        ),
        ("postgresql://rounds@[::1]:6543,[fe80::1]/rounds", [("::1", 6543), ("fe80::1", 5432)]),
        ("postgresql://rounds@/rounds?host=%2Frun%2Fa,/run/b&port=5432,6543", [("/run/a", 5432), ("/run/b", 6543)]),
        ("postgresql://rounds@/rounds?host=/run/a,/run/b&port=6543", [("/run/a", 6543), ("/run/b", 6543)]),
        ("postgresql://rounds@%2Frun%2Fa/rounds", [("/run/a", 5432)]),
        ("postgresql:///rounds", []),
    ],
)
def test_servers_are_found_as_libpq_finds_them(url, hosts):
    assert connecting.hosts_of(url) == hosts


@pytest.fixture
def silent():
    """The port of a server that lets everybody in and says nothing."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        yield listener.getsockname()[1]


async def test_a_server_that_is_silent_or_refuses_does_not_stand_before_others(migrated_url, silent, monkeypatch):
    monkeypatch.setattr(connecting, "HOST_SECONDS", 0.2)
    (real,) = parse_qs(urlsplit(migrated_url).query)["host"]
    with socket.create_server(("127.0.0.1", 0)) as listener:
        refuses = listener.getsockname()[1]
    url = f"postgresql://rounds@/rounds?host=127.0.0.1,127.0.0.1,{real}&port={silent},{refuses},5432&sslmode=disable"
    for wanted, found in (("read-write", True), ("primary", True), ("prefer-standby", True), ("standby", False)):
        asking = connect(f"{url}&target_session_attrs={wanted}", timeout=5)
        if not found:
            with pytest.raises(asyncpg.TargetServerAttributeNotMatched):
                await asking
            continue
        connection = await asking
        assert await connection.fetchval("SELECT NOT pg_is_in_recovery()")
        await connection.close()
