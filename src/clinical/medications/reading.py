"""Where the reading of a stretch of text stands, and what stands before the place that is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clinical.medications.drug_names import Name
from clinical.medications.signals import Meaning, Signal
from clinical.medications.verdicts import Verdict
from clinical.medications.vicinity import Vicinity
from clinical.note import Note

_ADDED = frozenset({"+", "and", "&", "plus"})
# So many words of a dose stand between two drugs that are given together.
_JOINED = 8
# So far ahead of its verb a negation stands.
_NEGATION = 3


@dataclass(slots=True)
class Forward:
    """A verb whose drugs are still to come."""

    signal: Signal
    meaning: Meaning
    marks: tuple[Signal, ...]
    negated: Signal | None
    names: list[int] = field(default_factory=list)
    opens: bool = False
    """Whether it opens an exchange, whose other side stands behind a comma: "instead of X, Y"."""


@dataclass(slots=True)
class State:
    """Where the reading stands."""

    forward: Forward | None = None
    marks: tuple[Signal, ...] = ()
    clause: list[int] = field(default_factory=list)
    """The drugs of the clause, in order."""
    open: set[int] = field(default_factory=set)
    """Those that nothing governs yet."""
    last: list[int] = field(default_factory=list)
    """The drugs named last, to which "it" goes back."""
    about: list[int] = field(default_factory=list)
    """Those of a clause before, of which a verb of this one speaks: "Withheld. Restart when …"."""


class Reading:
    """The verdicts on the drugs of one stretch of text, as far as it is read."""

    def __init__(self, note: Note, names: Sequence[Name], numbers: Iterable[int], owner: int | None = None) -> None:
        """Get ready to read.

        Args:
            note: The note.
            names: Its drugs.
            numbers: Those that stand in the stretch.
            owner: The drug that it is about, where that stands elsewhere: before a bracket, in another cell of the row.
        """
        self._around = Vicinity(note, names)
        self._numbers = list(numbers)
        self._owner = owner
        self._first = 0
        self._found: dict[int, list[Verdict]] = {}
        self._state = State()
        if owner is not None:
            self._state = State(clause=[owner], open={owner}, last=[owner])

    def _add(self, number: int, verdict: Verdict) -> None:
        self._found.setdefault(number, []).append(verdict)

    def _attached(self, signal: Signal, *, over_being: bool = False) -> bool:
        clause = self._state.clause
        if not clause:
            return False
        return clause == [self._owner] or self._around.attached(signal, clause[-1], over_being=over_being)

    def _targets(self, signal: Signal) -> list[int]:
        """The drugs before a signal that it speaks of: the last one, and those that stand in a list with it."""
        clause = self._state.clause
        if not clause:
            return list(self._state.last)
        targets = [clause[-1]]
        for number in reversed(clause[:-1]):
            if not self._around.joined(number, targets[0], loosely=signal.several):
                break
            targets.insert(0, number)
        return targets

    def _under_one_verb(self) -> list[int]:
        """The drugs that the verb governs under which the last one stands."""
        forward = self._state.forward
        if forward is not None and forward.names:
            return list(forward.names)
        last = self._state.clause[-1]
        said = self._found.get(last)
        if not said:
            return self._added_together(last)
        return [n for n in self._state.clause if (own := self._found.get(n)) and own[-1].start == said[-1].start]

    def _added_together(self, last: int) -> list[int]:
        """A drug that nothing governs, with those that "+" or "and" joins to it: "X 400 mg + Y 500 mg only if …"."""
        found = [last]
        for number in reversed(self._state.clause[:-1]):
            between = self._around.between(self._around.after(number), self._around.first(found[0]))
            if self._found.get(number) or _ADDED.isdisjoint(between) or "," in between or len(between) > _JOINED:
                break
            found.insert(0, number)
        return found

    def _negation(self, event: Signal, marks: Iterable[Signal]) -> Signal | None:
        """The negation right before a verb: "not started"; not "no, stopped in June"."""
        near = [mark for mark in marks if mark.says == "negated" and 0 <= event.first - mark.after <= _NEGATION]
        return next((mark for mark in near if "," not in self._around.between(mark.after, event.first)), None)


def conditions(marks: Iterable[Signal]) -> tuple[Signal, ...]:
    """Of some marks, those that reach over a whole sentence."""
    return tuple(mark for mark in marks if mark.says == "conditional")
