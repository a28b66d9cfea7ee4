"""`python -m scripts.bench.notes_agreement FOLDER`: how far a second reader agrees with the first.

FOLDER holds annotations of some of the unseen notes, `ID.json` in the same format. They are scored beside the first
reader's as a program's answers are, once each way round, and the mean is told: what no program can be asked to exceed.
Figures only, as half of the notes are sealed.
"""

import argparse
import sys
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from .notes_unseen import table
from .unseen_answers import as_answer
from .unseen_counts import Counts, share
from .unseen_notes import DATA, KINDS, UNSEEN, Annotated, NotTheNote, notes_of, plain, read_facts
from .unseen_scoring import score, total

_HALVES = ("development", "sealed")


def second_readings(folder: Path, first: Iterable[Annotated]) -> list[tuple[Annotated, Annotated]]:
    """Each note that both annotated.

    Raises:
        NotTheNote: An annotation of a note that the first reader does not have, or of places that are not in it.
    """
    known = {note.id: note for note in first}
    pairs = []
    for path in sorted(folder.glob("*.json")):
        if path.stem not in known:
            raise NotTheNote(f"the first reader has no {path.stem}")
        note = known[path.stem]
        pairs.append((note, replace(note, facts=read_facts(path, note.text))))
    return pairs


def agreement(pairs: list[tuple[Annotated, Annotated]]) -> tuple[Counts, Counts]:
    """The second reader scored by the first, and the first by the second."""
    there = total(score(first, plain(as_answer(second.facts))) for first, second in pairs)
    back = total(score(second, plain(as_answer(first.facts))) for first, second in pairs)
    return there, back


def shares(there: Counts, back: Counts) -> dict[str, float]:
    """By kind, the share of what either says that the other says too; by attribute, of what both say alike."""
    found = {
        kind: share(
            there.kinds[kind].right + back.kinds[kind].right,
            sum(one.kinds[kind].right + one.kinds[kind].missed for one in (there, back)),
        )
        for kind in KINDS
    }
    for name in sorted({*there.values, *back.values}):
        judged = there.values.get(name, []) + back.values.get(name, [])
        found[name] = share(sum(judged), len(judged))
    return found


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    parser = argparse.ArgumentParser(description="Compare two readers of the same notes.")
    parser.add_argument("folder", type=Path, help="the second reader's annotations")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with aci-bench")
    wanted = parser.parse_args()
    first = [note for half in _HALVES for note in notes_of(UNSEEN / half, wanted.data)]
    try:
        pairs = second_readings(wanted.folder, first)
    except NotTheNote as failure:
        print(f"notes_agreement: {failure}", file=sys.stderr)
        return 1
    there, back = agreement(pairs)
    print(table("The second reader by the first", there))
    print(table("The first reader by the second", back))
    print(f"\nBoth ways, {len(pairs)} notes")
    for name, value in shares(there, back).items():
        print(f"  {name:<48}{value:6.3f}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
