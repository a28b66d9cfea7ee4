"""What a further sentence of a list says of the only substance that it names: borne, denied, taken back, harmful."""

import re

from clinical.allergies.mention import Mention
from clinical.allergies.owners import is_of_another
from clinical.allergies.reactions import leading_reaction, reaction_of, reactions_in
from clinical.allergies.standing import Standing, is_intolerance, is_taken_back
from clinical.allergies.substances import ingredient_of, is_kind_of, names_in
from clinical.note import Note

_DENIES = re.compile(
    r"^\s?NKD?A\b|\bno(?:t| longer) allergic\b(?! to)|\bno (?:known )?(?:allergy|reactions?|problems?)\b|"
    r"\b(?:s?he|they|it|pt|patient)(?:[’']s not| is not| isn[’']t|[’']re not| aren[’']t)(?=\s*(?:$|[.,;)]))",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\b(?:no|not|never|without|denie[sd]|n[’']t)\b", re.IGNORECASE)
_REALLY = re.compile(r"\b(?:it|this|that) was\s(?:\w+\s){0,2}$", re.IGNORECASE)
_INSTEAD = re.compile(
    r"[,;(–—-]\s*(?:but |and |so |now |s?he |can )*(?:us(?:e|ed|es|ing)|give|given|fine with|ok(?:ay)? with|"
    r"tolerat\w+|takes?|had|has had|switched to|changed to|instead|prefers?)\b",
    re.IGNORECASE,
)


def denies(behind: str) -> bool:
    """Whether the words behind a substance say that nobody is allergic to it."""
    return _DENIES.search(behind) is not None


def single(note: Note, start: int, end: int) -> Mention | None:
    """How the only substance of a sentence stands; None where it names several or says nothing of it.

    What is given instead is no other one: "morphine makes her sick, use oxycodone".
    """
    text = note.text
    names = names_in(text, start, end)
    if not names:
        return None
    first, last = names[0]
    own = _key(text, first, last)
    for begin, stop in names[1:]:
        if _key(text, begin, stop) == own or is_kind_of(text[begin:stop], own):
            continue  # "had amoxicillin since" is said of the penicillin
        if not _INSTEAD.search(text, last, begin):
            return None
        end = _INSTEAD.search(text, last, begin).start()  # type: ignore[union-attr] # it was found
        break
    if note.context.of(first, last).family and not is_of_another(text[last:end]):
        return None
    place = harm_behind_name(text, last, end)
    standing = _standing(text, start, end, last, place)
    if standing is None:
        return None
    reaction = reaction_of(text, *place) if place and standing is not Standing.DENIED else None
    return Mention(first, last, " ".join(text[first:last].lower().split()), reaction, place, standing)


def _standing(text: str, start: int, end: int, last: int, harm: tuple[int, int] | None) -> Standing | None:
    """What a sentence makes of the substance that ends at `last`, and perhaps did harm."""
    words, behind = text[start:end], text[last:end]
    if is_taken_back(words) or is_of_another(behind):
        return Standing.RETRACTED
    if harm is not None and is_intolerance(words):
        return Standing.NOT_BORNE
    if denies(behind):
        return Standing.DENIED
    if harm is None:
        return None
    allergic = any(one.allergic for one in reactions_in(text, *harm))
    return Standing.HELD if allergic else Standing.NOT_BORNE


def _key(text: str, start: int, end: int) -> str:
    return ingredient_of(text[start:end].lower()).rstrip("s")


def harm_behind_name(text: str, start: int, end: int) -> tuple[int, int] | None:
    """What a substance did that is named before it; not what it really was ("it was thrush only")."""
    found = next((one for one in reactions_in(text, start, end) if not _NOT_SO.search(text, start, one.start)), None)
    if found is None or _REALLY.search(text, start, found.start):
        return None
    whole = leading_reaction(text, found.start, end)
    return found.start, whole.end if whole else found.end
