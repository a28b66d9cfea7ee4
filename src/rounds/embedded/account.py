"""Which operating system account the engines run as.

PostgreSQL refuses to run as root, and rightly so: whoever controls a database superuser controls the account. In
containers and on small servers Rounds itself often runs as root, so there the engines get an unprivileged account that
is already present. No account is ever created.
"""

import logging
import os
import pwd
import stat
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rounds.embedded.failures import EngineFailed

logger = logging.getLogger(__name__)

UNPRIVILEGED = ("postgres", "_postgres", "nobody")  # macOS calls its own `_postgres`


class Account(NamedTuple):
    """A user and the group it works in, by number: in a container the user need not have a name."""

    uid: int
    gid: int


def engine_account(data_dir: Path) -> Account | None:
    """Choose the account for engines started by root; None when not root, as they then run as the caller."""
    if os.geteuid() != 0:
        return None
    # Whoever the data belongs to must be able to go on using it, with or without root.
    for directory in (data_dir / "postgres", data_dir / "valkey", data_dir):
        if directory.exists() and directory.stat().st_uid != 0:
            found = directory.stat()
            return Account(found.st_uid, found.st_gid)
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise EngineFailed(
        f"PostgreSQL does not run as root, and this machine has no account {' or '.join(UNPRIVILEGED)}: "
        "start Rounds as another user, or set ROUNDS_DATABASE_URL",
    )


def hand_over(directory: Path, account: Account) -> None:
    """Give a directory that belongs to root, such as a restored backup, to the account, with all that is in it."""
    if directory.lstat().st_uid != 0:
        return
    for parent, _, files in os.walk(directory):
        for path in (parent, *(os.path.join(parent, name) for name in files)):  # noqa: PTH118 - thousands of files
            os.chown(path, *account, follow_symlinks=False)


def grant_access(account: Account, *, data: Iterable[Path], programs: Iterable[Path]) -> None:
    """Let the account reach its data and run the engines, and log once what had to be opened for that.

    Root's home, for one, is closed to everybody else, and both a checkout and a virtual environment may lie in it. The
    directories above get nothing but search permission (x), which lets others walk through to a path they know but not
    list or read anything (r). Engines installed under a strict umask are made readable: what is in a wheel is public.
    """
    programs = list(programs)
    opened = [tree for program in programs for tree in _make_readable(program, account)]
    for directory in {parent for path in (*data, *programs) for parent in path.parents}:
        found = directory.stat()
        search = _permission_of(found, account, stat.S_IXOTH)
        if not found.st_mode & search:
            directory.chmod(stat.S_IMODE(found.st_mode) | search)
            opened.append(directory)
    if opened:
        logger.warning(
            "the database runs as user id %d, which could not reach its files: let it pass through %s",
            account.uid,
            ", ".join(sorted(map(str, opened))),
        )


def _make_readable(program: Path, account: Account) -> list[Path]:
    """Make a wheel's files readable if the program is not, and return the directories in question."""
    found = program.stat()
    needed = _permission_of(found, account, stat.S_IROTH | stat.S_IXOTH)
    if found.st_mode & needed == needed:
        return []
    package = program.parents[2]
    trees = [tree for tree in (package, package.with_name(f"{package.name}.libs")) if tree.is_dir()]
    for parent, _, files in (step for tree in trees for step in os.walk(tree)):
        for path in (Path(parent), *(Path(parent, name) for name in files)):
            mode = stat.S_IMODE(path.stat().st_mode)
            path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
    return trees


def _permission_of(found: os.stat_result, account: Account, bits: int) -> int:
    """Shift permission bits given for others to the class that the system will look at for the account."""
    if found.st_uid == account.uid:
        return bits << 6
    return bits << 3 if found.st_gid == account.gid else bits
