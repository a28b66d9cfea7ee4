"""What the patient complains of: symptoms that the note's history tells of the patient, as they are at the visit."""

import re

from clinical.facts import Symptom
from clinical.lexicon.resources import words, wordset
from clinical.lexicon.spelling import key
from clinical.note import Note
from clinical.passages import standing_at

_HISTORY = frozenset({"subjective", "history", "complaint", "systems", "", "header"})
# Words that stand before the name of a symptom and belong to it: where it is, and how.
_SITES = words("anatomy.txt") | wordset(
    "left right bilateral both central dry productive itchy severe mild moderate constant intermittent occasional "
    "worsening increasing sharp dull burning dark pleuritic exertional generalised generalized"
)
_JOINS = wordset("and or / -")
# Too general to say anything, and what is no complaint.
_NO_SYMPTOM = wordset(
    "symptoms distress stress worry effusion masses mass guarding rebound rigidity exudate exudates fall falls "
    "organomegaly hepatosplenomegaly symptom"
) | {"acute distress", "infection symptoms", "respiratory symptoms", "urinary symptoms", "cardiovascular symptoms"}
# These say something only with where it is.
_BARE = wordset("pain soreness tenderness discomfort discharge drainage lump lumps swelling stiffness")
# What a sentence says is over or less, or dates, or an allergy does, is none of the visit's complaints.
_OVER = re.compile(
    r"\b(?:gone|resolved|resolves|settled|subsided|no longer|stopped|ceased|went away|goes away|cleared|free of|"
    r"used to|in the past|previous(?:ly)?|years? ago|as a child|controlled|less|fewer|allerg\w*|"
    r"(?:19|20)\d\d)\b", re.IGNORECASE
)  # fmt: skip
_MOST, _WORDS_BEFORE, _LOOKED_AT = 12, 5, 160


def symptoms(note: Note) -> list[Symptom]:
    """The symptoms of a note in the order of the text, each once."""
    found: dict[str, Symptom] = {}
    last = 0
    for match in note.document.matches:
        term = next((term for term in match.found if term.kind == "symptom"), None)
        if term is None:
            continue
        bound, (start, end) = last, note.document.span(match)
        last = end
        name = key(note.text[start:end])
        if name in found or name in _NO_SYMPTOM or not _is_complaint(note, start, end):
            continue
        begin = _beginning(note, match.first, max(bound, note.document.sentence_span(start)[0]))
        if begin == start and name in _BARE:
            continue
        found[name] = Symptom(
            **standing_at(note, begin, end),
            text=" ".join(note.text[begin:end].split()),
            concept=name,
        )
        if len(found) == _MOST:
            break
    return list(found.values())


def _is_complaint(note: Note, start: int, end: int) -> bool:
    """Whether the history tells it, as what the patient has now."""
    part = note.part_at(start)
    if note.kind_at(start) not in _HISTORY or note.in_heading(start):
        return False
    if part != "subjective" and (part or note.outline.parted):
        return False
    meant = note.context.of(start, end)
    if not meant.current or meant.possible or meant.resolved:
        return False
    first, last = note.document.sentence_span(start)
    return not _OVER.search(note.text, max(first, start - _LOOKED_AT), min(last, end + _LOOKED_AT))


def _beginning(note: Note, first: int, bound: int) -> int:
    """Where the name begins with what stands before it of where and how: "right groin and thigh" pain."""
    tokens = note.document.tokens
    begin = first
    for number in range(first - 1, max(first - 1 - _WORDS_BEFORE, -1), -1):
        token = tokens[number]
        if token.start < bound or not note.text[token.end : tokens[number + 1].start].isspace():
            break
        if token.word in _SITES:
            begin = number
        elif token.word not in _JOINS:
            break
    return tokens[begin].start
