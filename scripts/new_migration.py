"""Writes a migration for what changed in the tables: `make migration NAME="add wards"`."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from rounds import embedded
from rounds.data import migrations


def main(message: str) -> None:
    """Compare the tables with a migrated throw-away database and write down the difference."""
    with (
        TemporaryDirectory() as folder,
        embedded.start(Path(folder), purpose="new migration", valkey=False, durable=False) as engines,
    ):
        url = engines.database_url or ""
        asyncio.run(migrations.upgrade(url))
        number = f"{int(migrations.head()) + 1:04d}"
        command.revision(migrations.config(url), message=message, autogenerate=True, rev_id=number)


main(sys.argv[1])
