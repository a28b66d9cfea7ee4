"""What happens to notes, for whoever listens, and the work they hand to the consumer."""

from uuid import UUID

from rounds.events import Event, PatientEvent


class NoteAdded(PatientEvent):
    """A note was added; a scan has yet to be read."""

    type = "rounds.note.added"

    note_id: UUID


class NoteExtracted(PatientEvent):
    """What a note says has been read and understood, for the first time or anew."""

    type = "rounds.note.extracted"

    note_id: UUID


class NoteDeleted(PatientEvent):
    """A note left every read."""

    type = "rounds.note.deleted"

    note_id: UUID


class NoteWaiting(Event):
    """A note waits to be read. Read already, or deleted meanwhile, it leaves nothing to do."""

    type = "rounds.note.waiting"
    public = False

    note_id: UUID
