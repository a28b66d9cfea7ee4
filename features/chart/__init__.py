"""The chart: what is true of a patient now, out of all notes, with the words that say so."""

from features.chart import handler
from features.chart.reconciling import VERSION, NoteFacts, reconcile
from features.notes import when_note_deleted
from features.patients import when_deleted

when_note_deleted(handler.forget)
when_deleted(handler.forget)

__all__ = ["VERSION", "NoteFacts", "reconcile"]
