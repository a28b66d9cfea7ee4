"""Medications over all notes: for each drug the last word on whether it is taken, and on its dose.

Notes are read in the order they were taken. What is started, continued or changed is current, until a later note stops
it or warns against it, or its course ends; what is only mentioned changes nothing. Brands and generic names of one
ingredient are one drug. So no drug is ever both current and stopped. Each line says as of when: what a note said on its
day may have changed since.
"""

import re
from collections.abc import Sequence
from datetime import date

from features.summaries.extractive.dosing import traced
from features.summaries.extractive.doubts import judged_medication
from features.summaries.extractive.drugs import WARNED, Drug
from features.summaries.extractive.evidence import Fact, Line, Place, Source, capital, day_in
from features.summaries.extractive.voice import Voice
from features.summaries.wording import plain

_CURRENT = ("started", "continued", "changed")
_REASON = re.compile(
    r"(?:due to|because of|owing to|secondary to|because|after developing)\s"
    r"[^.;()\n]{3,80}",
    re.IGNORECASE,
)
_STARTING = (
    (re.compile(r"\b(?:start\w*|initiat\w*|begin|began)\b", re.IGNORECASE), "started"),
    (re.compile(r"\bprescri\w*", re.IGNORECASE), "prescribed"),
    (re.compile(r"\brecommend\w*", re.IGNORECASE), "recommended"),
    (re.compile(r"\badvis\w*", re.IGNORECASE), "advised"),
    (re.compile(r""), ""),
)
_CONTINUING = (
    (re.compile(r"\bcontinu\w*", re.IGNORECASE), "continued"),
    (re.compile(r"\b(?:will|should|to) (?:also )?take\b", re.IGNORECASE), "to be taken as of"),
    (re.compile(r""), "as of"),
)
_BEFORE = re.compile(r"\b(?:used to|previously|formerly|in the past|no longer|years? ago|months? ago)\b", re.IGNORECASE)
_UP = re.compile(r"\b(?:increas\w+|titrat\w+ up|up-?titrat\w+|uptitrat\w+)\b", re.IGNORECASE)
_DOWN = re.compile(r"\b(?:decreas\w+|reduc\w+|lower(?:ed|ing)?|taper\w*|halv\w+)\b", re.IGNORECASE)
_ROUTES = {
    "oral": ("PO", "by mouth"),
    "intravenous": ("IV", "into a vein"),
    "intramuscular": ("IM", "into a muscle"),
    "subcutaneous": ("SC", "under the skin"),
    "inhaled": ("inhaled", "by inhaler"),
    "nasal": ("nasal", "into the nose"),
    "topical": ("topical", "on the skin"),
    "ophthalmic": ("ophthalmic", "into the eyes"),
    "sublingual": ("SL", "under the tongue"),
    "rectal": ("PR", "into the back passage"),
}


