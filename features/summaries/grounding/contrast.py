"""Where a statement and its quotes differ, each difference by its kind: what is weighed beside what the rules say.

A false statement mostly differs from what it is made of in one thing that matters: a figure, a side, a person, a
denial, a plan, a degree, a cause. A faithful one differs in its wording, and what it leaves of the quotes it says in
other words. So differences are counted by kind, of statement and quotes as wholes: no division into clauses can be
misread here.
"""

import re
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from itertools import pairwise

from clinical.propositions.lettering import stem_of
from clinical.propositions.meanings import opposed_lines
from clinical.propositions.propositions import Sentence
from features.summaries.grounding.contrast_clauses import part_differences
from features.summaries.grounding.contrast_denials import denial_differences
from features.summaries.grounding.contrast_figures import figure_differences
from features.summaries.grounding.contrast_words import Wording, word_differences
from features.summaries.grounding.evidence import View
from features.summaries.grounding.marks import marked, marks
from features.summaries.grounding.verdict import Reason

_SIDES = ("left side", "right side", "both sides")
_DEGREES = ("slight", "middling", "grave")
_WORD = re.compile(r"[A-Za-z][A-Za-z'’-]*")
_MOST, _MOST_QUOTES, _LONGEST = 2, 3, 40
_CLINICAL = ("drug", "class", "condition", "symptom", "lab", "vital", "procedure", "learned")
# What is told as settled, and what as going on, where the quotes have it ahead or over.
_TOLD = {"ahead": "done", "ended": "now"}


def differences(
    text: str, said: Sequence[Sentence], quotes: Sequence[str], views: Sequence[View], reasons: Iterable[Reason]
) -> dict[str, float]:
    """How a statement differs from its quotes: by the name of a difference, how much of it there is.

    Args:
        text: The statement.
        said: The statement, read.
        quotes: The words that it cites.
        views: What they say, read in their notes.
        reasons: What the rules refuse it for.
    """
    # A quote that leaves out the "denies" before it still denies: whole sentences count.
    told = {sentence.text: None for view in views if not view.parts for sentence in view.sentences}
    whole = " \n ".join([*quotes, *(each for each in told if not any(each in quote for quote in quotes))])
    wording = Wording(said, views)
    found: dict[str, float] = {f"reason {reason.value}": 1 for reason in reasons}
    found |= {"reasons": len(found), "quotes": min(_MOST_QUOTES, len(quotes))}
    found |= word_differences(wording) | figure_differences(text, whole, wording)
    found |= denial_differences(wording) | part_differences(wording)
    found |= _marks(text, whole) | _sides(text, whole) | _degrees(text, whole) | _likeness(text, whole)
    clinical = sum(found.get(f"over {kind}", 0) for kind in _CLINICAL)
    found["clinical of nothing"] = max(0, clinical - found["left"])
    found["denials of nothing"] = found["denial said"] and not (found["lack left"] or found["lack both"])
    found["denials dropped"] = found["denial left"] and not (found["lack said"] or found["lack both"])
    found["some told as all"] = found["all said"] and found["some left"]
    found["month exchanged"] = found["month new"] and found["month lost"]
    found["causes between quotes"] = len(quotes) > 1 and found["cause said"]
    return {name: float(value) for name, value in found.items() if value}


def _marks(text: str, whole: str) -> dict[str, float]:
    """Words of each kind: on one side only, on both, and how many there are that the other has not."""
    found: dict[str, float] = {}
    for kind in marks():
        mine, its = set(marked(kind, text)), set(marked(kind, whole))
        found[f"{kind} said"] = bool(mine) and not its
        found[f"{kind} left"] = bool(its) and not mine
        found[f"{kind} both"] = bool(its) and bool(mine)
        found[f"{kind} new"] = min(_MOST, len(mine - its))
        found[f"{kind} lost"] = min(_MOST, len(its - mine))
    for kind, told in _TOLD.items():
        found[f"{kind} told as {told}"] = bool(found[f"{kind} left"] and marked(told, text))
    return found


def _named(kinds: Sequence[str], text: str) -> set[str]:
    return {kind for kind in kinds if marked(kind, text)}


def _sides(text: str, whole: str) -> dict[str, float]:
    mine, its = _named(_SIDES, text), _named(_SIDES, whole)
    one, other = _SIDES[:2]
    return {
        "side new": bool(mine - its),
        "side rival": bool(mine - its and its - mine),
        "side opposite": (one in mine - its and other in its) or (other in mine - its and one in its),
        "sides many": len(its) > 1 and bool(mine),
    }


def _degrees(text: str, whole: str) -> dict[str, float]:
    mine, its = _named(_DEGREES, text), _named(_DEGREES, whole)
    return {
        "degree contrary": bool(mine and its and not mine & its),
        "degree raised": "grave" in mine - its,
        "degree invented": "grave" in mine and not its,
        "degree dropped": bool(its - mine),
    }


def _likeness(text: str, whole: str) -> dict[str, float]:
    """How long it is, how much of it stands word for word in the quotes, and words exchanged for their opposites."""
    mine, its = _words(text), _words(whole)
    pairs = {(stem_of(one), stem_of(other)) for one, other in pairwise(its)}
    stems = [stem_of(word) for word in mine]
    copied = sum(pair in pairs for pair in pairwise(stems)) / max(1, len(stems) - 1)
    here, there = frozenset(mine), frozenset(its)
    exchanged = sum(
        one in here and other in there and one not in there and other not in here for one, other in _contraries()
    )
    return {"length": min(_LONGEST, len(mine)), "copied": copied, "exchanged": exchanged}


@cache
def _contraries() -> tuple[tuple[str, str], ...]:
    """Words and their opposites, both ways round."""
    text = files(f"{__package__}.data").joinpath("contraries.txt").read_text(encoding="utf-8")
    lines = [*(line for line in text.splitlines() if line and not line.startswith("#")), *opposed_lines()]
    pairs = [(one.strip(), other.strip()) for one, _, other in (line.partition("|") for line in lines)]
    return tuple(dict.fromkeys([*pairs, *((other, one) for one, other in pairs)]))


def _words(text: str) -> list[str]:
    return [found.group().lower() for found in _WORD.finditer(text)]
