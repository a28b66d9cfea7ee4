"""What a first look names widely, and a later note of the same stay exactly: one event, and no second one."""

from collections.abc import Sequence
from datetime import timedelta

from features.chart.reconciling.problem import ACTIVE, HISTORICAL, POSSIBLE, Problem
from features.chart.reconciling.problem_names import is_general_name_of

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
    return _event(wide, problems) or _only_kind(wide, problems)


def _only_kind(wide: Problem, problems: Sequence[Problem]) -> Problem | None:
    """The only kind of it that is left, where another was ruled out: Crohn's disease of "IBD"."""
    if not wide.is_open:
        return None
    key = wide.concept, wide.side
    kinds = [one for one in problems if one is not wide and is_general_name_of(key, (one.concept, one.side))]
    there = [one for one in kinds if one.status == ACTIVE]
    return there[0] if len(there) == 1 and all(one is there[0] or not one.is_open for one in kinds) else None


def _event(wide: Problem, problems: Sequence[Problem]) -> Problem | None:
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
