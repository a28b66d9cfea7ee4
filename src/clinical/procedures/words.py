"""The words of the data file by which procedures are named, by their role."""

from functools import cache

from clinical.lexicon.resources import entries


@cache
def _roles() -> dict[str, frozenset[str]]:
    found = {}
    for line in entries("procedure_words.txt"):
        role, _, names = line.partition(" | ")
        found[role] = frozenset(name.strip() for name in names.split(","))
    return found


def words_of(role: str) -> frozenset[str]:
    """The words with a role."""
    return _roles()[role]


@cache
def nouns() -> dict[str, str]:
    """The nouns that need to be told what they are done to, with the kind of procedure."""
    return {
        word: role.removeprefix("noun-")
        for role, names in _roles().items()
        if role.startswith("noun-")
        for word in names
    }
