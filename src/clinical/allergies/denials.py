"""Blanket denials: "NKDA", "no known food allergies", "none", and what they leave out ("other than tramadol").

A denial of one class denies that class only: drugs, foods, or a substance that it names. Without a class it denies
any allergy.
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.allergies.substances import names_in
from clinical.lexicon.resources import wordset

_WHAT = (
    r"(?:drugs?|medications?|medicines?|medicinal|medical|pharmaceutical|foods?|dietary|environmental|seasonal|latex|"
    r"antibiotics?|"
    r"penicillin|contrast|iodine|shellfish|eggs?|nuts?|peanuts?|plasters?|tape|adhesives?|dressings?|insects?|bee|"
    r"sting|"
    r"anaesthetics?|anesthetics?|aspirin|nsaids?|sulfa)"
)
_ALLERGIES = (
    r"(?:allerg(?:ies|y|ic (?:reactions?|history|disease))|adverse (?:drug )?reactions?|adrs?|intolerances?|"
    r"hypersensitivit(?:ies|y)|sensitivit(?:ies|y))"
)
_DENIAL = re.compile(
    r"\b(?:(?P<short>NKDAs?|NKFAs?|NKMAs?|NKLA|NKAs?|NDKA|NADA)\b"
    r"|(?:no|denie[sd](?: any| having| having any)?|den(?:y|ying)|without|nil|not (?:have|had|got)(?: any)?|"
    r"(?:doesn['’]?t|don['’]?t|does not|do not|didn['’]?t) have(?: any)?|"
    r"never had(?: any)?|not report(?:ed)? any|non?e?)\s+"
    r"(?:(?:known|any|other|significant|history of|hx of|h/o|reported|current|documented|recorded|relevant|further|"
    r"new|true|serious|an?|to|confirmed|"
    r"previous|prior|past|identified|apparent|drug-related|formal)\s+)*"
    rf"(?P<what>{_WHAT}(?:\s?(?:,\s?(?:and|or|nor)?|\band\b|\bor\b|\bnor\b|&|/|\+|-)\s?(?:known )?{_WHAT})*\s+)?"
    rf"{_ALLERGIES}\b(?:\s?(?:,|/|\bor\b|\band\b|&)\s?(?:drug |known )*{_ALLERGIES}\b)*"
    r"(?!\s+to\s+(?!(?:any\s)?(?:medication|drug|medicine|food|anything|any\b)))"
    r"(?:\s+to\s+(?:any\s+)?(?P<to>(?:medications?|drugs?|medicines?|foods?|anything|any(?:thing)?)(?:\s?(?:,|\bor\b|"
    r"\band\b|/)\s?(?:medications?|drugs?|medicines?|foods?|latex))*))?"
    r"|(?:not|isn['’]?t|never been|nor) (?:known to be |currently )?allergic to (?:any\s+)?(?P<of>anything|"
    r"medications?|drugs?|medicines?|foods?)\b(?: known)?"
    rf"|(?:(?P<before>{_WHAT})\s)?allerg(?:ies|y)\s?(?::|-|–|are|is)?\s?"
    r"(?:denied|none\b|nil\b|neg(?:ative)?\b|no(?=\s*(?:$|[.;,|\n]))))",
    re.IGNORECASE,
)
_NONE = re.compile(
    r"[\s:–—-]*(?:(?:the )?(?:patient|pt|client|he|she|they|mother|mum|father|parents?|family|carer)\s"
    r"(?:(?:has|have|is|are|says?|said|reports?|states?|stated|reported|know of)\s)?)?"
    r"(?P<none>(?:none|nil|no|n/a|negative|neg|denie[sd] (?:any|all|having any)|denie[sd]|not known to have any|"
    r"not any|no known|"
    r"nothing|nkda|nka|nad|false|0|no allergies|"
    r"nil (?:known|of note|recorded|reported)|none (?:known|reported|recorded|stated|noted|listed|documented|declared|"
    r"identified|apparent)|no known ones)\b)"
    r"(?P<tail>[ \t]*(?:(?:(?:that|which) )?(?:known|reported|recorded|documented|noted|stated|declared|at present|"
    r"currently|to date|so far|at this time|today|of note|"
    r"by history|by report|on history|per (?:patient|pt|family|wife|husband|daughter|son|mother|father|mum|chart|"
    r"record|gp)|as per (?:patient|chart|gp)|according to (?:the |his |her )?\w+|"
    r"(?:he|she|they|patient|pt|the patient) (?:is |are |was )?(?:aware of|knows? of|recalls?|says|states|reports?)|"
    r"aware of|to (?:any )?(?:drugs?|medications?|medicines?|foods?|anything)|"
    r"confirmed(?: with \w+)?|\((?:[^()\n]{0,40})\)|for (?:drugs|medications|foods)|ever|whatsoever|"
    r"as far as (?:\w+ ){1,4}))*)[ \t]*(?=$|[.;,\n|!–—-]|\band\b|\bbut\b|\b(?:other|apart|aside|except\w*|excluding|"
    r"save|besides|bar)\b)",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"[\s,;:.–—(-]{0,4}(?:but\s+)?(?:with the (?:sole |only )?exceptions? (?:of|being)|other than|apart from|"
    r"aside from|except(?:ing)?(?: for| to| that)?|excluding|excepting|save(?: for)?|"
    r"besides|bar(?:ring)?|but(?: for)?(?! (?:no|not|nil|denies)\b)|only|however|although|though|outside of|beyond|"
    r"not including|exception\s?[:–-]|exceptions?:)\s+",
    re.IGNORECASE,
)
# "Asked re: allergies - pt denies any", "discussed allergies, none known": the answer stands behind the word.
_ASKED = re.compile(
    r"\b(?P<what>allergies|allergy (?:status|history)|(?:any|about|re|regarding|for|of) allergy)"
    r"(?: discussed| asked| checked)?"
    r"(?:\s?[,:;]|\s?[–—]|\s-|\s?\?)\s*",
    re.IGNORECASE,
)
# "… allergy denied": said of the substance before it, where there is one.
_BARE = re.compile(r"allerg", re.IGNORECASE)
_ENTRY_GONE = re.compile(
    r"[,:]?[\"”’']?\s(?:entry\s|record\s)?(?:which\s|that\s|but\s)?"
    r"(?:has been\s|was\s|is\s)?(?:now\s)?(?:removed|deleted|struck|wrong|incorrect)",
    re.IGNORECASE,
)
_ENTRY_OF = re.compile(
    r"\b(?:entry|record|label) (?:of|saying) $|\b(?:no longer|previously|formerly|changed from) $", re.IGNORECASE
)
_HAPPENED = re.compile(r"(?:adverse|allergic) reactions?\s*$", re.IGNORECASE)
_EVER = re.compile(
    r"\b(?:known|history|hx|h/o|denie\w+|den[iy]\w+|drug|medic\w+|food|previous|prior|past|other)\b", re.IGNORECASE
)
# Names are shorter than this.
_SIGHT = 60
_NAMED = ("what", "to", "of", "before")
_FOOD = wordset("food foods dietary")
_DRUG = wordset("drug drugs medication medications medicine medicines medicinal medical pharmaceutical")
_NO_CLASS = wordset("environmental seasonal known and or nor to any anything & /")


class Denial(NamedTuple):
    """A blanket denial at `text[start:end]`."""

    start: int
    end: int
    classes: tuple[str, ...]
    """"any", "drugs", "foods", or a substance."""
    exceptions: int | None
    """Where a list begins of what it leaves out."""
    asked: bool = False
    """Whether it answers a question that the sentence tells of."""


def denials_in(text: str, start: int, end: int, *, listed: bool = False) -> Iterator[Denial]:
    """The blanket denials in a part of a text; `listed`: under "Allergies", where no reaction is meant of one dose."""
    for match in _DENIAL.finditer(text, start, end):
        if not listed and _HAPPENED.search(match.group()) and not _EVER.search(match.group()):
            continue  # "given without any adverse reaction" tells of one dose
        if match["short"] and (
            _ENTRY_GONE.match(text, match.end(), end) or _ENTRY_OF.search(text, start, match.start())
        ):
            continue  # "previous entry of NKDA deleted": something is known now
        if _BARE.match(match.group()) and _is_of_one(text, start, match.start()):
            continue  # "codeine allergy denied" denies that one, and says so as a statement
        yield _denial(text, match.start(), match.end(), end, _classes(match))
    for match in _ASKED.finditer(text, start, end):
        answer = denied_at(text, match.end(), end)
        if answer is not None and not _is_of_one(text, start, match.start("what")):
            yield answer._replace(asked=True)


def _is_of_one(text: str, start: int, at: int) -> bool:
    """Whether a substance stands right before a place."""
    return any(at - last <= 1 for _, last in names_in(text, max(start, at - _SIGHT), at))


def denied_at(text: str, start: int, end: int) -> Denial | None:
    """The denial that answers a heading or a question, right at `start`: "none", "nil known", "no"."""
    match = _NONE.match(text, start, end)
    if match is None:
        return None
    said = match.group().lower()
    classes = ("drugs",) if "nkda" in said or re.search(r"to (?:any )?(?:drug|medic)", said) else ("any",)
    return _denial(text, match.start("none"), match.end(), end, classes)


def _denial(text: str, start: int, stop: int, end: int, classes: tuple[str, ...]) -> Denial:
    while stop > start and not text[stop - 1].isalnum() and text[stop - 1] != ")":
        stop -= 1
    leaves_out = _EXCEPT.match(text, stop, end)
    return Denial(start, stop, classes, leaves_out.end() if leaves_out else None)


def _classes(match: re.Match[str]) -> tuple[str, ...]:
    short = (match["short"] or "").upper().removesuffix("S")
    if short:
        return {"NKDA": ("drugs",), "NDKA": ("drugs",), "NKMA": ("drugs",), "NKFA": ("foods",), "NKLA": ("latex",)}.get(
            short, ("any",)
        )
    named = re.split(r"[\s,/&+-]+", " ".join(match[one] or "" for one in _NAMED).lower().strip())
    found: dict[str, None] = {}
    for word in filter(None, named):
        if word in _DRUG:
            found["drugs"] = None
        elif word in _FOOD:
            found["foods"] = None
        elif word not in _NO_CLASS:
            found[word] = None
    if found:
        return tuple(found)
    return () if set(named) & {"environmental", "seasonal"} else ("any",)
