"""Procedures: what was done, is planned, or was declined, and when."""

import re
from itertools import pairwise

from clinical.concepts import is_operation
from clinical.facts import Place, Procedure, ProcedureStatus, Reality
from clinical.note import Note
from clinical.procedures.answered_later import not_consented_to
from clinical.procedures.naming import Name
from clinical.procedures.status import list_end, status_of, with_day
from clinical.values.dates import dates_in
from clinical.weighing.procedures import weighed

_RESULTS = frozenset({"imaging", "tracing", "endoscopy", "test", "biopsy"})
_OVER = re.compile(
    r"\b(?:after|following|post|since|s/p|status post|history of|h/o|previous(?:ly)?|prior|"
    r"earlier)[\s-](?:[\w-]{1,30}\s){0,3}$",
    re.IGNORECASE,
)
# "Radioiodine-induced hypothyroidism" tells of it as of what is past.
_CAUSED = re.compile(r"[\s-](?:induced|related|associated|caused)\b", re.IGNORECASE)
_AGO = re.compile(r"[^.;]{0,60}\bago\b", re.IGNORECASE)
_WHOLE_DAY = re.compile(r"\d{4}-\d\d-\d\d")
# "Hernia repair performed today": done on the day of the note.
_TODAY = re.compile(
    r"[\s,(:–—-]{0,3}(?:(?:was|were|performed|done|completed|carried out|uneventful|under|ga|la|spinal)[\s,]{1,2}){0,4}"
    r"(?P<today>today|this (?:morning|afternoon|evening))\b",
    re.IGNORECASE,
)
# "Colonoscopy 6/10: polyp removed", "phaco done 21/7": a day and a month in a note that writes as the British do.
_SLASHED = re.compile(
    r"[\s,(:]{1,3}(?P<done>(?:done|performed|inserted|fitted|implanted|given|on)\s)?(?:on\s)?"
    r"(?P<day>[0-3]?\d)/(?P<month>1[0-2]|0?[1-9])(?![\d/]|\s?(?:ago|time)\b)",
    re.IGNORECASE,
)
_BRITISH = re.compile(
    r"\b(?:OPA|A&E|TWOC|Hb \d{3}|[Oo]esoph\w+|USS|BD|TDS|QDS|nocte|TTOs?|paracetamol|salbutamol|oedema|"
    r"[Hh]aem\w+|[Aa]naem\w+|GP)\b"
)
# "8/12" is eight months, and "3/7" three days.
_SPANS = frozenset({7, 12})
# "Renal transplant (live donor, his brother)" is the patient's.
_DONOR = re.compile(r"\s?[(,–—-][^.()\n]{0,30}\bdon(?:or|ated)\b", re.IGNORECASE)
# A relative who gave the kidney has no transplant: "kidney transplant 14 March 2019 (live donor, sister)".
_DONOR_BEHIND = re.compile(r"[^.()\n]{0,30}\s\([^.()\n]{0,30}\bdon(?:or|ated)\b", re.IGNORECASE)
# How and where it was done, before the day on which it was.
_HOW = re.compile(
    r"(?:\s(?:privately|abroad|elsewhere|electively|laparoscopically|urgently|successfully|uneventfully|under|"
    r"general|local|spinal|anaesthetic|anaesthesia|anesthesia|GA|LA|units?|\d{1,2}(?:\.\d)? Gy|"
    r"\d{1,2}(?! (?-i:[A-Z]))|by|Mr|Ms|Mrs|Miss|Dr|Prof|locally|there|again|took place|went ahead|as planned|"
    r"carried out|performed|done|given|finished|completed|ended|in|"
    r"(?:at|with|via)(?: (?:the|our|his|her|their))? [a-z][\w-]{1,14}"
    r"(?: (?:surgery|hospital|clinic|centre|center|practice))?)){1,5}\s(?:(?:on|in)\s)?(?:the\s)?",
    re.IGNORECASE,
)
_LONGEST_DAY = 24
# No note has as many; a text that has is none.
_MOST, _MOST_NAMES = 400, 2_000
_LOOKS_BACK = 100
_DAYS = 31


def procedures(note: Note) -> list[Procedure]:
    """The procedures of a note in the order of the text; one that is told twice in the same sense once."""
    told: dict[tuple[str, ProcedureStatus], set[tuple[str | None, str]]] = {}
    kept: list[Procedure] = []
    for before, name in pairwise([None, *note.procedure_names[:_MOST_NAMES]]):
        if name is None or (before is not None and _explains(note, before, name)):
            continue
        found = _procedure(note, name)
        if found is None or len(kept) >= _MOST:
            continue
        said = told.setdefault((found.concept, found.status), set())
        text = found.text.lower()
        if any(found.on in {None, on} and text in earlier for on, earlier in said):
            continue
        said.add((found.on, text))
        kept.append(found)
    return kept


