"""Further values of a measurement in the prose behind it: "peaked at 3.1 on day 2, now 1.6", "Repeat at 14:00: 3.8".

A number is another value of what was measured before it where a cue of time or of change leads right up to it, or a
time stands right behind it, and where it can be one: plausible, of a similar size, and nothing else that is counted.
A new sentence goes on with the values only where it begins with such a cue. Which value is the latest is told by the
cues, and else by the order.
"""

import re
from bisect import bisect_left
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Generic, NamedTuple, TypeVar

from clinical.lexicon.resources import wordset
from clinical.measurements.core import Core, Valued
from clinical.measurements.cues import Sort, cue_at, is_change
from clinical.measurements.times import Kind, When
from clinical.measurements.treated import after_treatment, is_treatment
from clinical.measurements.value_words import ENDS

if TYPE_CHECKING:
    from clinical.note import Note

T = TypeVar("T")

# Words without a meaning of their own that join a cue to its value.
_LINKS = wordset(
    """
    at to of is was were it its has have had been a an the value level reading result about around approximately
    approx just only still again manual manually she he they this that which and then but up down back as low high
    showed shows measured read reads gave came out sample stands sits
    """
)
# Right before a number these lead to something else than a value: "on 4 L", "by 12", "for 3 days".
_LEADS_AWAY = wordset("on in for by with over x than every within per nearly under above below and a an the but")
_LEADS_TO = wordset("to at of is was around about approximately approx just only")
_BOUNDARY = re.compile(r"[,;(\[\n]|\.(?!\d)|\s[-–—]\s|(?<=\w)[–—]|→|\b(?:and|but|then)\b", re.IGNORECASE)
_TOKEN = re.compile(r"[A-Za-z][\w'’-]*|\d[\d.,:/]*|[^\s\w]")
_NUMBER = re.compile(r"(?<![\w.,/:#£$-])[<>]?\d+(?:[.,]\d+)*")
# "It had fallen to": a sentence that goes on about the value before.
_SUBJECT = re.compile(
    r"(?:it|this|that|the (?:level|value|reading|result))\s(?:(?:is|was|has|had|have|been|then|since)\s){0,3}",
    re.IGNORECASE,
)
_RANGE = re.compile(r"\s?(?:-|–|—|to)\s?\d", re.IGNORECASE)
_SHAPED = re.compile(r"\d/\d|[A-Za-z%°]$")
_FAR, _TAIL, _SENTENCES, _UNKNOWN = 200, 60, 3, 3


class _Cue(NamedTuple):
    sort: Sort
    when: When


class _Lead(NamedTuple):
    """What stands between the beginning of a clause and a number."""

    cues: list[_Cue]
    unknown: int
    last: str


class Further(NamedTuple, Generic[T]):
    """What further values of a measurement look like."""

    core: Callable[[int, int], Core[T] | None]
    """The value that stands right at a place before another, if one does."""
    size: Callable[[T], float]
    """The number of a value."""
    whole: bool = False
    """Whether it is counted in whole numbers."""
    apart: float = 5
    """How many times one value may be another."""


def with_later(note: "Note", found: list[Valued[T]], following: int, rules: Further[T]) -> list[Valued[T]]:
    """The values of a measurement, with those that are told later behind them, up to `following`, and their times."""
    return _Prose(note, found, following, rules).told() if found else found


