"""What decides: facts and rules go in, a verdict on every rule comes out.

`Recommender` is the whole of what an engine is. `RuleEngine`, the default, evaluates the rules' own expressions and
nothing else; others may ask a model, or be a hospital's own.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Protocol
from uuid import UUID

from features.rules.cel_library import cel
from features.rules.cost import MOST_STEPS, STEPS_AT_ONCE
from features.rules.judging import judge_all
from features.rules.programs import Program, prepared, program
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong

# What a child may take for expressions that cost `MOST_STEPS` together; on a machine at ease it takes one.
SECONDS_IN_A_CHILD = 15.0
TOO_LONG = "it would take too long on these facts"


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
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    """For facts that a note tells: which note, and its words."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What became of one rule.

    Attributes:
        rule: The version that was judged.
        matched: Whether it fires. Never true while a fact is missing or after an error.
        missing: The facts it refers to that are not known.
        error: Why its expression could not be evaluated on these facts; holds no clinical content.
        facts: The facts its expression refers to, ready for JSON: what it fired on.
        sources: Where those of them are from that a note tells.
    """

    rule: Rule
    matched: bool
    missing: tuple[str, ...]
    error: str | None
    facts: Mapping[str, Any]
    sources: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)


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
    """Evaluates each rule's own expression, independently of the others.

    Args:
        child_processes: Where expressions are evaluated that take long on these facts. Without it they are not.
    """

    name = "rules"

    def __init__(self, child_processes: ChildProcesses | None = None) -> None:
        self._child_processes = child_processes

    async def recommend(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """The verdict on each of `rules` for `facts`."""
        return await self.completed(self.evaluate(facts, rules), facts)

    def evaluate(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """As `recommend`, but at once: of rules that take long on these facts it says so, for `completed`."""
        made = [_program(rule) for rule in rules]
        names = {name for each in made if each is not None for name in each.names}
        patterns = any(each is not None and each.analysis.patterns for each in made)
        context = prepared(names, facts.values, patterns=patterns)
        left = STEPS_AT_ONCE
        verdicts = []
        for rule, each in zip(rules, made, strict=True):
            steps = each.analysis.cost.on(facts.values) if each is not None else 0
            verdicts.append(_verdict(rule, each, facts, context if steps <= left else None))
            left -= steps if steps <= left else 0
        return Evaluation(verdicts=verdicts, engine=self.name)

    @staticmethod
    def postponed(evaluation: Evaluation | Exception) -> list[int]:
        """The places of the rules in an evaluation that take long on its facts."""
        if isinstance(evaluation, Exception):
            return []
        return [place for place, verdict in enumerate(evaluation.verdicts) if verdict.error == TOO_LONG]

    async def completed(self, evaluation: Evaluation, facts: Facts) -> Evaluation:
        """`evaluation`, with verdicts on the rules that take long: these are evaluated in a child, or given up."""
        postponed = self.postponed(evaluation)
        if not postponed or self._child_processes is None:
            return evaluation
        verdicts = list(evaluation.verdicts)
        for places in _in_turns(postponed, verdicts, facts):
            programs = [program(verdicts[place].rule.expression) for place in places]
            names = {name for each in programs for name in each.names}
            values = {name: facts.values[name] for name in names if name in facts.values}
            sources = [each.source for each in programs]
            try:
                judged = await self._child_processes.run(judge_all, sources, values, seconds=SECONDS_IN_A_CHILD)
            except (TookTooLong, Died, Busy):
                break  # so would the others, and somebody is waiting
            for place, (matched, error) in zip(places, judged, strict=True):
                verdicts[place] = replace(verdicts[place], matched=matched, error=error)
        return replace(evaluation, verdicts=verdicts)


def _in_turns(places: Sequence[int], verdicts: Sequence[Verdict], facts: Facts) -> list[list[int]]:
    """The rules at these places, in groups none of which takes longer than the dearest rule may."""
    turns: list[list[int]] = [[]]
    steps = 0
    for place in places:
        more = program(verdicts[place].rule.expression).analysis.cost.on(facts.values)
        if turns[-1] and steps + more > MOST_STEPS:
            turns.append([])
            steps = 0
        turns[-1].append(place)
        steps += more
    return turns


def _program(rule: Rule) -> Program | None:
    try:
        return program(rule.expression)
    except ValueError:  # accepted by an earlier version of Rounds, whose rules for expressions were others
        return None


def _verdict(rule: Rule, made: Program | None, facts: Facts, context: cel.Context | None) -> Verdict:
    if made is None:
        return Verdict(rule, matched=False, missing=(), error="the expression is not accepted any more", facts={})
    missing = made.missing(facts.values, facts.missing)
    matched, error = (False, None) if missing else (False, TOO_LONG) if context is None else made.judge(context)
    shown = made.shown(facts.values)
    sources = {name: facts.sources[name] for name in shown if name in facts.sources}
    return Verdict(rule, matched=matched, missing=missing, error=error, facts=shown, sources=sources)
