"""What persons are called who are not the patient: "his wife (Anne)"; later "Anne takes …"."""

import re
from functools import cache

from clinical.context.triggers import Trigger
from clinical.lexicon.phrases import Match
from clinical.lexicon.resources import wordset
from clinical.people import Kin, Person, kinship
from clinical.text.document import Document

# So far a name reaches: less than the word for what somebody is.
_REACH = 12
_TITLES = re.compile(r"\b(?:mr|mrs|miss|ms|dr|master|prof|sister|sr|patient|pt|re|name)\.?:?\s$", re.IGNORECASE)
# Capitals behind a relative that are no names: "Father MI", "Mum Monday".
_NAME = re.compile(r"[A-Z][a-z]{2,14}")
# What stands between what somebody is and the name, and how far on that is.
_LEADS = frozenset({"(", ",", "called", "named"})
_BETWEEN = 3
_NO_NAMES = wordset(
    "monday tuesday wednesday thursday friday saturday sunday january february march april may june july august "
    "september october november december has had is was and with on in at the no nil none"
)
# In the notes of a mother the baby is somebody else.
_OF_A_MOTHER = re.compile(
    r"\b(?:antenatal|postnatal|post-?partum|booking visit|breast-?feeding|breast-?fed|caesarean|cesarean|lscs|g\dp\d|"
    r"gravida|midwife|lochia|gestational|normal vaginal delivery|svd|weeks pregnant)\b",
    re.IGNORECASE,
)


@cache
def _known() -> dict[str, Kin]:
    return {name: kin for name, kin in kinship() if " " not in name}


def called_in(document: Document) -> dict[str, Kin]:
    """The names of a note by which it calls others than the patient, in lower case, and who they are."""
    found: dict[str, Kin] = {}
    known = _known()
    tokens = document.tokens
    for at, token in enumerate(tokens):
        kin = known.get(token.word)
        if kin is None:
            continue
        behind = at + 1
        while behind < min(at + _BETWEEN, len(tokens)) and tokens[behind].word in _LEADS:
            behind += 1
        if behind < len(tokens) and _is_called(document, behind):
            found.setdefault(tokens[behind].word, kin)
    if _OF_A_MOTHER.search(document.text):
        found["baby"] = Kin(Person.RELATIVE, "-")
    return found


def _is_called(document: Document, at: int) -> bool:
    """Whether a token is the name of somebody of whom the note says more, and no title's or term's."""
    token = document.tokens[at]
    written = document.text[token.start : token.end]
    if not _NAME.fullmatch(written) or token.word in _known() or token.word in _NO_NAMES:
        return False
    if document.matches_in(token.start, token.end):
        return False
    places = [found.start() for found in re.compile(rf"\b{written}\b").finditer(document.text)]
    return len(places) > 1 and not any(_TITLES.search(document.text, max(0, one - 10), one) for one in places)


def named_in(document: Document, called: dict[str, Kin], first: int, after: int) -> list[Match[Trigger]]:
    """Where persons are called by their names among the tokens from `first` up to `after`."""
    found = []
    for at in range(first, after) if called else ():
        token = document.tokens[at]
        kin = called.get(token.word)
        if kin is not None and document.text[token.start].isupper():
            person = kin.person if kin.person is not Person.PATIENT else Person.OTHER
            # "Baby: vitamin K given, on gentamicin" goes on about it.
            trigger = Trigger(person.value, "both", _REACH, over_commas=token.word == "baby", kin=kin)
            found.append(Match(at, at + 1, (trigger,)))
    return found