class _Prose(Generic[T]):
    def __init__(self, note: "Note", found: list[Valued[T]], following: int, rules: Further[T]) -> None:
        self._note, self._text, self._times = note, note.text, note.dating.times
        self._found, self._following, self._rules = found, following, rules
        self._size = rules.size(found[0].data)

    def told(self) -> list[Valued[T]]:
        new: list[Valued[T]] = []
        for number, (start, end) in enumerate(self._spans()):
            told = list(self._in_span(start, end))
            if number and not told:
                break
            new += told
        return self._in_order(new) if new else _later_than_before(self._found)

    def _spans(self) -> Iterator[tuple[int, int]]:
        """The rest of the sentence, and the next ones that begin with a cue."""
        at = max(self._found[-1].end, self._found[-1].until)
        stop = min(self._following, at + _FAR)
        end = self._note.document.sentence_span(at - 1)[1]
        yield at, min(max(at, end), stop)
        for _ in range(_SENTENCES):
            begin = re.compile(r"[\s.]*").match(self._text, end, stop)
            if begin is None or begin.end() >= stop:
                return
            first = begin.end()
            end = max(self._note.document.sentence_span(first)[1], first + 1)
            treated = after_treatment(self._text, first, min(end, stop))
            if treated is None and "\n" not in begin.group() and is_treatment(self._text, first, min(end, stop)):
                continue  # "Temp 39.4. Paracetamol given. Now 37.6."
            first = first if treated is None else treated
            subject = _SUBJECT.match(self._text, first, stop)
            cue = self._cue(subject.end() if subject else first, stop)
            if cue is None or ("\n" in begin.group() and cue.sort is not Sort.REPEATED):
                return
            yield first, min(end, stop)

    def _in_span(self, start: int, end: int) -> Iterator[Valued[T]]:
        """The values of a sentence."""
        text, before, at, foreign = self._text, start, start, False
        opens = start > max(self._found[-1].end, self._found[-1].until)
        while at < end:
            token = _TOKEN.search(text, at, end)
            if token is None:
                return
            cue = self._cue(token.start(), end)
            if cue is not None:
                at = cue.when.end
                continue
            number = _NUMBER.match(text, token.start(), end)
            if number is None:
                at = token.end()
                continue
            treated = is_treatment(text, start, number.start())
            value = self._value(before, number.start(), end, opens=opens, foreign=foreign, treated=treated)
            at = before = value.end if value is not None else token.end()
            foreign, opens = value is None, False
            if value is not None:
                yield value

    def _cue(self, at: int, end: int) -> _Cue | None:
        """The cue that stands right at a place."""
        found = cue_at(self._text, at, end)
        when = self._times.at(at, min(end, at + _TAIL))
        if when is not None and not self._times.is_measured(when, max(0, at - 30)):
            when = None
        if when is not None and (found is None or when.end >= found.end):
            repeated = found is not None and found.sort is Sort.REPEATED
            return _Cue(Sort.REPEATED if repeated else Sort.TIME, when)
        if found is None:
            return None
        words = self._text[at : found.end] if found.sort is Sort.TIME or found.sort is Sort.PEAK else "previous"
        return _Cue(found.sort, When(at, found.end, found.kind, words))

    def _value(self, before: int, at: int, end: int, *, opens: bool, foreign: bool, treated: bool) -> Valued[T] | None:
        """The value at a place, if what stands around it says that it is one."""
        core = self._rules.core(at, end)
        if core is None or not self._is_similar(core.data) or _RANGE.match(self._text, core.end, end):
            return None
        pieces = self._pieces(before, at)
        if foreign and len(pieces) < 2:
            return None
        lead = self._lead(pieces[-1], at)
        apart = opens or len(pieces) > 1
        if not lead.cues and not lead.unknown and len(pieces) > (1 if opens else 2):
            earlier = self._lead(pieces[-2], pieces[-1])  # "This morning, 3.2"
            lead = earlier if not earlier.unknown else lead
        tail = self._tail(core.end, end)
        if tail is None or not self._leads(lead, at, core.end):
            return None
        cues = [cue for cue in [*lead.cues, *(tail if apart or lead.cues else [])] if cue.sort is not Sort.CHANGE]
        treated = treated and len(pieces) > 1
        if not lead.cues and not cues and not (treated and self._stands_alone(pieces[-1], at, core.end)):
            return None
        if self._is_barred(pieces[-1] if treated else before, pieces[-1], at, cues):
            return None
        when = _best(cues)
        if lead.last == "from":
            when = When(at, at, Kind.EARLIER, "previous")
        return Valued(at, core.end, core.data, when or When(at, at, Kind.LATER, "later"), "", 0)

    def _stands_alone(self, piece: int, at: int, end: int) -> bool:
        """Whether a clause is a value and nothing else, and looks like one: "94%", "37.4", "104/62"."""
        shaped = _SHAPED.search(self._text[at:end].rstrip()) or "." in self._text[at:end]
        return bool(shaped) and not self._text[piece:at].strip()

    def _is_similar(self, data: T) -> bool:
        size = self._rules.size(data)
        if self._rules.whole and not size.is_integer() and self._size.is_integer():
            return False
        apart = self._rules.apart
        return self._size > 0 and size > 0 and 1 / apart <= size / self._size <= apart

    def _pieces(self, start: int, end: int) -> list[int]:
        """Where the clauses between two places begin."""
        return [start, *(found.end() for found in _BOUNDARY.finditer(self._text, start, end))]

    def _lead(self, start: int, end: int) -> _Lead:
        text, at, cues, unknown, last = self._text, start, list[_Cue](), 0, ""
        while (token := _TOKEN.search(text, at, end)) is not None:
            word = token.group().lower()
            cue = self._cue(token.start(), end)
            if cue is not None:
                cues.append(cue)
                at, last = cue.when.end, word if cue.sort is Sort.CHANGE else ""
                continue
            at = token.end()
            if not word[0].isalnum():
                last = ":" if word in ":=" else last
                continue
            known = word in _LINKS or word in _LEADS_AWAY or word == "from" or word.endswith("ly")
            # "Now on day 4 of 7"
            unknown += not known or (word == "of" and text[token.start() - 2 : token.start() - 1].isdigit())
            last = word
        return _Lead(cues, unknown, last)

    def _leads(self, lead: _Lead, at: int, end: int) -> bool:
        """Whether words lead to a value, and to nothing else."""
        repeated = any(cue.sort is Sort.REPEATED for cue in lead.cues)
        shaped = lead.last == ":" or _SHAPED.search(self._text[at:end].rstrip()) is not None
        if lead.unknown and not (repeated and lead.unknown <= _UNKNOWN and shaped):
            return False
        if lead.last in _LEADS_AWAY or is_change(lead.last):
            return False
        timed = all(cue.sort is Sort.REPEATED for cue in lead.cues) and lead.last == "at"
        # "Repeat at 6" is no potassium of 6
        return not (repeated and timed and "." not in self._text[at:end] and not self._size.is_integer())

    def _tail(self, start: int, end: int) -> list[_Cue] | None:
        """The cues behind a value, up to the end of its clause; None where it counts something."""
        text = self._text
        boundary = _BOUNDARY.search(text, start, end)
        stop = min(boundary.start() if boundary else end, start + _TAIL)
        begin = re.compile(r"\s*").match(text, start, end)
        at = begin.end() if begin else start
        if not ENDS.match(text, start, end) and self._cue(at, stop) is None:
            return None
        cues: list[_Cue] = []
        while (token := _TOKEN.search(text, at, stop)) is not None:
            cue = self._cue(token.start(), stop)
            if cue is not None and cue.sort is not Sort.CHANGE:
                cues.append(cue)
            at = cue.when.end if cue is not None else token.end()
        return cues

    def _is_barred(self, before: int, piece: int, at: int, cues: list[_Cue]) -> bool:
        """Whether something else is named that the number may belong to."""
        repeated = any(cue.sort is Sort.REPEATED for cue in cues)
        document = self._note.document
        first, _ = document.tokens_in(piece if repeated else before, at)
        number = bisect_left(document.matches, first, key=lambda match: match.first)
        for match in document.matches[number:]:
            if document.span(match)[0] >= at:
                return False
            if any(term.kind in {"drug", "lab", "vital"} for term in match.found):
                return True
        return False

    def _in_order(self, new: list[Valued[T]]) -> list[Valued[T]]:
        """All values with their times: one is the latest, and the others are earlier."""
        told = [*self._found[:-1], self._with_tail(self._found[-1], new[0].start), *new]
        latest = _latest(told)
        return [one if number == latest else _before(one) for number, one in enumerate(told)]

    def _with_tail(self, one: Valued[T], end: int) -> Valued[T]:
        """A value with the time that is told in the rest of its clause: "84% on air at home, ..."."""
        if one.when is not None and one.when.end > one.when.start:
            return one
        cues = [cue for cue in self._tail(one.end, end) or [] if cue.sort is not Sort.CHANGE]
        when = _best(cues)
        return one._replace(when=when) if when is not None else one


