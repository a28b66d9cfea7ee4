"""Several mentions of a condition, made one."""

from typing import NamedTuple

from clinical.lexicon.resources import wordset

CONFIRMED, POSSIBLE, RULED_OUT, HISTORICAL, FAMILY = "confirmed", "possible", "ruled_out", "historical", "family"
_RANK = {CONFIRMED: 5, POSSIBLE: 4, HISTORICAL: 2, RULED_OUT: 1, FAMILY: 0}
# No note has as many; a text that has is none.
_MOST = 400
# Names that cover many conditions, of which a note may have several.
_BROAD = wordset(
    """
    fracture infection cancer cyst abscess contusion laceration sprain bursitis hernia dislocation pneumonia
    arthritis tendonitis arrhythmia neuropathy radiculopathy
    """
)


class Finding(NamedTuple):
    """What one place says of a condition: `text[start:end]`, put as `text`."""

    start: int
    end: int
    text: str
    certainty: str
    relative: str | None
    listed: bool
    stays: bool
    names: frozenset[str]


def merged(findings: list[Finding]) -> list[Finding]:
    """Each condition once. What the assessment lists goes before; then the strongest, then the earliest."""
    kept: list[Finding] = []
    for finding in findings:
        if len(kept) >= _MOST:
            break
        place = next((number for number, other in enumerate(kept) if _same(finding, other)), None)
        if place is None:
            kept.append(finding)
            continue
        kept[place] = _stronger(kept[place], finding)
    return kept


def _same(one: Finding, other: Finding) -> bool:
    if (one.certainty == FAMILY) != (other.certainty == FAMILY):
        return False
    if one.text.lower() == other.text.lower():
        return True
    if one.names & other.names:
        return not (one.names & other.names <= _BROAD and _differ(one.text, other.text))
    if one.certainty == FAMILY:
        return False
    return any(_general(a, b) or _general(b, a) for a in one.names for b in other.names)


def _differ(one: str, other: str) -> bool:
    """Whether two names say different things of the same kind: "rib fracture" and "wrist fracture"."""
    words, others = set(one.lower().split()), set(other.lower().split())
    return not (words <= others or others <= words)


def _general(name: str, other: str) -> bool:
    """Whether one name is the other with fewer words, such as "diabetes mellitus" of "diabetes mellitus type 2"."""
    words = set(name.split())
    return bool(words) and words < set(other.split())


def _stronger(one: Finding, other: Finding) -> Finding:
    if one.listed:
        if other.certainty == CONFIRMED and one.certainty == POSSIBLE and other.listed:
            return other
        return one
    if _RANK[other.certainty] > _RANK[one.certainty]:
        return other
    return one
