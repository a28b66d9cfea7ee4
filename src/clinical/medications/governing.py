"""Which words govern which drug: what becomes of it, and how real that is.

A passage is read once, from left to right. Verbs that order or tell ("start", "takes") govern the drugs behind them
until another verb or the clause ends; participles ("stopped", "was increased") those before them where no drug follows
at once; marks ("if", "consider", "declined") say how real the verbs within their reach are. A bracket speaks of the
drug before it.
"""

import re
from collections.abc import Sequence

from clinical.facts import MedicationStatus, Reality
from clinical.medications.constructions import constructed, under_other_brand
from clinical.medications.exchanges import replaced
from clinical.medications.judging import marked, verdict_of
from clinical.medications.no_more import no_more
from clinical.medications.ordered_later import is_ended_later
from clinical.medications.reading import Forward, conditions
from clinical.medications.said_together import said_together
from clinical.medications.signals import Signal, signals_in
from clinical.medications.supply_ended import at_hand
from clinical.medications.telling import Telling
from clinical.medications.told_beside import told_beside
from clinical.medications.verdicts import Verdict, reality_of
from clinical.medications.vicinity import LINKS, SMALL, Item
from clinical.note import Note

_THRESHOLD = re.compile(
    r"\s{0,2}(?:for|with|(?P<if>(?:only )?(?:if|when|unless)))\s(?:\w{1,12}\s){0,2}\w{1,12}\s?(?:is\s)?"
    r"(?:[<>≤≥]|less than|lower than|below|under|above|over|greater than|more than)=?\s?\d",
    re.IGNORECASE,
)
_AGAIN = re.compile(
    r"(?:\w+\s){0,2}?(?:back (?:on|to)|re-?start|resum|re-?commenc|re-?introduc|reinstat|(?:it )?again|since re)",
    re.IGNORECASE,
)
_YET = re.compile(
    r"\b(?:until|till|when|once|if|tonight|tomorrow|never|not|no|will|to be|(?-i:may)|can|should|plan\w*|for good|"
    r"next)\b",
    re.IGNORECASE,
)
_TAKEN_INSTEAD = re.compile(
    r"(?:[^,.;\n]|(?<=\d)[.,](?=\d)){0,40}?\b(?:instead|in (?:its|their) (?:place|stead)|meanwhile|in the meantime|"
    r"to continue|only|as usual|as before|to stay|to carry on|to remain|via (?:the )?gp|from (?:the )?gp)\b",
    re.IGNORECASE,
)
# A rule for days to come: "omit it on any day that she is vomiting", "sick day rules: stop metformin".
_ON_SUCH_DAYS = re.compile(
    r"[^.;\n]{0,60}?\b(?:on (?:(?:any|the|those|all)\s)?(?:sick days?|days of|days? (?:when|where|that|with|on which|"
    r"(?:s?he|they|you|patient|pt)\b))|(?:during|in|at|for|with) (?:(?:times?|periods?|episodes?|bouts?|spells?) of|"
    r"(?:any|an|each|every|acute|intercurrent)(?:\s\w+)?\s(?:illness|episode|bout|spell|infection|day|dehydration|vomiting|"
    r"sickness)))\b",
    re.IGNORECASE,
)
_SICK_DAY_RULE = re.compile(r"\bsick[ -]day (?:rules?|guidance|advice|plan|card)\b[^.\n]{0,40}$", re.IGNORECASE)
_FOR_NOW = re.compile(r"\s?(?:it\s)?(?:till?|until|today|now|tonight)\b", re.IGNORECASE)
_ORDERED = ("ed", "held", "withdrawn")
# Words that govern only what stands right behind them.
_SHORT_OF_REACH = frozenset(
    {"on", "current", "currently", "off", "off his", "off her", "rx", "after", "ongoing", "regular", "may"}
)
# A question mark behind a drug and its dose, with its answer; and one before it.
_ASKED = re.compile(
    r"(?:[^.;,:?()\n]|(?<=\d)\.(?=\d)){0,44}+(?::\s?)?\?(?!\w)(?P<answer>\s{0,2}(?:(?P<no>no|not)|(?P<yes>yes))\b)?",
    re.IGNORECASE,
)
_ASKING = re.compile(r"\?\s?(?:\w{1,12}\s){0,2}$")
_NEAR_QUESTION, _RULE, _SOON = 28, 70, 24
_SO = frozenset({Reality.ACTUAL, Reality.PAST})
_PARTED = frozenset({",", "-", "–", "—", ":", "+"})
# So many words before their drugs such words stand, and others.
_NEAR, _FAR = 4, 14


