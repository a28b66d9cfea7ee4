"""What the parts of a direction mean: how often, on which days, at what time, with what meal, as needed."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from enum import Enum

from clinical.values.numbers import number_of, plain, ranges_of
from clinical.values.scanning import Rule
from clinical.values.schedules import WEEKDAYS, Schedule, every_hours, per_day


class Kind(Enum):
    """What a part of a direction tells. A direction has at most one part of each kind, but for times of the day."""

    RATE = "rate"
    DAYS = "days"
    TIME = "time"
    MEALS = "meals"
    NEED = "need"
    LIMIT = "limit"


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a direction."""

    kind: Kind
    words: str
    """In plain words, behind others: "in the morning"."""
    meaning: Schedule
    alone: str = ""
    """In plain words, where nothing else is told: "every morning"."""


_HOUR_UNITS = {"hour": 1.0, "minute": 1 / 60, "day": 24.0, "week": 168.0, "month": 730.5, "year": 8766.0}
_SPELT_PERIODS = {
    "hour": "hourly hours hour hrly hrs hr h ° o",
    "minute": "minutes minute mins min",
    "day": "days daily day d 7",
    "week": "weekly wkly weeks week wks wk 52",
    "month": "monthly mthly months month mths mth mo 12",
    "year": "yearly years year annually annum yr",
}
_PERIODS = {word: period for period, words in _SPELT_PERIODS.items() for word in words.split()}
_OFTEN = {1.0: "once", 2.0: "twice", 3.0: "three times", 4.0: "four times", 5.0: "five times", 6.0: "six times"}
_ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly", "hour": "hourly"}
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
N = rf"(?:\d{{1,2}}(?:[.,]5)?(?!\d)|{_SMALL})"
RANGE = rf"(?P<n>{N}(?:\s?(?:-|–|—|to|or)\s?{N})?)"
HOURS = r"(?:hours?|hrs?|hourly|hrly|h|°)"
SPAN = r"(?:hours?|hrs?|h|minutes?|mins?|days?|d|weeks?|wks?|months?|mths?|mo|years?|yrs?)"
MEAL = (
    r"(?:meals?|food|milk|breakfast|lunch|dinner|supper|tea|snacks?|a meal|eating|each meal"
    r"|every meal|main meals?|evening meal|the evening meal|largest meal)"
)


def always(kind: Kind, words: str, meaning: Schedule, alone: str = "") -> Callable[[re.Match[str]], Part]:
    """A meaning that does not depend on what was matched."""
    part = Part(kind, words, meaning, alone or words)
    return lambda _: part


def rule(
    starts: str, pattern: str, meaning: Callable[[re.Match[str]], Part | None], flags: int = re.IGNORECASE
) -> Rule[Part]:
    """A way of writing, which begins with one of the words `starts`."""
    # A slash may stand before ("/day"), and a number glued to it ("10mgBD" is too rare to be worth it).
    return Rule(starts, re.compile(rf"(?<![\w.])(?:{pattern})(?![^\W_])", flags), meaning)


def rate(starts: str, pattern: str, words: str, meaning: Schedule, flags: int = re.IGNORECASE) -> Rule[Part]:
    """A pattern that always tells the same number of doses."""
    return rule(starts, pattern, always(Kind.RATE, words, meaning), flags)


GLUED = "(?:bds?|bid|tds|tid|qds|qid|od|om|on|mane|nocte|prn|stat)"
"""Codes that are written right behind a bare number: "100bd"."""


def glued(codes: str, meaning: Callable[[re.Match[str]], Part | None]) -> Rule[Part]:
    """Codes right behind a bare number."""
    return Rule(codes, re.compile(rf"(?<=\d)(?:{'|'.join(codes.split())})(?![^\W_])", re.IGNORECASE), meaning)


def interval(match: re.Match[str]) -> Part | None:
    """As in "Every 4-6 hours", "8-hourly", "q12h"."""
    period = _PERIODS[match["p"].lower()]
    ends = ranges_of(match["n"]) if match["n"] else (1.0, 1.0)
    if ends is None or not all(ends):
        return None
    return every(ends[0], ends[1], period)


