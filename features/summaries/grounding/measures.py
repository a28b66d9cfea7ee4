"""Numbers with their units, dates, and how often: read from a text, and compared across units."""

import calendar
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from features.summaries.grounding.tables import lines

_WORDS = [
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
    "thirteen",
    "fourteen",
    "fifteen",
    "sixteen",
    "seventeen",
    "eighteen",
]
_SPELLED = {word: float(value) for value, word in enumerate(_WORDS, 1)}
_SPELLED |= {"twenty": 20.0, "thirty": 30.0, "forty": 40.0, "fifty": 50.0, "sixty": 60.0, "seventy": 70.0}
_SPELLED |= {"eighty": 80.0, "ninety": 90.0, "½": 0.5}

# Units as they are written: what they measure, and how much of its first unit they are.
_UNITS: dict[str, tuple[str, float]] = {}
for _line in lines("units.txt"):
    _kind, _, _members = _line.partition(": ")
    for _member in _members.split(";"):
        *_names, _factor = _member.split()
        for _name in _names:
            _UNITS[_name] = (_kind, float(_factor))

_UNIT = "|".join(sorted((re.escape(name) for name in _UNITS if name != "x"), key=len, reverse=True))
_NUMBER = re.compile(
    r"(?:(?<![\w.])|(?<=\bx))(?P<n>\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+|"
    r"(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)"
    rf"[- ](?:one|two|three|four|five|six|seven|eight|nine)\b|(?:{'|'.join(_SPELLED)})(?!\w))",
    re.IGNORECASE,
)
_AFTER = re.compile(rf"\s?-?\s?(?P<u>{_UNIT})(?![\w/²]|\.\d)", re.IGNORECASE)
_BETWEEN = re.compile(r"\s?(?:-|–|to|or|/|and)\s?\Z", re.IGNORECASE)
# Where a unit is left out, it is one of these.
_UNDERSTOOD = frozenset(
    {"pressure", "share", "rate", "breaths", "score", "grade", "mass_index", "temperature", "times"}
)
_MOLES = (38.67, 18.02, 88.57, 88.4, 2.8, 4.0, 10.0)  # mg/dL in a mmol/L of what is given in both

_MONTHS = [name.lower() for name in calendar.month_name[1:]]
_MONTH = "(?P<b>" + "|".join(f"{month[:3]}(?:{month[3:]})?" for month in _MONTHS) + r"|sept)\.?"
_DATES = (
    re.compile(r"(?<!\d)(?P<y>\d{4})-(?P<m>\d{2})-(?P<d>\d{2})(?!\d)"),
    re.compile(rf"\b{_MONTH}\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?:,?\s(?P<y>\d{{4}}))?(?!\d)", re.IGNORECASE),
    re.compile(rf"(?<!\d)(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s(?:of\s)?{_MONTH}(?:,?\s(?P<y>\d{{4}}))?\b", re.IGNORECASE),
    re.compile(rf"\b{_MONTH},?\s(?:of\s)?(?P<y>\d{{4}})(?!\d)", re.IGNORECASE),
    re.compile(r"(?<![\d/])(?P<m>\d{1,2})/(?P<d>\d{1,2})/(?P<y>\d{4}|\d{2})(?![\d/])"),
    re.compile(r"(?<![\d/])(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?![\d/])"),
    re.compile(r"(?<![\d/])(?P<d>\d{1,2})\.(?P<m>\d{1,2})\.(?P<y>\d{4})(?![\d/])"),
)
_YEAR = re.compile(r"\b(?:in|since|of|during)\s(?P<y>(?:19|20)\d\d)\b", re.IGNORECASE)


class Day(NamedTuple):
    """A date, as far as it is given."""

    start: int
    end: int
    year: int | None
    month: int | None
    day: int | None

    def agrees(self, other: "Day | date") -> bool:
        """Whether nothing that both say differs, and the other is not vaguer."""
        mine, its = (self.year, self.month, self.day), (other.year, other.month, other.day)
        same = all(one is None or two is None or one == two for one, two in zip(mine, its, strict=True))
        return same and not (self.day is not None and its[2] is None)


class Number(NamedTuple):
    """A number in a text. `unit` as it is written, in lower case."""

    start: int
    end: int
    value: float
    unit: str | None
    digits: int  # after the point
    stop: int  # where its unit ends


class Often(NamedTuple):
    """How often something is taken or done."""

    start: int
    end: int
    name: str


@dataclass(frozen=True, slots=True)
class Measures:
    """All that is counted in a text. No character belongs to two of them."""

    days: tuple[Day, ...]
    often: tuple[Often, ...]
    numbers: tuple[Number, ...]


