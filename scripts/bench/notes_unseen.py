"""`python -m scripts.bench.notes_unseen`: how well notes are understood that nobody tuned to.

Without arguments the development half, of which `--errors` shows everything that went wrong, `--errors KIND` one kind
and `--note NAME` one note. `--sealed` scores the other half, writes down that it was looked at, and tells figures only.
`--hard` takes the notes in hard styles that other readers wrote and annotated later, ten each: `--hard third` those of
the third; without a name the first one's, or with `--sealed` those that stay sealed.
"""

import argparse
import sys
from collections.abc import Callable
from pathlib import Path

from .unseen_counts import Counts
from .unseen_notes import (
    DATA,
    HARD_STYLES,
    KINDS,
    STRANGERS,
    UNSEEN,
    Annotated,
    Fact,
    count_look,
    hard_notes,
    notes_of,
    plain,
    strangers_notes,
)
from .unseen_scoring import score, total

_PARTS = {"visits": "aci-bench visits", "styles": "written in many styles"}
Read = Callable[[str], dict[str, list[Fact]]]


def measure(notes: list[Annotated], read: Read) -> dict[str, Counts]:
    """What is counted, by the part of the set that a note belongs to."""
    parts: dict[str, list[Counts]] = {part: [] for part in _PARTS}
    for note in notes:
        parts[note.part].append(score(note, plain(read(note.text))))
    return {part: total(counted) for part, counted in parts.items()}


def understood(text: str) -> dict[str, list[Fact]]:
    """The facts that Rounds finds."""
    from clinical import understand  # noqa: PLC0415 - the scoring stands without it

    return understand(text).stored()


def table(title: str, counts: Counts) -> str:
    """Figures only."""
    lines = [f"\n{title}: {counts.notes} notes", f"  {'':<12}precision  recall   right  wrong  missed"]
    lines += [
        f"  {kind:<12}{count.precision:9.3f}{count.recall:8.3f}{count.right:8}{count.wrong:7}{count.missed:8}"
        for kind, count in counts.kinds.items()
    ]
    for name in sorted(counts.values, key=lambda name: KINDS.index(name.split()[0])):
        judged = counts.values[name]
        lines.append(f"  {name:<48}{sum(judged) / len(judged):6.3f} of {len(judged)}")
    lines.append(f"  dangerous errors: {counts.dangers}, {counts.dangers_in_hundred:.0f} in 100 notes")
    return "\n".join(lines)


def main() -> int:
    """Run what the command line asks for; answers the exit code."""
    wanted = _arguments()
    if not wanted.data.is_dir():
        print(f"notes_unseen: no notes in {wanted.data}", file=sys.stderr)
        return 1
    if wanted.sealed:
        looks = HARD_STYLES / "looks.txt" if wanted.hard else None
        print(f"The sealed half, looked at for the {count_look(looks)}. time.")
    half = "sealed" if wanted.sealed else "development"
    of_reader = half if wanted.sealed else wanted.hard
    if wanted.stranger:
        notes = strangers_notes(STRANGERS / f"{wanted.stranger}.jsonl")
    else:
        notes = hard_notes(HARD_STYLES / of_reader) if wanted.hard else notes_of(UNSEEN / half, wanted.data)
    if wanted.note:
        notes = [note for note in notes if note.id == wanted.note]
    parts = measure(notes, understood)
    for part, counts in parts.items():
        if counts.notes:
            print(table(_PARTS[part], counts))
    together = total(parts.values())
    print(table("Both", together))
    if wanted.errors is not None:
        _show_errors(together, wanted.errors)
    return 0


def _show_errors(counts: Counts, kind: str) -> None:
    """One line an error: the kind, what went wrong, the note, and the words it is about between » and «."""
    for error in sorted(counts.errors, key=lambda one: (one.kind, one.what, one.note)):
        if kind in {"all", error.kind, error.what}:
            print(f"{error.kind} {error.what.upper()} [{error.note}] {error.told}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Score notes that nobody tuned to.")
    parser.add_argument("--data", type=Path, default=DATA, help="the folder with aci-bench")
    parser.add_argument("--note", help="only this note of the development half")
    parser.add_argument(
        "--errors",
        nargs="?",
        const="all",
        metavar="KIND",
        help=f"list what went wrong: all, one of {', '.join(KINDS)}, or danger, missed, status, dose ...",
    )
    parser.add_argument("--sealed", action="store_true", help="the other half: figures only, and the look is counted")
    parser.add_argument(
        "--hard",
        nargs="?",
        const="development",
        choices=("development", "third", "fourth", "fifth", "sixth"),
        help="the notes in hard styles of a later reader",
    )
    parser.add_argument(
        "--stranger",
        choices=sorted(path.stem for path in STRANGERS.glob("*.jsonl")),
        help="the notes or snippets of one of the readers from the seventh on",
    )
    wanted = parser.parse_args()
    if wanted.sealed and (wanted.errors or wanted.note):
        parser.error("of the sealed half there are figures only")
    return wanted


if __name__ == "__main__":
    sys.exit(main())
