"""A second look at what was understood, before it is told: doubts, relatives and endings right beside a mention.

Telling a possibility as a certainty, or a brother's illness as the patient's, is worse than telling less. These checks
only ever make a statement weaker.
"""

import re

from features.summaries.extractive.evidence import Fact, Place

_HEDGED = re.compile(
    r"\b(?:possibl[ey]|probabl[ey]|differential|etiolog(?:y|ies)|suspect\w*|might|may (?:have|be|represent)|"
    r"could (?:have|be)|"
    r"looks? like|appears? to be|concern(?:ed)?(?: is)? (?:that|for|about)|rule out|r/o|determine if|"
    r"question of|query|likely|"
    r"suggest\w*|worrisome for|versus|vs)\b|\?\s?$",
    re.IGNORECASE,
)
_UNHEDGED = re.compile(
    r"\b(?:but|however|confirmed|diagnosed with|known|does have|has a history of|due to)\b|[;•]", re.IGNORECASE
)
_RELATIVE = re.compile(
    r"\b(mother|father|brother|sister|sibling|mom|mum|dad|son|daughter|grandmother|grandfather|aunt|uncle|"
    r"cousin|twin|wife|husband)s?"
    r"\b(?:\s(?:who|also|was|is|has|had|have|with|died|suffers?|suffered|diagnosed|positive|recently|and)\b|"
    r"\s?[:(,]| (?:\w+ ){0,2}(?:with|of)\b)[^.;]{0,60}$",
    re.IGNORECASE,
)
_TELLING = re.compile(
    r"\b(?:mother|father|brother|sister|mom|mum|dad|son|daughter|wife|husband)\s(?:who )?(?:also )?(?:states?|"
    r"reports?|notes?|says|brought|denies|informed)\b",
    re.IGNORECASE,
)
_ENDED = re.compile(
    r"stop|discontinu|\bd/c\b|\bheld\b|\bhold\b|no longer|\boff\b|switch|chang|replac|complet|finish|used to|"
    r"ineffective|failed|quit|"
    r"instead|limited|ceas|withdr|taper|wean|substitut|transition|intoleran|previously|former|not taking|"
    r"ran out|had been",
    re.IGNORECASE,
)
_EARLIER = re.compile(
    r"\b(?:ago|at which point|at that time|initially|at onset|at its worst|originally|used to be)\b", re.IGNORECASE
)
_GRADE_BEFORE = re.compile(r"\b((?:trace|minimal|mild|moderate|slight|low|small) ?(?:to|-|–) ?)$", re.IGNORECASE)
_SIGHT = 130
_OTHER_MENTIONS = 6


def _before(place: Place) -> str:
    """What stands before a mention in its sentence or line."""
    text = place.source.content[max(0, place.start - _SIGHT) : place.start]
    return re.split(r"\n|[.!?]\s", text)[-1]


def _around(place: Place) -> str:
    """What stands before and after a mention in its line."""
    content = place.source.content
    after = content[place.end : place.end + _SIGHT].split("\n", 1)[0]
    return (
        content[max(0, place.start - _SIGHT) : place.start].rsplit("\n", 1)[-1]
        + content[place.start : place.end]
        + after
    )


def judged_condition(fact: Fact, place: Place) -> Fact:
    """The fact, weaker where its surroundings say so."""
    if fact["certainty"] not in {"confirmed", "possible"}:
        return fact
    before = _before(place)
    relative = _RELATIVE.search(before)
    if relative and not _TELLING.search(before):
        return {**fact, "certainty": "family", "relative": relative[1].lower()}
    if fact["certainty"] == "confirmed" and (_is_hedged(before) or _is_hedged_elsewhere(fact, place, before)):
        return {**fact, "certainty": "possible"}
    return fact


def _is_hedged(before: str) -> bool:
    ends = [match.end() for match in _HEDGED.finditer(before)]
    return bool(ends) and not _UNHEDGED.search(before, ends[-1])


def _is_hedged_elsewhere(fact: Fact, place: Place, before: str) -> bool:
    """Whether the note doubts it in another place, and this one does not head an assessment."""
    if fact.get("section") in {"assessment", "plan"} and not before.strip(" -•*#.)0123456789"):
        return False
    lowered, words = place.source.lowered, str(fact["text"]).lower()
    at = -1
    for _ in range(_OTHER_MENTIONS):
        at = lowered.find(words, at + 1)
        if at < 0:
            return False
        if at != place.start and _is_hedged(_before(Place(place.source, at, at + len(words)))):
            return True
    return False


def judged_medication(fact: Fact, place: Place) -> Fact:
    """The fact; "stopped" only where something was."""
    if fact["status"] == "stopped" and not _ENDED.search(_around(place)):
        return {**fact, "status": "mentioned"}
    return fact


def is_earlier(place: Place) -> bool:
    """Whether a reading is told of the past."""
    return _EARLIER.search(_around(place)) is not None


def grade_before(place: Place) -> str:
    """The lower end of a grade: the "mild to " before "moderate regurgitation"."""
    found = _GRADE_BEFORE.search(_before(place))
    return found[1] if found else ""
