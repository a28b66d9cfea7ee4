"""What a drug is excepted from, until when it was not taken, and what else only several words together tell of it."""

import re
from collections.abc import Sequence

from clinical.facts import MedicationStatus, Reality
from clinical.lexicon.drugs import substances
from clinical.lexicon.vocabulary import drugs
from clinical.medications.drug_names import Name
from clinical.medications.verdicts import Verdict
from clinical.note import Note

_LEADS = r"(?:(?:the|an?|his|her|their|some|only|just|occasional|regular|prn|as-needed|daily|low|dose|otc)\s){0,4}"
_APART_FROM = r"(?:apart from|other than|except(?:ing)?(?: for)?|besides|aside from|bar|barring|save for|but for|but)"
_MEDICINES = r"(?:medic\w{3,9}|meds|drugs|tablets|pills|treatments?|prescriptions?|prescribed \w{3,12})"
# "Takes no regular medicines apart from X", "on nothing except X": the one thing that is taken.
_NOTHING_BUT = re.compile(
    rf"\b(?:(?:no|nil|any|not? (?:on|taking) (?:any )?)(?:\s[\w-]{{2,14}}){{0,3}}\s{_MEDICINES}|"
    rf"(?:takes?|taking|on|uses?|using)\s(?:nothing|none|no others?)(?:\s[\w-]{{2,12}}){{0,2}})"
    rf"(?:\s(?:at (?:present|home|all)|currently|now|regularly))?,?\s{_APART_FROM}\s{_LEADS}"
    r"(?:[^.;:\n]{2,60}?(?:,|,?\sand|\sor)\s)?$",
    re.IGNORECASE,
)
# "All her tablets were stopped apart from X".
_ALL_STOPPED_BUT = re.compile(
    rf"\b(?:all|every|everything)\b[^.;:\n]{{0,40}}\b(?:stopped|held|withheld|suspended|discontinued|omitted|"
    rf"paused|off|"
    rf"stop|hold|withhold|suspend|omit)\b[^.;:\n]{{0,24}}?,?\s{_APART_FROM}\s{_LEADS}"
    r"(?:[^.;:\n]{2,60}?(?:,|,?\sand|\sor)\s)?$|"
    rf"\b(?:stop(?:ped)?|h[eo]ld|withh[eo]ld|suspend(?:ed)?|omit(?:ted)?)\s(?:all|everything)\b[^.;:\n]{{0,30}}?,?\s"
    rf"{_APART_FROM}\s{_LEADS}(?:[^.;:\n]{{2,60}}?(?:,|,?\sand|\sor)\s)?$",
    re.IGNORECASE,
)
# "Must not have live vaccines while on X", "no alcohol while taking X": a warning for somebody who takes it.
_WHILE_ON = re.compile(
    r"\b(?:while|whilst|as long as|so long as)\s(?:(?:s?he|they|the patient|pt|you)(?:['’]s| is| are| remains?)?\s)?"
    rf"(?:still\s)?(?:on|taking|takes|using|receiving|remains on)\s{_LEADS}$",
    re.IGNORECASE,
)
_WARNING = re.compile(
    r"\b(?:avoid\w*|contra-?indicated|must(?:\snot|n['’]t)|should(?:\snot|n['’]t)|do(?:\snot|n['’]t)|cannot|"
    r"can['’]t|never|"
    r"not to|no|nothing|keep off|stay off|stay away from|steer clear of|careful with|caution)\b",
    re.IGNORECASE,
)
_NOT_HERS = re.compile(
    r"\b(?:if|unless|before starting|start(?:s|ed|ing)?|commenc\w+|consider\w*|previous(?:ly)?|was|were|had|when|"
    r"patients|"
    r"developed|bled)\b",
    re.IGNORECASE,
)
# "Has not taken X since Easter", "hasn't used it for three weeks": given up.
_NOT_SINCE = re.compile(
    r"\b(?:has|have|had)(?:\snot|n['’]?t)\s(?:(?:actually|really|been)\s){0,2}(?:taken|taking|used|using|had|collected|"
    rf"ordered|picked up|touched)\s(?:any of\s|any\s)?{_LEADS}$",
    re.IGNORECASE,
)
_SINCE = re.compile(
    r"(?:\s(?:tablets?|inhalers?|patch(?:es)?|injections?|cream|drops|at all|\d[\w.]{0,6}(?:\smg)?)){0,2}\s(?:since|"
    r"(?:for|in)\s(?:the (?:last|past)\s|over\s|about\s|at least\s|several\s|some\s|many\s)?(?:\d{1,2}|a|two|"
    r"three|four|five|six|"
    r"days|weeks|months|years)(?:\s(?:days?|weeks?|months?|years?)|\b))",
    re.IGNORECASE,
)
_TO_GENERIC = re.compile(
    r"\s(?:(?:has been|have been|was|is|being|now|to be)\s){0,2}(?:(?:switch|chang|mov|swapp|convert)(?:ed|ing)\s)?"
    r"(?:over\s)?to\s(?:(?:the|a|its)\s)?(?:cheaper\s)?(?:generics?\b(?!\s\w+ed\b)|(?:another|a different|"
    r"an equivalent) brand\b)",
    re.IGNORECASE,
)
# "To be given at 28 weeks", "to be given tomorrow": the one dose is still to come; "to be given daily" is an order.
_TO_BE_GIVEN = re.compile(
    r"(?:[^.;,\n]|(?<=\d)\.(?=\d)){0,36}?\sto be (?:given|administered)\s(?:\w{2,8}\s)?(?:at (?:\d{1,2}(?::\d\d)?|"
    r"the next|induction|delivery|birth)|tomorrow|tonight|later|next|before|after|once|when|prior to|pre-?op|in \d|on "
    r"(?:\d|mon|tue|wed|thu|fri|sat|sun)|in (?:a|two|three|four|six) )",
    re.IGNORECASE,
)
# What is said of another dose is not said of the one that was given.
_OTHER_DOSE = re.compile(
    r"\b(?:second|third|next|further|another|final|last|repeat|booster|2nd|3rd)\s(?:\w+\s)?(?:dose|one|injection|"
    r"infusion|"
    r"cycle)\b",
    re.IGNORECASE,
)
_GIVEN = re.compile(r"(?:was |were |been |has been )?(?:given|administered|received)", re.IGNORECASE)
# "Induction: thiopental 300 mg": what the stages of an anaesthetic are called, where an anaesthetic stands in the line.
_STAGE = re.compile(
    r"(?:^|[\n.;])[ \t*_#-]{0,4}(?:(?:co-?)?induction|induced with|maintenance|reversal|pre-?med(?:ication)?|"
    r"(?:muscle )?"
    r"relax(?:ant|ation)|paralysis|intubation|rsi)(?: (?:drugs?|agents?|with))?\s?(?:[:–—-]\s|"
    r"(?<=with)\s)[^\n;.]{0,120}$",
    re.IGNORECASE,
)
_ANAESTHETIC = frozenset({"anesthetic", "neuromuscular blocker"})
# "X recommenced this evening": done on the day, whatever follows.
_DONE = ("ed", "begun", "held", "withdrawn")
_RIGHT_BEHIND = re.compile(
    r"\s(?:\d[\w./]{0,8}\s(?:\w{1,8}\s)?)?(?:(?:was|were|has been|have been|now|also|then)\s){0,3}"
)
_THAT_DAY = re.compile(
    r"[^.;,\n]{0,40}?\b(?:today|this (?:morning|afternoon|evening|am|pm)|tonight|overnight|last night|yesterday)\b",
    re.IGNORECASE,
)
_YET = re.compile(
    r"\b(?:if|once|until|till|unless|will|should|to be|may|might|could|plan\w*|not|never|consider\w*|tomorrow)\b|\?",
    re.IGNORECASE,
)
_BACK, _BEHIND = 200, 80


