"""Warnings against drugs, kinds of drugs and allergens: forbidden, not borne, or named as what did harm.

Words before a list of substances warn against all of it ("avoid naproxen, codeine and tramadol"), and so do words
behind it ("… are contraindicated"). Harm is a reaction, a condition or a symptom beside a word that makes the substance
its cause: "delirium due to codeine", "ramipril caused cough", "stopped because it made him drowsy". What got better is
no harm.
"""

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from clinical.allergies.alcohol import alcohol_banned
from clinical.allergies.bans import ban
from clinical.allergies.harmful import harmful
from clinical.allergies.reactions import reactions_in
from clinical.allergies.substances import Sort, names_in, sort_of
from clinical.allergies.tabled_bans import tabled_bans
from clinical.allergies.warned import SIGHT, Warned, Warns

if TYPE_CHECKING:
    from clinical.note import Note

_LISTED = re.compile(
    r"\s*(?:\d[\d.,]*\s?(?:mg|mcg|g|micrograms?|units?)\b\s*(?:(?:od|bd|tds|qds|prn|daily|bid|tid)\b\s*)?)?(?:,|/|&|"
    r"\+|\band\b|\bor\b|\bnor\b|,\s?(?:and|or|nor)\b|\band/or\b|,?\s\(?(?:including|such as|e\.?g\.?,?|like|"
    r"especially|particularly)(?=\s))\s*"
    r"(?:(?:other|any|all|further|any other|all other|oral|the|also|similar)\s)*",
    re.IGNORECASE,
)
_CANDIDATE = re.compile(
    r"(?i)avoid|contra-?indic|\bnot\b|n['’]t\b|never|cannot|\bno\b|intoleran|tolerat|steer|stay|keep|caus|due to|"
    r"because|after|follow|from|secondary|attribut|induced|related|gave|giv|made|makes|brought|brings|side|trigger|"
    r"precipit|stopp?|quit|discontinu|put |led to|reaction|toxic|against|beware|refrain|off|\bas\b|owing|2/2|d/t|"
    r"question|the table|starter|forbidden|prohibited|banned|barred|ruled out|ill[- ]advised|unwise|inadvis|"
    r"dangerous|hazardous|"
    r"upset|result|\bon\b|\bwith\b|until|tried|trial|gave up|abandon|interact|interfer|>|→|\b(?:19|20)\d\d\b"
)
# A sentence that forbids, and speaks of the drug named last: "Not to be rechallenged."
_BARE_BAN = re.compile(
    r"(?:please )?(?:not to be|never to be|must not be|should not be|do not|never)\s(?:re-?)?(?:challeng|start|giv|us|"
    r"prescrib|tri|repeat|introduc)\w*(?: (?:again|this|it|further))?[.!]?$|to be avoided(?: in future)?[.!]?$",
    re.IGNORECASE,
)
_UNLISTED = re.compile(
    r"(?:^|(?<=[.;,:–—-]\s))(?P<name>[A-Z][a-z]{3,20})(?=\s(?:not (?:to be (?:used|given|applied)|tolerated)|"
    r"was not tolerated|is contraindicated|best avoided)\b)"
)
_ALSO = re.compile(r",?\s(?:as|and so)\s(?:is|are|should|must|does|did)\s(?:the\s)?$", re.IGNORECASE)
# "No codeine, no tramadol and no tapentadol please": each of them.
# "Avoid ibuprofen, paracetamol ok": what may be had.
_IS_FINE = re.compile(
    r"\s(?:(?:is|are|would be|remains)\s)?(?:ok(?:ay)?|fine|safe|allowed|permitted|all right)\b"
    r"(?!\sto\s(?:avoid|stop|omit))",
    re.IGNORECASE,
)
# What a bracket of examples holds: names of a few words, and what joins them.
_BRACKETED = re.compile(r"[^()\n]{2,90}\)")
_JOINS = re.compile(r",\s|/|\s(?:and|or|&)\s")
_EXAMPLE = re.compile(r"(?:e\.g\.\s)?[A-Za-z][\w-]{1,20}(?: [\w-]{2,20}){0,2}|etc\.?")
_EACH = re.compile(r"\s?(?:,|/|;|,?\s(?:and|or|nor))?\s(?:no|nor)\s(?:more\s|further\s|other\s)?", re.IGNORECASE)
_NO = re.compile(r"\bno\s(?:more\s|further\s|other\s)?$", re.IGNORECASE)
# "Diltiazem replaced by metoprolol because of dizziness": it was the first one's.
_TAKES_PLACE = re.compile(
    r"\b(?:replaced (?:by|with)|(?:switched|changed|swapped|converted|moved)(?: over)? (?:to|for|onto))\s(?:\w+\s)?$",
    re.IGNORECASE,
)
# So many warnings are told at most, and so many substances looked at.
_MOST, _MOST_NAMES = 600, 3_000
_NO_WITHIN = 12


def warnings_in(note: "Note") -> list[Warns]:
    """All warnings of a note, in order."""
    found: list[Warns] = [*tabled_bans(note), *alcohol_banned(note)]
    before, left = (0, 0), _MOST_NAMES
    for number, (first, last) in enumerate(note.document.sentences):
        if note.kind_at(first) in {"family", "signature"} or not _CANDIDATE.search(note.text, first, last):
            before = (first, last)
            continue
        names = [name for name in note.substances(number) if may_be_warned_of(note, *name)][:left]
        left -= len(names)
        if names:
            found.extend(_of_sentence(note, first, last, names))
        elif _BARE_BAN.match(note.text, first, last):
            found.extend(Warns(*name, Warned(True, False, None)) for name in names_in(note.text, *before)[-1:])
        before = (first, last)
        if len(found) > _MOST or not left:
            break
    return sorted(found, key=lambda one: one[:2])


