"""A dose that goes down by the same amount, step by step: "15 mg for two weeks, then down by 5 mg every two weeks"."""

import re
from dataclasses import replace

from clinical.facts import Medication, Place, RegimenStep
from clinical.note import Note
from clinical.values.durations import durations_in
from clinical.values.numbers import number_of

_DOWN = re.compile(
    r"[,;]?\s(?:and\s)?then\s(?:(?:go|come|step|going|coming|stepping)\s)?"
    r"(?:down|reduc\w+|decreas\w+|taper\w*|lower\w*|cut)(?:\s(?:it|the dose|this))?\sby\s"
    r"(?P<by>\d{1,4}(?:\.\d{1,2})?)\s?(?P<unit>mg|mcg|micrograms|g|ml)\s(?:every|each|per|a)\s"
    r"(?:(?P<count>\d{1,2}|two|three|four|five|six|seven)\s)?(?P<every>day|week|fortnight|month)s?\b",
    re.IGNORECASE,
)
_DOSE = re.compile(r"(?P<amount>\d{1,4}(?:\.\d{1,2})?)\s(?P<unit>\S+)")
_MOST = 20
_REACH = 60


def with_taper(note: Note, drug: Medication) -> Medication:
    """A medication whose dose goes down by steps, with every step and its end, as far as they follow from its words."""
    dose = _DOSE.fullmatch(drug.dose or "")
    if dose is None or drug.regimen or not drug.duration:
        return drug
    _, last = note.document.sentence_span(drug.start)
    found = _DOWN.search(note.text, drug.end, min(last, drug.end + _REACH + len(drug.duration)))
    if found is None or found["unit"].lower() != dose["unit"].lower():
        return drug
    by, amount = float(found["by"]), float(dose["amount"])
    every = _every(found["count"], found["every"])
    if by <= 0 or amount / by > _MOST or not durations_in(f"for {every}"):
        return drug
    steps = [RegimenStep(drug.dose or "", drug.frequency, drug.duration)]
    while (amount := amount - by) > 0:
        steps.append(RegimenStep(f"{amount:g} {dose['unit']}", drug.frequency, every))
    steps.append(RegimenStep("stop", None, None))
    end = found.end()
    places = {**drug.places, "regimen": Place(drug.start, end)}
    told = note.text[drug.start : end]
    return replace(drug, regimen=tuple(steps), dose=None, duration=None, end=end, original=told, places=places)


def _every(count: str | None, unit: str) -> str:
    if unit.lower() == "fortnight":
        return "2 weeks"
    number = int(number_of(count) or 1) if count else 1
    return f"{number} {unit.lower()}{'' if number == 1 else 's'}"
