"""What rules can speak of: the facts, with their types, and the functions.

This is the part of CEL (the Common Expression Language, https://cel.dev) that rules may use. Left out is what no rule
needs and what could grow without bound: joining texts or lists, lists in lists, maps, messages, time.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import get_args

from features.chart import MOST_CHART_FACTS
from features.notes import Vital
from rounds.auth import need

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
PROBLEM = Kind("problem", fields={"name": STRING, "concept": STRING, "status": STRING})
MEDICATION = Kind("medication", fields={"name": STRING, "ingredient": STRING, "status": STRING})
ALLERGY = Kind("allergy", fields={"substance": STRING, "concept": STRING, "status": STRING})
OBSERVATIONS = Kind("observations", fields=dict.fromkeys(VITALS, DOUBLE))


def list_of(element: Kind) -> Kind:
    """The type of lists of `element`."""
    return Kind("list", element)


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that rules can ask of a patient.

    Attributes:
        kind: Its type.
        scope: What a caller needs to read it elsewhere; None for a setting, which is nobody's.
        longest: How many elements it has at most, when it is a list.
    """

    kind: Kind
    scope: str | None
    longest: int = 1

    def __post_init__(self) -> None:
        if self.scope is not None:
            need(self.scope)


# Of a patient who underwent more, rules see the latest.
MOST_PROCEDURES = 1000
MOST_CONDITIONS = 100

FACTS: Mapping[str, Fact] = {
    "age": Fact(INT, "patients:read"),
    "sex": Fact(STRING, "patients:read"),
    "bmi": Fact(DOUBLE, "patients:read"),
    "conditions": Fact(list_of(STRING), "patients:read", longest=MOST_CONDITIONS),
    "chronic_pain": Fact(BOOL, "patients:read"),
    "procedures": Fact(list_of(PROCEDURE), "procedures:read", longest=MOST_PROCEDURES),
    "problems": Fact(list_of(PROBLEM), "notes:read", longest=MOST_CHART_FACTS),
    "medications": Fact(list_of(MEDICATION), "notes:read", longest=MOST_CHART_FACTS),
    "allergies": Fact(list_of(ALLERGY), "notes:read", longest=MOST_CHART_FACTS),
    "rehab_departments": Fact(list_of(STRING), None, longest=100),
    "recent_surgery_days": Fact(INT, None),
    "observations": Fact(OBSERVATIONS, "notes:read"),
}

# What is read from the notes: kept for each patient, and made anew when they have changed.
FROM_CHART = frozenset({"problems", "medications", "allergies", "chronic_pain"})

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