_N = r"(?P<n>\d{1,2}|one|two|three|four|five|six|eight|twelve)"
_RANGE = rf"{_N}(?:\s?(?:-|–|to)\s?(?P<n2>\d{{1,2}}|two|three|four|five|six|eight|twelve))?"
_HOURS = r"(?:hours?|hrs?|hourly|h)"
_OFTEN: tuple[tuple[str, str], ...] = (
    (r"every other day|qod|q\.o\.d\.?|alternate days|every second day", "every 2 day"),
    (r"every other week|fortnightly|every second week", "every 2 week"),
    (rf"(?:every|q)\s?{_RANGE}\s?-?{_HOURS}", "every {n} hour"),
    (rf"(?:every|q)\s?{_RANGE}\s?-?(?:days?|d)", "every {n} day"),
    (rf"(?:every|q)\s?{_RANGE}\s?-?(?:weeks?|wks?)", "every {n} week"),
    (rf"(?:every|q)\s?{_RANGE}\s?-?(?:months?|mo)", "every {n} month"),
    (rf"(?:at least\s)?{_RANGE}\s?(?:times?|x|sessions?|doses)?\s?(?:a|per|/|each|every)\s?(?:day|d)", "{n} a day"),
    (rf"{_RANGE}\s?(?:times|x)\s?daily", "{n} a day"),
    (rf"{_RANGE}\s?(?:times?|x|sessions?)\s?(?:a|per|/|each|every|in a)?\s?(?:week|wk|weekly)", "{n} a week"),
    (r"x?2x/(?:week|wk)", "2 a week"),
    (rf"{_RANGE}\s?(?:times?|x)\s?(?:a|per|/|each)\s?(?:month|mo)", "{n} a month"),
    (r"twice(?:\s(?:a|per|each)\sday|[ -]daily)|b\.?i\.?d\.?|bd", "2 a day"),
    (r"twice\s(?:a|per|each)\s(?:week|wk)|twice[ -]weekly", "2 a week"),
    (r"three[ -]times[ -]daily|t\.?i\.?d\.?|tds|thrice daily", "3 a day"),
    (r"four[ -]times[ -]daily|q\.?i\.?d\.?|qds", "4 a day"),
    (
        r"once(?:\s(?:a|per|each|every)\sday|[ -]daily)|q\.?d\.?|daily|every ?day|each day|(?:per|a|/)\s?day|od",
        "1 a day",
    ),
    (r"once(?:\s(?:a|per|each|every)\sweek|[ -]weekly)|weekly|every week|each week|(?:per|a)\sweek|/week", "1 a week"),
    (r"once(?:\s(?:a|per|each|every)\smonth|[ -]monthly)|monthly|every month|each month|per month", "1 a month"),
    (r"yearly|annually|annual|every year|once a year|per year", "1 a year"),
    (r"hourly|every hour", "every 1 hour"),
    (r"q\.?h\.?s\.?|at bedtime|before bed|at night|nightly|nocte|every night|each night", "at night"),
    (r"q\.?a\.?m\.?|every morning|each morning|in the mornings?", "in the morning"),
    (r"q\.?p\.?m\.?|every evening|each evening|in the evenings?", "in the evening"),
    (r"p\.?r\.?n\.?|as needed|as required|when needed|if needed|when required|only when needed", "as needed"),
)
_OFTEN_FOUND = tuple((re.compile(rf"(?<![\w/.-])(?:{pattern})(?!\w)", re.IGNORECASE), name) for pattern, name in _OFTEN)


def measures(text: str) -> Measures:
    """Everything counted in a text."""
    taken = bytearray(len(text))
    days = tuple(sorted(_days(text, taken)))
    often = tuple(sorted(_often(text, taken)))
    return Measures(days, often, tuple(_numbers(text, taken)))


def _take(taken: bytearray, start: int, end: int) -> bool:
    if any(taken[start:end]):
        return False
    taken[start:end] = b"\1" * (end - start)
    return True


def _days(text: str, taken: bytearray) -> Iterator[Day]:
    for pattern in (*_DATES, _YEAR):
        for match in pattern.finditer(text):
            part = match.groupdict()
            year = int(part["y"]) if part.get("y") else None
            year = year + 2000 if year is not None and year < 100 else year
            named = part.get("b")
            month = int(part["m"]) if part.get("m") else None
            if named:
                month = next(at for at, name in enumerate(_MONTHS, 1) if name.startswith(named[:3].lower()))
            day = int(part["d"]) if part.get("d") else None
            if named and named.lower() == "may" and year is None and text[match.start()] == "m":
                continue
            if (month or 1) <= 31 and (day or 1) <= 31 and _take(taken, *match.span()):
                yield Day(*match.span(), year, month, day)


def _often(text: str, taken: bytearray) -> Iterator[Often]:
    for pattern, name in _OFTEN_FOUND:
        for match in pattern.finditer(text):
            if not _take(taken, *match.span()):
                continue
            part = match.groupdict()
            if part.get("n"):
                many = f"{_number(part['n']):g}" + (f"-{_number(part['n2']):g}" if part.get("n2") else "")
                yield Often(*match.span(), name.format(n=many))
            else:
                yield Often(*match.span(), name)


def _number(written: str) -> float:
    word = written.lower().replace(",", "")
    if word in _SPELLED:
        return _SPELLED[word]
    if word[0].isalpha():
        tens, _, ones = word.replace("-", " ").partition(" ")
        return _SPELLED[tens] + _SPELLED[ones]
    return float(word)


