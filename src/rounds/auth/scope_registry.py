"""What an account may do: scopes, which the slices declare, and the roles that bundle them.

A slice declares its scopes in `scopes.py`, and which roles have them besides the administrator, who has all. So the
floor knows the jobs that people have in a hospital, and no feature.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum


class Role(StrEnum):
    """The job of an account."""

    ADMIN = "admin"
    CLINICIAN = "clinician"
    NURSE = "nurse"
    SCHEDULER = "scheduler"
    AUDITOR = "auditor"
    SERVICE = "service"


SCOPES: dict[str, str] = {}
ROLES: dict[str, frozenset[str]] = {role.value: frozenset() for role in Role}
_needed: set[str] = set()


def declare(scope: str, description: str, *roles: Role) -> None:
    """Make `scope` known, and give it to `roles` and to the administrator.

    Args:
        scope: `<area>:<what>`, for example `wards:read`.
        description: What it allows, as the documentation shows it.
        roles: Who else has it.

    Raises:
        TypeError: when it is declared twice.
    """
    if scope in SCOPES:
        raise TypeError(f"the scope {scope!r} is declared twice")
    SCOPES[scope] = description
    for role in {Role.ADMIN, *roles}:
        ROLES[role.value] |= {scope}


def need(scope: str) -> str:
    """Note that something asks for `scope`, and answer it; `check_needed` holds it against what was declared."""
    _needed.add(scope)
    return scope


@contextmanager
def needing_apart() -> Iterator[None]:
    """Forget, at the end of the block, what was asked for in it."""
    before = set(_needed)
    try:
        yield
    finally:
        _needed.clear()
        _needed.update(before)


def check_needed() -> None:
    """See to it that whatever is asked for can be had.

    Raises:
        LookupError: naming what no slice declares.
    """
    if unknown := sorted(_needed - SCOPES.keys()):
        raise LookupError(f"no slice declares the scope {', '.join(unknown)}")