class Governing(Telling):
    """The verdicts on the drugs of one stretch of text."""

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
        self._on_arrows()
        self._on_taken_again()
        self._on_thresholds()
        self._on_rules_for_days()
        self._on_questions(inside)
        self._on_constructions(inside)
        return self._found

    def _on_constructions(self, inside: Sequence[int]) -> None:
        """What several words say together goes before what each of them says."""
        note, names = self._around.note, self._around.names
        for number in inside:
            ended = no_more(note, names, number) or at_hand(note, names[number])
            if ended is not None:
                self._found[number] = [ended]
                continue
            said = constructed(note, names, number, self._found.get(number, []))
            beside = told_beside(note, names, number, said)
            said = [beside] if beside is not None else said
            said = said if any(one.sure for one in said) else said_together(note, names, number, said)
            if all(one.told or one.status is MedicationStatus.CONTINUED for one in said):
                other = under_other_brand(note, names, inside, number)
                said = [other] if other is not None else said
            if said:
                self._found[number] = said

    def _on_questions(self, inside: Sequence[int]) -> None:
        """What is asked is only considered, or was answered: "apixaban 2.5 mg BD? discuss", "start it? No"."""
        around = self._around
        for place, number in enumerate(inside):
            name = around.names[number]
            until = around.names[inside[place + 1]].start if place + 1 < len(inside) else len(around.text)
            behind = _ASKED.match(around.text, name.end, until)
            if behind is None and not _ASKING.search(around.text, max(0, name.start - _NEAR_QUESTION), name.start):
                continue
            if behind is not None and behind["yes"]:
                continue
            reality = Reality.DECLINED if behind is not None and behind["no"] else Reality.CONSIDERED
            said = self._found.setdefault(number, [])
            if said and said[-1].reality is not Reality.ACTUAL:
                continue
            if said and said[-1].strong:
                said[-1] = said[-1]._replace(reality=reality, ending=None)
            else:
                at = behind.end() - 1 if behind is not None else name.start - 1
                mark = Verdict.of(MedicationStatus.MENTIONED, at, at + 1)
                said.append(mark._replace(reality=reality, overrides=True))

    def _on_thresholds(self) -> None:
        """What waits for a measurement is a condition: "hold carvedilol for HR < 50", "continue if K < 4"."""
        text = self._around.text
        for number, said in self._found.items():
            whole = _THRESHOLD.match(text, self._around.names[number].end)
            for at, one in enumerate(said):
                waits = whole or _THRESHOLD.match(text, one.end)
                if waits is not None and (one.ending or waits["if"] or (whole and any(each.ending for each in said))):
                    said[at] = one._replace(reality=Reality.CONDITIONAL, ending=None, needed=False)

    def _on_arrows(self) -> None:
        """An arrow right before a drug changes it: "↑ bisoprolol 5 mg"."""
        for number, said in self._found.items():
            start = self._around.names[number].start
            for at, one in enumerate(said):
                arrow = self._around.written(one.start, one.end) in {"↑", "↓"} and one.end <= start
                if arrow and one.reality is Reality.ACTUAL and not self._around.text[one.end : start].strip(" "):
                    said[at] = one._replace(sure=True)

    def _on_taken_again(self) -> None:
        """What was stopped and is taken again in the same breath is taken: "held in May, back on it since June"."""
        for said in self._found.values():
            for at, one in enumerate(said):
                written = self._around.written(one.start, one.end)
                again = _AGAIN.match(written) is not None and one.reality is Reality.ACTUAL and not one.exchanged
                taken = one.status in {MedicationStatus.STARTED, MedicationStatus.CONTINUED}
                ended = any(each.ending and each.end <= one.start for each in said[:at])
                if (
                    again
                    and taken
                    and not self._waits(said[:at], one)
                    and (ended or written.endswith((" it", " again")))
                ):
                    said[at] = one._replace(status=MedicationStatus.STARTED, overrides=True, strong=True, sure=True)

    def _waits(self, before: Sequence[Verdict], again: Verdict) -> bool:
        """Whether it is taken again only later: "withheld until 48 h after contrast, back on it tonight"."""
        start = max((one.end for one in before if one.ending), default=again.start)
        last = self._around.note.document.sentence_span(again.start)[1]
        return bool(_YET.search(self._around.text, start, again.start)) or bool(
            _YET.search(self._around.text, again.end, min(last, again.end + _SOON))
        )

    def _on_rules_for_days(self) -> None:
        """A rule for days of illness stops nothing now, nor does an order for a time to come."""
        text = self._around.text
        for number, said in self._found.items():
            ahead = any(each.reality is not Reality.ACTUAL for each in said)
            for at, one in enumerate(said):
                if one.ending is None or text[one.start : one.end].lower().endswith(_ORDERED):
                    continue
                behind = max(one.end, self._around.names[number].end)
                last = self._around.note.document.sentence_span(one.start)[1]
                ruled = _SICK_DAY_RULE.search(text[max(0, one.start - _RULE) : one.start]) is not None
                if (ruled and not _FOR_NOW.match(text, one.end)) or _ON_SUCH_DAYS.match(text, behind, last):
                    said[at] = one._replace(reality=Reality.CONDITIONAL, ending=None, sure=True)
                elif not ahead and is_ended_later(text, one.start, one.end, last):
                    said[at] = one._replace(reality=Reality.PLANNED, ending=None, sure=True)

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
            state.marks, state.clause, state.open, state.about = (), [], set(), []
        elif word in {"which", "who", "whom", "because"}:
            state.marks = conditions(state.marks)

    def _on_name(self, number: int) -> None:
        state = self._state
        if self._around.tells_when(number):
            return
        state.clause.append(number)
        goes_on = state.last and self._around.joined(state.last[-1], number) and not self._takes_over(number)
        state.last = [*state.last, number] if goes_on else [number]
        forward = state.forward
        if forward is not None and self._reaches(forward, number):
            forward.names.append(number)
            self._add(number, verdict_of(self._around, forward.signal, forward.meaning, forward.marks, forward.negated))
        elif marks := self._marks_reaching(number):
            self._add(number, marked(marks))
        else:
            state.open.add(number)

    def _takes_over(self, number: int) -> bool:
        """Whether a drug takes the place of the one before it, which "it" then no longer means."""
        return any(one.exchanged and one.status is MedicationStatus.STARTED for one in self._found.get(number, ()))

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

    def _reaches(self, forward: Forward, number: int) -> bool:
        """Whether a verb still speaks of a drug."""
        if forward.names and forward.meaning.ending is not None and self._is_taken_instead(forward.names[-1], number):
            self._state.forward = None
            return False
        if forward.names:
            # "Instead of clindamycin, doxycycline": one sentence, and the other side of the exchange.
            return not forward.opens or "," not in self._around.between(
                forward.signal.after, self._around.first(number)
            )
        between = self._around.between(forward.signal.after, self._around.first(number))
        if self._around.written(forward.signal.start, forward.signal.end) in _SHORT_OF_REACH:
            return len(between) <= _NEAR and _PARTED.isdisjoint(between)
        return len(between) <= _FAR

    def _is_taken_instead(self, before: int, number: int) -> bool:
        """Whether a drug behind one that is stopped is none of a list with it: "stop codeine, paracetamol PRN only"."""
        around = self._around
        between = around.text[around.names[before].end : around.names[number].start].rstrip(" ")
        if not between.endswith((",", "-", "–", "—", ":")):
            return False
        return _TAKEN_INSTEAD.match(around.text, around.names[number].end) is not None

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
                elif number == owner and told and told[-1].reality not in _SO and verdict.reality is Reality.ACTUAL:
                    self._add(number, verdict._replace(reality=told[-1].reality, ending=None))
                else:
                    self._add(number, verdict._replace(overrides=verdict.overrides and number != owner))


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
