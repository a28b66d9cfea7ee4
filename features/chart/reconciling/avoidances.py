"""What the patient is not to have: warnings of notes, and drugs that did harm."""

from collections.abc import Sequence
from typing import Any

from features.chart.reconciling.course import Course
from features.chart.reconciling.covering import covers
from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of, history_of
from features.chart.reconciling.medication_endings import is_given_in_spite


def avoidances_of(notes: Sequence[NoteFacts], courses: Sequence[Course]) -> list[dict[str, Any]]:
    """The warnings as the chart answers them, by substance; without those on a drug that was given again afterwards.

    A warning against a whole class stands, even though one of it is taken: that is a conflict for a person to settle.
    """
    warned: dict[str, list[Evidence]] = {}
    for each in evidence_of(notes, "avoid"):
        warned.setdefault(concept_of(each.fact, "ingredient", "substance"), []).append(each)
    taken = {course.concept: course.deciding[-1] for course in courses if course.is_taken and course.deciding}
    lines = []
    for concept, said in sorted(warned.items()):
        again = taken.get(concept)
        if again is not None and _is_lifted(again, said[-1]):
            continue
        reason = _reason(said)
        bans = [each for each in said if each.fact.get("forbidden")]
        lines.append(
            {
                "substance": said[-1].fact["substance"],
                "concept": concept,
                "reason": reason,
                "condition": bans[-1].fact.get("condition") if bans else None,
                "forbidden": bool(bans),
                "did_harm": any(not each.fact.get("forbidden") for each in said),
                "citations": citations(said),
                "history": history_of(said, "reason"),
            }
        )
    return lines


def _reason(said: Sequence[Evidence]) -> str | None:
    """Why, as the latest note says; as an earlier one does, where that says the same and more."""
    told: str | None = None
    for each in said:
        reason = each.fact.get("reason")
        if reason and not (told and _stems(str(reason)) < _stems(told)):
            told = str(reason)
    return f"{told[0].lower()}{told[1:]}" if told and told[1:2].islower() else told


def _stems(text: str) -> set[str]:
    """The words of a text, one or several alike: "falls" says no more than "the fall"."""
    return {word.strip(",").rstrip("s") for word in text.lower().split()}


def _is_lifted(given: Evidence, warned: Evidence) -> bool:
    """Whether a drug was given again after a warning, or goes on in spite of it."""
    same = given.note.id == warned.note.id
    return _place(given) > _place(warned) or (same and is_given_in_spite(given.fact, warned.fact))


def _place(said: Evidence) -> tuple[Any, int]:
    return said.note.taken_at, said.fact["start"]


def conflicts_with(avoided: Sequence[dict[str, Any]], courses: Sequence[Course]) -> list[dict[str, Any]]:
    """What is to be avoided, or not tolerated, and is taken nevertheless.

    Args:
        avoided: Lines of the chart under `avoid`, or allergies that are present.
        courses: The medications.
    """
    found = []
    for line in avoided:
        for course in courses:
            if course.is_taken and covers(line["concept"], course.concept):
                last = course.deciding[-1]
                found.append(
                    {
                        "about": course.name,
                        "between": [
                            {"said": "to be avoided" if "reaction" not in line else "allergy", **line["citations"][0]},
                            {"said": "taken", **last.citation()},
                        ],
                    }
                )
    return found
