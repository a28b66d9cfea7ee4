"""What was typed into the search box for patients, understood as words and numbers.

Names are compared by trigrams (`pg_trgm`) on the name's search key: each word of the query must resemble a part of the
name, in any order, so misspellings, missing accents and "Surname, Given" are all forgiven. Numbers match by prefix.
What then comes first is said in `search_stages`.
"""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement

from features.patients.search_stages import END, Shape, staged
from rounds.fields.separators import plain_separators, without_separators
from rounds.listings import Staged

_WORD = re.compile(r"[^\W_]+(?:[’'`´-][^\W_]+)*")  # noqa: RUF001 - apostrophes as people type them
_JOINERS = "\u200c\u200d"
_DIGITS = re.compile(r"[0-9]{3,10}")
_MOST_WORDS = 5
# A word with so many digits in a row is no part of a name.
_NUMBER = re.compile(r"[0-9]{3}")
# Letters that may be one in a search key (`rounds_search_key`).
_ONE_VOWEL = re.compile(r"a[ae]+|[ou]e+")
_SHORT = 3  # a word of so many letters begins very many names
_TRIGRAM = 3


@dataclass(frozen=True, slots=True)
class Search:
    """A search, taken apart: the shape decides the SQL, the values fill it."""

    staged: Staged
    values: dict[str, Any]

    @property
    def condition(self) -> ColumnElement[bool]:
        """What a patient fulfils who is found."""
        return self.staged.condition


def search(q: str) -> Search:
    """Understand what was typed into the search box."""
    q = plain_separators(q)
    words = _words(q)
    digits = without_separators(q)
    number = digits if _DIGITS.fullmatch(digits) else None
    record = q if len(q) <= 40 and q.isascii() and any(character.isdigit() for character in q) else None
    if (number or record) and all(map(_NUMBER.search, words)):
        words = []
    longer = [word for word in words if len(word) > 1][:_MOST_WORDS]
    values: dict[str, Any] = {"q": q}
    values |= {f"word_{place}": word for place, word in enumerate(longer)}
    if words:
        values |= {"start": (longer or words)[0], "end": END}
    if number:
        values |= {"number": number, "number_end": number + END}
    if record:
        values |= {"record": record, "record_end": record + END}
    single = longer[0] if len(longer) == 1 else ""
    shape = Shape(
        words=len(longer),
        begins=bool(words) and len(longer) < 2 and len(single) <= _SHORT,
        has_trigrams=_fewest_letters(single) >= _TRIGRAM,
        number=number is not None,
        record=record is not None,
    )
    return Search(staged=staged(shape), values=values)


def _fewest_letters(word: str) -> int:
    """How many letters the search key of a word has at least."""
    letters = [each for each in unicodedata.normalize("NFD", word.lower()) if unicodedata.category(each)[0] != "M"]
    return len(_ONE_VOWEL.sub("a", "".join(letters)))


def _words(q: str) -> list[str]:
    """The words of `q`. Marks, such as vowel signs, belong to the word that they stand in, and so do joiners."""
    shape = "".join("m" if unicodedata.category(each)[0] == "M" or each in _JOINERS else each for each in q)
    return [q[word.start() : word.end()] for word in _WORD.finditer(shape)]
