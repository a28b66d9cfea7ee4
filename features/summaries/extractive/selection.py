"""Which lines a summary of the wanted length has room for, and in what order its sections stand."""

from collections.abc import Sequence
from dataclasses import replace

from features.summaries.extractive.evidence import Line, capital, dated
from features.summaries.extractive.voice import Voice
from features.summaries.shape import Length, Section

STATEMENTS: dict[Length, int] = {"brief": 8, "standard": 25, "detailed": 150}
ENCOUNTERS: dict[Length, int] = {"brief": 1, "standard": 5, "detailed": 60}

# The sections in order: title for clinicians, for relatives; weight of the first line, how much less the next has.
_SECTIONS: dict[str, tuple[str, str, float, float]] = {
    "alerts": ("Alerts", "Important now", 1_000, 0),
    "allergies": ("Allergies", "Allergies", 300, 6),
    "problems": ("Problems", "Health problems", 220, 9),
    "medications": ("Medications", "Medicines", 210, 9),
    "warned": ("Medications", "Medicines", 205, 9),
    "stopped": ("Medications", "Medicines", 125, 12),
    "vaccines": ("Medications", "Medicines", 70, 12),
    "mentioned": ("Medications", "Medicines", 118, 12),
    "measurements": ("Latest vitals and results", "Latest measurements", 190, 17),
    "findings": ("Findings", "What was found", 160, 13),
    "course": ("Course of events", "What happened", 185, 32),
    "symptoms": ("Course of events", "What happened", 120, 16),
    "plan": ("Plan and follow-up", "What comes next", 200, 11),
    "history": ("History", "In the past", 128, 16),
    "family": ("Family history", "In the family", 130, 16),
    "social": ("Social history", "Daily life", 20, 5),
}
TITLES = frozenset(title for each in _SECTIONS.values() for title in each[:2])
# What must never be missing, whoever writes the summary.
VITAL_TITLES = frozenset(title for name in ("alerts", "allergies") for title in _SECTIONS[name][:2])
_IN_BRIEF = ("alerts", "allergies", "problems", "medications", "measurements", "plan", "course", "findings")
_JOINED = {"allergies": 6, "problems": 8, "medications": 8, "measurements": 2}
_HEADS = {
    "allergies": ("Allergies", "Allergies"),
    "problems": ("Problems", "Health problems"),
    "medications": ("Medications", "Medicines"),
}


def chosen(lines: Sequence[Line], length: Length, voice: Voice) -> list[Line]:
    """The lines there is room for, in the order of the sections."""
    order = {section: at for at, section in enumerate(_SECTIONS)}
    ranked = sorted(lines, key=lambda line: order[line.section])
    if length == "brief":
        return _brief(ranked, voice)
    counts: dict[str, int] = {}
    weighed = []
    for number, line in enumerate(ranked):
        index = counts.get(line.section, 0)
        counts[line.section] = index + 1
        *_, weight, less = _SECTIONS[line.section]
        weighed.append((-(weight - less * index), number, line))
    kept = sorted(weighed, key=lambda one: one[:2])[: STATEMENTS[length]]
    return [line for _, _, line in sorted(kept, key=lambda one: one[1])]


def _brief(ranked: Sequence[Line], voice: Voice) -> list[Line]:
    """Whole sections in one line each, the gravest things in lines of their own."""
    found: list[Line] = []
    room = STATEMENTS["brief"]
    for section in _IN_BRIEF:
        own = [line for line in ranked if line.section == section]
        if not own:
            continue
        if section in _HEADS and len(own) > 1:
            own = [_joined(section, own, voice)]
        most = {"alerts": 4, "measurements": 1, "plan": 2, "course": 1, "findings": 1}.get(section, 1)
        found.extend(own[: min(most, room - len(found))])
    return found


def _joined(section: str, lines: Sequence[Line], voice: Voice) -> Line:
    """Several lines as one."""
    used = lines[: _JOINED[section]]
    names = "; ".join(dated(used, len(used))) if used[0].as_of else _names(used)
    places = tuple(dict.fromkeys(place for line in used for place in line.places))
    return replace(lines[0], text=f"{_HEADS[section][voice.family]}: {names}", short=names, places=places, as_of="")


def _names(lines: Sequence[Line]) -> str:
    return ("; " if any("," in line.short for line in lines) else ", ").join(line.short for line in lines)


def sectioned(lines: Sequence[Line], voice: Voice) -> tuple[Section, ...]:
    """Lines under their headings."""
    found: dict[str, list[Line]] = {}
    for line in lines:
        found.setdefault(_title(line, voice), []).append(line)
    return tuple(
        Section(title, tuple(replace(line, text=capital(line.text)).statement() for line in own))
        for title, own in found.items()
    )


def _title(line: Line, voice: Voice) -> str:
    clinician, family, *_ = _SECTIONS[line.section]
    return voice.choose(clinician, family)
