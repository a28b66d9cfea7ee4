"""What is over, where a note names it by a part of its name or by its place: "ulcer healed", "wrist healed".

A condition that is named in full and called resolved is a diagnosis that says so as well.
"""

import re
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

from clinical.concepts import concept_of, is_lasting
from clinical.facts import Place, Resolution
from clinical.lexicon.phrases import Match, Phrases
from clinical.lexicon.resources import entries, words, wordset
from clinical.lexicon.stages import is_quality

if TYPE_CHECKING:
    from clinical.note import Note

# Between what is over and the word that says so.
_BETWEEN = wordset(
    "is are has have had was were been now fully completely well all entirely totally since nicely already quickly "
    "also finally spontaneously pretty which that it this , ) s again"
)
# It is not over yet, or not in full; or it is said of what is to come.
_NOT_YET = wordset(
    "not never no until till if once when unless almost nearly mostly partly partially largely hardly incompletely "
    "slowly somewhat yet will should would may might could expect expected hopefully probably soon to be half can "
    "without doesn't hasn't isn't haven't before whether"
)
# Behind words of motion, and of decisions, that only look like an end: "gone to", "cleared for surgery".
_ELSEWHERE = {
    "gone": wordset("to up down off home on through for into by with from out in over missing wrong under ahead"),
    "went": wordset(
        "to up down off home on through for into by with from out in over missing wrong under ahead back well fine"
    ),
    "cleared": wordset("for by to from his her their"),
    "settled": wordset("in into on at back down"),
    "passed": wordset("on to by from in through a the out urine stool stools flatus wind"),
    "recovered": wordset("from"),
    "resolved": wordset("to"),
    "united": wordset("states kingdom"),
}
_DOUBT_BEHIND = wordset("? slowly partially partly poorly incompletely")
_QUALITIES = wordset("his her their the a an my our its this that all any old previous recent recurrent")
_BOUND = wordset(
    ", ; : . ( ) - – — and but or of with for from on in at to by the his her their a an is was has had he she they it "
    "who which that then after before no patient pt o e"
)
_STOPS = wordset(", ; : . ( )")
_EASED = wordset("settled subsided abated")
# What is over when the chest is clear.
CLEAR_LUNGS = "lung signs"
_BY = wordset("on with from after following due to by of secondary caused induced")
_ENDS = wordset(", ; : . but and")
# "No longer paroxysmal": of what kind a condition was, and is not any more.
_NO_LONGER = re.compile(
    r"\bno longer (?P<kind>[a-z][a-z-]{3,20})(?=\s*(?:[.,;:)–—\n]|$|\b(?:and|but|so)\b))", re.IGNORECASE
)
# As in "sputum culture negative: cured", without what.
_CURED_ALONE = re.compile(
    r"(?:[:;.,–—-]\s|=\s)(?P<cured>(?:declared |now |so |therefore )?cured)(?=\s*(?:[.;,\n]|$))", re.IGNORECASE
)
_LONGEST = 4
_MOST = 200
_JOINS = re.compile(r"[ \t\n/-]+")


@cache
def _known() -> tuple[Phrases[str], frozenset[str]]:
    """The words for an end, and the things that may end."""
    endings: Phrases[str] = Phrases()
    things: set[str] = set()
    for line in entries("endings.txt"):
        kind, _, names = line.partition("|")
        for name in (part.strip() for part in names.split(",")):
            if kind.strip() == "thing":
                things.add(name.split()[-1])
            else:
                endings.add(name, kind.strip())
    endings.sort()
    return endings, frozenset(things | words("anatomy.txt"))


