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


class Linear(NamedTuple):
    """The answers there may be, what speaks for each at first, and what each feature adds."""

    answers: tuple[str, ...]
    biases: tuple[float, ...]
    weights: dict[str, tuple[tuple[int, float], ...]]

    def shares(self, features: Iterable[str]) -> dict[str, float]:
        """How likely each answer is; together 1."""
        sums = list(self.biases)
        for feature in set(features):
            for answer, weight in self.weights.get(feature, ()):
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
    numbers = {answer: number for number, answer in enumerate(answers)}
    weights = {}
    for line in rest:
        feature, *pairs = line.split("\t")
        told = (pair.partition("=") for pair in pairs)
        weights[feature] = tuple((numbers[answer], int(weight) / _SCALE) for answer, _, weight in told)
    return Linear(answers, biases, weights)
