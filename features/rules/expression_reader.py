"""Reads an expression from left to right: types, references and costs of its parts, and what is refused.

Grammar: https://github.com/google/cel-spec/blob/master/doc/langdef.md#syntax
"""

from features.rules import refusals
from features.rules.cost import TEXT, Length, collecting
from features.rules.cursor import INSTEAD
from features.rules.expression_calls import Calls, Part
from features.rules.operators import kind_of
from features.rules.tokens import Token
from features.rules.vocabulary import (
    BOOL,
    DOUBLE,
    FACTS,
    INT,
    NOTHING,
    OBSERVATIONS,
    STRING,
    VITALS,
    Kind,
    list_of,
)

_PRECEDENCE = {
    "||": 1,
    "&&": 2,
    **dict.fromkeys(("==", "!=", "<", "<=", ">", ">=", "in"), 3),
    **dict.fromkeys("+-", 4),
    **dict.fromkeys("*/%", 5),
}
_LITERALS = {"int": INT, "double": DOUBLE, "text": STRING}


class Reader(Calls):
    """One reading of one expression."""

    def expression(self) -> Part:
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
            part = Part(then.kind, part.start, length=_longer(then.length, otherwise.length))
        self.descend(-1)
        return part

    def _binary(self, lowest: int) -> Part:
        """Operators of at least precedence `lowest`, all of which group to the left."""
        left = self._unary()
        while (precedence := self._operator()) >= lowest:
            token = self.operation()
            right = self._binary(precedence + 1)
            left = Part(self._combined(token, left, right), left.start)
        return left

    def _operator(self) -> int:
        wanted = self.next.kind == "sign" or (self.next.kind == "name" and self.next.text == "in")
        return _PRECEDENCE.get(self.next.text, 0) if wanted else 0

    def _combined(self, token: Token, left: Part, right: Part) -> Kind:
        if token.text == "in" and right.path == ("observations",) and left.literal in VITALS:
            self.references.pop()  # asks for one of them, not for all
            self.asked.append(("observations", left.literal))
        if token.text in {"/", "%"} and right.kind.number and right.literal == 0:
            raise token.refuse(refusals.DIVIDES_BY_ZERO)
        kind = kind_of(token, left.kind, right.kind)
        for part in (left, right):
            if part.kind.element:
                self.charge(token, TEXT * collecting(part.kind.element), part.length)
        if left.kind == STRING:
            self.charge(token, TEXT)
        return kind

    def _unary(self) -> Part:
        signs = []
        while self.at("!", "-"):
            signs.append(self.operation())
        part = self._member()
        for sign in reversed(signs):
            if not (part.kind == BOOL if sign.text == "!" else part.kind.number):
                raise sign.refuse(refusals.WRONG_TYPE, operator=sign.text, type=str(part.kind))
        return Part(part.kind, signs[0]) if signs else part

    def _member(self) -> Part:
        part = self.selected()
        if part.path is not None:
            self.references.append(part.path)
        return part

    def selected(self) -> Part:
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
                part = self.method(part, name)
            else:
                part = self._field(part, name)
        return part

    def _field(self, part: Part, name: Token) -> Part:
        if part.kind.fields is None:
            raise name.refuse(refusals.WRONG_TYPE, operator=f".{name.found}", type=str(part.kind))
        if name.text not in part.kind.fields:
            allowed = ", ".join(part.kind.fields)
            raise name.refuse(refusals.UNKNOWN_FIELD, type=str(part.kind), name=name.found, allowed=allowed)
        path = ("observations", name.text) if part.path == ("observations",) else part.path
        return Part(part.kind.fields[name.text], part.start, path, selected=True)

    def _indexed(self, part: Part, opening: Token) -> Part:
        self.opened.append(opening)
        index = self.expression()
        self.take("]")
        if part.kind == OBSERVATIONS and isinstance(index.literal, str):
            field = self._field(part, Token("name", index.literal, index.start.line, index.start.column))
            return Part(field.kind, field.start, field.path)  # not `selected`: CEL's `has` knows fields only
        if part.kind.element is None or index.kind != INT:
            operator = {"operator": "[…]", "left": str(part.kind), "right": str(index.kind)}
            raise opening.refuse(refusals.WRONG_TYPES, **operator)
        return Part(part.kind.element, part.start, part.path)

    def _primary(self) -> Part:
        token = self.next
        if token.kind in _LITERALS:
            self.advance()
            return Part(_LITERALS[token.kind], token, literal=token.value)
        if self.at("("):
            self.open()
            part = self.expression()
            self.take(")")
            return Part(part.kind, token, literal=part.literal, length=part.length)
        if self.at("["):
            self.open()
            kind, length = self._elements()
            return Part(list_of(kind), token, length=length)
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

    def _named(self, name: Token) -> Part:
        if name.text in {"true", "false"}:
            return Part(BOOL, name)
        if self.at("("):
            return self.function(name)
        if name.text in self.bound:
            return Part(self.bound[name.text], name)
        if name.text in FACTS:
            return Part(FACTS[name.text].kind, name, (name.text,), length=name.text)
        if name.text in INSTEAD:
            raise name.refuse(refusals.MISSPELT, found=name.text, right=INSTEAD[name.text])
        allowed = ", ".join([*FACTS, *self.bound])
        raise name.refuse(refusals.UNKNOWN_VARIABLE, name=name.found, allowed=allowed)


def _longer(one: Length, other: Length) -> Length:
    """The length of a list that is one of two, whichever."""
    if one == other:
        return one
    return max(FACTS[length].longest if isinstance(length, str) else length for length in (one, other))
