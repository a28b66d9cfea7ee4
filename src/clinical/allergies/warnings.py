"""Warnings against drugs, kinds of drugs and allergens: forbidden, not borne, or named as what did harm.

Words before a list of substances warn against all of it ("avoid naproxen, codeine and tramadol"), and so do words
behind it ("… are contraindicated"). Harm is a reaction, a condition or a symptom beside a word that makes the substance
its cause: "delirium due to codeine", "ramipril caused cough", "stopped because it made him drowsy". What got better is
no harm.
"""

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from clinical.allergies.reactions import leading_reaction, reactions_in
from clinical.allergies.substances import Sort, names_in, sort_of
from clinical.concepts import is_a

if TYPE_CHECKING:
    from clinical.note import Note

_DONE = (
    r"(?:re-?)?(?:start|commenc|introduc|prescrib|giv|hav|us|tak|administer|resum|try|tri|add|continu|rechalleng|expos|"
    r"offer|put on|go back on|be on|drink|eat|buy)(?:e|en|es|ed|ing)?"
)
_WHICH = (
    r"(?:(?:all|any|every|other|further|more|oral|the|his|her|their|your|regular|routine|using|taking|of|with|"
    r"anything|products?|drugs?|medicines?|medications?|like|such as|"
    r"containing|topical|systemic|iv|otc|over-the-counter|high[- ]dose|low[- ]dose|long[- ]term|combined|"
    r"non-selective|live|use of|both|either|strong|\w+['’]s|"
    r"including|especially|e\.g\.|eg|strict(?:ly)?|to|for)[\s:]+){0,5}"
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
    r"s)? (?:well )?(?:off|away from|clear of)|refrain from|not for|unsuitable for|"
    r"(?:absolute |relative )?contra-?indicat\w+(?! with)(?: to| for| are| include| includes)?|"
    rf"beware(?: of)?)[\s:]+{_WHICH}{_THINGS}|"
    rf"{_NOT_TO}(?: be)? (?:{_DONE})\s+{_WHICH}|{_NOT_TO} {_DONE}\s+{_WHICH}{_THINGS}|(?:advised?|warned?|"
    rf"counsell?ed|recommend\w*) against\s+{_WHICH})$",
    re.IGNORECASE,
)
_NOT_BORNE = re.compile(
    r"\b(?:intoleran(?:t|ces?)(?: of| to| with)?|(?:could|can|did|does|do)(?: not|n[’']t) tolerate|cannot tolerate|"
    r"unable to tolerate|failed to tolerate|not tolerat(?:e|ed|ing)|never tolerated|"
    rf"(?:bad|severe|unacceptable) side[- ]effects? (?:with|from|on|to))[\s:]+{_WHICH}$",
    re.IGNORECASE,
)
_NONE_OF = re.compile(
    r"(?:^|[.;:–—-]\s|\d[.)]\s)\s*(?:no|nil)\s(?:(?:more|further|other|oral|regular|routine)\s){0,2}$", re.IGNORECASE
)
_ORDER_BEHIND = re.compile(
    r"\s?[(:–—-]|[^.;\n]{0,25}?\b(?:again|either|please|ever|while (?:on|taking)|with (?:his|her|this|the)|due to|"
    r"d/t|because|as (?:he|she|on)|given (?:his|her|the|ckd|age|bleed)|whilst)\b",
    re.IGNORECASE,
)
# Not "was not given", which tells what happened.
_NOT_TO_BE = (
    r"(?:(?:must|should|shall|will|can|may|do|could)(?: not|n[’']t)|cannot|can[’']t|(?:not|never) to)(?: ever)?(?: be)?"
)
_FORBIDDEN = re.compile(
    rf"[^.;,\n(]{{0,70}}?(?:\b(?:be|is|are|was|were|remains?) (?:now |best |strictly |absolutely |relatively |"
    r"therefore |to be )*(?:avoided|contra-?indicated)|\bcontra-?indicated|\bto be avoided|"
    rf"\b{_NOT_TO_BE} (?:{_DONE}|repeated)\b|\bnever again|\bnot (?:be )?(?:recommended|advised|advisable|suitable|"
    r"appropriate|an option|safe)|\b(?:is|are) (?:unsuitable|inappropriate|unsafe|off limits))"
    rf"|[^.\n(]{{0,60}}?[(;:–—-]\s?[^.;\n)]{{0,40}}?\b(?:(?:please |strictly |strict |complete )?avoid(?:ance)?\b|"
    rf"{_NOT_TO_BE} (?:{_DONE}|repeated)|do not (?:give|use|restart)|never again)"
    rf"|[^.;\n]{{0,60}}?,\s?(?:and )?(?:was |has been |been )?(?:told|advised|warned)? ?(?:never|"
    rf"not) to (?:{_DONE})(?: it| them| this)?\b",
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
    r"puts? (?:him|her|them|me)|upsets?|sends? (?:him|her|them))\b",
    re.IGNORECASE,
)
# It was ended because of what it did.
_ENDED = re.compile(
    r"[^.;\n|]{0,30}?\b(?:stopp?(?:ed)?|discontinued|d/c(?:'?d)?|ceased|withdrawn|quit|abandoned|came off|taken off|"
    r"given up|failed|tried|trialled|trialed)\b[^.;\n]{0,40}?"
    r"(?:because(?: of)?|due to|d/t|owing to|as|since|secondary to|after|for|with|[(:–—,-]|\bit\b)\s*(?:(?:it|this|"
    r"that|he|she|they|of|had|got|developed|gave|made|caused|experienced|patient|suffered|the|a|his|her|him|them|"
    r"severe|"
    r"bad|worsening|persistent|recurrent|mild|some)\s)*",
    re.IGNORECASE,
)
_ENDING = re.compile(
    r"\b(?:stop(?:ped|ping)?|discontinu\w+|ceased?|withdrew|quit|came off|taken off|weaned off)\s"
    r"(?:(?:his|her|their|the|taking)\s)?$",
    re.IGNORECASE,
)
_ENDED_FOR = re.compile(
    r"[^.;\n|(]{0,30}?(?:because(?: of)?|due to|d/t|owing to|as|since|secondary to|after|for|[(:–—,-])\s*(?:(?:it|"
    r"this|he|she|they|of|had|got|developed|gave|made|caused|experienced|suffered|the|a|his|her|him|them|severe|bad|"
    r"worsening|persistent|recurrent)\s)*",
    re.IGNORECASE,
)
_NOT_SO = re.compile(
    r"\b(?:not|never|no|n[’']t|without|unlikely|denies|if|may|might|could|can|risk|risks|possible|prevent\w*)\b",
    re.IGNORECASE,
)
_NAMED_IN_PASSING = frozenset(
    {"antibiotic", "analgesic", "med", "drug", "medication", "medicine", "painkiller", "steroid", "supplement"}
)
_GOOD = re.compile(
    r"\b(?:better|improv\w+|reliev\w+|relief|resolv\w+|settl\w+|control\w*|eas\w+|respon\w+|gone|free|recover\w+|"
    r"helped|effective|good)\b",
    re.IGNORECASE,
)
_NO_WARNING = re.compile(
    r"\b(?:no|not|without|nor|any|never been|isn[’']t|aren[’']t)\s(?:known |absolute |relative |a |any ){0,4}$|"
    r"\b(?:no need|need not|not need|does not have|doesn[’']t (?:need|have)|no longer (?:has|needs?))(?: to)?\s$|"
    r"\b(?:like|hope|hoping|prefer|want|wish|order|helps?|tr(?:y|ying)|attempt|able|so as) to\s$",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"(?:[^.;\n(:]{0,25}?(?P<lead>\b(?:because(?: of)?|due to|d/t|as|since|given|in view of|owing to|on account of|"
    r"secondary to|2/2|while on|whilst on|while taking|with|in|for|under|until|after)\b|[(:–—]|\s-\s|,?\s(?:which|"
    r"it) (?:caused|gave|made)))"
    r"\s*(?:(?:he|she|it|his|her|their|the|this|that|of|see|has|had|is|was|on|patient|prior|risk of|history of|"
    r"previous|known|an?)\s)*(?P<why>[^.;,\n()|]{2,60})",
    re.IGNORECASE,
)
_REASON_BEFORE = re.compile(
    r"(?:^|[.;,(]\s?|\b)(?:because of|due to|given|in view of|owing to|on account of|with|in light of|as (?:he|she|"
    r"patient) has)\s(?:(?:his|her|their|the|this|previous|known|history of)\s)*(?P<why>[^.;,:\n]{2,50}?)[,:–—-]?\s*"
    r"(?:(?:he|she|they|patient|please|should|must|to|we|i|would|will|advised|the patient)\s)*$",
    re.IGNORECASE,
)
# Who was told of it, by whom and how, is no reason: "told him and his daughter, in writing".
_ARRANGED = re.compile(
    r"\b(?:told|tell|advi[sc]e\w*|inform\w*|explain\w*|discuss\w*|warn\w*|counsell?\w*|agree[sd]?|understand\w*|"
    r"writ(?:ing|ten|e)|letter|leaflet|card|document\w*|record\w*|flag\w*|alert\w*|chart|wristband|gp|pharmac(?:y|ist)\w*|"
    r"daughter|son|wife|husband|partner|mother|father|mum|dad|family|carers?|next of kin|nok|aware|email\w*|phoned|"
    r"added|updated?|thanks|message|sticker)\b",
    re.IGNORECASE,
)
_TIME_ONLY = re.compile(
    r"\s*(?:now|today|the time being|pregnancy test|\d+ (?:days?|weeks?|months?|hours?)|life|ever|future|the future|"
    r"possible|discharge|please|again|example|instance|good|them|him|her|us|me|caution|food|review\b.*|tolerated)\s*$",
    re.IGNORECASE,
)
_LISTED = re.compile(
    r"\s*(?:\d[\d.,]*\s?(?:mg|mcg|g|micrograms?|units?)\b\s*(?:(?:od|bd|tds|qds|prn|daily|bid|tid)\b\s*)?)?(?:,|/|&|"
    r"\+|\band\b|\bor\b|\bnor\b|,\s?(?:and|or|nor)\b|\band/or\b|,?\s\(?(?:including|such as|e\.?g\.?,?|like|"
    r"especially|particularly)(?=\s))\s*"
    r"(?:(?:other|any|all|further|any other|all other|oral|the|also|similar)\s)*",
    re.IGNORECASE,
)
Place = tuple[int, int]
_LIFTED = re.compile(
    r"\b(?:not|no longer|nor|never)\s(?:\w+\s)?(?:contra|to be avoided|be avoided)|\bno contra|need not be|\bif\b",
    re.IGNORECASE,
)
# "Myalgia on atorvastatin", but not "angina on nitrates": what no drug is given for.
_ON_DRUG = re.compile(
    r"myalgia|muscle|bleed|hypogly|hypos|hypokal|hyperkal|hyponat|nightmare|hallucinat|constipat|dystoni|ankle|gynaeco|"
    r"gyneco|deliri|confus|drows|sedat|somnol|bradycard|hypotens|\bAKI\b|kidney injury|jaundice|agranulocyt|serotonin|"
    r"lactic acid|parkinsonism|urinary retention|respiratory depression",
    re.IGNORECASE,
)
# What such harm is treated with: there "on" tells of the treatment.
_TREATED_WITH = (
    (re.compile(r"deliri|confus|hallucinat", re.IGNORECASE), ("antipsychotic", "benzodiazepine", "thiamine")),
    (re.compile(r"hypotens", re.IGNORECASE), ("norepinephrine", "metaraminol", "midodrine", "fludrocortisone")),
    (re.compile(r"bradycard", re.IGNORECASE), ("atropine", "isoprenaline", "epinephrine")),
    (re.compile(r"AKI|kidney", re.IGNORECASE), ("furosemide", "bumetanide", "sodium bicarbonate")),
    (re.compile(r"urinary retention", re.IGNORECASE), ("tamsulosin", "alfuzosin", "finasteride")),
    (re.compile(r"constipat", re.IGNORECASE), ("laxative", "senna", "lactulose", "macrogol")),
    (re.compile(r"hypogly|hypos", re.IGNORECASE), ("glucose", "glucagon")),
    (re.compile(r"hypokal", re.IGNORECASE), ("potassium chloride",)),
    (re.compile(r"bleed", re.IGNORECASE), ("tranexamic acid", "vitamin k", "proton pump inhibitor")),
    (re.compile(r"jaundice", re.IGNORECASE), ("ursodeoxycholic acid",)),
    (re.compile(r"parkinsonism", re.IGNORECASE), ("levodopa", "procyclidine", "co-careldopa")),
)
# Words that tell that there was harm, and not which.
_GENERIC = re.compile(
    r"(?:adverse |bad |severe |skin )?reactions?|side[- ]effects?|intolerance|sensitivity", re.IGNORECASE
)
_JOINS_HARMS = re.compile(r"\s*(?:,|/|&|,?\s?\band)\s*", re.IGNORECASE)
_BESIDE = 3
_SIGHT = 130
_CANDIDATE = re.compile(
    r"(?i)avoid|contra-?indic|\bnot\b|n['’]t\b|never|cannot|\bno\b|intoleran|tolerat|steer|stay|keep|caus|due to|"
    r"because|after|follow|from|secondary|attribut|induced|related|gave|giv|made|makes|brought|brings|side|trigger|"
    r"precipit|stopp?|quit|discontinu|put |led to|reaction|toxic|against|beware|refrain|off|\bas\b|owing|2/2|d/t|"
    r"upset|result|\bon\b|\bwith\b"
)
# Without any of these words nothing is forbidden; looking for them first spares most mentions the long look.
_MAY_FORBID = re.compile(
    r"avoid|contra|never|\bnot\b|n[’']t\b|cannot|unsuitable|inappropriate|unsafe|off limits|steer|stay|keep|remain|"
    r"refrain|beware|circumstances|no account|unable|refus|against",
    re.IGNORECASE,
)
# So many sentences have warnings at most.
_MOST = 600


