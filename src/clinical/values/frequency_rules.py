"""How frequencies are written: Latin, English, British and American, codes and words."""

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
    "day": "days daily day d",
    "week": "weekly weeks week wks wk",
    "month": "monthly months month mths mth mo",
    "year": "yearly years year annually annum yr",
}
_PERIODS = {word: period for period, words in _SPELT_PERIODS.items() for word in words.split()}
_OFTEN = {1.0: "once", 2.0: "twice", 3.0: "three times", 4.0: "four times", 5.0: "five times", 6.0: "six times"}
_ADVERBS = {"day": "daily", "week": "weekly", "month": "monthly", "year": "yearly", "hour": "hourly"}
_SMALL = "one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve"
_N = rf"(?:\d{{1,2}}(?:[.,]5)?(?!\d)|{_SMALL})"
_RANGE = rf"(?P<n>{_N}(?:\s?(?:-|–|—|to|or)\s?{_N})?)"
_HOURS = r"(?:hours?|hrs?|hourly|hrly|h|°)"
_SPAN = r"(?:hours?|hrs?|h|minutes?|mins?|days?|d|weeks?|wks?|months?|mths?|mo|years?|yrs?)"
_MEAL = (
    r"(?:meals?|food|milk|breakfast|lunch|dinner|supper|tea|snacks?|a meal|eating|each meal"
    r"|every meal|main meals?|evening meal|the evening meal|largest meal)"
)


def _part(kind: Kind, words: str, meaning: Schedule, alone: str = "") -> Callable[[re.Match[str]], Part]:
    part = Part(kind, words, meaning, alone or words)
    return lambda _: part


def _rule(
    starts: str, pattern: str, meaning: Callable[[re.Match[str]], Part | None], flags: int = re.IGNORECASE
) -> Rule[Part]:
    # A slash may stand before ("/day"), and a number glued to it ("10mgBD" is too rare to be worth it).
    return Rule(starts, re.compile(rf"(?<![\w.])(?:{pattern})(?![^\W_])", flags), meaning)


def _rate(starts: str, pattern: str, words: str, meaning: Schedule, flags: int = re.IGNORECASE) -> Rule[Part]:
    return _rule(starts, pattern, _part(Kind.RATE, words, meaning), flags)


def _every(match: re.Match[str]) -> Part | None:
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


def _times(match: re.Match[str]) -> Part | None:
    """As in "Three times a day", "2x/week", "1-2 times daily"."""
    written = match["n"].lower()
    ends = {"once": (1.0, 1.0), "twice": (2.0, 2.0), "thrice": (3.0, 3.0)}.get(written) or ranges_of(written)
    period = _PERIODS[match["p"].lower()]
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
_DAY_OF = {word: number for number, words in enumerate(_DAY_WORDS) for word in words}
_A_DAY = "|".join(sorted(_DAY_OF, key=len, reverse=True))
_DAY_LIST = rf"(?:{_A_DAY})(?:\s?(?:/|,\s?and|,|&|\+|and|-|–|to|\s)\s?(?:{_A_DAY})(?![^\W_])){{0,6}}"


# "Weekly (Sun)", "once weekly, Monday".
_WEEKLY_BEFORE = re.compile(r"(?:weekly|a week|mg|tabs?)[\s,(:-]{1,3}\Z", re.IGNORECASE)
_DAY_NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _weekdays(match: re.Match[str]) -> Part | None:
    """As in "Mon/Wed/Fri", "on Tuesdays and Saturdays", "Mon-Fri"."""
    written = match["days"].lower()
    days = [_DAY_OF[word] for word in re.findall(_A_DAY, written)]
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


def _clock(match: re.Match[str]) -> Part | None:
    """As in "At 08:00 and 20:00", "at 8 am, 2pm and 10pm"."""
    times = []
    for hour, minute, half in re.findall(r"(\d{1,2})(?:[:.]?(\d\d))?\s?([ap]\.?m|h(?:rs?)?)?", match["times"].lower()):
        number = int(hour)
        if half.startswith(("a", "p")):
            if not 1 <= number <= 12:
                return None
            number = number % 12 + (12 if half.startswith("p") else 0)
        if number > 24 or int(minute or 0) > 59:
            return None
        times.append(f"{number % 24:02d}:{minute or '00'}")
    times = sorted(set(times))
    if not times:
        return None
    words = f"at {times[0]}" if len(times) == 1 else f"at {', '.join(times[:-1])} and {times[-1]}"
    count = float(len(times))
    return Part(Kind.TIME, words, Schedule(least=count, most=count, parts=frozenset(times), implied=True), words)


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