def said_together(note: Note, names: Sequence[Name], number: int, said: list[Verdict]) -> list[Verdict]:
    """What is said of a drug, with what such words make of it. As `constructed`."""
    name = names[number]
    first, last = note.document.sentence_span(name.start)
    before = note.text[max(first, name.start - _BACK) : name.start]
    last = min(last, name.end + _BEHIND)
    if _NOTHING_BUT.search(before) or _ALL_STOPPED_BUT.search(before) or _is_warned_while_on(before):
        return [_sure(MedicationStatus.CONTINUED, name)]
    if _TO_GENERIC.match(note.text, name.end, last) and all(one.reality is Reality.ACTUAL for one in said):
        return [_sure(MedicationStatus.CONTINUED, name)]
    if _NOT_SINCE.search(before) and _SINCE.match(note.text, name.end, last):
        return [_sure(MedicationStatus.STOPPED, name)]
    if _TO_BE_GIVEN.match(note.text, name.end, last) and all(one.told for one in said):
        return [_sure(MedicationStatus.MENTIONED, name)._replace(reality=Reality.PLANNED)]
    if _is_of_anaesthetic(note, names, number, first):
        return [_sure(MedicationStatus.MENTIONED, name)._replace(reality=Reality.PAST)]
    return [_of_that_day(note, name, one, last) for one in _of_the_dose_given(note, name, said)]


