"""Several mentions of a condition, made one."""

import re
from typing import NamedTuple

from clinical.concepts import is_lasting
from clinical.diagnoses.detail import Detail
from clinical.facts import DiagnosisCertainty as Certainty
from clinical.facts import Place
from clinical.lexicon.resources import wordset

_RANK = {
    Certainty.CONFIRMED: 5,
    Certainty.POSSIBLE: 4,
    Certainty.HISTORICAL: 2,
    Certainty.RULED_OUT: 1,
    Certainty.FAMILY: 0,
}
# No note has as many; a text that has is none.
_MOST = 400
# Names that cover many conditions, of which a note may have several.
_BROAD = wordset(
    """
    fracture infection cancer cyst abscess contusion laceration sprain bursitis hernia dislocation pneumonia
    arthritis tendonitis arrhythmia neuropathy radiculopathy ulcer tear deficiency disease
    """
)

_SIDES = frozenset({"left", "right", "bilateral"})
_INJURIES = frozenset({"fracture", "dislocation", "sprain"})
_MOST_SIDES = 20
# So many characters behind a doubt a denial answers it: "wondered about Parkinson's - no tremor, not PD".
_SAME_BREATH = 80
_SIDE = re.compile(r"\b(left|right|bilateral)\b")


class Finding(NamedTuple):
    """What one place says of a condition: `text[start:end]`, put as `text`."""

    start: int
    end: int
    text: str
    certainty: Certainty
    relatives: tuple[str, ...]
    listed: bool
    names: frozenset[str]
    concept: str
    detail: Detail | None
    resolved: bool
    excluded: bool
    """Considered and found not to be so, rather than only denied."""
    retracted: bool
    of_past_stop: bool
    on: tuple[str, Place] | None
    known: bool = False
    course: Detail | None = None


def merged(findings: list[Finding]) -> list[Finding]:
    """Each condition once. What the assessment lists goes before; then the strongest, then the earliest."""
    kept: list[Finding] = []
    for finding in _with_sides(findings):
        if len(kept) >= _MOST:
            break
        place = next((number for number, other in enumerate(kept) if _same(finding, other)), None)
        if place is None:
            kept.append(finding)
            continue
        kept[place] = _told_of_both(_stronger(kept[place], finding), kept[place], finding)
    return kept


def _with_sides(findings: list[Finding]) -> list[Finding]:
    """The findings, an injury told by its side alone made one with the only one that has a place.

    "Left fracture. Scaphoid fracture on X-ray" is one fracture, of the left scaphoid.
    """
    bare = [one for one in findings if _only_side(one)]
    for one in bare[:_MOST_SIDES]:
        exact = [other for other in findings if not _only_side(other) and _is_general(one, other)]
        if len({other.concept for other in exact}) != 1 or any(
            _of_other_sides(one, other) or other.certainty is not one.certainty for other in exact
        ):
            continue
        findings = [_sided(other, one) if other is exact[0] else other for other in findings if other is not one]
    return findings


def _only_side(finding: Finding) -> bool:
    words = set(finding.text.lower().split())
    return not words.isdisjoint(_SIDES) and len(words - _SIDES) == 1 and words - _SIDES <= _INJURIES


def _is_general(bare: Finding, other: Finding) -> bool:
    return any(_general(name, another) for name in bare.names for another in other.names)


def _sided(finding: Finding, bare: Finding) -> Finding:
    if bare.detail is None or _side(finding) is not None:
        return finding
    if finding.detail is None:
        return finding._replace(detail=bare.detail)
    return finding._replace(detail=finding.detail._replace(said=f"{bare.detail.said}, {finding.detail.said}"))


