"""One medication for another: "X switched to Y", "change X to Y", "from X to Y", "X replaced by Y", "X -> Y"."""

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from clinical.facts import MedicationStatus
from clinical.lexicon.resources import wordset
from clinical.medications.signals import Signal, arrows_in
from clinical.medications.verdicts import Verdict
from clinical.medications.vicinity import Item, Vicinity

_TOWARDS = wordset("to onto for with by over into in")
# "Substitute Y for X" names the new one first.
_NEW_FIRST = wordset("substitute substituted substituting substitutes")
# So many words behind its verb a drug stands, and so many letters behind one the arrow that replaces it.
_REACH = 14
_BEFORE_ARROW = 60


def taking_part(around: Vicinity, event: Signal, rest: Sequence[Item]) -> list[int]:
    """The drugs behind a verb of exchange that belong to it: up to two, before the next verb."""
    named = [item for item in rest if isinstance(item, int)][:2]
    stop = next((item.first for item in rest if isinstance(item, Signal) and not item.mark), len(around.tokens))
    return [n for n in named if around.first(n) < stop and around.first(n) - event.after < _REACH]


def exchanged(
    around: Vicinity, event: Signal, before: Sequence[int], following: Sequence[int]
) -> Iterator[tuple[int, str]]:
    """What a verb of exchange says of the drugs before it and behind it: started, stopped or changed."""
    if not following:
        yield from ((number, "changed") for number in before)
        return
    first, second = following[0], following[1] if len(following) > 1 else None
    lead = around.between(event.after, around.first(first))
    if "from" in lead[-4:]:
        yield first, "stopped"
        if second is not None:
            yield second, "started"
    elif any(word in _TOWARDS for word in lead[-5:]) and "from" not in lead:
        yield first, "started"
        yield from ((number, "stopped") for number in before)
    elif second is not None and any(
        word in _TOWARDS for word in around.between(around.after(first), around.first(second))
    ):
        swapped = around.tokens[event.first].word in _NEW_FIRST
        yield first, "started" if swapped else "stopped"
        yield second, "stopped" if swapped else "started"
    else:
        yield first, "changed"


def replaced(around: Vicinity, inside: Sequence[int], first: int, after: int) -> Iterator[tuple[int, Verdict]]:
    """What arrows between two drugs say: the one replaces the other."""
    if len(inside) < 2:
        return
    for start, stop in arrows_in(around.text, around.tokens[first].start, around.tokens[after - 1].end):
        place = bisect_left(inside, start, key=lambda number: around.names[number].start)
        if not 0 < place < len(inside):
            continue
        left, right = inside[place - 1], inside[place]
        apart = around.text[stop : around.names[right].start].strip(" \t*_")
        if apart or start - around.names[left].end > _BEFORE_ARROW:
            continue
        for number, status in ((left, MedicationStatus.STOPPED), (right, MedicationStatus.STARTED)):
            yield number, Verdict.of(status, start, stop)._replace(overrides=True, exchanged=True)