def resolutions(note: "Note") -> list[Resolution]:
    """What a note says to be over, in the order of the text."""
    found: list[Resolution] = []
    tokens = note.document.tokens
    for number in range(len(note.document.sentences)):
        first, after = note.document.sentence_tokens(number)
        for match in _known()[0].find(note.text, tokens, first, after):
            if match.found[0] == "clear":
                if not _is_lifted(note, match, first):
                    found.append(_clear(note, match))
                continue
            subject = _before(note, match, first) or _behind(note, match, after)
            if subject is None or not _is_meant(note, match, first, after, subject):
                continue
            if tokens[match.after - 1].word in _EASED and _stays(note, subject):
                continue  # "gout, settled": the attack is over, and the illness stays
            if (joined := _joined(note, match, first, subject)) is not None:
                found.append(_fact(note, match, joined))
            found.append(_fact(note, match, subject))
            if len(found) >= _MOST:
                return found
    return found


def kinds_left(note: "Note") -> list[Resolution]:
    """Of what kind a note says that a condition is no longer, in the order of the text."""
    return [
        Resolution(
            start=match.start(),
            end=match.end(),
            original=match.group(),
            section=note.part_at(match.start()),
            places={"what": Place(*match.span("kind"))},
            what=match["kind"].lower(),
        )
        for match in islice(_NO_LONGER.finditer(note.text), _MOST)
        if is_quality(match["kind"].lower()) and not note.context.of(*match.span("kind")).family
    ]


def cured(note: "Note") -> list[Resolution]:
    """What is cured where the note says no more than that: the one condition that its first words name, "TB clinic"."""
    match = _CURED_ALONE.search(note.text)
    if match is None or not note.document.sentences:
        return []
    first, last = note.document.sentences[0]
    named = [
        note.document.span(found)
        for found in note.document.matches_in(first, last)
        if any(term.kind == "condition" for term in found.found)
    ]
    if len(named) != 1 or match.start() < last:
        return []
    return [
        Resolution(
            start=match.start("cured"),
            end=match.end("cured"),
            original=match["cured"],
            section=note.part_at(match.start("cured")),
            places={"what": Place(*named[0])},
            what=concept_of(note.text[slice(*named[0])], "condition"),
        )
    ]


def _stays(note: "Note", subject: tuple[int, int]) -> bool:
    tokens = note.document.tokens
    return is_lasting(concept_of(note.text[tokens[subject[0]].start : tokens[subject[1] - 1].end], "condition"))


def _before(note: "Note", match: Match[str], first: int) -> tuple[int, int] | None:
    """The tokens of what stands before the ending: "the leg ulcer has now healed"."""
    tokens = note.document.tokens
    after = match.first
    while after > first and tokens[after - 1].word in _BETWEEN:
        after -= 1
    stated, after = after, _before_cause(note, first, after)
    begin = after
    while begin > first and after - begin < _LONGEST and tokens[begin - 1].word not in _BOUND:
        if begin < after and not _JOINS.fullmatch(note.text[tokens[begin - 1].end : tokens[begin].start]):
            break
        begin -= 1
    while begin < after and tokens[begin].word in _QUALITIES:
        begin += 1
    if begin == after or not _may_end(note, after - 1):
        return None
    if after < stated and is_lasting(concept_of(note.text[tokens[begin].start : tokens[after - 1].end], "condition")):
        return None  # "heart failure on ramipril, settled": its treatment, and no cause
    return begin, after


def _before_cause(note: "Note", first: int, after: int) -> int:
    """Where the subject ends, when the drug that did it stands behind it: "delirium on codeine, resolved"."""
    tokens = note.document.tokens
    at = after
    while at > first and after - at < _LONGEST and tokens[at - 1].word not in _BY | _STOPS:
        at -= 1
    if at in {after, first} or tokens[at - 1].word not in _BY:
        return after
    found = note.document.matches_in(tokens[at].start, tokens[after - 1].end)
    if not any(term.kind in {"drug", "class"} for match in found for term in match.found):
        return after
    while at > first and tokens[at - 1].word in _BY:
        at -= 1
    return at


