"""Databases to clone that nobody is connected to."""

from collections.abc import AsyncIterator

import asyncpg
import pytest

from rounds import embedded, migrations
from rounds.database import new_id
from tests.conftest import database_url


@pytest.fixture(scope="session")
async def template(engines: embedded.Engines) -> str:
    """The name of a migrated database without connections: PostgreSQL clones no other."""
    admin = await asyncpg.connect(database_url(engines.database_url, "postgres"))
    name = f"template_{new_id().hex}"
    await admin.execute(f'CREATE DATABASE "{name}"')
    await admin.close()
    await migrations.upgrade(database_url(engines.database_url, name))
    return name


@pytest.fixture
async def cloned_url(engines: embedded.Engines, template: str) -> AsyncIterator[str]:
    """A migrated database of the test's own."""
    name = f"clone_{new_id().hex}"
    admin = await asyncpg.connect(database_url(engines.database_url, "postgres"))
    await admin.execute(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    try:
        yield database_url(engines.database_url, name)
    finally:
        await admin.execute(f'DROP DATABASE "{name}" WITH (FORCE)')
        await admin.close()