def _positions(match: re.Match[str]) -> Part | None:
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


def _at(part: str, words: str = "", alone: str = "") -> Callable[[re.Match[str]], Part]:
    said, by_itself = _SAID_PARTS[part]
    meaning = Schedule(least=1.0, most=1.0, parts=frozenset({part}), implied=True)
    return _part(Kind.TIME, words or said, meaning, alone or words or by_itself)


# "40 mg ON": behind an amount or a form. "ON ADMISSION", "on Monday" are none.
_DOSE_BEFORE = re.compile(
    (
        r"(?:\d|mg|mcg|micrograms?|g|units?|iu|ml|tab|tabs|tablets?|caps?|capsules?|puffs?|drops?"
        r"|po|oral|nasal|x1|[:|])\s*\Z"
    ),
    re.IGNORECASE,
)
_CLAUSE_BEHIND = re.compile(r"\s*(?:[.,;)\]\n|/&+-]|prn\b|\Z)", re.IGNORECASE)
_CAPITALS_GO_ON = re.compile(r"\s+(?:\d|[A-Z]{3,}|(?:[a-z]+sion|discharge|arrival|the|review|examination|[a-z]+day)\b)")


def _written_short(part: str) -> Callable[[re.Match[str]], Part | None]:
    """As in "ON" and "OM" (omni nocte, omni mane), which are words as well."""
    told = _at(part)

    def meaning(match: re.Match[str]) -> Part | None:
        text, end = match.string, match.end()
        closed = _CLAUSE_BEHIND.match(text, end) is not None
        after_dose = _DOSE_BEFORE.search(text, max(0, match.start() - 14), match.start()) is not None
        if match.group().isupper() and (closed or (after_dose and not _CAPITALS_GO_ON.match(text, end))):
            return told(match)
        small = match.group() in {"on", "om", "On", "Om"} and closed and after_dose
        return told(match) if small else None

    return meaning


def _both_ends(match: re.Match[str]) -> Part:
    late = "night" if re.search(r"night|pm\b|nocte", match.group(), re.IGNORECASE) else "evening"
    if re.search(r"pm", match.group(), re.IGNORECASE):
        late = "evening"
    meaning = Schedule(least=2.0, most=2.0, parts=frozenset({"morning", late}), implied=True)
    words = f"every morning and {late}"
    return Part(Kind.TIME, words, meaning, words)


def _meals(when: str) -> Callable[[re.Match[str]], Part]:
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


def _limited(match: re.Match[str]) -> Part | None:
    """As in "Max 4 a day", "not more than 8 in 24 hours", "up to four times a day"."""
    ends = ranges_of(match["n"])
    if ends is None:
        return None
    what = (match.groupdict().get("what") or "").strip().lower()
    words = f"(maximum {plain(ends[1])}{f' {what}' if what and what not in {'times', 'time', 'x'} else ''} in 24 hours)"
    return Part(Kind.LIMIT, words, Schedule(maximum=ends[1]))


def _up_to(match: re.Match[str]) -> Part | None:
    part = _times(match)
    if part is None or part.meaning.most is None:
        return None
    return Part(Kind.RATE, f"up to {part.words}", replace(part.meaning, least=0.0))


def rules() -> list[Rule[Part]]:
    """Every way of writing a frequency."""
    return [*_rates(), *_codes(), *_days(), *_parts_of_day(), *_at_meals(), *_needs()]


