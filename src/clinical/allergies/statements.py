"""What sentences tell of allergies: "allergic to codeine", "penicillin allergy", "hives after cefalexin".

A sentence is taken as such a statement where a substance stands beside a word for allergy, or beside a sign of an
allergy (a rash, wheeze, anaphylaxis) as its cause.
"""

import re
from collections.abc import Iterator

from clinical.allergies.causes import ENDS_LIST, beside, came, caused
from clinical.allergies.effects import effect_behind
from clinical.allergies.germs import is_of_germs
from clinical.allergies.item import Item
from clinical.allergies.items import items_in
from clinical.allergies.mention import Told
from clinical.allergies.reactions import leading_reaction, reaction_of, reactions_in
from clinical.allergies.standing import Standing
from clinical.allergies.substances import is_known, is_name, is_substance, names_in, trimmed
from clinical.lexicon.resources import words

# At which point of a course or an infusion it happened.
_AT = (
    r"(?:at|during|near) (?:the |an? )?(?:start|end|dose|course|infusion|(?:first|second|third|last|next) "
    r"(?:dose|infusion|course))(?: of)?(?: the)?(?: (?:dose|infusion|course) of)?"
)
_TO = re.compile(
    r"\b(?P<lead>(?P<anaphylaxis>anaphyla(?:xis|ctic (?:reactions?|shock)|ctoid reactions?)|anaphylax(?:ed|es))|"
    r"allergic(?: reactions?)?|allerg(?:y|ies)|"
    r"intoleran(?:t|ces?)|hypersensitiv(?:e|ity)|(?P<weak>sensitiv(?:e|ity)|(?:adverse |bad |severe |serious |nasty |"
    r"drug |infusion ){0,4}reactions?(?: (?:was|is|had been|has been))?|reacts?|reacted|react(?:s|ed)? badly))"
    rf"(?:\s+(?:only|also|just|mainly|both))?\s+(?:(?:to|with|of|towards?|against|following|after|from|{_AT})[\s:]+|includ(?:e|es|ing)\s+)"
    r"(?P<list>[^.;\n]{2,160})",
    re.IGNORECASE,
)
_OF = re.compile(
    r"(?<![A-Za-z])(?P<list>(?:[A-Za-z][\w-]{0,40}\s){0,3}[A-Za-z][\w-]{1,40})(?:\s|-|[\"”’']\s?)"
    r"(?P<lead>allerg(?:y|ies|ic)|"
    r"intoleran(?:ce|t)|hypersensitivity|anaphylaxis)\b"
    r"(?!\s+(?:to\s|shots?|clinic|test|season|medic|pill|list|symptoms?|sx|specialist|immun|f/u|nurse|service|"
    r"referral|team|rhinitis|asthma|action|plan|card|band|alert band|"
    r"conjunctivitis|dermatitis|eczema|bronch))",
    re.IGNORECASE,
)
# "Her only allergy is to latex", "the one allergy on file: codeine": the substance is the complement.
_IS_TO = re.compile(
    r"\b(?:only|sole|one|single|main|known|drug|recorded|documented|true|real|(?:his|her|their|the))\s(?P<lead>allerg(?:y|ies))"
    r"(?:\s(?:s?he|they|has|have|had|known|that|of|on|note|record|file|the|i|we|knows?|about|aware|recorded|listed|documented|drug)){0,5}"
    r"(?:\s(?:is|are|being|remains)(?:\s(?:only|just|still))?(?:\sto)?\s|\s?[:=–-]\s)(?:an?\s|the\s)?(?P<list>[^.;\n]{2,100})",
    re.IGNORECASE,
)
# "Tongue swelling an hour after ketoprofen, coded as an allergy".
_RECORDED = re.compile(
    r"(?P<wrongly>\b(?:wrongly|mistakenly|incorrectly|erroneously|previously|not|never)\s)?"
    r"\b(?:(?:recorded|noted|documented|listed|coded|labell?ed|logged|registered|entered|put down|down|confirmed|"
    r"treated|flagged|classed|regarded|marked|charted)\b[^.;\n]{0,50}?\b(?:allerg(?:y|ic|ies)(?!\s(?:clinic|test|card|band|to\b)))|"
    r"allerg(?:y|ic|ies) (?:on (?:file|record)|recorded|noted|documented|label))",
    re.IGNORECASE,
)
# The words of a list before its last one: "penicillin, codeine and" of "penicillin, codeine and latex allergies".
_LIST_BEFORE = re.compile(
    r"(?<![A-Za-z])(?:[A-Za-z][\w-]{1,40}+(?: [A-Za-z][\w-]{1,40}+)?\s?(?:,|/|&|\+|\band\b|,\s?and)\s?){1,8}$"
)
_SIGHT = 70
_LABELLED = re.compile(
    r"\b(?:label(?:l)?ed|recorded|listed|documented|flagged|thought|believed|said|noted|marked)(?: (?:as|to be|"
    r"an?))?(?: being)? $",
    re.IGNORECASE,
)


