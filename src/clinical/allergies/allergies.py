"""Allergies and intolerances: present, denied, or taken back. Hay fever and the like are diagnoses, not substances.

They stand in lists under their heading, in answers of forms and rows of tables, and in sentences anywhere. A named
allergy goes before a blanket denial in the same note, what is taken back goes before what was recorded, and what is
doubted, unanswered or a relative's is no fact.
"""

import re
from collections.abc import Iterator
from itertools import islice
from typing import NamedTuple

from clinical.allergies.answered import answered
from clinical.allergies.answers import answers_in, is_boxed
from clinical.allergies.avoidance import NotBorne
from clinical.allergies.contested import Contested, contested_in
from clinical.allergies.following import carried, labels_reaction
from clinical.allergies.items import items_in
from clinical.allergies.kept import staying
from clinical.allergies.listed import listed_in
from clinical.allergies.lists import List, lists_in
from clinical.allergies.mention import Mention
from clinical.allergies.reactions import reaction_of
from clinical.allergies.specified import is_asked_for, specified_from
from clinical.allergies.standing import Standing
from clinical.allergies.substances import Sort, ingredient_of, is_device, names_in, sort_of
from clinical.allergies.tabled import tabled
from clinical.allergies.told import told_in
from clinical.concepts import concept_of
from clinical.facts import Allergy, AllergyStatus, Place
from clinical.note import Note

_WORTH_A_LOOK = re.compile(
    r"llerg|LLERG|(?i:\bnk[dfm]?a\b|anaphyla|intoleran|sensitiv|adverse|react|rash|hives|weal|welt|wheal|urticaria|angio|wheez|swell|"
    r"swollen|blister|itch|tolerat|\badrs?\b|stevens|\blabel|\bentry\b|\balert|\bculprit)"
)
_BESIDE = 12
# "Isoniazid hepatitis stays on the allergy list"
_LISTED = re.compile(
    r"(?:\s[\w-]{2,10}){0,3}\son\s(?:the\s|her\s|his\s|their\s)?(?:drug\s)?(?:allerg|alert)", re.IGNORECASE
)
# By these only the letters are written of what has a name.
_USUAL_NAMES = {"pen": "penicillin", "pcn": "penicillin", "pens": "penicillins"}
_BLANKET = frozenset({"any", "drugs", "foods"})
# Nobody has more allergies than a small part of these.
_MOST = 400


class ToldAllergies(NamedTuple):
    """What a note tells of allergies."""

    allergies: list[Allergy]
    not_borne: list[NotBorne]
    """What is listed with them, and said to be an intolerance."""


def told_allergies(note: Note) -> ToldAllergies:
    """What a note tells of allergies, in the order of the text, each substance once."""
    if not _WORTH_A_LOOK.search(note.text):
        return ToldAllergies([], [])
    mentions = sorted(
        (
            one
            for one in islice(_mentions(note), _MOST)
            if one.standing is not Standing.DOUBTED and not is_device(one.substance)
        ),
        key=lambda one: one[:2],
    )
    best: dict[str, Mention] = {}
    for one in mentions:
        key = ingredient_of(one.substance)
        best[key] = one if key not in best else _better(best[key], one)
    chosen = sorted(_without_contradicted(best), key=lambda one: one[:2])
    return ToldAllergies(
        [_fact(note, one) for one in chosen if one.standing is not Standing.NOT_BORNE],
        [NotBorne(*one[:5]) for one in chosen if one.standing is Standing.NOT_BORNE],
    )


def is_reaction_of(note: Note, told: list[Allergy], at: int) -> bool:
    """Whether a place is in the reaction that a list of allergies tells, and so of no illness: "latex (hives)"."""
    for fact in told:
        place = fact.places.get("reaction")
        if place is not None and place.start <= at < place.end:
            before = note.text[max(0, place.start - _BESIDE) : place.start]
            listed = _LISTED.match(note.text, place.end) is not None
            return listed or note.kind_at(at) == "allergies" or "llerg" in before
    return False


def _better(known: Mention, other: Mention) -> Mention:
    """What is taken back goes before what is recorded, and that before a denial; the first place counts."""
    rank = (Standing.DENIED, Standing.HELD, Standing.NOT_BORNE, Standing.RETRACTED)
    if rank.index(other.standing) > rank.index(known.standing):
        return other
    if known.standing is other.standing and known.reaction is None and other.reaction is not None:
        return known._replace(reaction=other.reaction, reaction_at=other.reaction_at)
    return known


def _without_contradicted(best: dict[str, Mention]) -> list[Mention]:
    """Without the blanket denials that a named allergy of the same class contradicts."""
    held = {sort_of(one.substance) or Sort.DRUG for one in best.values() if one.standing is Standing.HELD}
    contradicted = {str(sort) for sort in held} | ({"any"} if held else set())
    return [
        one
        for one in best.values()
        if not (one.substance in _BLANKET & contradicted and one.standing is Standing.DENIED)
    ]


