"""What is still ahead: plans that nobody has carried out, declined or outlived."""

from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

from clinical.values.dates import MONTHS
from features.chart.reconciling.evidence import Evidence, NoteFacts, citations, concept_of, evidence_of
from features.chart.reconciling.medications import Course
from features.chart.reconciling.procedures import Procedure, is_ahead

# A step without a date that no note has repeated for so long is none any more.
FORGOTTEN_AFTER = timedelta(days=180)
# "November", "in November", "early November"
_MONTH_WORDS = 2


def next_steps_of(
    notes: Sequence[NoteFacts], courses: Sequence[Course], procedures: Sequence[Procedure], as_of: date
) -> list[dict[str, Any]]:
    """The steps ahead as the chart answers them, the latest told first."""
    steps: dict[str, tuple[Evidence, dict[str, Any]]] = {}
    for procedure in procedures:
        last = procedure.evidence[-1]
        if is_ahead(procedure, as_of) and (_is_dated(procedure.on) or _is_fresh(last, as_of)):
            _add(steps, last, kind="procedure", text=procedure.text, due=procedure.on, condition=None)
    taken = {course.concept: course for course in courses}
    for each in evidence_of(notes, "medications"):
        fact = each.fact
        reality = fact.get("reality") or fact.get("certainty") or "actual"
        course = taken.get(concept_of(fact, "ingredient", "name"))
        if reality not in {"planned", "conditional"} or not _is_fresh(each, as_of) or _is_settled(course, each):
            continue
        text = " ".join(fact[name] for name in ("name", "dose", "route", "frequency") if fact.get(name))
        _add(
            steps,
            each,
            kind="medication",
            text=text,
            due=None,
            condition=fact["original"] if reality != "planned" else None,
        )
    _add_plans(steps, notes, procedures, as_of)
    ordered = sorted(steps.values(), key=lambda step: step[0].note.taken_at, reverse=True)
    return [line for _, line in ordered]


def _add_plans(
    steps: dict[str, tuple[Evidence, dict[str, Any]]],
    notes: Sequence[NoteFacts],
    procedures: Sequence[Procedure],
    as_of: date,
) -> None:
    """Add what notes plan: with a date until that has gone by, without one while no later note plans."""
    latest = max((note.taken_at for note in notes if note.facts.get("plans")), default=None)
    settled = [each for procedure in procedures if not is_ahead(procedure, as_of) for each in procedure.evidence]
    for each in evidence_of(notes, "plans"):
        due = _due(each)
        if _is_dated(due):
            ahead = str(due) >= as_of.isoformat()[: len(str(due))]
        else:
            ahead = each.note.taken_at == latest and _is_fresh(each, as_of)
        if ahead and not any(_is_within(each, other) for other in settled):
            _add(steps, each, kind="plan", text=each.fact["text"], due=due, condition=each.fact.get("condition"))


def _due(said: Evidence) -> str | None:
    """When it is due; a month without a year is the next one after the note."""
    due = said.fact.get("due")
    words = str(due or "").lower().split()
    month = MONTHS.get(words[-1].strip(".,")) if words else None
    if month is None or len(words) > _MONTH_WORDS:
        return due
    noted = said.note.taken_at.date()
    return f"{noted.year + (month < noted.month)}-{month:02}"


def _add(steps: dict[str, tuple[Evidence, dict[str, Any]]], said: Evidence, **told: Any) -> None:
    same = next((key for key, (other, _) in steps.items() if _is_within(said, other)), None)
    key = same or " ".join(told["text"].lower().split())
    if same and told["kind"] == "plan":
        # A procedure or drug of the same words tells it better, but for when and if.
        line = steps[same][1]
        line["due"] = line["due"] or told["due"]
        line["condition"] = told["condition"] or line["condition"]
        return
    steps[key] = said, {**told, "citations": citations([said])}


def _is_within(said: Evidence, other: Evidence) -> bool:
    """Whether both speak of the same place of a note."""
    return (
        said.note.id == other.note.id
        and said.fact["start"] < other.fact["end"]
        and other.fact["start"] < said.fact["end"]
    )


def _is_dated(due: Any) -> bool:
    return isinstance(due, str) and due[:4].isdigit()


def _is_fresh(said: Evidence, as_of: date) -> bool:
    return as_of - said.note.taken_at.date() <= FORGOTTEN_AFTER


def _is_settled(course: Course | None, said: Evidence) -> bool:
    """Whether a later note, or a later place of the same one, says what became of it."""
    if course is None or not course.deciding:
        return False
    last = course.deciding[-1]
    return (last.note.taken_at, last.fact["start"]) > (said.note.taken_at, said.fact["start"])