def every(shortest: float, longest: float, period: str) -> Part:
    """Once in so many hours, days, weeks or months."""
    shortest, longest = min(shortest, longest), max(shortest, longest)
    number = plain(shortest) if shortest == longest else f"{plain(shortest)}-{plain(longest)}"
    hours = _HOUR_UNITS[period]
    meaning = every_hours(shortest * hours, longest * hours)
    if number == "1" and period != "hour" and period in _ADVERBS:
        return Part(Kind.RATE, f"once {_ADVERBS[period]}", meaning)
    if number == "2" and period == "day":
        return Part(Kind.RATE, "every other day", meaning)
    return Part(Kind.RATE, f"every {period}" if number == "1" else f"every {number} {period}s", meaning)


def times(match: re.Match[str]) -> Part | None:
    """As in "Three times a day", "2x/week", "1-2 times daily"."""
    written = match["n"].lower()
    ends = {"once": (1.0, 1.0), "twice": (2.0, 2.0), "thrice": (3.0, 3.0)}.get(written) or ranges_of(written)
    period = "day" if match["p"].startswith("24") else _PERIODS[match["p"].lower()]
    if ends is None or not ends[0] or ends[1] > 24:
        return None
    often = _OFTEN.get(ends[0], f"{plain(ends[0])} times")
    if ends[0] != ends[1]:
        often = f"{plain(ends[0])}-{plain(ends[1])} times"
    days = _HOUR_UNITS[period] / 24
    words = f"{often} {_ADVERBS[period]}" if period != "hour" else f"{often} an hour"
    return Part(Kind.RATE, words, per_day(ends[0] / days, ends[1] / days))


_DAY_WORDS = tuple(
    f"{name.lower()} {rest}".split()
    for name, rest in zip(
        WEEKDAYS,
        (
            "mon mondays monday mons",
            "tue tuesdays tuesday tues",
            "wed wednesdays wednesday weds",
            "thu thursdays thursday thurs thur",
            "fri fridays friday fris",
            "sat saturdays saturday sats",
            "sun sundays sunday suns",
        ),
        strict=True,
    )
)
DAY_OF = {word: number for number, words in enumerate(_DAY_WORDS) for word in words}
_A_DAY = "|".join(sorted(DAY_OF, key=len, reverse=True))
DAY_LIST = rf"(?:{_A_DAY})(?:\s?(?:/|,\s?and|,|&|\+|and|-|–|to|\s)\s?(?:{_A_DAY})(?![^\W_])){{0,6}}"


# "Weekly (Sun)", "once weekly, Monday".
_WEEKLY_BEFORE = re.compile(r"(?:weekly|a week|mg|tabs?|\bpo|\bsc|\bs/c|\bim)[\s,(:-]{1,3}\Z", re.IGNORECASE)
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def named_days(match: re.Match[str]) -> Part | None:
    """As in "Mon/Wed/Fri", "on Tuesdays and Saturdays", "Mon-Fri"."""
    written = match["days"].lower()
    days = [DAY_OF[word] for word in re.findall(_A_DAY, written)]
    between = re.split(_A_DAY, written)[1:-1]
    chosen: set[int] = set()
    for at, day in enumerate(days):
        chosen.add(day)
        if at and between[at - 1].strip() in {"-", "–", "to"} and days[at - 1] < day:
            chosen.update(range(days[at - 1], day))
    several = len(chosen) > 1 or (written.endswith("s") and written not in {"weds", "tues", "thurs"})
    if (
        not several
        and not match["on"]
        and not _WEEKLY_BEFORE.search(match.string, max(0, match.start() - 12), match.start())
    ):
        return None
    return weekdays(chosen)


