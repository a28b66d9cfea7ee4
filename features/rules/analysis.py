"""Reads an expression before CEL does: checks its types, finds what it refers to, and refuses what could do harm.

CEL's own compiler knows neither our facts nor their types, and says of a mistake only that it is one. This reader goes
over the expression once, from left to right, and works out the type and the cost of each part as it goes. It is
bounded in depth and in the number of operations, so nothing reaches the compiler that could exhaust its stack; and
since lists cannot be nested or joined, no expression can build a value that is much larger than the facts it looks at.
"""

from dataclasses import dataclass

from features.rules import refusals
from features.rules.cost import Cost
from features.rules.expression_reader import Reader
from features.rules.vocabulary import BOOL


@dataclass(frozen=True, slots=True)
class Analysis:
    """What an expression refers to.

    Attributes:
        references: Facts by name; observations as (`observations`, name), or alone when the whole map is looked at.
        asked: The observations whose presence it asks for itself, with `has(…)` or `in`.
        cost: What evaluating it costs.
        patterns: Whether it looks for patterns.
    """

    references: frozenset[tuple[str, ...]]
    asked: frozenset[tuple[str, ...]]
    cost: Cost
    patterns: bool


def analyse(expression: str) -> Analysis:
    """What `expression` refers to.

    Raises:
        PydanticCustomError: saying where it is wrong and how.
    """
    reader = Reader(expression)
    whole = reader.expression()
    if reader.next.kind != "end":
        raise reader.unexpected()
    if whole.kind != BOOL:
        raise whole.start.refuse(refusals.NOT_BOOLEAN, type=str(whole.kind))
    return Analysis(frozenset(reader.references), frozenset(reader.asked), reader.cost, reader.patterns > 0)
