"""Whether a procedure was done, is planned or was declined, by how it is meant and the words beside it."""

import re

from clinical.context.assertion_value import Assertion
from clinical.facts import ProcedureStatus, Reality
from clinical.note import Note
from clinical.procedures.answered_later import told_later
from clinical.procedures.changed_mind import changed_mind
from clinical.procedures.naming import UNNAMED, Name
from clinical.procedures.put_off import is_given_up, is_put_off
from clinical.procedures.timing import (
    is_called_off,
    is_day_to_come,
    is_only_judged,
    is_refused,
    is_to_be_removed,
    is_to_come,
    may_be_needed,
)
from clinical.procedures.verdicts import answered
from clinical.values.numbers import SPELT

_UNSURE = frozenset({Reality.PLANNED, Reality.CONDITIONAL})
_WAS = re.compile(
    r"^[^.;]{0,40}\b(?:obtained|showed|revealed|demonstrated|was normal|were normal|performed)\b", re.IGNORECASE
)
_TO_COME = frozenset({Reality.PLANNED, Reality.CONDITIONAL, Reality.CONSIDERED, Reality.REQUESTED})
_PLANS = frozenset({"plan", "instructions", "assessment_plan"})
_RESULTS = frozenset({"imaging", "tracing", "endoscopy", "test", "biopsy"})
# What only something done can be followed by: what it showed, that it was done.
_SHOWED = re.compile(
    r"(?:\s[\w/#.-]+){0,3}?\s(?<!\bbe )(?<!\bnot )(?<!\bif )(?<!\bwas not )(?:given|done)(?=\s(?:on\s|in\s)?(?:\d|"
    r"today|jan|feb|mar|apr|"
    r"may|jun|jul|aug|sep|oct|nov|dec|yesterday|last|l\b|r\b|left|right))|"
    r"\s(?:(?:all|both|are|is|now)\s){0,2}(?:up[- ]to[- ]date|utd)\b|"
    r"[\s)]*(?:(?:scan|report|results?|today|yesterday|again|also|which|has|have|had|then|dated|from|on|"
    r"in|was|were|is|of|"
    r"the|this|that|morning|(?:with(?:out)?|w/o?)\s(?:(?:iv|oral|po)\s)?contrast|\d[\d/.:-]*+)[\s,():]*+){0,8}(?:showed|shows|showing|show|reveal\w*|demonstrat\w*|normal|"
    r"negative|positive|unremarkable|confirm(?:s|ed)|excluded|suggest(?:s|ed|ing|ive)|consistent|"
    r"performed|done|completed|"
    r"obtained|taken|reviewed|given|unchanged|clear|inserted|placed|fitted|removed|carried|found|"
    r"identified|noted|tolerated|"
    r"went in|came out|in(?=[,.;])|in situ|sited|passed|set up|"
    r"successful\w*|uncomplicated|without(?!\s(?:(?:iv|oral|po)\s)?contrast)|complicated|had|abnormal|indicated)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(
    r"\s(?:on\s|of\s)?\d{1,2}/\d{1,2}(?:/\d{2,4})?(?:\s?:\s|\s(?:[A-Z]|neg|normal|no\b))|\s?[:=]\s?\S|"
    r"\s\d[\d.]*\s?(?:%|mm|cm|mls?)\b|\s?\((?:\d|normal|neg|nad)",
    re.IGNORECASE,
)
_OUTCOME = re.compile(
    r"\s(?:is |are |was |comes back )?(?:positive|negative|normal|abnormal|clear|shows?|confirms?|raised|ok)\b",
    re.IGNORECASE,
)
# In a plan: a sentence about what a thing showed, though its verb is far.
_TOLD = re.compile(
    r"[^.;,]{0,60}\b(?:was|were|showed|revealed|demonstrated|suggest|suggests)\b(?! (?:ordered|"
    r"planned|booked|requested|to|"
    r"discussed|missed|not))",
    re.IGNORECASE,
)
_YEAR = re.compile(r"[\s,(]*(?:(?:in|back in|left|right)\s)?(?P<year>(?:19|20)\d\d)\b(?![-/]\d)", re.IGNORECASE)
# A note that does not tell its day was written in this year or later.
_NO_EARLIER_THAN = 2025
_AHEAD = re.compile(
    r"[\s,(]*(?:(?:#|no\.? |dose )\d\s)?(?:only\s)?(?:"
    r"instead of|in place of|(?:is |was |has been )?(?:moved|postponed|rescheduled|re-?booked|deferred|put back|"
    r"brought forward(?! to \d{1,2}/\d))|"
    r"(?:(?:twice )?daily )?(?:until|till)|if|unless|once|when|tomorrow|next|due|booked|scheduled|"
    r"pending|awaited|"
    r"requested|ordered|planned|"
    rf"in\s(?:about\s)?(?:\d+|{SPELT}|an?|an?other|a few|several)\s?(?:-\s?\d+\s)?"
    r"(?:days?|weeks?|months?|years?|/(?:7|52|12)\b)|"
    r"[1-9]\d?/(?:7|52|12)\b(?![-/])|at (?:next|the next)|"
    r"q\s?\d|every)\b",
    re.IGNORECASE,
)
_DAY_OF_IT = re.compile(
    r"[\s,(]*(?:(?:\w+\sdose\)?|#\s?\d|dose\s\d|shot|jab|vaccine|booster)\s)?(?:today|yesterday|this morning|"
    r"last (?:week|month|year|night)|earlier|ago)\b",
    re.IGNORECASE,
)
_HAD = re.compile(
    r"\b(?:(?:had|have had|has had|underwent|undergone|undergoing|s/p|status post|post|after|"
    r"following|previous|previously|"
    r"prior|recent|last|latest|history of|h/o|performed|received|receiving|completed|got|was given|were obtained|"
    r"reviewed|reviewing|review of|on|her|his|initial|old|outside|obtained|did|with)\s(?:an?\s|"
    r"the\s|his\s|her\s|urgent\s|"
    r"emergency\s|elective\s|successful\s|both\s|recent\s|screening\s|normal\s|abnormal\s|"
    r"negative\s|positive\s|\d+\s){0,5}|"
    r"(?:normal|abnormal|negative|positive|unremarkable)\s)$",
    re.IGNORECASE,
)
_NEXT = re.compile(
    r"\b(?:prior to|before|ahead of|until|in preparation for|preparation for|subject to|"
    r"(?:decid\w*|decision|reassess\w*|review\w*) after)\s(?:\w+\s){0,2}$",
    re.IGNORECASE,
)
# What a form asks for by its label: "Proposed surgery: right hemicolectomy".
_PROPOSED = re.compile(
    r"\b(?:proposed|intended|planned|scheduled)\s(?:surgery|operation|procedure|treatment|"
    r"investigations?)\s?[:–—-]\s?$",
    re.IGNORECASE,
)
_TODAY = re.compile(r"[\s,(]*(?:today|this (?:morning|afternoon|evening))\b", re.IGNORECASE)
# What nothing is told of yet: "Echo today."
_FOR_TODAY = re.compile(
    r"\s(?:today|now|am|this (?:morning|afternoon))(?:\s(?:by|with)\s\w+)?\s*(?:[.,;(\n]|$)", re.IGNORECASE
)
# "WLE + SLNB done 14/5", "mastectomy and node biopsy planned": one operation of several parts.
_TOGETHER = re.compile(r"\s*(?:&|\+|\band\b|\bwith\b)\s*", re.IGNORECASE)
_IN_PARTS = frozenset({"operation", "biopsy", "endoscopy"})
# "Wide local excision cancelled and mastectomy performed instead"
_INSTEAD = re.compile(r"[^.;:\n]{0,50}?\b(?:performed|done|carried out|undertaken)\s(?:\w+\s)?instead\b", re.IGNORECASE)
_LISTED = re.compile(r"\s*(?:#\s?\d\s*)?(?:,|/|&|\+|,?\s?\band\b)\s*", re.IGNORECASE)
_SEEN_ON = re.compile(r"\b(?:on|by|from|per)\s(?:the\s|his\s|her\s|\w+\s)?$", re.IGNORECASE)
_HAD_IT = re.compile(
    r"\b(?:had|received|underwent|has had|have had)\s(?:an?\s|the\s|his\s|her\s|their\s)?$", re.IGNORECASE
)
_RESULTS_OF_IT = re.compile(r"\s(?:results?|report|findings|images?)\b", re.IGNORECASE)
_AWAITED = re.compile(r"\b(?:pending|await\w*|once|after we|until|when|get|chase)\b[^.;,]*$", re.IGNORECASE)
_WEAK = re.compile(r"\b(?:her|his|with|post|after|following)\s(?:\w+\s)?$", re.IGNORECASE)
# "Left breast cancer. For left mastectomy in February", "?PE, for CTPA"
_FOR = re.compile(
    r"(?:^|[,;.–—-])\s*(?:now |booked |listed |referred )?"
    r"for (?:(?:an?|the|urgent|elective|routine|repeat|left|right|possible|consideration of|\?) ?)*$",
    re.IGNORECASE,
)
_SPOKEN_OF = re.compile(r"\b(?:discuss\w*|talked about|mentioned)\s(?:\w+\s){0,3}$", re.IGNORECASE)
_ANSWERS = (
    (
        ProcedureStatus.DECLINED,
        re.compile(
            r"^[\s:–—-]*(?:(?:(?:he|she|they|patient|pt|family) )?(?:has |was )?(?:declin|refus)(?:ed|es|ing|e)|"
            r"not (?:done|performed|needed|required|indicated|wanted|taken|possible|safe|suitable|compatible)|"
            r"cancelled|did not want|(?:absolutely |strictly )?contra-?indicated|unsafe|unsuitable|cannot be done)\b",
            re.IGNORECASE,
        ),
    ),
    (
        ProcedureStatus.PLANNED,
        re.compile(
            r"^[\s:–—-]*(?:is |has been |to be )?(?:booked|scheduled|requested|ordered|pending|awaited|due|planned|"
            r"arranged|tomorrow|next (?:week|month))\b",
            re.IGNORECASE,
        ),
    ),
)
_NOT_DONE = re.compile(r"negative|neg|-ve|normal", re.IGNORECASE)
_ANSWER = 60
_LOOKS_BACK = 100
_FURTHER = 240


