"""The words of an expression, each with its place. Reads in one pass without recursion, whatever it is given."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from pydantic_core import PydanticCustomError

from features.rules import refusals
from rounds.problems import Refusal

LARGEST_INT = 2**63 - 1

_TOKEN = re.compile(
    r"""
    (?P<space>(?:\s|//[^\n]*)+)
  | (?P<double>[0-9]*\.[0-9]+(?:[eE][+-]?[0-9]+)?|[0-9]+[eE][+-]?[0-9]+)
  | (?P<int>0[xX][0-9a-fA-F]++|[0-9]++)(?![0-9a-zA-Z_])
  | (?P<raw>[rR](?:"[^"\n]*"|'[^'\n]*'))
  | (?P<text>"(?:[^"\\\n]|\\[^\n])*"|'(?:[^'\\\n]|\\[^\n])*')
  | (?P<name>[_a-zA-Z][_a-zA-Z0-9]*)
  | (?P<sign>&&|\|\||==|!=|<=|>=|[-+*/%<>!?:.,()\[\]])
  | (?P<other>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(
    r"""\\(?:(?P<plain>[abfnrtv\\?"'`])|x(?P<x>[0-9a-fA-F]{2})|u(?P<u>[0-9a-fA-F]{4})|U(?P<U>[0-9a-fA-F]{8})"""
    r"""|(?P<octal>[0-3][0-7]{2})|(?P<bad>.))""",
    re.DOTALL,
)
_PLAIN = {"a": "\a", "b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t", "v": "\v"}


@dataclass(frozen=True, slots=True)
class Token:
    """One word: `kind` is `name`, `int`, `double`, `text`, `sign`, `other` or `end`."""

    kind: str
    text: str
    line: int
    column: int
    value: Any = None

    def refuse(self, refusal: Refusal, **values: Any) -> PydanticCustomError:
        """The error that points here."""
        return refusal(line=self.line, column=self.column, **values)

    @property
    def found(self) -> str:
        """The word for a message."""
        return self.text if len(self.text) <= 40 else f"{self.text[:40]}…"


def tokens(expression: str) -> Iterator[Token]:
    """The words of `expression`, closed by one of kind `end`.

    Raises:
        PydanticCustomError: for a number or a text that is none.
    """
    line, start = 1, 0
    for match in _TOKEN.finditer(expression):
        kind, text = str(match.lastgroup), match.group()
        if kind == "space":
            if breaks := text.count("\n"):
                line, start = line + breaks, match.start() + text.rindex("\n") + 1
            continue
        token = Token(kind, text, line, match.start() - start + 1)
        match kind:
            case "int":
                yield Token(kind, text, line, token.column, _int(token))
            case "double":
                yield Token(kind, text, line, token.column, _double(token))
            case "raw":
                yield Token("text", text, line, token.column, text[2:-1])
            case "text":
                yield Token(kind, text, line, token.column, _text(token))
            case "other" if text in "\"'":
                raise token.refuse(refusals.BAD_TEXT)
            case _:
                yield token
    yield Token("end", "", line, len(expression) - start + 1)


def _int(token: Token) -> int:
    value = int(token.text, 16 if token.text[:2].lower() == "0x" else 10) if len(token.text) <= 20 else None
    if value is None or value > LARGEST_INT:
        raise token.refuse(refusals.BAD_NUMBER)
    return value


def _double(token: Token) -> float:
    value = float(token.text)
    if value == float("inf"):
        raise token.refuse(refusals.BAD_NUMBER)
    return value


def _text(token: Token) -> str:
    return _ESCAPE.sub(lambda found: _escaped(found, token), token.text[1:-1])


def _escaped(found: "re.Match[str]", token: Token) -> str:
    if plain := found["plain"]:
        return _PLAIN.get(plain, plain)
    code = found["x"] or found["u"] or found["U"]
    number = int(code, 16) if code else int(found["octal"], 8) if found["octal"] else -1
    if not 0 <= number <= 0x10FFFF or 0xD800 <= number <= 0xDFFF:
        raise token.refuse(refusals.BAD_TEXT)
    return chr(number)
