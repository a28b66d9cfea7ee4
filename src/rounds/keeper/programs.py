"""Starts programs as the account that the engines run as."""

import os
import re
import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from rounds.keeper.lifeline import POLL_SECONDS, OwnerGone, wait_for_owner
from rounds.keeper.logs import complaint, open_log, size_of, written
from rounds.keeper.plan import EngineDown

# Nothing of the caller's environment reaches an engine: PGDATA, PGOPTIONS or a foreign locale would change what it
# does. The C locale exists everywhere; what the database itself needs is given to initdb by name.
ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "HOME": "/", "LANG": "C", "LC_ALL": "C"}


class Programs:
    """Programs of one account."""

    def __init__(self, account: Sequence[int] | None) -> None:
        """`account` is a user and a group id; None for our own."""
        self.account = account

    def spawn(self, command: Sequence[str], log: Path, typed: bytes = b"") -> subprocess.Popen[bytes]:
        """Start a program as the engines' account, in a session of its own, with its output going to `log`."""
        user, group = self.account or (None, None)
        reader, writer = os.pipe()
        try:
            os.write(writer, typed)
            os.close(writer)
            with open_log(log, self.account) as output:
                return subprocess.Popen(  # noqa: S603 - our own binaries, and never a shell
                    command,
                    stdin=reader,
                    stdout=output,
                    stderr=output,
                    cwd="/",
                    env=ENVIRONMENT,
                    start_new_session=True,
                    user=user,
                    group=group,
                    extra_groups=[] if self.account else None,
                )
        except OSError as error:
            who = f" as user id {user}" if self.account else ""
            raise EngineDown(f"{command[0]} cannot be run{who}: {error.strerror}") from error
        finally:
            os.close(reader)

    def run(self, command: Sequence[str], log: Path, typed: bytes = b"") -> str:
        """Run a tool to its end and return what it wrote; when the owner ends meanwhile, kill it at once."""
        before = size_of(log)
        process = self.spawn(command, log, typed)
        try:
            while process.poll() is None:
                wait_for_owner(POLL_SECONDS)
        except OwnerGone:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()
            raise
        if process.returncode:
            raise EngineDown(f"{Path(command[0]).name} failed: {complaint(log, before)}", log)
        return written(log, before)

    def version_of(self, binary: str, log: Path) -> str:
        """Ask the binary; this also shows early whether the engines' account can run it at all."""
        version = re.search(r"\d{1,9}(?:\.\d{1,9})+", self.run([binary, "--version"], log))
        if version is None:
            raise EngineDown(f"{binary} does not tell its version", log)
        return version[0]
