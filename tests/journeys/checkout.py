"""A checkout of its own in a path with a space, with the working tree's files and a server started by `make run`."""

import contextlib
import os
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parents[2]
PATIENCE = 90.0  # how long anything may take before a test gives up; never how long it is expected to take

# The programs that a newcomer types, and what a test adds to them.
SHIMS = {
    "curl": "--fail-with-body",  # or else an answer of 401 would pass for a success
    # The environment that runs the tests is there; whether it is up to date is not for a test to mend.
    "make": "--old-file=.venv/.run --old-file=.venv/.dev",
}


class Background:
    """Commands that go on running, in a terminal of their own."""

    def __init__(self, commands: str, checkout: "Checkout") -> None:
        self.file = Path(tempfile.mkstemp(dir=checkout.scratch)[1])
        with self.file.open("wb") as output:
            self.process = subprocess.Popen(
                ["bash", "-c", commands],
                cwd=checkout.path,
                env=checkout.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )

    @property
    def output(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def wait_for(self, text: str = "") -> None:
        """Wait until it has said this, or anything at all."""
        deadline = time.monotonic() + PATIENCE
        while text not in self.output or not self.output:
            assert self.process.poll() is None, self.output
            assert time.monotonic() < deadline, f"no {text!r} in:\n{self.output}"
            time.sleep(0.02)

    def stop(self) -> None:
        """Ctrl-C."""
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGINT)
        try:
            self.process.wait(PATIENCE)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)


class Checkout:
    """The working tree as a fresh clone would have it: without data, settings or secrets."""

    def __init__(self, folder: Path) -> None:
        self.path, self.scratch = folder / "a fresh clone", folder / "scratch"
        self.path.mkdir()
        self.scratch.mkdir()
        tracked = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True, check=True).stdout
        for name in sorted({line.partition("/")[0] for line in tracked.splitlines()}):
            (self.path / name).symlink_to(ROOT / name)
        # One step deeper, the interpreter would take itself for the one it links to.
        (self.path / ".venv").symlink_to(Path(sys.prefix))
        programs = folder / "programs"
        programs.mkdir()
        for name, options in SHIMS.items():
            shim = programs / name
            shim.write_text(f'#!/bin/sh\nexec {shlex.quote(shutil.which(name) or name)} {options} "$@"\n')
            shim.chmod(0o755)
        kept = {
            name: value
            for name, value in os.environ.items()
            if not name.startswith(("ROUNDS_", "OPENAI_", "PG", "PYTHON", "MAKE", "MFLAGS", "ARGS", "SLICE", "ASK_"))
        }
        self.environment = kept | {
            "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
            "PYTHONUNBUFFERED": "1",
            "USER": "somebody",  # as on every machine, and never whom the API knows
        }
        self.others: list[Background] = []

    @property
    def address(self) -> str:
        return (self.path / ".rounds" / "address.txt").read_text().strip()

    def background(self, commands: str, *, until: str = "") -> Background:
        """Commands in a terminal of their own, once they have said `until`, or anything at all."""
        started = Background(commands, self)
        self.others.append(started)
        started.wait_for(until)
        return started

    def run(self, *command: str, **environment: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command,
            cwd=self.path,
            env=self.environment | environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=PATIENCE,
            check=False,
        )


@contextlib.contextmanager
def fresh_checkout() -> Iterator[Checkout]:
    """A checkout that is gone afterwards, with whatever was started in it."""
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        checkout = Checkout(Path(folder))
        try:
            yield checkout
        finally:
            for other in reversed(checkout.others):
                other.stop()


@contextlib.contextmanager
def usual_port_taken() -> Iterator[None]:
    """Somebody else has port 8000, as on many machines."""
    with socket.socket() as taken:
        taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        with contextlib.suppress(OSError):  # when somebody has it already, that serves as well
            taken.bind(("127.0.0.1", 8000))
            taken.listen()
        yield
