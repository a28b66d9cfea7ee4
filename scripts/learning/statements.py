"""Learn which refused statements say what their quotes say: makes `features/summaries/grounding/data/weighed.txt`.

    .venv/bin/uv pip install scikit-learn
    .venv/bin/python -m scripts.learning.statements            # write the trees
    .venv/bin/python -m scripts.learning.statements --try      # leave out one reader after the other, and count

Needs scikit-learn, which nothing else does; the same statements and rules give the same trees. Decision 0076 says why.
"""

import argparse
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple
from uuid import UUID, uuid5

import numpy as np

from clinical.propositions.reading import Reader
from features.summaries.grounding import verifying, weighed
from features.summaries.grounding.contrast import differences
from features.summaries.grounding.named import composed, names_in
from features.summaries.grounding.quotes import passages, plain
from features.summaries.shape import ChartNote
from scripts.bench.grounding import written
from scripts.bench.grounding_cases import Case, cite

ROOT = Path(__file__).parents[2]
STATEMENTS = ROOT / "scripts" / "bench" / "readings" / "statements"
TARGET = ROOT / "features" / "summaries" / "grounding" / "data" / "weighed.txt"
TREES, DEPTH, STEP, PART, WIDTH, LEAST, SEEDS = 150, 4, 0.09, 0.6, 0.1, 4, (1, 2)
"""How many trees, how deep, what each adds, from what part of the statements and differences, so many at each end."""
PASSING = 0.013
"""So large a share of the false statements that the rules catch may pass, of readers that were left out."""
AUTHOR, AUTHOR_NAME, TESTS = frozenset({"own", "own_letters"}), "author", "tests"
OF_TESTS = 1.0
"""How much a statement of the tests counts beside one of a reader."""
NEVER = 1000.0
TAKEN = datetime(2026, 3, 15, 9, tzinfo=UTC)
HEADER = """\
# Trees that weigh what the rules refuse (decision 0076), made by `python -m scripts.learning.statements`: the first
# line is what speaks for a statement at first, every other line a tree: "difference <= amount", what is asked or added
# where that holds, and where it does not. contrast*.py tell what the differences are.
"""


class Example(NamedTuple):
    """A statement of a reader: how it differs from its quotes, what the rules say, and what is right."""

    reader: str
    differences: dict[str, float]
    accepted: bool
    """By the rules alone."""
    faithful: bool
    weight: float


@contextmanager
def rules_alone() -> Iterator[None]:
    """The check without the trees."""
    kept, verifying.is_borne_out = verifying.is_borne_out, lambda *_: False
    try:
        yield
    finally:
        verifying.is_borne_out = kept


def example(reader: str, case: Case, weight: float = 1.0) -> Example:
    """What a statement teaches."""
    statement, names = case.statement, names_in(case.chart.values())
    verdict = verifying.verify(statement, case.chart)
    views = [
        view
        for citation in statement.citations
        for passage in passages(case.chart[citation.note_id], citation.quote, names)
        for view in passage.views
    ]
    text = composed(statement.text)
    said = tuple(Reader(plain(text), views[0].day if views else None).sentences())
    found = differences(text, said, [each.quote for each in statement.citations], views, verdict.reasons)
    return Example(reader, found, verdict.supported, case.faithful, weight)


def examples() -> list[Example]:
    """All statements that may be learned from: those of readers and of the author, and those of the tests."""
    found = []
    with rules_alone():
        for file in sorted(STATEMENTS.glob("*.json")):
            reader = AUTHOR_NAME if file.stem in AUTHOR else file.stem
            found += [example(reader, case) for case in written(file)]
        found += [example(TESTS, case, OF_TESTS) for case in _of_tests()]
    return found


def _of_tests() -> Iterator[Case]:
    """The sentences of the tests, so that what the rules know for sure stays."""
    for module in ("test_grounding_forms", "test_grounding_wordings"):
        tests = import_module(f"tests.features.summaries.{module}")
        for faithful, lines in ((True, tests.STAND), (False, tests.FALL)):
            yield from (_case(line[0], line[1], faithful=faithful) for line in lines)
    tests = import_module("tests.features.summaries.test_grounding")
    yield from (_case(line[1], line[0], faithful=True) for line in tests.FAITHFUL)
    yield from (_case(line[1], line[0], faithful=False) for line in tests.CORRUPTED)


def _case(text: str, content: str, *, faithful: bool) -> Case:
    note = ChartNote(uuid5(UUID(int=9), content), 1, TAKEN, "progress", None, content, None, {})
    return Case("test", cite(text, (note, content)), {note.id: note}, faithful)


