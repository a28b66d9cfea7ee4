"""What notes have done by the consumer: scans are read, and texts understood that could not be at once."""

from contextlib import suppress
from datetime import timedelta

import structlog

from features.notes import waiting
from features.notes.events import NoteWaiting
from features.notes.taking_facts import SECONDS_FOR_A_SCAN, SECONDS_IN_THE_CONSUMER
from rounds.events import Received, subscribe_leased
from rounds.events.subscriber_context import SubscriberContext

ATTEMPTS = 5
_log = structlog.get_logger("features.notes")


@subscribe_leased(
    NoteWaiting,
    name="notes.read",
    attempts=ATTEMPTS,
    patience=timedelta(seconds=SECONDS_FOR_A_SCAN + SECONDS_IN_THE_CONSUMER + 30),
    parallel=1,  # recognising text keeps one processor busy
)
async def read(received: Received[NoteWaiting], context: SubscriberContext) -> None:
    """Read a note; when that has failed for the last time, show it on the note."""
    note_id = received.event.note_id
    try:
        status = await waiting.read_note(note_id, database=context.database, child_processes=context.child_processes)
    except Exception:
        if received.attempt >= ATTEMPTS:
            with suppress(Exception):  # the failure itself is what the consumer must hear of
                await waiting.give_up(note_id, database=context.database)
        raise
    _log.info("note.read", note_id=str(note_id), status=status)
