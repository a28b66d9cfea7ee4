"""A linear model: what each feature speaks for, added up.

The weights stand in `data`, a feature a line, with what it speaks for and against. `python -m
scripts.learning.medications` makes them from annotated notes (decision 0074).
"""

from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from math import exp
from typing import NamedTuple

_SCALE = 100
"""Weights are written in hundredths."""


Weights = tuple[tuple[int, int], ...]
"""What a feature adds, in hundredths, to which answers by number.

Whole numbers, so that the sum is the same in whatever order the features of a set come: a fact that stands on the edge
would else be told by one process and not by the next.
"""


class Linear(NamedTuple):
    """The answers there may be, what speaks for each at first, and what each feature adds."""

    answers: tuple[str, ...]
    biases: tuple[int, ...]
    weights: dict[str, str | Weights]
    """As they are written, until they are first asked for: most features are never met."""

    def of(self, feature: str) -> Weights:
        """What a feature adds."""
        told = self.weights.get(feature, ())
        if isinstance(told, str):
            told = self.weights[feature] = _read(told, self.answers)
        return told

    def shares(self, features: Iterable[str]) -> dict[str, float]:
        """How likely each answer is; together 1."""
        sums = list(self.biases)
        for feature in dict.fromkeys(features):
            for answer, weight in self.of(feature):
                sums[answer] += weight
        most = max(sums)
        powers = [exp((one - most) / _SCALE) for one in sums]
        whole = sum(powers)
        return {answer: power / whole for answer, power in zip(self.answers, powers, strict=True)}


@cache
def linear(name: str) -> Linear:
    """The model of that name, read once."""
    lines = files(f"{__package__}.data").joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines()
    head, *rest = (line for line in lines if not line.startswith("# "))
    answers = tuple(pair.partition("=")[0] for pair in head.split("\t"))
    biases = tuple(int(pair.partition("=")[2]) for pair in head.split("\t"))
    return Linear(answers, biases, {feature: told for feature, _, told in (line.partition("\t") for line in rest)})


def _read(told: str, answers: tuple[str, ...]) -> Weights:
    pairs = (pair.partition("=") for pair in told.split("\t"))
    return tuple((answers.index(answer), int(weight)) for answer, _, weight in pairs)
