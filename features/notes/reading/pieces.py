"""Words where they stand on a page, and where in the note's text each of them went.

What is recognised or taken from a PDF is mended before it is a text: hyphens go, letters are put right, spaces are
settled. The words are found again in the text as it became, one after the other, so that no step needs to keep count.
"""

import unicodedata
from collections.abc import Iterable, Iterator
from typing import NamedTuple

# What one piece has in a row of numbers: page, where it starts and ends in the text, and its box.
WIDTH = 7
# Boxes are told in parts of the page's width and height.
WHOLE = 10_000
# A note of more words than two hundred full pages have is laid out as far as that.
MOST_PIECES = 100_000
# A word that is not the next one is looked for so far ahead; a shorter one stands anywhere.
_AHEAD, _TELLING = 200, 4
_LEAST_ALIKE = 0.5


class Piece(NamedTuple):
    """A word on a page."""

    text: str
    page: int
    """From 1."""
    left: int
    top: int
    right: int
    bottom: int


def laid_out(pieces: Iterable[Piece], text: str) -> list[int]:
    """Where each piece stands in the text, as one row of `WIDTH` numbers after the other, in the order of the text.

    A piece that is not found there is left out.
    """
    row: list[int] = []
    for piece, start, end in _found(pieces, text):
        if len(row) >= WIDTH * MOST_PIECES:
            break
        row += (piece.page, start, end, piece.left, piece.top, piece.right, piece.bottom)
    return row


def _found(pieces: Iterable[Piece], text: str) -> Iterator[tuple[Piece, int, int]]:
    at = 0
    for piece in pieces:
        while at < len(text) and text[at].isspace():
            at += 1
        place = _place(piece.text, text, at)
        if place is not None:
            yield piece, *place
            at = place[1]


def _place(word: str, text: str, at: int) -> tuple[int, int] | None:
    """Where the word is, at or a little behind a place; whatever the mending made of it."""
    for form in _forms(word):
        if text.startswith(form, at):
            return at, at + len(form)
    end = at
    while end < len(text) and end - at < _AHEAD and not text[end].isspace():
        end += 1
    if _alike(word, text[at:end]):
        return at, end
    for form in _forms(word):
        if len(form) >= _TELLING and (found := text.find(form, at, at + _AHEAD)) >= 0:
            return found, found + len(form)
    return None


def _forms(word: str) -> Iterator[str]:
    """The word as it came, composed, and with its ligatures taken apart."""
    yield word
    if not word.isascii():
        yield unicodedata.normalize("NFC", word)
        yield unicodedata.normalize("NFKC", word)


def _alike(word: str, there: str) -> bool:
    """Whether what stands there is the word with some letters put right."""
    if not there or abs(len(word) - len(there)) > max(1, len(word) // 3):
        return False
    same = sum(one == other for one, other in zip(word, there, strict=False))
    same_from_behind = sum(one == other for one, other in zip(word[::-1], there[::-1], strict=False))
    return max(same, same_from_behind) >= _LEAST_ALIKE * max(len(word), len(there))
