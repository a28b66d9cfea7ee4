"""Whether a condition is what something was taken for at first, and turned out to be another.

"What was first treated as cellulitis turned out to be eczema", "labelled asthma for years, in fact reflux": the words
that take it for something stand before it, those that find out behind it, and nothing that begins another matter
between them.
"""

import re

from clinical.note import Note

_TAKEN_FOR = re.compile(
    r"\b(?:(?:treated|managed|diagnosed|labell?ed|passed off|dismissed|described|coded|reported|recorded|regarded|"
    r"interpreted|misdiagnosed|put down) (?:as|to|with)|(?:labell?ed|called|considered|termed|diagnosed)|"
    r"(?:taken|mistaken|passed) for|(?:thought|assumed|presumed|believed|felt|supposed|said|held|considered|"
    r"seemed|appeared) (?:to be|to have|was|it was|this was)|looked (?:very |much |just )?like|resembled|"
    r"(?:took|mistook|treated) (?:\w+ ){1,3}(?:for|as)|(?:took|mistook) for|"
    r"(?:first|initial|original|earlier|provisional|working|presumptive|admitting|referring) "
    r"(?:diagnosis|impression|label|thought)s? (?:of|was|had been))\s"
    r"(?:(?:an?|the|her|his|their|simple|just|[\w-]+) ){0,3}$",
    re.IGNORECASE,
)
_FOUND_OUT = re.compile(
    r"['’\"”]?(?:(?! and (?:has|had|is|was|he|she|they|it)\b)[^.;\n]){0,60}?"
    r"(?:\b(?:turn(?:ed|s|ing) out|prov(?:ed|en|es|ing)|transpir(?:ed|es)|(?:was|has been|is) "
    r"(?:re-?classified|re-?labelled|re-?labeled|revised|changed|re-?diagnosed|corrected)|"
    r"(?:was|were|is) (?:later|eventually|finally|subsequently|really|actually|in fact|in truth|in reality)"
    r"(?: (?:found|shown|proved|proven|known|seen|confirmed))?|(?:was|were) (?:found|shown|proved|proven) to be|"
    r"in fact (?:is|was)|actually (?:is|was)|(?:is|was) in fact|ended up (?:being|as))\b"
    r"|,\s(?:but )?(?:in fact|actually|really|in reality)\s(?:an? )?[a-z])",
    re.IGNORECASE,
)
# What is found besides, and what is only said of the same: "and turned out to have gout as well".
_BESIDES = re.compile(r"\b(?:as well|also|too|in addition|to have)\b", re.IGNORECASE)
_WORD = re.compile(r"[a-z]{4,}")
_WITHIN, _BEHIND, _NAMED_WITHIN = 90, 120, 50


def is_mistaken(note: Note, start: int, end: int) -> bool:
    """Whether `text[start:end]` is a condition that was taken for one and found to be another, which is named."""
    first, last = note.document.sentence_span(start)
    if _TAKEN_FOR.search(note.text[max(first, start - _WITHIN) : start].rstrip("'‘\"“")) is None:
        return False
    found = _FOUND_OUT.match(note.text, end, min(last, end + _BEHIND))
    if found is None:
        return False
    until = min(last, found.end() + _NAMED_WITHIN)
    if _BESIDES.search(note.text, found.end(), until):
        return False
    own = set(_WORD.findall(note.text[start:end].lower()))
    for match in note.document.matches_in(found.end() - 1, until):
        if any(term.kind in {"condition", "symptom"} for term in match.found):
            tokens = note.document.tokens
            other = note.text[tokens[match.first].start : tokens[match.after - 1].end].lower()
            # "thought to be pneumonia, and proved to be a viral pneumonia" is still one
            return other != note.text[start:end].lower() and own.isdisjoint(_WORD.findall(other))
    return False
