"""How the patient lives: tobacco, alcohol, work, home. For detailed summaries only."""

import re

from features.summaries.extractive.evidence import Line, Place, Source, day_in
from features.summaries.extractive.passages import is_whole
from features.summaries.extractive.voice import Voice

_SOCIAL = re.compile(
    r"\b(?:tobacco|smok\w+|cigarettes?|vap\w+|alcohol|ETOH|drinks?|recreational drugs?|cannabis|marijuana|"
    r"lives? (?:with|alone|in)|"
    r"works? as|retired|employ\w+|married|widow\w+|divorced|exercis\w+|occupation|carer|housing|children|diet)\b",
    re.IGNORECASE,
)
_MOST = 6


def social(source: Source, voice: Voice, taken: set[str]) -> list[Line]:
    """What the newest note says of daily life."""
    found = []
    for start, end in source.section("subjective")[:120]:
        raw = source.content[start:end]
        if not _SOCIAL.search(raw):
            continue
        text = voice.sentence(raw)
        if text is None or not is_whole(text) or len(text.split()) < 3 or text.lower() in taken:
            continue
        taken.add(text.lower())
        found.append(Line("social", f"{text} ({day_in(source.day, voice.audience)})", (Place(source, start, end),)))
        if len(found) == _MOST:
            break
    return found
