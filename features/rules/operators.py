"""What operators and regular expressions make of the types they are given."""

import re

from features.rules import refusals
from features.rules.judging import pattern_of
from features.rules.tokens import Token
from features.rules.vocabulary import BOOL, DOUBLE, INT, OBSERVATIONS, STRING, USAGE, Kind, comparable

LONGEST_PATTERN = 100
MOST_REPEATS = 20  # a pattern is spelled out when it is compiled, `\\w{20}` as twenty classes of all letters

_COUNTED = re.compile(r"\{[0-9]*+(?:,[0-9]*+)?\}")
_NUMBER = re.compile(r"[0-9]+")


def kind_of(operator: Token, left: Kind, right: Kind) -> Kind:
    """The type of `left operator right`.

    Raises:
        PydanticCustomError: when the operator does not work on these.
    """
    match operator.text:
        case "&&" | "||":
            fits, kind = left == right == BOOL, BOOL
        case "==" | "!=":
            fits, kind = comparable(left, right), BOOL
        case "<" | "<=" | ">" | ">=":
            fits, kind = (left.number and right.number) or left == right == STRING, BOOL
        case "in" if right == OBSERVATIONS:
            fits, kind = left == STRING, BOOL
        case "in":
            fits, kind = right.element is not None and comparable(left, right.element), BOOL
        case _:
            fits, kind = left == right and (left == INT or (left == DOUBLE and operator.text != "%")), left
            if not fits and left.number and right.number and operator.text != "%":
                raise operator.refuse(refusals.MIXED_NUMBERS, operator=operator.text)
    if not fits:
        raise operator.refuse(refusals.WRONG_TYPES, operator=operator.text, left=str(left), right=str(right))
    return kind


def check_pattern(argument: Token, pattern: object) -> None:
    """Make sure that a pattern is written out, valid, and cheap.

    RE2 takes linear time, whatever the pattern; but a careless one takes long to compile.

    Raises:
        PydanticCustomError: when it is not.
    """
    if not isinstance(pattern, str) or len(pattern) > LONGEST_PATTERN:
        raise argument.refuse(refusals.WRONG_ARGUMENTS, name="matches", usage=USAGE["matches"])
    repeats = 1
    for counted in _COUNTED.findall(pattern):
        repeats *= max([1, *(int(number) for number in _NUMBER.findall(counted))])
    if repeats > MOST_REPEATS:
        raise argument.refuse(refusals.TOO_COSTLY, found="{…}", maximum=MOST_REPEATS)
    try:
        pattern_of(pattern)
    except ValueError:
        raise argument.refuse(refusals.BAD_PATTERN) from None
