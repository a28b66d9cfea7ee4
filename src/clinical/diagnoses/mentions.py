"""Where conditions are named, by the lexicon, by the form of the name, or by being called a diagnosis."""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from clinical.diagnoses.forms import formed_in, hashed_in
from clinical.lexicon.company import meanings, meant
from clinical.lexicon.phrases import terms, tokens_of
from clinical.lexicon.resources import words, wordset
from clinical.note import Note

# Words that belong to a diagnosis when they stand right before its name.
QUALITIES = wordset(
    """
    acute chronic severe mild moderate recurrent bilateral left right subacute early late advanced uncontrolled
    controlled poorly well persistent seasonal intermittent paroxysmal primary secondary idiopathic congenital
    metastatic nonhealing non healing infected displaced nondisplaced undisplaced closed open comminuted degenerative
    septic viral bacterial allergic diffuse end onset symptomatic asymptomatic refractory resistant decompensated
    compensated acquired complex simple upper lower proximal distal lateral medial anterior posterior l r lt rt
    lumbar cervical thoracic moderate-severe intractable episodic multiple small large superficial deep focal perforated
    generalized generalised benign malignant postoperative post-operative traumatic nontraumatic exacerbated infective
    worsening inferior lateral steroid-induced drug-induced seropositive seronegative erosive
    alcohol-induced viral-induced alcoholic necrotising strangulated
    obstructed ruptured gangrenous permanent longstanding long-standing
    mixed hepatic renal latent atopic community hospital
    atypical massive submassive saddle segmental subsegmental unprovoked provoked stable unstable nocturnal perennial
    """
)
_LEADS = re.compile(
    r"(?:(?:infective |non-infective |acute |severe |mild |moderate ){0,4}(?:exacerbation|flare|flare-up|"
    r"episode|attack|relapse)\s(?:of\s)"
    r"(?:(?:his|her|the|their)\s)?|(?:stage|grade|class|type)\s(?:[ivx]{1,4}|\d[ab]?)\s|"
    r"nyha\s(?:class\s)?(?:[ivx]{1,3}|\d)\s)$",
    re.IGNORECASE,
)
_TRAILS = re.compile(
    r"\s?(?:(?:stage|grade|nyha|gold)\s(?:class\s|stage\s)?(?:[ivx]{1,4}|\d)[a-d]?\b|"
    r"g?[1-5][ab]?(?:a[123])?(?=[\s,;:)]|\.(?!\d)|$)|"
    r"(?:flare|exacerbation)\b|of the (?:left |right )?\w+(?=[.,;]|$)|w/ rvr|with rvr)",
    re.IGNORECASE,
)
_TRAILS_OF_ALL = re.compile(
    r"\s(?:stage|grade|w/ rvr|with rvr|flare|exacerbation)\b(?:\s(?:[ivx]{1,4}|\d)[ab]?\b)?", re.IGNORECASE
)
_LONGEST_LEAD = 60
SITES = words("anatomy.txt")
_PLACE = re.compile(
    r"\s(?:of the\s)?(?:left|right|bilateral|both|l|r)\s(?P<place>[a-z]+(?:\s(?:lobe|base|leg|limb|side))?)"
    r"(?=\s?[.,;:)(]|\s?$|\s(?:and|is|was|has|now)\b)",
    re.IGNORECASE,
)
_PLACES = re.compile(
    r"\sof\s(?:the\s|his\s|her\s|both\s)?(?P<place>[a-z]+(?:,\s[a-z]+){0,2}\sand\s(?:the\s)?[a-z]+)(?=\s?[.,;:)(]|\s?$)",
    re.IGNORECASE,
)
# "Osteoarthritis of the hands": told without a side, or of both.
_ONE_PLACE = re.compile(
    r"\sof\s(?:the|his|her|both)\s(?P<place>[a-z]+)(?=\s?[.,;:)(]|\s?$|\s(?:and|is|was|has|now|with)\b)", re.IGNORECASE
)
_STAGED = re.compile(r"(?:kidney|renal|ckd|copd|aki|heart failure|hfref|hfpef|chf|pressure)\w*$|ckd$", re.IGNORECASE)
_BEFORE_STAGE = frozenset({"end", "early", "late", "advanced"})
# "SBP 104", "MG 0.8": a measurement.
_MEASURED = re.compile(r"\s?[:=]?\s?\d{2,}|\s?[:=]?\s?\d\.\d")
# No note names as many; a text that does is none.
_MOST = 2_000
_STAGE_IN_WORD = re.compile(r"(ckd|aki)g?[1-5][ab]?")
_STAGED_NAMES = {"ckd": "chronic kidney disease", "aki": "acute kidney injury"}
_CALLED = re.compile(
    r"\b(?:diagnosed (?:with|as having)|diagnosis (?:of|is|was)|known case of|known to have|suffers from|"
    r"suffering from|"
    r"carries a diagnosis of|dx(?:'d)?(?: with| of|:)|was found to have|known)\s(?:an?\s|the\s|having\s)?",
    re.IGNORECASE,
)
_CALLED_NAME = re.compile(
    r"[A-Za-z][\w'’/-]+(?:\s(?!(?:in|on|at|by|since|from|for|with|and|or|who|which|that|when|after|before|"
    r"is|was|has|aged?|as|"
    r"under|during|via|per|but|who|about|over|now|last|this|several|many|currently|treated|managed|stable|"
    r"\d+)\b)[\w'’/-]+){0,4}",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"^(?:the|this|it|him|her|his|their|a|an|same|above|below|any|no|not|only|all|some|what|one|two|"
    r"several|many|various|"
    r"allerg\w+|drug|nkda|patient|to|in|well|good|time|details?|contact|smoker|drinker|mrsa|risk|cause|reason|history|"
    r"baseline|previous|case|address|next|side|area|family|local|male|female|for|as|about|medical|past|pre-?existing|"
    r"issues?|problems?|conditions?|complications?|symptoms?|pain|fever|cough|nausea|wrong|right|unclear|clear|"
    r"uncertain|unknown|dropped|withdrawn|discarded|removed|deleted|corrected|correct|confirmed|revised|changed|made|"
    r"based|awaited|pending|secure|doubtful|still|being|therefore)\b",
    re.IGNORECASE,
)


