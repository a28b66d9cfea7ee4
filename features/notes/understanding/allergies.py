"""Allergies and intolerances, present or denied. Hay fever and the like are diagnoses, not substances."""

import re
from collections.abc import Iterator
from functools import cache

from features.notes.understanding.note import Fact, Note
from features.notes.understanding.resources import entries
from features.notes.understanding.vocabulary import drugs

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
    r"\b(?:no|denies|denied|never had|without)\s+(?:any |known |significant |previous |"
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
_REACTION = (
    r"rash|hives?|urticaria|anaphyla\w+|angioedema|swelling|itch\w*|pruritus|nausea|vomiting|"
    r"gi upset|upset stomach|diarrh\w+|"
    r"shortness of breath|sob|wheez\w+|bronchospasm|hypotension|dizziness|headache|cough|"
    r"myalgias?|throat \w+|(?:facial|lip|tongue) \w+|"
    r"flushing|fever|unknown(?: reaction)?|stevens-johnson\w*|confusion|palpitations|gi (?:distress|"
    r"intolerance)|stomach (?:upset|pain)|seizures?|red man syndrome|muscle (?:aches?|"
    r"pains?)|difficulty breathing|skin \w+|bruising|bleeding|blisters"
)
_SAID = re.compile(
    (
        rf",?\s*(?:[(\[]\s*(?P<in>[^)\]\n]{{2,60}})[)\]]|(?:[-–—:>=]+|causes?|caused|causing|"
        rf"which causes?|resulting in|leads? to|with|gives? (?:him|her|them)?|results? in|reaction:?|"
        rf"resulting in|\(?reaction[: ])\s*(?P<after>(?:{_REACTION})(?:(?:,| and|/| &)\s*(?:{_REACTION}))*))"
    ),
    re.IGNORECASE,
)
_SEPARATOR = re.compile(r"\s*(?:,(?![^(]*\))|;|\n|\band\b|\bor\b|&|\+|•)\s*(?:and\s+|or\s+)?", re.IGNORECASE)
_ENDS_LIST = re.compile(
    r"\b(?:who|which|but|however|with which|presents?|for|since|as a|when|because|on|in|"
    r"is|was|has|had|and (?:has|is|was|takes|reports|denies|she|he|the)|he|she|they|the patient|"
    r"causing|that|resulting|this|during|at|after|reports?|denies|noted|takes?)\b|[–—]|\s-\s|:",
    re.IGNORECASE,
)
_LEADING = re.compile(
    r"^(?:(?:the |an? |any |all |some |his |her |both |to |multiple |other |several |known |"
    r"drug |severe |mild |patient (?:is|reports|states|has) |"
    r"reports |states |allergic to |allergy to |medications?:? |drugs?:? |foods?:? |environmental:? |"
    r"is |has |include |includes |including |reported |she |he |of |past |(?:a )?history of |"
    r"reported |possible |denies )+)",
    re.IGNORECASE,
)
_NO_SUBSTANCE = re.compile(
    r"^(?:seasonal|environmental|known|drug|drugs|medications?|food|foods|none|no|nkda|"
    r"nka|allerg\w*|history|rhinitis|conjunctivitis|reactions?|symptoms?|it|them|him|her|"
    r"this|that|anything|"
    r"something|reviewed|updated|see|per|above|listed|unknown|not|other|fall|spring|summer|"
    r"severe|mild|exercise|heat|cold|any|all|the|possible|asthma|contact|skin|glucose|"
    r"activity|lactose|"
    r"patient|reported|present|active|verified|light|touch|palpation|temperature|cold|"
    r"sun|noise|change|movement|smells?|pressure|pain|pinprick|antibiotics? of|(?:an?|"
    r"his|her|their|for|with|to|her|of|and) .*|noncontributory|negative|positive|unchanged|"
    r"unremarkable|sinus|hives|psoriasis|allergies)$",
    re.IGNORECASE,
)
_NONE_FIRST = re.compile(r"(?:none(?: known)?|nil(?: known)?|no known(?: drug)? allergies)\s*[;,.]", re.IGNORECASE)
_DASHED = re.compile(r"[-–—:=]\s+(?P<after>[A-Za-z][a-z]+(?: [a-z]+){0,3})[.\s]*$")
_BLANK_LINE = re.compile(r"\n[ \t]*\n")
_IS_REACTION = re.compile(rf"(?:{_REACTION})(?:(?:,| and|/| &)\s*(?:{_REACTION}))*", re.IGNORECASE)
# Words that names of substances do not have.
_TELLS = re.compile(
    r"\b(?:\w+ed|made|taken|given|seen|done|out|off|clinic|ward|day|days|week|weeks|month|months|plan|parents?|mother|father|"
    r"mum|dad|doctor|dr|nurse|consultant|band|wristband|bracelet|card|letter|school|referral|review|check|please|avoid|inhaler|"
    r"tablets?|prn|bd|tds|od|qds|mg|daily|morning|night|well|today|yesterday|and|was|is|has|had|to|at|on|in|for|by)\b",
    re.IGNORECASE,
)
_WEATHER = frozenset({"seasonal", "environmental"})


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
        for start, end, substance, _ in _items(text, match.start("list"), _list_end(text, match)):
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
    for place, (start, stop, substance, reaction) in enumerate(_items(text, match.start("list"), end)):
        if place and not is_known(substance) and not _brief(substance):
            continue
        if match.re is _OF:
            yield start, stop, substance, reaction, "denied" if note.context.of(start, stop).negated else status
        else:
            yield start, stop, substance, reaction or _reaction_behind(text, stop, listed), status


