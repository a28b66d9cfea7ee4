"""Keeps the engine that judges rules, one for each process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from features.rules.engines import ChosenEngine, recommender
from rounds.lifespan import Platform


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[list[object]]:
    """The engine that the settings choose."""
    yield [ChosenEngine(recommender(platform.settings, platform.model, platform.child_processes))]
