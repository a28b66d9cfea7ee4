"""Which lines a summary of the wanted length has room for, and in what order its sections stand."""

from collections.abc import Sequence

from features.summaries.extractive.telling import Line
from features.summaries.shape import Length

# The sections in order: title for clinicians, for relatives, and how many lines a brief and a standard summary have.
SECTIONS: dict[str, tuple[str, str, int, int]] = {
    "alerts": ("Alerts", "Important now", 2, 5),
    "allergies": ("Allergies", "Allergies", 1, 4),
    "problems": ("Problems", "Health problems", 2, 6),
    "medications": ("Medications", "Medicines", 2, 8),
    "stopped": ("Medications", "Medicines", 0, 2),
    "measurements": ("Latest vitals and results", "Latest measurements", 1, 4),
    "plan": ("Plan and follow-up", "What comes next", 1, 4),
    "conflicts": ("Conflicts", "Conflicts", 1, 2),
    "history": ("History", "In the past", 0, 3),
    "family": ("Family history", "In the family", 0, 2),
}
STATEMENTS: dict[Length, int] = {"brief": 8, "standard": 25, "detailed": 150}
TITLES = frozenset(title for each in SECTIONS.values() for title in each[:2])
# What must never be missing, whoever writes the summary.
VITAL_TITLES = frozenset(title for name in ("alerts", "allergies") for title in SECTIONS[name][:2])


def chosen(lines: Sequence[Line], length: Length) -> list[Line]:
    """The lines there is room for, in the order of the sections; room left over goes to the others."""
    order = {section: at for at, section in enumerate(SECTIONS)}
    ranked = sorted(lines, key=lambda line: order[line.section])
    counts: dict[str, int] = {}
    kept: list[int] = []
    rest: list[int] = []
    for at, line in enumerate(ranked):
        counts[line.section] = counts.get(line.section, 0) + 1
        _, _, brief, standard = SECTIONS[line.section]
        most = brief if length == "brief" else standard
        (kept if length == "detailed" or counts[line.section] <= most else rest).append(at)
    if length == "brief":
        rest = [at for at in rest if ranked[at].short]
    room = STATEMENTS[length]
    picked = sorted([*kept, *rest][:room])
    return [ranked[at] for at in picked]