def _reaction_behind(text: str, at: int, listed: str) -> str | None:
    """The reaction that a sentence names behind the substance, or before it: "anaphylaxis to peanuts"."""
    if listed.startswith("anaphyla"):
        return "anaphylaxis"
    said = _SAID.match(text, at, at + 80)
    return _reaction(said) if said else None


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
        for place, (begin, stop, substance, reaction) in enumerate(_items(text, max(first, start), min(last, end))):
            if (told_behind or place) and not (reaction or is_known(substance)) and not _brief(substance):
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


def is_known(substance: str) -> bool:
    """Whether people are known to be allergic to it: a drug, a food, a material."""
    words = substance.split()
    known = _allergens()
    return not _TELLS.search(substance) and any(
        " ".join(words[at:to]) in known for at in range(len(words)) for to in range(at + 1, len(words) + 1)
    )


def _brief(substance: str) -> bool:
    """Whether it may be a name that nobody listed, and is no piece of a sentence."""
    return len(substance.split()) <= 2 and not _TELLS.search(substance)


@cache
def _allergens() -> frozenset[str]:
    drugs_ = (form for name in drugs() for form in (name.lower(), f"{name.lower()}s"))
    return frozenset(drugs_) | frozenset(word for line in entries("allergens.txt") for word in line.split())


def _items(text: str, start: int, end: int) -> Iterator[tuple[int, int, str, str | None]]:
    """The substances in a list, with their reactions."""
    at = start
    last: tuple[int, int, str, str | None] | None = None
    while at < end:
        separator = _next_separator(text, at, end)
        stop = separator.start() if separator else end
        item = _item(text, at, stop)
        if item is not None and last is not None and _IS_REACTION.fullmatch(item[2]):
            if last[3] is None:  # "penicillin, rash"
                last = (*last[:3], item[2])
        elif item is not None:
            if last is not None:
                yield last
            last = item
        if separator is None or separator.end() <= at:
            break
        at = separator.end()
    if last is not None:
        yield last


def _next_separator(text: str, at: int, end: int) -> re.Match[str] | None:
    """The next separator that does not stand in brackets."""
    for match in _SEPARATOR.finditer(text, at, end):
        if text.count("(", at, match.start()) <= text.count(")", at, match.start()):
            return match
    return None


def _item(text: str, start: int, stop: int) -> tuple[int, int, str, str | None] | None:
    piece = text[start:stop]
    lead = _LEADING.match(piece)
    begin = start + (lead.end() if lead else 0)
    while begin < stop and not text[begin].isalnum():
        begin += 1
    reaction = None
    end = stop
    for position in range(begin, stop):
        if text[position] in "([-–—:=" or text.startswith(
            (" caus", ", which caus", " with ", " lead", " give", " which", " reaction"), position
        ):
            said = _SAID.match(text, position, stop + 80 if text[position] in "([" else stop) or _DASHED.match(
                text, position, stop
            )
            if said:
                reaction, end = _reaction(said), position
                break
    while end > begin and not (text[end - 1].isalnum() or text[end - 1] in ")]"):
        end -= 1
    substance = text[begin:end].lower().strip()
    if not _is_substance(substance):
        return None
    return begin, end, substance, reaction


def _reaction(said: re.Match[str]) -> str:
    words = (said.groupdict().get("in") or said["after"]).strip().lower()
    return re.sub(r"^(?:reaction|causes?)[: ]+", "", words).strip(" .")


def _is_substance(words: str) -> bool:
    return (
        2 <= len(words) <= 50
        and len(words.split()) <= 5
        and not _NO_SUBSTANCE.match(words)
        and not words[0].isdigit()
        and words.split(maxsplit=1)[0] not in _WEATHER
    )
