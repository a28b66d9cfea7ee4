"""What is said of a kind of drugs goes for those of the kind that are taken: "statin stopped", "continue her PPI"."""

from collections.abc import Iterable, Mapping

from clinical import concepts
from features.chart.reconciling.course import CURRENT, ENDINGS, STOPPED, Course
from features.chart.reconciling.evidence import Evidence, concept_of

# Words that are a substance and also what people call its preparations.
_CALLED = {"iron": "iron supplements"}
_OF_WHAT_IS_TAKEN = frozenset({"stopped", "continued", "mentioned"})


def meant_by(said: Evidence, concept: str, courses: Mapping[str, Course]) -> list[Course]:
    """The courses of single drugs that a statement on their kind means.

    What is stopped or goes on is what is taken; what is started again is the one that was, where there is only one.
    Drugs that the note itself names are told there.

    Args:
        said: What is told of the kind.
        concept: The kind, or a drug: then nothing is meant but that.
        courses: What is known of each drug so far.
    """
    kind = _CALLED.get(concept, concept)
    members = concepts.members_of(kind)
    fact = said.fact
    if not members or fact.get("retracted") or fact.get("dose") or fact.get("reality") not in {None, "actual", "past"}:
        return []
    named = {concept_of(one, "ingredient", "name") for one in said.note.facts.get("medications", ())}
    known = [
        course
        for name, course in courses.items()
        if name not in named and course.deciding and (name in members or concepts.is_a(name, kind))
    ]
    taken = [course for course in known if course.is_taken]
    if fact["status"] == "started":
        return known if len(known) == 1 and not taken else []
    return taken if fact["status"] in _OF_WHAT_IS_TAKEN else []


def tell_of_kind(course: Course, said: Evidence) -> None:
    """Take in for one drug what was said of its kind; it keeps its name and its dose."""
    course.evidence.append(said)
    status = said.fact["status"]
    if status == "stopped":
        course.settle(said, ENDINGS.get(str(said.fact.get("ending")), STOPPED), until=said.day)
    elif status == "started":
        course.settle(said, CURRENT, until=None)
        course.since = said.since


def without_kinds(courses: Mapping[str, Course]) -> list[Course]:
    """The courses without kinds of drugs of which one is taken that has a name: "statin" beside atorvastatin."""
    taken = [course.concept for course in courses.values() if course.is_taken]
    return [course for course in courses.values() if not (course.is_taken and _is_kind_of_one(course.concept, taken))]


def _is_kind_of_one(concept: str, drugs: Iterable[str]) -> bool:
    members = concepts.members_of(concept)
    return bool(members) and any(drug != concept and drug in members for drug in drugs)
