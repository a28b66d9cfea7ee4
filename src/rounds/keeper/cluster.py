"""The database cluster: made whole or not at all, and never one of another major version."""

import contextlib
import locale
import os
import shutil
from pathlib import Path

from rounds.keeper.plan import EngineDown
from rounds.keeper.programs import Programs


class Cluster:
    """The folder that holds the database.

    Args:
        folder: Where it is.
        postgres: The server's program, beside which `initdb` lies.
        programs: Runs both.
        log: Where they write.
        durable: Whether it shall survive a power cut.
    """

    def __init__(self, folder: Path, postgres: Path, programs: Programs, *, log: Path, durable: bool) -> None:
        self.folder = folder
        self.postgres = postgres
        self.programs = programs
        self.log = log
        self.durable = durable

    def ensure(self, version: str) -> None:
        """Make the database cluster if there is none, whole or not at all, and refuse one of another major version."""
        marker = self.folder / "PG_VERSION"
        if marker.exists():
            made_by = marker.read_text("utf-8").strip()
            if made_by != version.partition(".")[0]:
                raise EngineDown(
                    f"{self.folder} was made by PostgreSQL {made_by}, which {version} cannot open: "
                    "dump it with the old version and load it into a new data directory",
                )
            return
        if self.folder.exists() and any(self.folder.iterdir()):
            raise EngineDown(f"{self.folder} holds files but no database cluster: move them away")
        # A name nobody else has: an initdb whose keeper was killed may still be writing to its own.
        draft = self.folder.parent / f"postgres.new-{os.urandom(6).hex()}"
        draft.mkdir(mode=0o700)
        try:
            if self.programs.account:
                os.chown(draft, *self.programs.account)
            self.initialise(draft)
            draft.replace(self.folder)  # over an empty directory, too
            sync_directory(self.folder.parent)
        except BaseException:
            shutil.rmtree(draft, ignore_errors=True)
            raise

    def initialise(self, draft: Path) -> None:
        """Make a cluster with superuser and database `rounds` that survives a power cut from its first commit on.

        Sorting and upper/lower case come from PostgreSQL's own C.UTF-8, the same on every machine. pg_trgm, however,
        asks the C library what a letter is: with LC_CTYPE=C no Chinese or Devanagari name would have any trigram.
        """
        initdb = [str(self.postgres.with_name("initdb")), f"--pgdata={draft}"]
        options = ["--username=rounds", "--encoding=UTF8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--locale=C", f"--lc-ctype={utf8_character_types()}"]
        options += ["--auth-local=trust", "--auth-host=reject", "--no-instructions", "--no-sync"]
        self.programs.run([*initdb, *options], self.log)
        single_user = [str(self.postgres), "--single", "-F", "-D", str(draft), "-c", "exit_on_error=on", "template1"]
        self.programs.run(single_user, self.log, b"CREATE DATABASE rounds\n")
        if self.durable:
            # One pass at the end instead of one per step; the server itself will never sync files it did not write.
            self.programs.run([*initdb, "--sync-only"], self.log)


def utf8_character_types() -> str:
    """Name a locale of this machine in which the C library knows the letters of every script."""
    for name in ("C.UTF-8", "C.utf8", "en_US.UTF-8", "UTF-8"):
        with contextlib.suppress(locale.Error):
            locale.setlocale(locale.LC_CTYPE, name)
            return name
    raise EngineDown(
        "this machine has neither the locale C.UTF-8 nor en_US.UTF-8, without which names in other scripts cannot be "
        "searched: install one, or set ROUNDS_DATABASE_URL",
    )


def sync_directory(path: Path) -> None:
    """Make a rename inside `path` survive a power cut."""
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
