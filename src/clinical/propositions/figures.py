"""The figures of a text: amounts, rates, days, spans of time, ways of giving, bare numbers."""

import re
from collections.abc import Iterator
from datetime import date

from clinical.propositions.figure import ARROW, Figure, decimals_of, role_at
from clinical.propositions.figure_days import days_in
from clinical.propositions.figure_readings import with_readings
from clinical.propositions.figure_spans import SPELT_TIME, spans_in, spans_in_words
from clinical.values.amounts import amounts_in
from clinical.values.frequencies import frequencies_in
from clinical.values.numbers import NUMBER, number_of, numbers_in
from clinical.values.routes import routes_in

# "20 a day" is a number and how often; "for a day" is a span.
_COUNTED = re.compile(r"\d+\s(?=(?:a|per|each|every)\s(?P<each>day|week|month|night)$)", re.IGNORECASE)
_EACH = {"day": "daily", "week": "weekly", "month": "monthly", "night": "nightly"}
_LASTS = re.compile(r"\b(?:for|in|after|within|over)\s\Z", re.IGNORECASE)
_PAIR = re.compile(r"(?<![\d/.])(?P<a>\d{2,3})\s?(?:/|over)\s?(?P<b>\d{2,3})(?![\d/])(?:\s?mm\s?Hg)?", re.IGNORECASE)
# Strength 4/5, a murmur of grade 2/6, pain 2/10.
_RATIO = re.compile(r"(?<![\d/.])(?P<a>\d{1,2})(?:\s?/\s?|\sout\sof\s)(?P<b>5|6|10)(?![\d/])")
_RATIO_IN_WORDS = re.compile(
    r"(?<!\w)(?P<a>\d{1,2}|zero|one|two|three|four|five|six|seven|eight|nine|ten)\sout\sof\s(?P<b>five|six|ten|10|5|6)(?!\w)",
    re.IGNORECASE,
)
# "3 x 2 cm", "30 by 20 mm", "2 cm x 2 cm": how long and how wide.
_DIMENSIONS = re.compile(
    r"(?<![\w.])(?P<a>\d{1,3}(?:\.\d)?)\s?(?P<ua>cm|mm)?\s?(?:[x\u00d7]|by)\s?(?P<b>\d{1,3}(?:\.\d)?)\s?(?P<ub>cm|mm)"
    r"(?!\w|\s?(?:[x\u00d7]|by)\s?\d)",
    re.IGNORECASE,
)
_PER_MINUTE = re.compile(
    r"(?P<n>\d{1,3}(?:\.\d)?)\s?(?:/\s?min(?:ute)?|bpm|per minute"
    r"|(?:beats|breaths|times)(?:/| per | a )min(?:ute)?)(?!\w)",
    re.IGNORECASE,
)
_TIMES = re.compile(
    r"\b(?:twice|thrice|once(?!\s(?:the|he|she|it|they|this|that|these|his|her|their|all|any|more)\b|\s(?:had|has|was|were"
    r"|been|took|gave|made|ate|went|came|got|led|fell|felt|\w{2,12}ed)\b))\b",
    re.IGNORECASE,
)
_ORDINALS = {
    name: float(number)
    for number, names in enumerate(
        (("first", "1st"), ("second", "2nd"), ("third", "3rd"), ("fourth", "4th"), ("fifth", "5th"), ("sixth", "6th")),
        1,
    )
    for name in names
}
_ENDINGS = {1: "st", 2: "nd", 3: "rd"}
_ORDINALS |= {
    f"{number}{'th' if number // 10 == 1 else _ENDINGS.get(number % 10, 'th')}": float(number)
    for number in range(7, 43)
}
_ORDINALS |= {"seventh": 7.0, "eighth": 8.0, "ninth": 9.0, "tenth": 10.0, "eleventh": 11.0, "twelfth": 12.0}
_ORDINAL = re.compile(rf"(?<![\w-])(?<!at )(?:{'|'.join(_ORDINALS)})(?!\w|\s(?:of|line|aid)\b)", re.IGNORECASE)
# "Was first found in 2019", "for the first time", "in the first two weeks": when, and not which.
_AT_FIRST = re.compile(
    rf"first\s(?:[a-z]{{3,14}}ed|found|seen|told|began|came|made|given|taken|got|felt|had|time|few|fortnight"
    rf"|(?:{NUMBER.pattern}\s)?(?:{SPELT_TIME}))\b",
    re.IGNORECASE,
)
_FIRST_LAST = re.compile(r"(?<=first)(?=\sby\b|[.,;]|\Z)", re.IGNORECASE)
# "Falls x2", "nosebleeds x3"
_TALLY = re.compile(
    r"(?<!\w)(?:[x\u00d7]\s?(?P<n>\d{1,2}))(?![\w/.,-]|\s?(?:mg|mcg|g|ml|days?|weeks?|wks?|months?)\b)", re.IGNORECASE
)
# "Rate in the 80s", "in his eighties"
_TENS = re.compile(
    r"(?<![\w.])(?:(?P<n>[1-9]0|1[0-9]0)['\u2019]?s|(?P<word>(?:twen|thir|for|fif|six|seven|eigh|nine)ties))(?!\w)",
    re.IGNORECASE,
)
_COUNTS = {"once": 1.0, "twice": 2.0, "thrice": 3.0}
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
    return [with_readings(text, figure) for figure in _with_units(text, sorted(found))]


