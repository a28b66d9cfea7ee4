"""Counts recommendations: a row for each event, and what is read from them."""

from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from typing import Any

from sqlalchemy import text
from sqlalchemy.ext.asyncio import AsyncSession

from features.notifications.schema import GroupBy
from rounds.data import Query, Read, Row

GENERATION = "recommendation-analytics"

_COLUMNS = ("event_id", "patient_id", "rule", "occurred_on", "occurred_at")
_ADD = text("""
INSERT INTO recommendation_tally (event_id, patient_id, rule, occurred_on, occurred_at)
SELECT * FROM unnest(
    CAST(:event_id AS uuid[]), CAST(:patient_id AS uuid[]), CAST(:rule AS text[]), CAST(:occurred_on AS date[]),
    CAST(:occurred_at AS timestamptz[])
)
ON CONFLICT (event_id) DO NOTHING
""")


async def add(rows: Sequence[Mapping[str, Any]], db: AsyncSession) -> None:
    """Count these events, each once."""
    await db.execute(_ADD, {name: [row[name] for row in rows] for name in _COLUMNS})


@cache
def _counts(group_by: GroupBy) -> Query:
    column = {"day": "occurred_on", "rule": "rule"}[group_by]
    # Both in one pass: a row for each group, and one, the last, for the whole period.
    return Query(
        text(f"""
SELECT {column} AS key, grouping({column}) = 1 AS whole, count(*) AS recommendations,
       count(DISTINCT patient_id) AS patients
FROM recommendation_tally
WHERE occurred_on BETWEEN CAST(:since AS date) AND CAST(:until AS date)
GROUP BY GROUPING SETS (({column}), ())
ORDER BY whole, key NULLS LAST
""").columns()  # noqa: S608 - the only thing spliced in is one of two constants
    )


async def count(group_by: GroupBy, since: date, until: date, db: Read) -> Sequence[Row]:
    """The counts of each group, and as the last row those of the whole period."""
    return await db.all(_counts(group_by), since=since, until=until)