class Medications:
    """All drugs of the chart."""

    def __init__(self, sources: Sequence[Source], today: date) -> None:
        self._today = today
        drugs: dict[str, Drug] = {}
        for source in sources:
            decided = set()
            for fact in source.facts("medications"):
                key = _key(fact, "name")
                place = source.place(fact)
                judged = judged_medication(_own(fact, place), place)
                drugs.setdefault(key, Drug(key)).told.append((judged, place))
                if judged["status"] != "mentioned":
                    decided.add(key)
            for fact in source.facts("avoid"):
                key = _key(fact, "substance")
                if key not in decided:  # a note may order what it also calls the cause of something
                    warning = {**fact, "name": fact["substance"], "status": WARNED}
                    drugs.setdefault(key, Drug(key)).told.append((warning, source.place(fact)))
        self.drugs = list(drugs.values())

    def _with(self, *statuses: str) -> list[Drug]:
        found = [drug for drug in self.drugs if drug.status in statuses]
        return sorted(found, key=lambda drug: (-drug.last[1].source.note.taken_at.timestamp(), drug.last[1].start))

    @property
    def current(self) -> list[Drug]:
        """What is taken, the newest word first."""
        return [drug for drug in self._with(*_CURRENT) if not drug.is_vaccine and not drug.is_over(self._today)]

    @property
    def over(self) -> list[Drug]:
        """What was taken for a time that has passed."""
        drugs = self._with(*_CURRENT, "mentioned")
        return [drug for drug in drugs if not drug.is_vaccine and drug.is_over(self._today)]

    @property
    def warned(self) -> list[Drug]:
        """What notes warn against."""
        return self._with(WARNED)

    @property
    def stopped(self) -> list[Drug]:
        """What is taken no longer."""
        return self._with("stopped")

    @property
    def mentioned(self) -> list[Drug]:
        """What was talked about, so that nobody can tell whether it is taken."""
        return [drug for drug in self._with("mentioned") if not drug.is_vaccine and not drug.is_over(self._today)]

    @property
    def vaccines(self) -> list[Drug]:
        """Vaccines given."""
        return [drug for drug in self._with("started", "changed") if drug.is_vaccine]

    def facts(self) -> list[tuple[Fact, Place]]:
        """The last word on each drug, with the dose it was last given; what has ended by itself counts as stopped."""
        return [drug.fact(self._today) for drug in self.drugs]

    def lines(self, voice: Voice, sources: Sequence[Source]) -> list[Line]:
        """One line for each drug: current, stopped, vaccines, and what the newest notes merely mention."""
        newest = {id(source) for source in sources[-2:]}
        found = [_current(drug, voice) for drug in self.current]
        found.extend(_warned(drug, voice) for drug in self.warned)
        found.extend(_past(drug, voice) for drug in self.over)
        found.extend(_stopped(drug, voice) for drug in self.stopped)
        found.extend(_given(drug, voice) for drug in self.vaccines)
        found.extend(_mentioned(drug, voice) for drug in self.mentioned if id(drug.last[1].source) in newest)
        return found


def _key(fact: Fact, name: str) -> str:
    return str(fact.get("ingredient") or fact[name]).strip().lower()


def _own(fact: Fact, place: Place) -> Fact:
    """The fact; of a note that gives instructions to its reader, without what only those say of the drug."""
    if not place.source.has_planted:
        return fact
    told, _ = traced(fact, place)
    return {**fact, **{part: told.get(part) for part in ("dose", "route", "frequency")}}


def named(drug: Drug, voice: Voice) -> str:
    """A drug's name, with the brand as the note calls it."""
    names = [str(fact["name"]).strip().lower() for fact, _ in drug.run]
    brand = next((name for name in reversed(names) if name != drug.key), None)
    if brand is None or any(word[:5] in drug.key for word in brand.split() if len(word) > 3):
        return voice.term(brand or drug.key)
    return f"{drug.key} ({capital(brand)})"


def _dosing(drug: Drug, voice: Voice) -> tuple[str, str, tuple[Place, ...]]:
    """The dose with route and frequency, the dose alone, and where they stand."""
    fact, place = drug.dosed
    told, traces = traced(fact, place)
    places = [place, *traces]
    parts = [told.get("dose", "")]
    if "route" in told and parts[0]:
        parts.append(_ROUTES.get(told["route"], (told["route"], told["route"]))[voice.family])
    frequency = told.get("frequency", "")
    if not frequency:
        frequency, more = _frequency_elsewhere(drug)
        places.extend(more)
    parts.append(frequency)
    course = drug.course
    if course is not None:
        duration = str(course[0]["duration"])
        parts.append(duration if duration.startswith("until") else f"for {duration}")
        places.append(course[1])
    whole = " ".join(part for part in parts if part)
    worded = plain(whole) if voice.family else whole
    return worded[:1].lower() + worded[1:] if voice.family else worded, parts[0], tuple(places)


def _frequency_elsewhere(drug: Drug) -> tuple[str, tuple[Place, ...]]:
    """How often, from another note, as long as the dose was the same."""
    for fact, place in reversed(drug.run):
        if fact.get("frequency") and fact.get("dose") in {None, drug.dosed[0].get("dose")}:
            told, places = traced(fact, place)
            return told.get("frequency", ""), places if "frequency" in told else ()
    return "", ()