def with_day(note: Note, name: Name, status: ProcedureStatus, on: str | None, yearless: str | None) -> ProcedureStatus:
    """What is dated after the note is planned, whatever else is said."""
    first, last = note.document.sentence_span(name.start)
    before, behind = note.text[max(first, name.start - _LOOKS_BACK) : name.start], note.text[name.end : last]
    if status is ProcedureStatus.DONE and is_day_to_come(note.day, on, yearless, before, behind):
        return ProcedureStatus.PLANNED
    return status


def status_of(note: Note, name: Name, meant: Assertion) -> ProcedureStatus | None:
    """Whether it was done; None where it is only spoken of."""
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - _LOOKS_BACK) : name.start]
    behind = note.text[list_end(note, name) : last]
    done: ProcedureStatus | None = ProcedureStatus.DONE
    if meant.hypothetical and meant.reality not in _TO_COME and name.kind != "vaccination":
        done = None
    if note.in_heading(name.start):
        return _answered(note, name) or done
    if (meant.answered and not meant.negated) or _INSTEAD.match(behind):
        return done
    shown = bool(_SHOWED.match(behind)) or (name.kind in _RESULTS and bool(_VALUE.match(behind)))
    removed = is_to_be_removed(before, behind)
    told = ProcedureStatus.PLANNED if removed else _told_behind(note, name, meant, before, behind)
    said = told if told is not None else _said(note, name, meant, before, behind, shown=shown)
    only_judged = is_only_judged(before, behind) or may_be_needed(before, behind)
    if said is not None and not only_judged:
        return said
    considered = only_judged or (_SPOKEN_OF.search(before) and meant.reality is Reality.CONSIDERED)
    if considered or (meant.reality is Reality.CONDITIONAL and _OUTCOME.match(behind)):
        return None  # it was talked about, and not decided; "if the CT is normal" is the condition of something else
    if shown and (meant.reality not in _UNSURE or _WAS.search(behind[:_LOOKS_BACK])):
        return done or ProcedureStatus.DONE
    return ProcedureStatus.PLANNED if _is_planned(note, name, meant, before, behind, done=done is not None) else done


