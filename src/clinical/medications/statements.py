"""What one place of a note says of a drug."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from clinical.allergies.warned import Warned
from clinical.concepts import concept_of
from clinical.facts import Ending, MedicationStatus, Place, Reality
from clinical.medications.drug_names import LISTS, Name
from clinical.medications.identity import identity_of
from clinical.medications.lasting import lasting_of
from clinical.medications.over import is_over
from clinical.medications.parts import Parts, parts_of
from clinical.medications.places import is_listed
from clinical.medications.reach import Reach
from clinical.medications.verdicts import Verdict
from clinical.note import Note
from clinical.values.amounts import doses_in
from clinical.values.dates import DATE, day_of
from clinical.values.durations import Duration
from clinical.values.frequencies import frequencies_in

_NO_START = re.compile(r"\b(?:until|till|review|due|dob|born|on or before|by|last dose|see)\s(?:on\s)?$", re.IGNORECASE)
_RETRACTED = re.compile(
    r"\b(?:recorded|entered|listed|documented|charted|prescribed) in error\b|\bnever (?:took|taken) it\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One place, and what it says."""

    start: int
    end: int
    concept: str
    """The name under which synonyms are one; what has the same one is one medication."""
    ingredient: str
    name: str
    parts: Parts
    status: MedicationStatus
    reality: Reality
    ending: Ending | None
    line: int
    """The number of its line."""
    event: bool
    """Whether something is done, or would be: started, changed or stopped."""
    said: bool
    """Whether words said so, rather than the place."""
    sure: bool
    """Whether these words leave nothing to weigh."""
    warned: Warned | None
    shunned: bool
    listed: bool
    retracted: bool
    duration: str | None
    until: str | None
    on: str | None
    places: dict[str, Place]


def statement_of(
    note: Note, name: Name, parts: Parts, verdict: Verdict | None, fallback: MedicationStatus, warned: Warned | None
) -> Statement:
    """What a place says, from its parts, what governs it and where it stands."""
    status, reality, ending = fallback, Reality.ACTUAL, None
    if fallback is MedicationStatus.STOPPED:
        ending = Ending.STOPPED
    if verdict is not None:
        status, reality, ending = verdict.status, verdict.reality, verdict.ending
        told_only = status is MedicationStatus.MENTIONED and reality is Reality.ACTUAL and not verdict.avoided
        if (
            told_only
            and (note.kind_at(name.start) in LISTS or verdict.needed)
            and fallback is not MedicationStatus.MENTIONED
        ):
            status = fallback
    if reality not in {Reality.ACTUAL, Reality.PAST} or (
        reality is Reality.PAST
        and status
        in {
            MedicationStatus.CONTINUED,
            MedicationStatus.STARTED,
            MedicationStatus.CHANGED,
        }
    ):
        status, ending = MedicationStatus.MENTIONED, None
    shunned = bool(verdict and verdict.avoided)
    if warned is not None and (status is not MedicationStatus.STOPPED or warned.shunned):
        status, ending, shunned = MedicationStatus.MENTIONED, None, True
    ingredient, written = identity_of(note, name)
    lasting = lasting_of(note, name, parts, verdict)
    if is_over(note, name, verdict, lasting) and (warned is None or status is MedicationStatus.STOPPED):
        status, reality, ending = MedicationStatus.STOPPED, Reality.PAST, ending or Ending.COMPLETED
    places = {"name": Place(name.start, name.end), **parts.places}
    if lasting is not None:
        places["duration"] = Place(lasting.start, lasting.end)
    if verdict is not None:
        places["status"] = Place(verdict.start, verdict.end)
    day = _day(note, name, parts, verdict) if status is not MedicationStatus.MENTIONED else None
    if day is not None:
        places["on"] = day[1]
    return Statement(
        start=name.start,
        end=max(name.end, parts.end),
        concept=concept_of(ingredient, "drug"),
        ingredient=ingredient,
        name=written,
        parts=parts,
        status=status,
        reality=reality,
        ending=ending,
        line=note.document.line_number(name.start),
        event=verdict is not None and verdict.strong,
        said=verdict is not None or warned is not None,
        sure=verdict is not None and verdict.sure,
        warned=warned,
        shunned=shunned,
        listed=is_listed(note, name),
        retracted=_RETRACTED.search(note.text, name.end, min(len(note.text), parts.until)) is not None,
        duration=lasting.text if lasting else None,
        until=_last_day(lasting) if lasting else None,
        on=day[0] if day else None,
        places=places,
    )


def is_dosed(text: str, start: int, end: int) -> bool:
    """Whether a dose, or how often it is taken, stands in a stretch of text behind a drug."""
    return end > start and bool(doses_in(text, start, end) or frequencies_in(text, start, end))


def further_statements(
    note: Note, name: Name, main: Statement, verdicts: Sequence[Verdict], reach: Reach, text: str
) -> Iterator[Statement]:
    """What is to become of a drug later, or if something happens, beside what becomes of it now.

    Args:
        note: The note.
        name: The drug.
        main: What becomes of it now.
        verdicts: What is to become of it.
        reach: Where its parts are.
        text: The text with blanks where results and amounts dispensed stand.
    """
    for number, verdict in enumerate(verdicts):
        until = verdicts[number + 1].start if number + 1 < len(verdicts) else reach.until
        behind = Reach(verdict.end, verdict.end, verdict.end, max(until, verdict.end))
        parts = parts_of(note, name, behind, verdict, text)
        if parts.dose is None and verdict.status is MedicationStatus.STARTED:
            parts = main.parts  # "on hold, restart on Friday": as before
        told = statement_of(note, name, parts, verdict, MedicationStatus.MENTIONED, None)
        yield replace(told, listed=False)


def _last_day(duration: Duration) -> str | None:
    match = DATE.search(duration.text)
    day = day_of(match) if match else None
    return day.isoformat() if day else None


def _day(note: Note, name: Name, parts: Parts, verdict: Verdict | None) -> tuple[str, Place] | None:
    """The day of the event: the only certain date beside its verb."""
    if verdict is None:
        return None
    first, last = note.document.sentence_span(name.start)
    line = note.document.line_at(min(name.start, verdict.start))
    low, high = max(first, line.start, min(name.start, verdict.start) - 30), min(last, max(parts.until, verdict.end))
    days = [
        (day, match)
        for match in DATE.finditer(note.text, low, high)
        if (day := day_of(match)) is not None
        and not _NO_START.search(note.text, max(low, match.start() - 20), match.start())
    ]
    if len(days) != 1:
        return None
    day, match = days[0]
    return day.isoformat(), Place(*match.span())
