"""How long a medication is to be taken, or was taken; not how long it has been."""

import re

from clinical.facts import MedicationStatus, Reality
from clinical.medications.drug_names import Name
from clinical.medications.parts import Parts
from clinical.medications.verdicts import Verdict
from clinical.note import Note
from clinical.values.cycles import cycle_in
from clinical.values.dates import MONTH
from clinical.values.durations import Duration, Span, durations_in, is_course

# "Raised as sleeping 3 hours": the time is of something else.
_OF_SOMETHING_ELSE = re.compile(r"\b(?:as|because|since|sleep\w*|slept|lasting|wait\w*)\b", re.IGNORECASE)
# "Has been taking it for three weeks" tells how long it has been, not when it ends.
_SO_FAR = re.compile(
    r"\b(?:has|have|had|been|took|taken|taking|takes|tried|used|uses|using|was|were)\b[^,;:.]*$", re.IGNORECASE
)
# What a span stands right behind: a part of the drug, a bracket, a verb that tells how far it goes.
_BESIDE = re.compile(r"[ ,]{0,3}(?:\([^()\n]{0,12}\),?\s)?")
_TO_GO_ON = re.compile(
    r"\b(?:continue|go on|goes on|carry on|course of|total of|complete|completes|finish|last|take|give|max\.?|"
    r"maximum(?: of)?|up to)\s(?:for\s)?$",
    re.IGNORECASE,
)
# "Day 3/7" tells which day of seven it is.
_DAY_OF = re.compile(r"(?<!\ba\s)(?<!\bper\s)(?<!\beach\s)(?<!\bevery\s)(?<!/)\bday\s$", re.IGNORECASE)
# "Up to ten days a month" tells how often.
_PER = re.compile(r"\s(?:a|per)\s(?:week|month|year)\b", re.IGNORECASE)
# Before the name: "three days of doxycycline".
_OF_IT = re.compile(r"\s(?:course )?of\s(?:(?!and\b)[A-Za-z][\w'’]{1,12}\s){0,2}")
_AFTER = re.compile(r"\bafter\s(?:only\s|about\s)?(?=\w)", re.IGNORECASE)
# "Until her INR is in range", in so many letters, near the name.
_UNTIL = re.compile(r"\b(?:until|till|til)\s(?P<what>[^,.;:()|\n<>]{2,32}+)(?=[,.;:()|\n]|$)", re.IGNORECASE)
_ENDS_IN = re.compile(
    rf"\s(?:it\s)?(?:(?:in|on|at the end of)\s)?"
    rf"(?P<when>\d{{1,2}}\s?(?:weeks?|months?|days?|/52|/12|/7)|(?:(?:early|mid|late)[\s-])?(?:{MONTH})\b(?:\s20\d\d)?|"
    rf"\d{{1,2}}(?:st|nd|rd|th)?\s(?:{MONTH})\b(?:\s20\d\d)?)",
    re.IGNORECASE,
)
_NEAR, _BEFORE, _SPAN = 70, 40, 24


def lasting_of(note: Note, name: Name, parts: Parts, verdict: Verdict | None) -> Duration | None:
    """How long it is to be taken, or was; not how long it has been.

    Args:
        note: The note.
        name: The drug.
        parts: What belongs to it.
        verdict: What is said of it.
    """
    if sum(step.dose != "stop" for step in parts.regimen) > 1:
        return None
    text = note.text
    over = verdict is not None and (verdict.status is MedicationStatus.STOPPED or verdict.reality is Reality.PAST)
    first, last = note.document.sentence_span(name.start)
    ends = [name.end, *(place.end for part, place in parts.places.items() if part != "reason")]
    ends += [verdict.end] if verdict is not None else []
    # "While on codeine" goes on over the name of the next drug.
    spans = durations_in(text, name.end, max(min(last, parts.until + _SPAN), parts.until))
    often = parts.places.get("frequency")
    if often is not None and cycle_in(text, often.start, often.end) is None:
        often = None  # "once daily for 7 days, then at weekends"
    # "Three weeks on, one week off" tells how it is taken, and not for how long.
    spans = [one for one in spans if often is None or not often.start <= one.start < often.end]
    spans = [one for one in spans if not (_PER.match(text, one.end) or _DAY_OF.search(text, name.end, one.start))]
    found = [one for one in spans if one.start < parts.until and _is_told(text, one, ends)]
    if not found:
        so_long = _after_so_long(text, name, max(last, parts.until)) if over else None
        ended = _ends_in(text, name, verdict, last) if verdict is not None else None
        return _before_name(text, first, name) or so_long or ended or _until(text, parts, name)
    if found[0].kind is Span.PLAIN and _OF_SOMETHING_ELSE.search(text, name.end, found[0].start):
        return None
    begun = verdict is not None and verdict.strong and verdict.status is MedicationStatus.STARTED
    so_far = not (over or begun) and not found[0].text.startswith("until")
    if so_far and _SO_FAR.search(text[max(first, name.start - 80) : name.start]):
        return None
    return found[0]


def _is_told(text: str, span: Duration, ends: list[int]) -> bool:
    """Whether a span is one for which the drug is taken: said so, or right behind a part of the drug."""
    if span.kind is not Span.PLAIN or is_course(text, span):
        return True
    if _TO_GO_ON.search(text, max(0, span.start - 24), span.start):
        return True
    return any(end <= span.start and _BESIDE.fullmatch(text, end, span.start) for end in ends)


def _before_name(text: str, first: int, name: Name) -> Duration | None:
    before = durations_in(text, max(first, name.start - _BEFORE), name.start)
    return before[-1] if before and _OF_IT.fullmatch(text, before[-1].end, name.start) else None


def _after_so_long(text: str, name: Name, last: int) -> Duration | None:
    """ "Stopped after two days": it was taken for as long."""  # noqa: D210 (a quotation)
    after = _AFTER.search(text, name.end, min(last, name.end + _NEAR))
    found = durations_in(text[after.end() : after.end() + _SPAN]) if after else []
    if after is None or not found or found[0].start > 2:
        return None
    return found[0]._replace(start=after.end() + found[0].start, end=after.end() + found[0].end)


def _ends_in(text: str, name: Name, verdict: Verdict, last: int) -> Duration | None:
    """The time for which its end is planned: "to stop in June 2026", "stop clopidogrel in 8 weeks"."""
    if verdict.reality is not Reality.PLANNED or verdict.status is not MedicationStatus.STOPPED:
        return None
    begin = max(verdict.end, name.end)
    found = _ENDS_IN.match(text, begin, min(last, begin + _NEAR))
    if found is None:
        return None
    spans = durations_in(found["when"]) if found["when"][0].isdigit() else []
    told = spans[0].text if spans else f"until {' '.join(found['when'].split())}"
    return Duration(*found.span("when"), told, spans[0].kind if spans else Span.UNTIL)


def _until(text: str, parts: Parts, name: Name) -> Duration | None:
    found = _UNTIL.search(text, name.end, min(parts.until, name.end + _NEAR))
    if found is None:
        return None
    return Duration(found.start(), found.end(), f"until {' '.join(found['what'].split())}", Span.UNTIL)
