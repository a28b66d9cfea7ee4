"""The figures of a text, each as what it measures: amounts, rates, days, spans of time, ways of giving, bare numbers."""  # noqa: E501

import re
from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

from clinical.values.amounts import amounts_in
from clinical.values.dates import MONTH, MONTHS, dates_in
from clinical.values.frequencies import frequencies_in
from clinical.values.numbers import NUMBER, number_of, numbers_in
from clinical.values.routes import routes_in


class Figure(NamedTuple):
    """A figure at `text[start:end]`."""

    start: int
    end: int
    kind: str
    """amount, number, pair, frequency, route, span or day."""
    text: str
    value: float = 0.0
    high: float | None = None
    unit: str = ""
    """Of an amount; of a span its unit of time; of a number what it counts ("stage"), where that is told."""
    decimals: int = 0
    """How many decimals it is written with."""
    day: tuple[int | None, int | None, int | None] = (None, None, None)
    """Year, month and day, as far as they are told."""
    other_day: tuple[int | None, int | None, int | None] | None = None
    """What the day may be as well, where day and month cannot be told apart: "03/02/2026"."""
    role: str = ""
    """from, to, by, below, above; ago, in or every of a span."""


_SLASHED = re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?:/(?P<y>(?:19|20)\d\d))?(?![\d/-])")
_DAYS_RANGE = re.compile(
    rf"(?<![\d/.-])(?P<d>\d{{1,2}})(?:st|nd|rd|th)?\s?(?:to|until|and|-|–|till)\s?(?=\d{{1,2}}(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})\b)",
    re.IGNORECASE,
)
_ON = re.compile(r"\b(?:on|until|till|since|from|by|before|after|dated?|for|due)\s(?:the\s)?\Z", re.IGNORECASE)
_UNITS_OF_TIME = {"minute": "min", "hour": "hr|h", "day": "d", "week": "wk", "month": "mth|mo", "year": "yr|y/o|yo|y"}
_SPELT_TIME = "|".join(f"{name}s?|(?:{short})s?" for name, short in _UNITS_OF_TIME.items())
_SPAN = re.compile(
    rf"(?P<role>in|within|every|for|over|at|after|x)?\s?(?:(?P<n>{NUMBER.pattern}|(?<=[x×])\d{{1,3}})(?:\s|-)?|(?<!\w)(?P<one>an?)\s)(?P<unit>{_SPELT_TIME})(?:[- ]old)?"  # noqa: E501, RUF001
    rf"(?![\w])(?P<behind>\s(?:ago|earlier|before|later|old))?",
    re.IGNORECASE,
)
_HALVES = {
    **dict.fromkeys(("half", "half a", "half an"), 0.5),
    **dict.fromkeys(("three quarters of a", "three quarters of an"), 0.75),
    **dict.fromkeys(("quarter of a", "quarter of an"), 0.25),
}
_AND_A_HALF = re.compile(
    rf"(?<!\w)(?:(?P<n>{NUMBER.pattern})|an?|one)\s(?:and a half (?P<plural>{_SPELT_TIME})|(?P<unit>{_SPELT_TIME}) and a half)(?!\w)",
    re.IGNORECASE,
)
_PART_OF_TIME = re.compile(
    rf"(?<!\w)(?P<part>half an?|half|three quarters of an?|(?<=a )quarter of an?)\s(?P<unit>{_SPELT_TIME})(?!\w)",
    re.IGNORECASE,
)
_NAMED_SPANS = re.compile(
    rf"(?<!\w)(?:(?P<n>{NUMBER.pattern})\s|an?\s|the\s(?:last|past)\s)?(?P<name>fortnight|decade)s?(?!\w)(?P<behind>\s(?:ago|earlier))?",
    re.IGNORECASE,
)
_LENGTHS = {"fortnight": (2.0, "week"), "decade": (10.0, "year")}
_SOLIDUS = re.compile(r"(?<![\d/])(?P<n>\d{1,2})/(?P<unit>7|52|12|24)(?![\d/])")
_SOLIDUS_UNITS = {"7": "day", "52": "week", "12": "month", "24": "hour"}
# "20 a day" is a number and how often; "for a day" is a span.
_COUNTED = re.compile(r"\d+\s(?=(?:a|per|each|every)\s(?P<each>day|week|month|night)$)", re.IGNORECASE)
_EACH = {"day": "daily", "week": "weekly", "month": "monthly", "night": "nightly"}
_LASTS = re.compile(r"\b(?:for|in|after|within|over)\s\Z", re.IGNORECASE)
_PAIR = re.compile(r"(?<![\d/.])(?P<a>\d{2,3})\s?(?:/|over)\s?(?P<b>\d{2,3})(?![\d/])(?:\s?mm\s?Hg)?", re.IGNORECASE)
# Strength 4/5, a murmur of grade 2/6, pain 2/10.
_RATIO = re.compile(r"(?<![\d/.])(?P<a>\d{1,2})\s?/\s?(?P<b>5|6|10)(?![\d/])")
_PER_MINUTE = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d)?)\s?(?:/\s?min(?:ute)?|bpm|per minute|(?:beats|breaths)(?:/| per | a )min(?:ute)?)(?!\w)",
    re.IGNORECASE,
)
_YEAR = re.compile(r"(?<![\d./-])(?:19|20)\d\d(?![\d/-])")
_MONTH_ALONE = re.compile(
    rf"(?:(?:in|for|until|till|since|by|from|of|early|late|mid|last|next|this)[ -])(?P<m>{MONTH})\b(?! \d)"
)
_TIMES = re.compile(r"\b(?:once|twice|thrice)\b", re.IGNORECASE)
_ORDINALS = {
    name: float(number)
    for number, names in enumerate(
        (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th")),
        1,
    )
    for name in names
}
_ORDINAL = re.compile(rf"(?<![\w-])(?:{'|'.join(_ORDINALS)})(?!\w|\s(?:of|line|aid)\b)", re.IGNORECASE)
_COUNTS = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
_DAY_MONTH = re.compile(
    rf"(?<![\d/])(?:(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m>{MONTH})|(?P<m2>{MONTH})\.? (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?)(?![\w])",  # noqa: E501
    re.IGNORECASE,
)
_ROLES = {
    "from": "from",
    **dict.fromkeys(("was", "were", "previously", "baseline"), "was"),
    "to": "to",
    "by": "by",
    "below": "below",
    "under": "below",
    "<": "below",
    "above": "above",
    "over": "above",
    ">": "above",
    **dict.fromkeys(("exceeds", "exceed"), "above"),
    "least": "above",
}
_ROLE = re.compile(
    r"(?:\b(from|was|were|previously|baseline|to|by|below|under|above|over|exceeds|exceed|at least|less than|more than|greater than|fewer than|lower than|higher than)\s"  # noqa: E501
    r"|([<>])\s?)\Z",
    re.IGNORECASE,
)
_THAN = {
    "at least": "above",
    "less than": "below",
    "fewer than": "below",
    "lower than": "below",
    "more than": "above",
    "greater than": "above",
    "higher than": "above",
}
_LABEL = re.compile(r"\b(stage|type|grade|class|phase|score|nyha|gcs)\s\Z", re.IGNORECASE)


def figures_in(text: str, day: date | None = None) -> list[Figure]:
    """The figures of a text, in order; what is part of a longer one is none of its own.

    Args:
        text: A sentence or several.
        day: The day of the note, which "yesterday" goes by.
    """
    found: list[Figure] = []
    for figure in sorted(_all(text, day), key=lambda one: (_RANK[one.kind], one.start - one.end, one.start)):
        if all(figure.end <= other.start or other.end <= figure.start for other in found):
            found.append(figure)
    return _with_units(text, sorted(found))


# Between two values of the same thing: "84 g/L, then 92".
_GOES_ON = re.compile(r"[\s,;(]*(?:(?:then|to|and|now|later|→|->)\s?)+(?:on\s|back\sto\s)?", re.IGNORECASE)


_COUNTS_SOMETHING = re.compile(r"\s?(?!(?:after|with|on|at|in|by|when|today|now|since|before|but|and|over)\b)[a-z]", re.IGNORECASE)


def _with_units(text: str, figures: list[Figure]) -> list[Figure]:
    """The figures, with the unit of the value before where a number goes on from it."""
    found = figures[:1]
    for figure in figures[1:]:
        before = found[-1]
        follows = figure.kind == "number" and not figure.unit and before.kind == "amount" and before.unit
        if (
            follows
            and _GOES_ON.fullmatch(text, before.end, figure.start)
            and not text[figure.end :].lstrip()[:1].isalpha()
        ):
            figure = figure._replace(kind="amount", unit=before.unit)
        found.append(figure)
    return found


_RANK = {kind: rank for rank, kind in enumerate(("day", "pair", "amount", "frequency", "span", "route", "number"))}


def _all(text: str, day: date | None) -> Iterator[Figure]:  # noqa: C901
    yield from _days(text, day)
    yield from _spans(text)
    for match in _PAIR.finditer(text):
        if int(match["a"]) > int(match["b"]) >= 20:
            yield Figure(
                *match.span(),
                "pair",
                match.group(),
                float(match["a"]),
                float(match["b"]),
                role=_role(text, match.start()),
            )
    for match in _PER_MINUTE.finditer(text):
        yield Figure(
            *match.span(), "amount", match.group(), float(match["n"]), unit="/min", role=_role(text, match.start())
        )
    for match in _RATIO.finditer(text):
        yield Figure(*match.span(), "pair", match.group(), float(match["a"]), float(match["b"]))
    for amount in amounts_in(text):
        written = text[amount.start : amount.end]
        if not written[0].isdigit() and (amount.kind == "length" or written.lower().startswith(("a ", "an "))):
            continue  # "a foot specialist", "a bottle": no more is told than that there is one
        yield Figure(
            amount.start, amount.end, "amount", written, amount.value, amount.high, amount.unit, _decimals(written),
            role=_role(text, amount.start),
        )  # fmt: skip
    in_words = [(figure.start, figure.end) for figure in _spans_in_words(text)]
    for often in frequencies_in(text):
        if any(often.start < end and start < often.end for start, end in in_words):
            continue
        counted = _COUNTED.match(text, often.start, often.end)
        if counted:
            yield Figure(counted.end(), often.end, "frequency", f"once {_EACH[counted['each'].lower()]}")
            continue
        if _LASTS.search(text, max(0, often.start - 7), often.start) and text[often.start : often.end].startswith("a "):
            continue
        yield Figure(often.start, often.end, "frequency", often.text)
    for route in routes_in(text):
        if not route.implied and not text[route.start : route.end].lower().startswith(("right", "left")):
            yield Figure(route.start, route.end, "route", route.name)
    for number in numbers_in(text):
        label = _LABEL.search(text, max(0, number.start - 8), number.start)
        written = text[number.start : number.end]
        yield Figure(
            number.start, number.end, "number", written, number.value, unit=label[1].lower() if label else "",
            decimals=_decimals(written), role=_role(text, number.start),
        )  # fmt: skip
    for match in _ORDINAL.finditer(text):
        yield Figure(*match.span(), "number", match.group(), _ORDINALS[match.group().lower()])
    for match in _TIMES.finditer(text):
        yield Figure(*match.span(), "number", match.group(), _COUNTS[match.group().lower()])


def _days(text: str, day: date | None) -> Iterator[Figure]:  # noqa: C901
    taken: list[tuple[int, int]] = []
    for match in _DAYS_RANGE.finditer(text):
        yield Figure(*match.span("d"), "day", match["d"], day=(None, MONTHS[match["m"].lower()], int(match["d"])))
    for match in _SLASHED.finditer(text):
        first, second = int(match["a"]), int(match["b"])
        year = int(match["y"]) if match["y"] else None
        is_date = _ON.search(text, max(0, match.start() - 12), match.start()) if year is None else True
        if is_date and max(first, second) <= 31 and min(first, second) <= 12:
            taken.append(match.span())
            months = (second, first) if second <= 12 else (first, second)
            other = (year, first, second) if max(first, second) <= 12 else None
            yield Figure(*match.span(), "day", match.group(), day=(year, *months), other_day=other)
    for match in _DAY_MONTH.finditer(text):
        after = _YEAR.match(text, match.end() + len(text[match.end() :]) - len(text[match.end() :].lstrip(" ,")))
        if after is None:
            month, number = MONTHS[(match["m"] or match["m2"]).lower()], int(match["d"] or match["d2"])
            if number <= 31:
                taken.append(match.span())
                yield Figure(*match.span(), "day", match.group(), day=(None, month, number))
    for match in _MONTH_ALONE.finditer(text):
        if not _YEAR.match(text, match.end() + 1):
            taken.append(match.span("m"))
            yield Figure(*match.span("m"), "day", match["m"], day=(None, MONTHS[match["m"].lower()], None))
    for one in dates_in(text, day):
        if one.day is None or any(one.start < end and start < one.end for start, end in taken):
            continue
        if one.relative and re.search(r"\d|\b(?:one|two|three|four|five|six|ten|an?)\b", text[one.start : one.end]):
            yield Figure(
                one.start,
                one.end,
                "day",
                text[one.start : one.end],
                *_told_span(text[one.start : one.end]),
                day=(one.day.year, one.day.month, one.day.day),
                role="relative",
            )
        else:
            yield Figure(
                one.start, one.end, "day", text[one.start : one.end], day=(one.day.year, one.day.month, one.day.day)
            )
        taken.append((one.start, one.end))
    for match in _YEAR.finditer(text):
        if not any(match.start() < end and start < match.end() for start, end in taken):
            yield Figure(*match.span(), "day", match.group(), day=(int(match.group()), None, None))


def _told_span(written: str) -> tuple[float, None, str]:
    """How far off a day is told to be: 10 years of "10 years ago"."""
    found = _SPAN.search(written)
    value = (number_of(found["n"]) if found["n"] else 1.0) if found else None
    return (value, None, _time(found["unit"])) if found and value is not None else (0.0, None, "")


def _spans_in_words(text: str) -> Iterator[Figure]:
    """Spans told in other words than a number and a unit: "a year and a half", "half an hour", "a fortnight"."""
    for match in _AND_A_HALF.finditer(text):
        whole = number_of(match["n"]) if match["n"] else 1.0
        unit = match["unit"] or match["plural"]
        if whole is not None:
            yield Figure(*match.span(), "span", match.group(), whole + 0.5, unit=_time(unit))
    for match in _PART_OF_TIME.finditer(text):
        value = _HALVES[match["part"].lower()]
        yield Figure(*match.span(), "span", match.group(), value, unit=_time(match["unit"]))
    for match in _NAMED_SPANS.finditer(text):
        length, unit = _LENGTHS[match["name"].lower()]
        times = number_of(match["n"]) if match["n"] else 1.0
        role = "ago" if match["behind"] else ""
        yield Figure(*match.span(), "span", match.group(), length * (times or 1.0), unit=unit, role=role)


def _spans(text: str) -> Iterator[Figure]:
    yield from _spans_in_words(text)
    for match in _SPAN.finditer(text):
        value = number_of(match["n"]) if match["n"] else 1.0
        unit = _time(match["unit"])
        if value is None or (match["role"] or "").lower() == "every":
            continue
        behind = (match["behind"] or "").strip().lower()
        role = "ago" if behind in {"ago", "earlier"} else "in" if (match["role"] or "").lower() == "in" else ""
        if "old" in match.group().lower() or (
            unit == "year" and value > 17 and match["unit"].lower() in {"yo", "y/o", "y"}
        ):
            role = "age"
        yield Figure(
            match.start("n" if match["n"] else "one"), match.end(), "span", match.group(), value, unit=unit, role=role
        )
    for match in _SOLIDUS.finditer(text):
        yield Figure(*match.span(), "span", match.group(), float(match["n"]), unit=_SOLIDUS_UNITS[match["unit"]])


def _time(written: str) -> str:
    lowered = written.lower()
    for name, short in _UNITS_OF_TIME.items():
        if lowered.rstrip("s") == name or lowered.rstrip("s") in short.split("|"):
            return name
    return lowered


def _role(text: str, at: int) -> str:
    found = _ROLE.search(text, max(0, at - 14), at)
    if found is None:
        return ""
    word = (found[1] or found[2]).lower()
    return _THAN.get(word) or _ROLES.get(word, "")


def _decimals(written: str) -> int:
    found = re.match(r"\d+[.,](\d+)", written)
    return len(found[1]) if found else 0
