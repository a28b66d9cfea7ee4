"""The name of a condition taken apart: the concept, and the stage, side, severity and type that stand beside it."""

import re
from functools import cache
from typing import NamedTuple

from clinical.lexicon.concept_names import ConditionName, condition, plain
from clinical.lexicon.resources import entries, words

_ROMAN = {"I": "1", "II": "2", "III": "3", "IV": "4", "V": "5"}
# "CKD 3b", "CKD3", "CKD G3aA2", "stage IIIB", "grade 2", "NYHA III", "class 2".
_KIDNEY = re.compile(
    (
        r"(?<![^\W_])(?P<name>CKD"
        r"|chronic kidney disease)\s?[-,(]?\s?(?:stage\s?)?G?(?P<n>[1-5][ab]?)(?P<a>\s?A[1-3])?(?!"
        r"[\w.])\)?"
    ),
    re.IGNORECASE,
)
_STAGE = re.compile(
    (
        r"[,(]?\s?(?<![^\W_])(?P<what>stage|stg|grade|NYHA(?:\sclass)?|CCS(?:\sclass)?|class"
        r"|GOLD(?:\sstage|\sgrade)?|Child[- ]Pugh|category|Gleason(?:\sscore)?|"
        r"factor|Garden|Weber|FIGO(?:\sstage)?|Dukes'?|Fitzpatrick|phase"
        r"|Ann Arbor(?:\sstage)?)\s?(?P<n>[0-5]\+[0-5](?:=\d{1,2})?|[0-5][a-c]?|I{1,3}V?[A-C]?"
        r"|IV[A-C]?|VI?[A-C]?|[A-D])(?![^\W_])\)?"
    ),
    re.IGNORECASE,
)
_TUMOUR = re.compile(r"(?<![^\W_])p?c?T[0-4x][a-d]?\s?N[0-3x][a-c]?(?:\s?M[01x])?(?![^\W_])", re.IGNORECASE)
_EJECTION = re.compile(r"[,(]?\s?(?:LV)?EF\s?(?:of\s)?[<>~]?\s?(?P<n>\d{1,2}(?:-\d{1,2})?)\s?%\)?", re.IGNORECASE)
# Behind these stands what a condition comes from or is treated with, and no part of its name.
_TAIL = re.compile(
    r"\s?(?:,|;|\s[-–]\s|\s(?:due to|secondary to|2/2|2° to|on|since|diagnosed|from|following"
    r"|after|requiring|treated|managed|s/p|status post|"
    r"for which|which|who|currently|likely|that|complicated by|without|in (?=19|20|\d))\s).*\Z",
    re.IGNORECASE | re.DOTALL,
)
_REMISSION = re.compile(
    r",?\s(?:now\s)?in (?:partial |full |complete |sustained |post-?operative |surgical |endoscopic |"
    r"steroid-free )?remission",
    re.IGNORECASE,
)
_BRACKET = re.compile(r"\s?[(\[](?P<in>[^()\[\]]{0,60})[)\]]")
_TYPE = re.compile(r"(?<![^\W_])type\s?(?P<n>[1-4IVX]{1,3}|one|two|[A-C])(?![^\W_])", re.IGNORECASE)
_OF_PLACE = re.compile(
    r"(?P<what>[\w' -]{3,60}) of (?:the |his |her )?(?P<side>left |right |both )?(?P<where>[a-z]+)", re.IGNORECASE
)
_CANCER = re.compile(r"(?:cancer|carcinoma|malignancy|tumou?r|neoplasm)$", re.IGNORECASE)
_COMMON = frozenset({"stage", "grade", "class", "category", "phase", "factor"})
_MOST_WORDS = 14


class Reading(NamedTuple):
    """A name of a condition, read."""

    concept: str
    detail: str | None


@cache
def _modifiers() -> tuple[frozenset[str], frozenset[str]]:
    """Words that tell a detail, and words that tell nothing."""
    detail: set[str] = set()
    noise: set[str] = set()
    for line in entries("modifiers.txt"):
        kind, *said = line.split()
        (detail if kind == "detail" else noise).update(word.replace("_", " ") for word in said)
    return frozenset(detail), frozenset(noise)


def is_quality(word: str) -> bool:
    """Whether a word tells of what kind a condition is: "paroxysmal", "metastatic"."""
    return word in _modifiers()[0]


def read_condition(text: str) -> Reading:
    """The concept and the detail of a condition's name.

    What is known as it stands is taken as it stands ("type 2 diabetes"). Otherwise stages and brackets are taken off,
    then words of side, severity and course, then words for parts of the body before a known name.
    """
    written = " ".join(text.split()).strip(" .,;:*-–?#") if not text.lstrip().startswith("#") else text.strip(" .,;:*?")
    found = condition(written)
    if found is not None:
        return Reading(found.concept, found.detail)
    details: list[str] = []
    rest = _without_stages(written, details)
    reading = _known(rest, details)
    if reading is not None:
        return reading
    rest = _without_brackets(rest, details)
    reading = _of_place(rest, details)
    if reading is not None:
        return reading
    for candidate in (rest, _TAIL.sub("", rest)):
        reading = _known(candidate, details) or _without_words(candidate, details)
        if reading is not None:
            return reading
    return _unknown(rest, written, details)


