"""What decides: facts and rules go in, a verdict on every rule comes out.

`Recommender` is the whole of what an engine is. `RuleEngine`, the default, evaluates the rules' own expressions and
nothing else; others may ask a model, or be a hospital's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Protocol
from uuid import UUID

from cel import Context

from features.rules.programs import Program, prepared, program


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a recommendation's definition."""

    id: UUID
    code: str
    version: int
    recommendation: str
    expression: str


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a patient under the documented names, and the names of what is not."""

    values: Mapping[str, Any]
    missing: frozenset[str]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule.

    Attributes:
        rule: The version that was judged.
        matched: Whether it fires. Never true while a fact is missing or after an error.
        missing: The facts it refers to that are not known.
        error: Why its expression could not be evaluated on these facts; holds no clinical content.
        facts: The facts its expression refers to, ready for JSON: what it fired on.
    """

    rule: Rule
    matched: bool
    missing: tuple[str, ...]
    error: str | None
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The verdicts on all rules, in their order, and who gave them.

    Attributes:
        verdicts: One for each rule that was asked about.
        engine: The name of the engine that gave them.
        degraded: Whether the engine that was chosen failed, and another one answered or parts were dropped.
        reason: Why, when degraded.
    """

    verdicts: Sequence[Verdict]
    engine: str
    degraded: bool = False
    reason: str | None = None


class Recommender(Protocol):
    """An engine."""

    async def recommend(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """The verdict on each of `rules` for `facts`."""
        ...


class RuleEngine:
    """Evaluates each rule's own expression, independently of the others."""

    name = "rules"

    async def recommend(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """The verdict on each of `rules` for `facts`."""
        return self.evaluate(facts, rules)

    def evaluate(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """As `recommend`, for whole pages of patients off the event loop."""
        made = [_program(rule) for rule in rules]
        names = {name for each in made if each is not None for name in each.names}
        context = prepared(names, facts.values)
        verdicts = [_verdict(rule, each, facts, context) for rule, each in zip(rules, made, strict=True)]
        return Evaluation(verdicts=verdicts, engine=self.name)


def _program(rule: Rule) -> Program | None:
    try:
        return program(rule.expression)
    except ValueError:  # accepted by an earlier version of Rounds, whose rules for expressions were others
        return None


def _verdict(rule: Rule, made: Program | None, facts: Facts, context: Context) -> Verdict:
    if made is None:
        return Verdict(rule, matched=False, missing=(), error="the expression is not accepted any more", facts={})
    missing = made.missing(facts.values, facts.missing)
    matched, error = (False, None) if missing else made.judge(context)
    return Verdict(rule, matched=matched, missing=missing, error=error, facts=made.shown(facts.values))
