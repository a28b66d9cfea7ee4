"""Whether a thing is meant where it was read as a statement means it: denied, doubted, of somebody else."""

from collections.abc import Sequence

from clinical.facts import Reality
from clinical.propositions.meanings import has_own_meaning, word_keys
from clinical.propositions.propositions import Mention, Proposition
from features.summaries.grounding.evidence import Read, kin
from features.summaries.grounding.verdict import Reason

NO_ALLERGIES = "=no known drug allergies"
_ENDED = frozenset({"stop", "resolve", "hold", "past"})
_STOPPED = _ENDED - {"past"}
_ADVISED = frozenset({"recommend", "avoid", "plan", "consider", "ask", "offer"})


def meant_otherwise(mention: Mention, one: Proposition, each: Read) -> Reason | None:
    """Whether a thing is meant otherwise where it was read: denied, doubted, of somebody else."""
    if NO_ALLERGIES in mention.keys:
        return None
    mine, its = mention.meant, each.mention.meant
    if mention.role and each.mention.role and mention.role != each.mention.role:
        return Reason.DIRECTION
    if its.retracted and not mine.retracted and "retract" not in one.events:
        return Reason.RETRACTED
    if _is_of_another(mention, one, each):
        return Reason.FAMILY
    if mention.kind in {"lab", "vital"}:
        measured = any(other.figure for other in (*one.mentions, *each.proposition.mentions))
        return None if measured or mine.negated == its.negated else Reason.NEGATION
    denied = mine.negated != its.negated and not _denied_otherwise(mention, one, each)
    return Reason.NEGATION if denied else Reason.CERTAINTY if _is_surer(mention, one, each) else None


def _is_of_another(mention: Mention, one: Proposition, each: Read) -> bool:
    mine, its = mention.meant, each.mention.meant
    if mine.family == its.family:
        apart = mine.relatives and its.relatives and _persons(mine.relatives).isdisjoint(_persons(its.relatives))
        return bool(apart) and mention.is_clinical
    named = frozenset().union(*(other.keys & kin() for other in [*one.mentions, *one.inherited, *one.headed_by]))
    return not (its.family and named and its.relatives and named & _persons(its.relatives))


def _denied_otherwise(mention: Mention, one: Proposition, each: Read) -> bool:
    """Whether one denies it and the other does not, and they mean the same all the same."""
    other = each.proposition
    mine, its = mention.meant.negated, each.mention.meant.negated
    # "No longer takes" and "was stopped" are one; that something is of the past denies nothing.
    ended = bool(_ENDED & one.happens and _ENDED & other.happens)
    ended = ended or bool(its and _STOPPED & one.events) or bool(mine and _STOPPED & other.events)
    avoided = "avoid" in other.happens and (mine or "avoid" in one.happens)
    # "Swelling did not occur" has a "not" that the reading gives to no thing.
    undone = mention.kind in {"drug", "class"} and one.negates and other.negates and bool(one.happens & other.happens)
    if ended or avoided or undone or one.has_stray_denial != other.has_stray_denial:
        return True
    if mention.is_clinical:
        return False
    if is_weighty(mention):
        return one.negates and other.negates
    # A word beside a disease that is denied: whether that is so is looked at there. "Not before he drinks" denies no
    # drinking.
    beside = any(each.is_clinical and each.meant.negated for each in one.mentions)
    return one.link in {"until", "before", "if"} or (one.negates and other.negates) or beside


def _is_surer(mention: Mention, one: Proposition, each: Read) -> bool:
    mine, its = mention.meant, each.mention.meant
    unsure = mine.possible or one.doubts
    advised = bool(_ADVISED & one.happens and _ADVISED & each.proposition.happens)
    avoided = mine.negated and "avoid" in each.proposition.happens
    refused = one.denies or bool(one.happens & {"refuse", "ask"})
    if its.hypothetical and not (
        avoided or refused or mine.hypothetical or unsure or advised or its.reality is not Reality.ACTUAL
    ):
        return True
    if its.possible and not (unsure or refused):
        return True
    if mention.kind in {"drug", "class"}:
        return False  # what becomes of a drug is told by what happens to it: "ramipril was raised" raises no doubt
    return mention.is_clinical and mine.possible and not (its.possible or its.hypothetical or each.proposition.doubts)


def _persons(names: Sequence[str]) -> frozenset[str]:
    """Persons by all their names: "dad" is the father."""
    return frozenset().union(*(word_keys(name) | word_keys(name.split()[-1]) for name in names))


def is_weighty(mention: Mention) -> bool:
    """Whether a word is a degree, a person or the like, and never said for nothing."""
    return not mention.keys.isdisjoint(kin()) or any(
        has_own_meaning(key.removeprefix("w:")) for key in mention.keys if key.startswith("w:")
    )
