"""The rules of looking at the pages of a note's file as pictures."""

from uuid import UUID

from features.notes import persistence
from features.notes.problems import NoteHasNoFile, NoteNotFound, NotePageNotFound
from features.notes.reading import Unreadable, picture_of
from features.notes.reading.entrances import LONG_SIDE, MOST_PAGES, PICTURE_TYPE
from features.notes.taking_facts import PATIENCE_SECONDS, SECONDS_IN_A_REQUEST
from rounds.data import Read, Row
from rounds.problems import Unavailable
from rounds.processes import Busy, ChildProcesses, Died, TookTooLong

__all__ = ["LONG_SIDE", "MOST_PAGES", "PICTURE_TYPE", "draw_page", "expect_page"]

_COME_BACK_SECONDS = 2
_TEXT = "text/plain"


async def draw_page(
    patient_id: UUID, note_id: UUID, page: int, *, reads: Read, child_processes: ChildProcesses, whose: UUID
) -> bytes:
    """A page, from 1, as a picture (`PICTURE_TYPE`).

    Raises:
        NoteNotFound: when there is no such note about this patient.
        NoteHasNoFile: when it came as text.
        NotePageNotFound: when its file has no such page.
        Unavailable: when too many files are being read, or it takes too long.
    """
    row = await persistence.find_file(patient_id, note_id, reads)
    content: bytes = _with_page(row, page)["content"]
    try:
        picture = await child_processes.run(
            picture_of,
            content,
            page,
            seconds=SECONDS_IN_A_REQUEST,
            whose=whose,
            size=len(content),
            patience=PATIENCE_SECONDS,
        )
    except Unreadable:
        raise NotePageNotFound from None
    except (Busy, TookTooLong, Died):
        raise Unavailable(seconds=_COME_BACK_SECONDS) from None
    if picture is None:
        raise NotePageNotFound
    return picture


async def expect_page(patient_id: UUID, note_id: UUID, page: int, *, reads: Read) -> None:
    """Make sure that there may be such a page, without looking at the file.

    Raises:
        NoteNotFound: when there is no such note about this patient.
        NoteHasNoFile: when it came as text.
        NotePageNotFound: when its file has no such page.
    """
    _with_page(await persistence.find_pages(patient_id, note_id, reads), page)


def _with_page(row: Row | None, page: int) -> Row:
    if row is None:
        raise NoteNotFound
    if row["file_name"] is None:
        raise NoteHasNoFile
    pages = row["file_pages"]
    if row["media_type"] == _TEXT or (pages is not None and page > pages):
        raise NotePageNotFound
    return row
