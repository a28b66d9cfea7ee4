"""Of whom a sentence tells: the patient, or one whom the notes call a relative."""

import re
from collections.abc import Mapping, Sequence
from functools import cache

from clinical.people import kinship
from clinical.propositions.propositions import Mention, Sentence
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


_REPORTS = re.compile(
    r"\s(?:reports?|reported|says?|said|states?|stated|thinks?|thought|tells|told|mentions?|mentioned|confirms?|confirmed"
    r"|believes?|notes|noted|notices|noticed|feels|felt|describes?|described)\b",
    re.IGNORECASE,
)


_REPORTED = re.compile(r"\b(?:by|to|from)\s(?:(?:her|his|their|the)\s)?\Z", re.IGNORECASE)


def only_reports(mention: Mention, sentence: Sentence, named: Sequence[Read], view: View) -> bool:
    """Whether somebody does it who only tells of it in the quotes: "her daughter reports that her mother forgets"."""
    at = mention.start - sentence.start
    if _REPORTS.match(sentence.text, mention.end - sentence.start) or _REPORTED.search(sentence.text, 0, at):
        return False
    places = [(there, each) for each in named for there in view.sentences if each.proposition in there.propositions]
    return bool(places) and all(_REPORTS.match(there.text, each.mention.end - there.start) for there, each in places)


_OWNED_BY = re.compile(r"\b(?P<kin>[a-z]+)['’]s\s(?:[\w-]+\s)?\Z", re.IGNORECASE)
_OWN = re.compile(r"\b(?P<whose>his|her)\s(?:[\w-]+\s)?\Z", re.IGNORECASE)
_LOOKS_BACK = 60


@cache
def _sexes() -> Mapping[str, str]:
    return {name: kin.sex for name, kin in kinship()}


def is_owned_by_another(mention: Mention, sentence: Sentence, named: Sequence[Read], view: View) -> bool:
    """Whether it is a relative's here, and in the quotes that of one of the other sex: "his wife's" and "his" mood."""
    at = mention.start - sentence.start
    owner = _OWNED_BY.search(sentence.text, max(0, at - _LOOKS_BACK), at)
    sex = _sexes().get(owner["kin"].lower(), "-") if owner else "-"
    if sex == "-":
        return False
    whose = []
    for each in named:
        for there in view.sentences:
            if each.proposition in there.propositions:
                place = each.mention.start - there.start
                whose.append(_OWN.search(there.text, max(0, place - _LOOKS_BACK), place))
    return bool(whose) and all(one is not None and one["whose"].lower() != _PRONOUNS[sex] for one in whose)


_PRONOUNS = {"f": "her", "m": "his"}
