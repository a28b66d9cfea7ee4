"""Whom a search finds first.

1. Who has the number that was typed, then whose NHS number, then whose record number begins with it.
2. By one word: who is called exactly so; for a few letters then those whose name begins with them.
3. Everybody else whose name resembles what was typed, by likeness.

The first two are ordered by indexes and by the length of the name, which is nearly the order of likeness: of two names
that hold the word, the shorter one has less besides it. Of those who are equally good, the newest come first.
"""

from dataclasses import astuple, dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import ColumnElement, Integer, Text, and_, bindparam, case, cast, false, func, literal, not_, or_, true
from sqlmodel import col

from features.patients.tables import Patient, folded, search_key
from rounds.listings import Stage, Staged

# Behind every string that starts with the prefix: the last code point that text can hold.
END = "\U0010ffff"
_SPELT_OTHERWISE = 1000  # longer than any name

_name: Any = col(Patient.search_name)
_key: Any = col(Patient.search_key)
_nhs_number: Any = col(Patient.nhs_number)
_mrn: Any = col(Patient.mrn)


@dataclass(frozen=True, slots=True)
class Shape:
    """What a search consists of.

    Attributes:
        words: How many words of two letters and more; each must resemble a part of the name.
        begins: Whether names are wanted that begin with what was typed; without `words` no others.
        has_trigrams: Whether the only word is long enough to be looked up as a part of a name.
        number: Whether it may be the start of an NHS number.
        record: Whether it may be the start of a record number.
    """

    words: int
    begins: bool
    has_trigrams: bool
    number: bool
    record: bool


@lru_cache(maxsize=256)
def staged(shape: Shape) -> Staged:
    """The conditions and stages of a search."""
    name = f"q:{'.'.join(str(int(part)) for part in astuple(shape))}"
    numbers, by_number = _numbers(shape)
    names, by_name = _names(shape)
    found: list[tuple[str, ColumnElement[bool], str, bool]] = [
        *by_number,
        *((stage, and_(condition, *map(_is_not, numbers)), sort, down) for stage, condition, sort, down in by_name),
    ]
    score = f"_likeness:{name}"
    return Staged(
        name=name,
        condition=or_(false(), *numbers, *names),
        stages=[
            Stage(
                f"{name}:{stage}",
                condition,
                order=((score if sort == "_likeness" else sort, down),),
                looks_at_all=sort == "_likeness",
            )
            for stage, condition, sort, down in found
        ],
        sorts={score: _likeness(shape.words), "_nhs_number": _nhs_number, "_mrn": _mrn, "_brevity": _brevity()},
    )


_Stages = list[tuple[str, ColumnElement[bool], str, bool]]
"""Name, condition, sort column and whether it descends."""


def _numbers(shape: Shape) -> tuple[list[ColumnElement[bool]], _Stages]:
    """Who has a number that begins so, and their stages."""
    exact: list[ColumnElement[bool]] = []
    begin: list[ColumnElement[bool]] = []
    stages: list[tuple[str, ColumnElement[bool], str]] = []
    for wanted, column, parameter in ((shape.number, _nhs_number, "number"), (shape.record, _mrn, "record")):
        if wanted:
            exact.append(column == _parameter(parameter))
            prefix = and_(column >= _parameter(parameter), column < _parameter(f"{parameter}_end"))
            stages.append((parameter, and_(prefix, *map(_is_not, begin)), column.key))
            begin.append(prefix)
    if not exact:
        return [], []
    return begin, [
        ("exact", or_(*exact), "mrn", False),
        *((stage, and_(prefix, *map(_is_not, exact)), f"_{sort}", False) for stage, prefix, sort in stages),
    ]


def _names(shape: Shape) -> tuple[list[ColumnElement[bool]], _Stages]:
    """Whose names resemble what was typed, and their stages."""
    start: Any = folded(_parameter("start"))
    begins = and_(_name >= start, _name < start.concat(_parameter("end")))
    if not shape.words:  # a letter or ideograph has no trigrams worth having: take it as the start of the name
        return ([begins], [("begins", begins, "name", False)]) if shape.begins else ([], [])
    alike = and_(*(_word(place).op("<%", is_comparison=True)(_key) for place in range(shape.words)))
    stages: _Stages = []
    if shape.words == 1:
        stages.append(("whole", _has_the_word(has_trigrams=shape.has_trigrams), "_brevity", True))
    if shape.begins:
        stages.append(("begins", and_(alike, begins, *(not_(one[1]) for one in stages)), "name", False))
    sure = [begins if stage == "begins" else condition for stage, condition, *_ in stages]
    return [alike], [*stages, ("alike", and_(alike, *map(not_, sure)), "_likeness", True)]


def _has_the_word(*, has_trigrams: bool) -> ColumnElement[bool]:
    """Whether the name has the only word that was typed."""
    word = _word(0)
    if has_trigrams:  # one look into the index, then the few whose word only contains it are left out
        return and_(
            _key.like(literal("%", Text).concat(word).concat("%")),
            literal(" ", Text).concat(_key).concat(" ").like(literal("% ", Text).concat(word).concat(" %")),
        )
    alone, last = _key == word, _key.like(literal("% ", Text).concat(word))
    return or_(alone, _key.like(word.concat(" %")), last, _key.like(literal("% ", Text).concat(word).concat(" %")))


def _brevity() -> ColumnElement[int]:
    """The shorter the name the more, and above all if it is spelt as it was typed."""
    typed: Any = folded(_parameter("start"))
    return case((func.strpos(_name, typed) > 0, 0), else_=-_SPELT_OTHERWISE) - func.char_length(_name)


def _likeness(words: int) -> ColumnElement[int]:
    """From 0 to 1000."""
    likeness: ColumnElement[Any] = literal(0.0)
    for place in range(words):
        likeness = likeness + func.word_similarity(_word(place), _key)
    # Of two names that hold all the words, the one with less besides them, and spelt alike, is the better match.
    likeness = likeness / max(words, 1) * 0.9 + func.similarity(folded(_parameter("q")), _name) * 0.1
    return cast(func.round(likeness * 1000), Integer)


def _word(place: int) -> Any:
    return search_key(_parameter(f"word_{place}"))


def _is_not(condition: ColumnElement[bool]) -> ColumnElement[bool]:
    """Neither true nor unknown: who has no number has none that begins so."""
    return condition.is_not(true())


def _parameter(name: str) -> Any:
    return bindparam(name, type_=Text)
