"""Runs Rounds, server and consumer, on the PostgreSQL and the Redis that the environment names, and walks through it.

    ROUNDS_DATABASE_URL=… ROUNDS_REDIS_URL=… python scripts/smoke_servers.py

For servers of other versions than the tests', such as the oldest supported ones. The database should be empty: what the
walk adds it takes away again, but tables and the sample ward stay.
"""

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).parents[1]
PATIENCE = 180.0  # seconds for the schema and the sample ward, on a slow machine
PASSWORD = "seven quiet herons"  # noqa: S105 - of a database that is thrown away


def main() -> int:
    """Start, walk, stop; what the walk ended with."""
    missing = [name for name in ("ROUNDS_DATABASE_URL", "ROUNDS_REDIS_URL") if not os.environ.get(name)]
    if missing:
        print(f"Say where they are: {' and '.join(missing)}.", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory(prefix="rounds-smoke-") as folder:
        log = Path(folder) / "log.txt"
        environment = os.environ | {
            "ROUNDS_DATA_DIR": folder,
            "ROUNDS_PORT": "0",
            "ROUNDS_ADMIN_PASSWORD": PASSWORD,
            "ROUNDS_REQUEST_LOG": "false",
        }
        with log.open("wb") as output:
            server = subprocess.Popen(
                [sys.executable, "-m", "rounds", "serve"], cwd=ROOT, env=environment, stdout=output, stderr=output
            )
        try:
            address = wait_for(Path(folder) / "address.txt", server)
            if address is None:
                print(log.read_text(encoding="utf-8", errors="replace"), file=sys.stderr)
                return 1
            asked = os.environ | {"ASK_API": address, "ASK_USER": "admin", "ASK_PASSWORD": PASSWORD}
            walked = subprocess.run([sys.executable, "scripts/smoke.py"], cwd=ROOT, env=asked, check=False).returncode
            if walked:
                print(log.read_text(encoding="utf-8", errors="replace")[-8000:], file=sys.stderr)
            return walked
        finally:
            server.terminate()
            server.wait(30)


def wait_for(file: Path, server: "subprocess.Popen[bytes]") -> str | None:
    """The address at which the server answers, once it does; None when it ended or takes too long."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and server.poll() is None:
        if file.exists():
            return file.read_text(encoding="utf-8").strip()
        time.sleep(0.1)
    return None


if __name__ == "__main__":
    sys.exit(main())
