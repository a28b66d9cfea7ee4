"""Names of diseases by their form: "Takayasu arteritis", "Wilson's disease", though no list has them."""

import re
from collections.abc import Iterator
from functools import cache
from typing import NamedTuple

from clinical.lexicon.phrases import Token
from clinical.lexicon.resources import entries, words, wordset
from clinical.note import Note

_MOST_WORDS = 5
# Latin and Greek that follows a name and belongs to it: "lichen planus", "alopecia areata".
_FOLLOWS = wordset(
    "vera gravis vulgaris planus areata nodosa nodosum cutis simplex zoster obliterans multiforme major minor rosea"
)
_BOUNDS = wordset(
    """
    and or with without of in on at to for from by as is are
    was were be been has have had the a an his her their this that
    which who whom whose but not no if than then so into over under after before during since until while when where
    due he she they it we i you pt patient showing shows showed revealed reveals given takes taking started stopped
    also there likely mild see seen via per
    versus vs including include includes following suspicious concerning evidence
    diagnosed diagnosis diagnoses assessment impression plan problem problems treated treat managed manage requires
    discussed reviewed regarding re about because became develop developed developing active ongoing resolved
    """
)
_ALNUM = re.compile(r"[^\W\d_][\w'’-]*")


class _Forms(NamedTuple):
    ending: re.Pattern[str]
    no: frozenset[str]
    head: frozenset[str]
    bare: frozenset[str]
    alone: frozenset[str]
    broken: frozenset[str]
    passing: frozenset[str]


class Form(NamedTuple):
    """A name at `text[start:end]`."""

    start: int
    end: int


@cache
def _forms() -> _Forms:
    kinds: dict[str, list[str]] = {}
    for line in entries("disease_forms.txt"):
        kind, *found = line.split()
        kinds.setdefault(kind, []).extend(found)
    endings = "|".join(sorted(kinds["ending"], key=len, reverse=True))
    return _Forms(
        re.compile(rf"[a-z'-]{{3,}}(?:{endings})"),
        *(frozenset(kinds[kind]) for kind in ("no", "head", "bare", "alone", "broken", "passing")),
    )


def is_formed(word: str) -> bool:
    """Whether a word has the form of a disease by itself."""
    forms = _forms()
    return word not in forms.no and bool(forms.ending.fullmatch(word))


def is_head(word: str) -> bool:
    """Whether a word names a disease together with those before it."""
    return word in _forms().head


def passes(name: str) -> bool:
    """Whether what is called so is over one day: an injury, an infection."""
    return not _forms().passing.isdisjoint(name.lower().split())


def formed_in(note: Note) -> Iterator[Form]:
    """The names that are diseases by their form, in order."""
    tokens = note.document.tokens
    for number in range(len(note.document.sentences)):
        first, after = note.document.sentence_tokens(number)
        at = first
        while at < after:
            word = tokens[at].word
            if is_formed(word) or is_head(word):
                found = _name(note, number, at, first, after)
                if found is not None:
                    yield found
            elif word in _forms().broken:
                found = _broken(note, at, after)
                if found is not None:
                    yield found
            at += 1


# "R hip # 2023", "no #", "# wrist": the sign for a fracture, which heads problems and numbers too.
_HASH = re.compile(
    r"(?:\b(?P<before>[A-Za-z]+)\s)#s?(?=[\s.,;:)]|$)(?!\s?\d{1,2}(?!\d))|(?<=\S\s)#\s?(?:(?:left|right|l|r)\s)?(?P<behind>[A-Za-z]+)\b",
    re.IGNORECASE,
)
_BARE_HASH = frozenset({"no", "nil", "old", "without", "prev", "previous", "colles", "scaphoid", "nof", "any"})


def hashed_in(note: Note) -> Iterator[Form]:
    """The fractures that are told by a sign and the part of the body beside it."""
    for match in _HASH.finditer(note.text):
        before, behind = match["before"], match["behind"]
        if before and before.lower() in _BARE_HASH:
            bare = before.lower() not in {"colles", "scaphoid", "nof"}
            yield Form(match.end("before") + 1 if bare else match.start(), match.end())
        elif (before or behind).lower() in _SITES:
            yield Form(match.start(), match.end())


