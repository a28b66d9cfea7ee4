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


def problem_for(error: DBAPIError) -> Problem | None:
    """What to answer: the problem registered for the constraint that `error` names, or that it took too long."""
    if isinstance(getattr(error.orig, "__cause__", None), asyncpg.QueryCanceledError):
        return TooDear()
    if not isinstance(error, IntegrityError):
        return None
    make = _violations.get(constraint_of(error))
    return make() if make else None


def constraint_of(error: DBAPIError) -> str:
    """The name of the violated constraint, or an empty string."""
    cause = getattr(error.orig, "__cause__", None)
    return str(getattr(cause, "constraint_name", None) or "")
