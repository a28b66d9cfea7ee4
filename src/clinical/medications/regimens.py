"""Several doses of one medication: split over the day or the week, or stepped down until it ends."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from clinical.facts import MedicationStatus, Place, RegimenStep
from clinical.medications.verdicts import Verdict
from clinical.values.amounts import Amount, doses_in
from clinical.values.durations import durations_in
from clinical.values.frequencies import Frequency

_THEN = re.compile(
    r"\b(?:then|followed by|thereafter|after that|afterwards|(?:reduc|decreas|taper|wean|halv|dropp?|cutt?|increas|"
    r"titrat|ris)(?:e|es|ing)?\s(?:down\s|up\s|again\s){0,2}to|(?:down|up) to)\b",
    re.IGNORECASE,
)
_ENDS = re.compile(
    r"\b(?:(?:and )?then|and|finally)\s(?:stop|off|discontinue|nil|cease)\b|"
    r"(?<=[,;]\s)(?:stop|off|nil)\b(?=\s{0,2}(?:[.,;)\n]|$))",
    re.IGNORECASE,
)
# "8 mg for 3 days, reducing to 4 mg for 3 days": the next step of a course, and no change of what is taken.
_STEPS_ON = re.compile(
    r"(?:reduc|decreas|taper|wean|halv|drop|cut|increas|titrat)(?:e|es|p?ing|ting)?(?:\s(?:down|up))?$", re.IGNORECASE
)
_LINK_TO_STEP = re.compile(r"[\s,;]{1,3}(?:(?:and|then|before|followed by)\s){0,2}", re.IGNORECASE)
_STEP_WITHIN = 90
_OTHER_DAYS = re.compile(
    r"(?:on )?(?:(?:all )?(?:the )?other days|(?:the )?rest of the week|alternate days|weekends|weekdays|other nights)"
    r"|(?:at |with |before )?\b(?:breakfast|lunch(?:time)?|dinner|tea(?:time)?|supper|evening meal|bed(?:time)?|"
    r"midday)\b"
    r"|\b(?:am|pm|morning|evening|night)\b",
    re.IGNORECASE,
)
# "25 mg day 1, 50 mg day 2": how far a step goes, as "days 1-14" tells it.
_ON_DAY = re.compile(r"\s(?:on\s)?(?P<day>day \d{1,3})\b(?!\s?(?:of|/))", re.IGNORECASE)
# A sliding scale: the values of blood sugar at which so much is given.
_VALUE_BEFORE = re.compile(
    r"(?<!\bday )(?<!\bdays )(?P<when>(?:(?:BMs?|BG|CBG|BSL|glucose|sugars?|"
    r"if)\s){0,4}(?:\d{1,3}(?:[.,]\d)?\s?(?:-|–|to)\s?\d{1,3}(?:[.,]\d)?|"
    r"[<>≥≤]\s?\d{1,3}(?:[.,]\d)?|\d{1,3}(?:[.,]\d)? or more))\s*(?:[:=,]\s*)?(?:give )?$",
    re.IGNORECASE,
)
_SPELT = {
    "am": "in the morning",
    "morning": "in the morning",
    "pm": "in the evening",
    "evening": "in the evening",
    "night": "at night",
}
# No regimen has more.
_MOST_STEPS = 20


@dataclass(slots=True)
class Step:
    """A dose, and what is said of it up to the next one."""

    start: int
    end: int
    dose: str
    frequency: str | None = None
    frequency_place: Place | None = None
    duration: str | None = None
    then: bool = False
    on_value: bool = False
    """Whether it depends on a measured value: "10-15: 4 units"."""


def is_step(text: str, start: int, verdict: Verdict) -> bool:
    """Whether a verb of change only tells the next step of a course, which a dose with its duration opens.

    Args:
        text: The text.
        start: Where the name of the drug ends.
        verdict: What the verb says of it.
    """
    changed = verdict.status is MedicationStatus.CHANGED and start < verdict.start <= start + _STEP_WITHIN
    if not changed or not _STEPS_ON.match(text, verdict.start, verdict.end):
        return False
    lasting = durations_in(text, start, verdict.start)
    if not lasting or not doses_in(text, start, lasting[0].start) or not doses_in(text, verdict.end, verdict.end + 16):
        return False
    return _LINK_TO_STEP.fullmatch(text, lasting[-1].end, verdict.start) is not None


def steps_of(
    text: str, amounts: Sequence[Amount], frequencies: Sequence[Frequency], start: int, until: int
) -> list[Step]:
    """The doses with the times, days and durations that go with each: behind it, or before it where times lead."""
    leading = bool(frequencies) and len(amounts) > 1 and _leads(amounts, frequencies, start)
    steps: list[Step] = []
    for number, amount in enumerate(amounts[:_MOST_STEPS]):
        before = amounts[number - 1].end if number else start
        behind = amounts[number + 1].start if number + 1 < len(amounts) else until
        first, last = (before, amount.start) if leading else (amount.end, behind)
        step = Step(amount.start, amount.end, amount.text, then=bool(_THEN.search(text, before, amount.start)))
        own = [one for one in frequencies if first <= one.start < last]
        if own:
            step.frequency, step.frequency_place = own[0].text, Place(own[0].start, own[0].end)
        elif (value := _VALUE_BEFORE.search(text, max(before, amount.start - 30), amount.start)) is not None:
            step.frequency, step.frequency_place = value["when"], Place(*value.span("when"))
            step.on_value = True
        elif (days := _OTHER_DAYS.search(text, first, last)) is not None:
            step.frequency, step.frequency_place = _SPELT.get(days.group().lower(), days.group()), Place(*days.span())
        lasting = durations_in(text, amount.end, behind)
        day = _ON_DAY.match(text, amount.end, behind) if not lasting else None
        step.duration = lasting[0].text if lasting else day["day"].lower() if day else None
        if step.frequency_place and not leading:
            step.end = max(step.end, step.frequency_place.end)
        if lasting:
            step.end = max(step.end, lasting[0].end)
        elif day is not None:
            step.end = max(step.end, day.end())
        steps.append(step)
    ending = _ENDS.search(text, steps[-1].end, until) if steps else None
    if ending is not None:
        steps.append(Step(ending.start(), ending.end(), "stop", then=True))
    return steps


def _leads(amounts: Sequence[Amount], frequencies: Sequence[Frequency], start: int) -> bool:
    """Whether times stand before their doses: "breakfast 30 units, evening 12 units"."""
    if frequencies[0].start > amounts[0].start:
        return False
    ends = [start, *(amount.end for amount in amounts)]
    return all(
        any(before <= one.start and one.end <= amount.start for one in frequencies)
        for before, amount in zip(ends, amounts, strict=False)
    )


def regimen_of(steps: Sequence[Step]) -> tuple[RegimenStep, ...]:
    """The steps as they are told, if one dose does not tell it all."""
    if len(steps) < 2:
        return ()
    doses = [step for step in steps if step.dose != "stop"]
    told = all(step.frequency or step.duration or step.then for step in doses) or any(step.then for step in doses[1:])
    if len(doses) > 1 and not told:
        return ()
    same = len({(step.frequency, step.duration) for step in doses}) == 1 and not any(step.then for step in doses)
    if len(doses) > 1 and same and not doses[0].duration:
        return ()
    return tuple(RegimenStep(step.dose, step.frequency, step.duration) for step in steps)
