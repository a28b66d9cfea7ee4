"""The way from a drug to what it did, or was ended for: only words that say when, who and why stand between them."""

import re
from enum import StrEnum
from functools import cache

from clinical.lexicon.phrases import Phrases, Token, tokens_of
from clinical.lexicon.resources import entries

_MARKS = frozenset({"(", "-", "–", "—", ":", ",", "+"})
_STRONG_MARKS = frozenset({"(", "-", "–", "—", ":"})
# These tell of what it is for as well: "tried for migraine".
_OF_USE = frozenset({"for", "with", "since", "after", "from", "when", "following", "as"})
_ARROW = re.compile(r"\s?(?:[-=–]{1,3}>|→|⇒)\s?")
_YEAR = re.compile(r"\b(?:19|20)\d\d\b")
_LONGEST = 26


class Way(StrEnum):
    """How a drug is linked to what stands behind it."""

    ENDED = "ended"
    """It was ended for that."""
    TRIED = "tried"
    """It was had, and that happened."""
    ARROW = "arrow"
    """An arrow points there."""


@cache
def _roles() -> Phrases[str]:
    phrases: Phrases[str] = Phrases()
    for line in entries("ways.txt"):
        role, _, names = line.partition(" | ")
        for name in names.split(", "):
            phrases.add(name.strip(), role.strip())
    phrases.sort()
    return phrases


def way(text: str, start: int, end: int, *, tried: bool = False) -> Way | None:
    """How `text[start:end]`, between a drug and a harm, links the two; None where it does not.

    Args:
        text: The text of the note.
        start: Where the drug ends.
        end: Where the harm begins.
        tried: Whether the words before the drug say that it was tried.
    """
    arrow = _ARROW.search(text, start, end)
    if arrow is not None:
        return Way.ARROW if arrow.end() == end and _roles_in(text, start, arrow.start()) is not None else None
    roles = _roles_in(text, start, end)
    if not roles:
        return None
    ended = max((at for at, (role, _) in enumerate(roles) if role == "end"), default=None)
    if ended is not None:
        links = any(role in {"because", "mark"} or word == "it" for role, word in roles[ended + 1 :])
        return Way.ENDED if links else None
    # a year between them puts it into the past: "Atripla 2009-2014 - vivid dreams"
    had = tried or any(role == "try" for role, _ in roles) or _YEAR.search(text, start, end) is not None
    role, word = next((one for one in reversed(roles) if one[0] in {"because", "mark"}), ("", ""))
    sure = (role == "mark" and word in _STRONG_MARKS) or (role == "because" and word not in _OF_USE)
    return Way.TRIED if had and sure else None


def _roles_in(text: str, start: int, end: int) -> list[tuple[str, str]] | None:
    """The roles of the words, in order; None where one has none."""
    tokens = tokens_of(text, start, end)
    if len(tokens) > _LONGEST:
        return None
    matches = {match.first: match for match in _roles().find(text, tokens)}
    roles: list[tuple[str, str]] = []
    at = 0
    while at < len(tokens):
        match = matches.get(at)
        if match is not None:
            found = set(match.found)
            role = next(one for one in ("end", "because", "try", "light") if one in found)
            roles.append((role, " ".join(token.word for token in tokens[at : match.after])))
            at = match.after
        elif tokens[at].word in _MARKS:
            roles.append(("mark", tokens[at].word))
            at += 1
        elif _is_number(tokens[at]):
            at += 1
        else:
            return None
    return roles


def _is_number(token: Token) -> bool:
    return token.word[0].isdigit() or token.word == ")"
