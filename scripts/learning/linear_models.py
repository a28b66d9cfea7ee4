"""Linear models of several answers: learned from examples with scikit-learn, written as text, tried on each reader.

`clinical.weighing.linear` reads what is written here. Decision 0074 says why, and what else was tried.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from clinical.weighing import linear

TARGETS = Path(linear.__file__).parent / "data"
OFTEN = 4
"""A feature counts that stands in so many examples."""
LIGHT = 0.04
"""A weight below this is left out."""
STRENGTH = 0.3
"""The inverse of the regularisation."""


class Example(NamedTuple):
    """What the rules say of a mention, what its reader says, and what stands around it."""

    reader: str
    said: str
    right: str
    accepted: frozenset[str]
    weight: float
    features: frozenset[str]
    told: Callable[[dict[str, float]], str]
    """The answer that is given with such shares."""


class Learned(NamedTuple):
    """A model, and what makes a vector of features."""

    model: Any
    vectors: Any

    def shares(self, examples: Sequence[Example]) -> list[dict[str, float]]:
        """How likely each answer is, for each example."""
        rows = self.vectors.transform([dict.fromkeys(one.features, 1.0) for one in examples])
        answers = [str(one) for one in self.model.classes_]
        return [dict(zip(answers, map(float, row), strict=True)) for row in self.model.predict_proba(rows)]


def learned(known: Sequence[Example]) -> Learned:
    """A model of these examples."""
    # Only here: nothing else needs it.
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415

    often = Counter(feature for one in known for feature in one.features)
    kept = {feature for feature, times in often.items() if times >= OFTEN}
    vectors = DictVectorizer()
    rows = vectors.fit_transform([dict.fromkeys(sorted(one.features & kept), 1.0) for one in known])
    model = LogisticRegression(C=STRENGTH, max_iter=2_000, tol=1e-4)
    model.fit(rows, [one.right for one in known], sample_weight=[one.weight for one in known])
    model.coef_[abs(model.coef_) < LIGHT] = 0
    return Learned(model, vectors)


def write(name: str, head: str, known: Sequence[Example]) -> None:
    """Learn, and write the weights, a feature a line, under a head of comments."""
    model, vectors = learned(known)
    answers = [str(one) for one in model.classes_]
    lines = ["\t".join(f"{one}={round(bias * 100)}" for one, bias in zip(answers, model.intercept_, strict=True))]
    for number, feature in enumerate(vectors.get_feature_names_out()):
        told = [(answer, round(weight * 100)) for answer, weight in zip(answers, model.coef_[:, number], strict=True)]
        if any(weight for _, weight in told):
            lines.append("\t".join([feature, *(f"{answer}={weight}" for answer, weight in told if weight)]))
    target = TARGETS / f"{name}.txt"
    target.write_text(head + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} features, {target.stat().st_size // 1000} kB")


def attempt(known: Sequence[Example], left_out: Iterable[frozenset[str]], harmful: frozenset[str]) -> None:
    """Learn from all but some readers, and judge those, in turn.

    Args:
        known: All examples.
        left_out: The readers who are left out together.
        harmful: The answers that do harm where they are wrong: counted apart.
    """
    every: list[tuple[Example, str]] = []
    for readers in left_out:
        model = learned([one for one in known if one.reader not in readers])
        judged = [one for one in known if one.reader in readers]
        told = [one.told(shares) for one, shares in zip(judged, model.shares(judged), strict=True)]
        every += zip(judged, told, strict=True)
        print(f"{', '.join(sorted(readers))}\n  rules   {_count([(one, one.said) for one in judged], harmful)}")
        print(f"  weighed {_count(every[-len(judged) :], harmful)}")
    print(f"all\n  rules   {_count([(one, one.said) for one, _ in every], harmful)}")
    print(f"  weighed {_count(every, harmful)}")


def _count(said: Sequence[tuple[Example, str]], harmful: frozenset[str]) -> str:
    right = sum(told in one.accepted for one, told in said)
    wrongly = sum(told in harmful and not one.accepted & harmful for one, told in said)
    found = sum(told in harmful and bool(one.accepted & harmful) for one, told in said)
    there = sum(bool(one.accepted & harmful) for one, _ in said)
    return (
        f"{right / len(said):.3f} right, {wrongly} wrongly and {found} of {there} rightly {'/'.join(sorted(harmful))}"
    )