class Warned(NamedTuple):
    """How a note warns against a drug that it names."""

    forbidden: bool
    shunned: bool
    """Whether it is told to be kept away from, and not necessarily was taken before."""
    reason: str | None
    reason_at: tuple[int, int] | None = None
    not_borne: bool = False


class Warns(NamedTuple):
    """A warning against what is named at `text[start:end]`."""

    start: int
    end: int
    warned: Warned


def warnings_in(note: "Note") -> list[Warns]:
    """All warnings of a note, in order."""
    found: list[Warns] = []
    for first, last in note.document.sentences:
        if note.kind_at(first) in {"family", "signature"} or not _CANDIDATE.search(note.text, first, last):
            continue
        names = names_in(note.text, first, last)
        names = [name for name in names if _may_be_warned_of(note, *name)]
        if names:
            found.extend(_of_sentence(note, first, last, names))
        if len(found) > _MOST:
            break
    return found


def _may_be_warned_of(note: "Note", start: int, end: int) -> bool:
    """Whether something is no mere food: "avoid dairy" is advice; "strict avoidance" of peanuts is not."""
    words = note.text[start:end].lower()
    if sort_of(words) is not Sort.FOOD or words.startswith("grapefruit"):
        return True
    return note.kind_at(start) == "allergies" or "strict" in note.text[max(0, start - 40) : end + 60].lower()


