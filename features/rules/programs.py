"""Compiled expressions: made once for each, and judged on facts in microseconds.

What CEL needs is converted from Python's values to its own, and that is what an evaluation costs. So the facts are
converted once for all rules (`prepared`), and only those that some rule refers to.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import cel

from features.rules import refusals
from features.rules.analysis import Analysis, analyse
from features.rules.examples import EXAMPLES
from features.rules.vocabulary import FACTS

_PLACE = re.compile(r"<input>:([0-9]+):([0-9]+)")

# What an expression may fail with. CEL's own messages quote values, which are a patient's, so they go nowhere.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (ZeroDivisionError, "division by zero"),
    (OverflowError, "a number grew too large"),
    (IndexError, "there is no element of this number"),
    (KeyError, "there is no such observation"),
)
_OTHERWISE = "the expression failed"


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression, and what it refers to."""

    code: cel.Program
    analysis: Analysis
    names: frozenset[str]

    def missing(self, values: Mapping[str, Any], missing: frozenset[str]) -> tuple[str, ...]:
        """The names of facts it refers to that are not known, in order."""
        absent = set()
        for path in self.analysis.references:
            root = path[0]
            if len(path) == 2:
                if path not in self.analysis.asked and path[1] not in values.get(root, ()):
                    absent.add(".".join(path))
            elif root in missing or root not in values:
                absent.add(root)
        return tuple(sorted(absent))

    def shown(self, values: Mapping[str, Any]) -> dict[str, Any]:
        """The known facts it refers to; of the observations only those."""
        facts = {name: values[name] for name in sorted(self.names) if name in values}
        if "observations" in facts and ("observations",) not in self.analysis.references:
            wanted = {path[1] for path in (*self.analysis.references, *self.analysis.asked) if len(path) == 2}
            facts["observations"] = {name: value for name, value in facts["observations"].items() if name in wanted}
        return facts

    def judge(self, context: cel.Context) -> tuple[bool, str | None]:
        """Whether it holds, and otherwise why that cannot be said."""
        try:
            result = self.code.execute(context)
        except BaseException as error:
            if isinstance(error, KeyboardInterrupt | SystemExit):
                raise
            return False, reason_of(error)
        return (True, None) if result is True else (False, None if result is False else _OTHERWISE)


def reason_of(error: BaseException) -> str:
    """Why an evaluation failed, in words that quote no value."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), _OTHERWISE)


def prepared(names: Iterable[str], values: Mapping[str, Any]) -> cel.Context:
    """The facts of these names, ready for evaluation."""
    return cel.Context({name: values[name] for name in names if name in values})


@lru_cache(maxsize=1024)
def program(expression: str) -> Program:
    """The compiled `expression`.

    Raises:
        PydanticCustomError: when it is not one that rules can have.
    """
    analysis = analyse(expression)
    try:
        code = cel.compile(expression)
    except ValueError as error:
        # The reader above accepts less than CEL does, so this is for differences between versions of CEL.
        found = _PLACE.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        raise refusals.REFUSED(line=line, column=column) from None
    names = frozenset(path[0] for path in (*analysis.references, *analysis.asked))
    return Program(code, analysis, names)


def checked(expression: str) -> str:
    """`expression`, which is fit for a rule.

    Raises:
        PydanticCustomError: saying where it is wrong, or that it fails whatever the facts.
    """
    made = program(expression)
    if all(made.judge(prepared(FACTS, example))[1] is not None for example in EXAMPLES):
        raise refusals.ALWAYS_FAILS(line=1, column=1)
    return expression
