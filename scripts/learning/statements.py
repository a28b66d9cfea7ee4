"""Learn which refused statements say what their quotes say, and which accepted ones add something.

Makes `weighed.txt` and `doubtful.txt` of `features/summaries/grounding/data`.

    .venv/bin/uv pip install scikit-learn
    .venv/bin/python -m scripts.learning.statements            # write the trees
    .venv/bin/python -m scripts.learning.statements --try      # leave out one reader after the other, and count

Needs scikit-learn, which nothing else does; the same statements and rules give the same trees. Decision 0076 says why.
False statements that a program makes of faithful ones are learned from as well, at a small weight; those with clauses
of `CLAUSES` are only counted.
"""

import argparse
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
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
from features.summaries.shape import ChartNote, Statement
from scripts.bench.grounding import written
from scripts.bench.grounding_cases import Case, cite, drugs_of
from scripts.bench.grounding_turned import CLAUSES, HARVESTED, clauses_of, extended, turned

ROOT = Path(__file__).parents[2]
STATEMENTS = ROOT / "scripts" / "bench" / "readings" / "statements"
TARGETS = ROOT / "features" / "summaries" / "grounding" / "data"
TREES, DOUBTING, DEPTH, STEP, PART, WIDTH, LEAST, SEEDS = 150, 60, 4, 0.09, 0.6, 0.1, 4, (1, 2)
"""How many trees each, how deep, what each adds, from what part of statements and differences, so many at ends."""
PASSING = 0.013
"""So large a share of the false statements that the rules catch may pass, of readers that were left out."""
LOSING = 0.005
"""So large a share of the faithful statements that the rules accept may be refused, of readers that were left out."""
TURNED, TURNED_PASSED, FALSE_PASSED = 0.05, 0.5, 3.0
"""How much a statement that a program made false counts; one that the rules accept; and a reader's that they accept."""
KEPT_APART = frozenset({"thirteenth_two_hundred", "fourteenth_two_hundred", "fifteenth_two_hundred"})
"""Nothing is learned from these: they are only counted."""
AUTHOR, AUTHOR_NAME, TESTS = frozenset({"own", "own_letters"}), "author", "tests"
OF_TESTS = 1.0
"""How much a statement of the tests counts beside one of a reader."""
NEVER = 1000.0
TAKEN = datetime(2026, 3, 15, 9, tzinfo=UTC)
HEADER = """\
# Trees that weigh what the rules {what} (decision 0076), made by `python -m scripts.learning.statements`: the first
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
    kind: str = ""
    """Of what kind it is, where a program made it false."""


@contextmanager
def rules_alone() -> Iterator[None]:
    """The check without the trees."""
    kept = verifying.is_borne_out, verifying.is_doubtful
    verifying.is_borne_out = verifying.is_doubtful = lambda *_: False
    try:
        yield
    finally:
        verifying.is_borne_out, verifying.is_doubtful = kept


def example(reader: str, case: Case, weight: float = 1.0, kind: str = "") -> Example:
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
    return Example(reader, found, verdict.supported, case.faithful, weight, kind)


def examples() -> list[Example]:
    """All statements that may be learned from: of readers, of the author, of the tests, and what is made of them."""
    cases: dict[str, list[Case]] = {}
    for file in sorted(file for file in STATEMENTS.glob("*.json") if file.stem not in KEPT_APART):
        cases.setdefault(AUTHOR_NAME if file.stem in AUTHOR else file.stem, []).extend(written(file))
    with rules_alone():
        found = [example(reader, case) for reader, its in cases.items() for case in its]
        found += [example(TESTS, case, OF_TESTS) for case in _of_tests()]
        found += [example(reader, case, TURNED, case.kind) for reader, its in cases.items() for case in _turned(its)]
    return found


def _turned(cases: Sequence[Case]) -> Iterator[Case]:
    """What a program makes of the faithful statements of a reader."""
    clauses = clauses_of(cases)
    for case in cases:
        if not case.faithful:
            continue
        made = [*turned(case, drugs_of(case.chart.values())), *((HARVESTED, text) for text in extended(case, clauses))]
        for kind, text in made:
            yield Case(kind, Statement(text, case.statement.citations), case.chart, faithful=False)


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


class Learned(NamedTuple):
    """Models, and what makes a vector of differences."""

    models: list[Any]
    vectors: Any

    def weigh(self, known: Sequence[Example]) -> list[float]:
        """How much speaks for each statement."""
        rows = self.vectors.transform([one.differences for one in known])
        return [float(each) for each in sum(model.decision_function(rows) for model in self.models) / len(self.models)]


def weighing(known: Iterable[Example]) -> Learned:
    """What weighs statements that the rules refuse: of the examples that are left to be weighed."""
    chosen = [one for one in known if one.kind not in CLAUSES and not weighed.is_contrary(one.differences)]
    return _learned(chosen, [one.weight for one in chosen], TREES)


def doubting(known: Iterable[Example]) -> Learned:
    """What weighs statements that the rules accept."""
    chosen = [one for one in known if one.kind not in CLAUSES and one.accepted]
    return _learned(
        chosen, [1.0 if one.faithful else TURNED_PASSED if one.kind else FALSE_PASSED for one in chosen], DOUBTING
    )


def _learned(known: Sequence[Example], weights: Sequence[float], trees: int) -> Learned:
    # Only here: nothing else needs it.
    from sklearn.ensemble import GradientBoostingClassifier  # noqa: PLC0415
    from sklearn.feature_extraction import DictVectorizer  # noqa: PLC0415

    vectors = DictVectorizer(sparse=False)
    rows = vectors.fit_transform([one.differences for one in known])
    models = []
    for seed in SEEDS:
        model = GradientBoostingClassifier(
            n_estimators=trees,
            max_depth=DEPTH,
            learning_rate=STEP,
            subsample=PART,
            max_features=WIDTH,
            min_samples_leaf=LEAST,
            random_state=seed,
        )
        models.append(model.fit(rows, [one.faithful for one in known], sample_weight=weights))
    return Learned(models, vectors)


class Weighed(NamedTuple):
    """A statement, and how much speaks for it by what other readers' statements teach."""

    one: Example
    refused: float
    """Where the rules refuse it; nothing for what contradicts by its kind."""
    accepted: float
    """Where the rules accept it."""

    def passes(self, bounds: tuple[float, float]) -> bool:
        """Whether it stands, from these weights on."""
        return self.accepted >= bounds[1] if self.one.accepted else self.refused > bounds[0]


