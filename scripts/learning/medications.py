"""Learn from annotated notes what becomes of a drug: makes `src/clinical/weighing/data/medications.txt`.

    .venv/bin/uv pip install scikit-learn
    .venv/bin/python -m scripts.learning.medications            # write the weights
    .venv/bin/python -m scripts.learning.medications --try      # leave out one reader after the other, and count

Needs scikit-learn, which nothing else does; the same notes and rules give the same weights. Decision 0074 says why.
"""

import argparse
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from clinical.medications import medications as rules
from clinical.medications.statements import Statement
from clinical.note import Note
from clinical.understanding import understand
from clinical.weighing import medications as weighing
from scripts.bench.unseen_matching import accepted, overlap
from scripts.bench.unseen_notes import Annotated, Fact
from scripts.bench.unseen_values import tokens
from scripts.learning.readers import readers, strangers

ROOT = Path(__file__).parents[2]
TARGET = ROOT / "src" / "clinical" / "weighing" / "data" / f"{weighing.MODEL}.txt"
OFTEN = 4
"""A feature counts that stands in so many statements."""
LIGHT = 0.03
"""A weight below this is left out."""
STRENGTH = 0.2
"""The inverse of the regularisation; see the decision record for what else was tried."""
HEADER = """\
# What speaks for and against each answer on what becomes of a drug, in hundredths (decision 0074).
# Made by `python -m scripts.learning.medications` from annotated notes; clinical/weighing/{surroundings,medications}.py
# tell what the features mean.
# The first line holds the answers with what speaks for each at first, every other line a feature with its weights.
"""


class Example(NamedTuple):
    """A statement of the rules, what they say, what a reader says, and what stands around it."""

    reader: str
    said: str
    right: str
    accepted: frozenset[str]
    weight: float
    features: frozenset[str]
    statement: Statement


def examples() -> list[Example]:
    """What can be learned from: each statement of the rules about which the reader said something."""
    found = []
    for reader, notes in readers():
        for annotated in notes:
            note, statements = _before_weighing(annotated.text)
            around = weighing.surroundings_of(note, statements)
            for one in weighing.to_judge(statements):
                example = _example(reader, annotated, around, one)
                if example is not None:
                    found.append(example)
    return found


def _before_weighing(text: str) -> tuple[Note, list[Statement]]:
    kept: list[tuple[Note, list[Statement]]] = []

    def keep(note: Note, statements: Sequence[Statement]) -> list[Statement]:
        kept.append((note, list(statements)))
        return kept[-1][1]

    weighed, rules.weighed = rules.weighed, keep
    try:
        understand(text)
    finally:
        rules.weighed = weighed
    return kept[0]


def _example(reader: str, annotated: Annotated, around: Any, one: Statement) -> Example | None:
    place = (one.places["name"].start, one.places["name"].end)
    own = tokens(annotated.text[slice(*place)]) | tokens(one.name) | tokens(one.ingredient)
    told = [
        fact
        for fact in annotated.of("medication")
        if overlap((fact["start"], fact["end"]), place)
        and any(tokens(str(drug)) & own for drug in accepted(fact, "drug"))
    ]
    told.sort(key=lambda fact: (bool(fact.get("optional")), fact["end"] - fact["start"]))
    warnings = [*annotated.of("avoid"), *annotated.of("allergy")]
    if told:
        right, every = _answer(told[0]), frozenset(map(_answer, told))
    elif any(overlap((fact["start"], fact["end"]), place) for fact in warnings):
        right, every = weighing.WARNED, frozenset({weighing.WARNED})
    else:
        return None
    features = frozenset(weighing.features_of(around, one, weighing.signals_of(around, one)))
    weight = 0.5 if told and told[0].get("optional") else 1.0
    return Example(reader, weighing.said_by_rules(one), right, every, weight, features, one)


def _answer(fact: Fact) -> str:
    if "patient" not in accepted(fact, "person"):
        return weighing.OTHERS
    return str(fact["status"] if fact["certainty"] == "actual" else fact["certainty"])


def learned(known: Sequence[Example]) -> tuple[Any, Any]:
    """A model of these examples, and what makes a vector of features."""
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
    return model, vectors


def write(model: Any, vectors: Any) -> None:
    """Write the weights, a feature a line."""
    answers = [str(one) for one in model.classes_]
    lines = ["\t".join(f"{one}={round(bias * 100)}" for one, bias in zip(answers, model.intercept_, strict=True))]
    for number, feature in enumerate(vectors.get_feature_names_out()):
        told = [(answer, round(weight * 100)) for answer, weight in zip(answers, model.coef_[:, number], strict=True)]
        if any(weight for _, weight in told):
            lines.append("\t".join([feature, *(f"{answer}={weight}" for answer, weight in told if weight)]))
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} features, {TARGET.stat().st_size // 1000} kB")


def count(said: Sequence[tuple[Example, str]]) -> str:
    """How often an answer is right, a drug wrongly said to be taken, and one that is taken found."""
    taken = weighing.TAKEN
    right = sum(told in one.accepted for one, told in said)
    wrongly = sum(told in taken and not one.accepted & taken for one, told in said)
    found = sum(told in taken and bool(one.accepted & taken) for one, told in said)
    is_taken = sum(bool(one.accepted & taken) for one, _ in said)
    return f"{right / len(said):.3f} right, {wrongly} wrongly taken, {found} of {is_taken} taken"


def attempt(known: Sequence[Example]) -> None:
    """Learn from all but one of the readers whom the rules were not made for, and judge that one, in turn."""
    every: list[tuple[Example, str]] = []
    for reader in sorted(strangers()):
        model, vectors = learned([one for one in known if one.reader != reader])
        left_out = [one for one in known if one.reader == reader]
        rows = vectors.transform([dict.fromkeys(one.features, 1.0) for one in left_out])
        shares = model.predict_proba(rows)
        told = [
            weighing.answer(dict(zip(map(str, model.classes_), map(float, row), strict=True)), one.statement)
            for one, row in zip(left_out, shares, strict=True)
        ]
        every += zip(left_out, told, strict=True)
        print(f"{reader:24} rules {count([(one, one.said) for one in left_out])}")
        print(f"{'':24} weighed {count(every[-len(left_out) :])}")
    print(f"{'all':24} rules {count([(one, one.said) for one, _ in every])}")
    print(f"{'':24} weighed {count(every)}")


def main() -> None:
    """Learn, and write or try."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--try", action="store_true", dest="attempt", help="leave out one reader after the other")
    known = examples()
    print(f"{len(known)} statements")
    if options.parse_args().attempt:
        attempt(known)
    else:
        write(*learned(known))


if __name__ == "__main__":
    main()
