"""A place in an expression that moves from word to word, and knows how deep and how long it has become."""

from features.rules import refusals
from features.rules.tokens import Token, tokens

DEEPEST = 24  # parentheses, brackets, calls and conditions within one another
MOST_OPERATIONS = 300

INSTEAD = {"=": "==", "and": "&&", "AND": "&&", "&": "&&", "or": "||", "OR": "||", "|": "||", "not": "!", "NOT": "!"}
_CLOSING = frozenset(")]")
# Words of CEL that rules have no use for, and those it keeps for itself.
_WORDS = "as break const continue else for function if import let loop package namespace return var void while in null"
_KEPT = frozenset(_WORDS.split())


class Cursor:
    """Stands before the `next` word; `opened` are the parentheses and brackets around it."""

    def __init__(self, expression: str) -> None:
        self._tokens = tokens(expression)
        self.next = next(self._tokens)
        self.opened: list[Token] = []
        self._depth = self._operations = 0

    def at(self, *signs: str) -> bool:
        """Whether the next word is one of these signs."""
        return self.next.kind == "sign" and self.next.text in signs

    def advance(self) -> Token:
        """The next word, left behind."""
        token = self.next
        self.next = next(self._tokens)
        return token

    def operation(self) -> Token:
        """The next word, left behind and counted as an operation."""
        self._operations += 1
        if self._operations > MOST_OPERATIONS:
            raise self.next.refuse(refusals.TOO_LONG, maximum=MOST_OPERATIONS)
        return self.advance()

    def name(self) -> Token:
        """The next word, which must be a name."""
        if self.next.kind == "name" and self.next.text not in _KEPT:
            return self.advance()
        if self.next.kind == "name" and self.next.text != "in":
            raise self.next.refuse(refusals.UNSUPPORTED, found=self.next.found)
        raise self.unexpected()

    def open(self) -> None:
        """Go through a parenthesis or bracket, which `take` closes again."""
        self.opened.append(self.operation())

    def take(self, sign: str) -> None:
        """Go past a sign that must stand here."""
        if not self.at(sign):
            raise self.unexpected()
        self.advance()
        if sign in _CLOSING:
            self.opened.pop()

    def descend(self, step: int) -> None:
        """Go `step` levels deeper."""
        self._depth += step
        if self._depth > DEEPEST:
            raise self.next.refuse(refusals.TOO_DEEP, maximum=DEEPEST)

    def unexpected(self) -> Exception:
        """The error for a word that cannot stand where it does."""
        token = self.next
        if token.kind == "end":
            if self.opened:
                return self.opened[-1].refuse(refusals.UNCLOSED, opened=self.opened[-1].text)
            return token.refuse(refusals.UNFINISHED)
        if token.text in INSTEAD and token.kind != "text":
            return token.refuse(refusals.MISSPELT, found=token.text, right=INSTEAD[token.text])
        return token.refuse(refusals.UNEXPECTED, found=token.found)
