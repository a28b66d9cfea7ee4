"""Drugs that were given once: at an operation, in an emergency, or as an injection of which one is enough."""

from collections.abc import Collection
from datetime import date, timedelta

from clinical import concepts
from features.chart.reconciling.course import CURRENT, UNCLEAR, Course
from features.chart.reconciling.evidence import Evidence

# Given at the beginning of an operation, once.
_AT_OPERATIONS = ("antibiotic", "antiemetic", "tranexamic acid", "local anesthetic")
_INJECTED = frozenset({"intravenous", "intramuscular", "intraosseous", "intra-articular", "epidural", "intrathecal"})
# What is injected once wherever it is done, unless somebody says how often.
_ONE_IS_ENOUGH = (
    *("corticosteroid", "antibiotic", "antiemetic", "opioid", "benzodiazepine", "anticholinergic"),
    *("haloperidol", "local anesthetic", "tranexamic acid", "magnesium sulfate"),
)
# Infusions of iron, and the steroid for a child that is born too early: nobody takes these at home.
_ONLY_INJECTED = ("ferric ", "iron sucrose", "betamethasone")
_BY_WEIGHT = (" mg", " g", "mg/kg")


def is_single_dose(course: Course, said: Evidence, operated: Collection[date]) -> bool:
    """Whether a drug that was not taken before was given once, as nobody says how often.

    Args:
        course: The drug, with the statement taken in.
        said: The statement.
        operated: The days of operations.
    """
    fact = said.fact
    if len(course.evidence) > 1 or course.status not in {CURRENT, UNCLEAR} or not fact.get("dose"):
        return False
    if any(fact.get(name) for name in ("frequency", "duration", "regimen", "listed", "until")):
        return False
    if _is_enough(course, said):
        return True
    ordered = fact.get("section") == "plan" or said.note.type == "procedure"
    given = fact.get("route") in _INJECTED or (fact["status"] == "mentioned" and not fact.get("route"))
    at_operation = bool({said.day, said.day + timedelta(days=1)} & set(operated))
    given = given or (at_operation and any(concepts.is_a(course.concept, group) for group in _AT_OPERATIONS))
    return ordered and given and (at_operation or said.note.type == "emergency")


def _is_enough(course: Course, said: Evidence) -> bool:
    """Whether one injection of it is all that is given: "methylprednisolone 120 mg IM today"."""
    fact = said.fact
    if fact["status"] not in {"started", "mentioned"}:
        return False
    if fact.get("route") in _INJECTED:
        return course.concept.startswith(_ONLY_INJECTED) or any(
            concepts.is_a(course.concept, group) for group in _ONE_IS_ENOUGH
        )
    return (
        not fact.get("route") and course.concept.startswith(_ONLY_INJECTED) and str(fact["dose"]).endswith(_BY_WEIGHT)
    )
