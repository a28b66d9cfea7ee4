"""`python -m scripts.learning.warnings`: learn the weights of warnings and allergies from annotated notes.

With `--try` each reader's notes are judged with what the others teach, and nothing is written.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from clinical.allergies.allergies import told_allergies
from clinical.allergies.weighed import listed_as
from clinical.allergies.weighing import borne_in
from clinical.note import Note
from scripts.bench.unseen_matching import overlap, places_of
from scripts.bench.unseen_notes import Annotated, Fact, Span
from scripts.bench.unseen_values import tokens
from scripts.learning.logistic import Example, Weights, learn
from scripts.learning.readers import OURS, readers
from scripts.learning.sentences import made

# The first reader's notes are those that the rules were made for; our own sentences tell of warnings by the way only.
_OTHERS = frozenset({"first", OURS})
_DATA = Path(__file__).parents[2] / "src" / "clinical" / "lexicon" / "data"
_HELD_BACK = 4.0
# How much an example counts: what two readers might see differently, what the note says again elsewhere, what was made.
_OPTIONAL, _AGAIN, _MADE = 0.4, 0.3, 0.5
_SMALLEST = 0.04
_KINDS = {"warning": "a warning", "allergy": "an allergy", "denied": "that there is no allergy"}
_HEAD = """\
# How much each bearing of a substance speaks for {kind}: `weight bearing`. `nothing` counts always.
# Learned by `python -m scripts.learning.warnings`; clinical/allergies/bearings.py tells what the names mean.
"""


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    parser = argparse.ArgumentParser(description="Learn the weights of warnings.")
    parser.add_argument(
        "--try", action="store_true", dest="attempt", help="judge each reader with what the others teach"
    )
    wanted = parser.parse_args()
    for kind, wanted_facts in _KINDS.items():
        sets = {
            reader: [one for note in notes for one in _examples(note, kind)]
            for reader, notes in readers()
            if reader not in _OTHERS
        }
        sentences = list(_made(kind))
        if wanted.attempt:
            print(wanted_facts)
            _check(sets, sentences)
            continue
        weights = learn([*(one for each in sets.values() for one in each), *sentences], _HELD_BACK)
        lines = [f"{weights.nothing:.2f} nothing"]
        lines += [f"{weight:.2f} {name}" for name, weight in sorted(weights.of.items()) if abs(weight) >= _SMALLEST]
        (_DATA / f"{kind}_weights.txt").write_text(_HEAD.format(kind=wanted_facts) + "\n".join(lines) + "\n", "utf-8")
        print(f"{len(lines)} weights for {wanted_facts}")
    return 0


def _check(sets: dict[str, list[Example]], sentences: Sequence[Example]) -> None:
    for reader, examples in sets.items():
        others = [one for other, each in sets.items() if other != reader for one in each]
        weights = learn([*others, *sentences], _HELD_BACK)
        print(reader, " ".join(_figures(weights, examples, enough) for enough in (-0.5, 0.0, 0.25, 0.5, 1.0)))


def _figures(weights: Weights, examples: Sequence[Example], enough: float) -> str:
    told = [one for one in examples if weights.weigh(one.features) > enough]
    right = sum(one.right for one in told)
    return f"{enough}: {right} right, {len(told) - right} wrong, {sum(one.right for one in examples) - right} missed;"


def _bearings(text: str) -> Iterator[tuple[Span, frozenset[str]]]:
    note = Note(text)
    told = told_allergies(note)
    listed = listed_as(note, told.allergies, (one.start for one in told.not_borne))
    for borne in borne_in(note, listed):
        for place in borne.group:
            yield place, borne.told


def _examples(note: Annotated, kind: str) -> Iterator[Example]:
    alike = note.of("avoid") if kind == "warning" else [one for one in note.of("allergy") if not one.get("generic")]
    for place, told in _bearings(note.text):
        named = tokens(note.text[slice(*place)])
        fact = next((fact for fact in alike if _is_of(fact, place, named)), None)
        if fact is not None:
            counts = _OPTIONAL if fact.get("optional") else 1.0
            yield Example(note.id, told, right=_kind_of(fact) == kind, counts=counts)
        else:
            again = any(named & tokens(fact["substance"]) for fact in alike)
            yield Example(note.id, told, right=False, counts=_AGAIN if again else 1.0)


def _kind_of(fact: Fact) -> str:
    if fact["kind"] == "avoid":
        return "warning"
    return "allergy" if fact["status"] == "present" else "denied"


def _is_of(fact: Fact, place: Span, named: frozenset[str]) -> bool:
    """Whether a warning is against what is named at a place."""
    own = fact.get("substance_span")
    if own:
        return overlap(place, (own[0], own[1]))
    return any(overlap(place, span) for span in places_of(fact)) and bool(named & tokens(fact["substance"]))


def _made(kind: str) -> Iterator[Example]:
    for one in made():
        for place, told in _bearings(one.text):
            kinds = [is_kind for start, end, is_kind in one.drugs if overlap(place, (start, end))]
            if kinds:
                yield Example(one.pattern, told, right=kinds[0] == kind, counts=_MADE)


if __name__ == "__main__":
    sys.exit(main())
