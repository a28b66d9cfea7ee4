"""Where procedures are named: by the lexicon, by the form of the word, or by a noun and the body part beside it."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from clinical.lexicon.concept_names import procedure
from clinical.lexicon.phrases import Match, Phrases, Token
from clinical.lexicon.resources import entries, words, wordset
from clinical.procedures.vaccines import vaccines_in
from clinical.procedures.words import nouns, words_of
from clinical.text.document import Document


class Kind(NamedTuple):
    """What a procedure is called, and of what kind it is."""

    kind: str
    concept: str


class Name(NamedTuple):
    """A procedure at `text[start:end]`."""

    start: int
    end: int
    kind: str
    concept: str


UNNAMED = "operation"
"""What is called no more than an operation; it is told only where it was called off."""
# Words of these forms are procedures, though no list has them.
_FORM = re.compile(
    r"\w{3,}(?:ectomy|ectomies|otomy|otomies|ostomy|ostomies|plasty|plasties|oscopy|oscopies|opexy|centesis|odesis|"
    r"tripsy|rrhaphy|angiogram|venogram|arthrogram|myelogram)"
)
_NO_FORM = wordset("dichotomy anatomy phlebotomy microscopy dermoscopy dermatoscopy otoscopy fundoscopy ophthalmoscopy")
# Behind a name these make it a place, or something else than the procedure itself.
_OF_ANOTHER = wordset(
    "discharge summary letter ward outpatient outpatients lab labs suite department dept unit clinic team scanner list "
    "machine technician probe gel"
)
_DONE_WITH = wordset("due scheduled given booked declined today offered refused")
_BOXED = re.compile(r"\s?:?\s{0,4}[\[☐☑☒](?=[^\n]*\b(?:given|declined))", re.IGNORECASE)
_DEFIBRILLATOR = "implantable cardioverter defibrillator"
_REVISION = re.compile(r"\s?-?\s?(?:9|10|11)\b")
# "PEG 17 g", "Hartmann's 1L", "NG feed": what is given, and no procedure.
_GIVEN = re.compile(
    r"\s?\d+(?:\.\d+)?\s?(?:g|mg|mcg|ml|l|litres?|units?)\b|\s(?:infusion|solution|feeds?|levels?|"
    r"bags?)\b",
    re.IGNORECASE,
)
# "TRAb 12", "TRAb positive"
_ANTIBODY = re.compile(r"TRAb\b|(?i:trab)\s?[:<>=]?\s?(?:\d|pos|neg|\+|level)")
# "Clotrimazole 500 mg pessary" is how a drug is given, as a ring is not.
_AMOUNT_BEFORE = re.compile(r"\d\s?(?:mg|g|mcg|micrograms?|%)\s$", re.IGNORECASE)
_DRIPS = ("hartmann", "peg", "botox")
# "Single 8 Gy to L2", "60 Gy in 20 fractions": radiotherapy is told by its dose, where it is not named beside it.
_IRRADIATED = re.compile(
    r"(?:\bsingle\s(?:fraction\s)?)?(?<![\d.])\d{1,2}(?:\.\d{1,2})?\s?Gy\b(?:\s?(?:/|in|over)\s?\d{1,2}\s?(?:#|"
    r"f\b|fractions?\b))?"
    r"(?:\sto\s(?:the\s)?(?:(?:left|right)\s)?[\w-]{2,12}\b(?:\s(?:bone|spine|hip|rib|wall|bed|brain)\b)?)?"
)
_RADIOTHERAPY = re.compile(r"radio(?:therapy|iodine)|\b(?:EB|IM)?RT\b|\bSABR\b|\bSBRT\b|brachy", re.IGNORECASE)
# What is made visible by a scan is one name with it: "CT colonography", "MR enterography", "CT cystogram".
_MADE_VISIBLE = re.compile(r"\w{4,20}(?:ography|ogram)")
# "AV fistula creation"
# Which one it was that is told to be off, its day says, or an earlier note: "operation of 12 November cancelled".
_OFF = re.compile(
    r"\b(?:operation|surgery)\b(?=(?:\s\([^()\n]{1,30}\)|\s(?:of|on|for|planned|booked|listed|scheduled|due|for|the|"
    r"\d{1,2}(?:st|nd|rd|th)?|[A-Z][a-z]{2,9}|\d{1,2}[/.]\d{1,2}(?:[/.]\d{2,4})?|\d{4})){0,7}"
    r"(?:\s(?:has|have|been|was|is|now|will|then|since|therefore)){0,3}\s(?:cancel+ed|called off|not going ahead|"
    r"not go(?:ne)? ahead|off(?=\s*[.,;:)\n])))",
    re.IGNORECASE,
)
_MADE = frozenset({"creation", "formation", "construction", "insertion", "placement"})
_SCANNERS = frozenset({"ct", "mr", "mri", "pet", "us", "ultrasound", "fluoroscopic"})
_BESIDE = 40
_QUALIFIERS = wordset(
    """
    laparoscopic open elective emergency repeat bilateral left right total partial radical diagnostic urgent outpatient
    primary secondary transthoracic bedside portable contrast non-contrast screening follow-up old previous prior
    recent endoscopic percutaneous robotic minimally invasive surgical cervical annual steroid cortisone l r lt rt
    sleep-deprived surveillance supervised end-of-treatment post-treatment
    ultrasound-guided image-guided guided ct-guided interval baseline staging dual chamber revision redo knee
    """
)
_SIDES = wordset(
    "left right bilateral l r lt rt both upper lower first second proximal distal anterior posterior superior inferior"
)
# Organs by which operations are called, and nothing else is looked for beside a procedure.
_OPERATED_ON = wordset(
    "caecal cecal colonic colorectal duodenal duodenum gastric ileal ileocaecal ileocecal ileocolic ileum jejunal "
    "jejunum oesophageal esophageal pancreatic rectal rectum sigmoid tracheal uterine"
)
_LEFT_OR_RIGHT = wordset("left right bilateral l r lt rt both")
_SITE_LEADS = frozenset({"of", "to", "for", "on", "in"})
_ARTICLES = frozenset({"the", "his", "her", "their", "both", "a", "an"})
_SITE_JOINS = frozenset({"and", "/", "&", "+"})
_IN_FULL = {"abdo": "abdomen"}
_WHOLE = frozenset({"whole", "full", "entire"})


@cache
def _phrases() -> Phrases[Kind]:
    phrases: Phrases[Kind] = Phrases()
    for line in entries("procedures.txt"):
        kind, concept, others = (part.strip() for part in line.split("|"))
        known = Kind(kind, concept.rstrip("*"))
        for name in [concept, *others.split(",")]:
            spelling = name.strip()
            bare = spelling.rstrip("*")
            phrases.add(bare, known, exact=bare == spelling and bare[:2].isupper() and " " not in bare, plural=True)
    phrases.sort()
    return phrases


@cache
def _sites() -> frozenset[str]:
    return words("anatomy.txt") | _IN_FULL.keys()


def names_in(document: Document) -> list[Name]:
    """The procedures that a document names, in order; each with the body part that belongs to it."""
    found: list[Name] = []
    for name in sorted(_all(document)):
        if found and name.start < found[-1].end:
            if name.end - name.start > found[-1].end - found[-1].start:
                found[-1] = name
            continue
        found.append(name)
    return found


def _all(document: Document) -> Iterator[Name]:
    for number in range(len(document.sentences)):
        first, after = document.sentence_tokens(number)
        known = list(_phrases().find(document.text, document.tokens, first, after))
        # The body part behind "and" may begin the name of another one: "mastectomy and axillary node clearance".
        begun = sorted(match.first for match in known)
        yield from _known(document, known, begun, first, after)
        yield from _vaccines(document, first, after)
        yield from _irradiated(document, number)
        for off in _OFF.finditer(document.text, *document.sentences[number]):
            yield Name(off.start(), off.end(), "operation", UNNAMED)
        for at in range(first, after):
            yield from _formed(document, at, first, _limit(begun, at + 1, after))


def _limit(begun: list[int], stop: int, after: int) -> int:
    """The token before which a name that is known up to `stop` ends: where the next known one begins."""
    return next((at for at in begun if at >= stop), after)


def _known(document: Document, matches: list[Match[Kind]], begun: list[int], first: int, after: int) -> Iterator[Name]:
    """What the lexicon knows."""
    tokens = document.tokens
    for match in matches:
        known = match.found[0]
        if match.after < after and tokens[match.after].word in _OF_ANOTHER:
            continue
        if known.concept == _DEFIBRILLATOR and _REVISION.match(document.text, tokens[match.after - 1].end):
            continue  # the International Classification of Diseases
        if tokens[match.first].word == "trab" and _ANTIBODY.match(document.text, tokens[match.first].start):
            continue  # of the thyroid
        if tokens[match.first].word.startswith(_DRIPS) and _GIVEN.match(document.text, tokens[match.after - 1].end):
            continue
        if known.concept == "ring pessary" and _AMOUNT_BEFORE.search(document.text[: tokens[match.first].start][-16:]):
            continue
        if tokens[match.first].word == "xr" and match.first > first and _names_drug(document, tokens[match.first - 1]):
            continue  # extended release
        yield _named(document, match.first, match.after, known, first, _limit(begun, match.after, after))


def _names_drug(document: Document, token: Token) -> bool:
    found = document.matches_in(token.start, token.end)
    return any(term.kind == "drug" for match in found for term in match.found)


def _formed(document: Document, at: int, first: int, after: int) -> Iterator[Name]:
    """What has the form of a procedure, or is one together with the words before it."""
    tokens = document.tokens
    word = tokens[at].word
    if _FORM.fullmatch(word) and word not in _NO_FORM:
        yield _named(document, at, at + 1, Kind("operation", word), first, after)
    elif word in nouns() or word in words_of("acted"):
        begin = _begin(document, at, first, needed=True)
        title = word == "surgery" and at + 1 < after and tokens[at + 1].word in _OF_ANOTHER
        if begin < at and not title:
            # Which side it was done to is no part of what was done.
            bare = [token.word for token in tokens[begin : at + 1] if token.word not in _LEFT_OR_RIGHT]
            concept = procedure(" ".join(bare))
            yield Name(tokens[begin].start, tokens[at].end, nouns().get(word, "operation"), concept)
    elif word in _targets() and _BOXED.match(document.text, tokens[at].end):
        yield Name(tokens[at].start, tokens[at].end, "vaccination", f"{word} vaccination")
    if word in words_of("acts") and (acted := _acted(document, at, after)) is not None:
        yield acted
    if word == "booster" and at + 1 < after and tokens[at + 1].word in _DONE_WITH:
        yield Name(tokens[at].start, tokens[at].end, "vaccination", "booster vaccination")


def _vaccines(document: Document, first: int, after: int) -> Iterator[Name]:
    """Vaccinations that are told by what they are against."""
    tokens = document.tokens
    for at, stop, target in vaccines_in(document, first, after):
        known = _phrases().find("", [Token(0, 0, target), Token(0, 0, "vaccine")])
        concept = known[0].found[0].concept if known else f"{target} vaccination"
        yield Name(tokens[at].start, tokens[stop - 1].end, "vaccination", concept)


def _irradiated(document: Document, number: int) -> Iterator[Name]:
    """Radiotherapy that is told by its dose alone."""
    text, (start, end) = document.text, document.sentences[number]
    if "Gy" not in text[start:end]:
        return
    for match in _IRRADIATED.finditer(text, start, end):
        beside = text[max(start, match.start() - _BESIDE) : min(end, match.end() + _BESIDE)]
        if not _RADIOTHERAPY.search(beside):
            yield Name(match.start(), match.end(), "treatment", "radiotherapy")


def _acted(document: Document, at: int, after: int) -> Name | None:
    """What somebody did to a part of the body: "injected his right wrist"."""
    tokens = document.tokens
    end = at + 1
    while end < after and tokens[end].word in _ARTICLES:
        end += 1
    begin = end
    while end < after and tokens[end].word in _sites() and _adjoins(document.text, tokens[end - 1], tokens[end]):
        end += 1
    if end == begin or all(token.word in _SIDES for token in tokens[begin:end]):
        return None
    site = " ".join(token.word for token in tokens[begin:end] if token.word not in _LEFT_OR_RIGHT)
    kind = "injection" if tokens[at].word == "injected" else "operation"
    return Name(tokens[at].start, tokens[end - 1].end, kind, procedure(f"{tokens[at].word} {site}"))


@cache
def _targets() -> frozenset[str]:
    """What one is vaccinated against, in one word."""
    found: set[str] = set()
    for line in entries("procedures.txt"):
        kind, concept, others = (part.strip() for part in line.split("|"))
        if kind == "vaccination":
            found.update(name.split()[0].lower() for name in [concept, *others.split(",")] if len(name.split()) == 2)
    return frozenset(found)


def _named(document: Document, begin: int, end: int, known: Kind, first: int, after: int) -> Name:
    tokens = document.tokens
    if (
        known.kind == "imaging"
        and end < after
        and tokens[end - 1].word in _SCANNERS
        and _adjoins(document.text, tokens[end - 1], tokens[end])
        and _MADE_VISIBLE.fullmatch(tokens[end].word)
    ):
        known = Kind("imaging", procedure(f"{tokens[end - 1].word} {tokens[end].word}"))
        end += 1
    if end < after and tokens[end].word in _MADE:
        end += _adjoins(document.text, tokens[end - 1], tokens[end])
    start, stop = _begin(document, begin, first, needed=False), _end(document, end, after)
    around = tokens[start:begin] + tokens[end:stop]
    site = [_IN_FULL.get(token.word, token.word) for token in around if token.word in _sites()]
    concept = (
        " ".join([known.concept, *dict.fromkeys(site)]) if known.kind in {"imaging", "injection"} else known.concept
    )
    return Name(tokens[start].start, tokens[stop - 1].end, known.kind, concept)


def _begin(document: Document, at: int, first: int, *, needed: bool) -> int:
    """Where a procedure's name begins: with its qualities, its body part, and what is operated on."""
    tokens = document.tokens
    begin = at
    told = False
    operated = {
        place: match.first
        for match in document.matches_in(tokens[max(first, at - 4)].start, tokens[at].end)
        for place in range(match.first, match.after)
        if any(term.kind == "condition" for term in match.found)
    }
    while begin > first and at - begin < 5:
        before = tokens[begin - 1]
        if not _adjoins(document.text, before, tokens[begin]):
            break
        if before.word in _sites():
            told = told or before.word not in _SIDES
            begin -= 1
        elif needed and before.word in _OPERATED_ON:
            told = True
            begin -= 1
        elif before.word in _QUALIFIERS or (before.word in _WHOLE and tokens[begin].word in _sites()):
            begin -= 1
        elif (compound := _compound_from(document, begin, first)) is not None:
            begin = compound
        elif needed and begin - 1 in operated:
            told = True
            begin = operated[begin - 1]
        else:
            break
    while begin < at and tokens[begin].word in {
        "previous",
        "prior",
        "recent",
        "old",
        "repeat",
        "second",
        "first",
        "back",
    }:
        begin += 1
    return begin if told or not needed else at