def _current(drug: Drug, voice: Voice) -> Line:
    whole, dose, places = _dosing(drug, voice)
    fact, place = drug.last
    name = named(drug, voice)
    day = day_in(place.source.day, voice.audience)
    verb = verb_of(fact, place)
    before = _dose_before(drug) if fact["status"] == "changed" else None
    was = f", was {before[0]}" if before else ""
    text = f"{capital(f'{name} {whole}'.strip())} – {verb} {day}{was}"
    every = (*places, place, *((before[1],) if before else ()))
    return Line("medications", text, tuple(dict.fromkeys(every)), f"{name} {dose}".strip(), as_of=day)


def verb_of(fact: Fact, place: Place) -> str:
    """What was done, in the word that the note uses for it."""
    if fact["status"] != "changed":
        words = _STARTING if fact["status"] == "started" else _CONTINUING
        verb = next((verb for pattern, verb in words if pattern.search(place.sentence)), words[-1][1])
        return verb if verb != "" else "started" if _is_order(fact, place) else "noted"
    up, down = _UP.search(place.sentence), _DOWN.search(place.sentence)
    if bool(up) == bool(down):
        return "changed"
    return "increased" if up else "reduced"


def _is_order(fact: Fact, place: Place) -> bool:
    """Whether its place says that it is begun where no word does: with a dose, or at the head of a line."""
    line = place.source.content.rfind("\n", 0, place.start) + 1
    return bool(fact.get("dose")) or not place.source.content[line : place.start].strip(" -•*#.)0123456789")


def _dose_before(drug: Drug) -> tuple[str, Place] | None:
    now = drug.dosed[0].get("dose")
    if not now:
        return None
    for fact, place in reversed(drug.run[:-1]):
        if fact.get("dose"):
            return (str(fact["dose"]), place) if fact["dose"] != now else None
    return None


def _stopped(drug: Drug, voice: Voice) -> Line:
    _, place = drug.last
    name, day = named(drug, voice), day_in(place.source.day, voice.audience)
    reason = _REASON.search(place.sentence) if _alone(place) else None
    why = f": {reason.group().strip().rstrip(',')}" if reason else ""
    why = plain(why) if voice.family else why
    if _BEFORE.search(place.sentence):
        return Line("stopped", f"No longer taken as of {day}: {name}", (place,), name)
    return Line("stopped", f"Stopped: {name} ({day}{why})", (place,), name)


def _warned(drug: Drug, voice: Voice) -> Line:
    fact, place = drug.warning
    name, day = named(drug, voice), day_in(place.source.day, voice.audience)
    if fact["forbidden"]:
        return Line("warned", f"{voice.choose('Avoid', 'To be avoided')}: {name} ({day})", (place,), name)
    harm = voice.term(str(fact["reason"]))
    harm = harm[:1].lower() + harm[1:] if harm[1:2].islower() else harm
    return Line("warned", f"Named as a cause of {harm}: {name} ({day})", (place,), name)


def _past(drug: Drug, voice: Voice) -> Line:
    whole, _, places = _dosing(drug, voice)
    _, place = drug.last
    day = day_in(place.source.day, voice.audience)
    text = f"{voice.choose('Course over', 'Course ended')}: {named(drug, voice)} {whole} ({day})"
    return Line("stopped", text, tuple(dict.fromkeys((*places, place))))


def _given(drug: Drug, voice: Voice) -> Line:
    _, place = drug.last
    return Line("vaccines", f"{capital(named(drug, voice))} given {day_in(place.source.day, voice.audience)}", (place,))


def _mentioned(drug: Drug, voice: Voice) -> Line:
    whole, _, places = _dosing(drug, voice)
    _, place = drug.last
    day = day_in(place.source.day, voice.audience)
    head = f"{named(drug, voice)} {whole}".strip()
    text = voice.choose(f"Mentioned: {head} ({day})", f"Also mentioned: {head} ({day})")
    return Line("mentioned", text, tuple(dict.fromkeys((*places, place))))


def _alone(place: Place) -> bool:
    """Whether no other drug stands in the sentence, so that what it says is said of this one."""
    start, end = place.source.sentence_at(place.start)
    inside = [fact for fact in place.source.facts("medications") if start <= fact["start"] < end]
    return len(inside) < 2
