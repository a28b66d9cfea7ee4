"""What can go wrong with notes.

NotFound
  NoteHasNoFile  404 note_has_no_file
  NoteNotFound  404 note_not_found
  NotePageNotFound  404 note_page_not_found
TooLarge
  NoteTooLarge  413 note_too_large
UnsupportedMedia
  UnsupportedNote  415 unsupported_note
"""

from rounds.i18n import N_
from rounds.problems import SAMPLE_ID, NotFound, Refusal, TooLarge, UnsupportedMedia, named


class NoteNotFound(NotFound):
    """There is no such note about this patient, or it was deleted."""

    code = "note_not_found"
    title = N_("Note not found")
    detail = N_("There is no such note about this patient. List them with GET /patients/{patient_id}/notes.")
    sample = named(patient_id=SAMPLE_ID)


class NoteHasNoFile(NotFound):
    """The note was written as text, not uploaded as a file; its words are in `content`."""

    code = "note_has_no_file"
    title = N_("The note has no file")
    detail = N_("This note did not come as a file. Read its content instead.")


class NotePageNotFound(NotFound):
    """The note's file has no such page; how many it has is told by `file.pages` of the note."""

    code = "note_page_not_found"
    title = N_("Page not found")
    detail = N_("The note’s file has no such page. How many pages it has stands in the note, as file.pages.")


class NoteTooLarge(TooLarge):
    """The note, or its file, is larger than 10 MB."""

    code = "note_too_large"
    title = N_("The note is too large")
    detail = N_("A note may have {megabytes} MB. Split it, or scan it with fewer dots per inch.")
    sample = named(megabytes=10)


class UnsupportedNote(UnsupportedMedia):
    """The file is of no kind that notes may have. What counts is its content, not its name or its declared type."""

    code = "unsupported_note"
    title = N_("Unsupported kind of file")
    detail = N_("Going by its content, this file is none of these: {supported}. Convert it and send it again.")
    members = named(supported=str)
    sample = named(supported="text/plain, application/pdf, image/png, image/jpeg, image/tiff")


# Why a file cannot be read, by the codes of `features.notes.reading`: on upload a refusal of the field, later, where a
# scan turns out so, the error of its extraction.
REASONS = {
    "empty": N_("The file is empty. Choose the right one and send it again."),
    "broken": N_("The file is damaged or incomplete. Open it yourself, save it anew, and send that."),
    "encrypted": N_("The file is locked with a password. Save a copy without one and send that."),
    "too_many_pages": N_("The file has too many pages. Split it and send the parts."),
    "too_large": N_("The pictures in the file are too large. Scan it with fewer dots per inch."),
    "too_complex": N_("Reading the file takes too long. Print it to a new PDF, or split it, and send that."),
    "control_characters": N_("The text holds control characters. Save it as plain text and send that."),
    "combining_marks": N_("The text heaps combining marks on one character. Remove them and send it again."),
    "undecodable": N_("The text is in an unknown encoding. Save it as UTF-8 and send that."),
    "no_text": N_("There is no text to be read in the file. Scan it with more contrast, or type it."),
    "failed": N_("Reading the note failed again and again. Add it anew; if that fails too, type it."),
}
UNREADABLE = {code: Refusal(f"file_{code}", message) for code, message in REASONS.items()}

TAKEN_LATER = Refusal(
    "taken_in_future", N_("A note cannot be taken in the future. Check the date, the time and the offset.")
)
TAKEN_LONG_AGO = Refusal("taken_long_ago", N_("No note taken before {year} is kept. Check the date."))
NO_DATE_FOUND = Refusal("taken_at_missing", N_("Say when the note was taken; its text does not say it clearly."))
FILE_MISSING = Refusal("file_missing", N_("Send the note itself as a file in the form field “file”."))
ONE_ONLY = Refusal("one_only", N_("Send this form field once."))
NOT_A_FIELD = Refusal("unknown_form_field", N_("The form has no such field. Send file, taken_at, type and author."))
TOO_MANY_FIELDS = Refusal(
    "too_many_fields", N_("The body has far more fields than any call knows. Send those it does.")
)
BROKEN_FORM = Refusal(
    "broken_form",
    N_("The body is not the form its Content-Type announces. Check the boundary, and that it is complete."),
)