def left_out(known: Sequence[Example]) -> list[Weighed]:
    """Learn from all but one of the readers, and weigh that one's statements, in turn."""
    found: list[Weighed] = []
    for reader in sorted({one.reader for one in known} - {TESTS}):
        others = [one for one in known if one.reader != reader]
        own = [one for one in known if one.reader == reader]
        for one, refused, accepted in zip(own, weighing(others).weigh(own), doubting(others).weigh(own), strict=True):
            never = weighed.is_contrary(one.differences)
            found.append(Weighed(one, -NEVER if never else refused, accepted))
    return found


def bounds(found: Sequence[Weighed]) -> tuple[float, float]:
    """From what weight on a statement that the rules refuse, and one that they accept, stands."""
    own = [each for each in found if not each.one.kind]
    false = sorted((each.refused for each in own if not (each.one.accepted or each.one.faithful)), reverse=True)
    faithful = sorted(each.accepted for each in own if each.one.accepted and each.one.faithful)
    return false[round(PASSING * len(false))], faithful[round(LOSING * len(faithful))]


def count(found: Sequence[Weighed], least: tuple[float, float]) -> None:
    """Print how many false statements are caught and faithful ones refused, by the rules and in all."""
    for reader in sorted({each.one.reader for each in found}):
        own = [each for each in found if each.one.reader == reader and not each.one.kind]
        false, true = ([each for each in own if each.one.faithful is faithful] for faithful in (False, True))
        rules = [sum(not each.one.accepted for each in some) for some in (false, true)]
        both = [sum(not each.passes(least) for each in some) for some in (false, true)]
        caught, refused = f"{rules[0]} -> {both[0]} of {len(false)}", f"{rules[1]} -> {both[1]} of {len(true)}"
        print(f"{reader:22} caught {caught}, refused {refused}")
    made, alone, left = Counter[str](), Counter[str](), Counter[str]()
    for each in found:
        made[each.one.kind] += 1
        alone[each.one.kind] += each.one.accepted
        left[each.one.kind] += each.passes(least)
    for kind in sorted(made.keys() - {""}):
        print(f"{kind:32} {made[kind]} made, passed {alone[kind]} -> {left[kind]}")


def write(name: str, what: str, learned: Learned, least: float) -> None:
    """Write the trees, each on a line."""
    names = list(learned.vectors.get_feature_names_out())
    empty = np.zeros((1, len(names)))
    first = sum(float(model._raw_predict_init(empty)[0, 0]) for model in learned.models) / len(learned.models)  # noqa: SLF001
    lines = [f"{first - least:.3f}"]
    for model in learned.models:
        by = model.learning_rate / len(learned.models)
        lines += ["\t".join(_tree(each[0].tree_, 0, names, by)) for each in model.estimators_]
    target = TARGETS / f"{name}.txt"
    target.write_text(HEADER.format(what=what) + "\n".join(lines) + "\n", "utf-8")
    print(f"{name}: {len(lines) - 1} trees, {target.stat().st_size // 1000} kB")


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
    least = bounds(apart)
    count(apart, least)
    if not chosen.attempt:
        write("weighed", "refuse", weighing(known), least[0])
        write("doubtful", "accept", doubting(known), least[1])


if __name__ == "__main__":
    main()
