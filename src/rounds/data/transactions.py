"""What endpoints ask for: `Tx`, committed before the response is sent, `MayBegin`, the same if need be, and `Reads`.

`PlainTx` is `Tx` without a session, for handlers that only send statements.

`Reads` may go to a replica, `FreshReads` never does.
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.data.connection_pools import Database
from rounds.data.plain_transactions import AnyTransaction, PlainTransaction
from rounds.data.read import Read

SESSION = "rounds.session"  # in the scope of a request, once it has a transaction
TRANSACTION = "rounds.transaction"  # there too: what can begin it

Begin = Callable[[], AsyncSession]


class Transaction:
    """The block in which a request may have a transaction: committed at its end, rolled back when something is raised.

    A handler that must keep what it wrote although it refuses the request commits by itself before raising.
    """

    __slots__ = ("_database", "_scope", "_session")

    def __init__(self, request: Request) -> None:
        self._database: Database = request.app.state.database
        self._scope = request.scope
        self._session: AnyTransaction | None = None
        request.scope[TRANSACTION] = self

    def session(self) -> AsyncSession:
        """The session, the same each time; its transaction begins when something is asked of it."""
        if not isinstance(self._session, AsyncSession):
            self._session = self._scope[SESSION] = self._database.sessions()
        return self._session

    def plain(self) -> PlainTransaction:
        """The same without a session."""
        if not isinstance(self._session, PlainTransaction):
            self._session = self._scope[SESSION] = self._database.plain()
        return self._session

    async def __aenter__(self) -> Begin:
        """What begins it."""
        return self.session

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Commit unless something was raised."""
        session = self._session
        if session is None:
            return
        try:
            if kind is None:
                if session.in_transaction():
                    await session.commit()
                await self._database.committed(session, withdrawn=self._scope["method"] == "DELETE")
        finally:
            if session.in_transaction():
                await session.close()


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """The session of the request's transaction."""
    async with Transaction(request) as begin:
        yield begin()


async def plain_transaction(request: Request) -> AsyncIterator[PlainTransaction]:
    """The request's transaction, without a session."""
    async with Transaction(request):
        yield request.scope[TRANSACTION].plain()


async def begin(request: Request) -> AsyncIterator[Begin]:
    """What begins the request's transaction, for calls that mostly find nothing to write."""
    async with Transaction(request) as found:
        yield found


def reads_of(request: Request) -> Read:
    """The read side of a request: the replica's, when there is one and the request changes nothing.

    Whoever changes something decides by what he reads, and that must not be what another has changed meanwhile.
    """
    database: Database = request.app.state.database
    if database.replica is not None and request.scope["method"] in {"GET", "HEAD"}:
        return database.replica.reads
    return database.reads


def fresh_reads_of(request: Request) -> Read:
    """The read side of a request that may not be shown anything but what is true now: always the primary's."""
    return request.app.state.database.reads  # type: ignore[no-any-return]  # app.state is untyped


async def reads(request: Request) -> Read:
    """The read side."""
    return reads_of(request)


async def fresh_reads(request: Request) -> Read:
    """The read side, never that of a replica."""
    return fresh_reads_of(request)


# FastAPI would by default leave the dependency only after the response is sent, and a failing COMMIT would answer 200.
Tx = Annotated[AsyncSession, Depends(transaction, scope="function")]
PlainTx = Annotated[PlainTransaction, Depends(plain_transaction, scope="function")]
MayBegin = Annotated[Begin, Depends(begin, scope="function")]
Reads = Annotated[Read, Depends(reads)]
# For what must never be a moment old: accounts and their secrets, the audit trail, and who opened restricted records.
FreshReads = Annotated[Read, Depends(fresh_reads)]
