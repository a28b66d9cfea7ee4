"""How people of many traditions are called: names, their order, and how common they are. The names are data."""

import tomllib
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum
from importlib.resources import files
from typing import Any

from features.loading.deterministic_choice import pool, spread, words


class _Order(Enum):
    GIVEN_FIRST = "Ada Lovelace"
    TWO_SURNAMES = "Inés García Fernández"
    FAMILY_FIRST = "Szabó Katalin"
    JOINED = "王秀英"


# Looked up once here, not in the enumeration for every patient.
JOINED, FAMILY_FIRST, TWO_SURNAMES = _Order.JOINED, _Order.FAMILY_FIRST, _Order.TWO_SURNAMES
_ENGLISH_WEIGHT = 470


@dataclass(frozen=True, slots=True, eq=False)
class _Culture:
    """How people of one tradition are called. Pairs are (female, male)."""

    order: _Order
    given: tuple[tuple[str, ...], tuple[str, ...]]
    family: tuple[tuple[str, ...], tuple[str, ...]]
    middle: tuple[tuple[str, ...], tuple[str, ...]]
    middle_share: int
    hyphen_share: int
    latin: bool
    weight: int


def _culture(told: Mapping[str, Any]) -> _Culture:
    """Build a culture from what `cultures.toml` tells of it."""
    forms = [word.partition("/") for word in words(told["families"])]
    given = (pool(words(told["female"])), pool(words(told["male"])))
    has_middle = "middle_female" in told
    return _Culture(
        order=_Order[told.get("order", "given_first").upper()],
        given=given,
        family=(pool(woman for woman, _, _ in forms), pool(man or woman for woman, _, man in forms)),
        middle=(pool(words(told["middle_female"])), pool(words(told["middle_male"]))) if has_middle else given,
        middle_share=told.get("middle_percent", 0) * 65536 // 100,
        hyphen_share=2000 if told.get("hyphenates") else 0,
        latin="LATIN" in unicodedata.name(words(told["female"])[0][0]),
        weight=told["weight"],
    )


_TOLD = tomllib.loads(files(__package__).joinpath("cultures.toml").read_text(encoding="utf-8"))
_ENGLISH = [
    _culture({**told, "families": _TOLD["english_families"], "weight": _ENGLISH_WEIGHT}) for told in _TOLD["english"]
]
_OTHERS = [_culture(told) for told in _TOLD["other"]]

# By age: under 30, under 60, older.
CULTURES = tuple(spread((culture, culture.weight) for culture in (english, *_OTHERS)) for english in _ENGLISH)
