"""Learn from annotated notes what becomes of a drug: makes `src/clinical/weighing/data/medications.txt`.

    .venv/bin/uv pip install scikit-learn
    .venv/bin/python -m scripts.learning.medications            # write the weights
    .venv/bin/python -m scripts.learning.medications --try      # leave out one reader after the other, and count

Needs scikit-learn, which nothing else does; the same notes and rules give the same weights. Decision 0074 says why.
"""

import argparse
from collections.abc import Iterator, Sequence
from functools import partial

from clinical.medications import medications as rules
from clinical.medications.statements import Statement
from clinical.note import Note
from clinical.understanding import understand
from clinical.weighing import medications as weighing
from scripts.bench.unseen_matching import accepted, overlap
from scripts.bench.unseen_notes import Annotated, Fact
from scripts.bench.unseen_values import tokens
from scripts.learning import marked
from scripts.learning.linear_models import Example, attempt, write
from scripts.learning.readers import OURS, folds, readers

_OPTIONAL, _OURS, _PIECE = 0.5, 1.5, 0.5
"""How much an example counts that two readers might see differently, what the rules make of our own sentences, and what
stands in a piece, where rare fates are as frequent as the plain ones."""
_MARKED = {"none": weighing.OTHERS}
"""What is no drug at all is left out like one that is somebody else's."""
HEADER = """\
# What speaks for and against each answer on what becomes of a drug, in hundredths (decision 0074).
# Made by `python -m scripts.learning.medications` from annotated notes; clinical/weighing/{surroundings,medications}.py
# tell what the features mean.
# The first line holds the answers with what speaks for each at first, every other line a feature with its weights.
"""


def examples() -> list[Example]:
    """What can be learned from: each statement of the rules about which the reader said something."""
    found = []
    for reader, notes in readers():
        for annotated in notes:
            note, statements = _before_weighing(annotated.text)
            for one in weighing.to_judge(statements):
                example = _example(reader, annotated, note, one)
                if example is not None:
                    found.append(example)
    return [*found, *_of_pieces()]


def _of_pieces() -> Iterator[Example]:
    """What the marked pieces teach."""
    for writer, pieces in marked.writers():
        for piece in pieces:
            note, statements = _before_weighing(piece.text)
            for one in weighing.to_judge(statements):
                place = (one.places["name"].start, one.places["name"].end)
                label = piece.label("drug", place)
                if label is not None:
                    right = _MARKED.get(label, label)
                    yield _made(writer, note, one, right, frozenset({right}), _PIECE)


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


def _example(reader: str, annotated: Annotated, note: Note, one: Statement) -> Example | None:
    place = (one.places["name"].start, one.places["name"].end)
    own = tokens(annotated.text[slice(*place)]) | tokens(one.name) | tokens(one.ingredient)
    told = [
        fact
        for fact in annotated.of("medication")
        if overlap((fact["start"], fact["end"]), place)
        and any(tokens(str(drug)) & own for drug in accepted(fact, "drug"))
    ]
    if told and all(_is_old_dose(fact) for fact in told):
        return None  # it is taken where it stands, and in another dose at the end of the note
    told.sort(key=lambda fact: (bool(fact.get("optional")), fact["end"] - fact["start"]))
    warnings = [*annotated.of("avoid"), *annotated.of("allergy")]
    if told:
        right, every = _answer(told[0]), frozenset(map(_answer, told))
    elif any(overlap((fact["start"], fact["end"]), place) for fact in warnings):
        right, every = weighing.WARNED, frozenset({weighing.WARNED})
    else:
        return None
    weight = (_OURS if reader == OURS else 1.0) * (_OPTIONAL if told and told[0].get("optional") else 1.0)
    return _made(reader, note, one, right, every, weight)


def _made(reader: str, note: Note, one: Statement, right: str, every: frozenset[str], weight: float) -> Example:
    around = note.surroundings
    features = frozenset(weighing.features_of(around, one, weighing.signals_of(around, one)))
    told = partial(weighing.answer, one=one)
    return Example(reader, weighing.said_by_rules(one), right, every, weight, features, told)


def _is_old_dose(fact: Fact) -> bool:
    return fact["status"] == "changed" and fact["certainty"] == "past"


def _answer(fact: Fact) -> str:
    if "patient" not in accepted(fact, "person"):
        return weighing.OTHERS
    return str(fact["status"] if fact["certainty"] == "actual" else fact["certainty"])


def main() -> None:
    """Learn, and write or try."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--try", action="store_true", dest="attempt", help="leave out some readers in turn")
    known = examples()
    print(f"{len(known)} statements")
    if options.parse_args().attempt:
        attempt(known, folds(), weighing.TAKEN)
    else:
        write(weighing.MODEL, HEADER, known)


if __name__ == "__main__":
    main()
