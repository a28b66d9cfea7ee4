"""Dates in all their forms, by the day of the note: "12 Mar", "18/4", "March 2019", "3 days ago", "last March"."""

import re
from collections.abc import Iterator
from datetime import date
from functools import cache

from clinical.values.date_readings import (
    COUNT,
    SPAN_UNIT,
    Reading,
    Reference,
    bare_month,
    bare_year,
    day_and_month,
    day_slash_month,
    days_ago,
    days_ahead,
    full_date,
    month_and_year,
    named_day,
    named_weekday,
    numbered_month,
    short_year,
    which_month,
    which_period,
)
from clinical.values.dates import DATE, MONTH, MONTHS, WEEKDAY, DateFound
from clinical.values.scanning import Rule, Scanner


def found_in(text: str, base: date | None, *, day_first: bool | None, start: int, end: int) -> Iterator[DateFound]:
    """The dates of a text; they may overlap."""
    reference = Reference(base, day_first)
    for at, stop, reading in _scanner().scan(text, start, end):
        yield DateFound(at, stop, reading.read(reference), reading.relative, reading.yearless)


@cache
def _scanner() -> Scanner[Reading]:
    months = " ".join(MONTHS)
    full = re.compile(DATE.pattern, re.IGNORECASE)
    return Scanner(
        [
            Rule(f"# {months}", full, full_date),
            Rule(
                "#",
                re.compile(
                    (
                        rf"(?<![\w/.-])(?P<d>\d{{1,2}})(?:st|nd|rd"
                        rf"|th)?[\s.-](?:of\s)?(?P<m>{MONTH})(?![^\W_])\.?(?:,?[\s.'’-]{{1,2}}(?P<y>\d\d)(?![\d:/.]"
                        r"|\s?(?:mg|mcg|%|units|ml|kg|bpm|years)))?"
                    ),
                    re.IGNORECASE,
                ),
                day_and_month,
            ),
            Rule(
                months,
                re.compile(
                    (
                        rf"(?<![^\W_])(?P<m>{MONTH})\.?\s(?P<d>\d{{1,2}})(?:st|nd|rd|th)?(?![\d/:.]?\d|\s?(?:mg|mcg"
                        r"|%|units|ml|kg|bpm))(?:,?\s'?(?P<y>\d\d)(?![\d:/.]|\s?(?:mg|mcg|%|units|ml|kg|bpm"
                        r"|years)))?"
                    ),
                    re.IGNORECASE,
                ),
                day_and_month,
            ),
            Rule(
                months,
                re.compile(
                    (
                        rf"(?<![^\W_])(?P<m>{MONTH})\.?,?[\s-](?:of\s)?['’]?(?P<y>(?:19|20)\d\d"
                        r"|(?<=['’])\d\d)(?![\d/.]\d|\d)"
                    ),
                    re.IGNORECASE,
                ),
                month_and_year,
            ),
            Rule(
                "#",
                re.compile(r"(?<![\d/.-])(?P<a>\d{1,2})(?P<s>[/.-])(?P<b>\d{1,2})(?P=s)(?P<y>\d\d)(?![\d/.-])"),
                short_year,
            ),
            Rule("#", re.compile(r"(?<![\d/.-])(?P<m>0?[1-9]|1[0-2])/(?P<y>(?:19|20)\d\d)(?![\d/])"), numbered_month),
            Rule(
                "#",
                re.compile(
                    r"(?<![\d/.,-])(?<![A-Za-z])(?P<a>\d{1,2})/(?P<b>\d{1,2})(?![\d/]|\s?(?:mg|mcg|%|units|ml"
                    r"|kg|out|pain|strength|bilat\w*|throughout)\b)"
                ),
                day_slash_month,
            ),
            Rule(
                "#",
                re.compile(
                    (
                        r"(?<![\d/.,-])(?<![A-Za-z])(?P<y>(?:19[2-9]|20[0-4])\d)s?(?![\d/-]|[.,]\d|\s?(?:mg|mcg|ml"
                        r"|units|iu|kcal|steps|calories|h\b|hrs?|hours))"
                    ),
                    re.IGNORECASE,
                ),
                bare_year,
            ),
            Rule(months, re.compile(rf"(?<![^\W_])(?P<m>{MONTH})(?![^\W_])\.?", re.IGNORECASE), bare_month),
            Rule(
                "last next this",
                re.compile(rf"(?<![^\W_])(?P<which>last|next|this)\s(?P<m>{MONTH})(?![^\W_])", re.IGNORECASE),
                which_month,
            ),
            Rule(
                "last next this on",
                re.compile(
                    (
                        r"(?<![^\W_])(?P<which>last|next|this(?:\spast|\scoming)?"
                        rf"|on)\s(?P<day>{WEEKDAY})(?![^\W_])(?:\s(?:last|night|morning|afternoon|evening"
                        r"|gone)(?![^\W_]))?"
                    ),
                    re.IGNORECASE,
                ),
                named_weekday,
            ),
            Rule(
                "last next this",
                re.compile(
                    (
                        r"(?<![^\W_])(?P<which>last|next|this)\s(?P<u>week|month|year|weekend|winter|summer|spring"
                        r"|autumn|fall)(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                which_period,
            ),
            Rule(
                "today yesterday tomorrow tonight this last overnight the now",
                re.compile(
                    (
                        r"(?<![^\W_])(?:the\sday\s(?P<over>before\syesterday|after\stomorrow)|(?P<word>today"
                        r"|yesterday|tomorrow|tonight|overnight)|this\s(?:morning|afternoon|evening|am|pm)"
                        r"|last\s(?P<night>night|evening))(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                named_day,
            ),
            Rule(
                "# a an several many some",
                re.compile(
                    (
                        rf"(?<![\w.,/-])(?P<n>{COUNT})(?:\s?(?:-|–|to|or)\s?(?P<n2>{COUNT}))?[\s-]?(?P<u>{SPAN_UNIT})\s(?:ago"
                        r"|prior|earlier|before|previously|back)(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                days_ago,
            ),
            Rule(
                "#",
                re.compile(
                    r"(?<![\d/.])(?P<n>\d{1,2})/(?P<s>7|52|12)\s(?:ago|prior|earlier|previously)(?![^\W_])",
                    re.IGNORECASE,
                ),
                days_ago,
            ),
            Rule(
                "in within",
                re.compile(
                    (
                        rf"(?<![^\W_])in\s(?:about\s|approximately\s|approx\.?\s)?(?P<n>{COUNT})(?:\s?(?:-|–"
                        rf"|to)\s?(?P<n2>{COUNT}))?[\s-]?(?P<u>{SPAN_UNIT})(?:['’]?\stime)?(?![^\W_])"
                    ),
                    re.IGNORECASE,
                ),
                days_ahead,
            ),
            Rule("in", re.compile(r"(?<![^\W_])in\s(?P<n>\d{1,2})/(?P<s>7|52|12)(?![\d/])", re.IGNORECASE), days_ahead),
        ],
        digits=re.compile(r"\d{1,4}(?:[/.-]\d|(?:st|nd|rd|th)?[\s.-]?(?:of\s)?[A-Za-z]|\s?[–-]|(?<=\d{4}))"),
    )