def _of_sentence(note: "Note", first: int, last: int, names: list[tuple[int, int]]) -> list[Warns]:
    found: list[Warns] = []
    groups = _groups(note.text, names)
    for number, group in enumerate(groups):
        following = groups[number + 1][0][0] if number + 1 < len(groups) else last
        previous = groups[number - 1][-1][1] if number else first
        warned = _warned(note, group, (first, previous), (following, last))
        if warned is not None:
            found.extend(Warns(start, end, warned) for start, end in group)
    harm = next((one.warned for one in found if one.warned.reason), None)
    if harm is not None:  # "avoid NSAIDs: ibuprofen put him into hospital with kidney injury"
        found = [
            one._replace(warned=one.warned._replace(reason=harm.reason, reason_at=harm.reason_at))
            if one.warned.forbidden and one.warned.reason is None
            else one
            for one in found
        ]
    return found


def _groups(text: str, names: list[tuple[int, int]]) -> list[list[tuple[int, int]]]:
    """Names that stand in one list."""
    groups: list[list[tuple[int, int]]] = []
    for start, end in names:
        if groups and _LISTED.fullmatch(text, groups[-1][-1][1], start):
            groups[-1].append((start, end))
        else:
            groups.append([(start, end)])
    return groups


def _warned(
    note: "Note", group: list[tuple[int, int]], behind: tuple[int, int], ahead: tuple[int, int]
) -> Warned | None:
    text = note.text
    start, end = group[0][0], group[-1][1]
    first, previous = behind
    following, last = ahead
    before = text[max(first, start - _SIGHT) : start]
    until = min(last, following, end + _SIGHT)
    forbids = _FORBIDS.search(before) if _MAY_FORBID.search(before) else None
    owned = forbids is not None and re.search(r"['’]s\s", forbids.group())  # "do not take wife's clonidine"
    if note.context.of(start, group[0][1]).family and not owned:
        return None
    if forbids and not _NO_WARNING.search(before[: forbids.start()]) and not _asks(before[: forbids.start()]):
        reason = _reason(note, end, min(last, end + _SIGHT)) or _reason_before(
            note, start - len(before), start - len(before) + forbids.start()
        )
        return Warned(True, bool(forbids["shun"]), *_split(text, reason))
    sight = min(last, end + _SIGHT)
    forbidden = _FORBIDDEN.match(text, end, sight) if _MAY_FORBID.search(text, end, sight) else None
    if forbidden and not _LIFTED.search(forbidden.group()) and not _forbids_another(text, end, following, last):
        reason = (
            _harm_behind(note, end, until)
            or _reason(note, forbidden.end(), min(last, forbidden.end() + _SIGHT))
            or _reason(note, end, until)
            or _reason_before(note, start - len(before), start)
        )
        return Warned(True, False, *_split(text, reason))
    if _NONE_OF.search(before) and _is_order(note, group[0], text, end, last):
        return Warned(True, False, *_split(text, _reason(note, end, min(last, end + _SIGHT))))
    if note.kind_at(start) == "allergies" or sort_of(text[start:end].lower()) in {Sort.FOOD, Sort.THING}:
        return None
    return _harmful(note, group, (max(first, start - _SIGHT), previous), until)


