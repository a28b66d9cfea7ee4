"""Allergies and intolerances, present or denied. Hay fever and the like are diagnoses, not substances."""

import re
from collections.abc import Iterator

from clinical.allergies.substances import SAID, is_brief, is_known, reaction_of, substances
from clinical.note import Fact, Note

_NONE = re.compile(
    r"\b(?:NKD?A\b|NKFA\b|(?:no|denies(?: any| having)?(?: known)?|without|nil)\s+(?:known |"
    r"any |other |significant |history of |reported |current |"
    r"documented )*(?P<what>(?:drug|medication|medicine|medical|food|environmental|latex|"
    r"seasonal|antibiotic|contrast|egg|nut)s?"
    r"(?:\s?(?:,|or|and|/)\s?(?:drug|medication|food|environmental|latex|seasonal)s?)*\s+)?allerg(?:ies|"
    r"y)\b(?!\s+to\s)(?:\s+to\s+(?P<to>medications?|drugs?|medicines?|foods?|anything))?)",
    re.IGNORECASE,
)
_NONE_AT_ALL = re.compile(
    r"(?:none|nil|no|n/a|denies|negative|nka|nkda|none known|none reported|no allergies)\b(?: known)?\.?\s*$",
    re.IGNORECASE,
)
_NO_REACTION = re.compile(
    r"\b(?:no|denies|denied|never had|without)\s++(?:any |known |significant |previous |"
    r"prior )*(?:hx\.?|history|h/o)?\s*(?:of )?(?:an? |any )?"
    r"(?:allergic reactions?|allerg(?:y|ies)|adverse reactions?|anaphylaxis|intolerances?|"
    r"sensitivit(?:y|ies))\s+(?:to|with)\s+(?P<list>[^.;\n]{2,80})",
    re.IGNORECASE,
)
_TO = re.compile(
    r"\b(?P<lead>allergic(?: reactions?)?|allerg(?:y|ies)|intoleran(?:t|ces?)|hypersensitiv(?:e|"
    r"ity)|sensitiv(?:e|ity)|anaphyla(?:xis|ctic(?: reactions?)?|ctoid reaction)|adverse reactions?)"
    r"\s+(?:includ(?:e|ing)\s+|(?:to|with)\s+|of\s+)(?P<list>[^.;\n]{2,120})",
    re.IGNORECASE,
)
_OF = re.compile(
    (
        r"\b(?P<list>(?:[A-Za-z-]{3,20}\s){0,1}?[A-Za-z-]{3,25})\s+(?P<lead>allergy|intolerance)\b(?!\s+(?:to|"
        r"shots?|clinic|test|season|medic|pill|list|symptoms?|sx|specialist|immun|f/u))"
    ),
    re.IGNORECASE,
)
_ENDS_LIST = re.compile(
    r"\b(?:who|which|but|however|with which|presents?|for|since|as a|when|because|on|in|"
    r"is|was|has|had|and (?:has|is|was|takes|reports|denies|she|he|the)|he|she|they|the patient|"
    r"causing|that|resulting|this|during|at|after|reports?|denies|noted|takes?)\b|[–—]|\s-\s|:",
    re.IGNORECASE,
)
_NONE_FIRST = re.compile(r"(?:none(?: known)?|nil(?: known)?|no known(?: drug)? allergies)\s*[;,.]", re.IGNORECASE)
_BLANK_LINE = re.compile(r"\n[ \t]*\n")


def allergies(note: Note) -> list[Fact]:
    """The allergies of a note in the order of the text, each substance once."""
    found: dict[str, Fact] = {}
    for start, end, substance, reaction, status in sorted(_mentions(note), key=lambda mention: mention[:2]):
        fact = note.fact(start, end, substance=substance, reaction=reaction, status=status)
        earlier = found.get(substance)
        if earlier is None or (earlier["status"], status) == ("denied", "present"):
            found[substance] = fact
        elif earlier["reaction"] is None and status == earlier["status"]:
            earlier["reaction"] = reaction
    return sorted(found.values(), key=lambda fact: (fact["start"], fact["end"]))


_Mention = tuple[int, int, str, str | None, str]


def _mentions(note: Note) -> Iterator[_Mention]:
    text = note.text
    if "llerg" not in text and not re.search(r"(?i)NKD?A|anaphyla|intoleran|sensitiv|allerg|adverse reaction", text):
        return
    denied: list[tuple[int, int]] = []
    for match in _NONE.finditer(text):
        if not note.context.of(match.start(), match.start() + 1).family and note.kind_at(match.start()) != "family":
            denied.append(match.span())
            yield from _denied(match)
    for match in _NO_REACTION.finditer(text):
        denied.append(match.span())
        for start, end, substance, _ in substances(text, match.start("list"), _list_end(text, match)):
            yield start, end, substance, None, "denied"
    for segment in note.outline.segments:
        if segment.kind == "allergies" and segment.end > segment.body:
            yield from _listed(note, segment.body, min(segment.end, segment.body + 3_000), denied)
    yield from _all_told(note, denied)


