"""Which words govern which drug: what becomes of it, and how real that is.

A passage is read once, from left to right. Verbs that order or tell ("start", "takes") govern the drugs behind them until
another verb or the clause ends; participles ("stopped", "was increased") those before them where no drug follows at once;
marks ("if", "consider", "declined") say how real the verbs are within their reach. A bracket speaks of the drug before it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from clinical.facts import Ending, MedicationStatus, Reality
from clinical.lexicon.resources import wordset
from clinical.medications.drug_names import Name
from clinical.medications.signals import BEHIND_VERB, Meaning, Signal, arrows_in, signals_in
from clinical.note import Note

_LIST = wordset("and or , & plus + nor / with both as well")
_SMALL = wordset(
    "the a an any his her their my all other regular usual oral more further some of for these those daily home taking "
    "using on starting start started to take use prescribed prescription new current such as not only be given giving "
    "have having been had aged iv im sc po long-term long term high low dose"
)
_SOFT = wordset("because which who whom since so therefore while whilst")
_SUBJECTS = wordset("he she they i we patient pt")
_TOWARDS = wordset("to onto for with by over into in")
_CONDITION_MET = wordset(
    "persists persist persisted worsens worsen positive confirmed fails fail negative not no develops develop recurs recur "
    "returns return remains remain becomes is are was above below over under abnormal normal improves improve improved "
    "falls rises drops high low complete available approved has have does doesn't don't isn't starts allows settles settle "
    "exceeds greater less stays gets"
)
_TOWARDS_FOR_FIRST = frozenset({"substitute", "substituted", "substituting", "substitutes"})
# "Not taking" tells of now; "denies taking", "never on" and "does not take" that it never was.
_NOT_NOW = wordset("not isn't wasn't aren't hasn't haven't n't")
_HABITS = wordset("on requires require take use takes uses")
_INSTEAD_OF = frozenset({"instead of", "in place of"})
# So far ahead of its verb a mark stands.
_NEAR_MARK = 6
# So many words after "if" tell when a medicine is taken, rather than whether: "if itchy".
_SHORT = 4


class Verdict(NamedTuple):
    """What one signal, or one mark, says of a drug."""

    status: MedicationStatus
    reality: Reality
    ending: Ending | None
    start: int
    end: int
    strong: bool
    """Whether something is done, rather than told: started, changed or stopped."""
    overrides: bool
    """Whether it stands behind the drug and so goes on about what was said before it."""
    denied: bool = False
    avoided: bool = False
    needed: bool = False
    """Whether "if …" tells when it is taken."""
    exchanged: bool = False
    linked: bool = False
    """Whether it goes on about what was named before: "was increased", "stopped it"."""

    @classmethod
    def of(cls, status: MedicationStatus, start: int, end: int) -> "Verdict":
        """A verdict on what is really so."""
        ending = Ending.STOPPED if status is MedicationStatus.STOPPED else None
        strong = status not in {MedicationStatus.CONTINUED, MedicationStatus.MENTIONED}
        return cls(status, Reality.ACTUAL, ending, start, end, strong, overrides=False)


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
        self._note = note
        self._text = note.text
        self._tokens = note.document.tokens
        self._names = names
        self._numbers = list(numbers)
        self._owner = owner
        self.found: dict[int, list[Verdict]] = {}
        self._first = 0
        self._state = _State()
        if owner is not None:
            self._state = _State(clause=[owner], open={owner}, last=[owner])

    def read(self, first: int, after: int) -> dict[int, list[Verdict]]:
        """Read the tokens from `first` up to `after`."""
        self._first = first
        after = min(after, len(self._tokens))
        if first >= after:
            return self.found
        inside = [n for n in self._numbers if self._starts(first, after, n)]
        brackets = self._brackets(first, after)
        signals = [one for one in signals_in(self._note, first, after) if not self._overlaps(one, inside)]
        items: list[tuple[int, int, Signal | int | str]] = []
        shut = [(start, stop) for start, stop in brackets]
        hidden = lambda at: any(start <= at < stop for start, stop in shut)  # noqa: E731
        items += [(self._names[n].start, 1, n) for n in inside if not hidden(self._token_of(n))]
        items += [(one.start, 0, one) for one in signals if not hidden(one.first)]
        items += (
            [
                (start, -1, ".")
                for start, _ in self._note.document.sentences_within(
                    self._tokens[first].start + 1, self._tokens[after - 1].end
                )
            ]
            if after > first
            else []
        )
        items += [
            (self._tokens[at].start, 2, self._tokens[at].word)
            for at in range(first, after)
            if not hidden(at) and (self._tokens[at].word in _SOFT or self._tokens[at].word == ";")
        ]
        items.sort(key=lambda item: item[:2])
        self._run(items, after)
        self._arrows(inside, first, after)
        for start, stop in brackets:
            self._bracket(start, stop, inside)
        return self.found

    # ---- reading from left to right

    def _run(self, items: list[tuple[int, int, Signal | int | str]], after: int) -> None:
        for place, (_, _, item) in enumerate(items):
            if isinstance(item, int):
                self._on_name(item)
            elif isinstance(item, str):
                self._on_break(item)
            elif item.says == "boundary":
                self._state.forward, self._state.marks = None, ()
            else:
                rest = items[place + 1 :]
                (self._on_mark if item.mark else self._on_event)(item, rest, after)

    def _on_break(self, word: str) -> None:
        state = self._state
        state.forward = None
        if word in {";", "."}:
            state.marks, state.clause, state.open = (), [], set()
        elif word in {"which", "who", "whom"} or word == "because":
            state.marks = tuple(mark for mark in state.marks if mark.says == "conditional")

    def _on_name(self, number: int) -> None:
        state = self._state
        state.clause.append(number)
        state.last = [*state.last, number] if state.last and self._joined(state.last[-1], number) else [number]
        forward = state.forward
        if forward is not None and self._reaches(forward, number):
            forward.names.append(number)
            self._add(number, self._verdict(forward.signal, forward.meaning, forward.marks, negated=forward.negated))
        elif marks := self._marks_reaching(number):
            self._add(number, self._marked(marks))
        else:
            state.open.add(number)

    def _marks_reaching(self, number: int) -> tuple[Signal, ...]:
        """The marks that speak of a drug without a verb: a negation only of what it stands right before."""
        start = self._token_of(number)
        named = {at for n in self._numbers for at in range(self._token_of(n), self._token_after(n))}

        def reaches(mark: Signal) -> bool:
            if mark.says not in {"negated", "avoided"}:
                return True
            between = enumerate(self._tokens[mark.after : start], mark.after)
            return all(token.word in _SMALL or token.word in _LIST or at in named for at, token in between)

        return tuple(mark for mark in self._state.marks if reaches(mark))

    def _reaches(self, forward: _Forward, number: int) -> bool:
        """Whether a verb still speaks of a drug; loosely binding ones only of what stands near."""
        if forward.names:
            return True
        gap = self._token_of(number) - forward.signal.after
        short = {"on", "current", "currently", "off", "off his", "off her", "rx", "after", "ongoing", "regular", "may"}
        word = self._text[forward.signal.start : forward.signal.end].lower()
        if word in short and "," in self._between(forward.signal.after, self._token_of(number)):
            return False
        return gap <= (4 if word in short else 14)

    # ---- marks

    def _on_mark(self, mark: Signal, rest: list[tuple[int, int, Signal | int | str]], after: int) -> None:
        state = self._state
        ahead, behind = mark.on("ahead"), mark.on("behind")
        follows = self._name_follows(mark, rest)
        following = self._tokens[mark.after].word if mark.after < after else ""
        if mark.says == "negated" and not follows and state.last and following in {"it", "them", "this"}:
            for number in self._targets(mark):
                self._qualify(number, mark, Reality.DECLINED)
            return
        if ahead and behind and ahead.says != behind.says:
            back = bool(state.clause) and (not follows or self._stands_behind(mark, rest))
            mark = mark._replace(meanings=(behind if back else ahead,))
            ahead, behind = mark.on("ahead"), mark.on("behind")
        attached = self._attached(mark)
        if mark.says == "conditional":
            self._on_condition(mark, follows=follows, attached=attached, after=after)
            return
        if (
            behind
            and (state.clause or (state.last and not ahead))
            and (not ahead or not follows or (mark.passive and attached) or self._stands_behind(mark, rest))
        ):
            self._behind(mark, behind)
            return
        if ahead:
            event_follows = any(isinstance(item, Signal) and not item.mark for _, _, item in rest[:1])
            keep = state.marks if event_follows or not self._tail_of(state.marks, mark) else ()
            keep = tuple(one for one in state.marks if one.says == "conditional") or keep
            if (
                mark.says == "negated"
                and state.forward is not None
                and not event_follows
                and self._near(state.forward, mark)
            ):
                state.forward = None
            if not (mark.says == "past" and state.forward is not None and mark.first == state.forward.signal.after):
                state.forward = None
            state.marks = (*keep, mark)

    @staticmethod
    def _tail_of(marks: tuple[Signal, ...], mark: Signal) -> bool:
        return bool(marks) and mark.first - marks[-1].after > 2

    @staticmethod
    def _near(forward: _Forward, mark: Signal) -> bool:
        return mark.first - forward.signal.after > 6

    def _on_condition(self, mark: Signal, *, follows: bool, attached: bool, after: int) -> None:
        """A condition speaks of what stands before it ("start X if Y") or of what follows it ("if Y, start X")."""
        state = self._state
        if state.clause and (attached or not follows):
            targets = self._same_verb()
            needed = self._tells_when(mark, after, targets)
            for number in targets:
                if needed:
                    self._add(
                        number,
                        Verdict(
                            MedicationStatus.MENTIONED,
                            Reality.ACTUAL,
                            None,
                            mark.start,
                            mark.end,
                            False,
                            False,
                            needed=True,
                        ),
                    )
                else:
                    self._qualify(number, mark, Reality.CONDITIONAL)
            if needed:
                return
        state.forward = None
        state.marks = (*state.marks, mark)

    def _tells_when(self, mark: Signal, after: int, targets: list[int]) -> bool:
        """Whether "if itchy" tells when it is taken."""
        words = []
        for token in self._tokens[mark.after : after]:
            if token.word in {",", ";", ")", "("}:
                break
            words.append(token.word)
        said = [one for number in targets for one in self.found.get(number, [])]
        strong = any(
            one.reality is not Reality.ACTUAL
            or (one.strong and self._text[one.start : one.end].lower() not in {"use", "take", "apply", "give"})
            for one in said
        )
        text = self._text[mark.start : mark.end].lower()
        return (
            text in {"if", "when", "in case of"}
            and 0 < len(words) <= _SHORT
            and not strong
            and not any(word in _CONDITION_MET or word[:1].isdigit() for word in words)
        )

    def _behind(self, mark: Signal, meaning: Meaning) -> None:
        """A mark behind its drugs: "was declined", "next week"."""
        targets = self._targets(mark)
        state = self._state
        if mark.says in {"planned", "past"} and state.forward is not None and state.forward.names:
            targets = list(state.forward.names)
        for number in targets:
            if mark.says in {"negated", "avoided"}:
                self._add(number, self._marked((mark,)))
                continue
            self._qualify(number, mark, Reality(mark.says))
        state.open.difference_update(targets)

    def _qualify(self, number: int, mark: Signal, reality: Reality) -> None:
        """Make what was said of a drug only planned, conditional …; or say that much where nothing was said yet."""
        said = self.found.get(number, [])
        if reality is Reality.PAST and said and said[-1].status is MedicationStatus.STOPPED:
            return
        if (
            reality in {Reality.PLANNED, Reality.CONDITIONAL, Reality.PAST, Reality.CONSIDERED}
            and said
            and said[-1].strong
        ):
            if reality is Reality.CONSIDERED and said[-1].reality is Reality.ACTUAL:
                return
            if said[-1].reality in {Reality.ACTUAL, Reality.PLANNED}:
                said[-1] = said[-1]._replace(reality=reality)
            return
        self._add(
            number,
            Verdict(
                MedicationStatus.MENTIONED,
                reality,
                None,
                mark.start,
                mark.end,
                strong=self._text[mark.start : mark.end].lower().startswith("to be "),
                overrides=reality in {Reality.DECLINED, Reality.REQUESTED},
            ),
        )

    # ---- events

    def _on_event(self, event: Signal, rest: list[tuple[int, int, Signal | int | str]], after: int) -> None:
        state = self._state
        if event.says == "exchanged":
            self._exchange(event, rest)
            return
        if self._text[event.start : event.end].lower() == "after" and self._owner is not None:
            self._after(event)
            return
        ahead, behind = event.on("ahead"), event.on("behind")
        follows = self._name_follows(event, rest, within_part=event.both_ways and not event.commands)
        if behind and state.clause + state.last and (not ahead or self._goes_back(event, rest, follows=follows)):
            self._back(event, behind)
            return
        if event.commands and follows and state.last and self._shares_nothing(event, rest):
            self._back(event, event.meanings[0])
            return
        if (
            self._text[event.start : event.end].lower() in _INSTEAD_OF
            and state.clause
            and not self.found.get(state.clause[-1])
        ):
            self._add(state.clause[-1], Verdict.of(MedicationStatus.STARTED, event.start, event.end))
        if ahead and (follows or not event.commands):
            self._forward(event, ahead)
        elif event.commands and state.clause + state.last and self._has_no_object(event, after):
            self._back(event, next(one for one in event.meanings if one.form in {"base", "finite", "gerund"}))
        elif ahead:
            self._forward(event, ahead)

    def _after(self, event: Signal) -> None:
        """ "Restart after the operation": still to come."""
        for number in self._state.clause[-1:]:
            said = self.found.get(number, [])
            if said and said[-1].strong and not self._text[said[-1].start : said[-1].end].lower().endswith(("ed", "ing", "held")):
                said[-1] = said[-1]._replace(reality=Reality.PLANNED)

    def _goes_back(self, event: Signal, rest: list[tuple[int, int, Signal | int | str]], *, follows: bool) -> bool:
        if not follows:
            return True
        if not self._state.clause:
            return False
        if event.passive and self._attached(event, over_being=True):
            return True
        return self._stands_behind(event, rest)

    def _stands_behind(self, signal: Signal, rest: list[tuple[int, int, Signal | int | str]]) -> bool:
        """Whether it belongs to an ungoverned drug right before it: "metformin stopped, gliclazide started"."""
        state = self._state
        if state.clause == [self._owner] and self._name_follows(signal, rest, within_part=True):
            return False
        if not state.clause or state.clause[-1] not in state.open:
            following = self._tokens[signal.after].word if signal.after < len(self._tokens) else ""
            return following in {",", ";"} and bool(state.clause)
        return self._attached(signal) or not self._name_follows(signal, rest, within_part=True)

    def _forward(self, event: Signal, meaning: Meaning) -> None:
        state = self._state
        marks = state.marks
        forward = state.forward
        if forward is not None and forward.names and not self._same_form(forward, meaning):
            marks = tuple(mark for mark in marks if mark.says == "conditional")
        elif forward is None and marks:
            marks = tuple(mark for mark in marks if mark.says == "conditional" or self._carries(mark, event))
        negated = self._negation(event, marks)
        marks = tuple(mark for mark in marks if mark.says != "negated")
        if meaning.form == "ahead" and negated is None and not marks and self._is_order(event):
            meaning = Meaning("started", "base")
        state.forward = _Forward(event, meaning, marks, negated)
        state.marks = marks

    def _carries(self, mark: Signal, event: Signal) -> bool:
        """Whether a mark speaks of a verb: not where it had its drug before ("consider X and stop Y"), nor from afar."""
        if any(self._token_of(number) >= mark.after for number in self._state.clause):
            return False
        between = self._between(mark.after, event.first)
        return len(between) <= _NEAR_MARK and not {"and", ",", "but"} & set(between[-2:])

    def _shares_nothing(self, event: Signal, rest: list[tuple[int, int, Signal | int | str]]) -> bool:
        """Whether a verb has no drug of its own though one follows: "not helping; stop and start celecoxib"."""
        following = rest[0][2] if rest else None
        if not isinstance(following, Signal) or following.mark or not following.commands:
            return False
        return self._between(event.after, following.first) in (
            ["and"],
            ["then"],
            ["and", "then"],
            [","],
            ["it", "and"],
            ["this", "and"],
        )

    def _has_no_object(self, event: Signal, after: int) -> bool:
        """Whether nothing stands behind a verb that it could be about: "- continue", "stop if sick", not "stop smoking"."""
        following = self._tokens[event.after].word if event.after < after else ""
        return following in BEHIND_VERB or following[:1].isdigit()

    def _negation(self, event: Signal, marks: tuple[Signal, ...]) -> Signal | None:
        """The negation right before a verb: "not started"; not "no, stopped in June"."""
        near = [mark for mark in marks if mark.says == "negated" and 0 <= event.first - mark.after <= 3]
        return next((mark for mark in near if "," not in self._between(mark.after, event.first)), None)

    def _is_order(self, event: Signal) -> bool:
        """Whether "take" or "use" is an imperative: it begins its clause."""
        if self._text[event.start : event.end].lower() not in {"take", "use"} or self._owner is not None:
            return False
        before = self._tokens[event.first - 1] if event.first else None
        return (
            before is None
            or event.first == self._first
            or before.word in {",", ";", ":", "-", "–", "then", "please"}
            or (
                before.word in {"and", "&"}
                and self._state.forward is not None
                and self._state.forward.meaning.form in {"base", "ahead"}
            )
            or "\n" in self._text[before.end : event.start]
            or self._text[before.end : before.end + 1] == "."
        )

    @staticmethod
    def _same_form(forward: _Forward, meaning: Meaning) -> bool:
        return forward.meaning.form == meaning.form or not forward.marks

    def _back(self, event: Signal, meaning: Meaning) -> None:
        targets = self._targets(event)
        marks = self._state.marks
        negated = self._negation(event, marks)
        marks = tuple(
            mark
            for mark in marks
            if mark.says in {"conditional", "planned", "considered"} and mark.after <= event.first
        )
        marks = tuple(mark for mark in marks if not self._spent_by(mark, targets) or mark.says == "conditional")
        verdict = self._verdict(event, meaning, marks, negated=negated)
        linked = event.linked or "participle" in {one.form for one in event.meanings} or meaning.form == "behind"
        for number in targets:
            said = self.found.get(number, [])
            if said and said[-1].strong and not linked:
                continue
            self._add(number, verdict._replace(overrides=linked, linked=event.linked))
        self._state.open.difference_update(targets)
        self._state.forward = None

    def _spent_by(self, mark: Signal, targets: list[int]) -> bool:
        return any(self._token_of(number) >= mark.after for number in targets)

    def _exchange(self, event: Signal, rest: list[tuple[int, int, Signal | int | str]]) -> None:
        """One medication for another: "X switched to Y", "change X to Y", "changed from X to Y", "Y replaced by X"."""
        following = [item for _, _, item in rest if isinstance(item, int)][:2]
        stop = next((item.first for _, _, item in rest if isinstance(item, Signal) and not item.mark), 10**9)
        following = [n for n in following if self._token_of(n) < stop and self._token_of(n) - event.after < 14]
        marks = self._marks_for(event)
        before = (
            self._targets(event)
            if self._state.clause and (self._attached(event, over_being=True) or event.linked)
            else []
        )
        base = event.meanings[0]
        if self._negation(event, self._state.marks) is not None:
            for number in following[:1] or before:
                self._add(number, Verdict.of(MedicationStatus.CONTINUED, event.start, event.end))
            return
        swapped = self._tokens[event.first].word in _TOWARDS_FOR_FIRST

        def told(number: int, says: str) -> None:
            verdict = self._verdict(event, Meaning(says, base.form), marks, negated=None)
            self._add(number, verdict._replace(strong=True, overrides=True, exchanged=True))
            self._state.open.discard(number)

        if not following:
            for number in before or self._state.last[-1:]:
                told(number, "changed")
            return
        first = following[0]
        lead = self._between(event.after, self._token_of(first))
        if "from" in lead[-4:]:
            told(first, "stopped")
            if len(following) > 1:
                told(following[1], "started")
        elif any(word in _TOWARDS for word in lead[-5:]) and "from" not in lead:
            told(first, "started")
            for number in before:
                told(number, "stopped")
        elif len(following) > 1 and any(
            word in _TOWARDS for word in self._between(self._token_after(first), self._token_of(following[1]))
        ):
            told(first, "started" if swapped else "stopped")
            told(following[1], "stopped" if swapped else "started")
        else:
            told(first, "changed")
        self._state.forward = None
        self._taken = set(following)

    def _marks_for(self, event: Signal) -> tuple[Signal, ...]:
        return tuple(mark for mark in self._state.marks if mark.says != "negated" and mark.after <= event.first)

    # ---- arrows and brackets

    def _arrows(self, inside: list[int], first: int, after: int) -> None:
        """An arrow between two drugs replaces the one by the other."""
        if len(inside) < 2:
            return
        for start, stop in arrows_in(self._text, self._tokens[first].start, self._tokens[after - 1].end):
            place = bisect_left(inside, start, key=lambda n: self._names[n].start)
            if not 0 < place < len(inside):
                continue
            left, right = inside[place - 1], inside[place]
            if self._text[stop : self._names[right].start].strip(" \t*_") or start - self._names[left].end > 60:
                continue
            reality = Reality.ACTUAL
            for number, status in ((left, MedicationStatus.STOPPED), (right, MedicationStatus.STARTED)):
                ending = Ending.STOPPED if status is MedicationStatus.STOPPED else None
                self._add(number, Verdict(status, reality, ending, start, stop, True, True, exchanged=True))

    def _brackets(self, first: int, after: int) -> list[tuple[int, int]]:
        """The tokens inside brackets, of the outermost pair."""
        found, opened, depth = [], 0, 0
        for at in range(first, after):
            word = self._tokens[at].word
            if word == "(":
                opened, depth = (at if depth == 0 else opened), depth + 1
            elif word == ")" and depth:
                depth -= 1
                if depth == 0:
                    found.append((opened, at + 1))
        return found

    def _bracket(self, start: int, stop: int, inside: list[int]) -> None:
        """What a bracket says of the drug before it, and of its own."""
        place = bisect_left(inside, self._tokens[start].start, key=lambda n: self._names[n].start)
        owner = inside[place - 1] if place else self._owner
        own = [n for n in inside if start < self._token_of(n) < stop]
        if stop - start <= 2:
            return
        inner = Governing(self._note, self._names, own, owner).read(start + 1, stop - 1)
        swapped = owner is not None and any(one.exchanged for one in self.found.get(owner, []))
        told = self.found.get(owner, []) if owner is not None else []
        if owner is not None and own and own[0] not in inner and self._token_of(own[0]) - start <= 2:
            # "finished his antibiotics (doxycycline)": another name, or which one of a class
            for verdict in told:
                self._add(own[0], verdict)
        for number, verdicts in inner.items():
            for verdict in verdicts:
                if swapped and number != owner and not verdict.strong and verdict.status is MedicationStatus.MENTIONED:
                    # "changed to cetirizine (loratadine did not help)"
                    verdict = Verdict.of(MedicationStatus.STOPPED, verdict.start, verdict.end)
                self._add(number, verdict._replace(overrides=verdict.overrides and number != owner))

    # ---- small questions

    def _add(self, number: int, verdict: Verdict) -> None:
        self.found.setdefault(number, []).append(verdict)

    def _verdict(
        self, event: Signal, meaning: Meaning, marks: tuple[Signal, ...], *, negated: Signal | None
    ) -> Verdict:
        status, ending = meaning.status or MedicationStatus.MENTIONED, meaning.ending
        reality = _reality(marks)
        denied = False
        if negated is not None:
            if status is MedicationStatus.CONTINUED:
                status, ending = MedicationStatus.STOPPED, Ending.STOPPED
                words = self._text[negated.start : negated.end].lower()
                denied = words not in _NOT_NOW or self._text[event.start : event.end].lower() in _HABITS
            elif status is MedicationStatus.STARTED:
                status, reality = MedicationStatus.MENTIONED, Reality.DECLINED
            else:
                status, ending = (
                    (MedicationStatus.CONTINUED, None)
                    if status is not MedicationStatus.MENTIONED
                    else (MedicationStatus.MENTIONED, None)
                )
        if reality is not Reality.ACTUAL:
            ending = None
        strong = meaning.says not in {"continued", "mentioned"}
        return Verdict(status, reality, ending, event.start, event.end, strong, overrides=False, denied=denied)

    @staticmethod
    def _marked(marks: tuple[Signal, ...]) -> Verdict:
        """What marks without a verb say."""
        last = marks[-1]
        status = MedicationStatus.MENTIONED
        if last.says == "negated":
            return Verdict(status, Reality.ACTUAL, None, last.start, last.end, False, True, denied=True)
        if last.says == "avoided":
            return Verdict(status, Reality.ACTUAL, None, last.start, last.end, False, True, avoided=True)
        return Verdict(status, _reality(marks), None, last.start, last.end, strong=False, overrides=False)

    def _targets(self, signal: Signal) -> list[int]:
        """The drugs before a signal that it speaks of: the last one, and those that stand in a list with it."""
        before = [n for n in self._state.clause if self._names[n].start < signal.start]
        if not before:
            return [n for n in self._state.last if self._names[n].start < signal.start]
        targets = [before[-1]]
        for number in reversed(before[:-1]):
            if not (self._joined(number, targets[0], loosely=signal.several)):
                break
            targets.insert(0, number)
        return targets

    def _joined(self, one: int, other: int, *, loosely: bool = False) -> bool:
        """Whether two drugs stand in a list: with nothing between them but "and"; or, loosely, doses as well."""
        words = self._between(self._token_after(one), self._token_of(other))
        if not words and self._text[self._names[one].end : self._names[other].start].strip() not in {
            "/",
            "&",
            "+",
            ",",
            "",
        }:
            return False
        if loosely:
            return len(words) <= 12 and ("and" in words or "," in words or not words)
        return all(word in _LIST or word in _SMALL for word in words)

    def _same_verb(self) -> list[int]:
        """The drugs that the verb governs under which the last one stands."""
        forward = self._state.forward
        if forward is not None and forward.names:
            return list(forward.names)
        last = self._state.clause[-1]
        said = self.found.get(last)
        if not said:
            return [last]
        return [n for n in self._state.clause if self.found.get(n) and self.found[n][-1].start == said[-1].start]

    def _attached(self, signal: Signal, *, over_being: bool = False) -> bool:
        """Whether a signal stands right behind the last drug and what belongs to that: no comma, no "and" before it."""
        if not self._state.clause:
            return False
        if self._state.clause == [self._owner]:
            return True
        last = self._token_after(self._state.clause[-1])
        if signal.first - last > 14:
            return False
        at = signal.first - 1
        while over_being and at > last and self._tokens[at].word not in {",", "and", "&", ";", "+"}:
            at -= 1
        return at < last or self._tokens[at].word not in {",", "and", "&", ";", "+", "or"}

    def _name_follows(
        self, signal: Signal, rest: list[tuple[int, int, Signal | int | str]], *, within_part: bool = False
    ) -> bool:
        """Whether a drug follows in the clause before another verb; `within_part`: before a comma too."""
        for _, _, item in rest:
            if isinstance(item, int):
                if not within_part:
                    return True
                between = self._between(signal.after, self._token_of(item))
                return "," not in between and not ({"and", "-", "–", "—"} & set(between))
            if isinstance(item, str) or item.says == "boundary":
                return False
            if not item.mark and not item.both_ways and item.meanings[0].form == "behind":
                return False
        return False

    def _between(self, first: int, after: int) -> list[str]:
        return [token.word for token in self._tokens[first:after]]

    def _token_of(self, number: int) -> int:
        return self._note.document.tokens_in(self._names[number].start, self._names[number].start + 1)[0]

    def _token_after(self, number: int) -> int:
        return self._note.document.tokens_in(self._names[number].start, self._names[number].end)[1]

    def _starts(self, first: int, after: int, number: int) -> bool:
        return first <= self._token_of(number) < after

    def _overlaps(self, signal: Signal, inside: list[int]) -> bool:
        return any(self._names[n].start < signal.end and signal.start < self._names[n].end for n in inside)


def _reality(marks: tuple[Signal, ...]) -> Reality:
    """How real something is under marks: what makes it least so."""
    says = {mark.says for mark in marks}
    for reality in (
        Reality.DECLINED,
        Reality.REQUESTED,
        Reality.CONDITIONAL,
        Reality.CONSIDERED,
        Reality.PLANNED,
        Reality.PAST,
    ):
        if reality.value in says:
            return reality
    return Reality.ACTUAL


def verdict_of_lead(note: Note, start: int, end: int) -> Verdict | None:
    """What a line says of all that it introduces: "Stopped:", "The following were withheld:"."""
    first, after = note.document.tokens_in(start, end)
    signals = signals_in(note, first, after)
    events = [one for one in signals if not one.mark and one.says not in {"boundary", "exchanged"}]
    if not events:
        return None
    last = events[-1]
    meaning = last.meanings[0]
    marks = tuple(one for one in signals if one.mark and one.after <= last.first)
    if any(mark.says in {"negated", "avoided"} for mark in marks):
        return None
    reality = _reality(marks)
    verdict = Verdict.of(meaning.status or MedicationStatus.MENTIONED, last.start, last.end)
    return verdict._replace(reality=reality, ending=meaning.ending if reality is Reality.ACTUAL else None)


def settled(verdicts: list[Verdict], fallback: MedicationStatus) -> Verdict | None:
    """What is finally said of a drug; None where no words said anything.

    Later words win where they go on about the drug, and everything wins over what is merely told. What is not real
    does not undo what is.
    """
    best: Verdict | None = None
    needed = any(one.needed for one in verdicts)
    for verdict in verdicts:
        if verdict.needed:
            continue
        if best is None or _wins(verdict, best):
            best = verdict
    if best is None:
        return next((verdict for verdict in verdicts if verdict.needed), None)
    listed = fallback is MedicationStatus.CONTINUED
    weak_mark = best.status is MedicationStatus.MENTIONED and best.reality in {
        Reality.PLANNED,
        Reality.CONDITIONAL,
        Reality.CONSIDERED,
    }
    if listed and weak_mark and not best.strong:
        return None
    return best._replace(needed=needed)


def _wins(later: Verdict, best: Verdict) -> bool:
    if later.denied or later.avoided:
        return not best.strong or best.reality is not Reality.ACTUAL
    if best.denied or best.avoided:
        return later.strong and later.reality is Reality.ACTUAL
    if later.reality in {Reality.DECLINED, Reality.REQUESTED}:
        return later.overrides or not (best.strong and best.reality is Reality.ACTUAL)
    if later.reality is not Reality.ACTUAL and best.reality is Reality.ACTUAL and best.status is MedicationStatus.MENTIONED:
        return True
    if later.reality is not Reality.ACTUAL:
        return best.reality is not Reality.ACTUAL and later.strong and not best.strong
    if best.reality is not Reality.ACTUAL:
        return best.reality is not Reality.DECLINED and later.strong
    if not best.strong:
        return later.strong or later.overrides or best.status is MedicationStatus.MENTIONED
    if best.status is MedicationStatus.STARTED and later.status is MedicationStatus.CHANGED and not later.linked:
        return False
    return later.overrides and (later.strong or later.status is MedicationStatus.CONTINUED)
