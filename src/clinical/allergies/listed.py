"""Allergies under their heading: what the sentences of a list say."""

import re
from collections.abc import Iterator

from clinical.allergies.answered import answered
from clinical.allergies.answers import answered_first, answers_in
from clinical.allergies.denials import denials_in, denied_at
from clinical.allergies.germs import is_of_germs, is_tested
from clinical.allergies.item import Item
from clinical.allergies.items import items_in
from clinical.allergies.lists import List
from clinical.allergies.mention import Mention
from clinical.allergies.non_answers import is_non_answer
from clinical.allergies.owners import is_of_another
from clinical.allergies.reactions import reactions_in
from clinical.allergies.single import single
from clinical.allergies.standing import Standing, is_intolerance, is_taken_back
from clinical.allergies.substances import is_known, is_name, names_in
from clinical.allergies.told import denied_in, taken_back, told_in
from clinical.note import Note

_NEGATES = re.compile(r"\b(?:no|not|denie[sd]|never|without|nor|negative)\b", re.IGNORECASE)
# In a line that begins with allergies and goes on with orders: "Allergies: latex. If dizzy, halve ramipril."
_ORDERS = re.compile(
    r"\s*(?:if|when|unless|please|plan|consider|start|continue|stop|halve|double|increase|reduce|take|give|refer|review)\b",
    re.IGNORECASE,
)
# What is told with how much of it is taken is no allergy: "Allergies: latex. Montelukast 10 mg nocte."
_DOSED = re.compile(r"\s*\d")
_ADDS = re.compile(
    r"(?:[\s,.;:/&+]|also|and|or|plus|other|allergy|allergies|allergic|to|known|additionally|drugs?|foods?|others?|environment(?:al)?)*",
    re.IGNORECASE,
)
# Under "Allergies: yes."
_SPECIFIES = re.compile(
    r"\s*(?:which|(?:to )?what|specify|details?|substances?|allergens?|drugs?)\s?[?:]\s*", re.IGNORECASE
)
# For each class: "Medicines: none. Environmental: pollen."
_CLASSED = re.compile(
    r"\s*(?:medic\w{3,6}|drugs?|foods?|environment(?:al)?|seasonal|contact|insects?|others?)"
    r"(?: allerg(?:y|ies))?\s?[?:]\s*",
    re.IGNORECASE,
)
_LABELS = re.compile(r"\s?(?::|[–-]\s)\s*(?!\d)")
_ORDERED = re.compile(
    r"[^;.\n]{0,20}?[,;:(–—-]\s?(?:please |so |and )*(?:avoid|"
    r"(?:do not|don[’']t|never|not to|should not|must not)\s(?:\w+\s)?(?:give|have|be|use|take|rechallenge|prescribe|"
    r"restart)\w*)\b",
    re.IGNORECASE,
)
_PLURAL = re.compile(r"(intolerance|effect)s\b", re.IGNORECASE)


def listed_in(note: Note, within: List, start: int, end: int, *, first: bool) -> Iterator[Mention]:
    """What a sentence under "Allergies" says; the first of a line is a list, and what follows must name substances."""
    text = note.text
    if "ensitiv" in text[within.start : within.body] and is_of_germs(text, within.start, end):
        return
    if is_non_answer(text[start:end]) and not any(denials_in(text, start, end)):
        return
    boxes = answered_first(text, start, end) if first else None
    if boxes is not None:
        yes, rest = boxes
        if yes:
            yield from _list_between(note, within, rest, end, first=True)
        else:
            yield Mention(start, rest, _class_asked(note, within), None, None, Standing.DENIED)
        return
    answers = answers_in(text, start, end)
    if answers is not None:
        yield from answered(note, answers)
        return
    alone = single(note, start, end) if not first or is_of_another(text[start:end]) else None
    if alone is not None:
        yield alone
        return
    if is_taken_back(text[start:end]):
        yield from taken_back(note, start, end)
        return
    yield from _listed_and_denied(note, within, start, end, first=first)


def _listed_and_denied(note: Note, within: List, start: int, end: int, *, first: bool) -> Iterator[Mention]:
    """The substances of a sentence, and the blanket denials that answer its heading or stand between them."""
    denied = denied_at(note.text, start, end) if first else None
    if denied is not None:
        asked = denied._replace(classes=(_class_asked(note, within),)) if denied.classes == ("any",) else denied
        yield from denied_in(note, asked, end, answers=True)
        yield from _list_between(note, within, end if denied.exceptions is not None else denied.end, end, first=False)
        return
    at = start
    for denial in denials_in(note.text, start, end, listed=True):
        yield from _list_between(note, within, at, denial.start, first=first)
        yield from denied_in(note, denial, end)
        at = end if denial.exceptions is not None else denial.end
    yield from _list_between(note, within, at, end, first=first and at == start)


