"""When something was or is to be, as far as the words beside it say so: a day, a month or a year."""

import re

from clinical.facts import Place
from clinical.values.dates import DateFound, dates_in

# What may stand between a thing and its date: nothing that names another thing.
_GAP = re.compile(
    r"[\s(,:–—-]{0,3}(?:(?:in|on|since|from|dated?|of|dx['’]?d?|diagnosed|diagnosis|done|"
    r"(?:moved|postponed|rescheduled|rebooked|deferred|put back|brought forward)(?: to| until| from \w+ to)?|"
    r"performed|completed|finished|ended|given|carried out|placed|fitted|"
    r"inserted|implanted|removed|planned|booked|scheduled|for|due|last|was|were|is|early|late|"
    r"mid|aged? \d{1,2}|\d{1,2}\s?(?:fractions|months|years|weeks)|(?:in\s)?\d{1,2}#|"
    r"\d{1,4}\s?(?:MBq|mCi|Gy)(?:/\d{1,2}#)?|to|left|right|l|r|"
    r"repaired|repair|about|around|approximately|approx|circa|c\.|at|the|year|month|date|first|second|third|dose|listed|relisted|re-listed|arranged|consented|"
    r"clinic|surgery|hospital|theatre|day unit|"
    r"back|found|made|only|bilateral|"
    r"both|and|again|emergency|elective|repeat|sides?)(?:\b\.?|(?<=#))[\s(),:–—-]{0,3}){0,5}",
    re.IGNORECASE,
)
_LEAD = re.compile(r"[\s(]{0,2}(?:(?:in|on|since|from)\s)?", re.IGNORECASE)
_BEGINS = re.compile(r"['’]?\d|jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec", re.IGNORECASE)
_LONGEST_LEAD = 40
_LONGEST_DATE = 30
_PARTS = re.compile(r"[;.]\s|\n")


class Dating:
    """The dates beside the things of a text."""

    def __init__(self, text: str, *, day_first: bool | None) -> None:
        self._text = text
        # Reading dates without this knowledge would look through the whole text for it every time.
        self._day_first = False if day_first is None else day_first
        self._sure = day_first is not None

    def beside(self, start: int, end: int, first: int, last: int) -> tuple[str, Place] | None:
        """The date of what stands at `text[start:end]`, within its sentence `text[first:last]`, as ISO and its place.

        It follows: "T2DM (2009)", "CABG in March 2015"; or leads the clause: "In 2015 he had a CABG", "2015: CABG".
        """
        found = self._beside(start, end, first, last)
        return (found.iso, Place(found.start, found.end)) if found is not None and found.iso is not None else None

    def yearless_beside(self, start: int, end: int, first: int, last: int) -> tuple[str, Place] | None:
        """The same of a day or month without a year, which only the day of the note makes whole: "--07-13", "--11"."""
        found = self._beside(start, end, first, last)
        if found is None or found.yearless is None or found.iso is not None:
            return None
        return found.yearless, Place(found.start, found.end)

    def _beside(self, start: int, end: int, first: int, last: int) -> DateFound | None:
        gap = _GAP.match(self._text, end, last)
        found = self._at(gap.end() if gap else end, last)
        if found is not None:
            return found
        lead = _LEAD.match(self._text, first, start)
        found = self._at(lead.end() if lead else first, start)
        if found is None:
            return None
        between = self._text[found.end : start]
        if len(between) > _LONGEST_LEAD or _PARTS.search(between):
            return None
        return found

    def _at(self, at: int, last: int) -> DateFound | None:
        if not _BEGINS.match(self._text, at, last):
            return None
        for date in dates_in(self._text, start=at, end=min(last, at + _LONGEST_DATE), day_first=self._day_first):
            if date.start != at or (date.iso is None and date.yearless is None):
                return None
            if not self._sure and self._ambiguous(Place(date.start, date.end)):
                return None
            return date
        return None

    def _ambiguous(self, place: Place) -> bool:
        """Whether it would be another day if the month stood first."""
        other = dates_in(self._text, start=place.start, end=place.end, day_first=not self._day_first)
        here = dates_in(self._text, start=place.start, end=place.end, day_first=self._day_first)
        return [one.iso for one in other] != [one.iso for one in here]
