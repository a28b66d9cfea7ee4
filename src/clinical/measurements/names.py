"""Where a note names what can be measured: vital signs and laboratory values."""

import re
from bisect import bisect_left
from collections.abc import Iterator
from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from clinical.lexicon.phrases import Match, Term, terms, tokens_of
from clinical.lexicon.vocabulary import labs

if TYPE_CHECKING:
    from clinical.note import Note


# "Sat 97%" is a saturation, "Sat 4.8" and "Sat 21/2" are of a day.
_SATURATED = re.compile(r"[ \t:=]{0,3}(?:is |was |of )?(?:[5-9]\d|100)(?:\.\d)?(?![\d./]|\s?(?:kg|mm|mg|g|ml)\b)")


# So much of a drug in a litre of blood; of lithium without a unit as well, of which no dose is so small.
_LEVEL_BEHIND = re.compile(
    r"[ \t:=]{1,3}(?:level )?[<>]?\d{1,4}(?:\.\d{1,3})?\s?(?:mg|mcg|µg|ug|ng|[mµunp]mol)/m?[Ll]\b"
)
_BARE_LEVEL = re.compile(
    r"[ \t:=]{1,3}(?:level )?(?:was |of )?[<>]?[0-2]\.\d{1,2}(?![\d.]|\s?(?:mg|g|tabs?)\b(?!/))", re.IGNORECASE
)
# "Lithium 600 mg nocte, level 0.58"
_LEVEL_AFTER = re.compile(
    r"(?:[^.;\n]|\.(?=\d)){0,60}?,\s(?P<level>level)\s(?:was |of |now |is )?[0-2]\.\d{1,2}(?![\d.])", re.IGNORECASE
)
_LITHIUM = frozenset({"lithium", "lithium carbonate", "priadel", "camcolit"})
# "2 hr 128" is no heart rate.
_HOURS = re.compile(r"(?<![\d.])\d{1,2}\s?hrs?\Z")

# "PR 190 ms" is an interval of an electrocardiogram, and no pulse rate.
_INTERVAL = re.compile(r"\s?(?:interval|int\b)|[\s:=]{0,3}(?:0?\.\d{1,2}|\d{2,3}\s?m?s(?:ecs?)?\b)", re.IGNORECASE)
_ELECTROCARDIOGRAM = re.compile(r"\b(?:ECG|EKG|12[- ]lead|QRS|QTc?|QTcF|axis|rhythm|Holter)\b", re.IGNORECASE)
_LEAD_WITHIN = 80
# A name with its value glued to it: "BP98/56", "Hb104", "Sats93%".
_GLUED = re.compile(
    r"(?<![\w./°-])(?P<name>SpO2|[A-Za-z]{2,6}|K(?=\d\.\d))(?P<value>[<>]?\d{1,3}(?:[.,]\d{1,2}|/\d{2,3})?)"
    r"(?![\w/+-]|[.,]\d)|(?<![\w./°-])(?P<name2>SpO2|[A-Za-z]{2,6})(?P<value2>\d{1,3}(?:[.,]\d{1,2}|/\d{2,3})?)"
    r"(?=kg\b|cm\b|m\b|mmHg\b|bpm\b|reg\b|irreg\b|[FC]\b)",
    re.IGNORECASE,
)
# Two letters name much else, and stand among other results: "CK7", "Ca125".
_ALONE = 3
# "PCV20" is given, and no packed cell volume.
_VACCINES = frozenset({"PCV"})

# No note measures more; what goes beyond is a table that somebody pasted, and its beginning says as much.
_MOST = 1_000


class Measured(NamedTuple):
    """A name of a vital sign or a laboratory value at `text[start:end]`."""

    start: int
    end: int
    name: str
    vital: bool


def measured_names(note: "Note") -> list[Measured]:
    """The names in order. "Reduced HDL" is a condition that ends with one."""
    found = []
    for match in note.document.matches:
        one = _named(note, match)
        if one is not None:
            found.append(one)
            if len(found) == _MOST:
                break
    glued = list(islice(_glued(note.text), _MOST))
    beside = len(found) + len(glued) > 1
    found += [one for one in glued if one.vital or beside or one.end - one.start >= _ALONE]
    return sorted(found)