_DEFICIENCIES = {
    "b12": "vitamin b12 deficiency",
    "vitamin b12": "vitamin b12 deficiency",
    "vitamin d": "vitamin d deficiency",
    "folate": "folate deficiency",
    "ferritin": "iron deficiency",
    "iron": "iron deficiency",
}
_STAY = frozenset({"vitamin b12 deficiency", "vitamin d deficiency", "folate deficiency"})
_DEFICIENT = re.compile(
    r"\b(?P<what>(?:vit(?:amin)? )?b12|vit(?:amin)? d|folate|ferritin|iron)\s(?:level\s)?"
    r"(?:of\s|was\s|is\s|only\s)?<?\s?\d{1,4}(?:\.\d{1,2})?(?:\s?(?:ng|nmol|pmol|ug|mcg|pg)/m?l)?[\s,(–—-]{1,3}(?:so\s|i\.e\.\s|now\s)?"
    r"(?:deficien(?:t|cy)|insufficient|insufficiency|deplete[d]?)\b",
    re.IGNORECASE,
)


_QUERIED = re.compile(r"(?<![\w?.,;:)])\?{1,2}\s?(?P<said>[a-z]{2,5})(?![\w'’-])")
_NO_ABBREVIATION = wordset(
    "all as is it or he she so no if any to in on at may can for was are due via per new old big low both and but the "
    "did does has had how who what when where why will see id ok am an be by do we us me my up off out not now"
)


class Mention(NamedTuple):
    """A condition at `text[start:end]`; its core, which the lexicon or the form told, at `text[core:core_end]`."""

    start: int
    end: int
    core: int
    core_end: int
    names: frozenset[str]
    stays: bool


class Mentions:
    """All mentions of a note, in order, and those within a stretch of it."""

    def __init__(self, note: Note) -> None:
        self._note = note
        self.all = self._found()
        self._starts = [mention.core for mention in self.all]

    def within(self, start: int, end: int) -> list[Mention]:
        """The mentions whose core lies in `text[start:end]`."""
        first, after = bisect_left(self._starts, start), bisect_right(self._starts, end)
        return [mention for mention in self.all[first:after] if mention.core_end <= end]

    def _found(self) -> list[Mention]:
        note = self._note
        lowered = note.text.lower()
        cores: list[Mention] = []
        cores.extend(
            Mention(start, end, start, end, frozenset({name}), stays)
            for start, end, name, stays in note.conditions
            if not _lacks_company(note.text[start:end], name, lowered, end)
        )
        cores.extend(Mention(*form, *form, frozenset(), stays=False) for form in formed_in(note))
        cores.extend(Mention(*form, *form, frozenset({"fracture"}), stays=False) for form in hashed_in(note))
        cores.extend(_called(note))
        cores.extend(_numbered(note))
        cores.extend(_in_company(note, lowered))
        cores.extend(_deficient(note))
        cores.extend(_queried(note))
        kept: list[Mention] = []
        for mention in sorted(cores, key=lambda one: (one.core, -one.core_end, not one.names)):
            if kept and mention.core < kept[-1].core_end:
                kept[-1] = _joined(kept[-1], mention)
                continue
            kept.append(mention)
        return [_whole(note, mention) for mention in kept[:_MOST]]


def _joined(one: Mention, other: Mention) -> Mention:
    """Two ways in which the same was found: the longer name, with what the lexicon knows of the shorter one."""
    names = one.names or other.names
    end = (
        max(one.core_end, other.core_end)
        if not (one.names and one.core_end < other.core_end and other.names)
        else one.core_end
    )
    if one.names and other.names and one.names != other.names:
        return one
    return Mention(one.core, end, one.core, end, names, one.stays or other.stays)


