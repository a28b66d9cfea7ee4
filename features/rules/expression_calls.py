"""Calls in an expression, `f(…)`, `part.f(…)` and loops: their types, their costs, and how many there may be."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from typing import Any

from features.rules import refusals
from features.rules.cost import LOOP, MOST_STEPS, PATTERN, TEXT, Cost, Length, collecting
from features.rules.cursor import INSTEAD, Cursor
from features.rules.judging import MATCHES
from features.rules.operators import check_pattern
from features.rules.tokens import Token
from features.rules.vocabulary import (
    BOOL,
    CONVERSIONS,
    FACTS,
    FUNCTIONS,
    INT,
    MACROS,
    OBSERVATIONS,
    STRING,
    TEXT_FUNCTIONS,
    USAGE,
    Kind,
    list_of,
)

DEEPEST_LOOP = 2  # a loop in a loop looks at every pair
MOST_LOOPS = 12
MOST_PATTERNS = 3


@dataclass(slots=True)
class Part:
    """A part of the expression: its type, where it starts, and what it is when it is as plain as that.

    Of a list also how long it is, at most.
    """

    kind: Kind
    start: Token
    path: tuple[str, ...] | None = None
    literal: Any = None
    selected: bool = False
    length: Length = 1


class Calls(Cursor, ABC):
    """The part of a reading that is about calls, and what a reading has found so far.

    Attributes:
        references: The facts met so far; see `Analysis`.
        asked: The observations whose presence has been asked for so far.
        patterns: How many patterns have been met.
        cost: What evaluating it costs, as far as it has been read.
    """

    def __init__(self, expression: str) -> None:
        super().__init__(expression)
        self.references: list[tuple[str, ...]] = []
        self.asked: list[tuple[str, ...]] = []
        self.bound: dict[str, Kind] = {}
        self._around: list[Length] = []
        self._loops = self.patterns = 0
        self.cost = Cost()

    def operation(self) -> Token:
        """The next word, left behind, counted and charged as an operation."""
        token = super().operation()
        self.charge(token, 1)
        return token

    def charge(self, token: Token, steps: int, *lengths: Length) -> None:
        """Count what is done at `token`, as often as the loops around it run, and once for each of these lengths."""
        self.cost.add(steps, [*self._around, *lengths])
        if self.cost.most > MOST_STEPS:
            raise token.refuse(refusals.TOO_DEAR, found=token.found, steps=self.cost.most, maximum=MOST_STEPS)

    @abstractmethod
    def expression(self) -> Part:
        """A whole expression, read to its end."""

    @abstractmethod
    def selected(self) -> Part:
        """A plain part with its fields, calls and indexes."""

    def function(self, name: Token) -> Part:
        """`f(…)`."""
        if name.text not in FUNCTIONS:
            raise self._unknown_function(name)
        if name.text in MACROS or name.text in TEXT_FUNCTIONS:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        self.open()
        if name.text == "has":
            part = self.selected()
            self.take(")")
            if not part.selected:
                raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
            if part.path is not None:
                (self.asked if len(part.path) == 2 else self.references).append(part.path)
            return Part(BOOL, name)
        argument = self.expression()
        self.take(")")
        self.charge(name, TEXT)
        if name.text == "size":
            return self._size(argument, name)
        if name.text not in CONVERSIONS or argument.kind not in CONVERSIONS[name.text][1]:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        return Part(CONVERSIONS[name.text][0], name)

    def method(self, part: Part, name: Token) -> Part:
        """`part.f(…)`."""
        if name.text in MACROS:
            return self._loop(part, name)
        self.open()
        if name.text == "size":
            self.take(")")
            return self._size(part, name)
        if name.text not in TEXT_FUNCTIONS:
            raise self._unknown_function(name)
        argument = self.expression()
        self.take(")")
        if part.kind != STRING or argument.kind != STRING:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        self.charge(name, TEXT)
        if name.text == "matches":
            self._pattern(argument)
        return Part(BOOL, part.start)

    def _size(self, part: Part, name: Token) -> Part:
        if part.kind.element is None and part.kind != OBSERVATIONS:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        return Part(INT, part.start)

    def _loop(self, part: Part, name: Token) -> Part:
        """`list.exists(x, …)` and its like."""
        self._loops += 1
        if part.kind.element is None:
            raise name.refuse(refusals.WRONG_TYPE, operator=f".{name.text}", type=str(part.kind))
        if len(self.bound) >= DEEPEST_LOOP:
            raise name.refuse(refusals.TOO_COSTLY, found=f"{name.text} in {name.text}", maximum=DEEPEST_LOOP)
        if self._loops > MOST_LOOPS:
            raise name.refuse(refusals.TOO_COSTLY, found=name.text, maximum=MOST_LOOPS)
        self.open()
        variable = self.name()
        if variable.text in {*FACTS, *self.bound, "true", "false", *INSTEAD, MATCHES}:
            raise variable.refuse(refusals.NAME_TAKEN, name=variable.found)
        self.take(",")
        self.bound[variable.text] = part.kind.element
        self._around.append(part.length)
        self.charge(name, LOOP)
        body = self.expression()
        if name.text == "map" and self.at(","):
            self.operation()
            self._judge(body, name)
            body = self.expression()
        elif name.text != "map":
            self._judge(body, name)
        self.take(")")
        del self.bound[variable.text]
        self._around.pop()
        if name.text not in {"filter", "map"}:
            return Part(BOOL, part.start)
        element = part.kind.element if name.text == "filter" else body.kind
        if element.element or element == OBSERVATIONS:
            raise body.start.refuse(refusals.UNSUPPORTED, found=f"list({element})")
        self.charge(name, collecting(element), part.length, part.length)
        return Part(list_of(element), part.start, length=part.length)

    def _judge(self, body: Part, name: Token) -> None:
        if body.kind != BOOL:
            raise body.start.refuse(refusals.WRONG_TYPE, operator=name.text, type=str(body.kind))

    def _pattern(self, argument: Part) -> None:
        self.patterns += 1
        self.charge(argument.start, PATTERN)
        if self.patterns > MOST_PATTERNS:
            raise argument.start.refuse(refusals.TOO_COSTLY, found="matches", maximum=MOST_PATTERNS)
        check_pattern(argument.start, argument.literal)

    def _unknown_function(self, name: Token) -> Exception:
        return name.refuse(refusals.UNKNOWN_FUNCTION, name=name.found, allowed=", ".join(FUNCTIONS))
