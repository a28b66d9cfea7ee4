"""The lifeline to the owner, and waiting that it can interrupt."""

import contextlib
import json
import os
import select
import signal
import time

POLL_SECONDS = 0.005

_alarm: list[int] = []  # readable when a signal came


class OwnerGone(Exception):  # noqa: N818 - an event, not an error
    """The lifeline was closed: stop everything."""


def carry_on(*_: object) -> None:
    """Handle a signal by going on: the end comes through the lifeline, when the owner needs its engines no more.

    A handler rather than SIG_IGN, because ignored signals stay ignored in child processes and handlers do not.
    """


def wait_for_owner(seconds: float | None) -> None:
    """Sleep for `seconds` (None: until a child process ends), but raise `OwnerGone` as soon as the lifeline closes."""
    ready = select.select([0, *_alarm], [], [], seconds)[0]
    if 0 in ready:
        raise OwnerGone
    for alarm in ready:
        with contextlib.suppress(BlockingIOError):
            os.read(alarm, 4096)


def listen_for_signals() -> None:
    """Have `wait_for_owner` wake up when a child process ends."""
    reader, writer = os.pipe()
    for end in (reader, writer):
        os.set_blocking(end, False)
    signal.set_wakeup_fd(writer, warn_on_full_buffer=False)
    signal.signal(signal.SIGCHLD, carry_on)
    _alarm.append(reader)


def tell_owner(message: dict[str, object]) -> None:
    """Answer the owner, who may be gone by now."""
    try:
        os.write(1, json.dumps(message).encode() + b"\n")
    except OSError as error:
        raise OwnerGone from error


def say(what: str) -> None:
    """Write a line into the keeper's own log, if it can be written."""
    with contextlib.suppress(OSError):
        os.write(2, f"{time.strftime('%Y-%m-%dT%H:%M:%SZ', time.gmtime())} {what}\n".encode())
