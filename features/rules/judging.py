"""Judges compiled expressions on facts; in this process, or in a child.

CEL holds the interpreter while it works, so nothing else runs meanwhile, in any thread. What may take long is therefore
judged in a child process, which is killed when it does. For its sake this module imports little.

CEL compiles a pattern each time it looks at it. Here `matches` is a function of our own, with patterns that RE2 has
compiled once; its time is linear in the text whatever the pattern.
"""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

import re2

from features.rules.cel_library import cel

# What an expression calls instead of `matches`, which CEL would not let us replace. No fact or variable is named so.
MATCHES = "matches_compiled_pattern"
_PATTERN_BYTES = 1 << 20

# What an expression may fail with. CEL's own messages quote values, which are a patient's, so they go nowhere.
_REASONS: tuple[tuple[type[BaseException], str], ...] = (
    (ZeroDivisionError, "division by zero"),
    (OverflowError, "a number grew too large"),
    (IndexError, "there is no element of this number"),
    (KeyError, "there is no such observation"),
)
_OTHERWISE = "the expression failed"


@lru_cache(maxsize=512)
def pattern_of(written: str) -> Any:
    """A compiled pattern.

    Raises:
        ValueError: when it is none, or would become too large.
    """
    options = re2.Options()
    options.log_errors = False
    options.max_mem = _PATTERN_BYTES
    try:
        return re2.compile(written, options)
    except re2.error:
        raise ValueError("no pattern") from None


def _matches(text: str, written: str) -> bool:
    return pattern_of(written).search(text) is not None


def context_of(values: Mapping[str, Any], *, patterns: bool) -> cel.Context:
    """Facts, ready for evaluation, with what `matches` needs where there are patterns."""
    context = cel.Context(dict(values))
    if patterns:
        context.add_function(MATCHES, _matches)
    return context


def judge(code: cel.Program, context: cel.Context) -> tuple[bool, str | None]:
    """Whether it holds, and otherwise why that cannot be said."""
    try:
        result = code.execute(context)
    except BaseException as error:
        if isinstance(error, KeyboardInterrupt | SystemExit):
            raise
        return False, reason_of(error)
    return (True, None) if result is True else (False, None if result is False else _OTHERWISE)


def reason_of(error: BaseException) -> str:
    """Why an evaluation failed, in words that quote no value."""
    return next((reason for kind, reason in _REASONS if isinstance(error, kind)), _OTHERWISE)


_compiled = lru_cache(maxsize=256)(cel.compile)


def judge_all(sources: Sequence[str], values: Mapping[str, Any]) -> list[tuple[bool, str | None]]:
    """`judge` of several expressions on the same facts; what a child is asked for."""
    context = context_of(values, patterns=True)
    return [judge(_compiled(source), context) for source in sources]