def statements_in(text: str, start: int, end: int, *, listed: bool = False) -> Iterator[Told]:
    """What a sentence tells.

    Args:
        text: The text of the note.
        start: Where the sentence begins.
        end: Where it ends.
        listed: Whether it stands under "Allergies", where any harm that a substance did is told as one.
    """
    said = text[start:end]
    if re.search(r"(?i)llerg|intoleran|sensitiv|anaphyla|react", said):
        for match in _TO.finditer(text, start, end):
            if not (match["weak"] and "ensitiv" in match["weak"] and is_of_germs(text, start, end)):
                yield from _to(text, match, end)
        for match in _IS_TO.finditer(text, start, end):
            yield from _is_to(text, match, end)
        yield from _recorded(text, start, end)
        for match in _OF.finditer(text, start, end):
            yield from _of(text, match, end)
    if reactions_in(text, start, end):
        yield from caused(text, start, end, any_harm=listed)
        yield from came(text, start, end)
        yield from beside(text, start, end)


def _to(text: str, match: re.Match[str], limit: int) -> Iterator[Told]:
    start, end = match.start("list"), match.end("list")
    stop = ENDS_LIST.search(text, start, end)
    if stop and stop.start() > start:
        end = stop.start()
    reaction = "anaphylaxis" if match["anaphylaxis"] else None
    before = None if reaction else _reaction_before(text, match.start())
    if before is None and stop and match["weak"] and stop.group() == ":":
        before = _behind(text, stop.start())  # "reaction to trimethoprim: rash"
    items = list(items_in(text, start, end))
    for place, item in enumerate(items):
        if place and not is_known(item.substance) and (item.reaction or not _is_noun(item.substance)):
            continue
        told = item
        if told.reaction is None and reaction:
            told = told._replace(reaction=reaction, reaction_at=match.span("anaphylaxis"))
        elif told.reaction is None and before and match["weak"]:
            told = told._replace(reaction=reaction_of(text, *before), reaction_at=before)
        elif told.reaction is None and len(items) == 1:
            told = _with_effect(text, told, item.end, limit, sure=bool(match["weak"]))
        yield Told(told, match.span("lead"), weak=bool(match["weak"]))


def _with_effect(text: str, item: Item, at: int, end: int, *, sure: bool = False) -> Item:
    """A substance with what a clause behind it says that it did."""
    place = effect_behind(text, at, end, sure=sure)
    reaction = reaction_of(text, *place) if place else None
    return item._replace(reaction=reaction, reaction_at=place) if reaction else item


def _is_to(text: str, match: re.Match[str], limit: int) -> Iterator[Told]:
    """The known substances that a sentence says somebody's only allergy is to."""
    end = match.end("list")
    stop = ENDS_LIST.search(text, match.start("list"), end)
    items = list(
        items_in(text, match.start("list"), stop.start() if stop and stop.start() > match.start("list") else end)
    )
    for item in items:
        if is_known(item.substance):
            told = item if item.reaction or len(items) > 1 else _with_effect(text, item, item.end, limit)
            yield Told(told, match.span("lead"), weak=False)


def _recorded(text: str, start: int, end: int) -> Iterator[Told]:
    """A substance that is recorded as an allergy, with what it did named before it."""
    match = _RECORDED.search(text, start, end)
    names = names_in(text, start, match.start()) if match and not match["wrongly"] else []
    if match is None or len(names) != 1:
        return
    first, last = names[0]
    signs = reactions_in(text, start, first)
    if not signs or _LABELLED.search(text[start:first]):
        return
    whole = leading_reaction(text, signs[0].start, first)
    place = signs[0].start, whole.end if whole else signs[0].end
    name = " ".join(text[first:last].lower().split())
    yield Told(Item(first, last, name, reaction_of(text, *place), place, Standing.HELD), match.span(), weak=False)