# Between two values of the same thing: "84 g/L, then 92".
_GOES_ON = re.compile(r"[\s,;(]*(?:(?:then|to|and|now|later|→|->)\s?)+(?:on\s|back\sto\s)?", re.IGNORECASE)
_COUNTS_SOMETHING = re.compile(
    r"\s?(?!(?:after|with|on|at|in|by|when|today|now|since|before|but|and|over)\b)[a-z]", re.IGNORECASE
)


def _with_units(text: str, figures: list[Figure]) -> list[Figure]:
    """The figures, with the unit of the value before where a number goes on from it."""
    found: list[Figure] = []
    for figure in figures:
        unit = _unit_before(text, found[-1], figure) if found else ""
        found.append(figure._replace(kind="amount", unit=unit) if unit else figure)
    for at in range(len(found) - 1):
        figure, behind = found[at : at + 2]
        bare = figure.kind == "number" and not figure.unit and behind.role == "to" and behind.kind in {"amount", "span"}
        if bare and (_TO if figure.role == "from" else _ARROW).fullmatch(text, figure.end, behind.start):
            found[at] = figure._replace(kind=behind.kind, unit=behind.unit)  # "from 90 to 30 minutes"
    return found


_TO = re.compile(r"\sto\s(?:about\s|around\s)?", re.IGNORECASE)
_ARROW = re.compile(rf"\s?(?:{ARROW.pattern})\s?")


def _unit_before(text: str, before: Figure, figure: Figure) -> str:
    """The unit that a bare number has from the value before it; empty where it has none."""
    if figure.kind != "number" or figure.unit or before.kind != "amount":
        return ""
    goes_on = _GOES_ON.fullmatch(text, before.end, figure.start) and not _COUNTS_SOMETHING.match(text, figure.end)
    return before.unit if goes_on else ""


_RANK = {kind: rank for rank, kind in enumerate(("day", "pair", "amount", "frequency", "span", "route", "number"))}


def _all(text: str, day: date | None) -> Iterator[Figure]:
    yield from days_in(text, day)
    yield from spans_in(text)
    yield from _pairs(text)
    yield from _amounts(text)
    yield from _frequencies(text)
    for route in routes_in(text):
        if text.startswith(" of ", route.end) or _HARD.search(text, max(0, route.start - 24), route.start):
            continue  # "the top of the foot"
        if text[route.start : route.end].lower().startswith("appl"):
            continue  # what is applied is applied in the only way there is
        if not route.implied and not text[route.start : route.end].lower().startswith(("right", "left")):
            yield Figure(route.start, route.end, "route", route.name)
    yield from _numbers(text)


# "It hurts her to swallow"
_HARD = re.compile(
    r"\b(?:hurts?|painful|difficult|hard|unable|struggles|uncomfortable)\b(?:\s\w+){0,2}\s\Z", re.IGNORECASE
)


def _pairs(text: str) -> Iterator[Figure]:
    """Blood pressures, and so many out of so many."""
    for match in _PAIR.finditer(text):
        high, low = float(match["a"]), float(match["b"])
        if high > low >= 20:
            yield Figure(*match.span(), "pair", match.group(), high, low, role=role_at(text, match.start()))
    for match in _DIMENSIONS.finditer(text):
        unit = match["ub"].lower()
        long, wide = (
            float(side) * (10 if (own or unit).lower() == "cm" else 1)
            for side, own in ((match["a"], match["ua"]), (match["b"], match["ub"]))
        )
        yield Figure(*match.span(), "pair", match.group(), long, wide, unit="mm")
    for match in (*_RATIO.finditer(text), *_RATIO_IN_WORDS.finditer(text)):
        part, whole = number_of(match["a"].lower()), number_of(match["b"].lower())
        if part is not None and whole is not None:
            yield Figure(*match.span(), "pair", match.group(), part, whole, role=role_at(text, match.start()))


