"""Other people who are named in notes: clinicians, relatives, whoever signs."""

import re
from collections.abc import Iterator

from features.summaries.identity.names import WORD, both, fold, frequent, is_word, vocabulary, words

_UPPER = "A-ZÀ-ÖØ-ÞĀĂĄĆČĎĐĒĖĘĚĞĢĪĮİĶĻĽŁŃŅŇŌŐŒŔŘŚŞŠŢŤŪŮŰŲŹŻŽ"
_WORD = rf"(?:[{_UPPER}]['’])?[{_UPPER}][^\W\d_]{{0,40}}(?:['’-][^\W\d_]{{1,40}}){{0,5}}"
_INITIAL = rf"[{_UPPER}]\.?(?=\s)"
_PARTICLE = r"(?:van|von|de|da|dos|del|der|den|la|le|al|el|bin|ibn|di)"
_NAME = rf"(?:{_INITIAL}[ \t]){{0,2}}{_WORD}(?:[ \t](?:{_INITIAL}[ \t])?(?:{_PARTICLE}[ \t]){{0,2}}{_WORD}){{0,3}}"
_TITLE = r"(?:Dr|Drs|Doctor|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Nurse|Sir|Dame|Rev|DR|MR|MRS|MS|PROF)"
_RELATIVES = (
    "daughter|son|wife|husband|mother|father|mom|mum|dad|brother|sister|aunt|uncle|cousin|niece|nephew|grandson|"
    "granddaughter|grandmother|grandfather|partner|friend|neighbou?r|carer|"
    "caregiver|girlfriend|boyfriend|fianc[eé]e?|"
    "spouse|guardian|colleague|roommate|stepfather|stepmother|twin|parent"
)
_LETTERS = (
    r"(?:M\.?D|D\.?O|R\.?N|N\.?P|PA-?C?|Ph\.?D|MBBS|MBChB|MRCP|FRCS|FRCP|FACS|FACC|DDS|DPM|LPN|ARNP|APRN|FNP|CRNA|"
    r"LCSW|PT|DPT|OT|MSN|BSN|PharmD|GP)\b"
)
_SIGNED = (
    r"(?:[Ss]igned|[Ee]lectronically signed|[Dd]ictated|[Rr]eviewed|[Ss]een|[Ww]ritten|[Tt]ranscribed|[Aa]uthenticated|"
    r"[Vv]erified|[Pp]repared)(?: electronically)? by"
    r"|(?:[Ss]igned|[Aa]uthor|[Aa]ttending|[Pp]hysician|[Pp]rovider|[Cc]onsultant|[Cc]linician|[Ss]urgeon|"
    r"[Rr]eferring (?:physician|provider)|[Nn]ext of kin|NOK|[Ee]mergency contact|GP|PCP|"
    r"[Nn]ame|"
    r"[Pp]atient(?: name)?|[Pp]t|[Dd]ear|[Cc]c|CC|[Ss]ocial worker|[Cc]ontact|[Aa]ccompanied by|[Ii]nterpreter|"
    r"[Pp]harmacist|[Nn]urse|[Tt]herapist)"
    r"(?:\s?:|(?<=[Dd]ear))"
)
_AGED = r"(?=,?[ \t](?:is|was)[ \t](?:a|an)[ \t](?:very[ \t])?(?:pleasant[ \t])?\d)"
# A name stands in the group; the second of each pair tells whether it needs to be no known word.
_PATTERNS: tuple[tuple[re.Pattern[str], bool], ...] = (
    (re.compile(rf"\b{_TITLE}\b\.?[ \t\n]{{1,2}}(?P<n>{_NAME})"), False),
    (re.compile(r"\b(?:dr|mr|mrs|ms|prof)\b\.?[ \t](?P<n>[^\W\d_]{3,})"), True),
    (re.compile(rf"(?P<n>{_NAME}),?[ \t]{_LETTERS}"), True),
    (re.compile(rf"(?:{_SIGNED})[ \t\n]{{1,3}}(?:{_TITLE}\.?[ \t])?(?P<n>{_NAME})"), True),
    (
        re.compile(
            rf"(?i:\b(?:{_RELATIVES}))(?:,|[ \t]is|[ \t]named|[ \t]called|[ \t]\()?[ \t]?(?P<n>(?<=[ \t(]){_NAME})"
        ),
        True,
    ),
    (re.compile(rf"(?i:\b(?:named|called|patient|pt|known as))[ \t](?P<n>{_NAME})"), True),
    (
        re.compile(rf"\b(?P<n>{_WORD}[ \t](?:{_INITIAL}[ \t])?{_WORD}){_AGED}"),
        False,
    ),
)
_NOT_NAMES = words("not_names")


def persons(text: str) -> Iterator[tuple[int, int]]:
    """Where other people may be named."""
    for pattern, strict in _PATTERNS:
        for match in pattern.finditer(text):
            yield from _trimmed(text, *match.span("n"), strict=strict)


def _trimmed(text: str, start: int, end: int, *, strict: bool) -> Iterator[tuple[int, int]]:
    """The name without words after it that only begin with a capital, such as "Denies"."""
    found = list(WORD.finditer(text, start, end))
    while found and (fold(found[0].group()) in _NOT_NAMES or _is_letters(found[0].group())):
        found.pop(0)
    kept = []
    for place, word in enumerate(found):
        folded = fold(word.group())
        if folded in _NOT_NAMES or _is_letters(word.group()):
            break
        known = _is_known(folded, place)
        if known and (strict or place) and not _may_be_name(text, found, place, strict=strict):
            break
        kept.append(word)
    if kept and (len(kept[-1].group()) > 1 or len(kept) > 1):
        yield kept[0].start(), kept[-1].end()


def _is_known(folded: str, place: int) -> bool:
    """Whether a word is no name. After a given name, diseases named after people do not count."""
    if place:
        return folded in frequent()
    return folded in vocabulary() if folded.endswith(("ing", "er")) else is_word(folded)


def _may_be_name(text: str, found: list[re.Match[str]], place: int, *, strict: bool) -> bool:
    """Whether a known word is used as a name: "Susan Hill", "Grace Lee", "daughter Grace"."""
    folded = fold(found[place].group())
    if folded not in both():
        return False
    if place:
        return text[found[place - 1].end() : found[place].start()].isspace() or not strict
    following = text[found[place].end() : found[place].end() + 1]
    return following != ":" and len(folded) > 2


def _is_letters(word: str) -> bool:
    return word in {"MD", "DO", "RN", "NP", "PA", "PhD", "MBBS", "MRCP", "FRCS", "FACS", "PT", "OT", "GP", "LPN", "DDS"}
