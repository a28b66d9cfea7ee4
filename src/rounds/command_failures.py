"""What a command says when it fails for a reason that a person can act on: one line, never a stack trace.

The line holds no message of the database, which may quote a patient.
"""

import asyncpg
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError, SQLAlchemyError

from rounds import embedded
from rounds.database import constraint_of, problem_for
from rounds.outages import DatabaseReadOnly, StorageFull, outage_of
from rounds.problems import InvalidFields, Problem
from rounds.settings import Misconfigured

_OUTAGES = {
    StorageFull: "the storage of the database is full: make room and repeat the command",
    DatabaseReadOnly: "the database accepts no changes at the moment: repeat the command when it does",
}


def line_for(error: BaseException) -> str | None:
    """What to tell about `error`; None when it is a mistake of the program, which wants a stack trace."""
    line: str | None = None
    match error:
        case BaseExceptionGroup():
            lines = [each for part in error.exceptions if (each := line_for(part))]
            line = lines[0] if len(lines) == len(error.exceptions) else None
        case Misconfigured() | embedded.DataDirectoryBusy() | embedded.EngineFailed():
            line = str(error)
        case Problem():
            line = _of_problem(error)
        case SQLAlchemyError() | asyncpg.PostgresError() | asyncpg.InterfaceError() | asyncpg.InternalClientError():
            line = _of_database(error)
        case RedisError():
            line = f"Redis does not do what it is asked ({type(error).__name__})"
        case OSError():
            # Their own texts, and the names of files; connections have neither.
            what = error.strerror or type(error).__name__
            line = f"{error.filename}: {what}" if error.filename else what
    return line


def _of_problem(problem: Problem) -> str:
    document = problem.document("en")
    if isinstance(problem, InvalidFields):
        return "; ".join(f"{each['pointer'].removeprefix('/')}: {each['detail']}" for each in document["errors"])
    return str(document["detail"])


def _of_database(error: Exception) -> str:
    known = problem_for(error) if isinstance(error, DBAPIError) else None
    if known is not None:
        return _of_problem(known)
    cause = (getattr(error.orig, "__cause__", None) or error) if isinstance(error, DBAPIError) else error
    kind = type(cause).__name__
    outage = outage_of(error)
    if outage is not None:
        said = _OUTAGES.get(type(outage), "the database does not answer: repeat the command when it does")
        return f"{said} ({kind})"
    constraint = constraint_of(error) if isinstance(error, DBAPIError) else getattr(error, "constraint_name", None)
    if constraint:
        return f"the database refuses it by {constraint}; nothing of the last step was kept ({kind})"
    return f"the database could not do it; nothing of the last step was kept ({kind})"