def is_answered(note: Note, name: Name, meant: Assertion) -> bool:
    """Whether right behind its name stands what became of it: "CXR: not required", "Tdap due - given"."""
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - _LOOKS_BACK) : name.start]
    behind = note.text[list_end(note, name) : last]
    if is_to_be_removed(before, behind) or may_be_needed(before, behind) or is_only_judged(before, behind):
        return True
    return _told_behind(note, name, meant, before, behind) is not None


def _said(note: Note, name: Name, meant: Assertion, before: str, behind: str, *, shown: bool) -> ProcedureStatus | None:
    """What the words right beside it settle: that it was had, or that it was refused or left undone."""
    if _HAD_IT.search(before) and not meant.negated and not (is_refused(before, behind) or _AHEAD.match(behind)):
        return ProcedureStatus.DONE
    left_undone = meant.negated and not (_resulted(note, name, meant) or _is_source(name, before))
    if meant.reality is Reality.DECLINED or left_undone or (is_refused(before, behind) and not shown):
        return ProcedureStatus.DECLINED
    return None


def _is_planned(note: Note, name: Name, meant: Assertion, before: str, behind: str, *, done: bool) -> bool:
    """Whether it is still to come, by the words around it or because it stands in a plan without being told as done."""
    ahead = is_to_come(before, behind) or _FOR.search(before) or _PROPOSED.search(before)
    if meant.reality in _TO_COME or _AHEAD.match(behind) or ahead:
        return True
    if meant.historical:
        return False
    if name.kind in _RESULTS and _FOR_TODAY.match(behind) and not (_HAD.search(before) or meant.answered):
        return True
    planned = (
        done
        and note.kind_at(name.start) in _PLANS
        and not _is_told(name, before, behind)
        and not _is_of_past_year(note, behind)
    )
    return planned or bool(_NEXT.search(before))