def _numbered(note: Note) -> Iterator[Mention]:
    """Abbreviations with their stage in one word: "CKD3b", "AKI2"."""
    for token in note.document.tokens:
        match = _STAGE_IN_WORD.fullmatch(token.word)
        if match:
            yield Mention(
                token.start, token.end, token.start, token.end, frozenset({_STAGED_NAMES[match[1]]}), match[1] == "ckd"
            )


def _in_company(note: Note, lowered: str) -> Iterator[Mention]:
    """Abbreviations that are meant so in the company of what else the note has."""
    for token in note.document.tokens:
        written = note.text[token.start : token.end]
        if written not in meanings() or _MEASURED.match(note.text, token.end):
            continue
        found = meant(written, lowered, token.end)
        if found is not None:
            yield Mention(
                token.start, token.end, token.start, token.end, frozenset({found.condition}), stays=found.lasting
            )


def _lacks_company(written: str, name: str, lowered: str, end: int) -> bool:
    """Whether an abbreviation of a condition is another's in this note: "home with an IDC", a catheter."""
    wanted = any(one.condition == name for one in meanings().get(written, ()))
    return wanted and meant(written, lowered, end) is None


def _deficient(note: Note) -> Iterator[Mention]:
    """What a value is called that is too low: "B12 118, deficient", "vitamin D 18 (insufficient)"."""
    for match in _DEFICIENT.finditer(note.text):
        place = match.start("what"), match.end()
        name = _DEFICIENCIES[str(match["what"]).lower().replace("vit ", "vitamin ")]
        yield Mention(*place, *place, frozenset({name}), stays=name in _STAY)


def _queried(note: Note) -> Iterator[Mention]:
    """Abbreviations in small letters right behind a question mark, where nobody writes another word: "?pe", "?ccf"."""
    for match in _QUERIED.finditer(note.text):
        if match["said"] in _NO_ABBREVIATION:
            continue
        name = match["said"].upper()
        for found in terms().find(name, tokens_of(name)):
            for term in found.found:
                if term.kind == "condition":
                    place = match.span("said")
                    yield Mention(*place, *place, frozenset({term.name}), stays=term.flag)
                    break


def _called(note: Note) -> Iterator[Mention]:
    for match in _CALLED.finditer(note.text):
        _, last = note.document.sentence_span(match.start())
        name = _CALLED_NAME.match(note.text, match.end(), last)
        if name is None or _NO_NAME.match(name.group()) or len(name.group()) < 3:
            continue
        found = note.document.matches_in(*name.span())
        kinds = {term.kind for one in found for term in one.found}
        plain = match.group().lower().startswith("known ") and not match.group().lower().startswith(
            ("known case", "known to")
        )
        if kinds & {"drug", "class", "lab", "vital", "symptom", "condition"} or plain:
            continue
        yield Mention(*name.span(), *name.span(), frozenset(), stays=False)


def _whole(note: Note, mention: Mention) -> Mention:
    """A mention with the qualities before it and the stage behind it."""
    text = note.text
    sentence, last = note.document.sentence_span(mention.core)
    start = _with_qualities(note, mention.core)
    lead = _LEADS.search(text, max(sentence, start - _LONGEST_LEAD), start)
    staged = _STAGED.search(text, mention.core, mention.core_end) or not mention.names
    trail = (_TRAILS if staged else _TRAILS_OF_ALL).match(text, mention.core_end, last)
    end = trail.end() if trail else _with_place(note, mention.core_end, last)
    return mention._replace(start=lead.start() if lead else start, end=end)


def _with_place(note: Note, core_end: int, last: int) -> int:
    """Where a condition ends with the part of the body behind it: "OA bilateral knees", "DVT left leg"."""
    for pattern in (_PLACE, _PLACES, _ONE_PLACE):
        place = pattern.match(note.text, core_end, last)
        if place and {word.lower() for word in re.findall(r"\w+", place["place"])} - {"and", "the"} <= SITES:
            return place.end()
    return core_end


def _with_qualities(note: Note, core: int) -> int:
    """Where a condition begins with the adjectives and the part of the body before it."""
    document = note.document
    number = document.sentence_at(core)
    if number is None:
        return core
    triggers = note.context.scopes(number).trigger_tokens
    floor = document.sentence_tokens(number)[0]
    at, start = document.tokens_in(core, core + 1)[0], core
    while at > floor:
        token = document.tokens[at - 1]
        # "End-stage heart failure"
        stage = token.word == "stage" and at - 1 > floor and document.tokens[at - 2].word in _BEFORE_STAGE
        known = stage or token.word in QUALITIES or token.word in SITES
        if not known or at - 1 in triggers or note.text[token.end : start] not in {" ", "-"}:
            break
        at, start = at - 1, token.start
    return start
