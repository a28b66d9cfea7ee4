"""PostgreSQL servers of a test's own, that replicate each other: started, killed, promoted."""

import asyncio
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import asyncpg

from rounds import embedded
from rounds.embedded.account import engine_account
from rounds.embedded.commands import postgres_command
from rounds.keeper.cluster import Cluster
from rounds.keeper.programs import Programs

PATIENCE = 60.0


class Tools(Programs):
    """Programs that need no keeper."""

    def run(self, command: Sequence[str], log: Path, typed: bytes = b"") -> str:
        assert self.spawn(command, log, typed).wait(PATIENCE) == 0, log.read_text()
        return ""


class Server:
    """One server, whose only way in is a Unix socket in its folder."""

    def __init__(self, folder: Path, **settings: str) -> None:
        folder.mkdir()
        self.cluster, self.log, self.settings = folder / "postgres", folder / "log", settings
        self.socket = folder / "run"
        self.socket.mkdir()
        account = engine_account(folder)
        self.programs = Tools(account)
        if account:
            for each in (folder, self.socket):
                os.chown(each, *account)
        self.process: subprocess.Popen[bytes] | None = None

    @property
    def url(self) -> str:
        return f"postgresql://rounds@/rounds?host={self.socket}"

    def initialise(self) -> "Server":
        """Make an empty cluster with a database."""
        tool = embedded.postgres_tools() / "postgres"
        Cluster(self.cluster, tool, self.programs, log=self.log, durable=False).ensure("18.0")
        return self

    def copy(self, primary: "Server", name: str) -> "Server":
        """Become a standby of another server, under this name."""
        tool = embedded.postgres_tools() / "pg_basebackup"
        address = f"host={primary.socket} user=rounds application_name={name}"
        self.programs.run(
            [str(tool), "-D", str(self.cluster), "-d", address, "-R", "-c", "fast", "--no-sync"], self.log
        )
        return self

    def start(self) -> "Server":
        command = postgres_command(self.cluster, self.socket, durable=False)
        # Nobody pulls a plug here; but what is acknowledged has to be where it says it is.
        settings = {"synchronous_commit": "on", "shared_buffers": "32MB", "max_connections": "60", **self.settings}
        for setting in settings.items():
            command += ["-c", "=".join(setting)]
        self.process = self.programs.spawn(command, self.log)
        deadline = time.monotonic() + PATIENCE
        while not self.is_up():
            assert self.process.poll() is None, self.log.read_text()
            assert time.monotonic() < deadline
            time.sleep(0.02)
        return self

    def is_up(self) -> bool:
        try:
            self.ask("SELECT 1")
        except (OSError, asyncpg.PostgresError):
            return False
        return True

    def ask(self, statement: str) -> object:
        """The first value that a statement answers."""
        return self.ask_as(self.url, statement)

    @staticmethod
    def ask_as(url: str, statement: str) -> object:
        """The same for whoever the address says."""

        async def ask() -> object:
            connection = await asyncpg.connect(url)
            try:
                return await connection.fetchval(statement)
            finally:
                await connection.close()

        with ThreadPoolExecutor(1) as beside:  # whoever asks may have a loop of his own
            return beside.submit(asyncio.run, ask()).result()

    def kill(self) -> None:
        """End it at once, with all its processes, as when a machine is lost."""
        if self.process is not None and self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def promote(self) -> None:
        assert self.ask("SELECT pg_promote(true, 60)")


@contextmanager
def servers() -> Iterator[Path]:
    """A folder for servers, which must be gone before it goes."""
    with TemporaryDirectory(prefix="rounds-", ignore_cleanup_errors=True) as folder:
        Path(folder).chmod(0o755)
        yield Path(folder)
        shutil.rmtree(folder, ignore_errors=True)
