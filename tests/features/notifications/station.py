"""Event streams over real sockets, for the tests of them."""

import asyncio
import json
import socket
from contextlib import asynccontextmanager, suppress
from typing import ClassVar
from uuid import UUID

import httpx
import uvicorn
from sqlalchemy import text

from features.notifications.hub import Hub
from rounds.events import Event, publish
from tests.conftest import running, settings_for, token_for

PATIENCE = 60.0  # how long anything may take before a test gives up; never how long it is expected to take


class Told(Event):
    type: ClassVar[str] = "tests.told"

    number: int
    patient_id: UUID | None = None
    text: str = ""


class Whispered(Event):
    type: ClassVar[str] = "tests.whispered"

    number: int


class Handed(Event):
    type: ClassVar[str] = "tests.handed"
    public: ClassVar[bool] = False

    number: int


class Reader:
    """Reads a stream, block by block, as a browser would."""

    def __init__(self, response: httpx.Response) -> None:
        self.response = response
        self.blocks = self._blocks()
        self.last_id = None

    async def _blocks(self):
        block = {}
        async for line in self.response.aiter_lines():
            if line:
                name, _, value = line.partition(":")
                block[name or "comment"] = value.removeprefix(" ")
            else:
                self.last_id = block.get("id", self.last_id)
                yield block
                block = {}

    async def block(self):
        async with asyncio.timeout(PATIENCE):
            return await anext(self.blocks)

    async def event(self):
        """The next event; heartbeats are passed over."""
        async with asyncio.timeout(PATIENCE):
            async for block in self.blocks:
                if "data" in block:
                    return block
        raise EOFError

    async def numbers(self, count: int) -> list[int]:
        return [json.loads((await self.event())["data"])["data"]["number"] for _ in range(count)]

    async def nothing(self) -> None:
        """Two heartbeats without an event: whatever was there to be sent would have come before the second."""
        for _ in range(2):
            block = await self.block()
            assert "data" not in block, block
            assert block["comment"] == "still here"

    async def end(self) -> list[dict]:
        """What comes until the server ends the stream."""
        async with asyncio.timeout(PATIENCE):
            return [block async for block in self.blocks]


class Station:
    """An app, served on a loopback socket."""

    def __init__(self, app, address) -> None:
        self.app = app
        self.address = address
        self.hub = app.state.long_lived[Hub]

    @property
    def database(self):
        return self.app.state.database

    def headers(self, *roles, **more):
        return {"Authorization": f"Bearer {token_for(self.app, *roles)}", **more}

    @asynccontextmanager
    async def asked(self, path="/events", **headers):
        async with (
            httpx.AsyncClient(base_url=self.address, timeout=PATIENCE) as client,
            client.stream("GET", path, headers={**self.headers("service"), **headers}) as response,
        ):
            yield response

    @asynccontextmanager
    async def listening(self, path="/events", *, last=None, **headers):
        """A stream that is open."""
        async with self.asked(path, **headers, **({"Last-Event-ID": str(last)} if last else {})) as response:
            assert response.status_code == 200, await response.aread()
            reader = Reader(response)
            first = await reader.block()
            assert first["comment"] == "listening"
            reader.first = first
            yield reader

    async def tell(self, *events) -> None:
        async with self.database.transaction() as db:
            await publish([Told(number=each) if isinstance(each, int) else each for each in events], db)

    async def forget(self, number: int) -> None:
        """As the broom does with old events."""
        async with self.database.transaction() as db:
            await db.execute(text("DELETE FROM outbox WHERE data ->> 'number' = :number"), {"number": str(number)})

    async def until(self, condition) -> None:
        async with asyncio.timeout(PATIENCE):
            while not condition():  # noqa: ASYNC110 - nothing tells a test of it
                await asyncio.sleep(0.01)


@asynccontextmanager
async def served(app):
    """`app` as uvicorn serves it."""
    listener = socket.socket()
    # Small, and inherited by each connection, so that a client that does not read is noticed soon.
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 16_384)
    listener.bind(("127.0.0.1", 0))
    config = uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none")
    server = uvicorn.Server(config)
    server.capture_signals = suppress  # the test program keeps its own
    task = asyncio.create_task(server.serve(sockets=[listener]))
    try:
        while not server.started:  # noqa: ASYNC110 - nothing tells a test of it
            await asyncio.sleep(0.01)
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = server.force_exit = True
        await task


@asynccontextmanager
async def on_air(database_url, engines, **more):
    settings = settings_for(database_url, engines.redis_url, **{"sse_heartbeat_seconds": 0.1, **more})
    async with running(settings) as app, served(app) as address:
        yield Station(app, address)
