"""How an allergy stands: held, denied, taken back, or doubted, going by the words beside its substance."""

import re
from enum import StrEnum

from clinical.allergies.reactions import reactions_in


class Standing(StrEnum):
    """How an allergy stands."""

    HELD = "held"
    DENIED = "denied"
    RETRACTED = "retracted"
    """Recorded once and taken back, or outgrown."""
    DOUBTED = "doubted"
    NOT_BORNE = "not_borne"
    """Listed as an allergy, and said to be none: an intolerance, a side effect."""


# Taken back: outgrown, shown not to be so, put into the record by mistake.
RETRACTED = re.compile(
    r"\b(?:outgr[oe]w\w*|refuted|disprov\w+|rescinded|"
    r"gr[eo]wn? out of|no longer (?:allergic|sensitive|intolerant|reacts?|an? (?:issue|problem|"
    r"allergy)|considered|listed|recorded|on (?:the |her |his |their )?(?:drug )?(?:allergy )?"
    r"(?:list|record|file|system))|"
    r"\btaken (?:it|this|that|them) off\b|\b(?:can|may|should|could) (?:now )?(?:come|be taken|go) off\b|"
    r"\blong (?:since )?gone\b|\bso no longer\b|no longer(?=\s*(?:[.;)]|$))|\bstruck (?:out|off|through)\b|"
    r"de-?labell?ed|de-?labell?ing (?:successful|completed?)|unlabell?ed|"
    r"(?:label|allergy|entry|flag|record|status|alert|warning)[\"”’']?,? (?:has been |have been |was |is |were |been |"
    r"now |since ){0,6}(?:(?:remov|withdraw|delet|cancel|refut|disprov|retract|struck|rescind|clear|amend|correct)\w*|"
    r"taken (?:down|off|out)|crossed (?:out|off)|scored out|scrubbed)|"
    r"(?:has been |have been |was |were |been |is |now |and |since ){1,6}(?:removed|withdrawn|deleted|cancelled|"
    r"refuted|disproved|disproven|"
    r"retracted|rescinded|struck off|struck through|de-?labell?ed|excluded|ruled out)|^\s*(?:(?:was|has been|been|now|"
    r"since|later|is) ){0,6}(?:removed|refuted|disproved|disproven|retracted|withdrawn|deleted|cancelled|outgrown|"
    r"taken (?:down|off|out)|crossed (?:out|off)|struck (?:out|off)|scored out|"
    r"de-?labell?ed|excluded|ruled out)|(?:should|can|to|may) be (?:removed|deleted|de-?labell?ed)|please (?:delete|"
    r"remove|disregard|ignore)|(?:can|to|should) be (?:disregarded|ignored)|"
    r"not (?:an? )?(?:true|genuine|real|actual|proper|drug)(?:ly)?(?: \w+)? ?allerg\w*|"
    r"not (?:to be )?(?:labell?ed|considered|thought|felt|regarded|coded)(?: (?:as|to be))?(?: an?)? allerg\w*|"
    r"not (?:really|truly|actually|"
    r"genuinely) allergic|"
    r"not (?:in fact |actually )?an? (?:\w+ )?allergy|"
    r"(?:entered|recorded|listed|documented|labell?ed|charted|added) (?:\w+ ){0,3}in error|in error|by mistake|"
    r"mislabell?ed|misrecorded|"
    r"(?:^\s*|(?:label|allergy|entry|flag|record|alert|coding|this|that)[\"”’']? )(?:is|was) an? "
    r"(?:mistake|error|mix-?up|misunderstanding|misreading|(?:clerical|typing|coding) error)\b|"
    r"(?:is|was|were|are) (?:wrong|incorrect|erroneous|mistaken|inaccurate|false)\b|"
    r"\bwrong(?=\s*[,;).]|\s*$)|wrongly|incorrectly|erroneously|mistakenly|not the patient['’]?s|"
    r"(?:is|was|are) not (?:hers|his|theirs)\b|belongs? to (?:another|a different) patient|(?:old|"
    r"historical) entry|"
    r"(?:after|following|with|on|by)(?: an?| the| his| her)? (?:recent )?(?:negative|normal|uneventful|"
    r"successful) (?:[\w-]+ ){0,4}(?:challenge|test\w*|provocation)|"
    r"(?:negative|uneventful|successful) (?:oral |drug |penicillin |direct |graded |supervised ){0,6}(?:challenge|"
    r"provocation|rechallenge)|"
    r"passed (?:an? |the |his |her |oral |drug |graded |supervised ){0,6}challenge|"
    r"(?:challenge|skin test\w*|(?:skin )?prick test\w*|skin prick|patch test\w*|testing|allergy tests?|provocation|"
    r"specific ige|ige|rechallenge) "
    r"(?:\w+ ){0,3}(?:negative|passed|tolerated|uneventful|normal|successful)|"
    r"(?:skin|prick|patch|allergy|blood|challenge|ige)?[- ]?(?:re)?test(?:ed|ing|s)?\b[^.;]{0,40}\bnegative|"
    r"(?:was|were) (?:just |only |probably |actually |in fact |really ){0,6}(?:viral|a virus|a viral \w+|an? \w+ virus|"
    r"a bruise|thrush|a side[- ]effect|measles|chickenpox|"
    r"roseola|fungal|heat rash|coincidental|unrelated|intolerance|due to (?:a |the )?(?:virus|viral \w+|infection))|"
    r"since (?:then )?(?:has |had |she |he |they |been |also ){0,6}(?:tolerated|taken|had|eaten|received|used)\b|"
    r"(?:has|have|had) (?:since |subsequently |now ){1,6}(?:tolerated|taken|had|eaten|received|used)\b|(?:subsequently|"
    r"now|later) (?:tolerat|eat)\w+|"
    r"(?:turned out|proved|found|shown|felt|thought) (?:not )?to be (?!allergic|an allergy)|now (?:eats?|drinks?|"
    r"takes?|eating|drinking)\b|can now (?:eat|have|take)\w*|"
    r"(?:label|entry|allergy|alert|flag|it|this) (?:can|could|should|may|must|needs? to|to) (?:now )?"
    r"(?:go|come off|be taken off)|"
    r"tolerated (?:\w+ ){0,3}(?:since|challenge)|now tolerates?)",
    re.IGNORECASE,
)
# "Not removed", "a challenge is planned": it stands as it was.
_STILL = re.compile(
    r"\b(?:not (?:been |yet |be )*(?:removed|de-?labell?ed|outgrown|deleted|amended)|n[o']t (?:yet )?outgrown|(?:may|"
    r"might|could|hopes? to|can|will|possibly) "
    r"(?:have |be |later )*outgrow\w*|(?:consider|refer|suitable|candidate|plan\w*|await\w*|booked|"
    r"for)\b[^.;]{0,40}\b(?:de-?label\w*|challenge|testing))",
    re.IGNORECASE,
)
# Right behind a substance: "Latex: no", "contrast - none, tolerated CT".
_DENIED = re.compile(
    r"^[\s:=(\[–—-]*(?:no\b(?! longer)|none\b|nil\b|neg(?:ative)?\b|denie[sd]\b|absent\b|-ve\b|false\b|not allergic|"
    r"never|"
    r"n\b(?!\s*(?:&|\+|and\b|/)\s*v)|nka\b|nkda\b|not known to be|"
    r"(?:now |well |is |was |are |were |all |both |seems? |previously |has (?:been )?)*(?:ok\b|okay\b|fine\b|safe\b|"
    r"alright\b|tolerat(?:ed|es|ing)(?=\s*(?:$|[.,;)\]|]|(?:well|now|it|since|in|fine|ok|without|when|after|on|CT|all|"
    r"again|before|previously)\b|\d))|"
    r"without (?:any )?(?:problems?|reactions?|issues?|trouble|incident)|no (?:problems?|reactions?|issues?)))",
    re.IGNORECASE,
)
# A row's last cell: "Eggs   -   -   Refuted 2020".
_STATUS = re.compile(
    r"(?:[-–—?.|(:]\s*|n/?a\s+){0,4}(?:resolved|refuted|inactive|disproved|entered in error|outgrown|de-?label+ed|"
    r"cancelled)\b",
    re.IGNORECASE,
)
# An intolerance, in the note's own words: "vomiting (intolerance)", "nausea only, not allergic".
_INTOLERANCE = re.compile(r"\bintoleran(?:ce|t)\b|\bside[- ]effects?\b|\badverse effects?\b", re.IGNORECASE)
_NO_ALLERGY = re.compile(
    r"\b(?:not|isn['’]t|wasn['’]t|rather than|no|non)[- ](?:an? |any |thought to be |felt to be |really )?"
    r"(?:(?:true|real|genuine|actual|proper|immune|drug) )?allerg(?:y|ic)\b",
    re.IGNORECASE,
)
_MERELY = re.compile(r"\b(?:just|only|simply|merely)\b", re.IGNORECASE)
# Before a substance: what is well borne.
TOLERATES = re.compile(
    r"[\s,;:(–—-]*(?:(?:but|and|though|although|he|she|they|pt|patient|the patient|has|had|can|is|now|also|previously|"
    r"since|does|able to|will|"
    r"may|okay|subsequently|recently|always|apparently|reports|says|states)\s)*"
    r"(?:tolerat(?:es?|ed|ing)|ok(?:ay)? with|fine with|ok to (?:have|take|use|give)|safe with|can (?:have|take|"
    r"tolerate|eat|use)|happy with|no (?:problems?|issues?|reactions?|trouble) (?:with|to)|"
    r"takes|taken|eats|has had|had|uses|well with)\s+",
    re.IGNORECASE,
)
DOUBT = re.compile(
    r"(?:\?\s?|\b(?:possibl[ey]|query|queried|questionable|unsure|uncertain|may be|might be|may have|might have|"
    r"unclear|suspect\w*|"
    r"not sure|whether|doubtful|potential|likely|unlikely|wonders?|wondering|concern\w*|probabl[ey])\b[^.;,]{0,30})$",
    re.IGNORECASE,
)


