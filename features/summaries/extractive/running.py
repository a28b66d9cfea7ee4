"""The running text: a few sentences out of the statements, never anything else but who it is and whom to ask."""

from collections.abc import Iterator, Sequence

from features.summaries.extractive.family import WHOM_TO_ASK
from features.summaries.extractive.telling import Line, capital, ended, listed

# What fits on the screen of a phone, in characters.
BRIEF, LONGER = 600, 1_200
_HEADS = {
    "alerts": "",
    "allergies": "Allergies:",
    "problems": "Problems:",
    "medications": "Medications:",
    "measurements": "Latest:",
    "plan": "Plan:",
}
_MOST = {"alerts": 3, "allergies": 4, "problems": 5, "medications": 6, "measurements": 2, "plan": 2}


def for_clinicians(who: str, lines: Sequence[Line], room: int) -> str:
    """Who it is, and a sentence for each section, as long as there is room."""
    return _within([who, *_sections(lines)], room)


def for_relatives(lines: Sequence[Line], room: int) -> str:
    """The first sentences of each section, as long as there is room, and whom to ask."""
    told = [line.short for section in _HEADS for line in _first(lines, section)[: min(4, _MOST[section])]]
    return f"{_within(list(dict.fromkeys(told)), room - len(WHOM_TO_ASK) - 1)} {WHOM_TO_ASK}".strip()


def _within(told: Sequence[str], room: int) -> str:
    kept: list[str] = []
    for sentence in told:
        if sum(map(len, kept)) + len(kept) + len(sentence) <= room:
            kept.append(sentence)
    return " ".join(kept)


def _first(lines: Sequence[Line], section: str) -> list[Line]:
    return [line for line in lines if line.section == section and line.short]


def _sections(lines: Sequence[Line]) -> Iterator[str]:
    for section, head in _HEADS.items():
        short = [line.short for line in _first(lines, section)]
        if not short:
            continue
        if section in {"alerts", "plan", "measurements"} or any("," in one for one in short):
            told = "; ".join(short[: _MOST[section]])
        elif section == "allergies" and short[0].startswith("No known"):
            yield ended(short[0])
            continue
        else:
            told = listed(short, _MOST[section])
        yield ended(capital(f"{head} {told}".strip()))