def _amounts(text: str) -> Iterator[Figure]:
    for match in _PER_MINUTE.finditer(text):
        role = role_at(text, match.start())
        yield Figure(*match.span(), "amount", match.group(), float(match["n"]), unit="/min", role=role)
    for amount in amounts_in(text):
        written = text[amount.start : amount.end]
        is_one = written.lower().startswith(("a ", "an ")) and not text.startswith(" of ", amount.end)
        if not written[0].isdigit() and (amount.kind == "length" or is_one):
            continue  # "a foot specialist", "from a bottle": no more is told than that there is one
        kind = "number" if amount.unit == "dose" and amount.high is None else "amount"
        figure = Figure(amount.start, amount.end, kind, written, amount.value, amount.high, amount.unit)
        yield figure._replace(decimals=decimals_of(written), role=role_at(text, amount.start))


# "Everyday tasks", "after eating peanut": what somebody does, or eats.
_NOT_HOW_OFTEN = re.compile(
    r"everyday\s(?=life|tasks?|activit|things|work|living|jobs|chores)|after\seating\s(?!and\b|or\b|in\b|at\b|as\b|with\b)[a-z]",
    re.IGNORECASE,
)
_FORTNIGHTLY = re.compile(r"\b(?:(?:once\s)?(?:every|each|a)\sfortnight|fortnightly)\b", re.IGNORECASE)


# "2 L/day"
_A_DAY = re.compile(r"(?<=[A-Za-z])\s?/\s?(?:day|24\s?h(?:ou)?rs?)\b", re.IGNORECASE)
NOW_AND_THEN = "occasionally"
"""How often "now and then" is: a share of the times, and no rate."""


def _frequencies(text: str) -> Iterator[Figure]:
    for match in _FORTNIGHTLY.finditer(text):
        if not match.group().lower().startswith("a "):
            yield Figure(*match.span(), "frequency", "every 2 weeks")
    for match in _A_DAY.finditer(text):
        yield Figure(*match.span(), "frequency", "once daily")
    in_words = [(figure.start, figure.end) for figure in spans_in_words(text)]
    for often in frequencies_in(text):
        if any(often.start < end and start < often.end for start, end in in_words):
            continue
        if _NOT_HOW_OFTEN.match(text, often.start):
            continue
        counted = _COUNTED.match(text, often.start, often.end)
        lasts = _LASTS.search(text, max(0, often.start - 7), often.start)
        if counted:
            yield Figure(counted.end(), often.end, "frequency", f"once {_EACH[counted['each'].lower()]}")
        elif not lasts or not text[often.start : often.end].startswith("a "):
            yield Figure(often.start, often.end, "frequency", often.text)


_WHICH_HALF = re.compile(r"\b(?:outer|inner|upper|lower|left|right|top|bottom)\s\Z", re.IGNORECASE)


def _numbers(text: str) -> Iterator[Figure]:
    for number in numbers_in(text):
        label = _LABEL.search(text, max(0, number.start - 8), number.start)
        written = text[number.start : number.end]
        if written.lower() == "half" and _WHICH_HALF.search(text, max(0, number.start - 8), number.start):
            continue
        figure = Figure(number.start, number.end, "number", written, number.value)
        unit = label[1].lower() if label else ""
        yield figure._replace(unit=unit, decimals=decimals_of(written), role=role_at(text, number.start))
    for match in _TALLY.finditer(text):
        yield Figure(*match.span(), "number", match.group(), float(match["n"]))
    for match in _TENS.finditer(text):
        tens = match["n"] or str(number_of(match["word"].lower().removesuffix("ies") + "y"))
        yield Figure(*match.span(), "number", match.group(), float(tens), unit="tens")
    for match in _ORDINAL.finditer(text):
        if _AT_FIRST.match(text, match.start()) or _FIRST_LAST.match(text, match.end()):
            continue
        yield Figure(*match.span(), "number", match.group(), _ORDINALS[match.group().lower()])
    for match in _TIMES.finditer(text):
        yield Figure(*match.span(), "number", match.group(), _COUNTS[match.group().lower()])
