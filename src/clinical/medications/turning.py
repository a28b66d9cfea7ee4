"""Verbs that turn out to say something else than they do by themselves: "keep X off", "advised to stop", "X taper"."""

from collections.abc import Sequence

from clinical.facts import MedicationStatus, Reality
from clinical.medications.judging import verdict_of
from clinical.medications.marking import Marking
from clinical.medications.signals import Meaning, Signal
from clinical.medications.vicinity import Item

# What stands right behind a drug as a noun: "prednisolone taper".
_NOUNS = frozenset({"taper", "trial", "order", "refill", "issue", "bridge", "load", "trials", "orders", "refills"})
_NUMBERS = frozenset(
    [
        "one",
        "two",
        "three",
        "four",
        "five",
        "six",
        "seven",
        "1",
        "2",
        "3",
        "4",
        "5",
        "6",
        "7",
        "week",
        "weeks",
        "day",
        "days",
    ]
)
_ARROWS = frozenset({"↑", "↓"})
_BEFORE_ORDER = frozenset({"and", "then", "to", "please", "plan", "rx", "also", "now", "we", "have", "today", "so"})
_FINITE_ENDS = ("ed", "ing", "held")
_TO_COME = frozenset({"conditional", "planned", "considered"})
_UNTIL_WHEN = frozenset({"until", "till", "once", "when", "after"})
# So many tokens such a word stands before the drug, or before the verb; and "to" with an adverb before a verb.
_UNTIL, _AFTER = 3, 3
_TO_VERB = 2


class Turning(Marking):
    """What is no event of the drug beside it, or another one than its verb tells."""

    def _turns_out(self, event: Signal, written: str, rest: Sequence[Item], after: int) -> bool:
        """Whether an event is dealt with: it was something else."""
        state, around = self._state, self._around
        if written in _ARROWS and self._is_of_value(event):
            return True
        if written == "after" and (self._owner is not None or self._is_interrupted()):
            self._put_off()
            return True
        noun = written in _NOUNS and state.clause and around.after(state.clause[-1]) == event.first
        if (
            noun  # "prednisolone taper"
            or self._leads_to_another(event, rest)
            or self._is_due(event, written, rest)
            or self._tells_length_of_course(event, written)
            or (event.says == "completed" and self._tells_until_when(event, written))
        ):
            return True
        if written == "off" and not _NUMBERS.isdisjoint(around.between(event.first - 1, event.first)):
            return True  # "three weeks on, one off"
        bare = written == "off" and not around.name_follows(event, rest) and around.has_no_object(event, after)
        if bare and (state.clause or state.last):
            self._off(event)
            return True
        return False

    def _is_of_value(self, event: Signal) -> bool:
        """Whether an arrow is of what was measured, right before it: "LFTs ↑ methotrexate 15 mg weekly"."""
        before = self._around.between(max(self._first, event.first - 1), event.first)
        if self._state.clause or not before or before[0] in _BEFORE_ORDER:
            return False
        return before[0][:1].isalnum()

    def _is_due(self, event: Signal, written: str, rest: Sequence[Item]) -> bool:
        """Whether "due to" stands before a verb: "was due to restart" is planned, and no reason."""
        following = rest[0] if rest else None
        if written != "due to" or not isinstance(following, Signal) or following.first != event.after:
            return False
        if not following.commands:
            return False
        self._state.marks = (*self._state.marks, event._replace(meanings=(Meaning("planned", "ahead"),)))
        return True

    def _leads_to_another(self, event: Signal, rest: Sequence[Item]) -> bool:
        """Whether another verb tells what is done: "advised to stop", "started to reduce"."""
        following = rest[0] if rest else None
        if not isinstance(following, Signal) or following.mark or not 0 < following.first - event.after <= _TO_VERB:
            return False
        if self._around.word(event.after, following.first) != "to" or event.says not in {"started", "continued"}:
            return False
        if event.first == self._first:
            self._first = following.first
        return True

    def _tells_length_of_course(self, event: Signal, written: str) -> bool:
        """Whether "to complete" tells for how long a drug is taken: "PO today, to complete 7 days"."""
        around = self._around
        if written not in {"complete", "finish"} or around.word(event.first - 1, event.first) != "to":
            return False
        following = around.word(event.after, len(around.tokens))
        return following[:1].isdigit() or following in _NUMBERS | {"a", "an", "the", "ten", "fourteen"}

    def _is_interrupted(self) -> bool:
        """Whether the drug last named is stopped and taken again in one breath: "paused and resumed the day after"."""
        said = self._found.get(self._state.clause[-1], []) if self._state.clause else []
        return len(said) > 1 and said[-2].ending is not None and said[-1].status is MedicationStatus.STARTED

    def _put_off(self) -> None:
        """ "Restart after the operation" is still to come."""  # noqa: D210 (a quotation)
        for number in self._state.clause[-1:]:
            said = self._found.get(number, [])
            if not said or not said[-1].strong:
                continue
            base = not self._around.written(said[-1].start, said[-1].end).endswith(_FINITE_ENDS)
            if base or self._is_interrupted():
                said[-1] = said[-1]._replace(reality=Reality.PLANNED)

    def _tells_until_when(self, event: Signal, written: str) -> bool:
        """Whether the end of one drug only tells when something else is: "hold iron until antibiotics finished"."""
        clause, last = self._state.clause, self._state.last
        if "after" in self._around.between(max(self._first, event.first - _AFTER), event.first):
            return bool(clause or last)
        if not clause:
            return False
        first = self._around.first(clause[-1])
        before = self._around.between(max(self._first, first - _UNTIL), first)
        return not _UNTIL_WHEN.isdisjoint(before) and not written.startswith(("has", "had"))

    def _off(self, event: Signal) -> None:
        """ "Off" behind its drugs takes back what verb they stand under: "keep ramipril off", "leave both off"."""  # noqa: D210 (a quotation)
        state = self._state
        governed = state.forward is not None and state.forward.names
        targets = list(state.forward.names) if state.forward is not None and governed else self._targets(event)
        marks = tuple(mark for mark in state.marks if mark.says in _TO_COME)
        verdict = verdict_of(self._around, event, Meaning("held", "behind"), marks, None)
        for number in targets:
            if governed:
                self._found[number] = [one for one in self._found.get(number, []) if one.strong]
            self._add(number, verdict._replace(overrides=True, linked=True))
        state.open.difference_update(targets)
        state.forward = None
