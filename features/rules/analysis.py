"""Reads an expression before CEL does: checks its types, finds what it refers to, and refuses what could do harm.

CEL's own compiler knows neither our facts nor their types, and says of a mistake only that it is one. This reader goes
over the expression once, from left to right, and works out the type and the cost of each part as it goes. It is
bounded in depth and in the number of operations, so nothing reaches the compiler that could exhaust its stack; and
since lists cannot be nested or joined, no expression can build a value that is much larger than the facts it looks at.

Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

from dataclasses import dataclass
from typing import Any

from features.rules import refusals
from features.rules.cost import LOOP, MOST_STEPS, PATTERN, TEXT, Cost, Length, collecting
from features.rules.cursor import INSTEAD, Cursor
from features.rules.judging import MATCHES
from features.rules.operators import check_pattern, kind_of
from features.rules.tokens import Token
from features.rules.vocabulary import (
    BOOL,
    CONVERSIONS,
    DOUBLE,
    FACTS,
    FUNCTIONS,
    INT,
    MACROS,
    NOTHING,
    OBSERVATIONS,
    STRING,
    TEXT_FUNCTIONS,
    USAGE,
    VITALS,
    Kind,
    list_of,
)

DEEPEST_LOOP = 2  # a loop in a loop looks at every pair
MOST_LOOPS = 12
MOST_PATTERNS = 3

_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}
_LITERALS = {"int": INT, "double": DOUBLE, "text": STRING}


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


@dataclass(slots=True)
class _Part:
    """A part of the expression: its type, where it starts, and what it is when it is as plain as that.

    Of a list also how long it is, at most.
    """

    kind: Kind
    start: Token
    path: tuple[str, ...] | None = None
    literal: Any = None
    selected: bool = False
    length: Length = 1


def analyse(expression: str) -> Analysis:
    """What `expression` refers to.

    Raises:
        PydanticCustomError: saying where it is wrong and how.
    """
    reader = _Reader(expression)
    whole = reader.expression()
    if reader.next.kind != "end":
        raise reader.unexpected()
    if whole.kind != BOOL:
        raise whole.start.refuse(refusals.NOT_BOOLEAN, type=str(whole.kind))
    return Analysis(frozenset(reader.references), frozenset(reader.asked), reader.cost, reader.patterns > 0)


class _Reader(Cursor):
    def __init__(self, expression: str) -> None:
        super().__init__(expression)
        self.references: list[tuple[str, ...]] = []
        self.asked: list[tuple[str, ...]] = []
        self._bound: dict[str, Kind] = {}
        self._around: list[Length] = []
        self._loops = self.patterns = 0
        self.cost = Cost()

    def operation(self) -> Token:
        """The next word, left behind, counted and charged as an operation."""
        token = super().operation()
        self._charge(token, 1)
        return token

    def _charge(self, token: Token, steps: int, *lengths: Length) -> None:
        """Count what is done at `token`, as often as the loops around it run, and once for each of these lengths."""
        self.cost.add(steps, [*self._around, *lengths])
        if self.cost.most > MOST_STEPS:
            raise token.refuse(refusals.TOO_DEAR, found=token.found, steps=self.cost.most, maximum=MOST_STEPS)

    def expression(self) -> _Part:
        """A whole expression: `a ? b : c`, or what is above it."""
        self.descend(1)
        part = self._binary(1)
        if self.at("?"):
            mark = self.operation()
            if part.kind != BOOL:
                raise mark.refuse(refusals.WRONG_TYPE, operator="?", type=str(part.kind))
            then = self._binary(1)  # by CEL's grammar, a further `? :` in between needs parentheses
            self.take(":")
            otherwise = self.expression()
            if then.kind != otherwise.kind:
                values = {"left": str(then.kind), "right": str(otherwise.kind)}
                raise mark.refuse(refusals.WRONG_TYPES, operator="?:", **values)
            part = _Part(then.kind, part.start, length=_longer(then.length, otherwise.length))
        self.descend(-1)
        return part

    def _binary(self, lowest: int) -> _Part:
        """Operators of at least precedence `lowest`, all of which group to the left."""
        left = self._unary()
        while (precedence := self._operator()) >= lowest:
            token = self.operation()
            right = self._binary(precedence + 1)
            left = _Part(self._combined(token, left, right), left.start)
        return left

    def _operator(self) -> int:
        wanted = self.next.kind == "sign" or (self.next.kind == "name" and self.next.text == "in")
        return _PRECEDENCE.get(self.next.text, 0) if wanted else 0

    def _combined(self, token: Token, left: _Part, right: _Part) -> Kind:
        if token.text == "in" and right.path == ("observations",) and left.literal in VITALS:
            self.references.pop()  # asks for one of them, not for all
            self.asked.append(("observations", left.literal))
        if token.text in {"/", "%"} and right.kind.number and right.literal == 0:
            raise token.refuse(refusals.DIVIDES_BY_ZERO)
        kind = kind_of(token, left.kind, right.kind)
        for part in (left, right):
            if part.kind.element:
                self._charge(token, TEXT * collecting(part.kind.element), part.length)
        if left.kind == STRING:
            self._charge(token, TEXT)
        return kind

    def _unary(self) -> _Part:
        signs = []
        while self.at("!", "-"):
            signs.append(self.operation())
        part = self._member()
        for sign in reversed(signs):
            if not (part.kind == BOOL if sign.text == "!" else part.kind.number):
                raise sign.refuse(refusals.WRONG_TYPE, operator=sign.text, type=str(part.kind))
        return _Part(part.kind, signs[0]) if signs else part

    def _member(self) -> _Part:
        part = self._selected()
        if part.path is not None:
            self.references.append(part.path)
        return part

    def _selected(self) -> _Part:
        """A plain part with its fields, calls and indexes: `a.b`, `a.f(…)`, `a[…]`."""
        part = self._primary()
        while self.at(".", "["):
            token = self.operation()
            if token.text == "[":
                part = self._indexed(part, token)
                continue
            name = self.name()
            if self.at("("):
                if part.path is not None:
                    self.references.append(part.path)
                part = self._method(part, name)
            else:
                part = self._field(part, name)
        return part

    def _field(self, part: _Part, name: Token) -> _Part:
        if part.kind.fields is None:
            raise name.refuse(refusals.WRONG_TYPE, operator=f".{name.found}", type=str(part.kind))
        if name.text not in part.kind.fields:
            allowed = ", ".join(part.kind.fields)
            raise name.refuse(refusals.UNKNOWN_FIELD, type=str(part.kind), name=name.found, allowed=allowed)
        path = ("observations", name.text) if part.path == ("observations",) else part.path
        return _Part(part.kind.fields[name.text], part.start, path, selected=True)

    def _indexed(self, part: _Part, opening: Token) -> _Part:
        self.opened.append(opening)
        index = self.expression()
        self.take("]")
        if part.kind == OBSERVATIONS and isinstance(index.literal, str):
            field = self._field(part, Token("name", index.literal, index.start.line, index.start.column))
            return _Part(field.kind, field.start, field.path)  # not `selected`: CEL's `has` knows fields only
        if part.kind.element is None or index.kind != INT:
            operator = {"operator": "[…]", "left": str(part.kind), "right": str(index.kind)}
            raise opening.refuse(refusals.WRONG_TYPES, **operator)
        return _Part(part.kind.element, part.start, part.path)

    def _primary(self) -> _Part:
        token = self.next
        if token.kind in _LITERALS:
            self.advance()
            return _Part(_LITERALS[token.kind], token, literal=token.value)
        if self.at("("):
            self.open()
            part = self.expression()
            self.take(")")
            return _Part(part.kind, token, literal=part.literal, length=part.length)
        if self.at("["):
            self.open()
            kind, length = self._elements()
            return _Part(list_of(kind), token, length=length)
        if token.kind == "name":
            return self._named(self.name())
        if token.text in {"{", "`", "."}:
            raise token.refuse(refusals.UNSUPPORTED, found=token.text)
        raise self.unexpected()

    def _elements(self) -> tuple[Kind, int]:
        kind, length = NOTHING, 0
        while not self.at("]"):
            element = self.expression()
            length += 1
            if kind == NOTHING:
                kind = element.kind
            if element.kind.element or element.kind == OBSERVATIONS:
                raise element.start.refuse(refusals.UNSUPPORTED, found=f"list({element.kind})")
            if element.kind != kind:
                values = {"left": str(kind), "right": str(element.kind)}
                raise element.start.refuse(refusals.WRONG_TYPES, operator="[…]", **values)
            if not self.at(","):
                break
            self.operation()
        self.take("]")
        return kind, length

    def _named(self, name: Token) -> _Part:
        if name.text in {"true", "false"}:
            return _Part(BOOL, name)
        if self.at("("):
            return self._function(name)
        if name.text in self._bound:
            return _Part(self._bound[name.text], name)
        if name.text in FACTS:
            return _Part(FACTS[name.text].kind, name, (name.text,), length=name.text)
        if name.text in INSTEAD:
            raise name.refuse(refusals.MISSPELT, found=name.text, right=INSTEAD[name.text])
        allowed = ", ".join([*FACTS, *self._bound])
        raise name.refuse(refusals.UNKNOWN_VARIABLE, name=name.found, allowed=allowed)

    def _function(self, name: Token) -> _Part:
        """`f(…)`."""
        if name.text not in FUNCTIONS:
            raise self._unknown_function(name)
        if name.text in MACROS or name.text in TEXT_FUNCTIONS:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        self.open()
        if name.text == "has":
            part = self._selected()
            self.take(")")
            if not part.selected:
                raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
            if part.path is not None:
                (self.asked if len(part.path) == 2 else self.references).append(part.path)
            return _Part(BOOL, name)
        argument = self.expression()
        self.take(")")
        self._charge(name, TEXT)
        if name.text == "size":
            return self._size(argument, name)
        if name.text not in CONVERSIONS or argument.kind not in CONVERSIONS[name.text][1]:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        return _Part(CONVERSIONS[name.text][0], name)

    def _method(self, part: _Part, name: Token) -> _Part:
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
        self._charge(name, TEXT)
        if name.text == "matches":
            self._pattern(argument)
        return _Part(BOOL, part.start)

    def _size(self, part: _Part, name: Token) -> _Part:
        if part.kind.element is None and part.kind != OBSERVATIONS:
            raise name.refuse(refusals.WRONG_ARGUMENTS, name=name.text, usage=USAGE[name.text])
        return _Part(INT, part.start)

    def _loop(self, part: _Part, name: Token) -> _Part:
        """`list.exists(x, …)` and its like."""
        self._loops += 1
        if part.kind.element is None:
            raise name.refuse(refusals.WRONG_TYPE, operator=f".{name.text}", type=str(part.kind))
        if len(self._bound) >= DEEPEST_LOOP:
            raise name.refuse(refusals.TOO_COSTLY, found=f"{name.text} in {name.text}", maximum=DEEPEST_LOOP)
        if self._loops > MOST_LOOPS:
            raise name.refuse(refusals.TOO_COSTLY, found=name.text, maximum=MOST_LOOPS)
        self.open()
        variable = self.name()
        if variable.text in {*FACTS, *self._bound, "true", "false", *INSTEAD, MATCHES}:
            raise variable.refuse(refusals.NAME_TAKEN, name=variable.found)
        self.take(",")
        self._bound[variable.text] = part.kind.element
        self._around.append(part.length)
        self._charge(name, LOOP)
        body = self.expression()
        if name.text == "map" and self.at(","):
            self.operation()
            self._judge(body, name)
            body = self.expression()
        elif name.text != "map":
            self._judge(body, name)
        self.take(")")
        del self._bound[variable.text]
        self._around.pop()
        if name.text not in {"filter", "map"}:
            return _Part(BOOL, part.start)
        element = part.kind.element if name.text == "filter" else body.kind
        if element.element or element == OBSERVATIONS:
            raise body.start.refuse(refusals.UNSUPPORTED, found=f"list({element})")
        self._charge(name, collecting(element), part.length, part.length)
        return _Part(list_of(element), part.start, length=part.length)

    def _judge(self, body: _Part, name: Token) -> None:
        if body.kind != BOOL:
            raise body.start.refuse(refusals.WRONG_TYPE, operator=name.text, type=str(body.kind))

    def _pattern(self, argument: _Part) -> None:
        self.patterns += 1
        self._charge(argument.start, PATTERN)
        if self.patterns > MOST_PATTERNS:
            raise argument.start.refuse(refusals.TOO_COSTLY, found="matches", maximum=MOST_PATTERNS)
        check_pattern(argument.start, argument.literal)

    def _unknown_function(self, name: Token) -> Exception:
        return name.refuse(refusals.UNKNOWN_FUNCTION, name=name.found, allowed=", ".join(FUNCTIONS))


def _longer(one: Length, other: Length) -> Length:
    """The length of a list that is one of two, whichever."""
    if one == other:
        return one
    return max(FACTS[length].longest if isinstance(length, str) else length for length in (one, other))
