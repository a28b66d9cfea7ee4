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
def _introduced() -> tuple[re.Pattern[str], dict[str, Kin]]:
    known = {name: kin for name, kin in kinship() if " " not in name}
    words = "|".join(sorted(map(re.escape, known), key=len, reverse=True))
    pattern = re.compile(
        rf"\b(?i:(?P<kin>{words}))(?:\s\(|,\s|\s(?i:called|named)\s|\s)(?P<name>[A-Z][a-z]{{2,14}})(?![\w'’-])"
    )
    return pattern, known


def called_in(document: Document) -> dict[str, Kin]:
    """The names of a note by which it calls others than the patient, in lower case, and who they are."""
    pattern, known = _introduced()
    found: dict[str, Kin] = {}
    terms = {document.tokens[match.first].word for match in document.matches}
    for match in pattern.finditer(document.text):
        name = match["name"].lower()
        again = re.compile(rf"\b{match['name']}\b").finditer(document.text)
        places = [one.start() for one in again]
        if name in known or name in _NO_NAMES or name in terms or len(places) < 2:
            continue
        if any(_TITLES.search(document.text, max(0, at - 10), at) for at in places):
            continue
        found.setdefault(name, known[match["kin"].lower()])
    if _OF_A_MOTHER.search(document.text):
        found["baby"] = Kin(Person.RELATIVE, "-")
    return found


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
