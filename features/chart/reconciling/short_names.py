"""A drug that a note calls in short is the one that is taken: "insulin" of who is on Lantus, "Adcal" of Adcal-D3."""

from collections.abc import Iterator, Mapping

from features.chart.reconciling.course import ON_HOLD, Course
from features.chart.reconciling.evidence import Evidence, concept_of

_INTO_A_VEIN = "intravenous"


def called_in_short(said: Evidence, concept: str, courses: Mapping[str, Course]) -> list[Course]:
    """The courses of the drugs that a shorter name means; none where it is a drug of its own.

    What is stopped are all that the name goes for; anything else can only be said of one.

    Args:
        said: What is told under the shorter name.
        concept: What the shorter name is by itself.
        courses: What is known of each drug so far.
    """
    own = courses.get(concept)
    if (own is not None and own.deciding) or said.fact.get("reality") not in {None, "actual", "past"}:
        return []
    meant = list(_taken_under(said, concept, courses))
    return meant if len(meant) == 1 or said.fact["status"] == "stopped" else []


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


def under_its_name(said: Evidence, course: Course) -> Evidence:
    """What is told in short, as told of the drug that is meant."""
    return Evidence(said.note, {**said.fact, "name": course.name, "ingredient": course.ingredient})
