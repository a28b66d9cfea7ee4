"""Words by kind: those by which a statement and its quotes can differ in what matters (`data/marks.txt`)."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files


@cache
def _kinds() -> dict[str, re.Pattern[str]]:
    text = files(f"{__package__}.data").joinpath("marks.txt").read_text(encoding="utf-8")
    lines = (line.split(" | ", 1) for line in text.splitlines() if line and not line.startswith("#"))
    return {kind.strip(): any_of(words) for kind, words in lines}


def any_of(words: str) -> re.Pattern[str]:
    """A pattern of any of these words, which commas part; `*` stands for any ending."""
    return re.compile("|".join(_forms(words)), re.IGNORECASE)


def _forms(words: str) -> Iterator[str]:
    for word in sorted((each.strip() for each in words.split(",")), key=len, reverse=True):
        form = re.escape(word).replace(r"\*", r"[\w']*").replace(r"\ ", r"\s")
        yield rf"\b{form}\b"


def marks() -> tuple[str, ...]:
    """The kinds of words."""
    return tuple(_kinds())


@lru_cache(maxsize=4096)
def marked(kind: str, text: str) -> tuple[str, ...]:
    """The words of a kind that stand in a text, in lower case."""
    return tuple(found.group().lower() for found in _kinds()[kind].finditer(text.replace("’", "'")))
