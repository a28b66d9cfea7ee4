"""From the notes of a patient, by the chart, to a draft."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from features.chart import NoteFacts, reconcile
from features.summaries.extractive import clinician, family
from features.summaries.extractive.key_facts import facts_of
from features.summaries.extractive.quoting import Quotes, Source
from features.summaries.extractive.running import BRIEF, LONGER, for_clinicians, for_relatives
from features.summaries.extractive.selection import SECTIONS, chosen
from features.summaries.extractive.telling import Line, Row, capital, day_of
from features.summaries.shape import Chart, Draft, Options, Profile, Section, Statement
from features.summaries.wording import plain

FROM_A_SCAN = " (from a scan, check)"


def summarise(chart: Chart, options: Options, *, now: datetime) -> Draft:
    """What the notes of a patient say, in statements that cite them.

    Args:
        chart: The patient and the notes, in any order.
        options: For whom, how long, since when.
        now: Notes from later than this are left aside.
    """
    notes = sorted(chart.notes, key=lambda note: (note.taken_at, str(note.id)))
    if not notes:
        return Draft(_without_notes(chart.profile, options), (), _no_facts())
    newest = notes[-1].taken_at
    notes = [note for note in notes if note.taken_at <= _aware(now)] or notes[-1:]
    newest = notes[-1].taken_at
    sources = [Source(note) for note in notes]
    facts = [NoteFacts(each.note.id, each.note.taken_at, each.note.type, each.facts()) for each in sources]
    made = reconcile(facts, max(_aware(now), newest))
    lines = _told(made, newest, chart.profile, options)
    since = _aware(options.since) if options.since else None
    if since is not None:
        lines = [line for line in lines if line.always or line.newest >= since]
    kept = chosen(lines, options.length)
    text = _running(kept, chart.profile, options, now, newest)
    if since is not None and newest < since:
        text = f"No notes since {day_of(since, whole=True)}. {text}".strip()
    return Draft(text, _sections(kept, Quotes(sources), options), facts_of(made))


def _told(made: Mapping[str, Sequence[Row]], newest: datetime, profile: Profile, options: Options) -> list[Line]:
    if options.audience == "family":
        found = family.lines_of(made, newest, family.Person(profile.sex))
    else:
        found = clinician.lines_of(made, newest)
    return [line for line in found if line.citations]


def _running(lines: Sequence[Line], profile: Profile, options: Options, now: datetime, newest: datetime) -> str:
    room = (BRIEF if options.length == "brief" else LONGER) - len("No notes since 30 September 2026. ")
    if options.audience == "family":
        return for_relatives(lines, room)
    born, today = profile.date_of_birth, now.date()
    age = today.year - born.year - ((today.month, today.day) < (born.month, born.day))
    who = f"{capital(clinician.who(age, profile.sex))}, last noted {day_of(newest)}."
    return for_clinicians(who, lines, room)


def _sections(lines: Sequence[Line], quotes: Quotes, options: Options) -> tuple[Section, ...]:
    found: dict[str, list[Statement]] = {}
    for line in lines:
        citations = quotes.of(line.citations)
        if citations:
            for_clinician, for_relative, *_ = SECTIONS[line.section]
            title = for_relative if options.audience == "family" else for_clinician
            mark = FROM_A_SCAN if quotes.is_unsure(citations) else ""
            found.setdefault(title, []).append(Statement(f"{capital(line.text)}{mark}", citations))
    return tuple(Section(title, tuple(statements)) for title, statements in found.items())


def _without_notes(profile: Profile, options: Options) -> str:
    """What can be said of a patient without notes: nothing but what stands in the record."""
    text = "No notes are on record for this patient."
    worded = plain if options.audience == "family" else str
    conditions = [worded(condition) for condition in profile.conditions if condition.strip()]
    return f"{text} On record: {', '.join(conditions)}." if conditions else text


def _no_facts() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return {"diagnoses": [], "medications": [], "allergies": [], "latest_vitals": []}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
