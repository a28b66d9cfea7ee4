"""The glossary, and how it is applied: abbreviations and terms out, plain words in, everything else as it was."""

import re
from collections.abc import Iterator
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

# So long a lower-case abbreviation counts only as it is written: "od" is one, the "OD" of an overdose may not be.
_SHORT = 3
# Abbreviations that everybody knows, and the units of doses.
KNOWN = frozenset(
    {
        *("MRI", "CT", "HIV", "AIDS", "COVID", "COVID-19", "SARS-CoV-2", "CPR", "GI", "TV", "USA", "UK", "NHS", "ID"),
        *("COPD", "ADHD", "DNA", "II", "III", "IV", "A", "B", "C", "D", "I", "X", "AM", "PM", "BC", "MS"),
    }
)
_CAPITALS = re.compile(r"(?<![\w-])[A-Z][A-Z0-9&/]+(?:s|\b)(?![\w])")
_CODES = re.compile(
    r"(?<!\w)(?:q\d+h|qd|bid|tid|qid|qhs|prn|po|bd|tds|qds|w/o?|c/o|s/p|h/o|f/u|hx|dx|tx|rx|sx|pt|pts|bilat)(?!\w)",
    re.IGNORECASE,
)
_ARTICLE = re.compile(r"\b([Aa])(n?) (?=(\w))")
_DOUBLED = re.compile(r"\b(\w+(?: \w+)?) (?:\1)\b(?! [a-z]+ly)", re.IGNORECASE)
_QUALIFIERS = frozenset(
    [
        "a",
        "an",
        "the",
        "of",
        "with",
        "and",
        "his",
        "her",
        "their",
        "status",
        "known",
        "current",
        "currently",
        "patient",
        "patient's",
        "mellitus",
        "essential",
        "primary",
        "disease",
        "disorder",
        "issue",
        "issues",
        "problem",
    ]
)
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


class Entry(NamedTuple):
    """A spelling and its plain words."""

    written: str
    plain: str
    exact: bool


@cache
def entries() -> tuple[Entry, ...]:
    """The glossary, the longest spellings first."""
    return tuple(sorted(_read(), key=lambda entry: (-len(entry.written), entry.written)))


def _read() -> Iterator[Entry]:
    for line in files(__package__).joinpath("glossary.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("#") or " = " not in line:
            continue
        written, _, meaning = line.partition(" = ")
        for spelling in written.split(", "):
            exact = spelling != spelling.lower() or len(spelling) <= _SHORT
            yield Entry(spelling.strip(), meaning.strip(), exact)


@cache
def _pattern() -> tuple[re.Pattern[str], dict[str, str], dict[str, str]]:
    exact = {entry.written: entry.plain for entry in entries() if entry.exact}
    other = {entry.written: entry.plain for entry in entries() if not entry.exact}
    alternatives = (re.escape(word) if word in exact else f"(?i:{re.escape(word)}s?)" for word, *_ in entries())
    return re.compile(rf"(?<![\w’'-])(?:{'|'.join(alternatives)})(?![\w])(?!['’-]\w)"), exact, other


@lru_cache(maxsize=4096)
def plain(text: str) -> str:
    """A text with the glossary's terms in plain words."""
    pattern, exact, other = _pattern()

    def worded(match: re.Match[str]) -> str:
        found = match.group()
        words = exact.get(found) or other.get(found.lower())
        if words is None:
            words = other.get(found.lower().removesuffix("s"), found)
        starts = match.start() == 0 or text[: match.start()].rstrip()[-1:] in {".", "!", "?", ""}
        return f"{words[:1].upper()}{words[1:]}" if starts and words[:1].islower() else words

    done = pattern.sub(worded, text)
    if done == text:
        return text
    return _DOUBLED.sub(r"\1", _ARTICLE.sub(_article, done))


@cache
def _written() -> frozenset[str]:
    return frozenset(entry.written.lower() for entry in entries())


def in_glossary(text: str) -> bool:
    """Whether the whole of a text is one of the glossary's terms."""
    return text.lower() in _written()


def _article(match: re.Match[str]) -> str:
    vowel = match[3].lower() in "aeio"
    if match[3].isupper() and match[3] != match[3].lower():
        return match.group()
    return f"{match[1]}{'n' if vowel else ''} "


def is_plain(text: str) -> bool:
    """Whether no abbreviation is left that a relative would stumble over."""
    if _CODES.search(text):
        return False
    return all(match.group().rstrip("s") in KNOWN for match in _CAPITALS.finditer(text))


@lru_cache(maxsize=8192)
def key_of(condition: str) -> frozenset[str]:
    """What a condition is known by, however it is written: HTN and “essential hypertension” have the same key."""
    words = _WORD.findall(plain(condition).lower())
    return frozenset(_singular(word) for word in words if word not in _QUALIFIERS) or frozenset(words)


def _singular(word: str) -> str:
    word = word.replace("anaemia", "anemia").replace("oedema", "edema").replace("haem", "hem")
    return word[:-1] if len(word) > 4 and word.endswith("s") and not word.endswith(("ss", "is", "us")) else word
