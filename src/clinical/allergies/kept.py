"""What stays on the list of allergies, and what is concluded to be none.

"Isoniazid hepatitis stays on the allergy list"; "Penicillin label removed. Latex and kiwi stay." ; "no itch on the
later doses, so no allergy". The last is said of one substance, and never of all.
"""

import re
from collections.abc import Iterator, Sequence

from clinical.allergies.mention import Mention
from clinical.allergies.reactions import reaction_of
from clinical.allergies.single import harm_behind_name
from clinical.allergies.standing import DOUBT, Standing, is_taken_back
from clinical.allergies.substances import names_in
from clinical.lexicon.vocabulary import drugs

_LIST = (
    r"(?:the\s|her\s|his\s|their\s)?(?:drug\s)?(?:allerg(?:y|ies)|alerts?)\s?"
    r"(?:lists?|record|box|page|chart|alerts?|card|band|wristband)\b"
)
# "Pyrazinamide hepatitis on allergy list for good", "latex is to stay on her allergy list".
_ON_LIST = re.compile(
    rf"(?:\s(?!no\b|not\b|never\b|off\b)[\w/-]{{2,18}}){{0,4}}?\s(?:now\s|still\s)?on\s{_LIST}"
    r"(?![^.;\n]{0,30}\b(?:in error|by mistake|wrong\w*|incorrect\w*|removed|taken off|as \w+ allergy)\b)",
    re.IGNORECASE,
)
_STAYS = re.compile(
    r"(?:\s?\((?P<why>[^()\n]{2,40})\))?(?:\s(?:allerg(?:y|ies)|label|alert|entry|do|does|to|must|will|should)){0,3}\s"
    r"(?:stays?|stands?|remains?|holds?)(?:\s(?:on (?:it|(?:the|her|his) (?:list|record)|there)|as (?:it is|before|is)|"
    r"put|in place|listed|recorded|valid|of course|though|however)){0,2}\s*(?:$|[.;,)\n])",
    re.IGNORECASE,
)
# Of a medicine that stays only this says that it stays on the list, and is not taken on.
_RECORD = re.compile(
    r"\b(?:labels?|lists?|listed|alerts?|records?|entr(?:y|ies)|removed|taken off|de-?label\w*)\b", re.IGNORECASE
)
_AND = re.compile(r"(?:\s?\([^()\n]{2,40}\))?(?:\s?(?:,|&|/|,?\s(?:and|or))\s(?:the\s)?|\s?[&/]\s?)", re.IGNORECASE)
_BEGINS = re.compile(r"[\s•*–—-]{0,4}(?:(?:but|the|his|her|their|and|only|while|whereas|also)\s){0,3}", re.IGNORECASE)
_CLAUSE = re.compile(r"[;,:–—]\s|\sbut\s", re.IGNORECASE)
# What follows from what is told before it: "so no allergy", "hence not an allergy".
_CONCLUDED = re.compile(
    r"\b(?:so|hence|thus|therefore|i\.?e\.?|meaning|which means)[\s,]{1,2}(?:there is\s|this is\s|it is\s|was\s)?$",
    re.IGNORECASE,
)
_ONE = re.compile(r"no (?:true |real |drug )?allergy", re.IGNORECASE)
# As in: the culprit was rocuronium, by a skin test.
_CULPRIT = re.compile(
    r"\bculprit\s?(?:(?:drug|agent|food|substance|allergen|was|is|:|=|–|-|found to be|shown to be|identified as|"
    r"proved to be|confirmed as)\s?){0,3}(?:the\s)?",
    re.IGNORECASE,
)
_NOT_SURE = re.compile(r"\b(?:suspected|likely|possible|probable|presumed|unknown|no|potential)\s$", re.IGNORECASE)
_SIGHT, _LOOKS_BACK = 60, 20


def on_list(text: str, start: int, end: int) -> Iterator[Mention]:
    """What a sentence says to be, or to stay, on the list of allergies."""
    for first, last in names_in(text, start, end):
        match = _ON_LIST.match(text, last, min(end, last + _SIGHT * 2))
        if match is None or names_in(text, last, match.end()) or is_taken_back(text[first:end]):
            continue
        place = harm_behind_name(text, last, match.end())
        yield Mention(first, last, _plain(text, first, last), reaction_of(text, *place) if place else None, place,
                      Standing.HELD)  # fmt: skip


def culprits(text: str, start: int, end: int) -> Iterator[Mention]:
    """What a sentence says to have been the culprit."""
    for match in _CULPRIT.finditer(text, start, end):
        named = names_in(text, match.end(), min(end, match.end() + _SIGHT))[:1]
        unsure = _NOT_SURE.search(text, max(start, match.start() - _LOOKS_BACK), match.start())
        if named and named[0][0] == match.end() and not unsure and not DOUBT.search(text[start : match.start()]):
            yield Mention(*named[0], _plain(text, *named[0]), None, None, Standing.HELD)


def staying(text: str, start: int, end: int, before: Sequence[Mention]) -> Iterator[Mention]:
    """What stays when another allergy was taken back, in the sentence before or in this one: "cashew and kiwi stay"."""
    if not any(one.standing is Standing.RETRACTED for one in before):
        return
    begins = [start, *(cut.end() for cut in _CLAUSE.finditer(text, start, end))]
    names = names_in(text, start, end)
    gone = {one.substance for one in before}
    listed = _RECORD.search(text, max(0, start - _SIGHT * 2), end) is not None
    for begin in begins:
        lead = _BEGINS.match(text, begin, end)
        at = lead.end() if lead else begin
        group: list[tuple[int, int]] = []
        for first, last in names:
            if first == at or (group and _AND.fullmatch(text, group[-1][1], first)):
                group.append((first, last))
        match = _STAYS.match(text, group[-1][1], end) if group else None
        if match is None:
            continue
        place = match.span("why") if match["why"] else None
        reaction = reaction_of(text, *place) if place else None
        for first, last in group:
            substance = _plain(text, first, last)
            # "Ramipril 5 mg OD. [...] Ramipril stays.": what is taken
            dosed = re.search(rf"\b{re.escape(substance)}\s\d", text.lower())
            taken = reaction is None and (dosed or (not listed and substance in drugs()))
            if substance not in gone and not taken:
                yield Mention(first, last, substance, reaction, place if reaction else None, Standing.HELD)


def is_of_one(text: str, start: int, at: int, stop: int) -> bool:
    """Whether a denial at `text[at:stop]` only concludes that one substance is borne."""
    before = text[max(start, at - _LOOKS_BACK) : at]
    return _ONE.fullmatch(text, at, stop) is not None and _CONCLUDED.search(before) is not None


def concluded(text: str, start: int, at: int) -> Iterator[Mention]:
    """The substance that a sentence concludes to be borne: the only one that it names before."""
    names = names_in(text, start, at)
    if len({_plain(text, *name) for name in names}) == 1:
        yield Mention(*names[0], _plain(text, *names[0]), None, None, Standing.RETRACTED)


def _plain(text: str, start: int, end: int) -> str:
    return " ".join(text[start:end].lower().split())
