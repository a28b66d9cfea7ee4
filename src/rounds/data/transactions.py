"""What endpoints ask for: `Tx`, committed before the response is sent, and `Reads`."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends, Request
from sqlalchemy.ext.asyncio import AsyncSession

from rounds.data.engine import Database
from rounds.data.read import Read

SESSION = "rounds.session"  # in the scope of a request, once it has a transaction


async def transaction(request: Request) -> AsyncIterator[AsyncSession]:
    """A session that is committed when the endpoint returns and rolled back when it raises.

    A handler that must keep what it wrote although it refuses the request commits by itself before raising.
    """
    async with Transaction(request) as session:
        yield session


class Transaction:
    """The block in which a request has its transaction; see `transaction`."""

    __slots__ = ("_database", "_session")

    def __init__(self, request: Request) -> None:
        self._database: Database = request.app.state.database
        self._session: AsyncSession = self._database.sessions()
        request.scope[SESSION] = self._session

    async def __aenter__(self) -> AsyncSession:
        """The session; it begins when something is asked of it."""
        return self._session

    async def __aexit__(self, kind: type[BaseException] | None, *_: object) -> None:
        """Commit unless something was raised."""
        session = self._session
        try:
            if kind is None:
                if session.in_transaction():  # else nothing was asked, as when an evaluation finds nothing new
                    await session.commit()
                self._database.committed(session)
        finally:
            if session.in_transaction():
                await session.close()


async def reads(request: Request) -> Read:
    """The read side."""
    return request.app.state.database.reads  # type: ignore[no-any-return]  # app.state is untyped


# FastAPI would by default leave the dependency only after the response is sent, and a failing COMMIT would answer 200.
Tx = Annotated[AsyncSession, Depends(transaction, scope="function")]
Reads = Annotated[Read, Depends(reads)]
