"""Procedures: what was done, is planned, or was declined, and when."""

import re

from clinical.context.assertion import Assertion
from clinical.context.when import date_beside
from clinical.facts import Place, Procedure, ProcedureStatus, Reality
from clinical.note import Note
from clinical.procedures.naming import Name

_TO_COME = frozenset({Reality.PLANNED, Reality.CONDITIONAL, Reality.CONSIDERED, Reality.REQUESTED})
_PLANS = frozenset({"plan", "instructions", "assessment_plan"})
_RESULTS = frozenset({"imaging", "tracing", "endoscopy", "test", "biopsy"})
# What only something done can be followed by: what it showed, that it was done.
_SHOWED = re.compile(
    r"[\s)]*(?:(?:scan|report|results?|today|yesterday|again|also|which|has|have|had|then|dated|from|on|in|was|were|is|of|"
    r"the|this|that|morning|\d[\d/.:-]*)[\s,():]*){0,8}(?:showed|shows|showing|show|reveal\w*|demonstrat\w*|normal|"
    r"negative|positive|unremarkable|confirm(?:s|ed)|excluded|suggest(?:s|ed|ing|ive)|consistent|performed|done|completed|"
    r"obtained|taken|reviewed|given|unchanged|clear|inserted|placed|fitted|removed|carried|found|identified|noted|tolerated|"
    r"successful\w*|uncomplicated|without|complicated|had|abnormal|indicated)\b",
    re.IGNORECASE,
)
_VALUE = re.compile(r"\s?[:=]\s?\S|\s\d[\d.]*\s?(?:%|mm|cm)|\s?\((?:\d|normal|neg|nad)", re.IGNORECASE)
_OUTCOME = re.compile(
    r"\s(?:is |are |was |comes back )?(?:positive|negative|normal|abnormal|clear|shows?|confirms?|raised|ok)\b",
    re.IGNORECASE,
)
# In a plan: a sentence about what a thing showed, though its verb is far.
_TOLD = re.compile(
    r"[^.;,]{0,60}\b(?:was|were|showed|revealed|demonstrated)\b(?! (?:ordered|planned|booked|requested|to|discussed|missed|not))",
    re.IGNORECASE,
)
_AHEAD = re.compile(
    r"[\s,(]*(?:only\s)?(?:if|unless|once|when|tomorrow|next|due|booked|scheduled|pending|awaited|requested|ordered|planned|"
    r"in\s(?:\d+|one|two|three|four|six|a|an)\s?(?:-\s?\d+\s)?(?:days?|weeks?|months?|years?|/)|\d+/(?:7|52|12)\b|at (?:next|the next)|"
    r"q\s?\d|every)\b",
    re.IGNORECASE,
)
_DAY_OF_IT = re.compile(
    r"[\s,(]*(?:today|yesterday|this morning|last (?:week|month|year|night)|earlier|ago)\b", re.IGNORECASE
)
_HAD = re.compile(
    r"\b(?:had|have had|has had|underwent|undergone|undergoing|s/p|status post|post|after|following|previous|previously|prior|"
    r"recent|last|latest|history of|h/o|performed|received|receiving|completed|got|was given|were obtained|reviewed?|on|"
    r"her|his|initial|old|outside|obtained|did|with)\s(?:an?\s|the\s|his\s|her\s|urgent\s|emergency\s|elective\s|"
    r"successful\s|both\s|\d+\s)*$",
    re.IGNORECASE,
)
_WEAK = re.compile(r"\b(?:her|his|with|post|after|following|reviewed?)\s(?:\w+\s)?$", re.IGNORECASE)
_NOT_DONE = re.compile(r"negative|neg|-ve|normal", re.IGNORECASE)
_MOST = 400


def procedures(note: Note) -> list[Procedure]:
    """The procedures of a note in the order of the text; one that is told twice in the same sense once."""
    told: dict[tuple[str, ProcedureStatus], set[tuple[str | None, str]]] = {}
    kept: list[Procedure] = []
    for name in note.procedure_names:
        found = _procedure(note, name)
        if found is None or len(kept) >= _MOST:
            continue
        said = told.setdefault((found.concept, found.status), set())
        text = found.text.lower()
        if any(found.on in {None, on} and text in earlier for on, earlier in said):
            continue
        said.add((found.on, text))
        kept.append(found)
    return kept


def _procedure(note: Note, name: Name) -> Procedure | None:
    meant = note.context.of(name.start, name.end)
    kind = note.kind_at(name.start)
    on_behalf = meant.reality in {Reality.DECLINED, Reality.REQUESTED}
    if (meant.family and not on_behalf) or kind == "signature" or _only_a_heading(note, name):
        return None
    status = _status(note, name, meant)
    if status is None:
        return None
    first, last = note.document.sentence_span(name.start)
    when = date_beside(note.text, name.start, name.end, first, last)
    places = {"text": Place(name.start, name.end)}
    if when:
        places["on"] = when[1]
    return Procedure(
        start=name.start,
        end=name.end,
        original=note.text[name.start : name.end],
        section=note.part_at(name.start),
        places=places,
        text=" ".join(note.text[name.start : name.end].split()),
        concept=name.concept,
        status=status,
        on=when[0] if when else None,
    )


def _only_a_heading(note: Note, name: Name) -> bool:
    """Whether it names a part of the note under which nothing stands, or which is no procedure: "PROCEDURE"."""
    if not note.in_heading(name.start):
        return False
    segment = note.segment_at(name.start)
    return name.kind not in _RESULTS or segment is None or not note.text[segment.body : segment.end].strip()


def _status(note: Note, name: Name, meant: Assertion) -> ProcedureStatus | None:
    if note.in_heading(name.start):
        return ProcedureStatus.DONE
    if meant.answered:
        return ProcedureStatus.DECLINED if meant.negated else None if meant.hypothetical else ProcedureStatus.DONE
    first, last = note.document.sentence_span(name.start)
    before, behind = note.text[first : name.start], note.text[name.end : last]
    if meant.reality is Reality.DECLINED or (meant.negated and not _resulted(note, name, meant)):
        return ProcedureStatus.DECLINED
    shown = bool(_SHOWED.match(behind)) or (name.kind in _RESULTS and bool(_VALUE.match(behind)))
    planned = note.kind_at(name.start) in _PLANS
    if meant.reality is Reality.CONDITIONAL and _OUTCOME.match(behind):
        return None  # "if the CT is normal": it is the condition of something else
    if shown and meant.reality not in {Reality.PLANNED, Reality.CONDITIONAL}:
        return ProcedureStatus.DONE
    if meant.reality in _TO_COME or _AHEAD.match(behind):
        return ProcedureStatus.PLANNED
    if meant.hypothetical:
        return None
    if planned and _TOLD.match(behind):
        return ProcedureStatus.DONE
    if meant.historical or _DAY_OF_IT.match(behind):
        return ProcedureStatus.DONE
    had = _HAD.search(before)
    if shown or (had and not (planned and _WEAK.search(before))):
        return ProcedureStatus.DONE
    return ProcedureStatus.PLANNED if planned else ProcedureStatus.DONE


def _resulted(note: Note, name: Name, meant: Assertion) -> bool:
    """Whether it is the result that was negative, not the procedure that was left undone."""
    if meant.excluded:
        return True
    scope = note.context.nearest(name.start, "negated")
    if scope is None:
        return False
    tokens = note.document.tokens[scope.trigger : scope.trigger_after]
    return any(_NOT_DONE.fullmatch(token.word) for token in tokens)