def _forbids_another(text: str, end: int, following: int, last: int) -> bool:
    """Whether what is forbidden behind a substance is the next one: "paracetamol, but ibuprofen is contraindicated"."""
    match = _FORBIDDEN.match(text, end, min(len(text), end + _SIGHT))
    if match is None or following <= end or following >= last:
        return False
    return following < match.end() or (following - match.end() < 20 and match.group().lower().endswith("avoid"))


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


def _is_order(note: "Note", name: tuple[int, int], text: str, end: int, last: int) -> bool:
    """Whether a bare "no ibuprofen" is an order and no history."""
    if _ORDER_BEHIND.match(text, end, last):
        return True
    if re.match(
        r"(?i)\s(?:at this|for now|needed|required|indicated|today|currently|prescribed|given|was|were|use|level|"
        r"allerg)",
        text[end : end + 16],
    ):
        return False
    return (_is_drug(note, name) or _is_kind_of_drugs(text[slice(*name)])) and (
        note.part_at(name[0]) == "plan"
        or note.kind_at(name[0]) in {"plan", "assessment_plan", "discharge_medications", "instructions"}
    )


def _is_kind_of_drugs(words: str) -> bool:
    """Whether words name a kind of drugs in the plural, as who orders does: "no NSAIDs", not "no antibiotic"."""
    return words.lower().endswith("s") and words.lower().removesuffix("s") not in _NAMED_IN_PASSING