def learned(known: Sequence[Example]) -> tuple[list[Any], Any]:
    """Models of the examples that are left to be weighed, and what makes a vector of differences."""
    # Only here: nothing else needs it.
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415

    known = [one for one in known if not weighed.is_contrary(one.differences)]
    vectors = DictVectorizer(sparse=False)
    rows = vectors.fit_transform([one.differences for one in known])
    models = []
    for seed in SEEDS:
        model = GradientBoostingClassifier(
            n_estimators=TREES,
            max_depth=DEPTH,
            learning_rate=STEP,
            subsample=PART,
            max_features=WIDTH,
            min_samples_leaf=LEAST,
            random_state=seed,
        )
        model.fit(rows, [one.faithful for one in known], sample_weight=[one.weight for one in known])
        models.append(model)
    return models, vectors


def weights_of(models: Sequence[Any], vectors: Any, known: Sequence[Example]) -> list[float]:
    """How much speaks for each statement; nothing for what contradicts by its kind."""
    rows = vectors.transform([one.differences for one in known])
    added = sum(model.decision_function(rows) for model in models) / len(models)
    contrary = [weighed.is_contrary(one.differences) for one in known]
    return [-NEVER if never else float(weight) for never, weight in zip(contrary, added, strict=True)]


def left_out(known: Sequence[Example]) -> list[tuple[Example, float]]:
    """Learn from all but one of the readers, and weigh that one's statements, in turn."""
    found: list[tuple[Example, float]] = []
    for reader in sorted({one.reader for one in known} - {TESTS}):
        models, vectors = learned([one for one in known if one.reader != reader])
        others = [one for one in known if one.reader == reader]
        found += zip(others, weights_of(models, vectors, others), strict=True)
    return found


def bound(weighed_ones: Sequence[tuple[Example, float]]) -> float:
    """From what weight on a statement stands: so many false ones of readers left out pass."""
    false = sorted((weight for one, weight in weighed_ones if not (one.accepted or one.faithful)), reverse=True)
    return false[round(PASSING * len(false))]


def count(found: Sequence[tuple[Example, float]], least: float) -> None:
    """Print for each reader how many false statements are caught and faithful ones refused, before and after."""
    for reader in sorted({one.reader for one, _ in found}):
        own = [(one, weight) for one, weight in found if one.reader == reader]
        false, true = ([pair for pair in own if pair[0].faithful is faithful] for faithful in (False, True))
        rules = sum(not one.accepted for one, _ in false), sum(not one.accepted for one, _ in true)
        both = [sum(not (one.accepted or weight > least) for one, weight in pairs) for pairs in (false, true)]
        caught, refused = f"{rules[0]} -> {both[0]} of {len(false)}", f"{rules[1]} -> {both[1]} of {len(true)}"
        print(f"{reader:22} caught {caught}, refused {refused}")


def write(models: Sequence[Any], names: Sequence[str], least: float) -> None:
    """Write the trees, each on a line."""
    first = sum(float(model._raw_predict_init(np.zeros((1, len(names))))[0, 0]) for model in models) / len(models)  # noqa: SLF001
    lines = [f"{first - least:.3f}"]
    for model in models:
        by = model.learning_rate / len(models)
        lines += ["\t".join(_tree(each[0].tree_, 0, names, by)) for each in model.estimators_]
    TARGET.write_text(HEADER + "\n".join(lines) + "\n", "utf-8")
    print(f"{len(lines) - 1} trees, {TARGET.stat().st_size // 1000} kB")


def _tree(tree: Any, node: int, names: Sequence[str], by: float) -> Iterator[str]:
    below, above = tree.children_left[node], tree.children_right[node]
    if below < 0:
        yield f"{tree.value[node][0][0] * by:.3f}"
        return
    yield f"{names[tree.feature[node]]} <= {tree.threshold[node]:.4g}"
    yield from _tree(tree, below, names, by)
    yield from _tree(tree, above, names, by)


def main() -> None:
    """Learn, and write or try."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--try", action="store_true", dest="attempt", help="only leave out one reader after the other")
    chosen = options.parse_args()
    known = examples()
    apart = left_out(known)
    least = bound(apart)
    count(apart, least)
    if not chosen.attempt:
        models, vectors = learned(known)
        write(models, list(vectors.get_feature_names_out()), least)


if __name__ == "__main__":
    main()