def next_named(note: "Note", at: int) -> int:
    """Where the next name of a measurement begins behind a place; the end of the text, where there is none."""
    number = bisect_left(note.measured, at, key=lambda one: one.start)
    return note.measured[number].start if number < len(note.measured) else len(note.text)


def _glued(text: str) -> Iterator[Measured]:
    """The names with their values glued to them, where the value can be one of what is named."""
    for match in _GLUED.finditer(text):
        place = "name" if match["name"] else "name2"
        term = _called(match[place])
        if term is None or match[place].upper() in _VACCINES:
            continue
        value = match[place.replace("name", "value")].lstrip("<>").replace(",", ".")
        if term.kind == "lab" and (
            "/" in value or not labs()[term.name].lowest <= float(value) <= labs()[term.name].highest
        ):
            continue
        yield Measured(*match.span(place), term.name, term.kind == "vital")


@lru_cache(maxsize=1024)
def _called(name: str) -> Term | None:
    """What a word names that can be measured."""
    tokens = tokens_of(name)
    for match in terms().find(name, tokens):
        if match.after == len(tokens):
            return next((term for term in match.found if term.kind in {"lab", "vital"}), None)
    return None


def _is_interval(text: str, start: int, end: int) -> bool:
    """Whether "PR" stands for an interval of an electrocardiogram."""
    if text[start:end].lower() != "pr":
        return False
    line = max(text.rfind("\n", 0, start), text.rfind(". ", 0, start)) + 1
    behind = text[end : end + _LEAD_WITHIN].partition("\n")[0]
    return (
        _INTERVAL.match(text, end) is not None
        or _ELECTROCARDIOGRAM.search(text, max(line, start - _LEAD_WITHIN), start) is not None
        or _ELECTROCARDIOGRAM.search(behind.partition(". ")[0]) is not None
    )


def _is_saturday(note: "Note", match: Match[Term]) -> bool:
    start, end = note.document.span(match)
    return note.text[start:end] == "Sat" and _SATURATED.match(note.text, end) is None


def _level(text: str, end: int, drug: str) -> str | None:
    """What is measured of a drug in the blood, where the value of it stands behind the name: "clozapine 0.52 mg/L"."""
    level = f"{drug.lower()}_level"
    if level not in labs():
        return None
    pattern = _BARE_LEVEL if level == "lithium_level" else _LEVEL_BEHIND
    return level if pattern.match(text, end) else None


def _level_of(text: str, start: int, end: int, drug: str) -> Measured | None:
    """The level of a drug, of which the value stands behind the name or, of lithium, behind its dose."""
    if (level := _level(text, end, drug)) is not None:
        return Measured(start, end, level, vital=False)
    later = _LEVEL_AFTER.match(text, end) if drug.lower() in _LITHIUM else None
    return Measured(*later.span("level"), "lithium_level", vital=False) if later else None


def _named(note: "Note", match: Match[Term]) -> Measured | None:
    document = note.document
    if _is_saturday(note, match):
        return None
    start, end = document.span(match)
    for term in match.found:
        if term.kind in {"lab", "vital"}:
            if term.name == "heart_rate" and (
                _HOURS.search(note.text, max(0, start - 5), end) or _is_interval(note.text, start, end)
            ):
                return None
            return Measured(start, end, term.name, term.kind == "vital")
        if term.kind == "drug" and (level := _level_of(note.text, start, end, term.name)) is not None:
            return level
    if match.found[0].kind == "condition" and match.after - match.first > 1:
        for tail in terms().find(note.text, document.tokens, match.first + 1, match.after):
            names = [term.name for term in tail.found if term.kind == "lab"]
            if names and tail.after == match.after:
                return Measured(*document.span(tail), names[0], vital=False)
    return None
