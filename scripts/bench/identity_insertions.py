"""What is written into notes to see whether it is hidden."""

from typing import NamedTuple


class Insertion(NamedTuple):
    """A way of writing an identifier, in a sentence, with what must not be seen afterwards."""

    kind: str
    text: str
    secrets: tuple[str, ...]