def _told_behind(note: Note, name: Name, meant: Assertion, before: str, behind: str) -> ProcedureStatus | None:
    """What is answered to it right behind its name, unless the words before it deny that."""
    changed = None if meant.answered else changed_mind(before, _further(note, name))
    if changed is not None:
        return changed
    if name.concept == UNNAMED or is_called_off(before, behind) or is_given_up(before, behind):
        return ProcedureStatus.DECLINED
    told = answered(_up_to_next(note, name, behind))
    if told is None and is_put_off(behind):
        return ProcedureStatus.PLANNED
    if told is not ProcedureStatus.DONE:
        told = told_later(before, _further(note, name)) or told
    denied = meant.negated or meant.reality is Reality.DECLINED or is_refused(before, behind)
    return None if meant.answered or (told is ProcedureStatus.DONE and denied) else told


def _up_to_next(note: Note, name: Name, behind: str) -> str:
    """What stands behind a procedure, up to the next one that is named."""
    end = list_end(note, name)
    following = [other.start for other in note.procedures_in(end, end + len(behind)) if other.start >= end]
    return behind[: min(following) - end] if following else behind


def _further(note: Note, name: Name) -> str:
    """What stands behind a procedure in its line, up to the next one that is named."""
    end = list_end(note, name)
    until = min(note.document.line_at(name.start).end, end + _FURTHER)
    return _up_to_next(note, name, note.text[end : max(end, until)])


def list_end(note: Note, name: Name) -> int:
    """Where the list of vaccinations, or of operations, ends that one stands in: what is said behind is said of all."""
    end = name.end
    kinds, joined = (_IN_PARTS, _TOGETHER) if name.kind in _IN_PARTS else (frozenset({name.kind}), _LISTED)
    if name.kind not in {"vaccination", *_IN_PARTS}:
        return end
    for other in note.procedures_in(name.end, name.end + _LOOKS_BACK):
        if other.start < end:
            continue
        if other.kind not in kinds or not joined.fullmatch(note.text, end, other.start):
            break
        end = other.end
    return end


def _answered(note: Note, name: Name) -> ProcedureStatus | None:
    """What a heading that names a procedure is answered with: "MRI: declined", "CT - booked for Monday"."""
    segment = note.segment_at(name.start)
    if segment is None:
        return None
    for status, answer in _ANSWERS:
        if answer.match(note.text[segment.body : min(segment.end, segment.body + _ANSWER)]):
            return status
    return None


def _is_of_past_year(note: Note, behind: str) -> bool:
    """Whether nothing but a year that is over stands behind it: "Hip replacement 2019" among things to book."""
    found = _YEAR.match(behind)
    if found is None:
        return False
    return int(found["year"]) < (note.day.year if note.day else _NO_EARLIER_THAN)


def _is_source(name: Name, before: str) -> bool:
    """Whether it is what something was, or was not, seen on: "no clot on CTA"."""
    return name.kind in _RESULTS and _SEEN_ON.search(before) is not None


def _is_told(name: Name, before: str, behind: str) -> bool:
    """Whether a plan speaks of something that has been done: "his ECG was normal", "after his cholecystectomy"."""
    today = name.kind in _RESULTS and _TODAY.match(behind)  # what a plan has for today
    if _TOLD.match(behind) or (_DAY_OF_IT.match(behind) and not today):
        return True
    if _RESULTS_OF_IT.match(behind):
        return not _AWAITED.search(before)
    return bool(_HAD.search(before)) and (not _WEAK.search(before) or bool(_HAD_IT.search(before)))


def _resulted(note: Note, name: Name, meant: Assertion) -> bool:
    """Whether it is the result that was negative, not the procedure that was left undone."""
    if meant.excluded:
        return True
    scope = note.context.nearest(name.start, "negated")
    if scope is None:
        return False
    tokens = note.document.tokens[scope.trigger : scope.trigger_after]
    return any(_NOT_DONE.fullmatch(token.word) for token in tokens)
