"""Keeps the writer of summaries, one for each process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from features.summaries.writing import Writer
from rounds.lifespan import Platform


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[list[object]]:
    """A writer with the model of the process."""
    yield [Writer(platform.settings, platform.model)]
