"""How medspaCy's ConText judges the same mentions, for comparison with our own.

It needs numpy below 2, which the project is past; in an environment of its own (`pip install "numpy<2" medspacy`):

    PYTHONPATH=scripts python scripts/bench/contexts.py
"""

import sys
import time
from functools import cache
from importlib import import_module
from typing import Any

from bench.notes_context import Judged, current, judged
from bench.notes_gold import Gold, Span, read

FLAGS = ("is_negated", "is_historical", "is_family", "is_hypothetical")
PLAIN = {"medspacy_pyrush", "medspacy_context"}
SECTIONED = {*PLAIN, "medspacy_sectionizer"}


def main() -> int:
    """Print what it takes for current, and what it loses."""
    try:
        medspacy = import_module("medspacy")
    except (ImportError, ValueError) as error:  # ValueError: built for another numpy
        print(f"Skipped: medspacy cannot be imported ({error}).")
        return 0
    import_module("loguru").logger.remove()  # it logs every token
    gold = read()
    for name, parts in (("ConText", PLAIN), ("ConText with its section rules", SECTIONED)):
        began = time.perf_counter()
        found = _judged(gold, medspacy.load(medspacy_enable=parts))
        spent = (time.perf_counter() - began) / len(gold) * 1000
        print(
            f"{name}: {found.taken_for_current.total()} of {found.not_current} taken for current "
            f"{dict(found.taken_for_current)}; {found.lost} of {found.current} current ones lost; {spent:.0f} ms a note"
        )
        if "--examples" in sys.argv:
            print("\n".join(found.examples))
    return 0


def _judged(gold: list[Gold], pipeline: Any) -> Judged:
    apart = import_module("spacy.util").filter_spans
    marked = {one.text: _marks(one) for one in gold}

    @cache
    def read_note(text: str) -> dict[Span, bool]:
        """Overlapping mentions cannot stand in one document: they take another turn."""
        left, verdicts = set(marked[text]), {}
        while left:
            document = pipeline.make_doc(text)
            targets = {_target(document, span): span for span in sorted(left)}
            document.ents = apart(list(targets))
            for _, step in pipeline.pipeline:
                document = step(document)
            for target in document.ents:
                span = targets[target]
                verdicts[span] = not any(getattr(target._, flag) for flag in FLAGS)
                left.discard(span)
        return verdicts

    return judged(gold, lambda text, span: read_note(text)[span])


def _target(document: Any, span: Span) -> Any:
    return document.char_span(*span, label="PROBLEM", alignment_mode="expand")


def _marks(gold: Gold) -> list[Span]:
    return [*((one["start"], one["end"]) for one in gold.not_current), *current(gold)]


if __name__ == "__main__":
    sys.exit(main())