def _same(one: Finding, other: Finding) -> bool:
    family = Certainty.FAMILY in {one.certainty, other.certainty}
    if _of_other_sides(one, other) or _of_other_times(one, other) or (family and _of_other_persons(one, other)):
        return False
    if one.text.lower() == other.text.lower():
        return True
    denied = Certainty.RULED_OUT in {one.certainty, other.certainty}
    if denied and _of_another_type(one, other):
        return False
    shared = one.names & other.names
    if shared:
        return not (shared <= _BROAD and _differ(one.text, other.text))
    if (one.names | other.names) & _BROAD and _differ(one.text, other.text):
        return False  # "ulnar styloid fracture" and "Colles fracture"
    # "no diabetic ketoacidosis" says nothing of the diabetes
    return not (family or denied) and any(_general(a, b) or _general(b, a) for a in one.names for b in other.names)


def _of_other_times(one: Finding, other: Finding) -> bool:
    """Whether one was there and the other may be, of what comes and goes: "DVT in 2023. ?DVT today"."""
    certain = {one.certainty, other.certainty}
    return certain == {Certainty.POSSIBLE, Certainty.HISTORICAL} and not is_lasting(one.concept)


def _of_other_persons(one: Finding, other: Finding) -> bool:
    """Whether one is of a relative and the other not, or relatives have other types of it."""
    return one.certainty is not other.certainty or _of_another_type(one, other)


def _of_other_sides(one: Finding, other: Finding) -> bool:
    """Whether each is told of a side, and not of the same one: "right knee osteoarthritis and left knee"."""
    mine, its = _side(one), _side(other)
    return mine is not None and its is not None and mine != its


def _side(finding: Finding) -> str | None:
    found = _SIDE.search(f"{finding.text} {finding.detail.said if finding.detail else ''}".lower())
    return found.group(1) if found else None


def _of_another_type(one: Finding, other: Finding) -> bool:
    """Whether what is ruled out is another type of it: "NSTEMI. No STEMI", "white coat hypertension"."""
    return (one.detail.said if one.detail else None) != (other.detail.said if other.detail else None)


def _differ(one: str, other: str) -> bool:
    """Whether two names say different things of the same kind: "rib fracture" and "wrist fracture"."""
    words, others = set(one.lower().split()), set(other.lower().split())
    return not (words <= others or others <= words)


def _general(name: str, other: str) -> bool:
    """Whether one name is the other with fewer words, such as "diabetes mellitus" of "diabetes mellitus type 2"."""
    words = set(name.split())
    return bool(words) and words < set(other.split())


def _stronger(one: Finding, other: Finding) -> Finding:
    later, earlier = (one, other) if one.start > other.start else (other, one)
    settled = later.excluded or later.start - earlier.end < _SAME_BREATH
    if later.certainty is Certainty.RULED_OUT and settled and earlier.certainty is Certainty.POSSIBLE:
        return later  # first suspected, then excluded
    if later.resolved and earlier.certainty is Certainty.CONFIRMED and not is_lasting(later.concept):
        return later  # it was there, and is over at the end of the note
    if one.listed:
        if other.certainty is Certainty.CONFIRMED and one.certainty is Certainty.POSSIBLE and other.listed:
            return other
        return one
    if _RANK[other.certainty] > _RANK[one.certainty]:
        return other
    return one


def _told_of_both(kept: Finding, one: Finding, other: Finding) -> Finding:
    """The finding that stays, with what only the other one tells: its stage, since when, whose else."""
    left = other if kept is one else one
    if left.certainty is not kept.certainty:
        # "Past: gout. Impression: acute gout" was known before the note.
        before = (kept.certainty, left.certainty) == (Certainty.CONFIRMED, Certainty.HISTORICAL)
        return kept._replace(known=kept.known or (before and is_lasting(kept.concept) and not left.resolved))
    relatives = tuple(dict.fromkeys((*kept.relatives, *left.relatives)))
    return kept._replace(
        of_past_stop=one.of_past_stop and other.of_past_stop,
        detail=kept.detail or left.detail,
        known=kept.known or left.known,
        course=kept.course or left.course,
        on=kept.on or left.on,
        relatives=relatives,
    )