def _broken(note: Note, at: int, after: int) -> Form | None:
    """What was broken or torn: "fractured neck of femur", "torn left medial meniscus"."""
    tokens, text = note.document.tokens, note.text
    end = at
    while end + 1 < after and end - at < _MOST_WORDS:
        following = tokens[end + 1].word
        link = following in {"of", "the"} and end > at and end + 2 < after and tokens[end + 2].word in _PARTS
        unknown = tokens[end].word in _SIDED and following.isalpha() and following not in _BOUNDS
        if text[tokens[end].end : tokens[end + 1].start] != " " or not (following in _PARTS or link or unknown):
            break
        end += 1
    if end == at or tokens[end].word in _SIDED:
        return None
    aside = re.compile(r"\s\((?:left|right|l|r|bilateral)\)", re.IGNORECASE).match(text, tokens[end].end)
    return Form(tokens[at].start, aside.end() if aside else tokens[end].end)


def _name(note: Note, number: int, at: int, first: int, after: int) -> Form | None:
    tokens, text = note.document.tokens, note.text
    triggers = note.context.scopes(number).trigger_tokens
    begin = at
    while begin > first and at - begin < _MOST_WORDS:
        before = tokens[begin - 1]
        if (
            before.word in _BOUNDS
            or begin - 1 in triggers
            or text[before.end : tokens[begin].start] not in {" ", "-"}
            or not _ALNUM.fullmatch(before.word)
            or not _belongs(text, before, tokens[begin])
        ):
            break
        begin -= 1
    forms = _forms()
    while begin < at and tokens[begin].word in forms.bare:
        begin += 1
    if begin == at and not is_formed(tokens[at].word) and tokens[at].word not in forms.alone:
        return None
    end = at
    while end + 1 < after and tokens[end + 1].word in _FOLLOWS and text[tokens[end].end : tokens[end + 1].start] == " ":
        end += 1
    return Form(tokens[begin].start, tokens[end].end)


def _belongs(text: str, word: Token, following: Token) -> bool:
    """Whether a word before a head is part of its name: an adjective, a part of the body, or somebody's name."""
    written = text[word.start : word.end]
    if word.word in _SITES or written.endswith(("'s", "’s")) or text[word.end : following.start] == "-":
        return True
    if re.fullmatch(
        r"\w+(?:al|ic|ian|ive|ous|ary|ar|oid|ine|ed|ent|ant|ile|ular|ive|eal|ible|able|ive|ory|uric|genic)", word.word
    ):
        return True
    return (
        is_formed(word.word)
        or (written[:1].isupper() and not written.isupper() and len(written) > 3)
        or (word.word in _NOUNS)
    )


_NOUNS = wordset(
    """
    alcohol drug opioid nicotine cocaine substance personality iron vitamin folate b12 protein enzyme connective tissue
    blood bile kidney liver lung heart valve disc disk ligament tendon rotator cuff meniscus muscle nerve bowel
    gut stomach skin soft breast prostate ovary cervix thyroid pituitary brain stem cell germ vessel small large airway
    sleep eating panic stress anxiety mood autism attention hearing vision pressure leg foot growth
    factor g6pd von willebrand crohn wilson parkinson alzheimer iga igg mast graft host sickle storage pelvic floor
    br panc vit vitamin g6pd protein lobe statin steroid tac tacrolimus drug gi upper lower mca ica m1 m2 vessel
    autism spectrum use abuse hiv fungal viral yeast chest wound line urinary tract ear throat
    """
)


_SIDED = frozenset({"left", "right", "l", "r"})
_SITES = words("anatomy.txt")
_PARTS = _SITES | wordset(
    "meniscus ligament tendon acl pcl mcl cuff rotator disc disk achilles hamstring nof quadriceps cartilage labrum"
)