def _rates() -> Iterable[Rule[Part]]:
    per = r"\s?(?:a|an|per|/|each|every|in\s(?:a|the|one)|in|times?\sa)?\s?"
    yield _rule("every each", rf"(?:every|each)\s{_RANGE}\s?-?(?P<p>{_SPAN})", _every)
    yield _rule("every each", r"(?:every|each)(?P<n>)\s(?P<p>hour|day|week|month|year)", _every)
    yield _rule("q", rf"q\.?\s?{_RANGE}\s?-?(?P<p>{_SPAN}|{_HOURS})\.?", _every)
    yield _rule("q", r"q\.?\s?(?P<n>)(?P<p>hours?|hr|h|day|week|wk|month|mo)", _every)
    yield _rule("#", rf"{_RANGE}\s?-?\s?(?P<p>hourly|hrly|weekly|monthly)", _every)
    yield _rule("#", rf"{_RANGE}\s?-?\s?(?P<p>hours?)(?=\s(?:prn|as needed|as required|if))", _every)
    yield _rule(
        "# once twice thrice one",
        rf"(?P<n>once|twice|thrice|{_RANGE.replace('?P<n>', '?:')}(?=\s?(?:times?|x)|\s?/|\s(?:a"
        rf"|per|each|every)\s))[\s-]?(?:times?|x|doses?(?=\s(?:a|per)\s))?[\s-]?{per}"
        r"(?P<p>day|daily|d|week|weekly|wk|month|monthly|mo|year|yearly|annually|hour)",
        _times,
    )
    yield _rule("#", r"(?P<n>1|one)\s(?P<p>daily)(?!\s(?:dose|mg))", _times)
    yield _rate(
        "twice",
        r"twice\s(?:nightly|at\snight|a\snight|per\snight)",
        "twice nightly",
        Schedule(least=2.0, most=2.0, parts=frozenset({"night"})),
    )
    yield _rule(
        "up to",
        (
            rf"(?:up\s)?to\s(?P<n>once|twice|thrice|{_N}(?=\s?(?:times?|x)))[\s-]?(?:times?"
            rf"|x)?[\s-]?{per}(?P<p>day|daily|week|weekly)"
        ),
        _up_to,
    )
    yield _rate(
        "every each alternate on qod q eod second qad alt",
        r"(?:on\s)?(?:every|each)\s(?:other|second|2nd|alternate)\s(?:day|night|morning|evening)"
        r"|(?:on\s)?(?:alternate|alternating|alt)\.?[\s-](?:days?|nights?|mornings?)|"
        r"q\.?o\.?d\.?|eod|e\.o\.d\.?|qad|every\sother\sday|q\s?2\s?d",
        "every other day",
        every_hours(48),
    )
    yield _rate(
        "every each alternate on fortnightly once q fortnight per",
        (
            r"(?:every|each)\s(?:other|second|2nd|alternate)\s(?:week|wk)|(?:on\s)?alternate\sweeks?"
            r"|(?:once\s)?fortnightly|(?:once\s)?(?:every|each|a|per)\s(?:fortnight|two\sweeks)"
            r"|q2wk?s?|qow"
        ),
        "every 2 weeks",
        every_hours(336),
    )
    yield _rate(
        "every each once", r"(?:once\s)?(?:every|each)\sother\smonth|bimonthly", "every 2 months", every_hours(1461)
    )
    yield _rate("biweekly bi twice", r"bi-?weekly", "biweekly", Schedule(ambiguous="biweekly"))
    yield _rate("quarterly every", r"quarterly", "every 3 months", every_hours(3 * 730.5))


def _codes() -> Iterable[Rule[Part]]:
    once, twice, three, four = (per_day(float(number)) for number in (1, 2, 3, 4))
    yield _rate("b bid bd bds bis twice", r"b\.?\s?i\.?\s?d\.?|bds?|b\.d\.s?\.?|bis\sin\sdie|b/d", "twice daily", twice)
    yield _rate("t tid tds ter", r"t\.?i\.?d\.?|tds|t\.d\.s\.?|ter\sdie\ssumendus|t/d/s", "three times daily", three)
    yield _rate("q qid qds", r"q\.?i\.?d\.?|qds|q\.d\.s\.?|q/d/s", "four times daily", four)
    yield _rate(
        "q qd qday od o daily once everyday every each per a d / in",
        (
            r"q\.?d\.?|q\.?\s?day|o\.d\.?|(?:once[\s-](?:a[\s-])?)?daily(?!\s(?:living|life|activit))"
            r"|everyday|every\s(?:single\s)?day|each\sday|per\sday|a\sday(?!\s(?:ago|later|or|before"
            r"|after|off|case|ward|unit|hospital|cent))|in\s24\s?(?:h|hrs?|hours?)|/\s?(?:day|d)"
            r"|/\s?24\s?(?:h|hrs?|hours?)|per\s24\s?(?:h|hrs?|hours?)|once\severy\sday|per\sdiem|o/d"
        ),
        "once daily",
        once,
    )
    yield _rate("od", r"(?:OD|od|Od)", "once daily", once, 0)
    yield _rate(
        "weekly qweek qwk q every each per a once / wkly",
        (
            r"once[\s-](?:a[\s-])?weekly|weekly|wkly|every\sweek|each\sweek|per\sweek|a\sweek"
            r"|q\.?\s?(?:week|wk|w)|once\severy\sweek|/\s?(?:week|wk)"
        ),
        "once weekly",
        per_day(1 / 7),
    )
    yield _rate(
        "monthly qmonth q every each per a once / qmo",
        r"(?:once[\s-])?monthly|every\smonth|each\smonth|per\smonth|a\smonth|q\.?\s?month|qmo|/\s?month",
        "once monthly",
        every_hours(730.5),
    )
    yield _rate(
        "yearly annually every once per a",
        r"(?:once[\s-])?(?:yearly|annually)|every\syear|each\syear|per\syear|per\sannum|a\syear",
        "once yearly",
        every_hours(8766),
    )
    yield _rate("hourly every q", r"hourly|every\shour|q1h|qh", "every hour", every_hours(1))
    yield _rate("every", r"every\sfew\shours", "every few hours", Schedule(least=4.0, most=12.0))
    yield _rate(
        "single one once stat x now immediately a im",
        (
            r"(?:a\s)?single\sdose|one\sdose(?!\s(?:a|per|every|daily))|once\sonly"
            r"|one[-\s]time(?:\sdose)?|one[-\s]off(?:\sdose)?|stat(?:\sdose)?"
            r"|x\s?1(?![\d/.])(?!\s?(?:day|week|month|tab|cap|puff))|once\snow|now\sx\s?1"
            r"|a\sstat\sdose|just\sonce"
        ),
        "once",
        Schedule(once=True),
    )
    yield _rate(
        "continuous continuously over",
        r"continuous(?:ly)?(?:\sinfusion)?|over\s24\s?(?:h|hrs?|hours?)",
        "continuously",
        Schedule(continuous=True),
    )
    yield _rate("five", r"five\stimes\s(?:daily|a\sday)", "five times daily", per_day(5.0))


