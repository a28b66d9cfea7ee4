"""Words that forbid what stands behind them, or before them."""

import re
from typing import TYPE_CHECKING, NamedTuple

from clinical.allergies.harms import harm_behind, harms, is_drug
from clinical.allergies.substances import names_in
from clinical.allergies.warned import SIGHT, WHICH, Place, Warned, told_as
from clinical.allergies.warned_why import is_clinical, reason_before, reason_behind
from clinical.concepts import is_a

if TYPE_CHECKING:
    from clinical.note import Note

_DONE = (
    r"(?:re-?)?(?:start|commenc|introduc|prescrib|giv|hav|us|tak|administer|resum|try|tri|add|continu|receiv|challeng|expos|treat|"
    r"offer|put on|go back on|be on|drink|eat|buy)(?:e|en|es|ed|ing)?"
)
# Unknown things before a known one in a list: "avoid alcohol, naproxen".
_THINGS = (
    r"(?:(?!start|stop|take|continu|give|use|increase|reduce|then|but|he\b|she\b)[\w-]{3,25}(?: [\w-]{3,25})?"
    r"(?:,|,? and|,? or|/)\s?){0,3}"
)
_NOT_TO = (
    r"(?:(?:do|does|should|must|shall|will|would|can|may|could)(?: not|n[’']t)(?: ever)?|cannot|can[’']t|"
    r"never(?: again)?(?: to)?|not(?: ever)? to|under no circumstances|on no account|not safe to|"
    r"unsafe to|unable to|best not to|rather not|refus\w+ to ever|(?:advised|warned|counsell?ed|recommend\w*|"
    r"told) against)"
)
_FORBIDS = re.compile(
    r"\b(?:(?P<shun>avoid(?:s|ed|ing|ance)?(?: of)?|steer(?:ing)? clear of|(?:stay|keep|remain)(?:ing|"
    r"s)? (?:(?:him|her|them|this \w{3,12}|the patient) )?(?:well )?(?:off|away from|clear of)|"
    r"refrain from|not for|unsuitable for|"
    r"(?:absolute |relative )?contra-?indicat\w+(?! with)(?: to| for| are| include| includes)?|"
    rf"nothing (?:with|containing)|beware(?: of)?)[\s:]+{WHICH}{_THINGS}|"
    rf"{_NOT_TO}(?: be)? (?:{_DONE})\s+{WHICH}|{_NOT_TO} {_DONE}\s+{WHICH}{_THINGS}|(?:advised?|warned?|"
    rf"counsell?ed|recommend\w*) against\s+{WHICH}|"
    rf"(?:should|must|shall|(?:is|are) to) (?:have|take|use|receive|get|be given) no(?: more| further)?\s+{WHICH})$",
    re.IGNORECASE,
)
_NONE_OF = re.compile(
    r"(?:^|[.;:,–—→\]-]\s|\d[.)]\s|\b(?:and|so|hence|therefore|thus|but)\s)\s*(?:no|nil)\s"
    r"(?:(?P<more>more)\s|(?:further|other|oral|regular|routine)\s){0,2}$",
    re.IGNORECASE,
)
_ORDER_BEHIND = re.compile(
    r"\s?[(:–—-]|[^.;\n]{0,25}?\b(?:again|either|please|ever|at all|whatsoever|in any form|under any circumstances?|"
    r"while (?:on|taking)|with (?:his|her|this|the|it|them|these)|within (?:\w+ ){1,2}(?:hours?|minutes?)|"
    r"(?:during|throughout) (?:the |this |his |her )?(?:course|treatment)|for the duration|alongside|due to|"
    r"d/t|because|until|till|unless|as (?:he|she|on)|given (?:his|her|the|ckd|age|bleed)|whilst)\b",
    re.IGNORECASE,
)
_ALLOWED_BUT = re.compile(
    r"\b(?:(?:is|are|be) (?:fine|ok(?:ay)?|allowed|safe|permitted|all right|acceptable)|(?:can|may) (?:have|take|use|"
    r"be given))\b"
    r"[^.;\n]{0,60}\bbut no\s(?:\w+\s)?$",
    re.IGNORECASE,
)
_BELIEF = re.compile(r"\bJehovah['’]?s? Witness\b", re.IGNORECASE)
# "No aspirin, asthma."
_NOUN_BEHIND = re.compile(r",\s(?P<why>[A-Za-z][\w ]{1,25}?)(?=[.;\n]|$)")
_OBJECT_WITHIN = 20
_CONDITION_WITHIN = 40
_STATE = re.compile(r"\b(?:pregnan\w+|breast-?feeding|lactating|(?:\w+ )?transplant)\b", re.IGNORECASE)
# What sets "no …" off from the condition that forbids it.
_SO = re.compile(r"(?:[:–—→-]|,|[-=]>|,?\s?\b(?:so|hence|therefore|thus))\s{1,2}no\s(?:\w+\s){0,1}$", re.IGNORECASE)
_NO_OBJECT = re.compile(
    r"[.,;:()]|\s[–—-]\s|\b(?:with|while|alongside|together|because|due|given|in|if|and|or|since|as|for)\b",
    re.IGNORECASE,
)
# Not "was not given", which tells what happened.
_NOT_TO_BE = (
    r"(?:(?:must|should|shall|will|can|may|do|could)(?: not|n[’']t)|cannot|can[’']t|(?:not|never) to)(?: ever)?(?: be)?"
)
# How a substance is said to be no possibility.
_HOW = (
    r"(?:absolutely|strictly|definitely|definite|complete|completely|absolute|firmly|clearly|totally|total|also|firm|"
    r"therefore)"
)
_IDIOM = (
    r"(?:out of the question|off the table|off[- ]limits|no[- ]go|non[- ]starter|no[- ]no|"
    r"no(?=\s?[.;,)]|\s(?:for|in|with|given)\b|$)|"
    r"forbidden|prohibited|banned|barred|ill[- ]advised|unwise|inadvisable|dangerous|hazardous)"
)
# "Never used" tells of what was; "never use" forbids.
_BEFORE_NOW = r" (?:used|given|taken|tried|had|started|prescribed|offered)\b(?! again)"
_FORBIDDEN = re.compile(
    rf"[^.;,\n(]{{0,70}}?(?:\b(?:be|is|are|was|were|remains?) (?:now |best |strictly |absolutely |relatively |"
    r"therefore |to be )*(?:avoided|contra-?indicated)|\bbest avoided|\bcontra-?indicated|\bto be avoided|"
    rf"\b{_NOT_TO_BE} (?:{_DONE}|repeated)\b|\bnever again|\bnot (?:be )?(?:recommended|advised|advisable|suitable|"
    r"appropriate|an option|safe|allowed|permitted|to be considered|on the cards)|"
    r"\b(?:is|are) (?:unsuitable|inappropriate|unsafe)|"
    rf"\b(?:is|are|was|were|remains?|would be)\s(?:now |an? |the |{_HOW} )*{_IDIOM})"
    rf"|\s(?:is|are)\s(?:{_HOW} )*ruled out(?! of)\b"
    r"|\savoided\b(?! (?:by|if))"
    rf"|[^.\n(]{{0,60}}?[(;:–—-]\s?[^.;\n)]{{0,40}}?\b(?:(?:please |strictly |strict |complete )?avoid(?:ance)?\b|"
    rf"{_NOT_TO_BE} (?:{_DONE}|repeated)|do not (?:give|use|restart)|never again)"
    r"|[^.;\n]{0,40}?,\s(?:but|which|and)\s(?:(?:it|this|that)\s)?(?:is|was|would be)\s(?:not (?:suitable|safe|"
    r"recommended|advised|appropriate)|contra-?indicated|unsuitable|unsafe)\b"
    r"|[^.\n]{0,90}?\bnot (?:want|wish|like) (?:him|her|them) to (?:have|take|use|be given|restart) (?:it|this|that)\b"
    rf"|[^.;\n]{{0,40}}?,\s?(?:please |so |and )*(?:do not|never(?!{_BEFORE_NOW})|{_NOT_TO_BE}) (?:{_DONE})\b"
    rf"|[^.;,\n]{{0,30}}?,\s(?:which|and it|it)\s[^.;,\n]{{0,50}}?\b{_NOT_TO_BE} (?:{_DONE}|repeated)\b"
    r"|\s(?:is |are )?not for\s(?!(?:long|now|the time|this|him|her)\b)"
    rf"|[^.;\n]{{0,60}}?,\s?(?:and )?(?:was |has been |been )?(?:told|advised|warned)? ?(?:never|"
    rf"not) to (?:{_DONE})(?: it| them| this)?\b",
    re.IGNORECASE,
)
_NAMED_IN_PASSING = frozenset(
    {"antibiotic", "analgesic", "med", "drug", "medication", "medicine", "painkiller", "steroid", "supplement"}
)
_NO_WARNING = re.compile(
    r"\b(?:no|not|without|nor|any|never been|isn[’']t|aren[’']t)\s(?:known |absolute |relative |a |any ){0,4}$|"
    r"\b(?:no need|need not|not need|does not have|doesn[’']t (?:need|have)|no longer (?:has|needs?))(?: to)?\s$|"
    r"\b(?:like|hope|hoping|prefer|want|wish|order|helps?|tr(?:y|ying)|attempt|able|so as) to\s$",
    re.IGNORECASE,
)
_LIFTED = re.compile(
    r"\b(?:not|no longer|nor|never)\s(?:\w+\s)?(?:contra|to be avoided|be avoided)|\bno contra|need not be|\bif\b",
    re.IGNORECASE,
)
# Without any of these words nothing is forbidden; looking for them first spares most mentions the long look.
_MAY_FORBID = re.compile(
    r"avoid|nothing|contra|never|\bnot\b|n[’']t\b|cannot|unsuitable|inappropriate|unsafe|off limits|steer|stay|keep|"
    r"remain|"
    r"question|the table|off-limits|no[- ]go|starter|no[- ]no|\b(?:a|definite|absolute|firm) no\b|forbidden|prohibited|"
    r"banned|barred|advised|unwise|inadvis|dangerous|hazardous|ruled out|"
    r"refrain|beware|circumstances|no account|unable|refus|against|(?:have|take|use|receive|get|given) no\b",
    re.IGNORECASE,
)


