"""What stands in lists of earlier illnesses and operations, and is told nowhere else."""

import re
from collections.abc import Sequence

from features.summaries.extractive.evidence import Line, Place, Source, day_in
from features.summaries.extractive.voice import Voice
from features.summaries.wording import key_of

_HEADING = re.compile(
    r"^[ \t]*(?:(?P<what>past surgical history|surgical history|surgical|psh|procedures|past procedures|"
    r"past medical history|"
    r"past history|pmh)[ \t]*(?::[ \t]*|$))",
    re.IGNORECASE | re.MULTILINE,
)
_NOTHING = re.compile(
    r"^\W*(?:none|no|nil|n/a|denies|negative|non-?contributory|unremarkable|see|as above|per|reviewed|"
    r"medical|surgical|procedures|social|family)\b",
    re.IGNORECASE,
)
_NOTES = 20
_LINES = 12
_LONGEST = 90


def background(sources: Sequence[Source], voice: Voice, told: Sequence[str]) -> list[Line]:
    """Earlier illnesses and operations, each once, of the newest note that lists them."""
    known = [key_of(text) for text in told]
    found: dict[frozenset[str], Line] = {}
    for source in reversed(sources[-_NOTES:]):
        for heading in _HEADING.finditer(source.content):
            for place in _listed(source, heading.end()):
                text = voice.sentence(place.text)
                key = key_of(place.text)
                if text is None or key in found or any(key <= other or other <= key for other in known if other):
                    continue
                head = (
                    "Past history"
                    if "surg" not in heading["what"].lower() and "proc" not in heading["what"].lower()
                    else "Past procedure"
                )
                head = voice.choose(head, "In the past")
                found[key] = Line("history", f"{head}: {text} ({day_in(source.day, voice.audience)})", (place,))
    return list(found.values())


def _listed(source: Source, start: int) -> list[Place]:
    """The short lines under a heading, up to a blank line."""
    content = source.content
    places: list[Place] = []
    at = start
    for _ in range(_LINES):
        end = content.find("\n", at)
        end = len(content) if end < 0 else end
        line = content[at:end].strip()
        if line and (
            (line.isupper() and len(line) > 6) or line.endswith(":") or len(line) > _LONGEST or _NOTHING.match(line)
        ):
            break
        if line:
            first = at + content[at:end].index(line)
            places.append(Place(source, first, first + len(line)))
        elif places:
            break
        at = end + 1
        if at >= len(content):
            break
    return places
