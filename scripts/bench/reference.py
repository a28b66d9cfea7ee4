"""The bare reference: what the same work costs when nothing is done but the work.

One ASGI function on uvicorn, uvloop and httptools, with one asyncpg pool and orjson. It sends the statements Rounds
sends, with the same arguments over the same socket, and answers the same JSON. It has no routing, no validation, no
authentication, no log, no metrics and no error handling, and what it writes into the outbox nobody announces, so it is
a bound, not a competitor.

Run as `python -m bench.reference` with BENCH_PORT, BENCH_POOL and BENCH_DATABASE_URL in the environment.
"""

import base64
import os
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import parse_qsl, urlencode
from uuid import UUID

import asyncpg
import orjson
import uuid_utils.compat
import uvicorn
import uvloop

from bench.booking import booked, booking_statements
from bench.judging import CREATED, RECOMMENDED, evaluated, generated, published, stored
from bench.statements import PAGE, Statement, read_statements, write_statements
from bench.worklists import moved, moving_statements
from rounds import slices
from rounds.data import SESSION_SETTINGS

Send = Callable[[dict[str, Any]], Awaitable[None]]
JSON = (b"content-type", b"application/json")


class Connection(asyncpg.Connection):
    """Never reset: like Rounds, the reference changes nothing about a session."""

    def get_reset_query(self) -> str:
        """Nothing."""
        return ""


class Reference:
    """The ASGI application."""

    def __init__(self, url: str, *, pool_size: int) -> None:
        self._url = url
        self._pool_size = pool_size

    async def open(self) -> None:
        """Take down the statements and connect."""
        slices.load_subscribers()  # whom what is published is to be delivered to
        reads = await read_statements()
        self._read, self._page, self._deep, self._search = (reads[name] for name in ("read", "page", "deep", "search"))
        self._facts = reads["evaluate"]
        self._writes = await write_statements(self._url)
        self._booking = await booking_statements(self._url)
        self._moving = await moving_statements(self._url)
        self._pool = await asyncpg.create_pool(
            self._url,
            min_size=self._pool_size,
            max_size=self._pool_size,
            connection_class=Connection,
            server_settings=SESSION_SETTINGS,
        )

    async def __call__(self, scope: dict[str, Any], receive: Any, send: Send) -> None:
        """Answer the eight requests there are."""
        path: str = scope["path"]
        if scope["method"] == "POST":
            if path == "/patients":
                await self._create(receive, send)
            elif path == "/appointments":
                await self._book(receive, send)
            elif path.startswith("/tasks/"):
                await self._move(UUID(path[7:43]), receive, send)
            else:
                await self._evaluate(UUID(path[10:]), send)
        elif path == "/patients":
            await self._list(dict(parse_qsl(scope["query_string"].decode())), send)
        else:
            row = await self._pool.fetchrow(self._read.sql, *self._read.filled({"id": UUID(path[10:])}))
            await _answer(send, orjson.dumps(patient(row, datetime.now(UTC).date()), option=orjson.OPT_UTC_Z), row)

    async def _list(self, query: dict[str, str], send: Send) -> None:
        statement, arguments = self._page, self._page.filled({})
        if "cursor" in query:
            created_at, patient_id = orjson.loads(base64.urlsafe_b64decode(query["cursor"]))
            values = {"created_at": datetime.fromisoformat(created_at), "id": UUID(patient_id)}
            statement, arguments = self._deep, self._deep.filled(values)
        elif "q" in query:
            first, second = query["q"].split(" ")
            statement = self._search
            arguments = statement.filled({"first": first, "second": second, "q": query["q"]})
        rows = await self._pool.fetch(statement.sql, *arguments)
        today = datetime.now(UTC).date()
        more, rows = len(rows) > PAGE, rows[:PAGE]
        cursor = cursor_of(rows[-1]["_key_0"], rows[-1]["_key_1"]) if more else None
        kept = {name: value for name, value in query.items() if name != "cursor"}
        body = {
            "data": [patient(row, today) for row in rows],
            "pagination": {
                "limit": PAGE,
                "count": len(rows),
                "offset": None if "cursor" in query else 0,
                "next_cursor": cursor,
                "total": None,
            },
            "links": {
                "self": f"/patients?{urlencode(query)}",
                "next": f"/patients?{urlencode({**kept, 'cursor': cursor})}" if cursor else None,
            },
        }
        await _answer(send, orjson.dumps(body, option=orjson.OPT_UTC_Z))

    async def _book(self, receive: Any, send: Send) -> None:
        given = await _body(receive)
        async with self._pool.acquire() as connection:
            row = await booked(given, self._booking, connection)
        await _answer(send, orjson.dumps(row, option=orjson.OPT_UTC_Z), row, status=201)

    async def _move(self, task_id: UUID, receive: Any, send: Send) -> None:
        given = await _body(receive)
        async with self._pool.acquire() as connection:
            row = await moved(task_id, given, self._moving, connection)
        await _answer(send, orjson.dumps(row, option=orjson.OPT_UTC_Z), row)

    async def _create(self, receive: Any, send: Send) -> None:
        given = await _body(receive)
        now = datetime.now(UTC)
        row = {
            "id": uuid_utils.compat.uuid7(),
            "mrn": given.get("mrn"),
            "nhs_number": given.get("nhs_number"),
            "name": given["name"],
            "date_of_birth": date.fromisoformat(given["date_of_birth"]),
            "sex": given.get("sex", "unknown"),
            "email": given.get("email"),
            "phone": given.get("phone"),
            "height_cm": given.get("height_cm"),
            "weight_kg": given.get("weight_kg"),
            "conditions": given.get("conditions", []),
            "identifiers": [],
            "restricted": False,
            "version": 1,
            "created_at": now,
            "updated_at": now,
            "deleted_at": None,
        }
        told = published(CREATED, [{"patient_id": row["id"], "timestamp": now}], now)
        async with self._pool.acquire() as connection, connection.transaction():
            await _send(connection, self._writes.insert, row)
            await _send(connection, self._writes.publish, told)
        await _answer(send, orjson.dumps(patient(row, now.date()), option=orjson.OPT_UTC_Z), row, status=201)

    async def _evaluate(self, patient_id: UUID, send: Send) -> None:
        row = await self._pool.fetchrow(self._facts.sql, *self._facts.filled({"id": patient_id}))
        now = datetime.now(UTC)
        answer, new = evaluated(patient_id, row, now)
        if new:
            told = published(RECOMMENDED, [generated(one, now) for one in new], now)
            async with self._pool.acquire() as connection, connection.transaction():
                await connection.fetchval(
                    self._writes.hold.sql, *self._writes.hold.filled({"id": patient_id, "id_1": patient_id})
                )
                await _send(connection, self._writes.recommend, stored(new, now))
                await _send(connection, self._writes.publish, told)
        await _answer(send, orjson.dumps(answer, option=orjson.OPT_UTC_Z))