def _compound_from(document: Document, stop: int, first: int) -> int | None:
    """Where the qualifier begins that ends before `stop` and is written with hyphens: "sleep-deprived" EEG."""
    tokens = document.tokens
    begin = stop - 1
    while begin > first and document.text[tokens[begin - 1].end : tokens[begin].start] == "-":
        begin -= 1
        if "-".join(token.word for token in tokens[begin:stop]) in _QUALIFIERS:
            return begin
    return None


def _end(document: Document, end: int, after: int) -> int:
    """Where it ends: with the body part behind it, "CT head", "X-ray of the left knee"."""
    tokens = document.tokens
    stop = at = end
    if at < after and tokens[at].word in _SITE_LEADS:
        at += 1
    while at < after and tokens[at].word in _ARTICLES:
        at += 1
    while at < after and at - end < 8 and tokens[at].word in _sites() | _SITE_JOINS | _WHOLE:
        if document.text[tokens[at - 1].end : tokens[at].start].strip(" /-&,") or (
            "," in document.text[tokens[at - 1].end : tokens[at].start] and stop == end
        ):
            break
        if tokens[at].word in _sites():
            stop = at + 1
        at += 1
    return stop


def _adjoins(text: str, one: Token, other: Token) -> bool:
    return text[one.end : other.start] in {" ", "-"}
