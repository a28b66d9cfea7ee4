"""Which engine decides: `ROUNDS_RECOMMENDER`.

* `rules`: the rules' own expressions.
* `openai`: a language model, within what the rules allow.
* `module:attribute`: your own. A class is made with the settings as its only argument; any other object must have
  `recommend(facts, rules)`; a plain `async def` function with these arguments will do too.

Every engine but `rules` can fail. Then the rules decide, and the evaluation says that it is degraded and why.
"""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from importlib import import_module
from inspect import isclass, iscoroutinefunction
from typing import Any

import structlog

from features.rules.engine import Evaluation, Facts, Recommender, Rule, RuleEngine
from features.rules.model_engine import ModelEngine
from rounds.llm import LanguageModel, ModelFailed
from rounds.processes import ChildProcesses
from rounds.settings import Misconfigured, Settings

_log = structlog.get_logger("features.rules")


class WithFallback:
    """An engine, and the rules for when it fails or answers about other rules than it was asked."""

    def __init__(self, engine: Recommender, name: str, rules: RuleEngine) -> None:
        self.engine = engine
        self.name = name
        self._rules = rules

    async def recommend(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """The engine's verdicts, or else those of the rules."""
        try:
            evaluation = await self.engine.recommend(facts, rules)
            if [verdict.rule for verdict in evaluation.verdicts] == list(rules):
                return evaluation
            reason = "its verdicts are not on the rules it was asked about"
        except ModelFailed as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001 - whatever fails there must not stop an evaluation here
            reason = type(error).__name__  # its message may quote a patient
        _log.warning("recommender.failed", engine=self.name, reason=reason)
        found = await self._rules.recommend(facts, rules)
        return Evaluation(verdicts=found.verdicts, engine=found.engine, degraded=True, reason=f"{self.name}: {reason}")


class _Function:
    """A function as an engine."""

    def __init__(self, function: Callable[[Facts, Sequence[Rule]], Awaitable[Evaluation]]) -> None:
        self._function = function

    async def recommend(self, facts: Facts, rules: Sequence[Rule]) -> Evaluation:
        """What the function answers."""
        return await self._function(facts, rules)


@dataclass(frozen=True, slots=True)
class ChosenEngine:
    """The engine of a process, for as long as it runs."""

    engine: Recommender


def recommender(settings: Settings, model: LanguageModel, child_processes: ChildProcesses | None = None) -> Recommender:
    """The engine that the settings choose.

    Args:
        settings: What chooses it.
        model: Whom the engine `openai` asks.
        child_processes: Where expressions are evaluated that take long.

    Raises:
        Misconfigured: when there is no such engine.
    """
    rules = RuleEngine(child_processes)
    name = settings.recommender
    if name == "rules":
        return rules
    if name == "openai":
        return WithFallback(ModelEngine(model, rules), name, rules)
    module, separator, attribute = name.partition(":")
    if not (separator and module and attribute):
        raise Misconfigured("ROUNDS_RECOMMENDER: choose `rules`, `openai` or `module:attribute`.")
    try:
        found = getattr(import_module(module), attribute)
        return WithFallback(_engine(found, settings), name, rules)
    except Misconfigured:
        raise
    except Exception as error:  # noqa: BLE001 - importing or making it may fail in any way
        reason = " ".join(str(error).split())
        raise Misconfigured(f"ROUNDS_RECOMMENDER: {name} cannot be used ({type(error).__name__}: {reason}).") from None


def _engine(found: Any, settings: Settings) -> Recommender:
    make: Any = found
    engine = make(settings) if isclass(found) else found
    if iscoroutinefunction(getattr(engine, "recommend", None)):
        return engine  # type: ignore[no-any-return]  # whatever was configured
    if iscoroutinefunction(engine):
        return _Function(engine)
    raise Misconfigured(f"ROUNDS_RECOMMENDER: {settings.recommender} has no `async def recommend(facts, rules)`.")
