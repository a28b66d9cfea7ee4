"""Text in a note that tells its reader, above all a program, what to do: it says nothing of the patient.

Both ways to a summary go by it: a model's statement may not rest on such text, nor is one made from it without a
model.
"""

import re
from bisect import bisect_right
from collections.abc import Iterator
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from clinical import sentences


class _Command(NamedTuple):
    """A way to give instructions, and words of which one is always in it."""

    words: tuple[str, ...]
    pattern: re.Pattern[str]


def _commands() -> Iterator[_Command]:
    text = files(f"{__package__}.data").joinpath("commands.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        words, _, pattern = line.partition(" => ")
        yield _Command(tuple(words.split(", ")), re.compile(pattern, re.IGNORECASE | re.MULTILINE))


_COMMANDS = tuple(_commands())
# A search holds the interpreter, so a long text is looked through piece by piece; nothing looked for is longer than
# what two pieces share.
_PIECE = 8_000
_SHARED = 400
# What begins something of its own: "PLAN", "Plan:", "P: ".
_HEADING = re.compile(r"[ \t]*+(?:[A-Z][A-Z /&,()-]{2,60}:?[ \t]*+$|[A-Za-z][\w /&,()-]{0,45}:(?=\s|$))", re.MULTILINE)


def is_instruction(text: str) -> bool:
    """Whether a text tells its reader what to do with it, instead of telling of a patient."""
    return next(_found(text), None) is not None


def _found(text: str) -> Iterator[tuple[int, int]]:
    """Where a text tells its reader what to do, in no particular order."""
    lowered = text.lower()
    for command in _COMMANDS:
        if any(word in lowered for word in command.words):
            for at in range(0, len(text), _PIECE):
                for match in command.pattern.finditer(text, at, at + _PIECE + _SHARED):
                    yield match.span()


@lru_cache(maxsize=64)
def planted(text: str) -> tuple[tuple[int, int], ...]:
    """Where a text gives instructions to its reader, each `text[start:end]` of whole lines but for the first.

    From the sentence that does so to the end of its paragraph, or up to a line with a heading: what is to be believed
    stands behind "ignore all previous instructions".
    """
    commands = sorted(_found(text))
    if not commands:
        return ()
    found_sentences = sentences(text)
    firsts = [first for first, _ in found_sentences]
    found: list[tuple[int, int]] = []
    until = 0
    for start, end in commands:
        if start < until:
            continue
        place = bisect_right(firsts, start) - 1
        begin = firsts[place] if place >= 0 and start < found_sentences[place][1] else start
        until = _end(text, end)
        found.append((max(begin, found[-1][1] if found else 0), until))
    return tuple(found)


def without_planted(text: str) -> str:
    """The text with blanks where it gives instructions, so that everything else stands where it stood."""
    parts = []
    at = 0
    for start, end in planted(text):
        parts += [text[at:start], re.sub(r"[^\n]", " ", text[start:end])]
        at = max(at, end)
    return "".join([*parts, text[at:]])


def _end(text: str, at: int) -> int:
    """Where the paragraph ends, or the line before a heading."""
    while True:
        line = text.find("\n", at)
        if line < 0:
            return len(text)
        following = text.find("\n", line + 1)
        after = text[line + 1 : following if following >= 0 else len(text)]
        if not after.strip() or _HEADING.match(after):
            return line
        at = line + 1
