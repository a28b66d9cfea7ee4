"""When a value was measured, going by the words that stand with it: "today", "on arrival", "last visit", a date.

A date belongs to what it stands with; one of a birth, an appointment or a drug's start dates no measurement.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from datetime import date
from enum import IntEnum
from typing import NamedTuple

from clinical.values.dates import DATE, MONTH, dates_in, made, ordered


class Kind(IntEnum):
    """How a time lies to the note."""

    NOW = 0
    """At the note: "today", "on discharge"."""
    FIRST = 1
    """At the beginning of what the note tells of: "on arrival". Earlier only beside a value that is not."""
    LATER = 2
    """After the value before it: "repeat", "then", "two hours later"."""
    EARLIER = 3
    """Before the note: "last visit", "previously", "in March"."""
    DATED = 4
    """On a day that the text names."""


class When(NamedTuple):
    """A time at `text[start:end]`."""

    start: int
    end: int
    kind: Kind
    words: str
    day: str | None = None
    """ISO date, moment, month or year, where it is known."""


_COUNT = r"\d{1,2}|one|two|three|four|six|eight|twelve"
_OWN = r"(?:his|her|their|the|my|a|our|this|that)"
_VISIT = (
    r"(?:visit|appointment|clinic(?: visit| appointment)?|review|check(?:-?up)?|consultation|admission|attendance|"
    r"reading|measurement|time|test|bloods|result|check|one)"
)
_NOW = re.compile(
    r"(?:today(?:['’]s)?(?: in clinic)?|tonight|now|nowadays|currently|current|presently|at present|at the moment|"
    r"this (?:morning|afternoon|evening|visit|am|pm|admission|week|time)|"
    rf"(?:on|at|by|before) (?:the time of )?(?:{_OWN} )?(?:discharge|leaving|review|examination|exam)|"
    rf"in (?:the )?(?:clinic|office|surgery)(?: today)?|latest|most recent(?:ly)?|on (?:{_OWN} )?day of discharge|"
    r"here)\b",
    re.IGNORECASE,
)
_FIRST = re.compile(
    rf"(?:(?:on|at|upon) (?:{_OWN} )?(?:arrival|admission|adm|presentation|presenting|attendance|triage|first contact|"
    r"scene|handover|baseline|outset)(?: to (?:ed|hospital|a&e|the ward))?|"
    r"initial(?:ly)?|at first|first|pre-?op(?:erative(?:ly)?)?|in (?:the )?ambulance|with (?:the )?(?:ems|paramedics|"
    r"ambulance crew)|en route|before treatment|pre-?treatment|before (?:the )?(?:session|dialysis|run|procedure|dose)|"
    r"pre[- ]?(?:hd|dialysis|dial|session|procedure|rx|neb(?:uliser)?s?|transfusion|bronchodilator|exercise)|"
    r"pre(?=[\s:]{1,2}\d)|(?:(?:at |time )?0 ?(?:h(?:ou)?rs?|(?-i:h))))\b",
    re.IGNORECASE,
)
_LATER = re.compile(
    r"(?:then|repeat(?:ed)?(?: (?:reading|level|value|test|check))?|re-?check(?:ed)?|re-?tested|subsequently|later|"
    r"afterwards|(?:and )?on (?:repeat(?:ing)?|re-?check(?:ing)?|re-?test(?:ing)?|standing|second reading)|"
    r"(?:on )?(?:day|D|POD|week|postop day|post-op day) ?\d{1,2}(?![\d./]|,\d)|second reading|followed by|again|"
    r"after (?:\d{1,4}|one|two|three|five|ten|fifteen|twenty|thirty) ?(?:min\w*|h\w*)(?:['’]? ?(?:of )?(?:rest|lying|"
    r"sitting))?(?: down| flat)?|after (?:it|(?:the |a |an |\d{1,4} ?m?c?[gl] (?:of )?|\d{1,2} )?[a-z]{3,20})|"
    r"post[- ]?(?:treatment|op\w*|dialysis|fluids?|hd|dial|session|procedure|rx|neb(?:uliser)?s?|transfusion|"
    r"bronchodilator|exercise)|post(?=[\s:]{1,2}\d)|"
    r"(?:second|third|fourth|2nd|3rd|4th)(?: (?:reading|check|attempt|sample))?(?=[\s:=(]{1,2}(?:was )?\d)|"
    rf"(?:{_COUNT}) ?(?:min(?:ute)?s?|h(?:ou)?rs?|h) (?:later|on|post)|(?:at |after )?(?:{_COUNT})[ -]?"
    r"(?:min(?:ute)?s?|h(?:ou)?rs?|(?-i:h))(?! ?(?:ago|before|previous|earlier|prior|back|urine|collection)))\b",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    rf"(?:(?:(?:at|on|from|in|since|during) )?(?:{_OWN} )?(?:last|previous|prior|earlier|preceding|old) (?:gp |"
    rf"clinic |hospital |outpatient |annual |routine )?{_VISIT}\b(?: (?:in|on) (?=\S))?|"
    r"(?:at |from |in )?(?:last|previous|prior) (?:year|month|week|summer|spring|autumn|winter|fall|night|results?|"
    r"levels?|values?|labs?)|previous(?:ly)?|prev\b\.?|prior(?: to this| to that)?|before that|beforehand|"
    r"earlier(?: (?:today|this (?:year|week|month)))?|formerly|historically|baseline|(?:old|gp) (?:notes|records?)|"
    r"usual(?:ly)?(?= \d)|yesterday|the (?:day|week|month|year) before|last|"
    r"(?:a|one|two|three|four|five|six|several|few|a few|\d{1,4}) (?:days?|weeks?|months?|years?|wks?|yrs?|hours?|"
    r"hrs?)(?: (?:ago|earlier|before|previously|prior|back))|"
    r"(?:at|before|during|after) (?:birth|booking|surgery|the operation|pregnancy|transplant)|pre-?pregnancy)",
    re.IGNORECASE,
)
_MONTH_ALONE = re.compile(rf"(?P<month>{MONTH})\b\.?(?=\s?\))", re.IGNORECASE)
_SHORT_DATE = re.compile(r"(?<![\d/.,-])(?:[0-3]?\d/[01]?\d|[01]?\d/[0-3]?\d|[0-3]\d\.[01]\d\.)(?![\d/%])")
_VALUE_BEFORE = re.compile(r"\d\s?(?:[a-z/%]{1,8}\s)?[(]?\Z", re.IGNORECASE)
_VALUE_FOLLOWS = re.compile(r"\s[<>]?\d+(?:\.\d+)?(?:[,;.)]|$|\s[(a-z])|\s(?:[01]\d|2[0-3]):[0-5]\d")
# "188 Monday, 121 Wed": behind its value.
_WEEKDAY_AFTER = re.compile(
    r"(?:on )?(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)(?:day|nesday|urday)?(?=\s?[,;.)|]|\s(?:and|then)\b|\s?$)",
    re.MULTILINE,
)
# "Mon 86.9", "Sat 21/2 88.4 kg", "Jan 132,": a day of the week, or a month, that stands before its value.
_WEEKDAY = re.compile(
    rf"(?:{MONTH})\b\.?(?=[\s:]{{1,2}}\d{{1,4}}(?:\.\d{{1,2}})?[,;.)](?!\d))(?<=[a-z.])|"
    r"(?:Mon|Tues?|Wed|Thu(?:rs)?|Fri|Sat|Sun)(?:day|nesday|urday)?(?:\s[0-3]?\d/[01]?\d(?![\d/]))?(?=[\s:]{1,2}\d)"
)
_CLOCK = re.compile(
    r"(?:at |@ ?)?(?<![\d/.,])(?:(?P<h>[01]?\d|2[0-3])(?:(?::(?P<m>[0-5]\d)|\.(?P<m2>[0-5]\d)(?=\s?(?:[ap]\.?m\b|"
    r"h(?:rs|ours)?\b)))(?!\d|[.,/]\d)\s?(?P<half>[ap]\.?m\b)?(?:\s?h(?:rs|ours)?\b)?|\s?(?P<half2>[ap]\.?m\b))|"
    r"(?P<h4>[01]\d|2[0-3])(?P<m4>[0-5]\d)(?=\s?h(?:rs|ours)?\b|:?\s+\D{0,12}\d|\s*:))",
    re.IGNORECASE,
)
# Before a date, these say that it dates something else.
_NOT_MEASURED = re.compile(
    r"\b(?:born|birth|dob|d\.o\.b\.?|b\.|appointment|appt|next|follow[- ]?up|f/u|due|review(?:ed)?(?: on| in)?|booked|"
    r"scheduled|planned|until|till|expir\w+|since|"
    r"start(?:ed|ing)?|commenc\w+|begun|began|stopp?ed|initiat\w+|prescrib\w+|increased|reduced|changed|switched|"
    r"given|admitted|admission|operat\w+|surgery|diagnosed|onset|"
    r"married|died|mi|stroke|fall|fell|referred|transferred|vaccin\w+|immunis\w+|lmp|edd|age[d]?|typed|printed|"
    r"repeat|recheck|return|rv)\b[\s:.(on]*$",
    re.IGNORECASE,
)
_BEGINS = re.compile(
    r"(?:today|tonight|now|current|present|at |this |on |by |before |in |latest|most|here|upon |initial|first|pre|"
    r"with |en |time |then|repeat|re-?check|re-?test|subseq|later|after|and on|second|"
    r"third|fourth|followed|again|post|\d|one|two|three|four|five|six|eight|twelve|last|prev|prior|earlier|former|historic|baseline|old|"
    r"gp |yesterday|the |a |several|few|usual|during|since|from|his |her |their)",
    re.IGNORECASE,
)


_LED = re.compile(
    r"^(?:(?:at|on|in|from|since|during)\s+)?(?:his|her|their|the|my|our)\s+|^(?:(?:on|in|dated|from|at|taken|drawn|"
    rf"collected|checked)\s+)+(?=\d|(?:{MONTH})\b|last|prev)",
    re.IGNORECASE,
)


class Times:
    """The times that a text names, in order, read by the day of the note where it has one."""

    def __init__(self, text: str, day: date | None) -> None:
        self._text = text
        self._day = day
        self._dates = dates_in(text, day)
        self._starts = [found.start for found in self._dates]

    def at(self, start: int, end: int) -> When | None:
        """The time that is named right at `start`."""
        text = self._text
        dated = self._dated(start, end)
        if dated is not None:
            now = _NOW.match(text, start, end)
            return When(start, now.end(), Kind.NOW, now.group()) if now and now.end() >= dated.end else dated
        if not _BEGINS.match(text, start, end):
            return None
        clock = _CLOCK.match(text, start, end)
        if clock is not None:
            return When(start, clock.end(), Kind.NOW, clock.group(), self._moment(clock))
        best: When | None = None
        for kind, pattern in ((Kind.NOW, _NOW), (Kind.FIRST, _FIRST), (Kind.LATER, _LATER), (Kind.EARLIER, _EARLIER)):
            match = pattern.match(text, start, end)
            if match is not None and (best is None or match.end() > best.end):
                best = When(start, match.end(), kind, match.group().strip())
        if best is None or best.kind is not Kind.EARLIER:
            return best
        behind = self._dated(best.end, end) or self._dated(best.end + 1, end)
        if behind is not None:
            return When(start, behind.end, Kind.EARLIER, f"{best.words} {behind.words}".strip(), behind.day)
        return best

    def between(self, start: int, end: int) -> Iterator[When]:
        """The times named in a stretch of text, from the left."""
        at = start
        for match in re.compile(r"(?<![^\W_])[A-Za-z\d]").finditer(self._text, start, end):
            if match.start() < at:
                continue
            found = self.at(match.start(), end)
            if found is not None:
                yield found
                at = found.end

    def is_measured(self, when: When, start: int) -> bool:
        """Whether a time can be that of a measurement, going by the words before it."""
        return not (
            when.kind is Kind.DATED and _NOT_MEASURED.search(self._text, max(start, when.start - 30), when.start)
        )

    def _dated(self, start: int, end: int) -> When | None:
        """A date at a place, perhaps behind "on" or "in"."""
        text = self._text
        led = re.compile(
            r"(?:(?:on|in|dated|from|at|taken|drawn|collected|checked)\s+(?:the\s+)?){0,2}", re.IGNORECASE
        ).match(text, start, end)
        at = led.end() if led else start
        for place in (start, at):
            number = bisect_left(self._starts, place)
            if number < len(self._dates) and self._starts[number] == place and self._dates[number].end <= end:
                found = self._dates[number]
                words = text[start : found.end].strip()
                if (
                    found.iso is None
                    and re.fullmatch(r"(?i)(?:on )?may", words)
                    and not re.match(r"(?i)(?:in|on|of|since|from)\s", words)
                ):
                    return None  # "may be"
                return When(start, found.end, Kind.DATED, words, found.iso or self._past(found.start))
        month = _MONTH_ALONE.match(text, at, end)
        if month is not None and text[max(0, at - 1) : at] == "(":
            known = dates_in(f"in {month['month']}", self._day)
            return When(start, month.end(), Kind.DATED, month.group(), known[0].iso if known else None)
        weekday = _WEEKDAY.match(text, at, end)
        if weekday is None and _VALUE_BEFORE.search(text, max(0, start - 10), start):
            weekday = _WEEKDAY_AFTER.match(text, start, end)
        if weekday is not None:
            return When(start, weekday.end(), Kind.DATED, text[start : weekday.end()])
        short = _SHORT_DATE.match(text, at, end)
        if short is not None and (
            at > start
            or text[max(0, at - 1) : at] == "("
            or text[short.end() : short.end() + 1] == ":"
            or _VALUE_FOLLOWS.match(text, short.end(), end) is not None
            or short.group().endswith(".")
        ):
            return When(start, short.end(), Kind.DATED, text[start : short.end()], None)
        return None

    def _past(self, at: int) -> str | None:
        """Which of two days a date is, where the other is still to come when the note is written."""
        found = DATE.match(self._text, at)
        if found is None or self._day is None or not found["y4"]:
            return None
        numbers = int(found["a4"]), int(found["b4"])
        days = [made(int(found["y4"]), *(ordered(*numbers, day_first=first) or (0, 0))) for first in (True, False)]
        past = {day.iso for day in days if day is not None and day.first <= self._day}
        return past.pop() if len(past) == 1 else None

    def _moment(self, clock: re.Match[str]) -> str | None:
        if self._day is None:
            return None
        hour, minute = int(clock["h"] or clock["h4"]), int(clock["m"] or clock["m2"] or clock["m4"] or 0)
        half = (clock["half"] or clock["half2"] or "").lower()
        if half:
            hour = hour % 12 + (12 if half.startswith("p") else 0)
        return f"{self._day.isoformat()}T{hour:02d}:{minute:02d}:00" if hour < 24 else None


def at_of(when: When | None, *, alone: bool) -> str | None:
    """How a time is told: as an ISO date where it is known, in the note's words where it is earlier, else not at all.

    Args:
        when: The time.
        alone: Whether the note has no later value of the same kind; then what was found on arrival is the note's value.
    """
    if when is None:
        return None
    if when.day is not None:
        return when.day
    if when.kind in (Kind.EARLIER, Kind.DATED) or (when.kind is Kind.FIRST and not alone):
        words = _LED.sub("", " ".join(when.words.split()))
        return (
            words if any(map(str.isdigit, words)) or when.kind is Kind.DATED else words[:1].lower() + words[1:]
        ) or "previous"
    return None