class Ban(NamedTuple):
    """What words of forbidding make of a list of substances; `decided` where they say something of it."""

    decided: bool
    warned: Warned | None = None


def ban(note: "Note", group: list[Place], first: int, ahead: Place, until: int) -> Ban:
    """Whether a sentence from `first` on forbids what it lists.

    Args:
        note: The note.
        group: Where the substances of the list are named.
        first: Where the sentence begins.
        ahead: Where the next substance is named, and where the sentence ends.
        until: Up to where a reason may be told.
    """
    text = note.text
    start, end = group[0][0], group[-1][1]
    following, last = ahead
    before = text[max(first, start - SIGHT) : start]
    at = start - len(before)
    sight = min(last, end + SIGHT)
    beside = _adjacent_harm(note, end, until)
    forbids = _FORBIDS.search(before) if _MAY_FORBID.search(before) else None
    owned = forbids is not None and re.search(r"['’]s\s", forbids.group())  # "do not take wife's clonidine"
    if not owned and _is_of_family(note, group[0]):
        return Ban(decided=True)
    if forbids and not _NO_WARNING.search(before[: forbids.start()]) and not _asks(before[: forbids.start()]):
        reason = reason_behind(note, end, sight) or reason_before(note, at, at + forbids.start())
        return Ban(True, Warned(True, bool(forbids["shun"]), *told_as(text, reason)))
    told = beside or end  # "ACE inhibitor cough, do not rechallenge"
    forbidden = _FORBIDDEN.match(text, told, sight) if _MAY_FORBID.search(text, told, sight) else None
    if forbidden and not _LIFTED.search(forbidden.group()) and not _forbids_another(text, group[-1], following, last):
        reason = (
            harm_behind(note, end, until)
            or reason_behind(note, forbidden.end(), min(last, forbidden.end() + SIGHT))
            or reason_behind(note, end, until)
            or reason_before(note, at, start)
        )
        return Ban(True, Warned(True, False, *told_as(text, reason)))
    none = _NONE_OF.search(before)
    if none and _is_order(note, group[0], text, end, last, again=none["more"] is not None):
        why = reason_behind(note, end, sight) or _followed(note, text, start)
        return Ban(True, Warned(True, False, *told_as(text, why)))
    return Ban(decided=False)


