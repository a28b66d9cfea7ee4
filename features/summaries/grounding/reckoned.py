"""What follows from two values of the quotes: that something rose or fell, by how much, to how many times as much."""

from collections.abc import Callable, Iterator
from itertools import islice, permutations

from clinical.propositions.figure import Figure
from clinical.propositions.propositions import Mention, Proposition
from clinical.values.units import in_unit, unit_of
from features.summaries.grounding.changes import Change, changed
from features.summaries.grounding.evidence import Read, View

_RISING, _FALLING = frozenset({"increase"}), frozenset({"decrease"})
# "Doubled" is said of what nearly did.
_TIMES = {"doubl": 2.0, "tripl": 3.0, "quadrupl": 4.0, "halv": 0.5}
_NEARLY = 0.08
# Of so many figures the pairs are looked at.
_MOST = 16
_LIKE = 1e-6


def is_difference(figure: Figure, one: Proposition, view: View) -> bool:
    """Whether a figure is what two values of the quotes differ by, the way that is told: "lost 6 kg"."""
    if figure.role not in {"", "by"} or figure.high is not None:
        return False
    return any(_has_moved(one, view, way, lambda a, b: _differ(figure, a, b)) for way in _ways(one))


def has_moved(event: Mention, one: Proposition, view: View, told: str) -> bool:
    """Whether two values of the quotes went the way that an event tells, and as far.

    Args:
        event: What is said to happen.
        one: Where.
        view: The quotes.
        told: The words of the event: "halved".
    """
    way = 1 if event.keys & _RISING else -1 if event.keys & _FALLING else 0
    times = next((times for stem, times in _TIMES.items() if told.lower().startswith(stem)), None)
    return bool(way) and _has_moved(one, view, way, lambda a, b: times is None or _is_times(times, a, b))


def _ways(one: Proposition) -> Iterator[int]:
    if one.events & _RISING:
        yield 1
    if one.events & _FALLING:
        yield -1


def _has_moved(one: Proposition, view: View, way: int, fits: Callable[[Figure, Figure], bool]) -> bool:
    for first, last in permutations(islice(_values(view), _MOST), 2):
        a, b = first.mention.figure, last.mention.figure
        if a is None or b is None or (b.value - a.value) * way <= 0 or not _are_alike(first, last) or not fits(a, b):
            continue
        ends = [
            each.mention._replace(figure=figure._replace(role=role))
            for each, figure, role in ((first, a, "from"), (last, b, "to"))
        ]
        if not changed(one, Change(ends[0], ends[1], way, ()), view.parts or (view,)):
            return True
    return False


def _values(view: View) -> Iterator[Read]:
    for each in view.read:
        figure = each.mention.figure
        if figure is not None and figure.kind in {"amount", "number"} and view.quotes(each.mention):
            yield each


def _are_alike(one: Read, other: Read) -> bool:
    """Whether two values may be of one thing: of one unit, told of the same."""
    units = {each.mention.figure.unit for each in (one, other) if each.mention.figure}
    mine, its = (_of(each.proposition) for each in (one, other))
    return len(units - {""}) < 2 and (not mine or not its or not mine.isdisjoint(its))


def _of(one: Proposition) -> frozenset[str]:
    """The names of what is measured or given in a proposition."""
    named = [each for each in (*one.mentions, *one.inherited) if each.kind in {"drug", "class", "lab", "vital"}]
    return frozenset().union(*(each.keys for each in named))


def _differ(figure: Figure, one: Figure, other: Figure) -> bool:
    by = abs(other.value - one.value)
    mine, its = unit_of(figure.unit) if figure.unit else None, unit_of(one.unit or other.unit)
    if mine and its and mine != its:
        converted = in_unit(by, its, mine)
        return converted is not None and abs(converted - figure.value) <= _LIKE * figure.value
    return abs(by - figure.value) <= _LIKE * max(1.0, figure.value)


def _is_times(times: float, one: Figure, other: Figure) -> bool:
    return bool(one.value) and abs(other.value / one.value - times) <= _NEARLY * times
