"""Whether a mention speaks of the patient's present: the same marked mentions for whatever judges them."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from bench.notes_gold import Gold, Span, spans

# Whether the mention at this place of the text is current.
Judge = Callable[[str, Span], bool]


@dataclass
class Judged:
    """How a judge did on mentions that are not current and on those that are."""

    not_current: int = 0
    current: int = 0
    taken_for_current: Counter[str] = field(default_factory=Counter)
    lost: int = 0
    examples: list[str] = field(default_factory=list)


def judged(gold: list[Gold], judge: Judge) -> Judged:
    """Put every marked mention before the judge."""
    found = Judged()
    for one in gold:
        for mention in one.not_current:
            span = mention["start"], mention["end"]
            found.not_current += 1
            if judge(one.text, span):
                found.taken_for_current[mention["why"]] += 1
                found.examples.append(f"{one.id}: {one.at(span)!r} at {span[0]} is {mention['why']}")
        for span in current(one):
            found.current += 1
            if not judge(one.text, span):
                found.lost += 1
                found.examples.append(f"{one.id}: {one.at(span)!r} at {span[0]} is current")
    return found


def current(gold: Gold) -> list[Span]:
    """Every mention of what the patient has or may have; what may be either over or not is left out."""
    problems = [fact for fact in gold.of("diagnosis") if fact["certainty"] in ("confirmed", "possible")]
    return sorted({*(span for fact in problems for span in spans(fact)), *(_span(one) for one in gold.present)})


def _span(mention: dict[str, int]) -> Span:
    return mention["start"], mention["end"]
