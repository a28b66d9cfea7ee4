"""Which words govern which drug: what becomes of it, and how real that is.

A passage is read once, from left to right. Verbs that order or tell ("start", "takes") govern the drugs behind them
until another verb or the clause ends; participles ("stopped", "was increased") those before them where no drug follows
at once; marks ("if", "consider", "declined") say how real the verbs within their reach are. A bracket speaks of the
drug before it.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.exchanges import exchanged, replaced, taking_part
from clinical.medications.judging import marked, needs, verdict_of
from clinical.medications.signals import Meaning, Signal, signals_in
from clinical.medications.verdicts import Verdict, reality_of
from clinical.medications.vicinity import LINKS, SMALL, Item, Subject, Vicinity
from clinical.note import Note

_TO_COME = frozenset({"conditional", "planned", "considered"})
_QUALIFIED = frozenset({Reality.PLANNED, Reality.CONDITIONAL, Reality.PAST, Reality.CONSIDERED})
_INSTEAD_OF = frozenset({"instead of", "in place of"})
# Words that govern only what stands right behind them.
_SHORT_OF_REACH = frozenset(
    {"on", "current", "currently", "off", "off his", "off her", "rx", "after", "ongoing", "regular", "may"}
)
_NEAR, _FAR = 4, 14
# So far ahead of its verb a mark stands, and so far a negation.
_MARK, _NEGATION = 6, 3
# What may stand between two verbs of which the first has no drug of its own: "stop and start celecoxib".
_OF_THEMSELVES = (["and"], ["then"], ["and", "then"], [","], ["it", "and"], ["this", "and"])
_OPENS_CLAUSE = frozenset({",", ";", ":", "-", "–", "then", "please"})
_NOUNS = frozenset({"taper", "trial", "order", "refill", "issue", "bridge", "load", "trials", "orders", "refills"})
_FINITE_ENDS = ("ed", "ing", "held")


@dataclass(slots=True)
class _Forward:
    """A verb whose drugs are still to come."""

    signal: Signal
    meaning: Meaning
    marks: tuple[Signal, ...]
    negated: Signal | None
    names: list[int] = field(default_factory=list)


@dataclass(slots=True)
class _State:
    """Where the reading stands."""

    forward: _Forward | None = None
    marks: tuple[Signal, ...] = ()
    clause: list[int] = field(default_factory=list)
    """The drugs of the clause, in order."""
    open: set[int] = field(default_factory=set)
    """Those that nothing governs yet."""
    last: list[int] = field(default_factory=list)
    """The drugs named last, to which "it" goes back."""


class Governing:
    """The verdicts on the drugs of one stretch of text."""

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
        self._state = _State()
        if owner is not None:
            self._state = _State(clause=[owner], open={owner}, last=[owner])

    def read(self, first: int, after: int) -> dict[int, list[Verdict]]:
        """What the tokens from `first` up to `after` say of each drug, in the order of the text."""
        around = self._around
        after = min(after, len(around.tokens))
        if first >= after:
            return self._found
        self._first = first
        inside = [number for number in self._numbers if first <= around.first(number) < after]
        brackets = list(around.brackets(first, after))
        items = around.items(first, after, inside, brackets)
        for place, item in enumerate(items):
            self._take(item, items[place + 1 :], after)
        for number, verdict in replaced(around, inside, first, after):
            self._add(number, verdict)
        for start, stop in brackets:
            self._bracket(start, stop, inside)
        return self._found

    def _take(self, item: Item, rest: Sequence[Item], after: int) -> None:
        if isinstance(item, int):
            self._on_name(item)
        elif isinstance(item, str):
            self._on_break(item)
        elif item.says == "boundary":
            self._state.forward, self._state.marks = None, ()
        elif item.mark:
            self._on_mark(item, rest, after)
        elif item.says == "exchanged":
            self._on_exchange(item, rest)
        else:
            self._on_event(item, rest, after)

    def _on_break(self, word: str) -> None:
        state = self._state
        state.forward = None
        if word in {";", "."}:
            state.marks, state.clause, state.open = (), [], set()
        elif word in {"which", "who", "whom", "because"}:
            state.marks = _conditions(state.marks)

    # Drugs

    def _on_name(self, number: int) -> None:
        state = self._state
        state.clause.append(number)
        goes_on = state.last and self._around.joined(state.last[-1], number)
        state.last = [*state.last, number] if goes_on else [number]
        forward = state.forward
        if forward is not None and self._reaches(forward, number):
            forward.names.append(number)
            self._add(number, verdict_of(self._around, forward.signal, forward.meaning, forward.marks, forward.negated))
        elif marks := self._marks_reaching(number):
            self._add(number, marked(marks))
        else:
            state.open.add(number)

    def _marks_reaching(self, number: int) -> tuple[Signal, ...]:
        """The marks that speak of a drug without a verb: a negation only of what it stands right before."""
        around = self._around
        start = around.first(number)
        named = {at for n in self._state.clause for at in range(*around.place(n))}

        def reaches(mark: Signal) -> bool:
            if mark.says not in {"negated", "avoided"}:
                return True
            between = enumerate(around.between(mark.after, start), mark.after)
            return all(word in SMALL or word in LINKS or at in named for at, word in between)

        return tuple(mark for mark in self._state.marks if reaches(mark))

    def _reaches(self, forward: _Forward, number: int) -> bool:
        """Whether a verb still speaks of a drug."""
        if forward.names:
            return True
        between = self._around.between(forward.signal.after, self._around.first(number))
        if self._around.written(forward.signal.start, forward.signal.end) in _SHORT_OF_REACH:
            return len(between) <= _NEAR and "," not in between
        return len(between) <= _FAR

    # Marks

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
        elif self._speaks_back(mark, rest, follows=follows):
            self._behind(mark)
        elif mark.on("ahead"):
            event_follows = bool(rest) and isinstance(rest[0], Signal) and not rest[0].mark
            near = bool(state.marks) and mark.first - state.marks[-1].after <= 2
            state.marks = (*(_conditions(state.marks) or (state.marks if event_follows or near else ())), mark)
            if not (mark.says == "past" and state.forward and mark.first == state.forward.signal.after):
                state.forward = None

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
        if ahead is None or not follows or (mark.passive and self._attached(mark)):
            return True
        return self._stands_behind(mark, rest)

    def _on_condition(self, mark: Signal, after: int, *, follows: bool) -> None:
        """A condition speaks of what stands before it ("start X if Y") or of what follows it ("if Y, start X")."""
        state = self._state
        if state.clause and (self._attached(mark) or not follows):
            targets = self._under_one_verb()
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
            if mark.says in {"negated", "avoided"}:
                self._add(number, marked((mark,)))
            else:
                self._qualify(number, mark, Reality(mark.says))
        state.open.difference_update(targets)

    def _qualify(self, number: int, mark: Signal, reality: Reality) -> None:
        """Make what was said of a drug only planned, conditional …; or say that much where nothing was said yet."""
        said = self._found.get(number, [])
        last = said[-1] if said else None
        if last is not None and reality is Reality.PAST and last.status is MedicationStatus.STOPPED:
            return
        if last is not None and reality is Reality.CONDITIONAL and self._is_over(last, mark):
            return
        if last is not None and last.strong and reality in _QUALIFIED:
            if reality is not Reality.CONSIDERED and last.reality in {Reality.ACTUAL, Reality.PLANNED}:
                said[-1] = last._replace(reality=reality)
            return
        done = self._around.written(mark.start, mark.end).startswith("to be ")
        answers = reality in {Reality.DECLINED, Reality.REQUESTED}
        told = Verdict.of(MedicationStatus.MENTIONED, mark.start, mark.end)
        self._add(number, told._replace(reality=reality, strong=done, overrides=answers))

    def _is_over(self, said: Verdict, mark: Signal) -> bool:
        """Whether "when" only tells when something was: "was started on it when she was admitted"."""
        if said.reality is Reality.PAST:
            return True
        if self._around.written(mark.start, mark.end) not in {"when", "once"}:
            return False
        ahead = self._around.written(max(0, said.start - 12), said.start)
        words = self._around.written(said.start, said.end).split()
        done = any(word.endswith(("ed", "began", "begun", "held", "quit")) for word in words)
        return done and "will" not in ahead and "to be" not in ahead

    # Events

    def _on_event(self, event: Signal, rest: Sequence[Item], after: int) -> None:
        state, around = self._state, self._around
        written = around.written(event.start, event.end)
        if written == "after" and self._owner is not None:
            self._put_off()
            return
        named = bool(state.clause or state.last)
        if written in _NOUNS and state.clause and around.after(state.clause[-1]) == event.first:
            return  # "prednisolone taper"
        follows = around.name_follows(event, rest, within_part=event.both_ways and not event.commands)
        ahead, behind = event.on("ahead"), event.on("behind")
        if named and behind and (not ahead or not follows or self._goes_back(event, rest)):
            if self._is_of_something_else(event, behind, after):
                state.forward = None
            else:
                self._back(event, behind)
        elif (named and event.commands and follows and self._shares_nothing(event, rest)) or (
            named and event.commands and not follows and around.has_no_object(event, after)
        ):
            self._back(event, event.meanings[0])
        elif ahead:
            if written in _INSTEAD_OF and state.clause and not self._found.get(state.clause[-1]):
                self._add(state.clause[-1], Verdict.of(MedicationStatus.STARTED, event.start, event.end))
            self._forward(event, ahead)

    def _is_of_something_else(self, event: Signal, meaning: Meaning, after: int) -> bool:
        """Whether a participle is about no drug: "cough started last week", "and then he started complaining"."""
        state = self._state
        if meaning.form != "participle" or (self._owner is not None and state.clause[:1] == [self._owner]):
            return False
        number = (state.clause or state.last)[-1]
        subject = self._around.subject_of(event, number)
        if subject is Subject.OPEN and not event.passive:
            return not self._around.has_no_object(event, after)
        return subject is Subject.OTHER

    def _put_off(self) -> None:
        """ "Restart after the operation" is still to come."""  # noqa: D210 (a quotation)
        for number in self._state.clause[-1:]:
            said = self._found.get(number, [])
            if not said or not said[-1].strong:
                continue
            if not self._around.written(said[-1].start, said[-1].end).endswith(_FINITE_ENDS):
                said[-1] = said[-1]._replace(reality=Reality.PLANNED)

    def _goes_back(self, event: Signal, rest: Sequence[Item]) -> bool:
        if not self._state.clause:
            return False
        return (event.passive and self._attached(event, over_being=True)) or self._stands_behind(event, rest)

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

    def _forward(self, event: Signal, meaning: Meaning) -> None:
        """Let a verb govern what follows it."""
        state = self._state
        marks, forward = state.marks, state.forward
        if forward is not None and forward.names and forward.marks and forward.meaning.form != meaning.form:
            marks = _conditions(marks)
        elif forward is None:
            marks = tuple(mark for mark in marks if mark.says == "conditional" or self._carries(mark, event))
        negated = self._negation(event, marks)
        marks = tuple(mark for mark in marks if mark.says != "negated")
        if meaning.form == "ahead" and negated is None and not marks and self._is_order(event):
            meaning = Meaning("started", "base")
        state.forward, state.marks = _Forward(event, meaning, marks, negated), marks

    def _carries(self, mark: Signal, event: Signal) -> bool:
        """Whether a mark speaks of a verb: not where it had its drug ("consider X and stop Y"), nor from afar."""
        if any(self._around.first(number) >= mark.after for number in self._state.clause):
            return False
        between = self._around.between(mark.after, event.first)
        if mark.says == "requested" and "and" in between:
            return False
        return len(between) <= _MARK and {"and", ",", "but"}.isdisjoint(between[-2:])

    def _shares_nothing(self, event: Signal, rest: Sequence[Item]) -> bool:
        """Whether a verb has no drug of its own though one follows: "not helping; stop and start celecoxib"."""
        following = rest[0] if rest else None
        if not self._state.last or not isinstance(following, Signal) or following.mark or not following.commands:
            return False
        return self._around.between(event.after, following.first) in _OF_THEMSELVES

    def _negation(self, event: Signal, marks: Iterable[Signal]) -> Signal | None:
        """The negation right before a verb: "not started"; not "no, stopped in June"."""
        near = [mark for mark in marks if mark.says == "negated" and 0 <= event.first - mark.after <= _NEGATION]
        return next((mark for mark in near if "," not in self._around.between(mark.after, event.first)), None)

    def _is_order(self, event: Signal) -> bool:
        """Whether "take" or "use" is an imperative: it begins its clause."""
        around, forward = self._around, self._state.forward
        if around.written(event.start, event.end) not in {"take", "use"} or self._owner is not None:
            return False
        if event.first == self._first:
            return True
        before = around.tokens[event.first - 1]
        if before.word in {"and", "&"} and forward is not None:
            return forward.meaning.form in {"base", "ahead"}
        apart = around.text[before.end : event.start]
        return before.word in _OPENS_CLAUSE or "\n" in apart or "." in apart

    def _back(self, event: Signal, meaning: Meaning) -> None:
        """Let a verb govern what stands before it."""
        state = self._state
        targets = self._targets(event)
        negated = self._negation(event, state.marks)
        marks = tuple(
            mark
            for mark in state.marks
            if mark.says == "conditional"
            or (mark.says in _TO_COME and not any(self._around.first(number) >= mark.after for number in targets))
        )
        linked = event.linked or meaning.form in {"participle", "behind"}
        verdict = verdict_of(self._around, event, meaning, marks, negated)
        for number in targets:
            said = self._found.get(number, [])
            if linked or not said or not said[-1].strong:
                self._add(number, verdict._replace(overrides=linked, linked=event.linked))
        state.open.difference_update(targets)
        state.forward = None

    def _on_exchange(self, event: Signal, rest: Sequence[Item]) -> None:
        """One drug for another."""
        state = self._state
        following = taking_part(self._around, event, rest)
        attached = state.clause and (event.linked or self._attached(event, over_being=True))
        before = self._targets(event) if attached else []
        if self._negation(event, state.marks) is not None:
            for number in following[:1] or before:
                self._add(number, Verdict.of(MedicationStatus.CONTINUED, event.start, event.end))
            return
        if not following and not before:
            before = state.last[-1:]
        marks = tuple(mark for mark in state.marks if mark.says != "negated")
        for number, says in exchanged(self._around, event, before, following):
            verdict = verdict_of(self._around, event, Meaning(says, "base"), marks, None)
            self._add(number, verdict._replace(strong=True, overrides=True, exchanged=True))
            state.open.discard(number)
        state.forward = None

    # Brackets

    def _bracket(self, start: int, stop: int, inside: Sequence[int]) -> None:
        """What a bracket says of the drug before it, and of its own."""
        around = self._around
        owner = around.before(inside, start)
        owner = self._owner if owner is None else owner
        own = [number for number in inside if start < around.first(number) < stop]
        inner = Governing(around.note, around.names, own, owner).read(start + 1, stop - 1)
        told = self._found.get(owner, []) if owner is not None else []
        if told and own and own[0] not in inner and around.first(own[0]) - start <= 2:
            # The same under another name, or which one of a class: "finished his antibiotics (doxycycline)".
            inner = {**inner, own[0]: list(told)}
        swapped = any(one.exchanged for one in told)
        for number, verdicts in inner.items():
            for verdict in verdicts:
                if swapped and number != owner and verdict.told:
                    # The one that was given up: "changed to cetirizine (loratadine did not help)".
                    self._add(number, Verdict.of(MedicationStatus.STOPPED, verdict.start, verdict.end))
                else:
                    self._add(number, verdict._replace(overrides=verdict.overrides and number != owner))

    # What stands before

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
            return [last]
        return [n for n in self._state.clause if (own := self._found.get(n)) and own[-1].start == said[-1].start]


def _conditions(marks: Iterable[Signal]) -> tuple[Signal, ...]:
    """Of some marks, those that reach over a whole sentence."""
    return tuple(mark for mark in marks if mark.says == "conditional")


def verdict_of_lead(note: Note, start: int, end: int) -> Verdict | None:
    """What a line says of all that it introduces: "Stopped:", "The following were withheld:"."""
    first, after = note.document.tokens_in(start, end)
    signals = signals_in(note, first, after)
    events = [one for one in signals if not one.mark and one.says not in {"boundary", "exchanged"}]
    if not events:
        return None
    last = events[-1]
    meaning = last.meanings[0]
    marks = [one for one in signals if one.mark and one.after <= last.first]
    if any(mark.says in {"negated", "avoided"} for mark in marks):
        return None
    reality = reality_of(marks)
    verdict = Verdict.of(meaning.status or MedicationStatus.MENTIONED, last.start, last.end)
    return verdict._replace(reality=reality, ending=meaning.ending if reality is Reality.ACTUAL else None)
