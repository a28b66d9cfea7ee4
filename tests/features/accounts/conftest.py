"""Accounts to sign in with, and ways to watch and to hurry the time."""

from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from rounds.auth import passwords, tokens
from rounds.data import Database

PASSWORD = "seven quiet herons at dusk"


async def registered(client: httpx.AsyncClient, username: str, *roles: str, **more: Any) -> dict[str, Any]:
    """A new account, made by the administrator behind `client`."""
    body = {"username": username, "password": PASSWORD, "full_name": username.title(), "roles": roles or ["nurse"]}
    answer = await client.post("/security/register", json={**body, **more})
    assert answer.status_code == 201, answer.text
    return answer.json()


async def sign_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> httpx.Response:
    """A sign-in that leaves the client's own token aside."""
    return await client.post(
        "/security/token", data={"username": username, "password": password}, headers={"Authorization": ""}
    )


async def signed_in(client: httpx.AsyncClient, username: str, password: str = PASSWORD) -> dict[str, Any]:
    """The tokens of a sign-in."""
    answer = await sign_in(client, username, password)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def refreshed(client: httpx.AsyncClient, refresh_token: str) -> httpx.Response:
    return await client.post("/security/refresh", json={"refresh_token": refresh_token}, headers={"Authorization": ""})


async def time_passes(database: Database, seconds: float) -> None:
    """Whatever refresh token was spent, was spent so much earlier; by the database's clock, which no test holds."""
    async with database.transaction() as db:
        await db.execute(
            text("UPDATE refresh_token SET spent_at = spent_at - make_interval(secs => :s)"), {"s": seconds}
        )


def at_address(app: FastAPI, address: str) -> httpx.AsyncClient:
    """Somebody at an address of their own."""
    transport = httpx.ASGITransport(app=app, client=(address, 50_000))
    return httpx.AsyncClient(transport=transport, base_url="http://rounds.test")


def bearing(access_token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {access_token}"}


@dataclass
class WatchedHasher:
    """Counts what the real hasher is asked to verify, and fits in its place."""

    real: Any
    verified: list[str] = field(default_factory=list)

    def verify(self, stored: str, password: str) -> bool:
        self.verified.append(stored)
        return self.real.verify(stored, password)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.real, name)


@pytest.fixture
def hasher(app, monkeypatch) -> WatchedHasher:
    watched = WatchedHasher(passwords.hasher)
    monkeypatch.setattr(passwords, "hasher", watched)
    return watched


class Watch:
    """A monotonic clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.at = 1000.0

    def monotonic(self) -> float:
        return self.at


@pytest.fixture
def watch(monkeypatch) -> Watch:
    """The clock by which revocations grow stale."""
    watch = Watch()
    monkeypatch.setattr(tokens, "time", SimpleNamespace(monotonic=watch.monotonic))
    return watch