def _of_place(text: str, details: list[str]) -> Reading | None:
    """The reading of a name with the side within it: "dysplasia of the left hip"; and of a cancer of an organ."""
    match = _OF_PLACE.fullmatch(text)
    if match is None:
        return None
    what, where = match["what"], match["where"]
    told = [*details, _side(match["side"].strip().lower())] if match["side"] else details
    reading = _known(f"{what} of the {where}", told) if match["side"] else None
    if reading is None and _CANCER.search(what):
        reading = _known(f"{where} {what}", told)
    return reading


def _unknown(rest: str, written: str, details: list[str]) -> Reading:
    """A name that nobody knows, without the words of detail and the empty words at its ends."""
    detail, noise = _modifiers()
    kept, told = plain(rest).split(), []
    while len(kept) > 1 and (kept[0] in detail or kept[0] in noise):
        told.extend([_side(kept[0])] if kept[0] in detail else [])
        kept = kept[1:]
    while len(kept) > 1 and (kept[-1] in detail or kept[-1] in noise):
        told.extend([_side(kept[-1])] if kept[-1] in detail else [])
        kept = kept[:-1]
    return Reading(" ".join(kept) or plain(written), _joined([*told, *details]))


def _known(text: str, details: list[str]) -> Reading | None:
    found = condition(text.strip(" .,;:-–?")) if text else None
    return _reading(found, details) if found is not None else None


def _reading(found: ConditionName, details: list[str]) -> Reading:
    return Reading(found.concept, _joined([*details, *([found.detail] if found.detail else [])]))


def _joined(details: list[str]) -> str | None:
    return ", ".join(dict.fromkeys(detail for detail in details if detail)) or None


def _without_stages(text: str, details: list[str]) -> str:
    """The text without stages, which go into `details`."""

    def kidney(match: re.Match[str]) -> str:
        details.append(f"stage {match['n'].lower()}{(match['a'] or '').strip().upper()}")
        return match["name"]

    def stage(match: re.Match[str]) -> str:
        what = match["what"]
        what = {"stg": "stage", "ccs": "CCS class", "nyha": "NYHA class"}.get(what.lower(), what)
        what = what.lower() if what.lower() in _COMMON else what
        details.append(f"{what} {_arabic(match['n'])}")
        return " "

    def ejection(match: re.Match[str]) -> str:
        details.append(f"EF {match['n']}%")
        return " "

    def tumour(match: re.Match[str]) -> str:
        details.append(match.group())
        return " "

    for pattern, replacement in (
        (_KIDNEY, kidney),
        (_STAGE, stage),
        (_EJECTION, ejection),
        (_TUMOUR, tumour),
    ):
        text = pattern.sub(replacement, text)
    if _REMISSION.search(text):
        details.append("in remission")
        text = _REMISSION.sub("", text)
    return " ".join(text.split()).strip(" .,;:-–")


def _arabic(written: str) -> str:
    """As in "IIIB" is "3b"."""
    match = re.fullmatch(r"(IV|V|I{1,3})([A-C]?)", written, re.IGNORECASE)
    return (
        f"{_ROMAN[match[1].upper()]}{match[2].lower()}" if match else written.lower() if len(written) > 1 else written
    )


def _without_brackets(text: str, details: list[str]) -> str:
    """The text without brackets; what they hold is a detail where it is a word of detail."""
    known = _modifiers()[0]
    for match in _BRACKET.finditer(text):
        inside = match["in"].strip().lower()
        bare = " ".join(_BRACKET.sub(" ", text).split())
        told = condition(f"{inside} {bare}")
        if inside in known:
            details.append(_side(inside))
        elif told is not None and told.detail:
            details.append(told.detail)
    return " ".join(_BRACKET.sub(" ", text).split())


def _modifier_size(parts: list[str], detail: frozenset[str], noise: frozenset[str]) -> int:
    """How many words at the beginning tell a detail or nothing; negative, how many at the end; 0 for none."""
    for size in (3, 2, 1):
        if size >= len(parts):
            continue
        first = " ".join(parts[:size]).lower().strip("(),.?")
        last = " ".join(parts[-size:]).lower().strip("(),.?")
        if first in detail or first in noise or first in _anatomy():
            return size
        if last in detail or last in noise or last in _anatomy():
            return -size
    return 0


def _side(word: str) -> str:
    return {"l": "left", "lt": "left", "r": "right", "rt": "right", "left-sided": "left", "right-sided": "right"}.get(
        word, word
    )


def _without_words(text: str, details: list[str]) -> Reading | None:
    """The reading of a name with words of detail at its ends, or with parts of the body before it."""
    detail, noise = _modifiers()
    parts = text.split()
    if not 2 <= len(parts) <= _MOST_WORDS:
        return None
    skipped: list[str] = []
    behind: list[str] = []
    while len(parts) > 1:
        size = _modifier_size(parts, detail, noise)
        if size > 0:
            word = " ".join(parts[:size]).lower().strip("(),.?")
            skipped.extend([] if word in noise else [_side(word)])
            parts = parts[size:]
        elif size < 0:
            word = " ".join(parts[size:]).lower().strip("(),.?")
            behind.extend([] if word in noise else [_side(word)])
            parts = parts[:size]
        else:
            break
        reading = _known(" ".join(parts), [*details, *skipped, *behind])
        if reading is not None:
            return reading
    return None


@cache
def _anatomy() -> frozenset[str]:
    return words("anatomy.txt")
