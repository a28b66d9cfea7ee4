"""What is answered when there is no time to go through all notes."""

from uuid import uuid4

import pytest

from features.summaries import benchwork, persistence, workshop
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong
from tests.features.summaries.conftest import REVIEW, VISIT


class Slow:
    """Stands before the child processes, and lets only as much through as there is time for."""

    def __init__(self, child_processes: ChildProcesses, *failures: type[Exception]) -> None:
        self.child_processes = child_processes
        self.failures = list(failures)
        self.asked: list[int] = []

    async def run(self, function, *args, size, **more):
        self.asked.append(size)
        if function is benchwork.tell and self.failures:
            raise self.failures.pop(0)
        return await self.child_processes.run(function, *args, size=size, **more)


@pytest.fixture
def slow(app, child_processes, monkeypatch):
    def use(*failures: type[Exception]) -> Slow:
        monkeypatch.setattr(app.state, "child_processes", Slow(child_processes, *failures))
        return app.state.child_processes

    return use


@pytest.mark.parametrize("failure", [TookTooLong, Died])
async def test_the_newest_notes_are_told_and_the_others_named(client, patient, note, slow, monkeypatch, failure):
    older, newest = await note(VISIT, day=1), await note(REVIEW, day=15)
    monkeypatch.setattr(workshop, "NEWEST_CHARACTERS", len(REVIEW))
    slow(failure)
    summary = (await client.get(f"/patients/{patient}/summary")).json()
    assert [each["note_id"] for each in summary["notes_used"]] == [newest["id"]]
    assert [each["note_id"] for each in summary["notes_omitted"]] == [older["id"]]
    assert any("newest notes only" in warning for warning in summary["warnings"])
    assert "amlodipine" in str(summary["sections"])
    again = (await client.get(f"/patients/{patient}/summary")).json()
    assert again["warnings"] == summary["warnings"], "it stands in for a while"


@pytest.mark.parametrize("failures", [(TookTooLong, TookTooLong), (Busy,), (Died, Busy)])
async def test_when_even_that_takes_too_long_it_says_when_to_come_back(client, patient, note, slow, failures):
    await note(VISIT)
    slow(*failures)
    answer = await client.get(f"/patients/{patient}/summary")
    assert (answer.status_code, answer.json()["code"]) == (503, "unavailable")
    assert int(answer.headers["Retry-After"]) > 0
    assert (await client.get(f"/patients/{patient}/summary")).status_code == 200


async def test_a_record_without_end_is_told_from_its_newest_end(client, patient, note, monkeypatch):
    notes = [await note(f"{VISIT}\nVisit {day}.", day=day) for day in range(1, 5)]
    size = len(notes[0]["content"])
    monkeypatch.setattr(persistence, "_CHART", persistence.chart_query(most=2 * size, of_each=size))
    summary = (await client.get(f"/patients/{patient}/summary")).json()
    assert [each["note_id"] for each in summary["notes_used"]] == [each["id"] for each in reversed(notes[2:])]
    assert [each["note_id"] for each in summary["notes_omitted"]] == [each["id"] for each in reversed(notes[:2])]
    assert any("too large" in warning for warning in summary["warnings"])


def test_of_one_long_note_its_beginning_is_gone_through():
    from datetime import UTC, datetime  # noqa: PLC0415 - only this test needs it

    from features.summaries.shape import ChartNote  # noqa: PLC0415 - the same

    note = ChartNote(uuid4(), 1, datetime.now(UTC), "progress", None, "x" * 50_000, None, {})
    (shown,) = workshop._newest([note, note])  # noqa: SLF001 - what else is gone through shows in the time it takes
    assert len(shown.content) == workshop.NEWEST_CHARACTERS
