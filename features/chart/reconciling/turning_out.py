"""What a first look names widely, and a later note of the same stay exactly: one event, and no second one."""

from collections.abc import Sequence
from datetime import timedelta

from features.chart.reconciling.problem import ACTIVE, HISTORICAL, POSSIBLE, Problem

# The wide name, and what it turns out to be.
_TURNS_OUT = {
    "acute coronary syndrome": ("myocardial infarction", "unstable angina"),
    "chest infection": ("pneumonia",),
    "lower respiratory tract infection": ("pneumonia",),
    "respiratory tract infection": ("pneumonia",),
    "venous thromboembolism": ("pulmonary embolism", "deep vein thrombosis"),
}
_WITHIN = timedelta(days=7)


def turned_out(problems: Sequence[Problem]) -> list[Problem]:
    """The problems without those that turned out to be another one; that one is there since the first word on them."""
    kept = []
    for problem in problems:
        exact = _exact(problem, problems)
        if exact is None:
            kept.append(problem)
            continue
        exact.since = min(filter(None, (problem.since, exact.since)), default=None)
        exact.evidence = sorted([*problem.evidence, *exact.evidence], key=lambda said: said.note.taken_at)
    return kept


def _exact(wide: Problem, problems: Sequence[Problem]) -> Problem | None:
    names = _TURNS_OUT.get(wide.concept, ())
    if not names or wide.status not in {ACTIVE, POSSIBLE, HISTORICAL} or not wide.evidence:
        return None
    last = wide.evidence[-1].note.taken_at
    return next(
        (
            one
            for one in problems
            if one.concept in names
            and one.status in {ACTIVE, HISTORICAL}
            and any(
                each.fact.get("certainty") in {"confirmed", "possible"} and abs(each.note.taken_at - last) <= _WITHIN
                for each in one.evidence
            )
        ),
        None,
    )
