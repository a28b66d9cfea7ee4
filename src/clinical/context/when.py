"""When something was or is to be, as far as the words beside it say so: a day, a month or a year."""

import re

from clinical.facts import Place
from clinical.values.dates import DATE, day_of

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]{0,6}"
_PARTIAL = re.compile(
    rf"(?<![\d/.-])(?:(?P<month>{_MONTH})\.?,?\s(?:of\s)?(?P<year>(?:19|20)\d\d)|(?P<number>0?[1-9]|1[0-2])/(?P<after>(?:19|20)\d\d)"
    rf"|(?P<alone>(?:19|20)\d\d))(?![\d/%]|\s?(?:mg|ml|units|kcal|iu|ng|pg|steps|m\b|ft|hrs?\b|h\b))",
    re.IGNORECASE,
)
# What may stand between a thing and its date: nothing that names another thing.
_GAP = re.compile(
    r"[\s(,:–—-]{0,3}(?:(?:in|on|since|from|dated?|of|dx['’]?d?|diagnosed|diagnosis|done|performed|completed|placed|fitted|"
    r"inserted|removed|planned|booked|scheduled|for|due|last|was|were|is|early|late|mid|aged? \d{1,2}|left|right|l|r|"
    r"repaired|repair|about|around|approximately|approx|circa|c\.|at|the|year|month|date|first|back|found|made|only|"
    r"both|and|again|emergency|elective|repeat|sides?)\b\.?[\s(,:–—-]{0,3}){0,5}",
    re.IGNORECASE,
)
_LEAD = re.compile(r"[\s(]{0,2}(?:(?:in|on|since|from)\s)?", re.IGNORECASE)
_LONGEST_LEAD = 40


def date_beside(text: str, start: int, end: int, first: int, last: int) -> tuple[str, Place] | None:
    """The date of what stands at `text[start:end]`, within its sentence `text[first:last]`, as ISO and its place.

    It follows: "T2DM (2009)", "CABG in March 2015"; or leads the clause: "In 2015 he had a CABG", "2015: CABG".
    """
    gap = _GAP.match(text, end, last)
    found = _date_at(text, gap.end() if gap else end, last)
    if found is not None:
        return found
    lead = _LEAD.match(text, first, start)
    found = _date_at(text, lead.end() if lead else first, start)
    if found is None:
        return None
    between = text[found[1].end : start]
    if len(between) > _LONGEST_LEAD or re.search(r"[;.]\s|\n", between):
        return None
    return found


def _date_at(text: str, at: int, last: int) -> tuple[str, Place] | None:
    whole = DATE.match(text, at, last)
    if whole is not None:
        day = day_of(whole)
        return (day.isoformat(), Place(*whole.span())) if day else None
    part = _PARTIAL.match(text, at, last)
    if part is None:
        return None
    if part["alone"]:
        return part["alone"], Place(*part.span())
    if part["number"]:
        return f"{part['after']}-{int(part['number']):02d}", Place(*part.span())
    number = _MONTHS.index(part["month"].lower()[:3]) + 1
    return f"{part['year']}-{number:02d}", Place(*part.span())