def _is_drug(note: "Note", place: Place) -> bool:
    """Whether a place names a drug, and no kind of drugs."""
    document = note.document
    first, _ = document.tokens_in(*place)
    at = bisect_left(document.matches, first, key=lambda match: match.first)
    found = document.matches[at].found if at < len(document.matches) and document.matches[at].first == first else ()
    return any(term.kind == "drug" for term in found)


def _harmful(note: "Note", group: list[tuple[int, int]], behind: tuple[int, int], until: int) -> Warned | None:
    """The warning in that a drug did harm, or was not borne."""
    text = note.text
    start, end = group[0][0], group[-1][1]
    at, previous = behind
    before = text[at:start]
    not_borne = _NOT_BORNE.search(before)
    badly = _BORNE_BADLY.match(text, end, until)
    if not_borne or (badly and not re.search(r"(?i)\b(?:well|if)\b", badly.group())):
        reason = _harm_behind(note, end, min(len(text), end + 60), sure=True)
        return Warned(False, False, *_split(text, reason), not_borne=True)
    caused = _CAUSED.search(before)
    if caused and at + caused.start() >= previous - 1:
        harm = _harm(note, max(at, previous), at + caused.start())
        return Warned(False, False, *_split(text, harm)) if harm else None
    followed = _FOLLOWED.search(before)
    if followed:
        harm = _harm(
            note,
            max(at, previous),
            at + followed.start(),
            beside=True,
            allergic=followed.group().lower().startswith(("with", "on")),
        )
        if harm and not _is_treatment(text[slice(*harm)], text[start:end]):
            return Warned(False, False, *_split(text, harm))
    return _causes(note, group, before, until)