def _all_told(note: Note, denied: list[tuple[int, int]]) -> Iterator[_Mention]:
    for pattern in (_TO, _OF):
        for match in pattern.finditer(note.text):
            if not any(start <= match.start() < end for start, end in denied):
                yield from _told(note, match)


def _denied(match: re.Match[str]) -> Iterator[_Mention]:
    words = match.group().lower()
    what = f"{match['what'] or ''} {match['to'] or ''}".lower().split()
    if words.startswith("nkda") or {
        "drug",
        "drugs",
        "medication",
        "medications",
        "medical",
        "medicine",
        "medicines",
    } & set(what):
        yield match.start(), match.end(), "drugs", None, "denied"
    if words.startswith("nkfa") or {"food", "foods"} & set(what):
        yield match.start(), match.end(), "food", None, "denied"
    for thing in ("latex", "antibiotic", "contrast", "egg", "nut"):
        if thing in what:
            yield match.start(), match.end(), thing, None, "denied"
    if (not what and not words.startswith(("nkda", "nkfa"))) or "anything" in what:
        yield match.start(), match.end(), "any", None, "denied"


def _list_end(text: str, match: re.Match[str]) -> int:
    stop = _ENDS_LIST.search(text, match.start("list"), match.end("list"))
    return stop.start() if stop and stop.start() > match.start("list") else match.end("list")


def _told(note: Note, match: re.Match[str]) -> Iterator[_Mention]:
    """What sentences tell: "allergic to penicillin", "penicillin allergy"."""
    text = note.text
    if note.in_heading(match.start()) or note.kind_at(match.start("lead")) in {"family", "instructions"}:
        return
    meant = note.context.of(match.start("lead"), match.end("lead"))
    if meant.family or meant.hypothetical or meant.possible:
        return
    listed = match["lead"].lower()
    if listed.startswith("sensitiv") and note.kind_at(match.start()) not in {
        "allergies",
        "medications",
        "past",
        "history",
        "subjective",
    }:
        return
    status = "denied" if meant.negated else "present"
    end = _list_end(text, match) if match.re is _TO else match.end("list")
    for place, (start, stop, substance, reaction) in enumerate(substances(text, match.start("list"), end)):
        if place and not is_known(substance) and not is_brief(substance):
            continue
        if match.re is _OF:
            yield start, stop, substance, reaction, "denied" if note.context.of(start, stop).negated else status
        else:
            yield start, stop, substance, reaction or _reaction_behind(text, stop, listed), status


def _reaction_behind(text: str, at: int, listed: str) -> str | None:
    """The reaction that a sentence names behind the substance, or before it: "anaphylaxis to peanuts"."""
    if listed.startswith("anaphyla"):
        return "anaphylaxis"
    said = SAID.match(text, at, at + 80)
    return reaction_of(said) if said else None


def _listed(note: Note, start: int, end: int, denied: list[tuple[int, int]]) -> Iterator[_Mention]:
    """What stands under "Allergies"."""
    text = note.text
    end = _end_of_list(text, start, end)
    content = text[start:end].strip()
    none = _NONE_AT_ALL.match(content) or _NONE_FIRST.match(content)
    if none:
        if not any(from_ < end and start < to for from_, to in denied):
            offset = text.index(content, start)
            yield offset, offset + len(none.group().rstrip(".;, ")), "any", None, "denied"
        return
    yield from _items_listed(note, start, end, denied)


def _items_listed(note: Note, start: int, end: int, denied: list[tuple[int, int]]) -> Iterator[_Mention]:
    text = note.text
    listing = True
    for first, last in note.document.sentences:
        if last <= start or first >= end:
            continue
        # The list is the first sentence, or one to a line; what is told behind it must name what one is allergic to.
        told_behind = not listing and "\n" not in text[max(start, first - 3) : first]
        listing = False
        if any(from_ < last and first < to for from_, to in denied):
            continue
        sentence = text[first:last]
        if (
            _TO.search(sentence)
            or re.match(r"(?i)(?:the )?(?:patient )?(?:denies|no )\b", sentence)
            or len(sentence) > 200
        ):
            continue
        for place, (begin, stop, substance, reaction) in enumerate(substances(text, max(first, start), min(last, end))):
            if (told_behind or place) and not (reaction or is_known(substance)) and not is_brief(substance):
                continue
            if told_behind and not (reaction or is_known(substance)):
                continue
            if not note.context.of(begin, stop).negated:
                yield begin, stop, substance, reaction, "present"


def _end_of_list(text: str, start: int, end: int) -> int:
    """Where the list ends: with its line, or, when the heading stands alone, with its paragraph."""
    line = text.find("\n", start, end)
    if line == -1:
        return end
    if text[start:line].strip():
        return line
    first = start + len(text[start:end]) - len(text[start:end].lstrip())
    blank = _BLANK_LINE.search(text, first, end)
    return blank.start() if blank else end
