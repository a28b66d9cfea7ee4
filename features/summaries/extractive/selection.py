"""Which lines a summary of the wanted length has room for, and in what order its sections stand."""

from collections.abc import Sequence

from features.summaries.extractive.telling import Line
from features.summaries.shape import Length

# The sections in order: title for clinicians, for relatives, and how many lines a brief and a standard summary have at
# least room for.
SECTIONS: dict[str, tuple[str, str, int, int]] = {
    "alerts": ("Alerts", "Important now", 4, 6),
    "allergies": ("Allergies", "Allergies", 1, 5),
    "problems": ("Problems", "Health problems", 1, 6),
    "operations": ("Operations", "What was done", 1, 1),
    "medications": ("Medications", "Medicines", 1, 8),
    "stopped": ("Medications", "Medicines", 0, 1),
    "measurements": ("Latest vitals and results", "Latest measurements", 1, 3),
    "state": ("Assessment", "How it goes", 1, 1),
    "findings": ("Findings", "What was found", 0, 3),
    "course": ("Course of events", "What happened", 1, 2),
    "plan": ("Plan and follow-up", "What comes next", 2, 4),
    "conflicts": ("Conflicts", "What is not clear", 0, 2),
    "history": ("History", "In the past", 0, 0),
    "family": ("Family history", "In the family", 0, 1),
    "contact": ("Contact", "Whom to ask", 1, 1),
}
STATEMENTS: dict[Length, int] = {"brief": 8, "standard": 25, "detailed": 150}
TITLES = frozenset(title for each in SECTIONS.values() for title in each[:2])
# What must never be missing, whoever writes the summary.
VITAL_TITLES = frozenset(title for name in ("alerts", "allergies") for title in SECTIONS[name][:2])
# By how much they would be missed: what there is no room for is left out from the end.
_FILL = ("alerts", "allergies", "medications", "problems", "plan", "measurements", "state", "findings", "course",
         "stopped", "family", "history", "operations", "conflicts")  # fmt: skip


def chosen(lines: Sequence[Line], length: Length) -> list[Line]:
    """The lines there is room for, in the order of the sections; room left over goes to the others.

    Whom to ask is told in any case, and takes no other line's room.
    """
    asked = [line for line in lines if line.section == "contact"]
    return [*_chosen([line for line in lines if line.section != "contact"], length), *asked]


def _chosen(lines: Sequence[Line], length: Length) -> list[Line]:
    order = {section: at for at, section in enumerate(SECTIONS)}
    ranked = sorted(lines, key=lambda line: order[line.section])
    if length == "detailed":
        return ranked[: STATEMENTS[length]]
    counts: dict[str, int] = {}
    kept: list[tuple[int, int]] = []
    rest: list[tuple[int, int]] = []
    for at, line in enumerate(ranked):
        counts[line.section] = nth = counts.get(line.section, 0) + 1
        _, _, brief, standard = SECTIONS[line.section]
        if nth <= (brief if length == "brief" else standard):
            kept.append((_FILL.index(line.section), at))
        elif length == "standard" or (line.section == "findings" and line.manner == "newest"):
            rest.append((_FILL.index(line.section), at))
    picked = [*sorted(kept), *sorted(rest)][: STATEMENTS[length]]
    return [ranked[at] for at in sorted(at for _, at in picked)]