def _best(cues: list[_Cue]) -> When | None:
    """Of the times of a value the one that tells most of how it lies to others."""
    ranks = {Kind.EARLIER: 0, Kind.DATED: 1, Kind.NOW: 2, Kind.FIRST: 3, Kind.LATER: 4}
    told = sorted((cue.when for cue in cues), key=lambda when: ranks[when.kind])
    return told[0] if told else None


def _latest(told: list[Valued[T]]) -> int:
    """Which value is the latest, by its place."""
    numbers = range(len(told))
    kinds = [one.when.kind if one.when is not None else None for one in told]
    now = [n for n in numbers if (when := told[n].when) and when.kind is Kind.NOW and not _has_figure(when)]
    open_ = [n for n in numbers if kinds[n] not in (Kind.EARLIER, Kind.FIRST)]
    known = [n for n in numbers if kinds[n] is not Kind.EARLIER]
    return (now or open_ or known or list(numbers))[-1]


def _later_than_before(told: list[Valued[T]]) -> list[Valued[T]]:
    """The values, of which one that was taken "after" another is itself earlier where a later one follows."""
    last = max((n for n, one in enumerate(told) if one.when and one.when.kind in (Kind.NOW, Kind.LATER)), default=0)
    begins, ends = told[0].when, told[last].when
    framed = begins is not None and begins.kind is Kind.FIRST and ends is not None and ends.kind is Kind.NOW
    return [
        _before(one) if number < last and (framed if one.when is None else one.when.kind is Kind.LATER) else one
        for number, one in enumerate(told)
    ]


def _has_figure(when: When) -> bool:
    """Whether a time is one of a clock, which is told for earlier values as well."""
    return when.end > when.start and any(map(str.isdigit, when.words))


def _before(one: Valued[T]) -> Valued[T]:
    """A value that a later one follows."""
    when = one.when
    if when is None or when.words in {"later", "now"}:
        return one._replace(when=When(one.start, one.start, Kind.EARLIER, "previous"))
    return one if when.kind is Kind.DATED else one._replace(when=when._replace(kind=Kind.EARLIER))