def _is_treatment(harm: str, drug: str) -> bool:
    """Whether a drug is what such harm is treated with: "delirium on haloperidol"."""
    return any(
        sign.search(harm) and any(is_a(drug, treatment) for treatment in treatments)
        for sign, treatments in _TREATED_WITH
    )


def _causes(note: "Note", group: list[tuple[int, int]], before: str, until: int) -> Warned | None:
    text, end = note.text, group[-1][1]
    causes = _CAUSES.match(text, end, until)
    kind = causes is not None and causes.group().startswith("-") and not _is_drug(note, group[-1])
    if (
        causes
        and not kind
        and not _NOT_SO.search(causes.group())
        and not re.search(r"\b(?:he|she|they|we|i)\b[^,]*$", causes.group().lower().removesuffix("her"))
    ):
        harm = _harm_behind(note, causes.end(), until)
        if harm:
            return Warned(False, False, *_split(text, harm))
    ended = _ENDED.match(text, end, until)
    if ended is None and _ENDING.search(before):
        ended = _ENDED_FOR.match(text, end, until)
    if ended is not None and not _NOT_SO.search(ended.group()):
        harm = _harm_behind(note, ended.end(), until, beside=True)
        if harm:
            return Warned(False, False, *_split(text, harm))
    return None


def _split(text: str, place: Place | None) -> tuple[str | None, Place | None]:
    return (text[place[0] : place[1]], place) if place else (None, None)


