"""PostgreSQL, in two manners.

`Tx` is a SQLAlchemy session in one transaction, committed **before** the response is sent. It is how anything changes.

`PlainTx` is the same without a session, for changes that are made of known statements.

`Read` runs one prepared statement on the asyncpg pool: no BEGIN, no ROLLBACK, no entities, one round trip. Statements
are composed with SQLAlchemy Core and compiled once, when a `Query` first runs. In requests
that change nothing it may go to a replica (`rounds.data.replica`).
"""

from rounds.data.columns import Timestamped, changed, metadata, new_id, timestamp
from rounds.data.connecting import connect
from rounds.data.connection_pools import (
    CONCERNED,
    PUBLISHED,
    SESSION_SETTINGS,
    WITHDRAWN,
    Database,
    create_engine,
    sessionmaker,
)
from rounds.data.driver import send
from rounds.data.expiry import expires, sweep_expired
from rounds.data.outages import is_outage
from rounds.data.plain_transactions import AnyTransaction, PlainTransaction
from rounds.data.read import Query, Read, Row
from rounds.data.transactions import (
    SESSION,
    TRANSACTION,
    Begin,
    FreshReads,
    MayBegin,
    PlainTx,
    Reads,
    Transaction,
    Tx,
    begin,
    fresh_reads,
    fresh_reads_of,
    plain_transaction,
    reads,
    reads_of,
    transaction,
)
from rounds.data.violations import VIOLATIONS, constraint_of, on_violation, problem_for

__all__ = [
    "CONCERNED",
    "PUBLISHED",
    "SESSION",
    "SESSION_SETTINGS",
    "TRANSACTION",
    "VIOLATIONS",
    "WITHDRAWN",
    "AnyTransaction",
    "Begin",
    "Database",
    "FreshReads",
    "MayBegin",
    "PlainTransaction",
    "PlainTx",
    "Query",
    "Read",
    "Reads",
    "Row",
    "Timestamped",
    "Transaction",
    "Tx",
    "begin",
    "changed",
    "connect",
    "constraint_of",
    "create_engine",
    "expires",
    "fresh_reads",
    "fresh_reads_of",
    "is_outage",
    "metadata",
    "new_id",
    "on_violation",
    "plain_transaction",
    "problem_for",
    "reads",
    "reads_of",
    "send",
    "sessionmaker",
    "sweep_expired",
    "timestamp",
    "transaction",
]
