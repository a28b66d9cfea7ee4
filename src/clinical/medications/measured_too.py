"""What is measured more often than it is given: "Mg 2 g IV", "on T4 125", "home O2 2 L", "albumin 1.5 g/kg".

The amount with its way, or the flow with its mask, tells that it is given; a value in a litre of blood never does.
"""

import re
from collections.abc import Iterator

from clinical.lexicon.phrases import Term
from clinical.lexicon.vocabulary import drugs
from clinical.note import Note

_GIVEN_AS = {
    "magnesium": "magnesium",
    "albumin": "albumin infusion",
    "phosphate": "phosphate supplement",
    "free_t4": "levothyroxine",
}
_AMOUNT = re.compile(
    r"\s(?:\d{1,3}% )?\d{1,4}(?:\.\d{1,2})?\s?(?:g|grams?|mmol|meq|ml)(?:/kg)?\b(?!\s?/\s?d?l\b)"
    r"(?P<way>[^.;,\n]{0,24}?\b(?:iv|po|im|over|bolus|stat|now|x\s?\d|[x\xd7]\d|infusion|given|day \d|in \d{2,4}\s?ml|"
    r"yesterday|today|od|bd|tds)\b)?",
    re.IGNORECASE,
)
_BY_VEIN = re.compile(r"\b(?:iv|po|im)\s$", re.IGNORECASE)
_MICROGRAMS = re.compile(r"\s\d{2,3}\s?(?:mcg|micrograms?|\xb5g|\u03bcg)\b(?!\s?/)", re.IGNORECASE)
_ON = re.compile(r"\b(?:on|takes|taking|continue|restart|start)\s$", re.IGNORECASE)
_BARE = re.compile(r"\s\d{2,3}\b(?![.,/%]\d|\s?[a-z]{1,5}/)")
_OXYGEN = re.compile(r"(?<![\w%])(?:O2|O\u2082|oxygen)(?=\s)", re.IGNORECASE)
_FLOW = re.compile(
    r"\s(?:(?:at|to|via [a-z]{2,12})\s)?\d{1,2}(?:\.\d)?\s?(?:l|litres?|lit(?:er)?s?)(?:pm|\s?/\s?min(?:ute)?)?\b"
    r"[^.;\n%]{0,16}?\b(?:nrb|nrbm|via|mask|nasal|nc|venturi|specs|cannula|continuous|nocte|at night|overnight|given|"
    r"started|prn|daily|on exertion)\b",
    re.IGNORECASE,
)
_HOME = re.compile(
    r"\b(?:home|portable|long[ -]term|night|increase|start(?:ed)?|given?|gave|increased)\s$", re.IGNORECASE
)
_SOME = re.compile(r"\s(?:(?:at|to)\s)?\d{1,2}(?:\.\d)?\s?l\b", re.IGNORECASE)
_SATURATION = re.compile(r"(?:%|\bsats?\b|spo2|saturat)[^.;\n]{0,24}$", re.IGNORECASE)
# "Lamotrigine levels fall, so I have doubled hers": the level is everybody's, the medicine the patient's own.
_LEVEL_OF = re.compile(r"(?P<drug>[A-Za-z][A-Za-z-]{3,24})\s(?:levels?|concentrations?|clearance)", re.IGNORECASE)
_OWN_CHANGED = re.compile(
    r"[^.;\n]{0,90}?\b(?:doubl|increas|rais|reduc|halv|lower|decreas|titrat|cut|chang|upped|stopp)\w*\s(?:hers|his|theirs)\b"
    r"(?!\s(?!to\b|by\b|from\b|today\b|again\b|down\b|up\b|in\b|at\b)[a-z])",
    re.IGNORECASE,
)
_NEAR = 30


def given_though_measured(note: Note) -> Iterator[tuple[int, int, Term]]:
    """Where a note gives what the lexicon knows as a laboratory value or a vital sign."""
    text = note.text
    for match in note.document.matches:
        start, end = note.document.span(match)
        drug = next((_GIVEN_AS[one.name] for one in match.found if one.kind == "lab" and one.name in _GIVEN_AS), None)
        if (
            drug is not None
            and not any(one.kind == "drug" for one in match.found)
            and _is_given(text, start, end, drug)
        ):
            yield start, end, Term("drug", drug)
        level = _LEVEL_OF.fullmatch(text, start, end) if any(one.kind == "lab" for one in match.found) else None
        if level is not None and level["drug"].lower() in drugs() and _OWN_CHANGED.match(text, end):
            yield start, level.end("drug"), Term("drug", level["drug"].lower())
    for found in _OXYGEN.finditer(text):
        before = text[max(0, found.start() - _NEAR) : found.start()]
        flows = _FLOW.match(text, found.end()) or (_HOME.search(before) and _SOME.match(text, found.end()))
        if flows and not _SATURATION.search(before):
            yield found.start(), found.end(), Term("drug", "oxygen therapy")


def _is_given(text: str, start: int, end: int, drug: str) -> bool:
    before = text[max(0, start - _NEAR) : start]
    if drug == "levothyroxine":
        return _MICROGRAMS.match(text, end) is not None or bool(_ON.search(before) and _BARE.match(text, end))
    amount = _AMOUNT.match(text, end)
    return amount is not None and (amount["way"] is not None or _BY_VEIN.search(before) is not None)