def _numbers(text: str, taken: bytearray) -> Iterator[Number]:
    found: list[Number] = []
    for match in _NUMBER.finditer(text):
        start, end = match.span()
        if any(taken[start:end]):
            continue
        written = match["n"]
        unit = _AFTER.match(text, end)
        name = unit["u"].lower() if unit and not any(taken[unit.start("u") : unit.end("u")]) else None
        if name is None and text[end : end + 3] == "/10" and not text[end + 3 : end + 4].isdigit():
            name = "/10"
        if name in {"in", "time"} and text[unit.end() : unit.end() + 2].strip() and name == "in" if unit else False:
            name = None  # "3 in the morning"
        if end < len(text) and text[end].isalpha() and name is None and written[0].isdigit():
            continue  # part of a word
        digits = len(written.partition(".")[2]) if written[0] in "0123456789." else 0
        stop = unit.end() if unit and name else end
        found.append(Number(start, end, _number(written), name, digits, stop))
    yield from _shared(text, found)


def _shared(text: str, found: Sequence[Number]) -> Iterator[Number]:
    """The unit that a range or a pair names once, "4-6 weeks", counts for both its numbers."""
    for at, number in enumerate(found):
        following = found[at + 1] if at + 1 < len(found) else None
        if number.unit is None and following and following.unit not in {None, "/10"}:
            between = text[number.end : following.start]
            if len(between) < 6 and _BETWEEN.match(between):
                yield number._replace(unit=following.unit)
                continue
        yield number


def compare(said: Number, quoted: Number) -> str | None:
    """None if two numbers agree, else `unit_mismatch` or `number_not_in_quote`."""
    same = abs(said.value - quoted.value) < 1e-9
    mine, its = said.unit, quoted.unit
    if mine == its or (its is not None and mine is None):
        return None if same else "number_not_in_quote"
    if mine is None:
        return None if same else "number_not_in_quote"
    kind, factor = _UNITS[mine]
    if its is None:
        return (
            (None if kind in _UNDERSTOOD and _plausible(said) else "unit_mismatch") if same else "number_not_in_quote"
        )
    other, of_other = _UNITS[its]
    if _converted(said, (kind, factor), quoted, (other, of_other)):
        return None
    return "unit_mismatch" if same else "number_not_in_quote"


def _plausible(said: Number) -> bool:
    if said.unit in {"°f", "f", "fahrenheit", "degf"}:
        return 80 < said.value < 115
    if said.unit in {"°c", "c", "celsius", "centigrade", "degc"}:
        return 25 < said.value < 45
    return True


def _converted(said: Number, mine: tuple[str, float], quoted: Number, its: tuple[str, float]) -> bool:
    tolerance: float = 0.5 / 10**said.digits + 1e-9
    if {mine[0], its[0]} == {"per_volume", "molar"}:
        up = mine[0] == "per_volume"
        values = (quoted.value * its[1] * (rate if up else 1 / rate) / mine[1] for rate in _MOLES)
        return any(abs(said.value - value) <= tolerance for value in values)
    if mine[0] != its[0]:
        return False
    if mine[0] == "temperature":
        if mine[1] == its[1]:
            return abs(said.value - quoted.value) < 1e-9
        value = quoted.value * 1.8 + 32 if mine[1] == 1 else (quoted.value - 32) / 1.8
        return bool(abs(said.value - value) <= max(tolerance, 0.051))
    value = quoted.value * its[1] / mine[1]
    loose = 0.04 if mine[0] == "time" else 0.0  # a month is no whole number of weeks
    if mine[1] == its[1]:
        return abs(said.value - quoted.value) < 1e-9
    return abs(said.value - value) <= max(tolerance if mine[0] != "mass" or said.value >= 5 else 1e-6, loose * value)


_SPAN = r"(?P<n>\d{1,3}|an?|one|two|three|four|five|six|seven|eight|nine|ten)\s(?P<u>day|week|month|year)s?"
_AGO = re.compile(
    rf"{_SPAN}\s(?P<w>ago|prior|earlier|before)\b",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"\b(?:in|for|after)\s(?:approx\.?\s|about\s)?" + _SPAN + r"\b",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7, "month": 30.44, "year": 365.25}


def meant_by(text: str, today: date) -> list[tuple[date, int]]:
    """The days that a text speaks of in relation to its own, each with how many days it may be off."""
    found = [(today, 0)]
    lower = text.lower()
    for word, step in (("yesterday", -1), ("tomorrow", 1)):
        if word in lower:
            found.append((today + timedelta(days=step), 0))
    for pattern, sign in ((_AGO, -1), (_AHEAD, 1)):
        for match in pattern.finditer(text):
            written = match["n"].lower()
            many = 1.0 if written in {"a", "an"} else _number(written)
            span = _DAYS[match["u"].lower()]
            try:
                day = today + sign * timedelta(days=many * span)
            except OverflowError:
                continue
            found.append((day, 0 if span == 1 else round(span / 2)))
    return found
