"""The chart: what is true of a patient now, out of all notes, with the words that say so."""

from features.chart import handler, included
from features.chart.reconciling import VERSION, NoteFacts, reconcile
from features.chart.schema import PatientFlags
from features.notes import when_note_deleted
from features.patients import includable, when_deleted

includable("flags", included.load_flags, shows=PatientFlags, missing=included.no_flags, scope="notes:read")
when_note_deleted(handler.forget)
when_deleted(handler.forget)

__all__ = ["VERSION", "NoteFacts", "reconcile"]
