"""Says why a command failed, in a line that helps; never by a stack trace, which would quote what the database said."""

from collections.abc import Iterator

import asyncpg
import typer
from alembic.util.exc import CommandError
from redis.exceptions import RedisError
from sqlalchemy.exc import DBAPIError

from rounds.data import is_outage, problem_for
from rounds.embedded import DataDirectoryBusy, EngineFailed
from rounds.observability.logging import origin_of
from rounds.problems import InvalidFields, Problem
from rounds.settings import Misconfigured

FAILED, USAGE = 1, 2

_AWAY = "PostgreSQL went away meanwhile; what was not finished is not stored. Run the command again."


def explain(error: Exception) -> int:
    """Say on standard error what stopped the command; answers its exit code: 1 it failed, 2 it was called wrongly."""
    for line in _lines(error):
        typer.echo(f"rounds: {line}", err=True)
    return USAGE if isinstance(error, InvalidFields) else FAILED


def refused_fields(problem: InvalidFields) -> Iterator[str]:
    """A line for each value that is refused."""
    for field in problem.document("en")["errors"]:
        yield f"{field['pointer'].removeprefix('/')}: {field['detail']}"


def _lines(error: BaseException) -> Iterator[str]:
    match error:
        case BaseExceptionGroup():
            yield from dict.fromkeys(line for part in error.exceptions for line in _lines(part))
        case Misconfigured() | DataDirectoryBusy() | EngineFailed():
            yield str(error)
        case InvalidFields():
            yield from refused_fields(error)
        case Problem():
            yield str(error.document("en")["detail"])
        case CommandError():  # Alembic's own sentence, e.g. that there is no such revision
            yield str(error).partition("\n")[0]
        case DBAPIError() if known := problem_for(error):
            yield str(known.document("en")["detail"])
        case OSError() if error.filename is not None:
            yield f"{error.filename}: {error.strerror}."
        case RedisError():
            yield f"Redis does not answer ({type(error).__name__})."
        case _:
            yield _database(error) or (_AWAY if is_outage(error) else _unexpected(error))


def _database(error: BaseException) -> str | None:
    """What PostgreSQL refused, by its kind alone: its message may quote a patient."""
    found = getattr(error.orig, "__cause__", None) if isinstance(error, DBAPIError) else error
    if not isinstance(found, asyncpg.PostgresError):
        return None
    reasons: dict[type, str] = {
        asyncpg.InsufficientPrivilegeError: "its role may not do that",
        asyncpg.DiskFullError: "its disk is full",
        asyncpg.ReadOnlySQLTransactionError: "it is read-only",
        asyncpg.TooManyConnectionsError: "it has no connection left",
    }
    why = next((reasons[kind] for kind in type(found).__mro__ if kind in reasons), None)
    if why is None and is_outage(error):
        return None
    constraint = getattr(found, "constraint_name", None)
    why = why or (f"it violates {constraint}" if constraint else type(found).__name__)
    return f"PostgreSQL refused it: {why}."


def _unexpected(error: BaseException) -> str:
    origin = origin_of(error)
    frames = origin["frames"]
    last = frames[-1] if isinstance(frames, list) and frames else "an unknown place"
    return f"this should not happen: {origin['error']} at {last}. Please report it with this line."