def _joined(note: "Note", match: Match[str], first: int, subject: tuple[int, int]) -> tuple[int, int] | None:
    """What else is over in the same words: the first of "delirium and constipation, both resolved".

    Only what begins its clause, and passes by itself: of "asthma and a chest infection, resolved" one goes on.
    """
    tokens = note.document.tokens
    if match.first < subject[1] or subject[0] - first < 2 or tokens[subject[0] - 1].word not in {"and", "&"}:
        return None
    stop = begin = subject[0] - 1
    while begin > first and stop - begin < _LONGEST and tokens[begin - 1].word not in _BOUND:
        begin -= 1
    while begin < stop and tokens[begin].word in _QUALITIES:
        begin += 1
    opens = begin == first or tokens[begin - 1].word in {".", ";", ":"}
    if begin == stop or not opens or not _may_end(note, stop - 1):
        return None
    name = note.text[tokens[begin].start : tokens[stop - 1].end]
    return None if is_lasting(concept_of(name, "condition")) else (begin, stop)


def _behind(note: "Note", match: Match[str], after: int) -> tuple[int, int] | None:
    """The tokens of what an ending describes: "healed leg ulcer"."""
    if match.found[0] != "overs":
        return None
    tokens = note.document.tokens
    begin = stop = match.after
    while stop < after and stop - begin < _LONGEST and tokens[stop].word not in _BOUND:
        stop += 1
        if _may_end(note, stop - 1) and not (stop < after and _may_end(note, stop)):
            return begin, stop
    return None


def _may_end(note: "Note", at: int) -> bool:
    token = note.document.tokens[at]
    if token.word in _known()[1]:
        return True
    found = note.document.matches_in(token.start, token.end)
    return any(term.kind in {"condition", "symptom"} for match in found for term in match.found)


def _is_meant(note: "Note", match: Match[str], first: int, after: int, subject: tuple[int, int]) -> bool:
    tokens = note.document.tokens
    begin = min(subject[0], match.first)
    lead = max(first, begin - 3)
    for at in range(lead, begin):
        if tokens[at].word in _ENDS:
            lead = at + 1
    before = {token.word for token in tokens[lead : match.first]}
    behind = tokens[match.after].word if match.after < after else ""
    word = tokens[match.first].word
    if not before.isdisjoint(_NOT_YET) or behind in _DOUBT_BEHIND or behind in _ELSEWHERE.get(word, ()):
        return False
    if note.in_heading(tokens[match.first].start):
        return False
    last = tokens[subject[1] - 1]
    meant = note.context.of(last.start, last.end)
    return not (meant.negated or meant.family or meant.hypothetical)


def _is_lifted(note: "Note", match: Match[str], first: int) -> bool:
    """Whether the lungs are not clear yet, or only may be, or only a relative's: "not yet clear"."""
    tokens = note.document.tokens
    begin = match.first
    while begin > first and match.first - begin < 3 and tokens[begin - 1].word not in _ENDS:
        begin -= 1
    before = {token.word for token in tokens[begin : match.after]}
    meant = note.context.of(tokens[match.first].start, tokens[match.after - 1].end)
    return not before.isdisjoint(_NOT_YET) or meant.family or meant.hypothetical


def _clear(note: "Note", match: Match[str]) -> Resolution:
    """The lungs are clear: what was heard or seen in them is over."""
    tokens = note.document.tokens
    place = Place(tokens[match.first].start, tokens[match.after - 1].end)
    return Resolution(
        start=place.start,
        end=place.end,
        original=note.text[slice(*place)],
        section=note.part_at(place.start),
        places={"what": place},
        what=CLEAR_LUNGS,
    )


def _fact(note: "Note", match: Match[str], subject: tuple[int, int]) -> Resolution:
    tokens = note.document.tokens
    what = Place(tokens[subject[0]].start, tokens[subject[1] - 1].end)
    start = min(what.start, tokens[match.first].start)
    end = max(what.end, tokens[match.after - 1].end)
    return Resolution(
        start=start,
        end=end,
        original=note.text[start:end],
        section=note.part_at(start),
        places={"what": what},
        what=" ".join(note.text[what.start : what.end].lower().split()),
    )
