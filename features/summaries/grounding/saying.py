"""Of whom a sentence tells: the patient, or one whom the notes call a relative."""

from collections.abc import Sequence

from clinical.propositions.propositions import Sentence
from features.summaries.grounding.evidence import Read, View, kin


def said(sentence: Sentence) -> frozenset[str]:
    """All that a sentence mentions."""
    return frozenset().union(*(each.keys for one in sentence.propositions for each in one.mentions))


def said_there(each: Read, view: View) -> frozenset[str]:
    """What the sentence says in which it was read."""
    return frozenset().union(*(said(there) for there in view.sentences if each.proposition in there.propositions))


def of_persons(named: Sequence[Read], sentence: Sentence, view: View) -> list[Read]:
    """Where something is named of nobody whom the notes call a relative, or of one whom the statement speaks of too.

    "Leonard has been treated for shingles" is said of her husband.
    """
    here = said(sentence)
    if here & kin():
        return list(named)
    theirs = view.others - view.called - here
    led = {
        id(one): bool(first.keys & theirs)
        for there in view.sentences
        for one in there.propositions
        for first in (one.mentions or one.inherited)[:1]
    }
    return [each for each in named if not led.get(id(each.proposition), False)]