def _is_noun(words: str) -> bool:
    """Whether unknown words in a list can be a name and are no piece of a sentence."""
    return len(words.split()) <= 2 and not words.endswith(("ing", "ly"))


def _reaction_before(text: str, at: int) -> tuple[int, int] | None:
    found = reactions_in(text, max(0, at - 25), at)
    return (found[-1].start, found[-1].end) if found and at - found[-1].end <= 2 else None


def _of(text: str, match: re.Match[str], limit: int) -> Iterator[Told]:
    start, end = match.span("list")
    chosen = _name_before(text, start, end)
    first, last = trimmed(text, *chosen)
    substance = " ".join(text[first:last].lower().split())
    if not is_substance(substance) or not (is_known(substance) or match["lead"].lower() != "allergies"):
        return
    if match["lead"].lower() == "anaphylaxis" and not is_name(substance):
        return
    if not is_known(substance) and not _names(text, first, last, match["lead"]):
        return
    reaction = match.span("lead") if match["lead"].lower() == "anaphylaxis" else _behind(text, match.end())
    item = Item(first, last, substance, reaction_of(text, *reaction) if reaction else None, reaction, Standing.HELD)
    told = item if item.reaction else _with_effect(text, item, match.end(), limit)
    yield Told(told, match.span("lead"), weak=False)
    yield from _joined(text, first, match)


def _name_before(text: str, start: int, end: int) -> tuple[int, int]:
    """The name that ends a stretch of words: the longest known one, else what holds a known one, else the last word."""
    starts = [match.start() for match in re.finditer(r"(?<!\S)\S", text[start:end])]
    for at in starts:
        if is_name(text[start + at : end].lower()):
            return start + at, end
    for at in reversed(starts):
        if is_known(text[start + at : end].lower()):
            return start + at, end
    return start + (starts[-1] if starts else 0), end


def _joined(text: str, first: int, match: re.Match[str]) -> Iterator[Told]:
    """The other substances in "penicillin and latex allergies"."""
    before = text[max(0, first - _SIGHT) : first]
    listed = _LIST_BEFORE.search(before)
    if listed is None:
        return
    for item in items_in(text, max(0, first - _SIGHT) + listed.start(), first):
        if is_known(item.substance):
            yield Told(item, match.span("lead"), weak=False)


def _names(text: str, start: int, end: int, lead: str) -> bool:
    """Whether an unknown word before "allergy" is meant as a substance."""
    word = text[start:end].lower()
    return (
        lead.lower() in {"allergy", "allergic", "intolerance"}
        and len(word) > 3
        and word.isalpha()
        and word not in words("no_allergens.txt")
    )


def _behind(text: str, at: int) -> tuple[int, int] | None:
    """The reaction told right behind: "penicillin allergy (rash)", "latex allergy - hives"."""
    opened = re.compile(
        r"\s*(?:(?:recorded|noted|documented|listed|confirmed)\s?)?"
        r"(?:[(\[]|[-–—:]+|,?\s*(?:which |that )?(?:caus\w+|giv\w+|gave|with|manifest\w+ (?:as|by|with)|"
        r"reaction(?: is| was)?:?|resulting in))\s*"
        r"(?:a |an |of |in |him |her |them |gets? |got |develops? |developed )*"
    ).match(text, at, at + 40)
    if opened is None:
        return None
    found = leading_reaction(text, opened.end(), min(len(text), at + 100))
    return (found.start, found.end) if found else None


def was_labelled(text: str, start: int, at: int) -> bool:
    """Whether an allergy is only what a record or somebody once said: "previously labelled penicillin allergic"."""
    before = text[max(start, at - _SIGHT) : at]
    return bool(
        re.search(
            r"(?i)\b(?:previously|formerly|once|originally|historically|used to (?:be|say)|wrongly|incorrectly)\b",
            before,
        )
    ) and bool(_LABELLED.search(before) or re.search(r"(?i)\b(?:labell?ed|thought|believed)\b", before))
