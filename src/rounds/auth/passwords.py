"""Passwords: compared in one form however they were typed, hashed with Argon2id in threads of their own."""

import asyncio
import unicodedata
from collections.abc import AsyncIterator, Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from typing import Self, TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from rounds.auth.turns_by_party import TurnsByParty

# RFC 9106's second recommended option, which is argon2-cffi's default: 64 MiB, 3 passes, 4 lanes. No more than two run
# at once in a process, so that a wave of sign-ins takes neither all memory nor all cores from the requests around it.
hasher = PasswordHasher()
_AT_ONCE = 2
_WAITING = 32  # at a tenth of a second each and two at once, those who wait longest wait for two seconds
_PATIENCE_SECONDS = 10.0  # on a machine that is slower
_WAITING_PER_PARTY = 24  # more than the failures that an address has, and a shift that signs in at once

_Found = TypeVar("_Found")


def canonical(password: str) -> str:
    """The form in which passwords are compared: OpaqueString (RFC 8265, section 4.2.2).

    Every space is the plain one and characters are composed (NFC), so that the same password is right from a keyboard
    that writes "é" as one character and from one that writes it as two. Nothing is trimmed and no case is folded.
    """
    if password.isascii():
        return password
    spaced = "".join(" " if unicodedata.category(character) == "Zs" else character for character in password)
    return unicodedata.normalize("NFC", spaced)


def decoy() -> str:
    """A well-formed hash that no password has, verified for unknown usernames so that they take just as long."""
    cost = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v=19${cost}${'A' * 22}${'A' * 43}"


def use_cheap_hashing() -> None:
    """Trade strength for speed in the test programs, which hash hundreds of throw-away passwords."""
    global hasher  # noqa: PLW0603 - the hasher is a process-wide choice
    hasher = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Passwords:
    """The threads that hash passwords, and the queue before them.

    Work of other kinds cannot keep a sign-in waiting, and one client's attempts do not keep another client waiting.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, thread_name_prefix="passwords")
        self._turns = TurnsByParty(_AT_ONCE, waiting=_WAITING, seconds=_PATIENCE_SECONDS)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        self._threads.shutdown(wait=False, cancel_futures=True)

    @asynccontextmanager
    async def turn(self, party: str, *, first: bool = False) -> AsyncIterator["Turn"]:
        """A turn at the threads, for an attempt of `party` to sign in.

        Raises:
            NoRoom: when too many wait, of this party or in all.
        """
        async with self._turns.taken(party, most=_WAITING_PER_PARTY, first=first):
            yield Turn(self._threads)

    async def hash(self, password: str) -> str:
        """The Argon2id hash of a new `password`, with its parameters and salt.

        Raises:
            NoRoom: when too many wait already.
        """
        async with self._turns.taken("new passwords"):
            return await Turn(self._threads).hash(password)

    async def run(self, work: Callable[[], _Found]) -> _Found:
        """What `work` answers: something else about a password that takes a while.

        Raises:
            NoRoom: when too many wait already.
        """
        async with self._turns.taken("new passwords"):
            return await _within(self._threads, work)


class Turn:
    """What may be done while it is one's turn."""

    def __init__(self, threads: ThreadPoolExecutor) -> None:
        self._threads = threads

    async def verify(self, password: str, stored: str | None) -> bool:
        """Whether `password` is the one behind `stored`; just as slow when there is no such account (`None`).

        One that is not in the canonical form is tried in that form first and then as it was typed, since it may have
        been set before there was one.
        """
        forms = dict.fromkeys((canonical(password), password))
        return await _within(self._threads, lambda: _verify(forms, stored))

    async def hash(self, password: str) -> str:
        """The hash of `password` in its canonical form."""
        return await _within(self._threads, lambda: hasher.hash(canonical(password)))


async def _within(threads: ThreadPoolExecutor, work: Callable[[], _Found]) -> _Found:
    return await asyncio.get_running_loop().run_in_executor(threads, work)


def _verify(forms: Iterable[str], stored: str | None) -> bool:
    """Every form is tried, also after one was right or when there is no hash, lest the time tell which it was."""
    right = False
    for form in forms:
        try:
            right = hasher.verify(stored or decoy(), form) or right
        except (VerificationError, InvalidHashError):
            continue
    return right and stored is not None


def outdated(password: str, stored: str) -> bool:
    """Whether `stored`, whose password this is, was made with weaker parameters than today's.

    Or perhaps from another form of the password than the canonical one: which it was is not known any more.
    """
    return hasher.check_needs_rehash(stored) or canonical(password) != password