def weekdays(chosen: Iterable[int]) -> Part:
    """On certain days of the week."""
    days = sorted(set(chosen))
    words = _DAY_NAMES[days[0]] if len(days) == 1 else "/".join(WEEKDAYS[day] for day in days)
    share = len(days) / 7
    meaning = Schedule(least=share, most=share, weekdays=frozenset(days), implied=True)
    return Part(Kind.DAYS, words, meaning, f"on {words}" if len(days) == 1 else words)


# The days of dialysis, or the others: "on HD days", "on non-dialysis days".
DIALYSIS_DAYS = (
    r"(?:(?:on|after|post)\s)?(?P<non>non[\s-]?)?(?:(?:haemo|hemo)?dialysis|hd)\sdays|"
    r"(?:on|after|post)\s(?:haemo|hemo)?dialysis"
)


def dialysis_days(match: re.Match[str]) -> Part:
    """On three days of the week, or on the other four."""
    share = (4 if match["non"] else 3) / 7
    words = f"on {'non-' if match['non'] else ''}dialysis days"
    return Part(Kind.DAYS, words, Schedule(least=share, most=share, implied=True), words)


def clock(match: re.Match[str]) -> Part | None:
    """As in "At 08:00 and 20:00", "at 8 am, 2pm and 10pm"."""
    said: list[str] = []
    for hour, minute, half in re.findall(r"(\d{1,2})(?:[:.]?(\d\d))?\s?([ap]\.?m|h(?:rs?)?)?", match["times"].lower()):
        number = int(hour)
        if half.startswith(("a", "p")):
            if not 1 <= number <= 12:
                return None
            number = number % 12 + (12 if half.startswith("p") else 0)
        if number > 24 or int(minute or 0) > 59:
            return None
        said.append(f"{number % 24:02d}:{minute or '00'}")
    hours = sorted(set(said))
    if not hours:
        return None
    words = f"at {hours[0]}" if len(hours) == 1 else f"at {', '.join(hours[:-1])} and {hours[-1]}"
    count = float(len(hours))
    return Part(Kind.TIME, words, Schedule(least=count, most=count, parts=frozenset(hours), implied=True), words)


_POSITIONS = {
    2: ("morning", "night"),
    3: ("morning", "midday", "night"),
    4: ("morning", "midday", "evening", "night"),
}
_SAID_PARTS = {
    "morning": ("in the morning", "every morning"),
    "midday": ("at midday", "at midday"),
    "afternoon": ("in the afternoon", "every afternoon"),
    "evening": ("in the evening", "every evening"),
    "night": ("at night", "at night"),
}


def positions(match: re.Match[str]) -> Part | None:
    """As in "1-0-1", "1-1-1-1": doses in the morning, at midday, (in the evening) and at night."""
    counts = [number_of(count) or 0.0 for count in re.split(r"\s?-\s?", match.group())]
    names = _POSITIONS[len(counts)]
    given = {name: count for name, count in zip(names, counts, strict=True) if count}
    if not given or max(counts) > 4:
        return None
    same = len(set(given.values())) == 1
    said = [_SAID_PARTS[name][0] if same else f"{plain(count)} {_SAID_PARTS[name][0]}" for name, count in given.items()]
    words = said[0] if len(said) == 1 else f"{', '.join(said[:-1])} and {said[-1]}"
    count = float(len(given))
    return Part(Kind.TIME, words, Schedule(least=count, most=count, parts=frozenset(given), implied=True), words)


def at_part(part: str, words: str = "", alone: str = "") -> Callable[[re.Match[str]], Part]:
    """One dose at a time of the day."""
    said, by_itself = _SAID_PARTS[part]
    meaning = Schedule(least=1.0, most=1.0, parts=frozenset({part}), implied=True)
    return always(Kind.TIME, words or said, meaning, alone or words or by_itself)


