"""Learn from annotated notes what became of procedures: makes `src/clinical/weighing/data/procedures.txt`.

    .venv/bin/uv pip install scikit-learn
    .venv/bin/python -m scripts.learning.procedures            # write the weights
    .venv/bin/python -m scripts.learning.procedures --try      # leave out some readers, and count

Needs scikit-learn, which nothing else does; the same notes and rules give the same weights. Decision 0074 says why.
"""

import argparse
from collections.abc import Iterator
from typing import NamedTuple

from clinical.context.assertion_value import Assertion
from clinical.facts import ProcedureStatus as Status
from clinical.note import Note
from clinical.procedures import procedures as rules
from clinical.procedures.naming import Name
from clinical.weighing import procedures as weighing
from scripts.bench.unseen_matching import accepted, overlap
from scripts.bench.unseen_notes import Annotated, Span
from scripts.bench.unseen_values import tokens
from scripts.learning import marked
from scripts.learning.linear_models import Example, attempt, write
from scripts.learning.readers import OURS, folds, readers

HEADER = """\
# What speaks for and against each answer on what became of a procedure, in hundredths (decision 0074).
# Made by `python -m scripts.learning.procedures` from annotated notes; clinical/weighing/{surroundings,procedures}.py
# tell what the features mean.
# The first line holds the answers with what speaks for each at first, every other line a feature with its weights.
"""
_OPTIONAL, _OURS = 0.5, 3.0
_MARKED = {"other": weighing.NOT_TOLD, "considered": weighing.NOT_TOLD}


class Weighed(NamedTuple):
    """A procedure that the rules have judged."""

    core: Span
    said: str
    features: frozenset[str]


def judged_in(text: str) -> list[Weighed]:
    """The procedures of a text as they come to be weighed."""
    found: list[Weighed] = []

    def keep(note: Note, name: Name, said: Status | None, meant: Assertion) -> Status | None:
        if not weighing.is_sure(note, name, meant):
            features = frozenset(weighing.features_of(note, name, said, meant))
            found.append(Weighed((name.start, name.end), said.value if said else weighing.NOT_TOLD, features))
        return said

    weighed, rules.weighed = rules.weighed, keep
    try:
        rules.procedures(Note(text))
    finally:
        rules.weighed = weighed
    return found


def examples() -> list[Example]:
    """Each procedure that the rules judge and of which a reader said something."""
    found = []
    for reader, notes in readers():
        for annotated in notes:
            for one in judged_in(annotated.text):
                told = _told(annotated, one)
                if told:
                    weight = (_OURS if reader == OURS else 1.0) * (_OPTIONAL if told[1] else 1.0)
                    found.append(_example(reader, one, told[0], weight))
    return [*found, *_of_pieces()]


def _example(reader: str, one: Weighed, right: list[str], weight: float) -> Example:
    return Example(reader, one.said, right[0], frozenset(right), weight, one.features, weighing.answer)


def _told(annotated: Annotated, one: Weighed) -> tuple[list[str], bool] | None:
    own = tokens(annotated.text[slice(*one.core)])
    facts = [
        fact
        for fact in annotated.of("procedure")
        if overlap((fact["start"], fact["end"]), one.core) and own & tokens(fact["text"])
    ]
    facts.sort(key=lambda fact: (bool(fact.get("optional")), fact["end"] - fact["start"]))
    if not facts:
        return None
    right = [status for fact in facts for status in map(str, accepted(fact, "status"))]
    return right, bool(facts[0].get("optional"))


def _of_pieces() -> Iterator[Example]:
    for writer, pieces in marked.writers():
        for piece in pieces:
            for one in judged_in(piece.text):
                label = piece.label("procedure", one.core)
                if label is not None:
                    yield _example(writer, one, [_MARKED.get(label, label)], 1.0)


def main() -> None:
    """Learn, and write or try."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    options.add_argument("--try", action="store_true", dest="attempt", help="leave out some readers in turn")
    known = examples()
    print(f"{len(known)} procedures")
    if options.parse_args().attempt:
        attempt(known, folds(), frozenset({Status.DONE.value}))
    else:
        write(weighing.MODEL, HEADER, known)


if __name__ == "__main__":
    main()
