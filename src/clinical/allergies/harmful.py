"""Drugs that did harm or were not borne: "delirium due to codeine", "stopped because it made him drowsy"."""

import re
from typing import TYPE_CHECKING

from clinical.allergies.harms import harm_before, harm_behind, harms, is_bad_value, is_drug
from clinical.allergies.reactions import reactions_in
from clinical.allergies.treatments import treats
from clinical.allergies.warned import WHICH, Warned, told_as
from clinical.allergies.ways import Way, way

if TYPE_CHECKING:
    from clinical.note import Note

_NOT_BORNE = re.compile(
    r"\b(?:intoleran(?:t|ces?)(?: of| to| with)?|(?:could|can|did|does|do)(?: not|n[’']t) tolerate|cannot tolerate|"
    r"unable to tolerate|failed to tolerate|not tolerat(?:e|ed|ing)|never tolerated|"
    rf"(?:bad|severe|unacceptable) side[- ]effects? (?:with|from|on|to))[\s:]+{WHICH}$",
    re.IGNORECASE,
)
_BORNE_BADLY = re.compile(
    r"[^.;\n(]{0,40}?\b(?:(?:was |were |is |been )?(?:not|poorly|badly) tolerated|(?:which )?(?:he|she|they|"
    r"patient)?\s?(?:could|did|does|can)(?: not|n[’']t) tolerate|cannot tolerate|intoleran(?:ce|t)\b|"
    r"(?:caused|gave|had) (?:\w+ ){0,3}side[- ]effects?|(?:didn[’']t|did not|doesn[’']t|does not) agree with)",
    re.IGNORECASE,
)
_OF_DRUG = (
    r"(?:(?:the|his|her|their|a|an|too much|excess(?:ive)?|recent|regular|current|new|oral|iv|otc|over-the-counter|"
    r"(?:high|low)[- ]dose|long-term|use of|course of|dose of|doses of|taking|starting|using|having|combined|"
    r"previous)\s){0,4}$"
)
_CAUSED = re.compile(
    r"\b(?:(?:caused|induced|triggered|precipitated|provoked|brought on|worsened|exacerbated) by|due to|because of|"
    r"owing to|secondary to|2/2|attribut\w+ to|thought to be from|(?:as a |the )?results? of|resulting from|"
    r"side[- ]effects? (?:of|from|to|with)|"
    rf"reaction to|toxicity (?:of|from))\s{_OF_DRUG}",
    re.IGNORECASE,
)
_FOLLOWED = re.compile(rf"\b(?:after|following|from|with|on)\s{_OF_DRUG}", re.IGNORECASE)
_CAUSES = re.compile(
    r"(?:-|\s)(?:induced|related|associated)\b|[^.;\n]{0,45}?\b(?:causes|caused|causing|triggers?|triggered|"
    r"precipitated|provoked|led to|"
    r"leads to|result(?:s|ed) in|gave|gives|giving|brings? (?:him|her|them|me) out|brought (?:him|her|them|me) out|"
    r"brought on|brings on|ma[kd]es? (?:him|her|them|me|the patient)|made|"
    r"(?:puts?|left|leaves|leaving) (?:him|her|them|me)|upsets?|sends? (?:him|her|them))\b",
    re.IGNORECASE,
)
# "Stopped bisoprolol because of …": it was ended, and what stands behind it is why.
_ENDING = re.compile(
    r"\b(?:stop(?:ped|ping)?|discontinu\w+|ceased?|withdrew|quit|gave up|came off|taken off|weaned off)\s"
    r"(?:(?:his|her|their|the|taking)\s)?$",
    re.IGNORECASE,
)
_ENDED_FOR = re.compile(
    r"[^.;\n|(]{0,30}?(?:because(?: of)?|due to|d/t|owing to|as|since|secondary to|after|for|[(:–—,-])\s*(?:(?:it|"
    r"this|he|she|they|of|had|got|developed|gave|made|caused|experienced|suffered|the|a|his|her|him|them|severe|bad|"
    r"worsening|persistent|recurrent)\s)*",
    re.IGNORECASE,
)
_TRIED = re.compile(
    r"\b(?:tried|trialled|trialed|failed|previous(?:ly)?|past|former)\b(?:\s(?:before|so far|in the past|treatments?|"
    r"drugs?|medications?|medicines?|preventives?|agents?|therap(?:y|ies)))*[^.;]{0,90}$",
    re.IGNORECASE,
)
# The label of a list of what was had before: all its drugs were tried.
_TRIED_LIST = re.compile(
    r"\W*(?:(?:has |have )?(?:previous(?:ly)?|past|prior|former|tried|trialled|trialed|failed)\b)[^:.;\n]{0,40}:",
    re.IGNORECASE,
)
# Words of a reason that nobody listed may stand between: "because of", then a few words, then what is known as harm.
_BECAUSE = re.compile(r"\b(?:because of|due to|owing to|for|with|as)\s(?=(?:[\w-]+\s){1,5}$)", re.IGNORECASE)
_INTERACTS = re.compile(
    r"[^.;\n]{0,60}?\b(?P<why>(?:interacts?|interfer(?:es?|ing)|interaction)\s(?:\w+\s)?(?:with|between)\s[^.,;\n|()]{3,40})",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:not|never|no|n[’']t|without|unlikely|denies|if|(?-i:may)|might|could|can|risk|risks|possible|prevent\w*)\b",
    re.IGNORECASE,
)


def harmful(note: "Note", group: list[tuple[int, int]], behind: tuple[int, int], until: int) -> Warned | None:
    """The warning in that a drug did harm, or was not borne."""
    text = note.text
    start, end = group[0][0], group[-1][1]
    at, previous = behind
    before = text[at:start]
    not_borne = _NOT_BORNE.search(before)
    badly = _BORNE_BADLY.match(text, end, until)
    if not_borne or (badly and not re.search(r"(?i)\b(?:well|if)\b", badly.group())):
        reason = harm_behind(note, end, min(len(text), end + 60), sure=True)
        return Warned(False, False, *told_as(text, reason), not_borne=True)
    caused = _CAUSED.search(before)
    if caused and at + caused.start() >= previous - 1:
        harm = harm_before(note, max(at, previous), at + caused.start())
        return Warned(False, False, *told_as(text, harm)) if harm else None
    followed = _FOLLOWED.search(before)
    if followed:
        beside = followed.group().lower().startswith(("with", "on"))  # what a harm is treated with stands there as well
        harm = harm_before(note, max(at, previous), at + followed.start(), beside=True, allergic=beside)
        if harm and not (beside and treats(text[start:end], text[slice(*harm)])):
            return Warned(False, False, *told_as(text, harm))
    return _causes(note, group, before, until)


def _causes(note: "Note", group: list[tuple[int, int]], before: str, until: int) -> Warned | None:
    text, end = note.text, group[-1][1]
    causes = _CAUSES.match(text, end, until)
    kind = causes is not None and causes.group().startswith("-") and not is_drug(note, group[-1])
    if (
        causes
        and not kind
        and not _NOT_SO.search(causes.group())
        and not re.search(r"\b(?:he|she|they|we|i)\b[^,]*$", causes.group().lower().removesuffix("her"))
    ):
        harm = harm_behind(note, causes.end(), until)
        if harm:
            return Warned(False, False, *told_as(text, harm))
    interacts = _INTERACTS.match(text, end, note.document.sentence_span(end)[1])
    if interacts is not None:
        return Warned(False, False, *told_as(text, interacts.span("why")))
    return _ended(note, end, before, until)


def _is_symptom(note: "Note", start: int, end: int) -> bool:
    kinds = {term.kind for match in note.document.matches_in(start, end) for term in match.found}
    return "symptom" in kinds and "condition" not in kinds


def _ended(note: "Note", end: int, before: str, until: int) -> Warned | None:
    """The warning in that a drug was ended, or tried, and what for."""
    text = note.text
    headed = _TRIED_LIST.match(text, note.document.sentence_span(end)[0]) is not None
    first = next(iter(harms(note, end, until)), None)
    if first is None:
        return None
    ending = _ENDING.search(before)
    words = text[end : first[0]]
    linked = _ENDED_FOR.fullmatch(words) if ending else None
    if linked is None:
        found = way(text, end, first[0], tried=headed or _TRIED.search(before) is not None)
        said = _BECAUSE.search(text, end, first[0]) if found is None else None
        if said is not None and way(text, end, said.end()) is Way.ENDED and not _NOT_SO.search(words):
            # "abandoned for word-finding difficulty and tingling": all of it is why
            harm = harm_behind(note, first[0], until, anyone=True)
            return Warned(False, False, *told_as(text, (said.end(), harm[1]))) if harm else None
        reaction = bool(reactions_in(text, first[0], first[1])) or is_bad_value(text, first[0], first[1])
        reaction = reaction or (headed and _is_symptom(note, first[0], first[1]))
        # a condition is what it was tried for, and behind a comma what came of ending it
        if found is None or (not reaction and (found is Way.TRIED or words.rstrip().endswith(","))):
            return None
    if _NOT_SO.search(words):
        return None
    harm = harm_behind(note, first[0], until, beside=True, anyone=True)
    return Warned(False, False, *told_as(text, harm)) if harm else None
