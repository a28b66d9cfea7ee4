"""A note as it came in, before anything is made of it."""

import hashlib
from dataclasses import dataclass

from features.notes.schema import NoteDetails


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it came."""

    filename: str
    data: bytes

    @property
    def sha256(self) -> str:
        """The hash of its bytes."""
        return hashlib.sha256(self.data).hexdigest()


@dataclass(frozen=True, slots=True)
class Incoming:
    """What was sent: a text or a file, and what was said about it."""

    details: NoteDetails
    content: str | None = None
    upload: Upload | None = None
