"""Lines that say nothing but what becomes of the drugs listed below them: "NEW", "Stopped medicines:", "On hold".

A line that only names a list of what somebody takes says that it goes on: "Usual tablets:", "Repeat script x 6/12:".
"""

import re

from clinical.facts import Ending, MedicationStatus
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note
from clinical.text.lines import Line

_SAYS: tuple[tuple[MedicationStatus, Ending | None, str], ...] = (
    (
        MedicationStatus.CONTINUED,
        None,
        r"unchanged|continu(?:e|ed|ing)|to continue|not changed|no changes?|same(?: as before)?|as before|carry on",
    ),
    (
        MedicationStatus.STARTED,
        None,
        (
            r"new(?:ly (?:started|prescribed|added))?|start(?:ed|ing)?|added|add|commenced?|initiated|introduced|begun|"
            r"re-?start(?:ed)?|resumed?|re-?commenced?|reinstated|re-?introduced|back on"
        ),
    ),
    (
        MedicationStatus.STOPPED,
        Ending.HELD,
        r"withheld|withhold|held|hold|on hold|suspended|paused|omitted|temporarily stopped",
    ),
    (
        MedicationStatus.STOPPED,
        Ending.STOPPED,
        r"stop(?:ped|ping)?|discontinued?|ceased?|withdrawn|no longer (?:taken|taking|needed)",
    ),
    (
        MedicationStatus.CHANGED,
        None,
        r"changed?|dose changed?|altered|adjusted|amended|increased?|decreased?|reduced?|dose (?:increased|reduced)",
    ),
)
_DRUGS = r"(?:medic(?:ines?|ations?|ation)|meds|drugs|treatments?|items|tablets)"
_LINE = re.compile(
    rf"[\s*_#>=\[(-]*(?:the\s)?(?:{_DRUGS}\s(?:(?:to|that (?:have|has) been|which (?:have|has) been|to be|we have|"
    rf"that are|have been)\s)?)?(?:{'|'.join(f'(?P<s{n}>{words})' for n, (_, _, words) in enumerate(_SAYS))})"
    rf"(?:\s{_DRUGS})?(?:\s(?:on|at|in|this|since|during|before|prior to|after|by) (?:\w+\s?){{1,3}})?[\s*_:=\])-]*",
    re.IGNORECASE,
)
# "Same: bisoprolol 5 mg", "STOPPED Doxazosin": a line with a label of its own.
_OWN_LABEL = re.compile(r"[A-Za-z][A-Za-z /&]{1,30}:\s|[A-Z]{3,}(?: [A-Z]{2,}){0,2} [A-Z][a-z]|\W*[+~=]\s")
# What a list of what is taken is called, and what makes it a list of something else: of what is new, over or unwanted.
_LIST = re.compile(
    r"\b(?:medic(?:ines?|ations?)|meds|drugs|tablets|pills|scripts?|prescriptions?|rpt|repeats?|inhalers|"
    r"kardex|on (?:the )?(?:ward )?chart|"
    r"(?:drug|medication|medicines|prescription) chart|dosette|blister packs?|nomad|webster pack)\b",
    re.IGNORECASE,
)
_OTHER_LIST = re.compile(
    r"\b(?:allerg\w*|intoleran\w*|react\w*|avoid\w*|stop\w*|held|hold|withh\w+|discontinu\w*|not|never|no|none|nil|"
    r"new\w*|start\w*|commenc\w*|today['’]?s?|issued|given|gave|stat|acute|chang\w*|increas\w*|reduc\w*|plan\w*|consider\w*|"
    r"if|unless|until|may|should|to (?:be|start|give|try|avoid|stop)|suggest\w*|recommend\w*|options?|"
    r"past|old|prior|previous(?:ly)?|former(?:ly)?|used to|tried|trial\w*|failed|ineffective|declin\w*|refus\w*|"
    r"request\w*|contraindicated|interact\w*|overdose|ingested|took|found|left|missing|missed|forg[eo]t\w*|"
    r"ran out|lost|mother\w*|father\w*|mum\w*|dad\w*|wife\w*|husband\w*|partner\w*|son\w*|daughter\w*|sister\w*|"
    r"brother\w*|discharge\w*|tt[oa]s?)\b|[?/](?!\d)",
    re.IGNORECASE,
)
# A prescription of the day is new, unless it repeats what is taken.
_OF_TODAY = re.compile(
    r"(?:(?:new|acute|today['’]?s)\s)?(?:script|prescription|rx)\s?(?:given|issued|written|sent|provided|today|\s){0,4}:?",
    re.IGNORECASE,
)
_BARE = re.compile(r"\w+\s?:?")
_SENTENCE = re.compile(r"[.;!?]\s|\d\s?(?:mc?g|g|mls?|units?|iu)\b", re.IGNORECASE)
_WORDS_OF_NAME = 5
# A longer line is no label, and no list under one has more lines.
_LONGEST, _MOST_LINES = 48, 24
# So far behind its line's beginning a drug of such a list stands.
_BEGINS = 14


def label_verdict(note: Note, name: Name) -> Verdict | None:
    """What the label says of the drug under which its line stands, as an item of a list; None where there is none."""
    lines = note.document.lines
    number = note.document.line_number(name.start)
    if not _is_item(note, lines[number], name.start) or _OWN_LABEL.match(note.text, lines[number].body, name.start):
        return None
    blanks = 0
    for line in reversed(lines[max(0, number - _MOST_LINES) : number]):
        if line.blank:
            blanks += 1
            continue
        found = _verdict_at(note, line)
        if found is not None:
            return found
        if blanks or not _could_be_item(note, line, lines[number]):
            return None
    return None


def _is_item(note: Note, line: Line, at: int) -> bool:
    """Whether a drug begins its line."""
    return at - line.body <= _BEGINS and not note.in_heading(at)


def _could_be_item(note: Note, line: Line, own: Line) -> bool:
    """Whether a line between a label and a drug is of the same list."""
    if _OWN_LABEL.match(note.text, line.body, line.end) or note.in_heading(line.body):
        return False
    return line.bullet == own.bullet and note.text[line.end - 1] != ":"


def _verdict_at(note: Note, line: Line) -> Verdict | None:
    if line.end - line.start > _LONGEST:
        return None
    found = _LINE.fullmatch(note.text, line.start, line.end)
    if found is None:
        return _of_list(note, line)
    for number, (status, ending, _) in enumerate(_SAYS):
        if found[f"s{number}"]:
            return Verdict.of(status, *found.span(f"s{number}"))._replace(ending=ending, sure=True)
    return None


def _of_list(note: Note, line: Line) -> Verdict | None:
    """That what stands below goes on, where a line names a list of what somebody takes."""
    said = note.text[line.body : line.end]
    named = _LIST.search(note.text, line.body, line.end)
    if _OF_TODAY.fullmatch(said) and not _BARE.fullmatch(said):
        return Verdict.of(MedicationStatus.STARTED, line.body, line.end)._replace(sure=True)
    if named is None or line.bullet or _OTHER_LIST.search(said) or _SENTENCE.search(said):
        return None
    if not said.endswith(":") and (len(said.split()) > _WORDS_OF_NAME or not said[0].isupper() or said[-1] in ".,"):
        return None
    return Verdict.of(MedicationStatus.CONTINUED, *named.span())  # and what else its line says is weighed against it
