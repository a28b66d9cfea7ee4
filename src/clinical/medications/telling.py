"""Events: verbs that say what becomes of the drugs behind them, or before them."""

from collections.abc import Sequence

from clinical.facts import MedicationStatus, Reality
from clinical.lexicon.resources import wordset
from clinical.medications.exchanges import exchanged, taking_part
from clinical.medications.judging import verdict_of
from clinical.medications.reading import Forward, conditions
from clinical.medications.signals import Meaning, Signal
from clinical.medications.turning import Turning
from clinical.medications.verdicts import Verdict
from clinical.medications.vicinity import Item, Subject

_TO_COME = frozenset({"conditional", "planned", "considered"})
_INSTEAD_OF = frozenset({"instead of", "in place of"})
# So far ahead of its verb a mark stands.
_MARK = 6
# What may stand between two verbs of which the first has no drug of its own: "stop and start celecoxib".
_OF_THEMSELVES = (["and"], ["then"], ["and", "then"], [","], ["it", "and"], ["this", "and"])
_OF_BEFORE = frozenset({"stopped", "held", "started", "changed"})
# Why one drug is changed to another.
_WHY_CHANGED = wordset(
    "cause causes causing give gives giving make makes because intolerant intolerable intolerance "
    "tolerated ineffective effect effects benefit failed failing failure unable so uncontrolled controlled insufficient"
)
_TO_BE = 4
# So many words such a phrase has.
_WORDS = 2
_WAITS = frozenset({"if", "when", "unless", "once", "until", "till"})
_SET_OFF = frozenset({",", ";", "-", "–", "—", ".", ":", "("})
_OPENS_CLAUSE = frozenset({",", ";", ":", "-", "–", "then", "please"})


