"""What the tests of isolated work run in a child process."""

import gc
import os
import signal
import sys
import time
from pathlib import Path


class Unpackable(Exception):  # noqa: N818 - it is a property
    def __init__(self, one, two):
        super().__init__(one)


def doubled(number):
    return 2 * number


def process_id():
    return os.getpid()


def loaded():
    return sorted(sys.modules)


def main_file():
    return getattr(sys.modules["__main__"], "__file__", None)


def niceness():
    return os.nice(0)


def spin():
    while True:
        pass


def fill_memory():
    kept = []
    while True:
        kept.append(bytearray(1 << 24))


def mark_and_sleep(path):
    Path(path).write_text(str(os.getpid()), encoding="ascii")
    time.sleep(600)


def crash():
    os.kill(os.getpid(), signal.SIGSEGV)


def fail(what):
    raise what


def fail_unpackably():
    raise Unpackable(1, 2)


def answer_unpackably():
    return lambda: None


def collecting() -> tuple[bool, int, int]:
    """Whether garbage is collected, after how many new objects, and how many are out of its way."""
    return gc.isenabled(), gc.get_threshold()[0], gc.get_freeze_count()