def _harms(note: "Note", start: int, end: int) -> Iterator[tuple[int, int, bool]]:
    """Reactions, conditions and symptoms between two places, and whether each is a sign of an allergy."""
    places = {
        (one.start, one.end): one.allergic
        for one in reactions_in(note.text, start, end)
        if not _GENERIC.fullmatch(note.text, one.start, one.end)
    }
    document = note.document
    if end > start:
        for match in document.matches_in(start, end):
            if document.span(match)[1] > end:
                break
            if document.span(match)[0] < start:
                continue
            if any(term.kind in {"condition", "symptom"} for term in match.found):
                span = document.span(match)
                if not any(
                    one[0] < span[1] and span[0] < one[1] and one[1] - one[0] >= span[1] - span[0] for one in places
                ):
                    places = {one: sign for one, sign in places.items() if not (one[0] < span[1] and span[0] < one[1])}
                    places[span] = False
    for place, allergic in sorted(places.items()):
        yield *place, allergic


def _harm(note: "Note", start: int, end: int, *, beside: bool = False, allergic: bool = False) -> Place | None:
    """The last harm between two places, as the note puts it, unless it got better."""
    found = [
        one for one in _harms(note, start, end) if one[2] or not allergic or _ON_DRUG.search(note.text[one[0] : one[1]])
    ]
    if not found or (beside and end - found[-1][1] > _BESIDE):
        return None
    place = found[-1][:2]
    meant = note.context.of(*place)
    if meant.negated or meant.family or _GOOD.search(note.text[start:end]):
        return None
    for first, last, _ in reversed(found[:-1]):  # "delirium and constipation": all of it
        if not _JOINS_HARMS.fullmatch(note.text, last, place[0]):
            break
        place = first, place[1]
    return place


def _harm_behind(note: "Note", start: int, end: int, *, beside: bool = False, sure: bool = False) -> Place | None:
    """The first harm between two places, with what belongs to it; `sure`: "not" before it is said of the drug."""
    for first, last, _ in _harms(note, start, end):
        if beside and first - start > 12:
            return None
        meant = note.context.of(first, last)
        if (meant.negated and not sure) or meant.family or _GOOD.search(note.text[start : min(end, last + 25)]):
            return None
        whole = leading_reaction(note.text, first, end)
        return first, _joined_until(note, max(last, whole.end if whole else last), end)
    return None


def _joined_until(note: "Note", at: int, end: int) -> int:
    """Where the harms end that are joined to one which ends at `at`: "confusion and constipation"."""
    for first, last, _ in _harms(note, at, end):
        if not _JOINS_HARMS.fullmatch(note.text, at, first):
            break
        at = max(at, last)
    return at


def _reason(note: "Note", start: int, end: int) -> Place | None:
    """Why something is forbidden, as the note says behind it."""
    found = _REASON.match(note.text, start, end)
    if found is None or _TIME_ONLY.match(found["why"]):
        return None
    first, last = found.span("why")
    if _ARRANGED.search(found["why"]) and not _is_clinical(note, first, last):
        return None
    if (found["lead"] or "").lower() == "under":
        first = found.start("lead")
    while last > first and not note.text[last - 1].isalnum():
        last -= 1
    return (first, last) if last - first > 1 else None


def _is_clinical(note: "Note", start: int, end: int) -> bool:
    """Whether words name something of medicine: a condition, symptom, finding, drug or reaction."""
    if reactions_in(note.text, start, end):
        return True
    return any(start <= note.document.span(match)[0] < end for match in note.document.matches_in(start, end))


def _reason_before(note: "Note", start: int, end: int) -> Place | None:
    found = _REASON_BEFORE.search(note.text[max(0, start) : end])
    if found is None or _TIME_ONLY.match(found["why"]):
        return None
    return max(0, start) + found.start("why"), max(0, start) + found.end("why")
