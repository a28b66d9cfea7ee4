"""Passwords, hashed with Argon2id."""

import asyncio

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

# RFC 9106's second recommended option, which is argon2-cffi's default: 64 MiB, 3 passes, 4 lanes. No more than two run
# at once in a process, so that a wave of sign-ins takes neither all memory nor all cores from the requests around it.
_hasher = PasswordHasher()
_hashing = asyncio.Semaphore(2)


def _decoy() -> str:
    """A well-formed hash that no password has, verified for unknown usernames so that they take just as long."""
    cost = f"m={_hasher.memory_cost},t={_hasher.time_cost},p={_hasher.parallelism}"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


def use_cheap_hashing() -> None:
    """Trade strength for speed in the test programs, which hash hundreds of throw-away passwords."""
    global _hasher  # noqa: PLW0603 - the hasher is a process-wide choice
    _hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


async def hash_password(password: str) -> str:
    """The Argon2id hash of `password`, with its parameters and salt."""
    async with _hashing:
        return await asyncio.to_thread(_hasher.hash, password)


async def verify_password(password: str, stored: str | None) -> bool:
    """Whether `password` is the one behind `stored`; just as slow when there is no such account (`None`)."""
    async with _hashing:
        return await asyncio.to_thread(_verify, password, stored)


def _verify(password: str, stored: str | None) -> bool:
    try:
        _hasher.verify(stored or _decoy(), password)
    except (VerificationError, InvalidHashError):
        return False
    return stored is not None


def outdated(stored: str) -> bool:
    """Whether `stored` was made with weaker parameters than today's."""
    return _hasher.check_needs_rehash(stored)
