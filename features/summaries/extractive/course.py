"""What happened, encounter by encounter, the newest first: why the patient came, what was found, what was changed."""

import re
from collections.abc import Sequence

from features.summaries.extractive.dosing import traced
from features.summaries.extractive.doubts import grade_before, judged_condition, judged_medication
from features.summaries.extractive.evidence import Line, Place, Source, capital, day_in, listed
from features.summaries.extractive.medications import verb_of
from features.summaries.extractive.passages import is_whole, planned
from features.summaries.extractive.voice import Voice, tells_of_itself

_KINDS = {
    "admission": "admission",
    "consultation": "consultation",
    "discharge": "discharge",
    "procedure": "procedure",
    "emergency": "emergency visit",
    "therapy": "therapy",
    "laboratory": "laboratory report",
    "imaging": "imaging",
    "referral": "referral",
    "correspondence": "letter",
    "nursing": "nursing",
    "prescription": "prescription",
}
_DENIES = re.compile(r"^(?:[\w./-]+ ){0,3}(?:denies|denied|no)\b", re.IGNORECASE)
_REPORTS = re.compile(
    r"\b(?:reports?|reported|endorses?|endorsed|complain\w*|c/o|presents?|presented|returns?|describes?|notes|"
    r"states|admits|experienc\w+|"
    r"feels?|rates?|developed|injur\w+|twisted|fell|slipped|tried|has been|suffer\w+|worsen\w*|here for|in today)\b",
    re.IGNORECASE,
)
_INTRODUCES = re.compile(
    r"\b(?:presents?|presented|returns?|is an? (?:\w+ ){0,3}\d+[- ](?:year|month|week|day)|in today|seen|"
    r"referred|admitted|here for|c/o|comes)\b",
    re.IGNORECASE,
)
_HEADED = re.compile(
    r"(?:chief complaint|presenting complaint|reason for (?:visit|referral|consultation)|\bcc|\bpc)[^\w\n]*+\n\s*+$",
    re.IGNORECASE,
)
_NOTHING = re.compile(
    r"^\W*(?:no (?:chief |acute )?complaints?|follow[- ]?up|annual exam|n/?a|none)\W*$", re.IGNORECASE
)
_TITLE = re.compile(r"^(?:SOAP|Note|Date|Encounter|Patient|Name|DOB|MRN|Dear|Re|NHS)\b.{0,80}$", re.IGNORECASE)
_CHANGES = frozenset({"started", "changed", "stopped"})
_SYMPTOMS = 4
_PLANNED = 3


def course(sources: Sequence[Source], voice: Voice, most: int) -> list[Line]:
    """One line for each encounter, the newest first."""
    found: list[Line] = []
    for source in reversed(sources):
        if len(found) == most:
            break
        line = _encounter(source, voice, with_plan=bool(found))
        if line is not None:
            found.append(line)
    return found


def symptoms(source: Source, voice: Voice, taken: set[str]) -> list[Line]:
    """What the patient told in the newest note."""
    spans = source.section("subjective")
    found = []
    for start, end in spans[:60]:
        text = voice.sentence(source.content[start:end])
        if text is None or text.lower() in taken or not _is_telling(text) or _DENIES.match(text):
            continue
        if tells_of_itself(text):
            continue
        taken.add(text.lower())
        found.append(
            Line("symptoms", f"{text} ({day_in(source.day, voice.audience)})", (Place(source, start, end),), text)
        )
        if len(found) == _SYMPTOMS:
            break
    return found


def _is_telling(text: str) -> bool:
    return _REPORTS.search(text) is not None and len(text.split()) >= 4 and is_whole(text)


def reason(source: Source) -> Place | None:
    """Why the patient came: the chief complaint, else the sentence that introduces the note."""
    spans = source.section("subjective") or [span for span in source.sentences[:6] if not source.note.sections]
    for start, end in spans[:8]:
        if _INTRODUCES.search(source.content[start:end]) and end - start < 250:
            return Place(source, start, end)
    for start, end in spans[:4]:
        text = source.content[start:end]
        if (
            2 < len(text) < 250
            and not text.isupper()
            and not _NOTHING.match(text)
            and not _TITLE.match(text)
            and not text.endswith(":")
            and not _lists_medicines(source, start, end)
        ):
            return Place(source, start, end)
    return None


def _lists_medicines(source: Source, start: int, end: int) -> bool:
    """Whether it says what is taken, and nothing of why the patient came."""
    return any(start <= fact["start"] < end and fact.get("dose") for fact in source.facts("medications"))


def _encounter(source: Source, voice: Voice, *, with_plan: bool) -> Line | None:
    """One encounter; what was planned only where it is not the plan that holds now."""
    why = reason(source)
    text = voice.sentence(why.text) if why else None
    if text is not None and (not is_whole(text) or tells_of_itself(text)):
        text = None
    parts: list[str] = []
    places: list[Place] = []
    if why is not None and text is not None:
        parts.append(text)
        places.append(why)
    for heading, told in (_assessed(source, voice), *_changed(source)):
        if told:
            names = list(dict.fromkeys(name for name, _ in told))[:4]
            parts.append(f"{heading} {listed(names)}")
            places.extend(place for name, place in told if name in names)
    then = planned(source, voice, set())[:_PLANNED] if with_plan else []
    if then:
        parts.append(f"{voice.choose('Plan then:', 'Planned then:')} {'; '.join(line.short for line in then)}")
        places.extend(place for line in then for place in line.places)
    if not parts:
        return None
    kind = _KINDS.get(source.note.type)
    day = day_in(source.day, voice.audience)
    head = f"{day}, {kind}" if kind else day
    return Line("course", f"{head}: {'. '.join(parts)}", tuple(dict.fromkeys(places)), parts[0])


def _assessed(source: Source, voice: Voice) -> tuple[str, list[tuple[str, Place]]]:
    told = [
        (voice.term(grade_before(source.place(fact)) + str(fact["text"])[:100]), source.place(fact))
        for fact in source.facts("diagnoses")
        if fact.get("section") in {"assessment", "plan", None}
        and judged_condition(fact, source.place(fact))["certainty"] == "confirmed"
    ]
    return voice.choose("Assessed:", "Found:"), told


def _changed(source: Source) -> list[tuple[str, list[tuple[str, Place]]]]:
    found: dict[str, list[tuple[str, Place]]] = {}
    for found_fact in source.facts("medications"):
        place = source.place(found_fact)
        fact = judged_medication(found_fact, place)
        if fact["status"] not in _CHANGES:
            continue
        name = str(fact["name"])
        dose, places = traced(fact, place) if fact["status"] != "stopped" else ({}, ())
        verb = "stopped" if fact["status"] == "stopped" else verb_of(fact, place)
        told = found.setdefault(capital(verb), [])
        amount = dose.get("dose", "")
        words = f"{name} to {amount}" if amount and fact["status"] == "changed" else f"{name} {amount}".strip()
        told.extend((words, spot) for spot in (place, *places))
    return list(found.items())
