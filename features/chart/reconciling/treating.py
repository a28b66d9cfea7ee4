"""What is taken for a problem, as far as notes say so: as the reason of a drug, or with the drug right behind it."""

from collections.abc import Iterable, Sequence

from clinical import concepts
from features.chart.reconciling.course import Course
from features.chart.reconciling.evidence import NoteFacts, concept_of
from features.chart.reconciling.problem_names import head_of

# "Postural hypotension, midodrine 2.5 mg", "BPH: tamsulosin": so many characters part a problem and its drug.
_BESIDE = 3

Treatments = dict[str, list[str]]
"""The names of drugs by the concept of the condition."""


def treatments_of(notes: Sequence[NoteFacts], courses: Iterable[Course]) -> Treatments:
    """For each condition the drugs that are taken for it without an end that is known.

    Args:
        notes: All notes.
        courses: The courses of the drugs, as they stand today.
    """
    taken = {course.concept: course for course in courses if course.is_taken and course.until is None}
    found: Treatments = {}
    for note in notes:
        drugs = [
            (fact, course)
            for fact in note.facts.get("medications", ())
            if (course := taken.get(concept_of(fact, "ingredient", "name"))) is not None
        ]
        if not drugs:
            continue
        ends = {
            fact["end"]: concept_of(fact, "text")
            for fact in note.facts.get("diagnoses", ())
            if fact["certainty"] == "confirmed" and not fact.get("resolved")
        }
        for fact, course in drugs:
            treated = [ends[fact["start"] - gap] for gap in range(1, _BESIDE + 1) if fact["start"] - gap in ends]
            if fact.get("reason"):
                treated.append(concepts.concept_of(fact["reason"], "condition"))
            for condition in treated:
                names = found.setdefault(head_of(condition).concept, [])
                if course.name not in names:
                    names.append(course.name)
    return found
