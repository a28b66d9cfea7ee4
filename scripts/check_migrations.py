"""Fails when the tables in the code and the migrations disagree, on a throw-away database."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from rounds import embedded
from rounds.data import migrations


def main() -> int:
    """Migrate a throw-away database and compare."""
    with (
        TemporaryDirectory() as folder,
        embedded.start(Path(folder), purpose="migrations check", valkey=False, durable=False) as engines,
    ):
        url = engines.database_url or ""
        asyncio.run(migrations.upgrade(url))
        found = asyncio.run(migrations.differences(url))
    for difference in found:
        sys.stderr.write(f"{difference}\n")
    if found:
        sys.stderr.write('Tables and migrations disagree: run make migration NAME="what changed"\n')
    return 1 if found else 0


sys.exit(main())
