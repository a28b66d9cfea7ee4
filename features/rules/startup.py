"""Makes sure that the chosen engine exists, and that there are rules."""

from features.rules.engines import recommender
from features.rules.shipped import ship_rules
from rounds.data import Database
from rounds.llm import LanguageModel
from rounds.settings import Settings


async def prepare(settings: Settings, database: Database) -> str | None:
    """Try the engine, and make the shipped rules where there never was any.

    Raises:
        Misconfigured: when ROUNDS_RECOMMENDER names no engine.
    """
    recommender(settings, LanguageModel(settings))
    async with database.transaction() as db:
        made = await ship_rules(db=db)
    return f"{made} rules" if made else None
