"""Weights of yes-or-no judgements from examples: logistic regression, held back from extremes."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

_ROUNDS, _STEP, _FIRST = 200, 0.05, -2.0
_SLOWER, _EVENLY, _TINY = 0.9, 0.99, 1e-8
# A feature counts that so many sources have.
_SOURCES = 3


class Example(NamedTuple):
    """What was seen, and what it was."""

    source: str
    features: frozenset[str]
    right: bool
    counts: float


class Weights(NamedTuple):
    """What each feature weighs, and what nothing does."""

    nothing: float
    of: dict[str, float]

    def weigh(self, features: Iterable[str]) -> float:
        """The logarithm of the odds."""
        return self.nothing + sum(self.of.get(name, 0.0) for name in features)


def learn(examples: Sequence[Example], held_back: float) -> Weights:
    """The weights that explain the examples best; the greater `held_back`, the smaller they stay."""
    sources: dict[str, set[str]] = defaultdict(set)
    for example in examples:
        for name in example.features:
            sources[name].add(example.source)
    number = {
        name: at for at, name in enumerate(sorted(name for name, seen in sources.items() if len(seen) >= _SOURCES))
    }
    columns = [[number[name] for name in one.features if name in number] for one in examples]
    column = np.array([at for each in columns for at in each])
    row = np.repeat(np.arange(len(examples)), [len(each) for each in columns])
    right = np.array([float(one.right) for one in examples])
    counts = np.array([one.counts for one in examples])
    weights = _descend(column, row, right, counts, len(number), held_back)
    return Weights(float(weights[-1]), {name: float(weights[at]) for name, at in number.items()})


def _descend(
    column: NDArray[np.int64],
    row: NDArray[np.int64],
    right: NDArray[np.float64],
    counts: NDArray[np.float64],
    size: int,
    held_back: float,
) -> NDArray[np.float64]:
    """Adam over all examples at once: the weights, and that of nothing at the end."""
    weights = np.zeros(size + 1)
    weights[-1] = _FIRST
    mean, spread = np.zeros(size + 1), np.zeros(size + 1)
    for turn in range(1, _ROUNDS + 1):
        told = np.bincount(row, weights=weights[column], minlength=len(right)) + weights[-1]
        wrong = (1 / (1 + np.exp(-told)) - right) * counts
        slope = np.append(
            np.bincount(column, weights=wrong[row], minlength=size) + held_back * weights[:-1], wrong.sum()
        )
        mean = _SLOWER * mean + (1 - _SLOWER) * slope
        spread = _EVENLY * spread + (1 - _EVENLY) * slope**2
        weights -= _STEP * (mean / (1 - _SLOWER**turn)) / (np.sqrt(spread / (1 - _EVENLY**turn)) + _TINY)
    return weights
