"""`python -m scripts.learning.warnings FOLDER...`: learn the weights of warnings and allergies from annotated notes.

Each folder holds one reader's notes (`*.txt`) with their annotations (`*.json`), as in `scripts/bench/readings`. With
`--check` each folder is judged with what the others teach, and nothing is written.
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
from scripts.bench.unseen_notes import Annotated, Fact, Span, hard_notes
from scripts.bench.unseen_values import tokens
from scripts.learning.logistic import Example, Weights, learn
from scripts.learning.sentences import made

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
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--check", action="store_true", help="judge each folder with what the others teach")
    wanted = parser.parse_args()
    for kind, wanted_facts in _KINDS.items():
        sets = {
            folder: [one for note in hard_notes(folder) for one in _examples(note, kind)] for folder in wanted.folders
        }
        sentences = list(_made(kind))
        if wanted.check:
            print(wanted_facts)
            _check(sets, sentences)
            continue
        weights = learn([*(one for each in sets.values() for one in each), *sentences], _HELD_BACK)
        lines = [f"{weights.nothing:.2f} nothing"]
        lines += [f"{weight:.2f} {name}" for name, weight in sorted(weights.of.items()) if abs(weight) >= _SMALLEST]
        (_DATA / f"{kind}_weights.txt").write_text(_HEAD.format(kind=wanted_facts) + "\n".join(lines) + "\n", "utf-8")
        print(f"{len(lines)} weights for {wanted_facts}")
    return 0


def _check(sets: dict[Path, list[Example]], sentences: Sequence[Example]) -> None:
    for folder, examples in sets.items():
        others = [one for other, each in sets.items() if other != folder for one in each]
        weights = learn([*others, *sentences], _HELD_BACK)
        print(folder, " ".join(_figures(weights, examples, enough) for enough in (-0.5, 0.0, 0.25, 0.5, 1.0)))


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