def _fact(note: Note, one: Mention) -> Allergy:
    places = {"substance": Place(one.start, one.end)}
    if one.reaction_at is not None and one.reaction is not None:
        places["reaction"] = Place(*one.reaction_at)
    return Allergy(
        start=one.start,
        end=one.end,
        original=note.text[one.start : one.end],
        section=note.part_at(one.start),
        places=places,
        substance=_USUAL_NAMES.get(one.substance, one.substance),
        concept=concept_of(ingredient_of(one.substance), "allergen"),
        reaction=one.reaction,
        status=AllergyStatus.PRESENT if one.standing is Standing.HELD else AllergyStatus.DENIED,
        retracted=one.standing is Standing.RETRACTED,
    )


def _mentions(note: Note) -> Iterator[Mention]:
    rows = list(tabled(note))
    yield from (Mention(*item[:5], standing=item.standing) for _, _, item in rows if item is not None)
    before: list[Mention] = []
    listed_before = None
    form = asked = False
    for start, end, within in _sentences(note, sorted((start, end) for start, end, _ in rows)):
        alike = within is not None and within == listed_before
        told = list(_of_sentence(note, start, end, within)) if within or _is_worth_a_look(note, start, end) else []
        form = _form_goes_on(note, form, start, end) if not told else _asks_for_allergies(note, start, end)
        if form and not told:
            told = list(answered(note, answers_in(note.text, start, end) or []))
        told = list(_specified(note, start, end)) or told if asked else told
        asked = is_asked_for(note.text, start, end)
        again = carried(note, before, start, end, listed=alike)
        # what is said anew of the last one with others of its kind names no other: "had amoxicillin, so de-labelled"
        if again and (names_in(note.text, start, end) or labels_reaction(note.text, start, end)):
            told = []
        told += staying(note.text, start, end, [*before, *told])
        yield from told or again
        # only the very next sentence of prose points back, while a list goes on with what it named last
        before = told or again or (before if alike else [])
        listed_before = within


def _specified(note: Note, start: int, end: int) -> Iterator[Mention]:
    """What a row says that follows a question for allergies and its yes."""
    begin = specified_from(note.text, start, end)
    if begin is not None:
        yield from (Mention(*item[:5], standing=item.standing) for item in items_in(note.text, begin, end, sure=True))


def _asks_for_allergies(note: Note, start: int, end: int) -> bool:
    """Whether a row of a form asks for allergies with boxes, so that the rows under it may ask for single ones."""
    return is_boxed(note.text, start, end) and "llerg" in note.text[start:end].lower()


def _form_goes_on(note: Note, form: bool, start: int, end: int) -> bool:
    """Whether a row with boxes under such a row asks for a substance: "Latex  [ ] Yes [X] No"."""
    if not form or not is_boxed(note.text, start, end):
        return False
    names = names_in(note.text, start, end)
    return bool(names) and not note.text[start : names[0][0]].strip()


def _is_worth_a_look(note: Note, start: int, end: int) -> bool:
    return _WORTH_A_LOOK.search(note.text, start, end) is not None


def _sentences(note: Note, rows: list[tuple[int, int]]) -> Iterator[tuple[int, int, List | None]]:
    """The sentences outside of tables, each with the list that it stands in."""
    lists = lists_in(note)
    place, asked, row = 0, -1, 0
    for start, last in note.document.sentences:
        end = last
        while row < len(rows) and rows[row][1] <= start:
            row += 1
        if start < asked or (row < len(rows) and rows[row][0] <= start):
            continue
        if note.text[end - 1] == "?":
            # the answer stands behind the question, which a sentence ends with
            end = asked = max(end, note.document.line_at(start).end)
        while place < len(lists) and lists[place].end <= start:
            place += 1
        yield start, end, lists[place] if place < len(lists) and lists[place].body < end else None


def _of_sentence(note: Note, start: int, end: int, within: List | None) -> Iterator[Mention]:
    contested = contested_in(note.text, start, end)
    if contested is not None and not note.context.of(contested.start, contested.end).family:
        yield _contested(note, contested)
        return
    if within is None:
        yield from told_in(note, start, end)
        return
    inside, stop = max(start, within.body), min(end, within.end)
    if inside > start:
        yield from told_in(note, start, inside)
    first = note.text[within.body : inside].strip() == "" or note.document.line_at(start).body >= start
    yield from listed_in(note, within, inside, stop, first=first)
    if stop < end:
        yield from told_in(note, stop, end)


def _contested(note: Note, told: Contested) -> Mention:
    """What is denied and recorded stands as it is recorded."""
    substance = " ".join(note.text[told.start : told.end].lower().split())
    reaction = reaction_of(note.text, *told.reaction)
    return Mention(told.start, told.end, substance, reaction, told.reaction, Standing.HELD)