def cursor_of(key: Any, patient_id: UUID) -> str:
    """A cursor in plain sight."""
    return base64.urlsafe_b64encode(orjson.dumps([key, str(patient_id)])).decode()


def patient(row: Any, today: date) -> dict[str, Any]:
    """A patient as Rounds shows it."""
    own = f"/patients/{row['id']}"
    born, height, weight = row["date_of_birth"], row["height_cm"], row["weight_kg"]
    return {
        "id": str(row["id"]),
        "mrn": row["mrn"],
        "nhs_number": row["nhs_number"],
        "name": row["name"],
        "date_of_birth": born,
        "age": today.year - born.year - ((today.month, today.day) < (born.month, born.day)),
        "sex": row["sex"],
        "email": row["email"],
        "phone": row["phone"],
        "height_cm": height,
        "weight_kg": weight,
        "bmi": round(weight / (height / 100) ** 2, 1) if height and weight else None,
        "conditions": row["conditions"],
        "restricted": row["restricted"],
        "identifiers": [{"system": system, "value": value} for system, value in row["identifiers"]],
        "links": {"self": own, "address": f"{own}/address"},
        "version": row["version"],
        "created_at": row["created_at"],
        "updated_at": row["updated_at"],
    }


async def _body(receive: Any) -> Any:
    body = b""
    more = True
    while more:
        message = await receive()
        body += message["body"]
        more = message["more_body"]
    return orjson.loads(body)


async def _send(connection: Any, statement: Statement, values: Mapping[str, Any]) -> None:
    await connection.fetch(statement.sql, *statement.filled(values))


async def _answer(send: Send, body: bytes, row: Any = None, *, status: int = 200) -> None:
    headers = [JSON, (b"content-length", str(len(body)).encode())]
    if row is not None:
        headers.append((b"etag", b'"%d"' % row["version"]))
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})


async def _main() -> None:
    reference = Reference(os.environ["BENCH_DATABASE_URL"], pool_size=int(os.environ["BENCH_POOL"]))
    await reference.open()
    config = uvicorn.Config(
        reference,
        host="127.0.0.1",
        port=int(os.environ["BENCH_PORT"]),
        http="httptools",
        lifespan="off",
        access_log=False,
        log_level="warning",
        server_header=False,
        ws="none",
    )
    await uvicorn.Server(config).serve()


if __name__ == "__main__":
    with suppress(KeyboardInterrupt):
        uvloop.run(_main())
