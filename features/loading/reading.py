"""Reads files of other systems, however long they are."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ijson


class Unreadable(Exception):  # noqa: N818 - it reads as the sentence it prints
    """The file is not what was promised; `str()` is one line."""


def panda_rows(path: Path) -> Iterator[Any]:
    """The elements of a JSON array, one at a time, however long it is.

    Raises:
        Unreadable: when there is no such file or it is not a JSON array.
    """
    try:
        with path.open("rb") as file:
            while (first := file.read(1)).isspace():
                pass
            if first != b"[":  # ijson would find no elements in anything else, and say nothing
                raise Unreadable(f"{path}: not a JSON array.")
            file.seek(0)
            yield from ijson.items(file, "item", use_float=True)
    except OSError as error:
        raise Unreadable(f"{path}: {error.strerror}.") from None
    except (ijson.JSONError, UnicodeDecodeError) as error:
        raise Unreadable(f"{path}: not a JSON array ({str(error).splitlines()[0]}).") from None
