"""What keeps a patient safe, wherever a note says it: what to carry, how to drink, not to drive; what is handed on."""

import re
from collections.abc import Iterator

from clinical.note import Note

# Of what was once, or of others.
_NOT_NOW = frozenset({"past", "surgical", "family", "social", "allergies", "chief_complaint", "signature"})
_CARRIED = (
    r"\bto be carried\b|\b(?:always|must|should) carry\b|"
    r"\b(?:carr(?:y|ies|ied)|kept?|keeps?|worn|wear)\s(?:\w{1,15}\s){0,4}at all times\b"
)
_EATS = (
    r"\bthickened (?:fluids?|drinks?|liquids?|tea|coffee|water|juice|milk|feeds?)\b|"
    r"\b(?:soft|pur[eé]ed?|minced|mashed|liquidi[sz]ed) (?:diet|foods?|meals)\b|\bnil by mouth\b"
)
_DRIVES = r"\b(?:not to|must not|should not|advised not to) (?:drive|swim)\b|\bno (?:driving|swimming)\b"
_PAUSED = r"\bneeds? a (?:break|pause) of\b"
_CALLS = (
    r"\bto (?:call|ring|phone|contact|come back|return|seek help)(?: \w+){0,3} "
    r"(?:at once|immediately|straight away|urgently|if|in case)\b"
)
_APART = r"\bnot to be (?:taken|given) (?:together )?with\b"
_AGAIN = r"\bto be (?:offered|given|tried) again\b"
_TRAINED = r"\btrained (?:with|in|on|to use)\b|\b(?:written|emergency|action) plan (?:for|given|in place)\b"
_CRISIS = r"\b(?:crisis (?:line|team|number|plan)|helpline)\b(?: \w+){0,2} (?:given|provided|explained)\b"
# How to come back without being sent again.
_WAY_BACK = r"\b(?:may|can|is free to) come back without\b|\b(?:open|direct) (?:access|return)\b"
_SAFEGUARD = re.compile(
    f"{_CARRIED}|{_EATS}|{_DRIVES}|{_PAUSED}|{_AGAIN}|{_APART}|{_CALLS}|{_TRAINED}|{_CRISIS}|{_WAY_BACK}", re.IGNORECASE
)
# "Swallow looks safe with thickened tea" is how it goes, and bids nothing.
_OBSERVED = re.compile(r"\b(?:looks?|looked|seems?|seemed|appears?|appeared) (?:\w+ )?safe\b", re.IGNORECASE)
# A note to the doctor at the end of a nurse's: "weight loss, dietitian?"
_HANDED_ON = re.compile(
    r"(?:(?<=[\n.?!] )|(?<=\n)|^)(?:for|ask|tell) the (?:doctors?|gp|ward round|team|day (?:staff|team|shift)|"
    r"night (?:staff|team|shift)|next shift|family)\s?:\s",
    re.IGNORECASE,
)
_PART = re.compile(r"[;\n]")
_LEAD = re.compile(r"(?:please |kindly )?note that ", re.IGNORECASE)
_REMARK = re.compile(r"\s?\((?:new|unchanged|as before|continued)\)$", re.IGNORECASE)
# How somebody may drink and eat, whether bidden or seen.
_SWALLOWS = re.compile(rf"{_EATS}|\b(?:un)?safe swallow|\bswallow(?:s|ing|ed)?\b", re.IGNORECASE)
_LONGEST, _MOST = 240, 12

Span = tuple[int, int]


def safeguards(note: Note) -> Iterator[Span]:
    """Where a note says what keeps the patient safe, in the order of the text, each clause once."""
    told: list[Span] = []
    for match in _SAFEGUARD.finditer(note.text):
        span = _clause(note, match.start(), match.end())
        if span is None or not _counts(note, match.start(), match.end()) or span in told:
            continue
        if _OBSERVED.search(note.text, *span):
            continue
        told.append(span)
        yield span
        if len(told) == _MOST:
            return


def is_arranged(text: str) -> bool:
    """Whether advice tells what has been arranged for an emergency, rather than what to heed."""
    return re.search(f"{_TRAINED}|{_CRISIS}", text, re.IGNORECASE) is not None


def is_of_swallowing(text: str) -> bool:
    """Whether a sentence says how the patient may drink and eat, which whoever gives a drink has to know."""
    return _SWALLOWS.search(text) is not None


def handed_on(note: Note) -> Iterator[Span]:
    """Where a note hands a question on: to the doctor, to the next shift."""
    for number, match in enumerate(_HANDED_ON.finditer(note.text)):
        _, last = note.document.sentence_span(match.end())
        end = max(last, match.end())
        # A question stays one.
        while end > match.end() and note.text[end - 1] in " \t\n.,;":
            end -= 1
        if match.end() < end <= match.start() + _LONGEST:
            yield match.start(), end
        if number == _MOST:
            return


def _counts(note: Note, start: int, end: int) -> bool:
    segment = note.segment_at(start)
    # A list of allergies within a line ends with it.
    listed = note.kind_at(start) == "allergies" and segment is not None and "\n" in note.text[segment.body : start]
    if (note.kind_at(start) in _NOT_NOW and not listed) or note.in_heading(start):
        return False
    meant = note.context.of(start, end)
    # Whom somebody has trained may be the family.
    trained = re.match(_TRAINED, note.text[start:end], re.IGNORECASE) is not None
    return not (meant.historical or (meant.family and not trained) or meant.hypothetical)


def _clause(note: Note, start: int, end: int) -> Span | None:
    """The part of a list, or the sentence, that says it; None where that is too long to be read at a glance."""
    first, last = note.document.sentence_span(start)
    segment = note.segment_at(start)
    if segment is not None and first < segment.body <= start:
        first = segment.body
    whole = re.search(_WAY_BACK, note.text[start:end], re.IGNORECASE) is not None  # "Discharged; may come back ..."
    for cut in () if whole else _PART.finditer(note.text, first, start):
        first = cut.end()
    stop = None if whole else _PART.search(note.text, end, last)
    last = stop.start() if stop else last
    while first < last and note.text[first] in " \t\n-*•":
        first += 1
    lead = _LEAD.match(note.text, first, last)
    first = lead.end() if lead else first
    while last > first and note.text[last - 1] in " \t\n.,;:?":
        last -= 1
    remark = _REMARK.search(note.text, first, last)
    last = remark.start() if remark else last
    label = note.text.rfind(": ", first, min(start, last))
    again = (
        re.search(_AGAIN, note.text[start:end]) is not None
    )  # "Refused it yesterday: not given, to be offered again"
    first = label + 2 if label >= 0 and not again else first
    return (first, last) if 0 < last - first <= _LONGEST else None
