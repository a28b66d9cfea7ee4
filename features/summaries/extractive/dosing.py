"""How much of a drug, by which way and how often, and where a note says each of it.

What was understood of a drug is put together from all that its note says. Here each part is traced to a sentence that
can be quoted; what cannot be traced is not told.
"""

import re
from collections.abc import Iterator
from functools import lru_cache

from features.summaries.extractive.evidence import Fact, Place, squeezed

_ROUTES = {
    "oral": r"\bPO\b|\bp\.o\.|by mouth|\boral",
    "intravenous": r"\bIV\b|intravenous",
    "intramuscular": r"\bIM\b|intramuscular",
    "subcutaneous": r"\bS[CQ]\b|subcut|under the skin",
    "inhaled": r"inhal|puffs?\b|\bneb",
    "nasal": r"nasal|nostril",
    "topical": r"topical|cream|ointment|apply",
    "ophthalmic": r"ophthalmic|\beyes?\b",
    "sublingual": r"\bSL\b|sublingual",
    "rectal": r"\bPR\b|rectal",
}
_TIMES = {
    "once": (
        r"\bonce|\bdaily|\bq\.?d\b|\bOD\b|a day|per day|each day|every day|every (?:morning|night|evening)"
        r"|\bqhs\b|nightly|q ?24"
    ),
    "twice": r"\btwice|\bb\.?i\.?d\b|\bBD\b|two times|2 times|2x|every 12|q ?12",
    "three times": r"three times|\bt\.?i\.?d\b|\bTDS\b|3 times|every 8|q ?8",
    "four times": r"four times|\bq\.?i\.?d\b|\bQDS\b|4 times|every 6|q ?6",
    "bedtime": r"bedtime|\bqhs\b|\bhs\b|nocte|at night|nightly",
    "as needed": r"\bPRN\b|as needed|if needed|when needed|as required",
    "week": r"week",
    "month": r"month",
    "morning": r"morning|\bAM\b|\bmane\b|qam",
    "evening": r"evening|\bPM\b|qpm|night",
    "hour": r"hour|hourly|\bq ?\d+ ?h|hrs",
}
_LINES_BELOW = re.compile(r"\n[ \t]*(?:sig|directions?|take|disp|dispense|dose)\b[^\n]*", re.IGNORECASE)
_MENTIONS = 12


def traced(fact: Fact, place: Place) -> tuple[dict[str, str], tuple[Place, ...]]:
    """The dose, route and frequency of a fact as far as its note says so, and where."""
    found: dict[str, str] = {}
    places: dict[Place, None] = {}
    for part in ("dose", "route", "frequency"):
        value = str(fact.get(part) or "")
        if not value:
            continue
        where = next((spot for spot in _spots(fact, place) if _says(part, value, squeezed(spot.text))), None)
        if where is not None:
            found[part] = value
            places[where] = None
    return found, tuple(places)


def _spots(fact: Fact, place: Place) -> Iterator[Place]:
    """The sentence of a fact, the other sentences that name the drug, and the lines of its prescription."""
    source = place.source
    yield Place(source, *source.sentence_at(place.start))
    names = "|".join(re.escape(str(name)) for name in (fact["name"], fact.get("ingredient")) if name)
    for number, match in enumerate(re.finditer(rf"(?i)(?<!\w)(?:{names})(?!\w)", source.content)):
        if number == _MENTIONS:
            return
        start, end = source.sentence_at(match.start())
        yield Place(source, start, end)
        below = _LINES_BELOW.match(source.content, source.content.find("\n", match.end()))
        while below:
            line = below.start() + 1
            yield Place(source, line, below.end())
            below = _LINES_BELOW.match(source.content, below.end())


@lru_cache(maxsize=2048)
def _patterns(part: str, value: str) -> tuple[re.Pattern[str], ...]:
    """What a sentence must hold to say it."""
    if part == "route":
        return (re.compile(_ROUTES.get(value, re.escape(value)), re.IGNORECASE),)
    if part == "frequency":
        wanted = [pattern for word, pattern in _TIMES.items() if word in value]
        numbers = [rf"(?<!\d){number}(?!\d)" for number in re.findall(r"\d+", value)]
        patterns = [*wanted, *numbers] or [re.escape(value)]
        return tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
    numbers = re.findall(r"\d+(?:[.,]\d+)?", value)
    patterns = [rf"(?<![\d.]){re.escape(number)}(?![\d]|\.\d)" for number in numbers] or [re.escape(value)]
    return tuple(re.compile(pattern) for pattern in patterns)


def _says(part: str, value: str, text: str) -> bool:
    if part == "dose" and "," in text:
        text = re.sub(r"(?<=\d),(?=\d{3}\b)", "", text)
    return all(pattern.search(text) for pattern in _patterns(part, value))
