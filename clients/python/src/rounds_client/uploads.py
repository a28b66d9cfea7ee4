"""Files on their way to the server, with a word of how far they are."""

import io
import os
from collections.abc import Callable
from typing import IO, TypeAlias

Progress: TypeAlias = Callable[[int, int], None]
"""Gets how many bytes have been taken to be sent, and how many there are; from 0 again where a file is sent again."""


class Told(io.RawIOBase):
    """A file that tells how far it has been read."""

    def __init__(self, file: IO[bytes], on_progress: Progress) -> None:
        self._file = file
        self._on_progress = on_progress
        self._length = file.seek(0, os.SEEK_END)
        file.seek(0)

    def readinto(self, room: "memoryview | bytearray") -> int:  # type: ignore[override] # narrower than any buffer
        """Read into a buffer."""
        taken = self._file.read(len(room))
        room[: len(taken)] = taken
        self._on_progress(self._file.tell(), self._length)
        return len(taken)

    def seek(self, place: int, whence: int = os.SEEK_SET) -> int:
        """Go to another place."""
        return self._file.seek(place, whence)

    def tell(self) -> int:
        """The place."""
        return self._file.tell()

    def seekable(self) -> bool:
        """Files that are sent again have to be."""
        return True

    def readable(self) -> bool:
        """As it says."""
        return True
