"""What sentences tell of allergies: "allergic to codeine", "penicillin allergy", "hives after cefalexin".

A sentence is taken as such a statement where a substance stands beside a word for allergy, or beside a sign of an
allergy (a rash, wheeze, anaphylaxis) as its cause.
"""

import re
from collections.abc import Iterator

from clinical.allergies.causes import ENDS_LIST, beside, came, caused
from clinical.allergies.germs import is_of_germs
from clinical.allergies.item import Item
from clinical.allergies.items import items_in
from clinical.allergies.mention import Told
from clinical.allergies.reactions import leading_reaction, reaction_of, reactions_in
from clinical.allergies.standing import Standing
from clinical.allergies.substances import is_known, is_name, is_substance, trimmed
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
    rf"\s+(?:(?:to|with|of|towards?|against|following|after|from|{_AT})[\s:]+|includ(?:e|es|ing)\s+)"
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
                yield from _to(text, match)
        for match in _OF.finditer(text, start, end):
            yield from _of(text, match)
    if reactions_in(text, start, end):
        yield from caused(text, start, end, any_harm=listed)
        yield from came(text, start, end)
        yield from beside(text, start, end)


def _to(text: str, match: re.Match[str]) -> Iterator[Told]:
    start, end = match.start("list"), match.end("list")
    stop = ENDS_LIST.search(text, start, end)
    if stop and stop.start() > start:
        end = stop.start()
    reaction = "anaphylaxis" if match["anaphylaxis"] else None
    before = None if reaction else _reaction_before(text, match.start())
    if before is None and stop and match["weak"] and stop.group() == ":":
        before = _behind(text, stop.start())  # "reaction to trimethoprim: rash"
    for place, item in enumerate(items_in(text, start, end)):
        if place and not is_known(item.substance) and (item.reaction or not _is_noun(item.substance)):
            continue
        told = item
        if told.reaction is None and reaction:
            told = told._replace(reaction=reaction, reaction_at=match.span("anaphylaxis"))
        elif told.reaction is None and before and match["weak"]:
            told = told._replace(reaction=reaction_of(text, *before), reaction_at=before)
        yield Told(told, match.span("lead"), weak=bool(match["weak"]))


def _is_noun(words: str) -> bool:
    """Whether unknown words in a list can be a name and are no piece of a sentence."""
    return len(words.split()) <= 2 and not words.endswith(("ing", "ly"))


def _reaction_before(text: str, at: int) -> tuple[int, int] | None:
    found = reactions_in(text, max(0, at - 25), at)
    return (found[-1].start, found[-1].end) if found and at - found[-1].end <= 2 else None


def _of(text: str, match: re.Match[str]) -> Iterator[Told]:
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
    yield Told(
        Item(first, last, substance, reaction_of(text, *reaction) if reaction else None, reaction, Standing.HELD),
        match.span("lead"),
        weak=False,
    )
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