def _is_of_family(note: "Note", name: Place) -> bool:
    """Whether a drug is a relative's; who is only named behind it ended it, or told of it: "mum stopped it"."""
    number = note.document.sentence_at(name[0])
    if number is None or not note.context.of(*name).family:
        return False
    at, _ = note.document.tokens_in(*name)
    persons = note.context.scopes(number).persons
    return not persons or any(match.first < at for match in persons)


def _adjacent_harm(note: "Note", end: int, until: int) -> int | None:
    """Where the harm ends that stands right behind a drug."""
    first = next(iter(harms(note, end, until)), None)
    return first[1] if first is not None and not note.text[end : first[0]].strip() else None


def _forbids_another(text: str, name: Place, following: int, last: int) -> bool:
    """Whether what is forbidden behind a substance is the next one: "paracetamol, but ibuprofen is contraindicated"."""
    end = name[1]
    match = _FORBIDDEN.match(text, end, min(len(text), end + SIGHT))
    if match is None or following <= end or following >= last:
        return False
    if following < match.end():
        return True
    another = names_in(text, following, last)
    if another and is_a(text[slice(*name)], text[slice(*another[0])]):
        return False  # "ibuprofen: asthma, should not have NSAIDs again" forbids both
    between = text[match.end() : following]  # "…, never to have NSAIDs": the verb has an object of its own
    return len(between) < _OBJECT_WITHIN and _NO_OBJECT.search(between) is None


