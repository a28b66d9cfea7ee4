"""Medications over all notes: for each drug the last word on whether it is taken, and on its dose.

Notes are read in the order they were taken. What is started, continued or changed is current, until a later note stops
it; what is only mentioned changes nothing. Brands and generic names of one ingredient are one drug. So no drug is ever
both current and stopped.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta

from features.summaries.extractive.dosing import traced
from features.summaries.extractive.doubts import judged_medication
from features.summaries.extractive.evidence import Fact, Line, Place, Source, capital, day_in
from features.summaries.extractive.voice import Voice
from features.summaries.wording import plain

_CURRENT = ("started", "continued", "changed")
_VACCINE = re.compile(r"vaccin|immuni[sz]|\bshot\b|booster", re.IGNORECASE)
_REASON = re.compile(
    r"(?:due to|because of|owing to|secondary to|because|after developing)\s"
    r"[^.;()\n]{3,80}",
    re.IGNORECASE,
)
_FOR = re.compile(
    r"\b(?:for|x)\s?(?:the next\s)?(?:a|one|two|three|\d{1,2})(?: full)?[ -](?:days?|weeks?|months?)\b", re.IGNORECASE
)
_AMOUNT = re.compile(r"(a|one|two|three|\d{1,2})(?: full)?[ -](day|week|month)", re.IGNORECASE)
_NUMBERS = {"a": 1, "one": 1, "two": 2, "three": 3}
_DAYS = {"day": 1, "week": 7, "month": 31}
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
    (re.compile(r""), "taking as of"),
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


@dataclass
class Drug:
    """One drug, and what was said of it, the latest last."""

    key: str
    told: list[tuple[Fact, Place]] = field(default_factory=list)

    @property
    def said(self) -> list[tuple[Fact, Place]]:
        """What decides about it."""
        return [one for one in self.told if one[0]["status"] != "mentioned"]

    @property
    def last(self) -> tuple[Fact, Place]:
        """The last word."""
        return (self.said or self.told)[-1]

    @property
    def status(self) -> str:
        """Whether it is taken."""
        return str(self.last[0]["status"])

    @property
    def run(self) -> list[tuple[Fact, Place]]:
        """What was said since it was last not taken."""
        said = self.said or self.told
        first = max(
            (number + 1 for number, (fact, _) in enumerate(said[:-1]) if fact["status"] == "stopped"), default=0
        )
        return said[first:]

    @property
    def dosed(self) -> tuple[Fact, Place]:
        """The last word on its dose."""
        return next((one for one in reversed(self.run) if one[0].get("dose")), self.last)

    @property
    def is_vaccine(self) -> bool:
        """Whether it is given once."""
        return _VACCINE.search(self.key) is not None


class Medications:
    """All drugs of the chart."""

    def __init__(self, sources: Sequence[Source]) -> None:
        drugs: dict[str, Drug] = {}
        for source in sources:
            for fact in source.facts("medications"):
                key = str(fact.get("ingredient") or fact["name"]).strip().lower()
                place = source.place(fact)
                drugs.setdefault(key, Drug(key)).told.append((judged_medication(_own(fact, place), place), place))
        self.drugs = list(drugs.values())

    def _with(self, *statuses: str) -> list[Drug]:
        found = [drug for drug in self.drugs if drug.status in statuses]
        return sorted(found, key=lambda drug: (-drug.last[1].source.note.taken_at.timestamp(), drug.last[1].start))

    @property
    def current(self) -> list[Drug]:
        """What is taken, the newest word first."""
        return [drug for drug in self._with(*_CURRENT) if not drug.is_vaccine]

    @property
    def stopped(self) -> list[Drug]:
        """What is taken no longer."""
        return self._with("stopped")

    @property
    def mentioned(self) -> list[Drug]:
        """What was talked about, so that nobody can tell whether it is taken."""
        return [drug for drug in self._with("mentioned") if not drug.is_vaccine]

    @property
    def vaccines(self) -> list[Drug]:
        """Vaccines given."""
        return [drug for drug in self._with("started", "changed") if drug.is_vaccine]

    def lines(self, voice: Voice, sources: Sequence[Source]) -> list[Line]:
        """One line for each drug: current, stopped, vaccines, and what the newest notes merely mention."""
        newest = {id(source) for source in sources[-2:]}
        lasting = [drug for drug in self.current if not _is_over(drug, sources)]
        found = [_current(drug, voice) for drug in lasting]
        found.extend(_past(drug, voice) for drug in self.current if _is_over(drug, sources))
        found.extend(_stopped(drug, voice) for drug in self.stopped)
        found.extend(_given(drug, voice) for drug in self.vaccines)
        found.extend(_mentioned(drug, voice) for drug in self.mentioned if id(drug.last[1].source) in newest)
        return found


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
    duration = _FOR.search(place.sentence)
    if duration and fact["status"] == "started" and _alone(place):
        parts.append(duration.group())
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
    head = f"{name} {whole}".strip()
    text = voice.choose(
        f"{capital(head)} – {verb} {day}{was}", f"{_taken(str(fact['status']), verb)} {head} ({day}{was})"
    )
    every = (*places, place, *((before[1],) if before else ()))
    return Line("medications", text, tuple(dict.fromkeys(every)), f"{name} {dose}".strip())


def _taken(status: str, verb: str) -> str:
    return {"started": capital(verb), "continued": "Takes", "changed": f"Dose {verb}:"}[status]


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
        text = voice.choose(f"No longer taken as of {day}: {name}", f"No longer takes {name}, as of {day}")
        return Line("stopped", text, (place,), name)
    text = voice.choose(f"Stopped: {name} ({day}{why})", f"No longer takes {name} (stopped {day}{why})")
    return Line("stopped", text, (place,), name)


def _past(drug: Drug, voice: Voice) -> Line:
    whole, _, places = _dosing(drug, voice)
    _, place = drug.last
    day = day_in(place.source.day, voice.audience)
    text = f"{voice.choose('Short course', 'For a limited time')}: {named(drug, voice)} {whole} ({day})"
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


def _is_over(drug: Drug, sources: Sequence[Source]) -> bool:
    """Whether a course of so many days was over when the newest note was taken."""
    fact, place = drug.dosed
    amount = _FOR.search(place.sentence) if fact["status"] == "started" and _alone(place) else None
    length = _AMOUNT.search(amount.group()) if amount else None
    if length is None:
        return False
    number = _NUMBERS.get(length[1].lower()) or int(length[1])
    return place.source.day + timedelta(days=number * _DAYS[length[2].lower()]) < sources[-1].day


def _alone(place: Place) -> bool:
    """Whether no other drug stands in the sentence, so that what it says is said of this one."""
    start, end = place.source.sentence_at(place.start)
    inside = [fact for fact in place.source.facts("medications") if start <= fact["start"] < end]
    return len(inside) < 2
