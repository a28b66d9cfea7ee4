"""What others give, fetch, ask for or tell of, and what of theirs the patient takes: it is the patient who takes it."""

import re
from functools import cache

from clinical.medications.drug_names import Name
from clinical.note import Note
from clinical.people import kinship
from clinical.values.amounts import doses_in
from clinical.values.frequencies import frequencies_in

# Others who give it, or whose it is, do not take it: "son had already given metformin", "takes wife's co-codamol".
_GIVEN_BY = re.compile(
    r"\b(?:given?|gives|gave|giving|administer\w*)\s(?:(?:him|her|them|the|his|own|some|some of)\s){0,3}$",
    re.IGNORECASE,
)
_BORROWED = re.compile(
    r"\b(?:tak(?:es?|ing|en)|took|us(?:es?|ed|ing)|borrow\w*)\s(?:\w+\s){0,3}\w+['’]s?\s$", re.IGNORECASE
)
_TAKES = re.compile(
    r"\b(?:tak(?:es?|ing|en)|took|us(?:es?|ed|ing)|tr(?:y|ies|ied|ying)|borrow\w*|ha[ds]|given?|gives|gave|giving|"
    r"slipp\w+|swallow\w*|needed)\b",
    re.IGNORECASE,
)
_TAKEN = re.compile(
    r"[^.;\n]{0,40}?(?:\b(?:given|taken|tried|borrowed)\b|\b[x\xd7]\s?\d\b|(?<=\s)[x\xd7]\d)", re.IGNORECASE
)
_OWNED = re.compile(r"['’]s?\s(?:(?:own|old|spare|leftover|left-over|prn|prescribed)\s)?$", re.IGNORECASE)
_PRONOUN = {"m": re.compile(r"\b(?:she|her)\b", re.IGNORECASE), "f": re.compile(r"\b(?:he|him)\b", re.IGNORECASE)}
_COUNT = re.compile(r"\s[x\xd7]\s?\d", re.IGNORECASE)
_BEFORE, _BEHIND = 60, 60


@cache
def kin() -> re.Pattern[str]:
    """Anybody who is not the patient, as notes call them."""
    return re.compile(rf"\b(?:{'|'.join(re.escape(name) for name, _ in kinship())})\b", re.IGNORECASE)


@cache
def _sexes() -> dict[str, str]:
    return {name.lower(): who.sex for name, who in kinship()}


def is_given_by_others(note: Note, name: Name) -> bool:
    """Whether those who are named with a drug only give it or tell of it, or the patient takes theirs."""
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - _BEFORE) : name.start]
    borrows = _BORROWED.search(before)
    if _GIVEN_BY.search(before) or (borrows and not kin().search(before, 0, borrows.start())):
        return True
    return _is_told_in_bracket(note, name, first, last) or _is_borrowed(note, name, before, last)


def _is_told_in_bracket(note: Note, name: Name, first: int, last: int) -> bool:
    """Whether only a bracket behind drug and dose names them: "Calpol x2 today (mum)", "5 mg OD (wife unsure)"."""
    opening = note.text.find("(", name.end, min(last, name.end + _BEHIND))
    line = note.document.line_at(name.start)
    if opening < 0 or note.kind_at(name.start) == "family" or kin().search(note.text, max(first, line.start), opening):
        return False
    dosed = doses_in(note.text, name.end, opening) or frequencies_in(note.text, name.end, opening)
    return bool(dosed) or _COUNT.search(note.text, name.end, opening) is not None


def _is_borrowed(note: Note, name: Name, before: str, last: int) -> bool:
    """Whether the patient takes what is somebody's: "tried his partner's tramadol", "wife's oxazepam given x1"."""
    owned = _OWNED.search(before)
    if owned is None:
        return False
    owners = [found for found in kin().finditer(before, 0, owned.start() + 2) if owned.start() <= found.end() + 1]
    if not owners:
        return False
    owner = owners[-1]
    others = kin().search(before, 0, owner.start())
    if _TAKES.search(before, 0, owner.start()) and others is None:
        return True
    behind = min(last, name.end + _BEHIND)
    if _TAKEN.match(note.text, name.end, behind):
        return others is None
    pronoun = _PRONOUN.get(_sexes().get(owner[0].lower(), ""))
    takes = pronoun.search(note.text, name.end, behind) if pronoun else None
    return takes is not None and _TAKES.search(note.text, takes.end(), min(last, takes.end() + 12)) is not None
