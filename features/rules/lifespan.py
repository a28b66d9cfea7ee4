"""Keeps the engine that judges rules, and whose turn a trial is, one for each process."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from features.rules.engines import ChosenEngine, recommender
from features.rules.trial import TrialTurn
from rounds.lifespan import Platform


@asynccontextmanager
async def opened(platform: Platform) -> AsyncIterator[list[object]]:
    """The engine that the settings choose, and the turns of trials."""
    yield [ChosenEngine(recommender(platform.settings, platform.model, platform.child_processes)), TrialTurn()]
