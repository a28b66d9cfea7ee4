"""Connections for reads, held for as long as they are good, and handed out in the order in which they were wanted."""

import asyncio
from collections import deque
from contextlib import suppress
from typing import Any

import asyncpg


class HeldConnections:
    """A layer over an asyncpg pool that keeps its connections instead of returning them after every statement.

    Taking a connection from the pool and giving it back costs about as much as a small statement, and the pool hands a
    connection to whoever happens to run next: under load some callers wait very long. Here a connection goes straight
    to the caller who has waited longest. A read whose connection ended is sent once more over another. After anything
    but an answer of PostgreSQL, e.g. when a caller is cancelled in
    the middle of a statement, the connection goes back to the pool, which knows how to settle or replace it.
    """

    def __init__(self, pool: "asyncpg.Pool[Any]", size: int) -> None:
        self._pool = pool
        self._free: list[Any] = []
        self._may_open = size
        self._waiting: deque[asyncio.Future[Any]] = deque()
        self._is_closed = False
        self._lent: set[Any] = set()
        self._retiring: set[Any] = set()  # lent, and not to be used again
        self._returning: set[asyncio.Task[None]] = set()

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        """Every row."""
        rows: list[Any] = await self._run("fetch", statement, arguments)
        return rows

    async def fetchrow(self, statement: str, *arguments: Any) -> Any:
        """The first row, or None."""
        return await self._run("fetchrow", statement, arguments)

    async def fetchval(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(statement, *arguments)
        return None if row is None else row[0]

    @property
    def ahead(self) -> "Ahead":
        """The same connections, for what others wait for: its turn comes first."""
        return Ahead(self)

    async def renew(self) -> None:
        """Use none of the present connections again; statements that run may end on them."""
        self._retiring |= self._lent
        while self._free:
            self._return_to_pool(self._free.pop())
        await self._pool.expire_connections()

    @property
    def lent(self) -> int:
        """How many connections are in use at this moment."""
        return len(self._lent)

    async def close(self) -> None:
        """Give every connection back to the pool; those that are lent follow when their statements end."""
        self._is_closed = True
        while self._free:
            self._return_to_pool(self._free.pop())
        await asyncio.gather(*self._returning, return_exceptions=True)

    async def _run(self, method: str, statement: str, arguments: tuple[Any, ...], *, ahead: bool = False) -> Any:
        try:
            return await self._run_once(method, statement, arguments, ahead=ahead)
        except Exception as error:
            if not _ends_connection(error):
                raise
        # It may have ended while nobody used it, and so may the others have. A read is as good the second time.
        await self.renew()
        return await self._run_once(method, statement, arguments, ahead=ahead)

    async def _run_once(self, method: str, statement: str, arguments: tuple[Any, ...], *, ahead: bool) -> Any:
        connection = await self._take(ahead=ahead)
        self._lent.add(connection)
        try:
            found = await getattr(connection, method)(statement, *arguments)
        except Exception as error:
            if _ends_connection(error):  # it may not know yet that it is closed
                _end(connection)
                self._return_to_pool(connection)
            elif isinstance(error, asyncpg.PostgresError):
                self._give_back(connection)
            else:
                self._return_to_pool(connection)
            raise
        except BaseException:
            self._return_to_pool(connection)
            raise
        finally:
            self._lent.discard(connection)
        self._give_back(connection)
        return found

    async def _take(self, *, ahead: bool) -> Any:
        while self._free:
            connection = self._free.pop()  # the one used last is warm
            if _is_good(connection):
                return connection
            self._return_to_pool(connection)
        if self._may_open > 0:
            self._may_open -= 1
            return await self._open()
        turn: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        if ahead:
            self._waiting.appendleft(turn)
        else:
            self._waiting.append(turn)
        try:
            connection = await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():  # it was our turn just as we gave up
                self._pass_on(turn.result())
            raise
        return await self._open() if connection is None else connection

    async def _open(self) -> Any:
        try:
            return await self._pool.acquire()
        except BaseException:
            self._pass_on(None)
            raise

    def _give_back(self, connection: Any) -> None:
        if self._is_closed or connection in self._retiring or not _is_good(connection):
            self._return_to_pool(connection)
        else:
            self._pass_on(connection)

    def _pass_on(self, connection: Any) -> None:
        """Give whoever has waited longest a connection, or with None the leave to open one; else keep it."""
        if self._is_closed and connection is not None:
            self._return_to_pool(connection)
            return
        while self._waiting:
            turn = self._waiting.popleft()
            if not turn.done():
                turn.set_result(connection)
                return
        if connection is None:
            self._may_open += 1
        else:
            self._free.append(connection)

    def _return_to_pool(self, connection: Any) -> None:
        """Let the pool settle it, in the background; then somebody else may open one."""
        self._retiring.discard(connection)

        async def release() -> None:
            try:
                await self._pool.release(connection, timeout=5)
            except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
                _end(connection)
            finally:
                self._pass_on(None)

        task = asyncio.get_running_loop().create_task(release())
        self._returning.add(task)
        task.add_done_callback(self._returning.discard)


class Ahead:
    """Statements whose turn comes before that of all who wait; for few and small ones."""

    __slots__ = ("_held",)

    def __init__(self, held: HeldConnections) -> None:
        self._held = held

    async def fetch(self, statement: str, *arguments: Any) -> list[Any]:
        """Every row."""
        rows: list[Any] = await self._held._run("fetch", statement, arguments, ahead=True)  # noqa: SLF001 - a part of it
        return rows

    async def fetchrow(self, statement: str, *arguments: Any) -> Any:
        """The first row, or None."""
        return await self._held._run("fetchrow", statement, arguments, ahead=True)  # noqa: SLF001 - the same

    async def fetchval(self, statement: str, *arguments: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.fetchrow(statement, *arguments)
        return None if row is None else row[0]


def _ends_connection(error: Exception) -> bool:
    """Whether the session ends with this error: a shutdown, a crash, a terminated backend, a lost connection."""
    if type(error) is asyncpg.InterfaceError:  # not one of its kinds, which are about values and settings
        return True
    ends = asyncpg.PostgresConnectionError | asyncpg.OperatorInterventionError | asyncpg.InternalClientError | OSError
    return isinstance(error, ends) and not isinstance(error, asyncpg.QueryCanceledError)


def _end(connection: Any) -> None:
    with suppress(asyncpg.InterfaceError):  # it knew, and the pool has taken it back
        connection.terminate()


def _is_good(connection: Any) -> bool:
    try:
        return not connection.is_closed()
    except asyncpg.InterfaceError:  # it broke while nobody used it, and the pool has taken it back
        return False
