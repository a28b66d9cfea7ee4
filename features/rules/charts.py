"""What rules see of charts, for patients of whom it was not kept or whose notes have changed since."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from features.chart import Made, keep_facts, make_facts
from features.rules.engine import Rule
from features.rules.programs import program
from features.rules.vocabulary import FROM_CHART
from rounds.data import Begin, Read


@dataclass(frozen=True, slots=True)
class Charted:
    """Rows of `FACT_ROWS` with what rules see of the charts, and what of it was made for them."""

    rows: Sequence[Mapping[str, Any]]
    made: Mapping[UUID, Made] = field(default_factory=dict)

    async def keep(self, begin: Begin) -> None:
        """Keep what was made. Call it last: others who change notes of these patients wait for the transaction."""
        await keep_facts(self.made, begin)


async def charted(rows: Sequence[Mapping[str, Any]], rules: Sequence[Rule], reads: Read) -> Charted:
    """The rows; where a rule asks for it, with what rules see of charts made anew that are not kept."""
    stale = [row["patient_id"] for row in rows if row["noted"] and row["chart"] is None]
    if not stale or not any(_asks(rule) for rule in rules):
        return Charted(rows)
    made = await make_facts(stale, reads)
    whole = [
        {**dict(row), "chart": made[row["patient_id"]].facts} if row["patient_id"] in made else row for row in rows
    ]
    return Charted(whole, made)


def _asks(rule: Rule) -> bool:
    try:
        return not FROM_CHART.isdisjoint(program(rule.expression).names)
    except ValueError:  # no longer accepted, so that nobody evaluates it
        return False
