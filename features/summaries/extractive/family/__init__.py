"""The chart in whole plain sentences, as a relative reads it."""

from collections.abc import Iterator, Sequence
from datetime import datetime

from features.summaries.extractive.family import ahead, alerts, encounters, measurements, medicines, problems
from features.summaries.extractive.family.person import Person
from features.summaries.extractive.telling import Chart, Line, day_of

__all__ = ["WHOM_TO_ASK", "Person", "lines_of", "whom_to_ask"]

WHOM_TO_ASK = "If you have questions or worries, ask the care team."


def lines_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """All of the chart that a relative is told.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
        person: Of whom it speaks.
    """
    yield from alerts.lines_of(chart, newest, person)
    yield from alerts.allergies_of(chart, person)
    yield from problems.active_of(chart, newest, person)
    yield from problems.operations_of(chart, newest, person)
    yield from medicines.current_of(chart, newest)
    yield from medicines.others_of(chart, newest)
    yield from measurements.lines_of(chart, newest, person)
    yield from encounters.state_of(chart)
    yield from ahead.steps_of(chart, newest)
    yield from ahead.conflicts_of(chart)
    yield from encounters.encounters_of(chart, person)
    yield from problems.past_of(chart, newest, person)


def whom_to_ask(lines: Sequence[Line]) -> Iterator[Line]:
    """The last statement: of which day the newest note is that was told, and whom to ask."""
    cited = [citation for line in lines for citation in line.citations]
    newest = max(cited, key=lambda citation: citation["taken_at"], default=None)
    if newest is not None:
        text = f"The newest note told here is of {day_of(newest['taken_at'], 'family')}. {WHOM_TO_ASK}"
        yield Line("contact", text, [newest], always=True)