def _days() -> Iterable[Rule[Part]]:
    names = " ".join(_DAY_OF)
    yield _rule(f"on every each {names}", rf"(?P<on>on\s|every\s|each\s)?(?P<days>{_DAY_LIST})", _weekdays)
    yield _rule("on weekends weekend", r"(?:on|at)?\s?(?:the\s)?weekends(?:\sonly)?", lambda _: weekdays((5, 6)))
    yield _rule("on weekdays", r"(?:on\s)?weekdays(?:\sonly)?", lambda _: weekdays(range(5)))
    yield _rule(
        "on dialysis hd after",
        r"(?:on|after|post)\s(?:haemo|hemo)?dialysis(?:\sdays)?|on\shd\sdays|hd\sdays",
        _part(Kind.DAYS, "on dialysis days", Schedule(least=3 / 7, most=3 / 7, implied=True)),
    )
    yield _rule(
        "other all on the rest remaining",
        r"(?:on\s)?(?:all\s|the\s)?(?:the\s)?other\sdays|(?:on\s)?(?:the\s)?(?:rest\sof\sthe\sweek|remaining\sdays)",
        _part(Kind.DAYS, "other days", Schedule()),
    )


def _parts_of_day() -> Iterable[Rule[Part]]:
    yield _rule(
        "q qhs hs h at before bedtime nightly every when bed just",
        (
            r"q\.?\s?h\.?s\.?|hs|h\.s\.?|(?:at|before|prior\sto|near)\s(?:going\sto\s)?bed[\s-]?time"
            r"|(?:at|before)\s(?:going\sto\s)?bed|nightly|bedtime|every\sbedtime|when\sgoing\sto\sbed"
        ),
        _at("night", "at bedtime"),
    )
    yield _rule(
        "nocte every at each night nighttime noct qnight n last in",
        r"noc?te?|(?:every|each)\snight|at\snight(?:[\s-]?time)?|night[\s-]?time|q\.?night|o\.n\.?|of\sa\snight",
        _at("night"),
    )
    yield _rule("on", r"[oO][nN]", _written_short("night"))
    yield _rule("om", r"[oO][mM]", _written_short("morning"))
    yield _rule(
        "mane q qam every each in morning am mornings om o first",
        (
            r"q\.?\s?a\.?m\.?|(?:every|each)\s(?:morning|am)|in\sthe\s(?:mornings?|am|a\.m\.)|mane"
            r"|mornings|o\.m\.?|first\sthing(?:\sin\sthe\smorning)?|of\sa\smorning"
        ),
        _at("morning"),
    )
    yield _rule("am", r"(?:am|AM)(?=\s*(?:[.,;)\]\n+&]|and\b|$))", _at("morning"), 0)
    yield _rule("pm", r"(?:pm|PM)(?=\s*(?:[.,;)\]\n]|$))", _at("evening"), 0)
    yield _rule(
        "q qpm every each in evenings evening teatime at vespere",
        (
            r"q\.?\s?p\.?m\.?|(?:every|each)\s(?:evening|pm)|in\sthe\s(?:evenings?|pm|p\.m\.)|evenings"
            r"|at\stea[\s-]?time|vespere"
        ),
        _at("evening"),
    )
    yield _rule(
        "at midday noon lunchtime every",
        r"at\s(?:mid-?day|noon|lunch[\s-]?time)|midday|noon|lunch[\s-]?time",
        _at("midday"),
    )
    yield _rule("in every each afternoons at", r"in\sthe\safternoons?|(?:every|each)\safternoon", _at("afternoon"))
    yield _rule(
        "# morning am mane om every each in",
        (
            r"(?:(?:every|each|in\sthe)\s)?(?:mornings?|a\.?m\.?|mane)\s?(?:and|&|\+"
            r"|/)\s?(?:(?:in\sthe|every|each|at)\s)?(?:evenings?|nights?|p\.?m\.?|nocte|bedtime)"
        ),
        _both_ends,
    )
    yield _rule(
        "at @",
        (
            r"(?:at\s|@\s?)(?P<times>\d{1,2}(?:[:.]\d\d|\s?[ap]\.?m\b"
            r"|\d\d\s?h(?:rs?)?\b)(?:\s?[ap]\.?m\b)?(?:\s?(?:,\s?and|,|and|&"
            r"|/)\s?\d{1,2}(?:[:.]?\d\d)?(?:\s?[ap]\.?m\b|\s?h(?:rs?)?\b)?){0,5})"
        ),
        _clock,
    )
    yield _rule("#", r"[0-4½](?:\s?-\s?[0-4½]){2,3}(?![\d-]|\s?(?:mg|mcg|ml|units|g)\b|/)", _positions)


