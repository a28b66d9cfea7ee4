"""What a sentence that names no substance says of the one before: "This was outgrown.", "Reaction: hives"."""

import re
from typing import TYPE_CHECKING

from clinical.allergies.effects import effect_in
from clinical.allergies.mention import Mention
from clinical.allergies.owners import is_of_another
from clinical.allergies.reactions import is_reaction, reaction_of
from clinical.allergies.standing import Standing, is_intolerance, is_taken_back, standing_behind
from clinical.allergies.substances import is_kind_of, names_in

if TYPE_CHECKING:
    from clinical.note import Note

_REACTION = re.compile(
    r"\W*(?:type of |nature of |known )?(?:reactions?|effects?|manifestations?|symptoms?)\s?[:=–-]\s*", re.IGNORECASE
)
_STATUS = re.compile(
    r"\W*(?:verification |clinical )?(?:status|verified|outcome)\s?[:=–-]\s*(?P<said>[^.\n]*)", re.IGNORECASE
)
INACTIVE = re.compile(
    r"(?i)inactive|refuted|entered in error|resolved|removed|de-?labell?ed|disproved|no longer|outgrown|not allergic"
)
_DELABELLED = re.compile(r"\b(?:de|un)-?label", re.IGNORECASE)
# In prose such a sentence must point back.
_POINTS_BACK = re.compile(
    r"\W*(?:this|that|it|s?he|these|they|the (?:label|allergy|reaction|entry|alert)|label|allergy|entry|since then|"
    r"subsequently|later|was|were|has|have|had|now|but|however|not|de-?label\w*|outgr\w+|removed|tested|testing|"
    r"challenge\w*|allergists?|allergy clinic|immunolog\w+|dermatolog\w+|"
    r"(?:likely|probably|presumably|felt to be) viral)\b",
    re.IGNORECASE,
)
# What points back within such a sentence: "the label was removed", "she says this was her sister's".
_LABEL = re.compile(r"\b(?:the|that|this|his|her|their) (?:label|entry|allergy|alert|record)\b", re.IGNORECASE)
_IT = re.compile(r"\b(?:this|that|it)\b|" + _LABEL.pattern, re.IGNORECASE)


def carried(note: "Note", before: list[Mention], start: int, end: int, *, listed: bool) -> list[Mention]:
    """What a sentence says anew of the last substance.

    Args:
        note: The note.
        before: What the sentence before it told.
        start: Where the sentence begins.
        end: Where it ends.
        listed: Whether both stand in one list.
    """
    last = before[-1] if before else None
    if last is None or last.standing is not Standing.HELD or last.end > start:
        return []
    names = names_in(note.text, start, end)
    if names and not (_DELABELLED.search(note.text, start, end) and _are_kinds_of(note.text, names, last.substance)):
        return []
    words = note.text[start:end]
    status = _STATUS.match(words) if listed else None
    if status is not None:
        return [last._replace(standing=Standing.RETRACTED)] if INACTIVE.search(status["said"]) else []
    if listed or _POINTS_BACK.match(words):
        said = Standing.NOT_BORNE if is_intolerance(f"{last.reaction or ''}, {words}") else standing_behind(words)
        if said in {Standing.RETRACTED, Standing.NOT_BORNE}:
            return [last._replace(standing=said)]
    if (_IT.search(words) and is_of_another(words)) or (_LABEL.search(words) and is_taken_back(words)):
        return [last._replace(standing=Standing.RETRACTED)]
    # so do the fields of a form: "Allergen: latex", "Reaction: hives"
    return _reacting(note, last, start, end, listed=listed) if last.reaction is None else []


def labels_reaction(text: str, start: int, end: int) -> bool:
    """Whether a line is labelled as the reaction to what was named before."""
    return _REACTION.match(text, start, end) is not None


def _are_kinds_of(text: str, names: list[tuple[int, int]], substance: str) -> bool:
    """Whether all drugs named are of the class that the last allergy was of: what was borne since then."""
    return all(is_kind_of(text[first:last], substance) for first, last in names)


def _reacting(note: "Note", last: Mention, start: int, end: int, *, listed: bool) -> list[Mention]:
    """The mention with the reaction that a sentence or line of its own tells."""
    effect = effect_in(note.text, start, end)
    if effect is not None:
        return [last._replace(reaction=reaction_of(note.text, *effect), reaction_at=effect)]
    if not (listed or labels_reaction(note.text, start, end)):
        return []
    label = _REACTION.match(note.text, start, end)
    at = label.end() if label else start
    if label is None and not is_reaction(note.text, start, end):
        return [last]
    reaction = reaction_of(note.text, at, end)
    return [last._replace(reaction=reaction, reaction_at=(at, end)) if reaction else last]
