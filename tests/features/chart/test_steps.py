"""What is still ahead, going by the facts of plans."""

from datetime import UTC, datetime
from uuid import UUID

import pytest

from features.chart import NoteFacts, reconcile

NOTED = datetime(2026, 10, 10, 9, tzinfo=UTC)


def steps(*notes, as_of=datetime(2026, 11, 1, tzinfo=UTC)):
    made = [NoteFacts(UUID(int=number + 1), noted, "progress", facts) for number, (noted, facts) in enumerate(notes)]
    return [
        (step["kind"], step["text"], step["due"], step["condition"]) for step in reconcile(made, as_of)["next_steps"]
    ]


def plan(text, *, due=None, condition=None, start=0):
    end = start + len(text)
    return {"text": text, "due": due, "condition": condition, "start": start, "end": end, "original": text}


def procedure(text, status, *, on=None, start=0):
    end = start + len(text)
    return {"text": text, "concept": text, "status": status, "on": on, "start": start, "end": end, "original": text}


@pytest.mark.parametrize(
    ("due", "told"),
    [("November", "2026-11"), ("early January", "2027-01"), ("2027-02", "2027-02"), ("in 3 months", "in 3 months")],
)
def test_a_month_without_a_year_is_the_next_one(due, told):
    assert steps((NOTED, {"plans": [plan("review", due=due)]})) == [("plan", "review", told, None)]


def test_what_is_dated_ends_with_its_date():
    assert steps((NOTED, {"plans": [plan("review", due="2026-10-20")]})) == []


def test_what_is_not_dated_ends_with_the_next_note_that_plans():
    later = datetime(2026, 10, 20, 9, tzinfo=UTC)
    told = steps((NOTED, {"plans": [plan("refer to podiatry")]}), (later, {"plans": [plan("repeat bloods")]}))
    assert told == [("plan", "repeat bloods", None, None)]


def test_a_plan_and_its_procedure_are_one_step_with_when_and_if():
    facts = {
        "procedures": [procedure("fistula formation", "planned")],
        "plans": [plan("fistula formation planned", due="November", condition="if eGFR falls below 15")],
    }
    assert steps((NOTED, facts)) == [("procedure", "fistula formation", "2026-11", "if eGFR falls below 15")]


def test_a_plan_that_was_carried_out_is_none():
    facts = {"procedures": [procedure("cardioversion", "planned")], "plans": [plan("cardioversion in December")]}
    done = {"procedures": [procedure("cardioversion", "done")]}
    assert steps((NOTED, facts), (datetime(2026, 10, 20, 9, tzinfo=UTC), done)) == []