def _at_meals() -> Iterable[Rule[Part]]:
    yield _rule(
        "with cc",
        rf"with\s(?:(?:a|each|every|the|his|her|their|all|some)\s)?(?P<meal>{_MEAL})|with\smeals|c\.c\.",
        _meals("with"),
    )
    yield _rule(
        "before ac a qac pre half #",
        (
            rf"(?:(?:\d{{1,2}}|thirty|half an)\s?(?:minutes?|mins?|hour)\s)?(?:before|prior\sto"
            rf"|pre)[\s-](?:(?:a|each|every|the|his|her)\s)?(?P<meal>{_MEAL})|q?ac|a\.c\.?|pre-?meals?"
            r"|pre-?prandial(?:ly)?"
        ),
        _meals("before"),
    )
    yield _rule(
        "after pc p post",
        (
            rf"(?:after|following|post)[\s-](?:(?:a|each|every|the|his|her)\s)?(?P<meal>{_MEAL})"
            r"|p\.c\.?|pc(?=\s*(?:[.,;)]|$))|post-?prandial(?:ly)?"
        ),
        _meals("after"),
    )
    yield _rule(
        "on empty", r"on\san\sempty\sstomach", _part(Kind.MEALS, "on an empty stomach", Schedule(meals="empty"))
    )


def _needs() -> Iterable[Rule[Part]]:
    yield _rule(
        "p prn as when if on only sos whenever used for",
        (
            r"(?:only\s)?(?:p\.?\s?r\.?\s?n\.?|as[\s-](?:needed|required|necessary|req'?d)"
            r"|when(?:ever)?\s(?:needed|required|necessary)|if\s(?:needed|required|necessary)|"
            r"on\san?\s(?:as[\s-]needed|prn|as[\s-]required)(?:\sbasis)?|s\.?o\.?s\.?(?=\s|[.,;)]|$)"
            r"|as\sand\swhen(?:\s(?:needed|required))?)"
        ),
        _part(Kind.NEED, "as needed", Schedule(as_needed=True)),
    )
    many = rf"(?P<n>{_RANGE.replace('?P<n>', '?:')})"
    yield _rule(
        "max maximum no not up to limit do",
        (
            r"\(?(?:max(?:imum)?\.?(?:\s(?:of|dose))?:?|no\smore\sthan|not\s(?:to\sexceed|more\sthan)"
            rf"|do\snot\s(?:exceed|take\smore\sthan))\s{many}(?P<what>\s(?:doses?|tablets?|tabs?"
            r"|capsules?|puffs?|times?|sachets?)|x)?\s?(?:a|per|in|/|every|in\s(?:a|any|one))\s?(?:day"
            r"|d|24\s?(?:h|hrs?|hours?)(?:\speriod)?|daily)\)?|max(?:imum)?\.?:?\s(?P<n3>\d)/(?:7|day"
            r"|24h?)"
        ).replace("|max(?:imum)?\\.?:?\\s(?P<n3>\\d)/(?:7|day|24h?)", ""),
        _limited,
    )
