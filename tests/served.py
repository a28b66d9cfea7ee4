"""The application behind real sockets, as `rounds serve` runs it, in a thread beside the tests."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial

import uvicorn
from fastapi import FastAPI

from rounds.http.connection import Bounds, Connection

PATIENCE = 20.0


@dataclass(frozen=True)
class Served:
    """Where it answers, and what it is."""

    app: FastAPI
    address: tuple[str, int]
    stop: Callable[[], None]
    """As a signal does: answers what is under way, and ends."""

    @property
    def url(self) -> str:
        return f"http://{self.address[0]}:{self.address[1]}"

    @contextmanager
    def connection(self) -> Iterator[socket.socket]:
        with socket.create_connection(self.address, timeout=PATIENCE) as connection:
            yield connection


@contextmanager
def served(app: FastAPI, bounds: Bounds | None = None, *, graceful_seconds: int = 1) -> Iterator[Served]:
    listener = socket.create_server(("127.0.0.1", 0))
    address = listener.getsockname()
    config = uvicorn.Config(
        app,
        http=partial(Connection, bounds=bounds or Bounds(parting_seconds=0.1)),
        log_config=None,
        access_log=False,
        ws="none",
        timeout_graceful_shutdown=graceful_seconds,
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        deadline = time.monotonic() + PATIENCE
        while not server.started:
            assert thread.is_alive(), "the server did not start"
            assert time.monotonic() < deadline
            time.sleep(0.01)
        yield Served(app, address, lambda: setattr(server, "should_exit", True))
    finally:
        server.should_exit = True
        thread.join()


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes


def read_answer(connection: socket.socket) -> Answer:
    """One answer off a connection."""
    file = connection.makefile("rb")
    line = file.readline()
    assert line.startswith(b"HTTP/1.1 "), f"no answer but {line!r}"
    headers = {}
    while (header := file.readline().rstrip(b"\r\n")) != b"":
        name, _, value = header.partition(b":")
        headers[name.decode().lower()] = value.decode().strip()
    return Answer(int(line.split()[1]), headers, file.read(int(headers.get("content-length", 0))))


def is_closed(connection: socket.socket) -> bool:
    """Whether the other side has ended the connection; waits until it has, within patience."""
    try:
        while connection.recv(65_536):
            pass
    except ConnectionError:
        return True
    except TimeoutError:
        return False
    return True