def substances_of(note: "Note", number: int) -> list[tuple[int, int]]:
    """Where a sentence names what people may be allergic to. Ask `Note.substances`, which asks once."""
    first, last = note.document.sentences[number]
    low, high = note.document.sentence_tokens(number)
    names = names_in(note.text, first, last, note.document.tokens[low:high])
    return sorted([*names, *_unlisted(note.text, first, last)])


def _unlisted(text: str, first: int, last: int) -> list[tuple[int, int]]:
    """Names that no list has, where a clause begins with one and says that it is not to be used, or was not borne."""
    found = [match.span("name") for match in _UNLISTED.finditer(text, first, last)]
    return [name for name in found if not names_in(text, *name)]


def may_be_warned_of(note: "Note", start: int, end: int) -> bool:
    """Whether something is no mere food: "avoid dairy" is advice; "strict avoidance" of peanuts is not."""
    words = note.text[start:end].lower()
    if _IS_FINE.match(note.text, end):
        return False
    if sort_of(words) is not Sort.FOOD or words.startswith("grapefruit"):
        return True
    return note.kind_at(start) == "allergies" or "strict" in note.text[max(0, start - 40) : end + 60].lower()


def _of_sentence(note: "Note", first: int, last: int, names: list[tuple[int, int]]) -> list[Warns]:
    found: list[Warns] = []
    groups = groups_of(note.text, names)
    for number, group in enumerate(groups):
        following = groups[number + 1][0][0] if number + 1 < len(groups) else last
        previous = groups[number - 1][-1][1] if number else first
        warned = _warned(note, group, (first, previous), (following, last))
        if (
            warned is not None
            and not warned.forbidden
            and number
            and _takes_place(note.text, groups[number - 1], group)
        ):
            found.extend(Warns(start, end, warned) for start, end in groups[number - 1])
        elif warned is not None:
            found.extend(Warns(start, end, warned) for start, end in group)
    found.extend(_each_banned(note.text, groups, found))
    found.extend(_joined_bans(note.text, groups, found))
    harm = next((one.warned for one in found if one.warned.reason), None)
    if harm is not None:  # "avoid NSAIDs: ibuprofen put him into hospital with kidney injury"
        found = [
            one._replace(warned=one.warned._replace(reason=harm.reason, reason_at=harm.reason_at))
            if one.warned.forbidden and one.warned.reason is None
            else one
            for one in found
        ]
    return found


def _takes_place(text: str, before: list[tuple[int, int]], group: list[tuple[int, int]]) -> bool:
    """Whether a drug was given in place of the one before, which did what is told behind it."""
    return _TAKES_PLACE.search(text, before[-1][1], group[0][0]) is not None


def _each_banned(text: str, groups: list[list[tuple[int, int]]], found: list[Warns]) -> list[Warns]:
    """The bans of those that stand in a row of "no"s with one that is banned."""
    banned = {one.start for one in found if one.warned.forbidden}
    runs: list[list[list[tuple[int, int]]]] = []
    for group in groups:
        if runs and _EACH.fullmatch(text, runs[-1][-1][-1][1], group[0][0]):
            runs[-1].append(group)
        elif _NO.search(text, max(0, group[0][0] - _NO_WITHIN), group[0][0]):
            runs.append([group])
        else:
            runs.append([])
        runs = [run for run in runs if run]
    return [
        Warns(start, end, Warned(True, False, None))
        for run in runs
        if any(group[0][0] in banned for group in run)
        for group in run
        if group[0][0] not in banned
        for start, end in group
    ]


def _joined_bans(text: str, groups: list[list[tuple[int, int]]], found: list[Warns]) -> list[Warns]:
    """The bans of what is forbidden like what stands before it: "is to be avoided, as is phenytoin"."""
    banned = {one.start for one in found if one.warned.forbidden}
    return [
        Warns(start, end, Warned(True, False, None))
        for before, group in pairwise(groups)
        if before[0][0] in banned and group[0][0] not in banned and _ALSO.search(text, before[-1][1], group[0][0])
        for start, end in group
    ]


def groups_of(text: str, names: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Names that stand in one list."""
    groups: list[list[tuple[int, int]]] = []
    for start, end in names:
        if groups and (_LISTED.fullmatch(text, groups[-1][-1][1], start) or _is_example(text, groups[-1][-1], start)):
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return groups


def _is_example(text: str, kind: tuple[int, int], start: int) -> bool:
    """Whether a bracket behind a kind of drugs opens with one of them, and lists no more: "nephrotoxins (NSAIDs)"."""
    words = text[slice(*kind)].lower()
    if not words.endswith("s") or text[kind[1] : start] != " (" or words == text[start : start + len(words)].lower():
        return False
    inside = _BRACKETED.match(text, start)
    if inside is None or reactions_in(text, start, inside.end()):
        return False
    return all(_EXAMPLE.fullmatch(part) for part in _JOINS.split(inside.group()[:-1]))


def _warned(
    note: "Note", group: list[tuple[int, int]], behind: tuple[int, int], ahead: tuple[int, int]
) -> Warned | None:
    text = note.text
    start, end = group[0][0], group[-1][1]
    first, previous = behind
    following, last = ahead
    until = min(last, following, end + SIGHT)
    against = ban(note, group, first, (following, last), until)
    if against.decided:
        return against.warned
    if note.kind_at(start) == "allergies" or sort_of(text[start:end].lower()) in {Sort.FOOD, Sort.THING}:
        return None
    return harmful(note, group, (max(first, start - SIGHT), previous), until)
