"""Marks: words that say how real something is, such as "if", "consider", "declined", "previously"."""

from collections.abc import Sequence

from clinical.facts import MedicationStatus, Reality
from clinical.medications.judging import marked, needs
from clinical.medications.reading import Reading, conditions
from clinical.medications.signals import Signal
from clinical.medications.verdicts import Verdict
from clinical.medications.vicinity import Item

_QUALIFIED = frozenset({Reality.PLANNED, Reality.CONDITIONAL, Reality.PAST, Reality.CONSIDERED})
# Behind an ending such words tell how long it lasts: "on hold pending the scope".
_AS_LONG = frozenset({"pending", "awaited"})
_UNITS = frozenset({"mg", "mcg", "g", "ml", "units", "puffs", "tablet", "tablets", "iv", "im", "po", "sc"})
_WHERE = frozenset({"from", "in", "by", "with", "at", "on", "for", "during", "then", "and"})
_HOW_OFTEN = frozenset({"daily", "weekly", "monthly", "a", "only", "per", "each", "every"})
_OVER = ("ed", "began", "begun", "held", "quit")


class Marking(Reading):
    """What marks make of the drugs before them, and of the verbs behind them."""

    def _on_mark(self, mark: Signal, rest: Sequence[Item], after: int) -> None:
        state = self._state
        follows = self._around.name_follows(mark, rest)
        if mark.says == "negated" and not follows and self._around.word(mark.after, after) in {"it", "them", "this"}:
            for number in self._targets(mark):  # "but did not take it"
                self._qualify(number, mark, Reality.DECLINED)
            return
        mark = self._one_sided(mark, rest, follows=follows)
        if mark.says == "conditional":
            self._on_condition(mark, after, follows=follows)
        elif self._speaks_back(mark, rest, follows=follows) or self._begins_cell(mark, follows=follows):
            self._behind(mark)
        elif mark.on("ahead"):
            event_follows = bool(rest) and isinstance(rest[0], Signal) and not rest[0].mark
            near = bool(state.marks) and mark.first - state.marks[-1].after <= 2
            state.marks = (*(conditions(state.marks) or (state.marks if event_follows or near else ())), mark)
            if not (mark.says == "past" and state.forward and mark.first == state.forward.signal.after):
                state.forward = None

    def _begins_cell(self, mark: Signal, *, follows: bool) -> bool:
        """Whether a cell or a bracket begins with a mark and names no drug: "Suggest 15 mg nocte"."""
        owned = self._owner is not None and self._state.clause == [self._owner]
        return owned and not follows and mark.first == self._first and mark.says not in {"negated", "past"}

    def _one_sided(self, mark: Signal, rest: Sequence[Item], *, follows: bool) -> Signal:
        """A mark that says one thing of what follows and another of what stands before it, as the one or the other."""
        ahead, behind = mark.on("ahead"), mark.on("behind")
        if ahead is None or behind is None or ahead.says == behind.says:
            return mark
        back = bool(self._state.clause) and (not follows or self._stands_behind(mark, rest))
        return mark._replace(meanings=(behind if back else ahead,))

    def _speaks_back(self, mark: Signal, rest: Sequence[Item], *, follows: bool) -> bool:
        state = self._state
        ahead = mark.on("ahead")
        if mark.on("behind") is None or not (state.clause or (state.last and ahead is None)):
            return False
        if not state.clause and _names_next(rest):
            return False  # "lisinopril stopped; later ramipril was started"
        if ahead is None or not follows or (mark.passive and self._attached(mark)):
            return True
        return self._stands_behind(mark, rest)

    def _on_condition(self, mark: Signal, after: int, *, follows: bool) -> None:
        """A condition speaks of what stands before it ("start X if Y") or of what follows it ("if Y, start X")."""
        state = self._state
        if (state.clause and (self._attached(mark) or not follows)) or (state.about and not follows):
            targets = self._under_one_verb() if state.clause else state.about
            said = [one for number in targets for one in self._found.get(number, [])]
            needed = needs(self._around, mark, after, said)
            for number in targets:
                if needed is not None:
                    self._add(number, needed)
                else:
                    self._qualify(number, mark, Reality.CONDITIONAL)
            if needed is not None:
                return
        state.forward = None
        state.marks = (*state.marks, mark)

    def _behind(self, mark: Signal) -> None:
        """A mark behind its drugs: "was declined", "next week"."""
        state = self._state
        targets = self._targets(mark)
        if mark.says in {"planned", "past"} and state.forward is not None and state.forward.names:
            targets = list(state.forward.names)
        for number in targets:
            if mark.says == "negated" and self._is_of_another_matter(number, mark):
                continue
            if mark.says in {"negated", "avoided"}:
                self._add(number, marked((mark,)))
            else:
                self._qualify(number, mark, Reality(mark.says))
        state.open.difference_update(targets)

    def _is_of_another_matter(self, number: int, mark: Signal) -> bool:
        """Whether a bare "nil" behind a dose is of something else: "gliclazide 80 bd, ate nil", "reduce to nil"."""
        end = self._around.names[number].end
        dosed = any(letter.isdigit() for letter in self._around.text[end : mark.start])
        return dosed and self._around.written(mark.start, mark.end) in {"nil", "none"}

    def _qualify(self, number: int, mark: Signal, reality: Reality) -> None:
        """Make what was said of a drug only planned, conditional …; or say that much where nothing was said yet."""
        said = self._found.get(number, [])
        last = said[-1] if said else None
        if last is not None and reality is Reality.PAST and last.status is MedicationStatus.STOPPED:
            return
        if last is not None and last.ending is not None and self._around.written(mark.start, mark.end) in _AS_LONG:
            return
        if reality is Reality.CONDITIONAL and (self._is_how_often(mark) or (last and self._is_over(last, mark))):
            return
        if last is not None and last.strong and reality in _QUALIFIED:
            if reality is not Reality.CONSIDERED and last.reality in {Reality.ACTUAL, Reality.PLANNED}:
                said[-1] = last._replace(reality=reality)
            return
        if last is not None and reality is Reality.CONDITIONAL and self._continues_if(last, mark):
            said[-1] = last._replace(reality=reality)
            return
        done = self._around.written(mark.start, mark.end).startswith("to be ")
        answers = reality in {Reality.DECLINED, Reality.REQUESTED}
        told = Verdict.of(MedicationStatus.MENTIONED, mark.start, mark.end)
        self._add(number, told._replace(reality=reality, strong=done, overrides=answers))

    def _continues_if(self, said: Verdict, mark: Signal) -> bool:
        """Whether an order to go on, said of several, waits for something: "cont nebs, pred 30 mg once eating"."""
        order = self._around.written(said.start, said.end) in {"cont", "continue", "keep"}
        return order and self._around.written(mark.start, mark.end) in {"if", "only if", "unless", "once", "only once"}

    def _is_how_often(self, mark: Signal) -> bool:
        """Whether "once" tells how often, and not what comes first: "40 mg IV once.", "5 mg once a week"."""
        if self._around.written(mark.start, mark.end) != "once":
            return False
        behind = self._around.written(mark.end, mark.end + 10).split()
        before = self._around.word(mark.first - 1, mark.first)
        if before in {"repeat", "repeated", "take", "use"}:
            return True  # "to repeat once after 2 hours"
        dosed = before in _UNITS
        if dosed and behind and behind[0] in _WHERE:
            return True  # "10 mg once from the ambulance crew"
        return not behind or behind[0][0] in ",.;:)(" or behind[0] in _HOW_OFTEN

    def _is_over(self, said: Verdict, mark: Signal) -> bool:
        """Whether "when" only tells when something was: "was started on it when she was admitted"."""
        if said.reality is Reality.PAST:
            return True
        if self._around.written(mark.start, mark.end) not in {"when", "once"}:
            return False
        ahead = self._around.written(max(0, said.start - 12), said.start)
        words = self._around.written(said.start, said.end).split()
        done = any(word.endswith(_OVER) for word in words)
        return done and "will" not in ahead and "to be" not in ahead

    def _stands_behind(self, signal: Signal, rest: Sequence[Item]) -> bool:
        """Whether it belongs to an ungoverned drug right before it: "metformin stopped, gliclazide started"."""
        state = self._state
        if not state.clause:
            return False
        follows = self._around.name_follows(signal, rest, within_part=True)
        if state.clause == [self._owner]:
            return not follows
        if state.clause[-1] not in state.open:
            return self._around.word(signal.after, len(self._around.tokens)) in {",", ";"}
        return self._attached(signal) or not follows


def _names_next(rest: Sequence[Item]) -> bool:
    """Whether a drug is named before the clause ends."""
    for item in rest:
        if isinstance(item, str):
            return False
        if isinstance(item, int):
            return True
    return False
