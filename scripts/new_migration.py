"""Writes a migration for what changed in the tables, against a throw-away database: `make migration NAME="add wards"`."""

import asyncio
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from alembic import command

from rounds import embedded, migrations


def main(message: str) -> None:
    with (
        TemporaryDirectory() as folder,
        embedded.start(Path(folder), purpose="new migration", valkey=False, durable=False) as engines,
    ):
        url = engines.database_url or ""
        asyncio.run(migrations.upgrade(url))
        command.revision(migrations.config(url), message=message, autogenerate=True)


main(sys.argv[1])
