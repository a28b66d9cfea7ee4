"""Notes: what clinicians write, scan and dictate, and what is understood of it."""

from features.notes import handler, included
from features.notes.adding import add_note
from features.notes.events import NoteAdded, NoteDeleted, NoteExtracted
from features.notes.fact_schema import BOX, PAGE, Box, Vital
from features.notes.hooks import when_note_deleted
from features.notes.incoming import Incoming, Upload
from features.notes.layout_persistence import of_notes as layouts_of
from features.notes.observation_persistence import LATEST_VITALS
from features.notes.persistence import CHART_NOTES, chart_stamp, hold_chart
from features.notes.places import Layout
from features.notes.problems import NoteNotFound
from features.notes.schema import LastNote, LatestVital, NoteDetails, NoteRead, NoteWrite
from features.patients import includable, listable_by, when_deleted

includable("notes", handler.load_for_patients, shows=list[NoteRead], missing=list, scope="notes:read")
includable("latest_vitals", included.load_latest_vitals, shows=list[LatestVital], missing=list, scope="notes:read")
includable("last_note", included.load_last_notes, shows=LastNote | None, scope="notes:read")
listable_by("notes", included.OWNERS, scope="notes:read")
when_deleted(handler.remove_of_patient)

__all__ = [
    "BOX",
    "CHART_NOTES",
    "LATEST_VITALS",
    "PAGE",
    "Box",
    "Incoming",
    "Layout",
    "NoteAdded",
    "NoteDeleted",
    "NoteDetails",
    "NoteExtracted",
    "NoteNotFound",
    "NoteRead",
    "NoteWrite",
    "Upload",
    "Vital",
    "add_note",
    "chart_stamp",
    "hold_chart",
    "layouts_of",
    "when_note_deleted",
]
