"""Where sentences begin and end in text that is half prose, half list."""

import re
from collections.abc import Iterator
from functools import cache

from clinical.lexicon.resources import words
from clinical.text.lines import Line, continues, is_wrapped, lines_of, width_of

# Nothing that matters spans more, and what costs time by the sentence stays bounded.
LONGEST = 1_500

# "Blood pressure (!) 162/98": a flag of records, and no end.
_BREAK = re.compile(
    r"(?<![.!?])(?!(?<=\()!\))[.!?]++[)\]\"'”’]*+\s++|\s[•●▪◦➢►‣]\s*+|(?<=\S)[ \t]{2,}(?=\d{1,2}[.)][ \t])"
)
_NEVER = frozenset(
    {"dr", "drs", "mr", "mrs", "ms", "prof", "vs", "e.g", "i.e", "eg", "ie", "approx", "no", "st", "fig"}
)
_BEFORE_A_LETTER = frozenset(
    {"vitamin", "hepatitis", "type", "influenza", "grade", "stage", "group", "class", "factor"}
)
_LAST_WORDS = re.compile(r"(?<!\S)(?:(\S++)\s++)?(\S++)$")
_SECOND = re.compile(r"\s2\.\s")
# The first item of a list within a line is not longer.
_ITEM = 300
_NUMBER = re.compile(r"[\s(#]*+\d{1,2}$")


def sentences(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences, each `text[start:end]` without surrounding space.

    A line ends one, unless the text was wrapped there. So do ".", "!" and "?", but not those of abbreviations ("Dr.",
    "approx.") or numbers. Bullets are left out. No sentence is longer than `LONGEST`.
    """
    return sentences_in(text, lines_of(text))


def sentences_in(text: str, lines: list[Line]) -> list[tuple[int, int]]:
    """The same for a text whose lines are known."""
    found: list[tuple[int, int]] = []
    for start, end in _runs(text, lines):
        found.extend(_split(text, start, end))
    return found


def _runs(text: str, lines: list[Line]) -> Iterator[tuple[int, int]]:
    """Stretches of lines that belong together."""
    width = width_of(lines)
    wrapped = is_wrapped(lines, width)
    start: int | None = None
    for number, line in enumerate(lines):
        if line.blank:
            continue
        if start is None:
            start = line.body
        if number + 1 < len(lines) and continues(text, line, lines[number + 1], width, wrapped=wrapped):
            continue
        yield start, line.end
        start = None


def _split(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    begin = start
    counted = 0
    for match in _BREAK.finditer(text, start, end):
        number = _item_number(text, begin, match, counted, end)
        if number is not None:
            counted += 1
            if counted > 1:  # "1. asthma 2. gout": an item ends before the number of the next
                yield from _bounded(text, begin, number)
                begin = match.end()
            continue
        if match.start() <= begin or match.end() >= end or not _ends(text, begin, match):
            continue
        yield from _bounded(text, begin, _end_of(text, match))
        begin = match.end()
    yield from _bounded(text, begin, end)


def _item_number(text: str, begin: int, match: re.Match[str], counted: int, end: int) -> int | None:
    """Where the number stands that a full stop follows, if it counts an item of a list within a line."""
    if text[match.start()] != ".":
        return None
    wanted = str(counted + 1)
    start = match.start() - len(wanted)
    if not text.startswith(wanted, start) or start < begin or (start > begin and not text[start - 1].isspace()):
        return None
    if counted:
        return start
    before = text[begin:start].rstrip()
    follows = _SECOND.search(text, match.end(), min(end, match.end() + _ITEM)) is not None
    return start if follows and (not before or before[-1] in ":;") else None


def _end_of(text: str, match: re.Match[str]) -> int:
    """Where the sentence before a break ends: with its full stop, without spaces and bullets."""
    stop = match.start()
    while stop < match.end() and text[stop] in ".!?)]\"'”’":
        stop += 1
    return stop


def _ends(text: str, begin: int, match: re.Match[str]) -> bool:
    """Whether a full stop ends the sentence that begins at `begin`."""
    if text[match.start()] != ".":
        # "known emphysema, ? mesothelioma": the mark belongs to what follows
        return text[match.start()] != "?" or not (
            text[match.start() - 1].isspace() or text[match.start() - 1] in "(,;:"
        )
    before = text[max(begin, match.start() - 30) : match.start()]
    if _NUMBER.fullmatch(before):
        return False  # the number of a list's item
    last_words = _LAST_WORDS.search(before)
    if last_words is None:
        return True
    previous, last = (last_words.group(1) or "").lower(), last_words.group(2).lstrip("([\"'").lower()
    following = text[match.end()]
    if last in _NEVER:
        return last in {"no", "st"} and following.isupper()
    if len(last) == 1 and last.isalpha():
        return not following.islower() and (
            previous[:1].isdigit() or previous in _BEFORE_A_LETTER or before[-1:].islower()
        )
    return not (last in _abbreviations() and not following.isupper())


@cache
def _abbreviations() -> frozenset[str]:
    return words("abbreviations.txt")


def _bounded(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    while end - start > LONGEST:
        cut = text.rfind(" ", start + LONGEST // 2, start + LONGEST)
        cut = cut if cut > 0 else start + LONGEST
        yield start, cut
        start = cut
        while start < end and text[start].isspace():
            start += 1
    if end > start:
        yield start, end
