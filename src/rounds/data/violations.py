"""Turns what the database refuses into problems, by the name of the constraint."""

from collections.abc import Callable

import asyncpg
from sqlalchemy.exc import DBAPIError, IntegrityError

from rounds.data.statement_limits import TooDear
from rounds.problems import Problem

_violations: dict[str, Callable[[], Problem]] = {}


def on_violation(constraint: str, problem: Callable[[], Problem]) -> None:
    """Answer `problem` when the database refuses a write by `constraint`."""
    _violations[constraint] = problem


# What refuses a write by a constraint: as a session tells it, and as the driver does of what is sent.
VIOLATIONS = (IntegrityError, asyncpg.IntegrityConstraintViolationError)


def problem_for(error: Exception) -> Problem | None:
    """What to answer: the problem registered for the constraint that `error` names, or that it took too long."""
    if isinstance(_cause_of(error), asyncpg.QueryCanceledError):
        return TooDear()
    if not isinstance(error, VIOLATIONS):
        return None
    make = _violations.get(constraint_of(error))
    return make() if make else None


def constraint_of(error: Exception) -> str:
    """The name of the violated constraint, or an empty string."""
    return str(getattr(_cause_of(error), "constraint_name", None) or "")


def _cause_of(error: Exception) -> BaseException | None:
    """What the driver raised."""
    return getattr(error.orig, "__cause__", None) if isinstance(error, DBAPIError) else error
