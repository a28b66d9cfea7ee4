"""From a chart to a draft."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from features.summaries.extractive.alerts import alerts
from features.summaries.extractive.allergies import Allergies
from features.summaries.extractive.background import background
from features.summaries.extractive.conditions import Conditions
from features.summaries.extractive.course import course, symptoms
from features.summaries.extractive.evidence import Fact, Line, Place, Source, day_in
from features.summaries.extractive.measurements import Measurements
from features.summaries.extractive.medications import Medications
from features.summaries.extractive.passages import findings, plan
from features.summaries.extractive.prose import BRIEF, LONGER, ended, running_text
from features.summaries.extractive.selection import ENCOUNTERS, chosen, sectioned
from features.summaries.extractive.social import social
from features.summaries.extractive.voice import Voice
from features.summaries.shape import Chart, Draft, Options

_KNOWN = frozenset({"problems", "history", "family"})


def summarise(chart: Chart, options: Options, *, now: datetime) -> Draft:
    """What the notes of a patient say, in statements that cite them.

    Args:
        chart: The patient and the notes, in any order.
        options: For whom, how long, since when.
        now: Notes from later than this are left aside.
    """
    voice = Voice(options.audience)
    every = [Source(note) for note in sorted(chart.notes, key=lambda note: (note.taken_at, str(note.id)))]
    every = [source for source in every if source.note.taken_at <= _aware(now) or source is every[-1]]
    if not every:
        return Draft(_without_notes(chart, voice), (), _no_facts())
    since = _aware(options.since) if options.since else None
    told = [source for source in every if since is None or source.note.taken_at >= since]
    allergies, medications = Allergies(every), Medications(every, _aware(now).date())
    conditions, measurements = Conditions(told), Measurements(told)
    lines = [
        *alerts(told, voice),
        *allergies.lines(voice),
        *conditions.lines(voice),
        *medications.lines(voice, every),
        *measurements.lines(voice),
        *_told(told, options, voice),
    ]
    lines.extend(background(told, voice, [line.short or line.text for line in lines if line.section in _KNOWN]))
    kept = chosen(lines, options.length, voice)
    text = running_text(kept, voice, BRIEF if options.length == "brief" else LONGER)
    if since is not None and not told:
        text = f"{ended(f'No notes since {day_in(since, voice.audience)}')} {text}".strip()
    facts = _key_facts(allergies, conditions if since is None else Conditions(every), medications, Measurements(every))
    return Draft(text, sectioned(kept, voice), facts)


def _told(sources: Sequence[Source], options: Options, voice: Voice) -> list[Line]:
    """What stands in the notes' own sentences."""
    if not sources:
        return []
    taken: set[str] = set()
    events = course(sources, voice, ENCOUNTERS[options.length])
    taken.update(line.short.lower() for line in events)
    found = [*findings(sources, voice, taken), *events, *plan(sources, voice, taken)]
    if options.length != "brief":
        found.extend(symptoms(sources[-1], voice, taken))
    if options.length == "detailed":
        found.extend(social(sources[-1], voice, taken))
    return found


def _without_notes(chart: Chart, voice: Voice) -> str:
    """What can be said of a patient without notes: nothing but what stands in the record."""
    text = "No notes are on record for this patient."
    conditions = [voice.term(condition) for condition in chart.profile.conditions if condition.strip()]
    return f"{text} On record: {', '.join(conditions)}." if conditions else text


def _key_facts(
    allergies: Allergies, conditions: Conditions, medications: Medications, measurements: Measurements
) -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return {
        "diagnoses": [_with_note(*told) for told in conditions.facts()],
        "medications": [_with_note(*told) for told in medications.facts()],
        "allergies": [_with_note(*told) for told in allergies.facts()],
        "latest_vitals": [_with_note(*told) for told in measurements.latest_vitals()],
    }


def _with_note(fact: Fact, place: Place) -> Mapping[str, Any]:
    note = place.source.note
    return {**fact, "note_id": note.id, "taken_at": note.taken_at}


def _no_facts() -> Mapping[str, Sequence[Mapping[str, Any]]]:
    return {"diagnoses": [], "medications": [], "allergies": [], "latest_vitals": []}


def _aware(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
