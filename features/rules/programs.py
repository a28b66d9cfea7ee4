"""Compiled expressions: made once for each, and judged on facts in microseconds.

What CEL needs is converted from Python's values to its own, and that is what an evaluation costs. So the facts are
converted once for all rules (`prepared`), and only those that some rule refers to.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from features.rules import judging, refusals
from features.rules.analysis import Analysis, analyse
from features.rules.cel_library import cel
from features.rules.examples import EXAMPLES
from features.rules.tokens import tokens
from features.rules.vocabulary import FACTS

_PLACE = re.compile(r"<input>:([0-9]+):([0-9]+)")


@dataclass(frozen=True, slots=True)
class Program:
    """A compiled expression, and what it refers to.

    Attributes:
        source: What was compiled, for a child to compile it again.
        code: What came of it.
        analysis: What is known of it.
        names: The facts that it needs.
        scopes: What a caller needs who may read these facts.
    """

    source: str
    code: cel.Program
    analysis: Analysis
    names: frozenset[str]
    scopes: frozenset[str]

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
        return judging.judge(self.code, context)


def prepared(names: Iterable[str], values: Mapping[str, Any], *, patterns: bool = True) -> cel.Context:
    """The facts of these names, ready for evaluation; without `patterns` none can be looked for."""
    return judging.context_of({name: values[name] for name in names if name in values}, patterns=patterns)


@lru_cache(maxsize=1024)
def program(expression: str) -> Program:
    """The compiled `expression`.

    Raises:
        PydanticCustomError: when it is not one that rules can have.
    """
    analysis = analyse(expression)
    source = _with_compiled_patterns(expression) if analysis.patterns else expression
    try:
        code = cel.compile(source)
    except ValueError as error:
        # The reader above accepts less than CEL does, so this is for differences between versions of CEL.
        found = _PLACE.search(str(error))
        line, column = (int(found[1]), int(found[2])) if found else (1, 1)
        raise refusals.REFUSED(line=line, column=column) from None
    names = frozenset(path[0] for path in (*analysis.references, *analysis.asked))
    scopes = frozenset(scope for name in names if (scope := FACTS[name].scope) is not None)
    return Program(source, code, analysis, names, scopes)


def _with_compiled_patterns(expression: str) -> str:
    """The expression, calling our own function for patterns."""
    lines = expression.split("\n")
    # From the last to the first, so that the places of those before stay as they were.
    for token in reversed([each for each in tokens(expression) if (each.kind, each.text) == ("name", "matches")]):
        line, start = lines[token.line - 1], token.column - 1
        lines[token.line - 1] = f"{line[:start]}{judging.MATCHES}{line[start + len(token.text) :]}"
    return "\n".join(lines)


def checked(expression: str) -> str:
    """`expression`, which is fit for a rule.

    Raises:
        PydanticCustomError: saying where it is wrong, or that it fails whatever the facts.
    """
    made = program(expression)
    if all(made.judge(prepared(FACTS, example))[1] is not None for example in EXAMPLES):
        raise refusals.ALWAYS_FAILS(line=1, column=1)
    return expression
