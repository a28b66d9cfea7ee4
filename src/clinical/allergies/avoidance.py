"""What the patient is not to have, each substance once: that it is forbidden goes before what it did."""

import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

from clinical.allergies.lifted import is_lifted
from clinical.allergies.substances import ingredient_of
from clinical.allergies.warned import Warned, Warns
from clinical.allergies.weighed import weighed_warnings
from clinical.allergies.weighing import Borne
from clinical.concepts import concept_of
from clinical.facts import Avoidance, Place

if TYPE_CHECKING:
    from clinical.medications.drug_names import Name
    from clinical.note import Note

# "Not to be restarted before renal function is stable", "avoid until the wound has healed".
_ONLY_UNTIL = re.compile(
    r"(?:[^.\n]{0,80}?\b(?:not|never|n[’']t|avoid(?:ed)?)\b)?[^.,;\n]{0,40}?\b"
    r"(?P<until>(?:before|until|till|unless)\s[^.,;()\n]{3,70}[^\s.,;()])",
    re.IGNORECASE,
)

_RELEASE = re.compile(
    r"\b(?P<form>immediate|standard|modified|slow|extended|prolonged|sustained)[- ]release\s$", re.IGNORECASE
)
_FORM_WITHIN = 24
# "CT head without contrast": how it was done.
_TECHNIQUE = re.compile(
    r"\b(?:CT|MRI?|MRA|scan|head|brain|chest|abdo\w*|pelvis|spine|neck|angiogra\w+|imaging)\s(?:with(?:out)?|w/?o?|non-?)[\s-]"
    r"(?:(?:iv|oral|po)\s)?$",
    re.IGNORECASE,
)
_TECHNIQUE_WITHIN = 40
# "No dizziness since gabapentin was stopped": how it is since then, and no warning of its own.
_SINCE = re.compile(r"\b(?:since|after|now that)\s(?:the\s|his\s|her\s)?$", re.IGNORECASE)
_WAS_ENDED = re.compile(r"\s(?:was|were|is|has been|had been)\s(?:stopped|discontinued|withdrawn|off)\b", re.IGNORECASE)
_SINCE_WITHIN = 24
# "No alcohol while taking metronidazole": the drug goes on.
_WHILE = re.compile(
    r"\b(?:(?:while|whilst|when)\s(?:on|taking|using)|alcohol\b[^.;\n]{0,30}\bwith)\s(?:the\s|his\s|her\s)?$",
    re.IGNORECASE,
)
_WHILE_WITHIN = 50


def warned_of(note: "Note", name: "Name", following: int) -> Warned | None:
    """The warning against a name, if there is one.

    Args:
        note: The note.
        name: Where the drug is named.
        following: Where the next drug is named, or the note ends.
    """
    del following  # what stands between two names is seen by the sentence
    return note.warned.get(name.start)


def _condition(note: "Note", end: int) -> Place | None:
    """Until when something is forbidden that is named before `end`, where its sentence says so behind the ban."""
    _, last = note.document.sentence_span(max(0, end - 1))
    match = _ONLY_UNTIL.match(note.text, end, last)
    return Place(*match.span("until")) if match else None


def _tells_since(note: "Note", start: int, end: int) -> bool:
    """Whether a substance is only named for the time since which something is better."""
    before = note.text[max(0, start - _SINCE_WITHIN) : start]
    return _SINCE.search(before) is not None and _WAS_ENDED.match(note.text, end) is not None


def _is_time(note: "Note", start: int) -> bool:
    """Whether a drug is only named for the time of a ban on something else."""
    return _WHILE.search(note.text, max(0, start - _WHILE_WITHIN), start) is not None


_ARTICLE_WITHIN, _STEM, _LONGEST_REASON = 6, 5, 80


class NotBorne(NamedTuple):
    """A substance at `text[start:end]` that is listed among the allergies as an intolerance."""

    start: int
    end: int
    substance: str
    reaction: str | None
    reaction_at: tuple[int, int] | None


