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


Weights = tuple[tuple[int, float], ...]
"""What a feature adds, to which answers by number."""


class Linear(NamedTuple):
    """The answers there may be, what speaks for each at first, and what each feature adds."""

    answers: tuple[str, ...]
    biases: tuple[float, ...]
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
        for feature in set(features):
            for answer, weight in self.of(feature):
                sums[answer] += weight
        most = max(sums)
        powers = [exp(one - most) for one in sums]
        whole = sum(powers)
        return {answer: power / whole for answer, power in zip(self.answers, powers, strict=True)}


@cache
def linear(name: str) -> Linear:
    """The model of that name, read once."""
    lines = files(f"{__package__}.data").joinpath(f"{name}.txt").read_text(encoding="utf-8").splitlines()
    head, *rest = (line for line in lines if not line.startswith("# "))
    answers = tuple(pair.partition("=")[0] for pair in head.split("\t"))
    biases = tuple(int(pair.partition("=")[2]) / _SCALE for pair in head.split("\t"))
    return Linear(answers, biases, {feature: told for feature, _, told in (line.partition("\t") for line in rest)})


def _read(told: str, answers: tuple[str, ...]) -> Weights:
    pairs = (pair.partition("=") for pair in told.split("\t"))
    return tuple((answers.index(answer), int(weight) / _SCALE) for answer, _, weight in pairs)
