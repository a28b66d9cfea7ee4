from typing import Any

import asyncpg
import httpx
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from features.rules import startup
from rounds.data import Database, new_id
from rounds.events.consumer import Consumer
from rounds.lifespan import LongLived
from tests.conftest import database_url
from tests.features.notifications.station import on_air

Json = dict[str, Any]


async def deliver(database: Database, long_lived: LongLived) -> int:
    """Deliver every event that is due, and those that this leads to."""
    return await Consumer(database, long_lived=long_lived, poll_seconds=0.01, backoff_seconds=600.0).drain()


class Ward:
    """Makes patients and recommends things to them, through the API."""

    def __init__(self, client: httpx.AsyncClient, app: FastAPI) -> None:
        self.client = client
        self.app = app

    @property
    def database(self) -> Database:
        return self.app.state.database

    async def _post(self, path: str, body: Json) -> Json:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def patient(self, **more: object) -> Json:
        return await self._post(
            "/patients", {"name": "Maeve Byrne", "date_of_birth": "1957-03-09", "email": "maeve@example.org", **more}
        )

    async def recommend(self, patient: Json, what: str = "Physical Therapy", **more: object) -> Json:
        return await self._post("/recommendations", {"patient_id": patient["id"], "recommendation": what, **more})

    async def deliver(self) -> int:
        return await deliver(self.database, self.app.state.long_lived)

    async def change(self, statement: str, **values: object) -> None:
        """Change the database behind everybody's back."""
        async with self.database.transaction() as db:
            await db.execute(text(statement), values)

    async def make_due(self) -> None:
        """Skip the waits of a backoff."""
        await self.change("UPDATE delivery SET due_at = now() WHERE status = 'pending'")

    async def redeliver(self, subscriber: str) -> None:
        """Deliver everything to the subscriber once more, as after losing the note that it has had it."""
        await self.change(
            "UPDATE delivery SET status = 'pending', attempts = 0, due_at = now() WHERE subscriber = :s", s=subscriber
        )
        await self.deliver()

    async def deliveries(self, subscriber: str) -> dict[str, int]:
        async with self.database.transaction() as db:
            statement = text("SELECT status, count(*) FROM delivery WHERE subscriber = :s GROUP BY 1")
            return {row[0]: row[1] for row in await db.execute(statement, {"s": subscriber})}

    async def listed(self, **filters: str) -> list[Json]:
        answer = await self.client.get("/notifications", params=filters)
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def only(self, **filters: str) -> Json:
        (found,) = await self.listed(**filters)
        return found


@pytest.fixture
async def ward(client: httpx.AsyncClient, app: FastAPI) -> Ward:
    """In a transaction that is rolled back, with the shipped rules."""
    await startup.prepare(app.state.settings, app.state.database)
    return Ward(client, app)


@pytest.fixture
async def live_ward(live: httpx.AsyncClient, live_app: FastAPI) -> Ward:
    """With real pools and real commits, and the shipped rules."""
    await startup.prepare(live_app.state.settings, live_app.state.database)
    return Ward(live, live_app)


@pytest.fixture(scope="module")
async def shared_station(engines, template):
    """One for all tests that do not mind what others have told before."""
    name = f"station_{new_id().hex}"
    admin = await asyncpg.connect(database_url(engines.database_url, "postgres"))
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    async with on_air(database_url(engines.database_url, name), engines) as station:
        yield station
    await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
    await admin.close()


@pytest.fixture
async def station(shared_station):
    yield shared_station
    # Nobody is listening any more when the next test begins.
    await shared_station.until(lambda: shared_station.hub.listeners == 0)


@pytest.fixture
async def fresh(cloned_url, engines):
    """One where nothing has happened yet."""
    async with on_air(cloned_url, engines) as station:
        yield station
