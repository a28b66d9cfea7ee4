"""When a drug is taken, and how much at most: "before PE", "not more than ten days a month", behind its dose."""

import re
from dataclasses import replace

from clinical.facts import Medication, Place
from clinical.lexicon.resources import words
from clinical.note import Note

_ANATOMY = "|".join(
    sorted((re.escape(word) for word in words("anatomy.txt") if len(word) > 2), key=lambda word: (-len(word), word))
)
_PART = re.compile(
    r"[ \t]*,?[ \t](?:and[ \t])?(?P<told>"
    r"at (?:the )?(?:onset|start|beginning|first sign) of [^.,;:()\n]{3,40}"
    r"|(?:not|no) more (?:often )?than [^.,;:()\n]{3,40}"
    r"|(?:at most|maximum|max\.?)(?: of)? [^.,;:()\n]{3,40}"
    r"|(?:except|but not|apart from|other than|not)(?: on)?(?: the)? (?:[a-z-]{3,20} days?|"
    r"(?:mon|tues|wednes|thurs|fri|satur|sun)days?|(?:the )?day of [a-z-]{3,20})\b"
    r"|before (?:PE|exercise|exertion|sports?|games|gym|running|swimming|activity|dressing changes?|physiotherapy)\b"
    rf"|for (?:the |his |her |their )(?:\w+ )?(?:{_ANATOMY}|wounds?|scars?|itch|cough)\b)",
    re.IGNORECASE,
)
_MOST = 3


# Before a time that is the least, and no end; or at the beginning of its own words.
_AT_LEAST = re.compile(r"\b(?:at least|a minimum of|minimum|not less than)\s(?:another )?(?=\S*$)", re.IGNORECASE)
# From when a time counts: "at least six months after recovery".
_COUNTS_FROM = re.compile(
    r"\s(?:after|from)\s(?:full\s|complete\s|the\s|(?:his|her)\s)?(?:recovery|remission|discharge|surgery|operation|delivery|"
    r"birth|stroke|event|last\s\w+)\b",
    re.IGNORECASE,
)
_BEFORE = 30


def with_least(note: Note, drug: Medication) -> Medication:
    """A medication that is to be taken for a time at least: it does not end with that."""
    place = drug.places.get("duration")
    if place is None or not drug.duration or drug.duration.startswith("until"):
        return drug
    words = note.text[max(0, place.start - _BEFORE) : place.start]
    own = note.text[place.start : place.end].lower().removeprefix("for ")
    least = _AT_LEAST.search(words) is not None or own.startswith(("at least", "a minimum of"))
    if not least:
        return drug
    counts = _COUNTS_FROM.match(note.text, place.end)
    end = counts.end() if counts else place.end
    since = f" {' '.join(note.text[place.end : end].split())}" if counts else ""
    places = {**drug.places, "duration": Place(place.start, end)}
    return replace(drug, duration=f"at least {drug.duration}{since}", places=places)


def with_remark(note: Note, drug: Medication) -> Medication:
    """A medication with what stands right behind it on when it is taken, and how much at most."""
    first, last = note.document.sentence_span(drug.start)
    end = drug.end
    told: list[tuple[int, int]] = []
    while len(told) < _MOST and (found := _PART.match(note.text, end, last)) is not None:
        told.append(found.span("told"))
        end = found.end()
    if not told or drug.end < first:
        return drug
    place = Place(told[0][0], told[-1][1])
    said = " ".join(note.text[slice(*place)].split())
    return replace(drug, remark=said, places={**drug.places, "remark": place})
