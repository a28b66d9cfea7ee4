"""The chart as a colleague tells it at handover: alerts, problems with what is done for each, changes, what is next."""

from collections.abc import Iterator
from datetime import datetime

from features.summaries.extractive.handover import ahead, alerts, course, measurements, medications, problems
from features.summaries.extractive.telling import Chart, Line

__all__ = ["lines_of"]


def lines_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """All that the chart says, in the order of a handover.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
    """
    yield from alerts.lines_of(chart, newest)
    yield from alerts.allergies_of(chart)
    yield from problems.active_of(chart, newest)
    yield from problems.operations_of(chart, newest)
    yield from medications.current_of(chart, newest)
    yield from medications.others_of(chart, newest)
    yield from measurements.lines_of(chart, newest)
    yield from course.findings_of(chart, newest)
    yield from course.encounters_of(chart)
    yield from ahead.steps_of(chart, newest)
    yield from ahead.conflicts_of(chart)
    yield from problems.past_of(chart, newest)
