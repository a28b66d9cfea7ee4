"""Drugs that a note warns against: forbidden ("avoid NSAIDs", "not to be restarted"), or named as what did harm.

Harm is a condition or symptom of the lexicon beside a word that makes the drug its cause: "delirium due to codeine",
"heart failure after ibuprofen", "ramipril caused cough". What got better after a drug is no harm.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import NamedTuple

from clinical.medications.drug_names import ORDERS, Name, identity_of, is_aside
from clinical.note import Fact, Note

_SIGHT = 90
_DONE = (
    r"(?:re-?)?(?:start|commenc|introduc|prescrib|giv|hav|us|tak|administer|resum|try|tri|add|continu|rechalleng)"
    r"(?:e|en|es|ed|ing)?"
)
_WHICH = r"(?:(?:all|any|other|further|more|oral|the|his|her|their|regular|routine|using|taking|of|with)\s){0,4}"
# The names before this one in a list: "avoid naproxen, codeine and tramadol".
_LISTED = r"(?:[\w-]{3,25}(?: [\w-]{3,25})?(?:,|,? and|,? or|/)\s?){0,5}"
_FORBIDS = re.compile(
    rf"\b(?P<shun>(?:avoid(?:ing|ance of)?|(?:stay|keep)(?:ing)? (?:off|away from)|contraindicat\w+:?|not for)\s)"
    rf"{_WHICH}{_LISTED}$"
    rf"|\b(?:(?:do|should|must|shall|will|would|can|may)(?: not|n[’']t)|never(?: again)?|not to)(?: be)? {_DONE}\s"
    rf"{_WHICH}{_LISTED}$",
    re.IGNORECASE,
)
_NONE_OF = re.compile(r"\b(?:no|nor|neither)\s(?:(?:more|further|other|oral|regular|routine)\s){0,2}$", re.IGNORECASE)
# Not "was not given", which tells what happened.
_NOT_TO = r"(?:(?:must|should|shall|will|can|may|do)(?: not|n[’']t)|cannot|(?:not|never) to)(?: be)?"
_FORBIDDEN = re.compile(
    rf"^[^.;,\n(]{{0,40}}?(?:\b(?:be|is|are) (?:avoided|contraindicated)|\bcontraindicated"
    rf"|\b{_NOT_TO} {_DONE}\b|\bnever again)"
    rf"|^[^.\n(]{{0,30}}[(;:–-]\s?[^.;\n)]{{0,40}}?\b(?:avoid\b|{_NOT_TO} {_DONE})",
    re.IGNORECASE,
)
_OF_DRUG = (
    r"(?:(?:the|his|her|their|a|an|too much|excess(?:ive)?|recent|regular|current|new|oral|iv|otc|over-the-counter|"
    r"(?:high|low)[- ]dose|long-term|use of|course of|dose of|doses of|taking|starting|using)\s){0,4}"
    r"(?:[\w-]{3,25}(?:,| and| or|/)\s?){0,2}$"
)
_CAUSED = re.compile(
    r"\b(?:(?:caused|induced|triggered|precipitated|provoked|brought on|worsened|exacerbated) by|due to|because of|"
    r"owing to|secondary to|attribut\w+ to|(?:as a |the )?results? of|resulting from|side[- ]effects? (?:of|from)|"
    rf"reaction to|toxicity (?:of|from))\s{_OF_DRUG}",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(rf"\b(?:after|following|from)\s{_OF_DRUG}", re.IGNORECASE)
_CAUSES = re.compile(
    r"^(?:-|\s)(?:induced|related)\b|^[^.;,\n]{0,30}?\b(?:causes|caused|causing|triggered|precipitated|provoked|led to|"
    r"leads to|gave (?:him|her|them)|gives (?:him|her|them)|brings? (?:him|her|them) out|brought on)\b",
    re.IGNORECASE,
)
_NOT_SO = re.compile(r"\b(?:not|never|no|n[’']t|without|unlikely|denies|if|may|might|could|can|risk)\b", re.IGNORECASE)
_GOOD = re.compile(
    r"\b(?:better|improv\w+|reliev\w+|relief|resolv\w+|settl\w+|control\w*|eas\w+|respon\w+|gone|free|recover\w+)\b",
    re.IGNORECASE,
)
# Between what happened and "after ibuprofen" there is nothing else.
_BESIDE = 3


class Warned(NamedTuple):
    """How a note warns against a drug that it names."""

    forbidden: bool
    shunned: bool
    """Whether it is told to be kept away from, and not necessarily was taken before."""
    reason: str | None


def warned_of(note: Note, name: Name, following: int) -> Warned | None:
    """The warning against a name, if there is one.

    Args:
        note: The note.
        name: Where the drug is named.
        following: Where the next drug is named, or the note ends.
    """
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - _SIGHT) : name.start]
    after = note.text[name.end : min(last, following, name.end + _SIGHT)]
    if note.context.of(name.start, name.end).family:
        return None
    forbids = _FORBIDS.search(before)
    if forbids or _FORBIDDEN.match(after) or (_is_order(note, name, after) and _NONE_OF.search(before)):
        return Warned(True, bool(forbids and forbids["shun"]), None)
    return _blamed(note, name, before, after)


def _is_order(note: Note, name: Name, after: str) -> bool:
    """Whether a bare "no ibuprofen" is an order and no history."""
    return (
        note.part_at(name.start) == "plan"
        or note.kind_at(name.start) in ORDERS
        or re.search(r"\b(?:again|either|please)\b", after, re.IGNORECASE) is not None
    )


def _blamed(note: Note, name: Name, before: str, after: str) -> Warned | None:
    """The warning in that a drug is called the cause of something."""
    caused = _CAUSED.search(before)
    if caused:
        return Warned(False, False, _harm(note, name.start - len(before), name.start - len(before) + caused.start()))
    followed = _FOLLOWED.search(before)
    if followed:
        at = name.start - len(before) + followed.start()
        harm = _harm(note, name.start - len(before), at, beside=True)
        return Warned(False, False, harm) if harm else None
    causes = _CAUSES.match(after)
    if causes and not _NOT_SO.search(causes.group()):
        behind = name.end + causes.end()
        return Warned(False, False, _harm(note, behind, name.end + len(after)))
    return None


def _harm(note: Note, start: int, end: int, *, beside: bool = False) -> str | None:
    """The last condition or symptom between two places, as the note puts it, unless it got better."""
    document = note.document
    first, after = document.tokens_in(start, end)
    found = None
    place = bisect_left(document.matches, first, key=lambda match: match.first)
    for match in document.matches[place:]:
        if match.first >= after or document.span(match)[1] > end:
            break
        if any(term.kind in {"condition", "symptom"} for term in match.found):
            found = document.span(match)
    if found is None or (beside and end - found[1] > _BESIDE):
        return None
    meant = note.context.of(*found)
    if meant.negated or meant.family or _GOOD.search(note.text[start:end]):
        return None
    return note.text[found[0] : found[1]]


def avoidances(note: Note, names: list[Name]) -> list[Fact]:
    """The warnings of a note, each drug once: that it is forbidden goes before what it did."""
    found: dict[str, Fact] = {}
    for name, ingredient, warned in _warnings(note, names):
        known = found.get(ingredient)
        if known is None or (known["reason"] is None and warned.reason):
            place = (name.start, name.end) if known is None else (known["start"], known["end"])
            written = note.text[name.start : name.end].lower()
            found[ingredient] = note.fact(
                *place,
                substance=written,
                ingredient=ingredient if ingredient != written else None,
                forbidden=warned.forbidden or bool(known and known["forbidden"]),
                reason=warned.reason,
            )
        elif warned.forbidden:
            known["forbidden"] = True
    return list(found.values())


def _warnings(note: Note, names: list[Name]) -> Iterator[tuple[Name, str, Warned]]:
    for number, name in enumerate(names):
        following = names[number + 1].start if number + 1 < len(names) else len(note.text)
        if is_aside(note, name):
            continue
        warned = warned_of(note, name, following)
        if warned is not None and (warned.forbidden or warned.reason):
            yield name, identity_of(note, name)[0], warned
