"""Words by the role that they play in a sentence, from a data file: `role | word, word`."""

from functools import cache
from typing import NamedTuple

from clinical.facts import Place
from clinical.lexicon.phrases import Phrases
from clinical.lexicon.resources import entries
from clinical.note import Note


class Said(NamedTuple):
    """A word with its roles, and where it stands."""

    roles: frozenset[str]
    place: Place


@cache
def phrases_with_roles(name: str) -> Phrases[str]:
    """The words of the data file `name`, which mean their roles. Capitals there are found only as such."""
    phrases: Phrases[str] = Phrases()
    for line in entries(name):
        role, _, names = line.partition(" | ")
        for written in names.split(", "):
            phrases.add(written.strip(), role.strip(), exact=written != written.lower())
    phrases.sort()
    return phrases


def roles_in(note: Note, number: int, name: str) -> list[Said]:
    """The words of a sentence with a role in the data file `name`, in order."""
    document = note.document
    tokens = document.tokens
    matches = phrases_with_roles(name).find(note.text, tokens, *document.sentence_tokens(number))
    return [
        Said(frozenset(match.found), Place(tokens[match.first].start, tokens[match.after - 1].end)) for match in matches
    ]


def all_roles(said: list[Said]) -> frozenset[str]:
    """The roles that occur."""
    return frozenset().union(*(each.roles for each in said))