# "40 mg ON": behind an amount or a form. "ON ADMISSION", "on Monday" are none.
_DOSE_BEFORE = re.compile(
    (
        r"(?:\d|mg|mcg|micrograms?|g|units?|iu|ml|tab|tabs|tablets?|caps?|capsules?|puffs?|drops?"
        r"|eyes?|nostrils?|po|oral|nasal|x1|[:|)])\s*\Z"
    ),
    re.IGNORECASE,
)
_CLAUSE_BEHIND = re.compile(r"\s*(?:[.,;)\]\n|/&+–—-]|prn\b|x\s?\d|and\b|for\s\d|\Z)", re.IGNORECASE)
# What becomes of a drug, behind how often it is taken: "15 mg ON NEW", "250 mcg on c/w".
_BECOMES = (
    r"(?:new|stop\w*|cont\w*|ct|c/w|unchanged|changed|increased|decreased|reduced|hold|held|withh\w+|started|same|given|"
    r"no change|own|ward|home)\b"
)
_CAPITALS_GO_ON = re.compile(
    r"\s+(?:\d|(?!(?i:" + _BECOMES + r"))[A-Z]{3,}|(?:[a-z]+sion|discharge|arrival|the|review|examination|[a-z]+day)\b)"
)
_BECOMES_BEHIND = re.compile(rf"\s{_BECOMES}", re.IGNORECASE)


def written_short(part: str) -> Callable[[re.Match[str]], Part | None]:
    """As in "ON" and "OM" (omni nocte, omni mane), which are words as well."""
    told = at_part(part)

    def meaning(match: re.Match[str]) -> Part | None:
        text, end = match.string, match.end()
        closed = _CLAUSE_BEHIND.match(text, end) is not None
        after_dose = _DOSE_BEFORE.search(text, max(0, match.start() - 14), match.start()) is not None
        if match.group().isupper() and (closed or (after_dose and not _CAPITALS_GO_ON.match(text, end))):
            return told(match)
        closed = closed or part == "morning" or _BECOMES_BEHIND.match(text, end) is not None  # "om" is no word
        return told(match) if closed and after_dose and not match.group().isupper() else None

    return meaning


def both_ends(match: re.Match[str]) -> Part:
    """As in "Morning and evening", "am and pm": two doses."""
    late = "night" if re.search(r"night|pm\b|nocte", match.group(), re.IGNORECASE) else "evening"
    if re.search(r"pm", match.group(), re.IGNORECASE):
        late = "evening"
    meaning = Schedule(least=2.0, most=2.0, parts=frozenset({"morning", late}), implied=True)
    words = f"every morning and {late}"
    return Part(Kind.TIME, words, meaning, words)


def meals(when: str) -> Callable[[re.Match[str]], Part]:
    """With, before or after meals; a meal that is named tells the time of the day."""

    def meaning(match: re.Match[str]) -> Part:
        meal = match.groupdict().get("meal")
        part = {
            "breakfast": "morning",
            "lunch": "midday",
            "dinner": "evening",
            "supper": "evening",
            "tea": "evening",
            "evening meal": "evening",
            "the evening meal": "evening",
        }.get((meal or "").lower())
        words = f"{when} meals" if part is None else f"{when} {(meal or '').lower().removeprefix('the ')}"
        schedule = Schedule(meals=when)
        if part is not None:
            schedule = replace(schedule, least=1.0, most=1.0, parts=frozenset({part}), implied=True)
        return Part(Kind.MEALS, words, schedule, words)

    return meaning


def limited(match: re.Match[str]) -> Part | None:
    """As in "Max 4 a day", "not more than 8 in 24 hours", "up to four times a day"."""
    ends = ranges_of(match["n"])
    if ends is None:
        return None
    what = (match.groupdict().get("what") or "").strip().lower()
    words = f"(maximum {plain(ends[1])}{f' {what}' if what and what not in {'times', 'time', 'x'} else ''} in 24 hours)"
    return Part(Kind.LIMIT, words, Schedule(maximum=ends[1]))


def up_to(match: re.Match[str]) -> Part | None:
    """As in "Up to four times a day": from none to so many."""
    part = times(match)
    if part is None or part.meaning.most is None:
        return None
    return Part(Kind.RATE, f"up to {part.words}", replace(part.meaning, least=0.0))
