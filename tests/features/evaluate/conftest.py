from collections.abc import Awaitable, Callable
from datetime import date, datetime, time, timedelta
from typing import Any

import httpx
import orjson
import pytest
from fastapi import FastAPI
from sqlalchemy import BigInteger, column, select, table

from features.rules import ChosenEngine, Recommender, startup
from rounds import clock
from rounds.data import Database, Query
from rounds.events.consumer import Consumer

Make = Callable[..., Awaitable[dict[str, Any]]]
THERAPY, WEIGHT, REHABILITATION = "physical_therapy", "weight_management", "post_op_rehabilitation"
GENERATED = "rounds.recommendation.generated"

_OUTBOX = table("outbox", column("type"), column("data"), column("subject"), column("position", BigInteger))


def born(age: int, *, days: int = 0) -> str:
    """The date of birth of somebody who turned `age` so many days ago."""
    today = clock.today()
    return str(date(today.year - age, today.month, min(today.day, 28)) - timedelta(days=days))


def days_ago(days: int) -> str:
    """Noon of the UTC day so many days ago."""
    return f"{datetime.combine(clock.today() - timedelta(days=days), time(0, 5)).isoformat()}Z"


async def told(database: Database, kind: str = GENERATED) -> list[dict[str, Any]]:
    """The data of the events of a type, in the order in which they were published."""
    query = Query(select(_OUTBOX.c.data).where(_OUTBOX.c.type == kind).order_by(_OUTBOX.c.position))
    found = [row["data"] for row in await database.reads.all(query)]
    return [orjson.loads(data) if isinstance(data, str) else data for data in found]


class Ward:
    """Makes patients through the API and evaluates them."""

    def __init__(self, client: httpx.AsyncClient) -> None:
        self.client = client

    async def _post(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(path, json=body)
        assert answer.status_code == 201, answer.text
        return answer.json()

    async def patient(self, **more: object) -> dict[str, Any]:
        return await self._post("/patients", {"name": "Ada Byron", "date_of_birth": born(40), **more})

    async def elder(self, **more: object) -> dict[str, Any]:
        """Somebody for whom only physical therapy is right."""
        return await self.patient(**{"date_of_birth": born(71), "conditions": ["chronic back pain"], **more})

    async def heavy(self, **more: object) -> dict[str, Any]:
        """Somebody for whom only weight management is right: 31.2 kg/m²."""
        return await self.patient(height_cm=170, weight_kg=90.2, **more)

    async def operate(
        self, patient: dict[str, Any], days: int, *, department: str = "orthopaedics", surgical: bool = True
    ) -> dict[str, Any]:
        code = f"{department[:20]}-{'s' if surgical else 'n'}"
        found = (await self.client.get("/procedures", params={"code": code})).json()["data"]
        kind = found[0] if found else None
        if kind is None:
            body = {"code": code, "name": "Procedure", "department": department, "surgical": surgical}
            kind = await self._post("/procedures", body)
        return await self._post(
            "/patient_procedures",
            {"patient_id": patient["id"], "procedure_id": kind["id"], "performed_at": days_ago(days)},
        )

    async def evaluate(self, patient: dict[str, Any]) -> dict[str, Any]:
        answer = await self.client.post(f"/evaluate/{patient['id']}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def listed(self, patient: dict[str, Any], **filters: str) -> list[dict[str, Any]]:
        answer = await self.client.get("/recommendations", params={"patient_id": patient["id"], **filters})
        assert answer.status_code == 200, answer.text
        return answer.json()["data"]

    async def answer(self, recommendation: dict[str, Any], status: str) -> dict[str, Any]:
        answer = await self.client.post(f"/recommendations/{recommendation['id']}/feedback", json={"status": status})
        assert answer.status_code == 200, answer.text
        return answer.json()

    async def rule(self, code: str) -> dict[str, Any]:
        (rule,) = (await self.client.get("/rules", params={"code": code})).json()["data"]
        return rule

    async def change_rule(self, code: str, **fields: object) -> dict[str, Any]:
        answer = await self.client.patch(f"/rules/{(await self.rule(code))['id']}", json=fields)
        assert answer.status_code == 200, answer.text
        return answer.json()


def codes(evaluation: dict[str, Any]) -> list[str]:
    return [one["rule"] for one in evaluation["recommendations"]]


def refused(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.fixture
async def ward(client: httpx.AsyncClient, app: FastAPI) -> Ward:
    """The API with the shipped rules, in a transaction that is rolled back."""
    await startup.prepare(app.state.settings, app.state.database)
    return Ward(client)


@pytest.fixture
async def live_ward(live: httpx.AsyncClient, live_app: FastAPI) -> Ward:
    """The API with the shipped rules, with real pools and real commits."""
    await startup.prepare(live_app.state.settings, live_app.state.database)
    return Ward(live)


async def deliver(app: FastAPI) -> int:
    """Deliver every event that is due."""
    long_lived = app.state.long_lived
    return await Consumer(app.state.database, long_lived=long_lived, poll_seconds=0.01, backoff_seconds=0.0).drain()


def judge_by(app: FastAPI, engine: Recommender) -> None:
    """From now on this engine decides."""
    app.state.long_lived.hold(ChosenEngine(engine))
