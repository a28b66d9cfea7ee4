"""The values behind a name: one, or several that follow one another.

"212 -> 48", "from 132 to 98", "4.9 (was 5.3 in December)", "160/95 on arrival, 128/80 on discharge". Which one is
earlier is said by what stands between them, and by the times that stand with each.
"""

import re
from collections.abc import Callable
from typing import Generic, NamedTuple, TypeVar

from clinical.measurements.beside import values_beside
from clinical.measurements.core import Core, Valued
from clinical.measurements.cues import is_change
from clinical.measurements.times import Kind, Times, When
from clinical.measurements.treated import through_treatment
from clinical.measurements.value_words import AIMS, BEFORE, BETWEEN, CHANGES, ENDS, LEADS_AWAY, PRECEDES
from clinical.values.spoken import BEGINS as BEGINS_SPOKEN

T = TypeVar("T")

_ARROW = re.compile(r"(?:[-–—=]+>|→|⇒|⟶|➔|➜|»|>(?=\s*\d)|(?<=\s)>(?=\s))")
_WORD = re.compile(r"[A-Za-zµμ°º%][\w%°'’.]*|[%°º]\w?")
_PUNCTUATION = re.compile(r"[:=,(\[)\]|•~↑↓;*\"“”-]|[–—]|/(?=\s)")
_RANGE = re.compile(r"\s?(?:-|–|—)\s?\d|\s?to\s(?:\w+\s)?\d[\d./]*(?P<s>['’]?s\b)?", re.IGNORECASE)
# What is aimed at: "<130/80", "88-92%", "2.5", "75 kg".
_AIMED_AT = re.compile(
    r"[<>≤≥]?\s?\d[\d./]*(?:,\d+)?(?:\s?(?:-|–|to)\s?\d[\d./]*)?(?:\s?(?:%|kg|mmhg|mmol/mol|mmol/l|mg/dl|bpm)\b)?",
    re.IGNORECASE,
)
# "Above target at 158/92": what was measured, beside what is aimed at.
BESIDE_AIM = re.compile(
    r"\b(?:above|below|over|under|near|not at|off|at|within|exceeds)\s(?:the |her |his |our )?(?:target|"
    r"goal)\b(?: range)?"
    r"(?=\s(?:at|on|today|in|with|again|\()|\s?[,(:]|\s\d)",
    re.IGNORECASE,
)
_RANGES = re.compile(r"\d[\d./]*\s?(?:-|–|—)\s?\d")
_BEGINS_VALUE = re.compile(rf"\d|[<≤≥>]|\.\d|{BEGINS_SPOKEN}", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:\.\d+)?")
_RUN = re.compile(
    r"\d+(?:\.\d+)?(?:(?P<by>\s?>\s?|\s?/\s?|,\s|\s)\d+(?:\.\d+)?)(?:(?P=by)\d+(?:\.\d+)?){1,12}"
    r"(?=\s?(?:[.;)\n]|$)|\s(?:over|today|now|on|then|and|in|this|since|during|across|respectively|[mu]mol|mg|g/)\b)"
)
# What is normal, in a bracket between a name and its value: "Potassium (3.5-5.3 mmol/L): 5.9".
REFERENCE = re.compile(
    r"[(\[]\s?(?:(?:normal|reference|ref|range|nr|rr)\b[\s.:]{0,2}){0,3}(?:[<>≤≥]\s?\d[\d.,]*|\d[\d.,]*\s?(?:-|–|—|to)\s?\d[\d.,]*)"
    r"[^\d()\[\]\n]{0,4}(?:\s?[^()\[\]\n]{1,24})?[)\]](?=\s?(?:[:=]|is|was|of)?\s{0,4}[<>]?\d)",
    re.IGNORECASE,
)
# A value right behind a time: "this morning it was 3.2".
_FOLLOWS = re.compile(r"[\s:=]*(?:(?:is|was|it|are|has|been)\s){0,3}[<>]?\d")
_FOUR_FIGURES = re.compile(r"[12]\d{3}(?=\s(?:on|at)\b)(?!\s?(?:[:=]\s?)?[<>]?\d)")
# Words that only tell how: "has come down nicely from 71 to 54".
_HOW = ("ly",)
_MOST_BEFORE, _MOST_BETWEEN = 10, 12
_FURTHEST = 90


