"""What answers of forms say of allergies: "Latex: no", "[x] Penicillin", "Penicillin  Yes [ ]  No [x]"."""

import re
from collections.abc import Iterator

from clinical.allergies.answers import Answer
from clinical.allergies.item import Item
from clinical.allergies.items import items_in, reaction_place
from clinical.allergies.mention import Mention
from clinical.allergies.reactions import reaction_of, reactions_in
from clinical.allergies.standing import Standing, is_taken_back
from clinical.allergies.substances import names_in
from clinical.concepts import is_a
from clinical.note import Note

_ORDERED = re.compile(r"\b(?:never|avoid|not to (?:have|take|be given|use))\b", re.IGNORECASE)
# What a form asks about in general, so that the answer says which.
_OPEN_CLASSES = frozenset({"antibiotic", "painkiller", "analgesic", "anaesthetic", "anesthetic", "vaccine"})
_OTHER_THAN_NAMES = re.compile(r"\b(?:but|not|no|takes?|tolerat\w+|fine|ok|never|given|had)\b", re.IGNORECASE)


def answered(note: Note, answers: list[Answer]) -> Iterator[Mention]:
    """Answers of forms: "Latex: no", "[x] Penicillin", "Penicillin  Yes [ ]  No [x]"."""
    for answer in answers:
        standing = Standing.HELD if answer.yes else Standing.DENIED
        sorted_class = _class_of(answer.label)
        if sorted_class is not None:
            if not answer.yes:
                yield from _added(note, answer)
                yield Mention(answer.start, answer.end, sorted_class, None, None, standing)
            else:
                yield from (
                    Mention(*item[:5], standing=_standing(note.text, item, answer.stop))
                    for item in items_in(note.text, answer.rest, answer.stop)
                )
            continue
        specified = list(_specified(note, answer))
        if specified:
            yield from specified
            continue
        for item in items_in(note.text, answer.start, answer.end):
            place = reaction_place(note.text, answer.rest, answer.stop) if answer.yes else None
            place = place or (item.reaction_at if answer.yes else None)
            reaction = reaction_of(note.text, *place) if place else None
            yield Mention(item.start, item.end, item.substance, reaction, place, standing)
            break


def _specified(note: Note, answer: Answer) -> Iterator[Mention]:
    """The members of a class that an answer names: "Allergy to antibiotics? Yes - cefalexin, rash"."""
    text = note.text
    named = names_in(text, answer.rest, answer.stop) if answer.yes else []
    if not named or _OTHER_THAN_NAMES.search(text, answer.rest, named[0][0]):
        return
    kind, member = text[answer.start : answer.end].lower().strip(), text[slice(*named[0])].lower()
    if kind.removesuffix("s") in _OPEN_CLASSES or is_a(member, kind) or is_a(member, f"{kind}s"):
        for item in items_in(text, answer.rest, answer.stop):
            yield Mention(*item[:5], standing=_standing(text, item, answer.stop))


def _standing(text: str, item: Item, end: int) -> Standing:
    """How what a form's answer names stands; a harm that is no sign of an allergy, with an order, is a warning."""
    if item.reaction_at is None or any(one.allergic for one in reactions_in(text, *item.reaction_at)):
        return item.standing
    return Standing.NOT_BORNE if _ORDERED.search(text, item.end, end) else item.standing


def _added(note: Note, answer: Answer) -> Iterator[Mention]:
    """What is taken back beside an answer: "Food: no (used to say strawberries, wrong)"."""
    if is_taken_back(note.text[answer.rest : answer.stop]):
        for first, last in names_in(note.text, answer.rest, answer.stop):
            yield Mention(first, last, " ".join(note.text[first:last].lower().split()), None, None, Standing.RETRACTED)


def _class_of(label: str) -> str | None:
    words = re.sub(
        r"\b(?:re|regarding|about|asked|any|anything|other|known|allergy|allergies|allergic|to|have|you|do|are|the|patient|does|has|history|of|is)\b",
        " ",
        re.sub(r"[^a-z ]", " ", label.lower()),
    ).split()
    if not words or words == ["none"]:
        return "any"
    if set(words) <= {"drug", "drugs", "medication", "medications", "medicine", "medicines"}:
        return "drugs"
    if set(words) <= {"food", "foods"}:
        return "foods"
    return None
