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
    database: Database = request.app.state.database
    session = request.scope[SESSION] = database.sessions()
    try:
        yield session
        if session.in_transaction():  # else nothing was asked of it, as when an evaluation finds nothing new
            await session.commit()
        database.committed(session)
    finally:
        if session.in_transaction():
            await session.close()


async def reads(request: Request) -> Read:
    """The read side."""
    return request.app.state.database.reads  # type: ignore[no-any-return]  # app.state is untyped


# FastAPI would by default leave the dependency only after the response is sent, and a failing COMMIT would answer 200.
Tx = Annotated[AsyncSession, Depends(transaction, scope="function")]
Reads = Annotated[Read, Depends(reads)]
