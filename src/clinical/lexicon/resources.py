"""The word lists beside the code, line by line."""

from collections.abc import Iterator
from functools import cache
from importlib.resources import files


@cache
def content(name: str) -> str:
    """A whole file of `data`."""
    return files(f"{__package__}.data").joinpath(name).read_text(encoding="utf-8")


def entries(name: str) -> Iterator[str]:
    """The lines of a file of `data`, without comments and blank lines."""
    for line in content(name).splitlines():
        if line.strip() and not line.startswith("#"):
            yield line.strip()


def words(name: str) -> frozenset[str]:
    """All words of a file of `data`."""
    return frozenset(word for line in entries(name) for word in line.split())


def wordset(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())
