"""Fuzzy search over names and numbers, as conditions for the list of patients.

Names are compared by trigrams (`pg_trgm`) on the name's search key: each word of the query must resemble a part of the
name, in any order, so misspellings, missing accents and "Surname, Given" are all forgiven. Numbers match by prefix.
"""

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, bindparam, case, cast, false, func, literal, or_
from sqlmodel import col

from features.patients.tables import Patient, folded, search_key
from rounds.fields.separators import plain_separators, without_separators

_WORD = re.compile(r"[^\W_]+(?:[’'`´-][^\W_]+)*")  # noqa: RUF001 - apostrophes as people type them
_JOINERS = "\u200c\u200d"
_DIGITS = re.compile(r"[0-9]{3,10}")
_MOST_WORDS = 5
# Behind every string that starts with the prefix: the last code point that text can hold.
_END = "\U0010ffff"


@dataclass(frozen=True, slots=True)
class Search:
    """A search, taken apart: the shape decides the SQL, the values fill it."""

    shape: str
    condition: ColumnElement[bool]
    relevance: ColumnElement[int]
    values: dict[str, Any]


def search(q: str) -> Search:
    """Understand what was typed into the search box."""
    q = plain_separators(q)
    words = _words(q)
    longer = [word for word in words if len(word) > 1][:_MOST_WORDS]
    digits = without_separators(q)
    number = digits if _DIGITS.fullmatch(digits) else None
    record = q if len(q) <= 40 and q.isascii() and any(character.isdigit() for character in q) else None
    values: dict[str, Any] = {"q": q}
    if longer:
        values |= {f"word_{place}": word for place, word in enumerate(longer)}
    elif words:
        values |= {"start": words[0], "end": _END}
    if number:
        values |= {"number": number, "number_end": number + _END}
    if record:
        values |= {"record": record, "record_end": record + _END}
    shape = f"q:{len(longer)}:{bool(words)}:{number is not None}:{record is not None}"
    condition, relevance = _expressions(len(longer), bool(words), number is not None, record is not None)
    return Search(shape=shape, condition=condition, relevance=relevance, values=values)


def _words(q: str) -> list[str]:
    """The words of `q`. Marks, such as vowel signs, belong to the word that they stand in, and so do joiners."""
    shape = "".join("m" if unicodedata.category(each)[0] == "M" or each in _JOINERS else each for each in q)
    return [q[word.start() : word.end()] for word in _WORD.finditer(shape)]


def _parameter(name: str) -> Any:
    return bindparam(name, type_=Text)


@lru_cache(maxsize=64)
def _expressions(
    words: int, letters: bool, number: bool, record: bool
) -> tuple[ColumnElement[bool], ColumnElement[int]]:
    name: Any = col(Patient.search_name)
    key: Any = col(Patient.search_key)
    matches: list[ColumnElement[bool]] = []
    likeness: ColumnElement[Any] = literal(0.0)
    if words:
        parts: list[Any] = [search_key(_parameter(f"word_{place}")) for place in range(words)]
        matches.append(and_(*(part.op("<%", is_comparison=True)(key) for part in parts)))
        for part in parts:
            likeness = likeness + func.word_similarity(part, key)
        # Of two names that hold all the words, the one with less besides them, and spelt alike, is the better match.
        likeness = likeness / words * 0.9 + func.similarity(folded(_parameter("q")), name) * 0.1
    elif letters:  # a single letter or ideograph has no trigrams worth having: take it as the start of the name
        start: Any = folded(_parameter("start"))
        matches.append(and_(name >= start, name < start.concat(_parameter("end"))))
    exact: list[tuple[ColumnElement[bool], int]] = []
    begins: list[tuple[ColumnElement[bool], int]] = []
    for wanted, column, parameter in ((number, Patient.nhs_number, "number"), (record, Patient.mrn, "record")):
        if wanted:
            value, end = _parameter(parameter), _parameter(f"{parameter}_end")
            prefix = and_(col(column) >= value, col(column) < end)
            matches.append(prefix)
            exact.append((col(column) == value, 3000))
            begins.append((prefix, 2000))
    score: Any = cast(func.round(likeness * 1000), Integer)
    return or_(false(), *matches), case(*exact, *begins, else_=score) if exact else score