def _asks(before: str) -> bool:
    return bool(
        re.search(
            r"(?i)\b(?:whether|if|why|unless|"
            r"(?<!been )(?<!was )(?<!were )asked(?! (?:him|her|them|mum|the patient|pt)\b))"
            r"\b[^.;,]{0,25}$|"
            r"^\W*(?:if|should|when)\b[^.;]*,\s?(?:please |then |he |she |they )?$",
            before,
        )
    )


def _is_order(note: "Note", name: tuple[int, int], text: str, end: int, last: int, *, again: bool) -> bool:
    """Whether a bare "no ibuprofen" is an order and no history; `again`: it says "no more"."""
    if _ORDER_BEHIND.match(text, end, last) or _refuses(note, name[0]):
        return True
    why = _NOUN_BEHIND.match(text, end, last)
    if why is not None and is_clinical(note, *why.span("why")):
        return True
    if re.match(
        r"(?i)\s(?:at (?:this|present)|for (?:now|the)|since|in the|yet|needed|required|indicated|today|currently|"
        r"prescribed|given|was|were|use|level|"
        r"allerg)",
        text[end : end + 16],
    ):
        return False
    followed = _followed(note, text, name[0])
    if followed and (_is_kind_of_drugs(text[slice(*name)]) or _STATE.match(text, followed[0])):
        return True
    if "live vacc" in text[slice(*name)].lower():
        return True  # nobody tells that none was had
    return (is_drug(note, name) or _is_kind_of_drugs(text[slice(*name)])) and (
        again
        or note.part_at(name[0]) == "plan"
        or note.kind_at(name[0]) in {"plan", "assessment_plan", "discharge_medications", "instructions"}
    )


def _refuses(note: "Note", start: int) -> bool:
    """Whether a "no" is set against what is allowed, or is a belief's: "codeine is fine but no ibuprofen"."""
    first, _ = note.document.sentence_span(start)
    before = note.text[max(first, start - SIGHT) : start]
    return _ALLOWED_BUT.search(before) is not None or _BELIEF.search(before) is not None


def _followed(note: "Note", text: str, start: int) -> Place | None:
    """The lasting condition that a sentence begins with, and from which a "no" follows: "CKD 4: no NSAIDs"."""
    first, _ = note.document.sentence_span(start)
    lead = _SO.search(text, max(first, start - _OBJECT_WITHIN), start)
    if lead is None:
        return None
    begin = max(first, lead.start() - _CONDITION_WITHIN)
    state = _STATE.search(text, begin, lead.start())
    if state is not None:
        return state.span()
    found = [
        note.document.span(match)
        for match in note.document.matches_in(begin, lead.start())
        if any(term.kind == "condition" and term.flag for term in match.found)
    ]
    return found[-1] if found else None


def _is_kind_of_drugs(words: str) -> bool:
    """Whether words name a kind of drugs in the plural, as who orders does: "no NSAIDs", not "no antibiotic"."""
    return words.lower().endswith("s") and words.lower().removesuffix("s") not in _NAMED_IN_PASSING
