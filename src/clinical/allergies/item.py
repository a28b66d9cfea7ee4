"""One substance that a list names, with its reaction, before it or behind it, and how it stands."""

import re
from typing import NamedTuple

from clinical.allergies.non_answers import is_non_answer
from clinical.allergies.reactions import is_reaction, leading_reaction, reaction_of, reactions_in
from clinical.allergies.standing import TOLERATES, Standing, standing_behind
from clinical.allergies.substances import is_brief, is_known, is_name, is_substance, names_in, trimmed

_LEADING = re.compile(
    r"^(?:[\s•●▪*|–—-]+|(?:which|(?:to )?what|details?|specify|if (?:yes|so)[^:]{0,20})\s?[?:]+|"
    r"(?:the|an?|any|all|some|his|"
    r"her|their|both|to|multiple|other|several|most|many|certain|some|known|allergies|"
    r"drug|(?:inj|tabs?|caps?|syp|syr)\.?|confirmed|definite|documented|severe|severely|mild|mildly|moderate|true|patient|pt|is|has|had|have|are|was|"
    r"reports?|reported|states?|says|"
    r"allergic to|allergic|allergy to|allergies to|allergy:|intolerant (?:of|to)|intolerance (?:of|to)|"
    r"hypersensitive to|sensitive to|reacts? (?:badly )?to|"
    r"medications?:?|medicines?:?|(?:drugs?|foods?|environmental|others?|contact|insects?)\s?[:–-](?=\s)|tapes?\s?:(?=\s)|substance:|allergen:|agent:|drug:|"
    r"gets?|got|develops?|developed|suffers?(?: from)?|experiences?|comes? out in|came (?:out|up) in|breaks? out in|"
    r"broke out in|includes?|including|she|he|they|of|past|(?:a )?history of|hx of|adverse reactions?(?: to)?:?|"
    r"reactions? to|reaction with|"
    r"also|(?:yes|y)\b\s*[,:.–—-]*|\(?\d{1,2}[.)]|\[x\]|\(x\)|☒|☑|✓|previously|as well as|self-reported)[\s:]+)+",
    re.IGNORECASE,
)
# "Not allergic to aspirin, though the record says so"
_NOT_SO = re.compile(
    r"[\s•*–—-]*(?:(?:s?he|they|pt|patient|the patient|is|[’']s|now|but|and)\s)*(?:not|never|no longer|isn[’']t)\s"
    r"(?:really |actually |truly |known to be )?allergic (?:to|of)\s+",
    re.IGNORECASE,
)
_LINK = re.compile(
    r"\s*\.{3,}\s*|\s*(?P<open>[(\[])|[ ]*(?:\t|\|)\s*|\s{3,}|\s*(?:[-–—]{1,20}>|={1,20}>|→|⇒|⟶)\s*|\s+[-–—]+\s*|"
    r"(?:(?<![-–—])[-–—]*)?[-–—]\s+|\s*[–—]\s*|\s*[:=>]\s*|"
    r"\s+(?P<verb>(?:which |that |has |have |had |will |can |may |previously |also |always |usually ){0,6}"
    r"(?:caus(?:es?|ed|ing)|giv(?:es?|ing)|gave|mak(?:es?|ing)|made|br(?:ings?|ought|inging)|trigger(?:s|ed)?|"
    r"leads?(?: to)?|led(?: to)?|"
    r"results?(?: in)?|resulted(?: in)?|resulting(?: in)?|produc(?:es?|ed)|induc(?:es?|ed)|upsets?|provok(?:es?|ed)|"
    r"reaction|reactions|"
    r"with reaction|reacts?|reacted|sends?|puts?|turns?))\b[\s:]*|\s+with\s+|\s+(?=(?:is|was|were|are|outgrown|"
    r"can (?:now )?(?:come|be taken|go) off|"
    r"tolerated|removed|refuted|fine|ok|okay|none|nil|no (?:reactions?|problems?|issues?)|never had|allergy "
    r"(?:was|has|is|label|removed))\b)",
    re.IGNORECASE,
)
_BEHIND_REACTION = re.compile(
    r"\s*(?:to|with|from|after|following|on|due to|secondary to|because of|caused by|when (?:given|taking|(?:s?he|"
    r"they) (?:takes?|took|has|had|eats?))|"
    r"if (?:given|(?:s?he|they) (?:takes?|eats?|has))|on taking|:|–|—|-)\s+",
    re.IGNORECASE,
)
_CELL = re.compile(r"[^|\t]*[|\t]")
# "?latex", "? latex", but not the end of a question: "Which? Latex".
_DOUBTS = re.compile(r"(?<!\w)\?\s?$")
_GENERIC = re.compile(r"(?:(?:adverse|bad|severe) )?reactions?|side effects?", re.IGNORECASE)


_TIME = re.compile(
    r"\s(?:last|this|once|twice|years?|yesterday|today|recently|aged?|(?:post|pre|peri|intra)[- ]?op\w*|(?:19|20)\d\d|"
    r"\d{1,2}/)\b",
    re.IGNORECASE,
)
# Before the reaction, in a form.
_ASKED = re.compile(
    r"(?:what happened|what (?:was the )?reaction|(?:type of )?reactions?|effects?)\s?[?:]\s*", re.IGNORECASE
)


class Item(NamedTuple):
    """A substance at `text[start:end]`, with the place of its reaction."""

    start: int
    end: int
    substance: str
    reaction: str | None
    reaction_at: tuple[int, int] | None
    standing: Standing


def spoken_reaction(text: str, start: int, end: int) -> tuple[int, int] | None:
    """The reaction that a clause tells of."""
    named = [one for one in reactions_in(text, start, end) if not _GENERIC.fullmatch(text, one.start, one.end)]
    if not named:
        return None
    whole = leading_reaction(text, named[0].start, end)
    return named[0].start, whole.end if whole else named[0].end


