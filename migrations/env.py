"""Runs migrations over asyncpg, holding an advisory lock so that any number of starting programs race safely."""

import asyncio
from functools import partial

from alembic import context
from sqlalchemy import Connection, pool, text
from sqlalchemy.ext.asyncio import create_async_engine

from rounds.data import SESSION_SETTINGS, connect, metadata
from rounds.slices import load_tables

LOCK = 0x726F756E6473  # "rounds"


def _include(name: str | None, kind: str, parent_names: object) -> bool:
    del parent_names
    return kind != "table" or name in metadata.tables


def _run(connection: Connection) -> None:
    context.configure(
        connection=connection,
        target_metadata=metadata,
        compare_type=True,
        compare_server_default=True,
        include_name=_include,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def _migrate() -> None:
    connected = partial(connect, context.config.attributes["url"], server_settings=SESSION_SETTINGS)
    engine = create_async_engine("postgresql+asyncpg://", async_creator=connected, poolclass=pool.NullPool)
    # The lock stands on a connection of its own, so that a migration may commit in between.
    async with engine.connect() as lock, engine.connect() as connection:
        await lock.execute(text("SELECT pg_advisory_lock(:key)"), {"key": LOCK})
        await connection.run_sync(_run)
        await connection.commit()
    await engine.dispose()


load_tables()
asyncio.run(_migrate())
