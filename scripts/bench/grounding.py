"""Faithful and corrupted statements made from real notes, and what the check of summaries makes of them.

A sentence of a note is paraphrased by rules, or said wrong by rules; quoted is the sentence, or a part of it. The rules
were written, and the check developed, on aci-bench/train and mts-dialog; the report is on aci-bench/valid and soap.
"""

import random
import sys
from collections import Counter, defaultdict
from collections.abc import Sequence
from typing import NamedTuple

from bench.grounding_cases import Case, charted, notes_of
from bench.grounding_corrupted import corrupted
from bench.grounding_faithful import faithful
from features.summaries.grounding import verify

__all__ = ["charted", "corrupted", "faithful", "judged", "notes_of", "some", "table"]


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


if __name__ == "__main__":
    chosen = [word for word in sys.argv[1:] if not word.startswith("-")]
    table(chosen or ("valid", "soap"), explain="--explain" in sys.argv)