class Telling(Turning):
    """What verbs say of the drugs around them."""

    def _on_event(self, event: Signal, rest: Sequence[Item], after: int) -> None:
        state, around = self._state, self._around
        written = around.written(event.start, event.end)
        if self._turns_out(event, written, rest, after):
            return
        named = bool(state.clause or state.last)
        follows = around.name_follows(event, rest, within_part=event.both_ways and not event.commands)
        ahead, behind = event.on("ahead"), event.on("behind")
        if named and behind and (not ahead or not follows or self._goes_back(event, rest)):
            if self._is_of_something_else(event, behind, after):
                state.forward = None
            else:
                self._back(event, behind)
        elif (
            (named and event.commands and follows and self._shares_nothing(event, rest))
            or (named and event.commands and not follows and around.has_no_object(event, after))
            or (named and self._is_left_without_object(event, rest, after))
            or self._is_verb_of_drug_before(event, after)
            or (self._begins_what_is_said_of_owner(event) and (not follows or self._is_set_off(event, after)))
        ):
            meaning = event.meanings[0]
            self._back(event, meaning._replace(form="behind") if meaning.form == "ahead" else meaning)
        elif ahead:
            if written in _INSTEAD_OF and state.clause and not self._found.get(state.clause[-1]):
                taken = Verdict.of(MedicationStatus.STARTED, event.start, event.end)
                self._add(state.clause[-1], taken._replace(sure=follows and not state.marks))
            self._forward(event, ahead)

    def _is_verb_of_drug_before(self, event: Signal, after: int) -> bool:
        """Whether the drug right before it, of which nothing is said yet, is meant: "X 5 mg continues"."""
        state = self._state
        if not state.clause or state.clause[-1] not in state.open or not event.commands or not self._attached(event):
            return False
        finite = event.meanings[0].form == "finite" and self._around.written(event.start, event.end).endswith("s")
        waits = self._around.word(event.after, after) in _WAITS  # "suspend if …"
        return finite or waits or self._is_set_off(event, after)

    def _is_left_without_object(self, event: Signal, rest: Sequence[Item], after: int) -> bool:
        """Whether words that govern what follows have nothing there: "naproxen - not taking", "statin: back on"."""
        if event.says not in _OF_BEFORE or event.commands or event.on("behind") or event.after - event.first < _WORDS:
            return False
        return not self._around.name_follows(event, rest) and self._around.has_no_object(event, after)

    def _begins_what_is_said_of_owner(self, event: Signal) -> bool:
        """Whether a cell or a bracket begins with a verb: it is said of the row's drug, whatever follows the verb."""
        return self._owner is not None and self._state.clause == [self._owner] and event.first == self._first

    def _is_set_off(self, event: Signal, after: int) -> bool:
        """Whether a comma stands right behind a verb: "STOP, anticholinergic", which is why and not what."""
        return self._around.word(event.after, after) in _SET_OFF

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

    def _goes_back(self, event: Signal, rest: Sequence[Item]) -> bool:
        if not self._state.clause:
            return False
        return (event.passive and self._attached(event, over_being=True)) or self._stands_behind(event, rest)

    def _forward(self, event: Signal, meaning: Meaning) -> None:
        """Let a verb govern what follows it."""
        state = self._state
        marks, forward = state.marks, state.forward
        if forward is not None and forward.names and forward.marks and forward.meaning.form != meaning.form:
            marks = conditions(marks)
        elif forward is None:
            marks = tuple(mark for mark in marks if mark.says == "conditional" or self._carries(mark, event))
        negated = self._negation(event, marks)
        marks = tuple(mark for mark in marks if mark.says != "negated")
        if meaning.form == "ahead" and negated is None and not marks and self._is_order(event):
            meaning = Meaning("started", "base")
        instead = self._around.written(event.start, event.end) in _INSTEAD_OF
        following = self._around.word(event.after, len(self._around.tokens))
        if following in {"a", "an", "any"} and instead:
            meaning = Meaning("mentioned", "ahead")  # "instead of a penicillin": one that nobody took
        state.forward, state.marks = Forward(event, meaning, marks, negated, opens=instead and not state.clause), marks

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
        if meaning.status is not MedicationStatus.STOPPED and targets and not self._found.get(targets[-1]):
            # "Stop tramadol, co-codamol instead": what was just stopped is not meant
            targets = [number for number in targets if not any(one.ending for one in self._found.get(number, ()))]
        if meaning.status is MedicationStatus.STARTED and targets and self._is_given_up(targets[-1]):
            return  # "codeine instead of tramadol from today"
        negated = self._negation(event, state.marks)
        marks = tuple(
            mark
            for mark in state.marks
            if mark.says == "conditional"
            or (mark.says in _TO_COME and not any(self._around.first(number) >= mark.after for number in targets))
        )
        linked = event.linked or meaning.form in {"participle", "behind"}
        verdict = verdict_of(self._around, event, meaning, marks, negated)
        if verdict.status is MedicationStatus.CHANGED and verdict.reality is Reality.ACTUAL and self._is_to_be(event):
            verdict = verdict._replace(reality=Reality.PLANNED)
        # "On hold, to go back on", "held; restart on 7 May": it is still to come.
        base = meaning.form == "base" and verdict.status is MedicationStatus.STARTED
        ahead = verdict.reality is Reality.ACTUAL and (base or self._around.word(event.first - 1, event.first) == "to")
        for number in targets:
            said = self._found.get(number, [])
            if negated is not None and verdict.reality is Reality.DECLINED and said and said[-1].ending is not None:
                continue  # "stopped in May and not restarted since"
            if ahead and said and said[-1].ending is not None and verdict.status is not MedicationStatus.STOPPED:
                self._add(number, verdict._replace(reality=Reality.PLANNED, linked=True))
                continue
            # "On hold, restart once …": what is to be done later stands beside what is done now.
            if linked or not said or not said[-1].strong or said[-1].status is not verdict.status:
                self._add(number, verdict._replace(overrides=linked, linked=event.linked))
        state.open.difference_update(targets)
        state.about = [] if state.clause else targets
        state.forward = None

    def _is_given_up(self, number: int) -> bool:
        """Whether another drug is said to take the place of one."""
        said = self._found.get(number, [])
        return bool(said) and self._around.written(said[-1].start, said[-1].end) in _INSTEAD_OF

    def _is_to_be(self, event: Signal) -> bool:
        """Whether a dose is still to be changed: "to be raised to 750 mg", "to go to 10 mg"; not "had to be"."""
        if self._around.written(event.start, event.end).startswith("to go "):
            return True
        before = self._around.between(max(self._first, event.first - _TO_BE), event.first)
        if not event.passive or "be" not in before:
            return False
        ahead = before[: before.index("be")]
        return ahead[-1:] != ["to"] or ahead[-2:-1] not in (["had"], ["has"])

    def _explains_change(self, number: int, event: Signal) -> bool:
        """Whether what stands between a drug and "changed to" says why: "causes joint pain: changed to exemestane"."""
        said = self._around.between(self._around.after(number), event.first)
        towards = self._around.word(event.after, event.after + 1) in {"to", "by", "with"}
        return towards and not _WHY_CHANGED.isdisjoint(said)

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
        if following and not before and state.last and self._explains_change(state.last[-1], event):
            before = state.last[-1:]
        # "Was on ramipril, changed to labetalol": what took its place is taken now
        marks = tuple(mark for mark in state.marks if mark.says not in {"negated", "past"})
        for number, says in exchanged(self._around, event, before, following):
            verdict = verdict_of(self._around, event, Meaning(says, "base"), marks, None)
            self._add(number, verdict._replace(strong=True, overrides=True, exchanged=True))
            state.open.discard(number)
        state.forward = None