class Rules(NamedTuple, Generic[T]):
    """What the values of a name look like."""

    core: Callable[[int, int], Core[T] | None]
    """The value that stands right at a place before another, if one does."""
    bare: bool = False
    """Whether further values need no word that says so: two blood pressures side by side are two."""
    inside: Callable[[int, int], Core[T] | None] | None = None
    """The value that a stretch of text holds, where nothing behind it is looked at: in a bracket that tells when."""
    aimed: bool = False
    """Whether the first value is what is aimed at, and none: "target weight 75 kg, today 81"."""
    goes_on: int = 0
    """How far a new sentence may go on with the next value: "It was 170/100. Today 132/78."."""


def values_behind(text: str, at: int, limit: int, times: Times, rules: Rules[T]) -> list[Valued[T]]:
    """The values of a name that ends at `at`, up to `limit`; none where what follows is a range or something else."""
    return _Walk(text, times, rules, limit).walk(at, max(limit, rules.goes_on))


# How records flag a value out of its range: "Blood pressure (!) 162/98".
_ABNORMAL = "(!)"


class _Walk(Generic[T]):
    def __init__(self, text: str, times: Times, rules: Rules[T], sentence: int) -> None:
        self._text, self._times, self._rules, self._sentence = text, times, rules, sentence
        self._found: list[Valued[T]] = []
        self._words: list[str] = []
        self._pending: When | None = None
        self._evidence = False
        self._apart = False
        self._begin = 0
        self._told_until = -1
        self._ranged = False
        self._aimed = rules.aimed
        self._awaits = False
        """Whether the last value is taken for the earlier one of a next that has not come yet."""

    def walk(self, at: int, limit: int) -> list[Valued[T]]:
        text = self._text
        self._begin = at
        while at < limit and at - self._begin <= _FURTHEST:
            if at >= self._sentence and not self._goes_on(at, limit):
                break
            if text[at] in " \t\n":
                at += 1
                continue
            if text.startswith(_ABNORMAL, at):
                at += len(_ABNORMAL)
                continue
            step = self._step(at, limit)
            if step is None or step <= at:
                break
            at = step
        return self._ordered()

    def _goes_on(self, at: int, limit: int) -> bool:
        """Whether the sentence behind goes on with a later value: it begins with a time of the note and a number."""
        if not self._found and not self._ranged:
            return False
        self._sentence = limit
        begin = re.compile(r"[.\s]*").match(self._text, at, limit)
        when = self._times.at(begin.end(), limit) if begin else None
        follows = re.compile(r"[\s:=]*(?:(?:it|is|was)\s){0,2}\d").match(self._text, when.end, limit) if when else None
        self._evidence = True
        return follows is not None and when is not None and when.kind in (Kind.NOW, Kind.LATER)

    def _step(self, at: int, limit: int) -> int | None:
        """Where the walk goes on; None where it ends."""
        text = self._text
        when = self._time_at(at, limit)
        if when is not None:
            return self._take_time(when, limit)
        if _BEGINS_VALUE.match(text, at, limit) and not (text[at] == ">" and self._found):
            aim = self._over_aim(at, limit)
            return self._take_value(at, limit) if aim is None else aim
        arrow = _ARROW.match(text, at, limit)
        if arrow is not None:
            if self._found:
                self._precede()
                self._evidence = self._apart = True
            through = through_treatment(text, arrow.end(), limit, self._rules.core) if self._found else None
            return arrow.end() if through is None else through
        if text[at] == ".":
            # "Temp. 38,2": the name was cut short
            cut_short = at == self._begin and not self._found and text[at + 1 : at + 2] == " "
            ends = (self._found or self._ranged) and at + 1 >= self._sentence
            return at + 1 if cut_short or ends else None
        word = _WORD.match(text, at, limit)
        if word is not None:
            return self._take_word(word)
        return self._take_sign(at, limit)

    def _take_sign(self, at: int, limit: int) -> int | None:
        sign = _PUNCTUATION.match(self._text, at, limit)
        if sign is None:
            return None
        reference = None if self._found else REFERENCE.match(self._text, at)
        if reference is not None and reference.end() < limit:
            return reference.end()
        if self._found and sign.group() in "([" and (beside := self._beside(at)) is not None:
            return beside
        if self._found and sign.group() in "([" and self._only_tells_when(at, limit):
            self._told_until = self._text.find(")" if sign.group() == "(" else "]", at, limit)
        elif self._found and sign.group() in ",;(-–—[" and at > self._told_until:
            self._apart = True
        return sign.end()

    def _beside(self, at: int) -> int | None:
        """Where a bracket ends that holds earlier values: "178 (164 Sat, baseline 150)"."""
        inside = self._rules.inside
        told = values_beside(self._text, at, self._times, inside) if inside is not None else None
        if told is None:
            return None
        self._found.extend(told[1])
        self._words, self._pending, self._evidence, self._apart, self._begin = [], None, False, True, told[0]
        return told[0]

    def _time_at(self, at: int, limit: int) -> When | None:
        before = self._text[at - 1] if at else " "
        if before.isalnum():
            return None
        when = self._times.at(at, min(limit, at + 60))
        if when is not None and not self._found and self._is_no_clock(at, limit):
            return None
        if when is None or not self._times.is_measured(when, max(0, at - 30)):
            return None
        return when

    def _is_no_clock(self, at: int, limit: int) -> bool:
        """Whether four figures right behind a name are its value and no time: "amylase 1400 on day 1"."""
        figures = _FOUR_FIGURES.match(self._text, at, limit)
        return figures is not None and self._rules.core(at, limit) is not None

    def _only_tells_when(self, at: int, limit: int) -> bool:
        """Whether a bracket holds a time and no value: "9.8 (10/8)", "77 (Jan)"."""
        if self._text[at] not in "([":
            return False
        close = self._text.find(")" if self._text[at] == "(" else "]", at, limit)
        if close < 0:
            return False
        told = at + 1
        for inside in self._times.between(at + 1, close):
            if any(map(str.isdigit, self._text[told : inside.start])):
                return False
            told = inside.end
        return not any(map(str.isdigit, self._text[told:close]))

    def _take_time(self, when: When, limit: int) -> int:
        following = _FOLLOWS.match(self._text, when.end, limit)
        if (
            self._found
            and not self._apart
            and not (following and when.kind in (Kind.NOW, Kind.LATER))
            and when.kind is not Kind.LATER
        ):
            self._tell(when)
            return when.end
        nearer = following is not None and when.kind is Kind.NOW
        if nearer or self._pending is None or self._pending.kind in (Kind.LATER, Kind.NOW) or when.kind is Kind.DATED:
            self._pending = when
        self._evidence = self._evidence or bool(self._found)
        return when.end

    def _tell(self, when: When) -> None:
        """The time of the last value; the more exact one, where there are several."""
        last = self._found[-1]
        known = last.when
        if (
            known is None
            or known.kind is Kind.LATER
            or (known.kind is Kind.NOW and when.kind is Kind.EARLIER and known.words.lower().startswith("in "))
            or (known.start == known.end and when.kind is not Kind.NOW)
            or (known.day is None and when.day is not None and known.kind is Kind.EARLIER)
        ):
            kind = Kind.EARLIER if known is not None and known.kind is Kind.EARLIER else when.kind
            self._found[-1] = last._replace(when=when._replace(kind=kind))
        self._found[-1] = self._found[-1]._replace(until=when.end)

    def _take_word(self, word: re.Match[str]) -> int | None:
        spoken = word.group().lower().rstrip(".")
        beside = BESIDE_AIM.match(self._text, word.start())
        if beside is not None:
            return beside.end()
        if spoken in AIMS and not self._found:
            self._aimed = True
            return word.end()
        allowed = BETWEEN if self._found else BEFORE
        changes = not self._found and (is_change(spoken) or spoken.endswith(_HOW))
        if not changes and spoken not in allowed and word.group().lower() not in allowed:
            return None
        self._words.append(spoken)
        if len(self._words) > (_MOST_BETWEEN if self._found else _MOST_BEFORE):
            return None
        if self._found and (spoken in PRECEDES or spoken in {"to", "then", "now"}):
            self._evidence = True
        return word.end() - (word.group().endswith(".") and word.end() > word.start() + 1)

    def _over_aim(self, at: int, limit: int) -> int | None:
        """Where what is aimed at ends: only a value of the note's own time behind it is one."""
        if not self._aimed or self._ranged:
            return None
        aim = _AIMED_AT.match(self._text, at, limit) or self._rules.core(at, limit)
        if aim is None:
            return None
        end = aim.end if isinstance(aim, Core) else aim.end()
        self._ranged, self._words, self._begin = True, [], end
        return end

    def _take_value(self, at: int, limit: int) -> int | None:
        text = self._text
        if not self._found and (run := self._run(at, limit)) is not None:
            return run
        core = self._rules.core(at, limit)
        if core is None and not self._found and _RANGES.match(self._text, at, limit):
            return self._over_range(at, limit)
        if core is None or (self._found and not self._is_another(core.end, limit)):
            return None
        changing = not CHANGES.isdisjoint(self._words) or any(word in {"was", "were"} for word in self._words)
        span = _RANGE.match(text, core.end)
        if span is not None and (not changing or span["s"] or not span.group().strip().lower().startswith("to")):
            return self._over_range(at, limit)
        if (
            self._ranged
            and not self._found
            and (self._pending is None or self._pending.kind not in (Kind.NOW, Kind.LATER))
        ):
            return None  # only a value of the note's own time follows a range: "150-160/90 at home. Today 148/88"
        when = self._pending
        if self._found and when is None and not PRECEDES.isdisjoint(self._words):
            when = When(at, at, Kind.EARLIER, "previous")
        elif (
            self._found
            and (when is None or when.kind in (Kind.NOW, Kind.LATER))
            and (
                "to" in self._words
                or "now" in self._words
                or (when is not None and when.kind is Kind.NOW and when.day is None)
            )
        ):
            self._precede(sure="to" in self._words or not CHANGES.isdisjoint(self._words))
        self._found.append(Valued(at, core.end, core.data, when, " ".join(self._words)))
        self._awaits = False
        self._words, self._pending, self._evidence, self._apart, self._begin = [], None, False, False, core.end
        return core.end

    def _run(self, at: int, limit: int) -> int | None:
        """Where bare values end that follow one another, the latest last: "132 > 140 > 155", "145, 152, 160"."""
        run = _RUN.match(self._text, at, limit)
        inside = self._rules.inside
        if run is None or inside is None or self._times.at(at, limit) is not None:
            return None
        told = [
            (number.start(), inside(number.start(), number.end()))
            for number in _NUMBER.finditer(self._text, *run.span())
        ]
        cores = [(start, core) for start, core in told if core is not None]
        if len(cores) < len(told):
            return None
        words = " ".join(self._words)
        for start, core in cores[:-1]:
            self._found.append(Valued(start, core.end, core.data, When(at, at, Kind.EARLIER, "previous"), words))
        start, core = cores[-1]
        self._found.append(Valued(start, core.end, core.data, None, words))
        self._words, self._pending, self._evidence, self._apart, self._begin = [], None, False, False, core.end
        return core.end

    def _over_range(self, at: int, limit: int) -> int | None:
        """Where a range ends that is no value: "150-160/90-95"."""
        if self._found:
            return None
        self._ranged = True
        ended = re.compile(r"\d[\d./]*(?:\s?(?:-|–|—|to)\s?\d[\d./]*)+").match(self._text, at, limit)
        return ended.end() if ended else None

    def _is_another(self, end: int, limit: int) -> bool:
        """Whether a number that ends at `end` is another value, and nothing else that is counted."""
        if (self._words and self._words[-1] in LEADS_AWAY) or self._counts(end, limit):
            return False
        return self._evidence or self._dated_behind(end, limit) or (self._rules.bare and self._words_are_few())

    def _counts(self, end: int, limit: int) -> bool:
        """Whether a word behind a value is what it counts: "then 3 further boluses"."""
        behind = re.compile(r"\s?[a-z]{3,}", re.IGNORECASE).match(self._text, end, limit)
        return behind is not None and not ENDS.match(self._text, end, limit) and not self._dated_behind(end, limit)

    def _words_are_few(self) -> bool:
        return len(self._words) <= 4

    def _dated_behind(self, end: int, limit: int) -> bool:
        """Whether a time stands right behind a value: ", 55 today", ", 11.3 (11/8)"."""
        gap = re.compile(r"\s?[(\[]?").match(self._text, end, limit)
        at = gap.end() if gap else end
        return self._times.at(at, min(limit, at + 40)) is not None

    def _precede(self, *, sure: bool = True) -> None:
        """The last value is earlier than the next one."""
        last = self._found[-1]
        self._awaits = last.when is None
        if last.when is None and sure:
            self._found[-1] = last._replace(when=When(last.start, last.start, Kind.EARLIER, "previous"))
        elif last.when is None:
            self._found[-1] = last._replace(when=When(last.start, last.start, Kind.FIRST, "previous"))

    def _ordered(self) -> list[Valued[T]]:
        """The values; "down from 132" alone is the earlier one."""
        if self._awaits:  # "6.4 → start a statin": no other value came
            self._found[-1] = self._found[-1]._replace(when=None)
        if len(self._found) == 1 and self._found[0].when is None and "from" in self._found[0].between.split():
            first = self._found[0]
            return [first._replace(when=When(first.start, first.start, Kind.EARLIER, "previous"))]
        return self._found