# So far behind a substance it is said how its allergy stands.
_SIGHT = 250


def standing_behind(words: str) -> Standing | None:
    """What the words behind a substance make of it, up to the next one; None where they say nothing of that."""
    words = words.lstrip(" \t\n\"”’'")[:_SIGHT]
    if is_taken_back(words) or _STATUS.match(words):
        return Standing.RETRACTED
    if is_intolerance(words):
        return Standing.NOT_BORNE
    if _DENIED.match(words):
        return Standing.DENIED
    return None


def is_intolerance(words: str) -> bool:
    """Whether what is told of a substance is said to be no allergy: "not allergic", "intolerance", "only felt sick"."""
    if _INTOLERANCE.search(words) or _is_mere_harm(words):
        return True
    found = _NO_ALLERGY.search(words)
    return found is not None and bool(reactions_in(words, 0, len(words)))


def _is_mere_harm(words: str) -> bool:
    """Whether words tell of a harm that is no sign of an allergy, and that it was no more than that."""
    if not _MERELY.search(words):
        return False
    told = reactions_in(words, 0, len(words))
    return bool(told) and not any(one.allergic for one in told)


def is_taken_back(words: str) -> bool:
    """Whether a sentence takes an allergy back."""
    # "Nausea, not an allergy" says what it is, and takes nothing back.
    retracted = _NO_ALLERGY.sub(" ", words) if is_intolerance(words) else words
    return bool(RETRACTED.search(retracted)) and not _STILL.search(words)
