"""The chart: what is true of a patient now, out of all notes, with the words that say so."""

from features.chart import handler, included
from features.chart.chart_making import nothing_collected
from features.chart.condensing import MOST as MOST_CHART_FACTS
from features.chart.condensing import as_on
from features.chart.for_rules import NO_CHART_FACTS, Made, keep_facts, make_facts
from features.chart.persistence import HAS_NOTES, KEPT_FACTS
from features.chart.reconciling import VERSION, NoteFacts, reconcile
from features.chart.schema import PatientFlags
from features.notes import when_note_deleted
from features.patients import includable, when_deleted

includable("flags", included.load_flags, shows=PatientFlags, missing=included.no_flags, scope="notes:read")
when_note_deleted(handler.forget_with_note)
when_deleted(handler.forget)

__all__ = [
    "HAS_NOTES",
    "KEPT_FACTS",
    "MOST_CHART_FACTS",
    "NO_CHART_FACTS",
    "VERSION",
    "Made",
    "NoteFacts",
    "as_on",
    "keep_facts",
    "make_facts",
    "nothing_collected",
    "reconcile",
]
