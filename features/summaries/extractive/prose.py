"""The running text: two to five sentences out of the statements, never anything else."""

from collections.abc import Iterable, Sequence

from features.summaries.extractive.evidence import Line, dated, listed
from features.summaries.extractive.voice import Voice

# What fits on the screen of a phone.
BRIEF = 600
LONGER = 1_200
_SENTENCES = 5
_HEADS = {
    "allergies": ("Allergies:", "Allergies:"),
    "problems": ("Problems:", "Health problems:"),
    "medications": ("Medications:", "Medicines:"),
    "measurements": ("Latest:", "Latest measurements:"),
    "plan": ("Plan:", "What comes next:"),
    "course": ("Course:", "What happened:"),
}
_MOST = {"allergies": 4, "problems": 5, "medications": 6, "measurements": 2, "plan": 2, "course": 1}


def running_text(lines: Sequence[Line], voice: Voice, room: int) -> str:
    """The most important statements in a few sentences, within so many characters."""
    chosen: list[str] = []
    left = room
    for sentence in _sentences(lines, voice, room):
        if len(chosen) == _SENTENCES:
            break
        if len(sentence) + 1 <= left:
            chosen.append(sentence)
            left -= len(sentence) + 1
    return " ".join(chosen)


def _sentences(lines: Sequence[Line], voice: Voice, room: int) -> Iterable[str]:
    by_section: dict[str, dict[str, Line]] = {}
    for line in lines:
        if line.short:
            by_section.setdefault(line.section, {}).setdefault(line.short, line)
    grave = list(by_section.get("alerts", {}))
    if grave:
        yield ended("; ".join(grave)[: room // 2] if len(grave) > 1 and len("; ".join(grave)) < room // 2 else grave[0])
    for section, heads in _HEADS.items():
        told = list(by_section.get(section, {}).values())
        most = _MOST[section]
        while told and most:
            sentence = _sentence(section, heads[voice.family], told, most)
            if len(sentence) <= room // 3 or most == 1:
                yield sentence
                break
            most -= 1


def _sentence(section: str, head: str, lines: list[Line], most: int) -> str:
    if lines[0].as_of:
        more = ["others"] if len(lines) > most else []
        return ended(f"{head} {'; '.join([*dated(lines, most), *more])}")
    told = [line.short for line in lines]
    if section in {"plan", "measurements", "course"}:
        return ended(f"{head} {'; '.join(told[:most])}")
    if section == "allergies" and told[0].startswith("no known"):
        return ended(f"{told[0][:1].upper()}{told[0][1:]}")
    if any("," in one for one in told[:most]):
        more = ["others"] if len(told) > most else []
        return ended(f"{head} {'; '.join([*told[:most], *more])}")
    return ended(f"{head} {listed(told, most)}")


def ended(text: str) -> str:
    """With a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."
