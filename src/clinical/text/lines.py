"""The lines of a note: where each begins, what bullet it has, and whether it runs on into the next one."""

import re
from typing import NamedTuple

# A bullet, a number or a dash before what a line says. "#" is Markdown's heading and the problem list's number.
_BULLET = re.compile(
    r"[ \t]*(?:(?:[•●▪◦○·➢➤►‣∙*–—-]|#{1,4})[ \t]*(?=\S)(?:\[[ xX]?\][ \t]*)?|#?\(?\d{1,2}[.)](?=[ \t])[ \t]*|"
    r"\(?[a-hA-H][.)][ \t]+)"
)
_LETTER_BULLET = re.compile(r"[ \t]*\(?[aoAO][.)]")
_DASHED_NUMBER = re.compile(r"[ \t]*[-–]\d")
# Lines of prose are wrapped within these widths; longer ones are paragraphs, shorter ones are lists.
_NARROWEST, _WIDEST = 50, 140
_NEARLY_FULL = 0.8
_FULL_LINES = 3
# Columns: a row of a form or of an aligned table is no line of wrapped prose.
_COLUMNS = re.compile(r"\S(?: {3}|\t)[ \t]*\S")


class Line(NamedTuple):
    """A line of the text, without its line break: `text[body:end]` is what it says, after any bullet."""

    start: int
    end: int
    body: int
    bullet: bool

    @property
    def blank(self) -> bool:
        """Whether it says nothing."""
        return self.body >= self.end


def lines_of(text: str) -> list[Line]:
    """All lines of the text."""
    found = []
    start = 0
    for raw in text.split("\n"):
        end = start + len(raw)
        found.append(_line(text, start, end) if raw else Line(start, end, end, bullet=False))
        start = end + 1
    return found


def _line(text: str, start: int, end: int) -> Line:
    end = start + len(text[start:end].rstrip())
    body = end - len(text[start:end].lstrip())
    bullet = _BULLET.match(text, body, end)
    if bullet and _is_bullet(text, bullet):
        return Line(start, end, bullet.end(), bullet=True)
    return Line(start, end, body, bullet=False)


def _is_bullet(text: str, bullet: re.Match[str]) -> bool:
    """Whether what looks like one is a bullet: not emphasis (`**Plan**`), not a negative number, not a marker `A)`."""
    if text.startswith("**", bullet.end() - 1) or _LETTER_BULLET.match(text, bullet.start(), bullet.end()):
        return False
    return not _DASHED_NUMBER.match(text, bullet.start())


def width_of(lines: list[Line]) -> int:
    """How wide lines are that have been wrapped; 0 when the text has not been."""
    lengths = sorted((line.end - line.start for line in lines if not line.blank), reverse=True)
    if not lengths or not _NARROWEST <= lengths[0] <= _WIDEST:
        return 0
    return lengths[0]


def is_wrapped(lines: list[Line], width: int) -> bool:
    """Whether so many lines are about full that the text was wrapped, and one long line is no chance."""
    return sum(line.end - line.start >= width * _NEARLY_FULL for line in lines) >= _FULL_LINES


def continues(text: str, line: Line, following: Line, width: int, *, wrapped: bool) -> bool:
    """Whether a line's sentence goes on in the line after it, because the text was wrapped there."""
    if line.blank or following.blank or following.bullet or not width:
        return False
    if _COLUMNS.search(text, line.body, line.end) or _COLUMNS.search(text, following.body, following.end):
        return False
    last, first = text[line.end - 1], text[following.body]
    if last in ".:;!?":
        return False
    length = line.end - line.start
    if first.islower():
        return length >= width * 0.6 or (length >= _NARROWEST * 0.6 and last in ",-")
    if not wrapped:
        return False
    word_end = following.body
    while word_end < following.end and not text[word_end].isspace():
        word_end += 1
    return length >= width * _NEARLY_FULL and length + 1 + word_end - following.body > width * 0.93
