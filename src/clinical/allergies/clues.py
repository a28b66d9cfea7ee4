"""What the words of a sentence tell that speaks of a substance: that it is forbidden, did harm, was ended, is taken.

Each word or phrase has one role: those of `clues.txt` and `ways.txt`, a reaction, a condition, a symptom, what is
measured, a substance, a number, a mark; the rest are words.
"""

from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from clinical.allergies.reactions import reaction_stems, reaction_terms
from clinical.allergies.warned import Place
from clinical.lexicon.phrases import Phrases
from clinical.lexicon.resources import entries

if TYPE_CHECKING:
    from clinical.note import Note

SUBSTANCE, NUMBER, MARK, WORD, LIGHT = "substance", "number", "mark", "word", "light"
ALLERGIC, HARM = "allergic", "harm"
_MARKS = frozenset("(),;:+?•-–—")
# Of two roles that a phrase may have, the earlier counts.
_ROLES = (
    *("forbid", "badly", "well", ALLERGIC, HARM, "moved", "cause", "risk", "instead", "allergy"),
    *("end", "because", "doubt", "no", "try", "take", "other", "pass", LIGHT),
)
_KINDS = {"condition": "condition", "symptom": "symptom", "lab": "measured", "vital": "measured"}


class Clue(NamedTuple):
    """What `text[start:end]` tells."""

    start: int
    end: int
    role: str
    word: str


@cache
def _phrases() -> Phrases[str]:
    phrases: Phrases[str] = Phrases()
    for name in ("clues.txt", "ways.txt"):
        for line in entries(name):
            role, _, names = line.partition(" | ")
            for phrase in names.split(", "):
                phrases.add(phrase.strip(), role.strip())
    for phrase, allergic in reaction_terms():
        phrases.add(phrase, ALLERGIC if allergic else HARM, exact=phrase.isupper())
    return phrases


def clues_of(note: "Note", number: int, names: Sequence[Place]) -> list[Clue]:
    """The clues of a sentence, in order.

    Args:
        note: The note.
        number: Which sentence.
        names: Where it names substances.
    """
    document = note.document
    tokens = document.tokens
    first, after = document.sentence_tokens(number)
    phrases = {match.first: match for match in _phrases().find(note.text, tokens, first, after)}
    known = _known(note, number)
    waiting = iter(names)
    name = next(waiting, None)
    found: list[Clue] = []
    at = first
    while at < after:
        token = tokens[at]
        while name is not None and name[1] <= token.start:
            name = next(waiting, None)
        if name is not None and name[0] <= token.start:
            while at < after and tokens[at].start < name[1]:
                at += 1
            found.append(Clue(*name, SUBSTANCE, note.text[slice(*name)].lower()))
            continue
        match, word, last = phrases.get(at), token.word, at + 1
        if match is not None:
            role = next(role for role in _ROLES if role in match.found)
            last = match.after
            word = " ".join(one.word for one in tokens[at:last])
        else:
            role = _role_of(word)
        term = known.get(at)
        if term is not None and (role in {WORD, LIGHT, NUMBER} or term[0] > last):
            last, role = term
            word = note.text[token.start : tokens[last - 1].end].lower()
        found.append(Clue(token.start, tokens[last - 1].end, role, word))
        at = last
    return found


def _role_of(word: str) -> str:
    """What a single word is that no list has."""
    allergic, harm = reaction_stems()
    if word in _MARKS:
        return MARK
    if word[0].isdigit():
        return NUMBER
    if word.startswith(allergic):
        return ALLERGIC
    return HARM if word.startswith(harm) else WORD


def _known(note: "Note", number: int) -> dict[int, tuple[int, str]]:
    """Conditions, symptoms and what is measured in a sentence, by their first token: the token behind, and the kind."""
    return {first: (after, role) for first, after, role in _terms(note, number)}


def _terms(note: "Note", number: int) -> Iterator[tuple[int, int, str]]:
    for match in note.document.matches_in(*note.document.sentences[number]):
        kinds = {term.kind for term in match.found}
        role = next((role for kind, role in _KINDS.items() if kind in kinds), None)
        if role is not None:
            yield match.first, match.after, role
