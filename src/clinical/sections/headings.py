"""What headings and SOAP markers look like in real notes, and what they stand for."""

import re
from typing import NamedTuple

from clinical.sections.heading_names import BOTH, named

PARTS = ("subjective", "objective", "assessment", "plan")

_LETTERS = {"s": "subjective", "o": "objective", "a": "assessment", "p": "plan"}
_COMBINED = {"a/p", "a&p", "a & p", "a / p", "a+p", "ap", "a-p"}

# The letter or its combination, then what sets it off: "S:", "S -", "(S)", "**S:**", "A/P:", "S" alone on its line.
_LETTER = re.compile(
    r"[ \t]*(?:#{1,4}[ \t]*)?(?:\*\*|__)?[(\[]?(?P<name>[SOAPsoap]|[Aa][ ]?[/&+][ ]?[Pp]|AP)"
    r"(?P<mark>(?:[)\]])?(?:\*\*|__)?(?:[ \t]*+(?::(?:\*\*|__)?|[-–—=>]+(?=\s)|[–—]|"
    r"[.](?=[ \t]+[A-Z])|(?=$))|(?<=[)\]])))"
)
_WORD = re.compile(
    r"[ \t]*(?:#{1,6}[ \t]*)?(?:\d{1,2}[.)][ \t]+)?(?:\*\*|__|(?:[=\[(<~]{1,5}|-{2,5})[ \t]*)?"
    r"(?P<name>[^\W\d_][^\n:*_=>\]–—|]{0,58}?)"
    r"[ \t]*+(?P<aside>\((?!S\))[^()\n]{0,60}\)[ \t]*+)?"
    r"(?P<mark>(?:\*\*|__|[\])>=~]{1,5})?[ \t]*+(?::+-?(?:\*\*|__)?|[–—](?=\s|\w)|-(?=\s)|[|](?=\s)|"
    r"(?<=[ \t][ \t])(?=\w)|(?<=\t)(?=\w)|"
    r"[-=~]*(?=[ \t]*$)))"
)
# A form sets its headings off with a gap: "Allergies   Nil known". A second gap makes the line a row of a table.
_GAP = re.compile(r"\S(?:[ \t]{2}|\t)\s*\S")
_IN_FORMS = frozenset({"allergies", "medications", "past", "family", "social", "surgical", "complaint"})
_DIGITS = re.compile(r"[\d.,/%\s<>+-]*+(?:bpm|/min|mmhg|kg|cm|%)?[\s.,;]*$", re.IGNORECASE)
_PULSE = re.compile(
    r"\d{2,3}\s*+(?:(?:bpm|/min|per\s+min\w*|beats?|reg\w*|irreg\w*)\s*+)?(?:$|[,;./]\s*(?:R|"
    r"RR|BP|T|Temp|Sp?O2|O2|Sats?|Resp|W?t)\b"
    r"|(?<=\s)(?:R|RR|BP|T|Temp|SpO2|O2|Sats?|Resp)\b|,?\s*(?:reg|irreg|sinus))",
    re.IGNORECASE,
)


class Heading(NamedTuple):
    """A heading: `text[start:end]`, after which its text begins. `kind` as in headings.txt."""

    start: int
    end: int
    kind: str
    parts: tuple[str, ...]
    letter: bool = False
    dotted: bool = False
    alone: bool = False


def letter_at(text: str, start: int, end: int) -> Heading | None:
    """A SOAP letter at the beginning of the line `text[start:end]`."""
    match = _LETTER.match(text, start, end)
    if match is None:
        return None
    name = match["name"].lower()
    rest = text[match.end() : end].strip()
    if rest and _DIGITS.match(rest):
        return None
    if name == "p" and _PULSE.match(rest):
        return None
    mark = match["mark"].strip()
    if name in {"ap", *_LETTERS} and not mark and not match["name"].isupper():
        return None
    if name == "ap" and (
        not mark or re.match(r"(?:and|view|chest|pelvis|diameter|x-?ray|film)\b", rest, re.IGNORECASE)
    ):
        return None
    parts = BOTH if name.replace(" ", "") in _COMBINED else (_LETTERS[name],)
    kind = "assessment_plan" if parts == BOTH else parts[0]
    return Heading(
        start, match.end(), kind, parts, letter=len(name) == 1, dotted=mark in {".", ""} or mark[-1] in "-–—>="
    )


def word_at(text: str, start: int, end: int) -> Heading | None:
    """A heading in words at the beginning of the line `text[start:end]`: "HPI:", "PHYSICAL EXAM", "Plan - rest"."""
    match = _WORD.match(text, start, min(end, start + 140))
    if match is None:
        return None
    mark = match["mark"].strip("*_ \t])>=~")
    alone = not text[match.end() : end].strip(" \t*_-=~")
    row = not mark and not alone and _is_row_of_form(text, match, end)
    found = named(match["name"], qualified=row or mark.startswith(":") or (alone and match["name"].isupper()))
    if found is None or (not mark and not alone and not (row and found.kind in _IN_FORMS)):
        return None
    if (mark or alone) and not _sets_off(match["name"], mark, alone=alone):
        return None
    if match["aside"] and not (mark.startswith(":") or alone):
        return None
    # "Plan (see below):" keeps what is said in brackets out of the text; a date in them is the heading's
    return Heading(start, match.end(), found.kind, found.parts, alone=alone)


def _is_row_of_form(text: str, name: re.Match[str], end: int) -> bool:
    """Whether a gap stands behind a name, and all of the rest of its line is said under it."""
    return name["name"][:1].isupper() and _GAP.search(text, name.end(), end) is None


def _sets_off(name: str, mark: str, *, alone: bool) -> bool:
    """Whether a known name is meant as a heading: very short ones need a colon, ordinary words capitals."""
    if mark.startswith(":"):
        return True
    name = name.strip()
    if alone:
        return name[:1].isupper() or len(name) > 3
    return name.isupper() or (name[:1].isupper() and mark in {"-", "–", "—", "|"} and named(name) is not None)