def _explains(note: Note, before: Name, name: Name) -> bool:
    """Whether a name in brackets only says again what the one before is: "RSV vaccine (Abrysvo)"."""
    return before.concept == name.concept and note.text[before.end : name.start] in {" (", "("}


def _procedure(note: Note, name: Name) -> Procedure | None:
    meant = note.context.of(name.start, name.end)
    kind = note.kind_at(name.start)
    on_behalf = meant.reality in {Reality.DECLINED, Reality.REQUESTED} or not_consented_to(
        note.text[max(0, name.start - _LOOKS_BACK) : name.start]
    )
    given = (_DONOR.match(note.text, name.end) or _DONOR_BEHIND.match(note.text, name.end)) is not None
    if (meant.family and not on_behalf and not given) or kind == "signature" or _only_a_heading(note, name):
        return None
    status = weighed(note, name, status_of(note, name, meant), meant)
    if status is None:
        return None
    first, last = note.document.sentence_span(name.start)
    end = list_end(note, name)
    when = note.dates.beside(name.start, name.end, first, last) or note.dates.beside(name.start, end, first, last)
    if when is None and status is ProcedureStatus.DONE and is_operation(name.concept):
        when = _day_in(note, first, last)
    yearless = None
    if when is None:
        yearless = note.dates.yearless_beside(name.start, name.end, first, last)
        yearless = yearless or note.dates.yearless_beside(name.start, end, first, last)
        yearless = yearless or _slashed(note, end, last)
    if when is None and yearless is None and status is ProcedureStatus.DONE:
        when, yearless = _day_behind(note, end, last)
    status = with_day(note, name, status, when[0] if when else None, yearless[0] if yearless else None)
    places = {"text": Place(name.start, name.end)}
    if when:
        places["on"] = when[1]
    if yearless:
        places["yearless"] = yearless[1]
    elif when is None and status is ProcedureStatus.DONE and (today := _TODAY.match(note.text, end, last)):
        places["on"] = Place(*today.span("today"))  # which day that is, only the note's own day tells
    return Procedure(
        start=name.start,
        end=name.end,
        original=note.text[name.start : name.end],
        section=note.part_at(name.start),
        places=places,
        text=" ".join(note.text[name.start : name.end].split()),
        concept=name.concept,
        status=status,
        on=when[0] if when else None,
        yearless=yearless[0] if yearless else None,
        retold=status is ProcedureStatus.DONE and _is_retold(note, name, first, last),
    )


def _slashed(note: Note, end: int, last: int) -> tuple[str, Place] | None:
    """A day and a month behind a procedure, which elsewhere might be two numbers or the month first."""
    found = _SLASHED.match(note.text, end, last)
    if found is None or note.day_first is False or not _BRITISH.search(note.text):
        return None
    day, month = int(found["day"]), int(found["month"])
    told = found["done"] or note.text.startswith(": ", found.end())  # "Flexi 4/12: Mayo 3"
    if not 1 <= day <= _DAYS or (month in _SPANS and not told):
        return None
    return f"--{month:02}-{day:02}", Place(found.start("day"), found.end("month"))


def _day_behind(note: Note, end: int, last: int) -> tuple[tuple[str, Place] | None, tuple[str, Place] | None]:
    """The day behind words on how and where it was done: "2 units on 12 March", "privately in February".

    In ISO form, or without its year.
    """
    how = _HOW.match(note.text, end, last)
    if how is None:
        return None, None
    for found in dates_in(
        note.text, day_first=note.day_first, start=how.end(), end=min(last, how.end() + _LONGEST_DAY)
    ):
        if found.start != how.end():
            break
        place = Place(found.start, found.end)
        if found.iso is not None:
            return (found.iso, place), None
        return None, (found.yearless, place) if found.yearless else None
    return None, None


def _day_in(note: Note, first: int, last: int) -> tuple[str, Place] | None:
    """The only day that the sentence of an operation names: "one stent to the right artery, 1 November 2026"."""
    found = [one for one in dates_in(note.text, day_first=note.day_first, start=first, end=last) if not one.relative]
    if len(found) != 1 or not _WHOLE_DAY.fullmatch(found[0].iso or ""):
        return None
    return str(found[0].iso), Place(found[0].start, found[0].end)


def _is_retold(note: Note, name: Name, first: int, last: int) -> bool:
    """Whether it was over before the visit that the note tells: "one week after", "five years ago"."""
    before = note.text[max(first, name.start - _LOOKS_BACK) : name.start]
    behind = note.text[name.end : min(last, name.end + _LOOKS_BACK)]
    return bool(_OVER.search(before) or _AGO.match(behind) or _CAUSED.match(behind))


def _only_a_heading(note: Note, name: Name) -> bool:
    """Whether it names a part of the note under which nothing stands, or which is no procedure: "PROCEDURE"."""
    if not note.in_heading(name.start):
        return False
    segment = note.segment_at(name.start)
    return name.kind not in _RESULTS or segment is None or not note.text[segment.body : segment.end].strip()