def item_at(text: str, start: int, end: int) -> Item | None:
    """The substance that a piece of a list names; None where it names none."""
    if TOLERATES.match(text, start, end):
        return None  # what is borne was never said to be an allergy
    denied = _NOT_SO.match(text, start, end)
    if denied is not None:
        return _item_named(text, denied.end(), end, Standing.DENIED)
    lead = _LEADING.match(text[start:end])
    start += lead.end() if lead else 0
    bare = " ".join(text[start:end].lower().split()).strip(" .;:")
    if (lead and is_non_answer(text[start:end])) or not (is_substance(bare) or _LINK.search(text, start + 1, end)):
        return None
    backward = _backward(text, start, end)
    if backward is not None:
        return backward
    link = _link(text, start, end)
    return _named(text, start, end, None, Standing.HELD) if link is None else _linked(text, start, end, link)


def _linked(text: str, start: int, end: int, link: tuple[int, int, bool]) -> Item | None:
    """A substance, and what is told of it behind a mark or a verb."""
    stop, rest, verb = link
    asked = _ASKED.match(text, rest, end)
    rest = asked.end() if asked else rest
    standing = standing_behind(text[rest:end]) or (
        Standing.NOT_BORNE if verb and _harms(text, rest, end) else Standing.HELD
    )
    if standing is Standing.HELD and is_non_answer(text[rest:end]):
        return _named(text, start, stop, None, standing)
    cell = _CELL.match(text, rest, end)
    if cell is not None and any(map(str.isalpha, cell.group())):
        end = cell.end() - 1
    return _named(text, start, stop, _reaction_place(text, rest, end, verb=verb), standing)


def _harms(text: str, start: int, end: int) -> bool:
    """Whether a sentence tells what a substance does, and that is no sign of an allergy: "makes her sick"."""
    told = reactions_in(text, start, end)
    return bool(told) and not any(one.allergic for one in told)


def _reaction_place(text: str, start: int, end: int, *, verb: bool) -> tuple[int, int] | None:
    bracket = text.find(")", start, end)
    closes = bracket if bracket >= 0 else text.find("]", start, end)
    if text[start - 1 : start] in "([" and closes >= 0:
        behind = reactions_in(text, closes + 1, end)
        if not reactions_in(text, start, closes) and behind:
            return behind[0].start, behind[-1].end
        return None if is_known(text[start:closes].lower().strip()) else (start, closes)
    spoken = spoken_reaction(text, start, end)
    if verb:
        return spoken or (start, end)
    if spoken and not is_reaction(text, start, end) and len(text[start:end].split()) > 4:
        return spoken
    return (start, end) if not is_known(text[start:end].lower().strip()) else None


def _link(text: str, start: int, end: int) -> tuple[int, int, bool] | None:
    """Where the name ends, where what is told of it begins, and whether a verb stands between."""
    at, link = start, None
    while at < end:
        match = _LINK.search(text, at, end)
        if match is None:
            break
        if match.start() > start and match.end() > match.start():
            link = match.start(), match.end(), match["verb"] is not None
            break
        at = max(match.end(), match.start() + 1)
    stop = end if link is None else link[0]
    for found in reactions_in(text, start, stop):
        head = text[start : found.start].lower().strip(" -–")
        if head and is_known(head) and not is_name(text[start:stop].lower().strip()):
            return found.start, found.start, False
    return link


def _backward(text: str, start: int, end: int) -> Item | None:
    """A reaction before its substance: "anaphylaxis to peanuts", "rash with penicillin", "hives: latex"."""
    first = leading_reaction(text, start, end)
    if first is None:
        return None
    link = _BEHIND_REACTION.match(text, first.end, end)
    if link is None:
        return None
    item = _item_named(text, link.end(), end)
    if item is None or not (is_known(item.substance) or is_brief(item.substance)):
        return None
    reaction = reaction_of(text, first.start, first.end)
    return item._replace(reaction=reaction, reaction_at=(first.start, first.end) if reaction else None)


def _item_named(text: str, start: int, end: int, otherwise: Standing = Standing.HELD) -> Item | None:
    lead = _LEADING.match(text[start:end])
    start += lead.end() if lead else 0
    link = _link(text, start, end)
    standing = standing_behind(text[link[1] : end]) if link else None
    return _named(text, start, link[0] if link else end, None, standing or otherwise)


def _end_of_name(text: str, start: int, end: int, *, always: bool) -> int:
    """Where the known name ends that words begin with, if a time, or (`always`) anything follows: "prawns last May"."""
    named = names_in(text, start, end)
    if not named or named[0][0] != start or not (always or _TIME.match(text, named[0][1], end)):
        return end
    return named[0][1]


def _named(text: str, start: int, end: int, place: tuple[int, int] | None, standing: Standing) -> Item | None:
    start, end = trimmed(text, start, end)
    doubtful = _DOUBTS.search(text[max(0, start - 3) : start]) or text[end : end + 1] == "?"
    substance = " ".join(text[start:end].lower().split())
    if not is_brief(substance) and not is_name(substance):
        end = _end_of_name(text, start, end, always=True)
        substance = " ".join(text[start:end].lower().split())
    elif not is_name(substance):
        end = _end_of_name(text, start, end, always=False)
        substance = " ".join(text[start:end].lower().split())
    if not is_substance(substance) or is_reaction(text, start, end):
        return None
    reaction = reaction_of(text, *place) if place and standing is not Standing.DENIED else None
    if doubtful and standing is Standing.HELD:
        standing = Standing.DOUBTED
    return Item(start, end, substance, reaction, place if reaction else None, standing)
