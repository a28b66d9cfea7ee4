"""Connections to a standby, each of which knows how far the server behind it had got when it last asked.

Behind one address there may be several standbys, so what is known of one connection says nothing about another: whether
a read may go there is decided on the connection that it goes over.
"""

from typing import Any, Final

import asyncpg

from rounds.data.held_connections import HeldConnections
from rounds.data.read import ReadConnection

# A standby says where it is, a server that has become a primary says nothing.
_REPLAYED = "SELECT CASE WHEN pg_is_in_recovery() THEN pg_last_wal_replay_lsn() - '0/0'::pg_lsn END::bigint"
_WHO = "SELECT pg_is_in_recovery(), system_identifier FROM pg_control_system()"
_ANSWER_SECONDS = 2.0  # whoever does not say where it is within this time is taken for dead


class NotAStandby(ConnectionError):  # noqa: N818 - it reads as what it says
    """The server at the replica's address is none of this primary, or no replica any more."""


class _Behind:
    """What is answered instead of rows that may be too old."""


BEHIND: Final = _Behind()


class StandbyConnection(ReadConnection):
    """A connection to a standby."""

    position = 0  # what the standby has replayed at least, in bytes of the write-ahead log

    async def read_at(self, statement: str, position: int, method: str, *arguments: Any) -> Any:
        """What `method` fetches by `statement` from a standby that has come as far as `position`, or `BEHIND`.

        Raises:
            NotAStandby: when the server has been promoted.
        """
        if self.position < position:
            replayed = await self.fetchval(_REPLAYED, timeout=_ANSWER_SECONDS)
            if replayed is None:
                raise NotAStandby
            self.position = replayed
            if replayed < position:
                return BEHIND
        return await getattr(self, method)(statement, *arguments)


class StandbyConnections(HeldConnections):
    """Connections to a standby, for reads that say how far it must have come."""

    async def read_at(self, position: int, method: str, statement: str, arguments: tuple[Any, ...]) -> Any:
        """What `method` (`fetch`, `fetchrow`) finds, or `BEHIND`."""
        return await self._run("read_at", statement, (position, method, *arguments))


async def expect_standby_of(system: int, connection: "asyncpg.Connection[Any]") -> None:
    """Make sure that the server is a standby of the cluster with this identifier.

    Raises:
        NotAStandby: when it is not.
    """
    recovers, identifier = await connection.fetchrow(_WHO, timeout=_ANSWER_SECONDS)  # type: ignore[misc]  # always one row
    if not recovers or identifier != system:
        raise NotAStandby