def _sure(status: MedicationStatus, name: Name) -> Verdict:
    return Verdict.of(status, name.start, name.end)._replace(sure=True, overrides=True)


def _is_warned_while_on(before: str) -> bool:
    while_on = _WHILE_ON.search(before)
    if while_on is None:
        return False
    ahead = before[: while_on.start()]
    return _WARNING.search(ahead) is not None and _NOT_HERS.search(before) is None


def _is_of_anaesthetic(note: Note, names: Sequence[Name], number: int, first: int) -> bool:
    """Whether it was given in a stage of an anaesthetic, which is over when it is written of."""
    name = names[number]
    if not _STAGE.search(note.text[max(first, name.start - _BACK) : name.start]):
        return False
    line = note.document.line_at(name.start)
    near = names[max(0, number - 6) : number + 6]
    return any(line.start <= one.start < line.end and _is_anaesthetic(one) for one in near)


def _is_anaesthetic(name: Name) -> bool:
    known = drugs().get(name.term.name)
    substance = substances().get(known.ingredient if known is not None else name.term.name)
    return substance is not None and not _ANAESTHETIC.isdisjoint(substance.classes)


def _of_the_dose_given(note: Note, name: Name, said: list[Verdict]) -> list[Verdict]:
    """Without what is said of a dose to come, where one was given: "12 mg given at 14:20; second dose due tomorrow"."""
    given = next(
        (one for one in said if one.start > name.end and _GIVEN.fullmatch(note.text, one.start, one.end)), None
    )
    if given is None or given.reality is not Reality.ACTUAL:
        return said
    return [one for one in said if one.start <= given.start or not _OTHER_DOSE.search(note.text, given.end, one.start)]


def _of_that_day(note: Note, name: Name, one: Verdict, last: int) -> Verdict:
    """A verdict that leaves nothing to weigh, where a past verb right behind a drug tells what was done that day."""
    done = one.strong and one.reality is Reality.ACTUAL and note.text[one.start : one.end].lower().endswith(_DONE)
    if not done or not _RIGHT_BEHIND.fullmatch(note.text, name.end, max(name.end, one.start)):
        return one
    that_day = _THAT_DAY.match(note.text, one.end, last)
    if that_day is None or _YET.search(note.text, one.end, that_day.end()):
        return one
    return one._replace(sure=True)
