"""A text as it is looked through: without what is not seen, with one kind of dash and blank, and the way back."""

import unicodedata
from functools import lru_cache

_UNSEEN = frozenset("\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\ufeff\u180e\u034f\u061c")
_DASHES = frozenset("\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d\u2043\u00af")


class Plain:
    """The plain form of a text; its offsets are mapped back by `span`.

    Attributes:
        text: The plain form.
    """

    def __init__(self, written: str) -> None:
        signs = [_sign(sign) for sign in written]
        self.text = "".join(signs)
        self._same = len(self.text) == len(written)
        self._places = [] if self._same else [place for place, sign in enumerate(signs) if sign]
        self._length = len(written)

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Where a stretch of the plain form stands in what was written, with what is not seen within it."""
        if self._same:
            return start, end
        return self._places[start], self._places[end - 1] + 1


@lru_cache(maxsize=4096)
def _sign(sign: str) -> str:
    if sign in _UNSEEN:
        return ""
    if sign in _DASHES:
        return "-"
    if sign.isspace():
        return sign if sign in "\n\t" else " "
    if sign.isascii():
        return sign
    composed = unicodedata.normalize("NFKC", sign)
    # Full-width and other forms of one letter or digit; what would become several characters stays.
    if len(composed) == 1 and composed.isprintable() and (composed.isascii() or not sign.isalpha()):
        return composed
    digit = unicodedata.digit(sign, None)
    return sign if digit is None else str(digit)