def _all_of(note: "Note", told: str | None, further: str | None, at: tuple[int, int] | None) -> str | None:
    """Why, in the words of both places of a note; what is only told again ("the swelling") is once enough."""
    if told is None or further is None or at is None:
        return told or further
    again = note.text[max(0, at[0] - _ARTICLE_WITHIN) : at[0]].lower().endswith(("the ", "this ", "that ", "these "))
    words = {word[:_STEM] for word in told.lower().split()} & {word[:_STEM] for word in further.lower().split()}
    same = concept_of(told, "condition") == concept_of(further, "condition")
    if again or same or words - {"and"} or len(told) + len(further) > _LONGEST_REASON or " and " in further:
        return told
    return f"{told} and {further}" if " and " not in told else f"{told}; {further}"


def avoidances(
    note: "Note",
    not_borne: Sequence[NotBorne] = (),
    listed: Mapping[int, str] | None = None,
    borne: Sequence[Borne] = (),
) -> list[Avoidance]:
    """The warnings of a note, with the intolerances among its allergies, in the order of the text.

    Args:
        note: The note.
        not_borne: What is listed among the allergies as an intolerance.
        listed: How substances stand among the allergies, by where they are named.
        borne: The substances of the note with their bearings.
    """
    found: dict[str, Avoidance] = {}
    intolerances = [
        Warns(one.start, one.end, Warned(False, False, one.reaction, one.reaction_at, not_borne=True))
        for one in not_borne
    ]
    told = weighed_warnings(note, listed or {}, borne)
    for warning in sorted([*told, *intolerances], key=lambda one: one[:2]):
        start, end, warned = warning
        if not (warned.forbidden or warned.reason or warned.not_borne) or _tells_since(note, start, end):
            continue
        if (
            _TECHNIQUE.search(note.text, max(0, start - _TECHNIQUE_WITHIN), start)
            and "contrast" in note.text[start:end].lower()
        ):
            continue
        if is_lifted(note, start, end) or (warned.reason is None and _is_time(note, start)):
            continue
        substance = " ".join(note.text[start:end].lower().split())
        ingredient = ingredient_of(substance)
        form = _RELEASE.search(note.text, max(0, start - _FORM_WITHIN), start)
        if form is not None:  # one form did harm, and another may be given
            start = form.start()
            substance = ingredient = f"{form['form'].lower()}-release {ingredient}"
        key = ingredient.rstrip("s")
        known = found.get(key)
        places = {"substance": Place(start, end)}
        reason = warned.reason
        if warned.reason_at is not None:
            places["reason"] = Place(*warned.reason_at)
        if known is not None:
            start, end, substance = known.start, known.end, known.substance
            reason = _all_of(note, known.reason, reason, warned.reason_at)
            places = places | known.places
        until = _condition(note, end) if warned.forbidden else None
        if until is not None:
            places["condition"] = until
            if "reason" in places and until.start <= places["reason"].start < until.end:
                reason = None
                del places["reason"]
        words = note.text[slice(*places["condition"])] if "condition" in places else ""
        found[key] = Avoidance(
            start=start,
            end=end,
            original=note.text[start:end],
            section=note.part_at(start),
            places=places,
            substance=substance,
            ingredient=ingredient if ingredient != substance else None,
            concept=ingredient if "-release " in ingredient else concept_of(ingredient, "allergen"),
            reason=reason,
            forbidden=warned.forbidden or (known is not None and known.forbidden),
            condition=" ".join(words.split()) or None,
        )
    facts = sorted(found.values(), key=lambda fact: (fact.start, fact.end))
    # "NSAIDs to be avoided with lithium": the lithium is why, and goes on.
    reasons = [fact.places["reason"] for fact in facts if "reason" in fact.places and fact.forbidden]
    return [fact for fact in facts if not any(place.start <= fact.start < place.end for place in reasons)]