def _class_asked(note: Note, within: List) -> str:
    """What a heading asks about: "Drug allergies: nil" denies drugs."""
    heading = note.text[within.start : within.body].lower()
    if re.search(r"food", heading):
        return "foods" if "drug" not in heading else "any"
    return "drugs" if re.search(r"\b(?:drug|medic\w+)\b", heading) and "environment" not in heading else "any"


def _list_between(note: Note, within: List, start: int, end: int, *, first: bool) -> Iterator[Mention]:
    text = note.text
    if not any(map(str.isalnum, text[start:end])):
        return
    if not first and _ORDERS.match(text, start, end):
        return
    told = list(told_in(note, start, end, denials=False, listed=first))
    lone = len(text[start:end].split()) <= 3
    if told and not lone:
        yield from told
        places = {one.substance for one in told}
    else:
        places = set()
    specifies = _SPECIFIES.match(text, start, end) is not None
    classed = _CLASSED.match(text, start, end) is not None
    bare = first or specifies or classed or _is_of_names_only(note, within, start, end)
    for place, item in enumerate(_items(note, within, start, end)):
        known = is_known(item.substance)
        if item.substance in places or (not first and (not known or _DOSED.match(text, item.end, end))):
            continue
        if (told and not lone and not known) or (
            place and not known and item.reaction is None and len(item.substance.split()) > 2
        ):
            continue
        labelled = _LABELS.match(text, item.end, end)  # "Peanut: skin prick positive"
        if not bare and not labelled and item.reaction is None and item.standing is Standing.HELD:
            continue
        if (
            not (first or classed)
            and item.reaction_at is not None
            and _is_told(text, item, least=0 if specifies else 3)
        ):
            continue  # what a drug did once is a warning, and no allergy
        meant = note.context.of(item.start, item.end)
        denied = meant.negated and _NEGATES.search(text, start, item.start)
        if meant.family or (denied and item.standing is Standing.HELD and not item.reaction):
            continue
        yield Mention(*item[:5], standing=item.standing)


def _is_no_allergy(text: str, item: Item, end: int) -> bool:
    """Whether an item tells how a germ was tested, or something that a relative has."""
    return is_tested(item.substance) or (is_of_another(text[item.end : end]) and not is_name(item.substance))


def _is_of_names_only(note: Note, within: List, start: int, end: int) -> bool:
    """Whether a further sentence of a list goes on with it: "Latex.", "Also ibuprofen", but not "Takes aspirin"."""
    if any(denials_in(note.text, within.body, start)) or denied_at(note.text, within.body, start):
        return False
    rest, at = [], start
    for first, last in names_in(note.text, start, end):
        rest.append(note.text[at:first])
        at = last
    rest.append(note.text[at:end])
    return at > start and _ADDS.fullmatch(" ".join(rest)) is not None


def _items(note: Note, within: List, start: int, end: int) -> Iterator[Item]:
    """The items of a list; all that its heading calls intolerances are that: "Intolerances:", "Side effects:"."""
    heading = note.text[within.start : within.body]
    intolerances = "llerg" not in heading.lower() and is_intolerance(_PLURAL.sub(r"\1", heading))
    for item in items_in(note.text, start, end):
        if _is_no_allergy(note.text, item, end):
            continue
        held = item.standing is Standing.HELD
        borne = not intolerances and not _is_warned_of(note.text, item, end)
        yield item if borne or not held else item._replace(standing=Standing.NOT_BORNE)


def _is_warned_of(text: str, item: Item, end: int) -> bool:
    """Whether an order stands behind a harm that is no sign of an allergy: "restlessness, please don't give"."""
    if item.reaction_at is None or any(one.allergic for one in reactions_in(text, *item.reaction_at)):
        return False
    return _ORDERED.match(text, item.reaction_at[1], end) is not None


def _is_told(text: str, item: Item, *, least: int) -> bool:
    """Whether a reaction is told in a sentence, by at least so many words between, and is no sign of an allergy."""
    if item.reaction_at is None or len(text[item.end : item.reaction_at[0]].split()) < least:
        return False
    return not any(one.allergic for one in reactions_in(text, *item.reaction_at))
