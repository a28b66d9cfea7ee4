"""Allergies that weighing finds beside the rules, held or denied. What the rules recorded stands as it is."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from clinical.allergies.reactions import reaction_of, with_site
from clinical.allergies.substances import Sort, ingredient_of, is_device, is_kind_of, sort_of
from clinical.allergies.weighed import harm_of
from clinical.allergies.weighing import Borne, weight_of
from clinical.concepts import concept_of
from clinical.facts import Allergy, AllergyStatus, Place

if TYPE_CHECKING:
    from clinical.note import Note

# The odds are even at 0. An allergy that is made up may cost a treatment, and one that is lost a life.
_HELD, _DENIED = 0.0, 0.0
_BLANKET = frozenset({"any", "drugs", "foods"})
_NOBODYS = frozenset({"family", "instructions", "signature"})


def with_weighed(
    note: "Note", told: Iterable[Allergy], not_borne: Iterable[str], borne: Iterable[Borne]
) -> list[Allergy]:
    """The allergies that the rules found, completed by weighing, in the order of the text.

    Args:
        note: The note.
        told: What the rules found.
        not_borne: The substances that the rules found to be intolerances.
        borne: The substances of the note with their bearings.
    """
    found = list(told)
    known = {ingredient_of(one.substance) for one in found} | {ingredient_of(one) for one in not_borne}
    for each in borne:
        held, denied = weight_of(each.told, "allergy"), weight_of(each.told, "denied")
        for start, end in each.group:
            if any(one.start < end and start < one.end for one in found):
                continue
            substance = " ".join(note.text[start:end].lower().split())
            key = ingredient_of(substance)
            if max(held - _HELD, denied - _DENIED) < 0 or _is_known(key, known) or not _may_be_own(note, start, end):
                continue
            known.add(key)
            status = AllergyStatus.PRESENT if held > denied else AllergyStatus.DENIED
            found.append(_allergy(note, each, (start, end), status))
    return sorted(_without_blanket(found), key=lambda one: (one.start, one.end))


def _is_known(key: str, known: Iterable[str]) -> bool:
    return any(key == one or is_kind_of(key, one) or is_kind_of(one, key) for one in known)


def _may_be_own(note: "Note", start: int, end: int) -> bool:
    """Whether what is named may be the patient's, and is no heading and no device."""
    if is_device(note.text[start:end]):
        return False
    return note.kind_at(start) not in _NOBODYS and not note.in_heading(start) and not note.context.of(start, end).family


def _allergy(note: "Note", borne: Borne, place: tuple[int, int], status: AllergyStatus) -> Allergy:
    at = harm_of(borne) if status is AllergyStatus.PRESENT else None
    at = with_site(note.text, *at) if at else None
    reaction = reaction_of(note.text, *at) if at else None
    places = {"substance": Place(*place)}
    if at is not None and reaction is not None:
        places["reaction"] = Place(*at)
    substance = " ".join(note.text[slice(*place)].lower().split())
    return Allergy(
        start=place[0],
        end=place[1],
        original=note.text[slice(*place)],
        section=note.part_at(place[0]),
        places=places,
        substance=substance,
        concept=concept_of(ingredient_of(substance), "allergen"),
        reaction=reaction,
        status=status,
        retracted=False,
    )


def _without_blanket(found: Iterable[Allergy]) -> list[Allergy]:
    """Without the blanket denials that a named allergy of the same class contradicts."""
    told = list(found)
    held = {sort_of(one.substance) or Sort.DRUG for one in told if one.status is AllergyStatus.PRESENT}
    contradicted = {str(sort) for sort in held} | ({"any"} if held else set())
    return [
        one for one in told if not (one.substance in _BLANKET & contradicted and one.status is AllergyStatus.DENIED)
    ]
