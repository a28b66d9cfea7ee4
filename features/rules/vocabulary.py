"""What rules can speak of: the facts, with their types, and the functions.

This is the part of CEL (the Common Expression Language, https://cel.dev) that rules may use. Left out is what no rule
needs and what could grow without bound: joining texts or lists, lists in lists, maps, messages, time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from features.notes import Vital

# Vital signs, as notes report them.
VITALS: tuple[str, ...] = get_args(Vital)


@dataclass(frozen=True)
class Kind:
    """A type of CEL: a plain one by name, a list of something, or a record with fields."""

    name: str
    element: "Kind | None" = None
    fields: Mapping[str, "Kind"] | None = field(default=None, compare=False)

    def __str__(self) -> str:
        return f"list({self.element})" if self.element else self.name

    @property
    def number(self) -> bool:
        """Whether one can calculate with it."""
        return self in {INT, DOUBLE}


INT = Kind("int")
DOUBLE = Kind("double")
STRING = Kind("string")
BOOL = Kind("bool")
NOTHING = Kind("nothing")  # what is in an empty list
PROCEDURE = Kind("procedure", fields={"code": STRING, "department": STRING, "surgical": BOOL, "days_ago": INT})
OBSERVATIONS = Kind("observations", fields=dict.fromkeys(VITALS, DOUBLE))


def list_of(element: Kind) -> Kind:
    """The type of lists of `element`."""
    return Kind("list", element)


FACTS: Mapping[str, Kind] = {
    "age": INT,
    "sex": STRING,
    "bmi": DOUBLE,
    "conditions": list_of(STRING),
    "chronic_pain": BOOL,
    "procedures": list_of(PROCEDURE),
    "rehab_departments": list_of(STRING),
    "recent_surgery_days": INT,
    "observations": OBSERVATIONS,
}

MACROS = ("all", "exists", "exists_one", "filter", "map")
_TEXTS = ("contains", "startsWith", "endsWith", "matches")
USAGE: Mapping[str, str] = {
    "has": "has(observations.heart_rate)",
    "size": "size(conditions)",
    "int": "int(bmi)",
    "double": "double(age)",
    "string": "string(age)",
    **{name: f'sex.{name}("f")' for name in _TEXTS},
    **{name: f"procedures.{name}(p, p.surgical)" for name in MACROS},
}
FUNCTIONS = tuple(USAGE)
TEXT_FUNCTIONS = frozenset(_TEXTS)
CONVERSIONS: Mapping[str, tuple[Kind, frozenset[Kind]]] = {
    "int": (INT, frozenset({INT, DOUBLE})),
    "double": (DOUBLE, frozenset({INT, DOUBLE})),
    "string": (STRING, frozenset({INT, DOUBLE, STRING})),
}


def comparable(left: Kind, right: Kind) -> bool:
    """Whether the two can be equal at all; int and double compare by value."""
    if left.element and right.element:
        return comparable(left.element, right.element)
    return left == right or (left.number and right.number) or NOTHING in {left, right}
