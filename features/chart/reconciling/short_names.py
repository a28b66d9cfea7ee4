"""A drug that a note calls in short is the one that is taken: "insulin" of who is on Lantus, "Adcal" of Adcal-D3."""

from collections.abc import Iterator, Mapping

from features.chart.reconciling.course import ON_HOLD, Course
from features.chart.reconciling.evidence import Evidence, concept_of

_INTO_A_VEIN = "intravenous"


def told_in_full(said: Evidence, concept: str, courses: dict[str, Course]) -> list[tuple[Course, Evidence]]:
    """The courses of the drugs that a name means, each with what is told of it under its full name.

    A shorter name means what is taken, where it is no drug of its own: all that it goes for where it is stopped, else
    a single one.

    Args:
        said: What is told under the name.
        concept: What the name is by itself.
        courses: What is known of each drug so far; a new one is added.
    """
    own = courses.get(concept)
    known = own is not None and own.deciding
    if not known and said.fact.get("reality") in {None, "actual", "past"}:
        meant = list(_taken_under(said, concept, courses))
        if len(meant) == 1 or (meant and said.fact["status"] == "stopped"):
            return [(course, _under_its_name(said, course)) for course in meant]
    return [(courses.setdefault(concept, Course(concept)), said)]


def _taken_under(said: Evidence, concept: str, courses: Mapping[str, Course]) -> Iterator[Course]:
    fact = said.fact
    told = str(fact["name"]).lower()
    named = {concept_of(one, "ingredient", "name") for one in said.note.facts.get("medications", ())}
    for other, course in courses.items():
        if other == concept or other in named or not (course.is_taken or course.status == ON_HOLD):
            continue
        # "Amoxicillin" is not co-amoxiclav, but "Adcal" is the Adcal-D3.
        if ("/" in other and told == concept) or not (_begins(course.name, told) or _begins(other, told)):
            continue
        # Insulin by the drip is another treatment than that under the skin.
        if fact.get("route") == _INTO_A_VEIN and course.route != _INTO_A_VEIN:
            continue
        yield course


def _begins(name: str, told: str) -> bool:
    return name.lower().startswith((f"{told} ", f"{told}-"))


def _under_its_name(said: Evidence, course: Course) -> Evidence:
    """What is told in short, as told of the drug that is meant."""
    return Evidence(said.note, {**said.fact, "name": course.name, "ingredient": course.ingredient})
