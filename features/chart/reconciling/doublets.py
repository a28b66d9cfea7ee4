"""Drugs of which nobody takes two at once: who begins one of them has most likely left the other."""

from collections.abc import Iterable
from functools import lru_cache

from clinical import concepts
from features.chart.reconciling.course import UNCLEAR, Course
from features.chart.reconciling.evidence import Evidence, NoteFacts

# Classes and drugs that take each other's place. Of what may be combined (insulins, inhalers, painkillers, drops, drugs
# for epilepsy) none is here.
_IN_PLACE_OF_EACH_OTHER = (
    ("statin",),
    ("proton pump inhibitor",),
    ("ace inhibitor", "angiotensin receptor blocker"),
    ("doac", "vitamin k antagonist"),
    ("ssri", "snri"),
    ("sulfonylurea",),
    ("dpp-4 inhibitor",),
    ("sglt2 inhibitor",),
    ("aromatase inhibitor", "tamoxifen"),
    ("p2y12 inhibitor",),
    ("bisphosphonate", "denosumab"),
    ("antithyroid drug",),
    ("gabapentinoid",),
    ("jak inhibitor",),
)


@lru_cache(maxsize=8192)  # the same few, for every note
def _group_of(drug: str) -> int | None:
    for number, members in enumerate(_IN_PLACE_OF_EACH_OTHER):
        if any(concepts.is_a(drug, member) for member in members):
            return number
    return None


def give_way(courses: Iterable[Course], begun: Iterable[tuple[Course, Evidence]], note: NoteFacts) -> None:
    """Where a note begins such a drug, it is unclear whether the one before is still taken, unless it says so behind.

    Args:
        courses: All of them, as they stand after the note.
        begun: What the note begins that was not taken before, with the statements that say so.
        note: The note.
    """
    groups = {group: (course, said) for course, said in begun if (group := _group_of(course.concept)) is not None}
    if not groups:
        return
    for other in courses:
        group = _group_of(other.concept) if other.is_taken and other.evidence else None
        new = groups.get(group) if group is not None else None
        if new is None or new[0] is other:
            continue
        last = other.evidence[-1]
        if last.note.id == note.id and last.fact["start"] > new[1].fact["start"]:
            continue  # told of behind it: both are meant
        other.status = UNCLEAR
        other.why = f"The note of {note.taken_at.date().isoformat()} begins {new[0].name}, which takes its place."
