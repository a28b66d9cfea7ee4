"""Faithful and corrupted statements about notes, and what the check of summaries makes of them.

`--statements FILE` judges statements that somebody wrote: a JSON document with `notes`, `taken_at` and `cases`.

A sentence of a note is paraphrased by rules, or said wrong by rules; quoted is the sentence, or a part of it. The rules
were written, and the check developed, on aci-bench/train and mts-dialog; the report is on aci-bench/valid and soap.
"""

import json
import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import NamedTuple
from uuid import UUID, uuid5

sys.path[:0] = [str(Path(__file__).parents[1])]  # so that it runs as `python -m scripts.bench.grounding` too

from bench.grounding_cases import Case, charted, cite, notes_of, text_of  # noqa: E402
from bench.grounding_corrupted import corrupted  # noqa: E402
from bench.grounding_faithful import faithful  # noqa: E402
from features.summaries.grounding import verify  # noqa: E402
from features.summaries.shape import ChartNote  # noqa: E402

__all__ = ["charted", "corrupted", "faithful", "judged", "notes_of", "some", "table", "written"]


class Found(NamedTuple):
    """How a kind of case was judged."""

    kind: str
    cases: int
    right: int


def judged(cases: Sequence[Case]) -> tuple[list[Found], list[tuple[Case, tuple[str, ...]]]]:
    """Judge all cases; answers the counts and the cases that came out wrong."""
    total: Counter[str] = Counter()
    right: Counter[str] = Counter()
    wrong = []
    for case in cases:
        verdict = verify(case.statement, case.chart)
        total[case.kind] += 1
        if verdict.supported is case.faithful:
            right[case.kind] += 1
        else:
            wrong.append((case, verdict.reasons))
    return [Found(kind, total[kind], right[kind]) for kind in sorted(total)], wrong


def some(cases: Sequence[Case], of_each: int, seed: int = 1) -> list[Case]:
    """At most so many of each kind, drawn at random."""
    draw = random.Random(seed)  # noqa: S311 - the same draw on every run is the point
    by_kind: dict[str, list[Case]] = defaultdict(list)
    for case in cases:
        by_kind[case.kind].append(case)
    return [case for kind in sorted(by_kind) for case in draw.sample(by_kind[kind], min(of_each, len(by_kind[kind])))]


def table(
    sources: Sequence[str] = ("valid", "soap"), of_each: int = 60, *, explain: bool = False
) -> tuple[float, float]:
    """Print how many corrupted statements are caught and how many faithful ones refused; answers both rates."""
    notes = [note for source in sources for note in charted(notes_of(source))]
    rates = []
    for title, cases in (("Corrupted, caught", list(corrupted(notes))), ("Faithful, accepted", list(faithful(notes)))):
        found, wrong = judged(some(cases, of_each))
        print(f"\n{title} ({', '.join(sources)})")
        for one in found:
            print(f"  {one.kind:26} {one.right:5} of {one.cases:5}  {one.right / one.cases:7.1%}")
        right, total = sum(one.right for one in found), sum(one.cases for one in found)
        print(f"  {'all':26} {right:5} of {total:5}  {right / total:7.1%}")
        rates.append(right / total)
        for case, reasons in wrong if explain else ():
            quotes = " | ".join(citation.quote.replace("\n", " ") for citation in case.statement.citations)
            print(f"    [{case.kind}] {case.statement.text!r}\n        quote {quotes!r}\n        {reasons}")
    return rates[0], 1 - rates[1]


def written(file: Path) -> list[Case]:
    """The cases that a file holds: statements about notes, with quotes, and whether the notes support them."""
    document = json.loads(file.read_text("utf-8"))
    taken = {name: datetime.fromisoformat(moment) for name, moment in document["taken_at"].items()}
    charts = {
        patient: {
            name: ChartNote(
                uuid5(UUID(int=9), patient + name), 1, taken[name], "progress", None, text_of(text), None, {}
            )
            for name, text in texts.items()
        }
        for patient, texts in document["notes"].items()
    }
    found = []
    for case in document["cases"]:
        notes = charts[case["note_texts"]]
        statement = cite(case["statement"], *((notes[name], quote) for name, quote in case["quotes"]))
        chart = {note.id: note for note in notes.values()}
        found.append(Case(case["kind"], statement, chart, faithful=case["supported"]))
    return found


def statements(file: Path) -> tuple[float, float]:
    """Print how the statements of a file are judged; answers how many false ones are caught, and true ones refused."""
    cases = written(file)
    rates = []
    for title, faithful_ones in (("False, caught", False), ("True, accepted", True)):
        found, wrong = judged([case for case in cases if case.faithful is faithful_ones])
        right, total = sum(one.right for one in found), sum(one.cases for one in found)
        rates.append(right / max(1, total))
        print(f"{title:16} {right:5} of {total:5}  {rates[-1]:7.1%}")
        for case, reasons in wrong:
            print(f"    [{case.kind}] {case.statement.text!r} {list(reasons)}")
    return rates[0], 1 - rates[1]


if __name__ == "__main__":
    if "--statements" in sys.argv:
        statements(Path(sys.argv[sys.argv.index("--statements") + 1]))
    else:
        chosen = [word for word in sys.argv[1:] if not word.startswith("-")]
        table(chosen or ("valid", "soap"), explain="--explain" in sys.argv)
