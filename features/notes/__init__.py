"""Notes: what clinicians write, scan and dictate, and what is understood of it."""

from features.notes import handler
from features.notes.events import NoteAdded, NoteDeleted, NoteExtracted
from features.notes.handler import add_note
from features.notes.intake import Incoming, Upload
from features.notes.persistence import LATEST_VITALS
from features.notes.schema import NoteDetails, NoteRead, NoteWrite, Vital
from features.patients import includable, when_deleted

includable("notes", handler.load_for_patients, missing=list, scope="notes:read")
when_deleted(handler.remove_of_patient)

__all__ = [
    "LATEST_VITALS",
    "Incoming",
    "NoteAdded",
    "NoteDeleted",
    "NoteDetails",
    "NoteExtracted",
    "NoteRead",
    "NoteWrite",
    "Upload",
    "Vital",
    "add_note",
]
