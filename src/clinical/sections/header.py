"""Who wrote a note, and when the encounter was."""

import re
from datetime import UTC, date, datetime

from clinical.values.dates import DATE, day_of, moment_at

# Looked for in the first and the last part of a note only.
_HEAD, _TAIL = 4_000, 4_000
# A signature without a word stands on one of so many last lines.
_LAST = 5
_GAP = re.compile(r"[ \t]{3,}")
_CREDENTIALS = (
    r"M\.?D\.?|D\.?O\.?|MBBS|MBChB|MB ?BS|MB BCh|R\.?N\.?|N\.?P\.?|P\.?A\.?(?:-C)?|APRN|"
    r"ARNP|FNP(?:-BC|-C)?|CNP|DNP|PhD|Ph\.D\.?|PsyD|PharmD|DPM|DPT|PT|OTR/?L?|OT|SLP|CCC-SLP|"
    r"LCSW|LPN|CRNA|CNM|"
    r"MRCP|MRCGP|FRCS|FRCP|FACC|FACP|FACS|FRCA|MSc|MSN|BSN|DDS|DMD|OD|MPH|CNS|LMFT|LPC|"
    r"RD|LD|MS|RCP|SpR|ST\d|CT\d|F[YY]?[12]"
)
_NAME = r"[^\W\d_][\w’'.-]*"
_PERSON = re.compile(
    rf"(?P<person>(?:(?:Dr|Prof|Professor|Mr|Mrs|Ms|Miss|Sister|Nurse|Doctor|RN|PA|NP)\b\.?[ \t]+)?{_NAME}(?"
    rf":[ \t]+{_NAME}){{0,4}}?"
    rf"(?:,[ \t]*(?:{_CREDENTIALS})(?![\w])\.?)*(?:[ \t]+(?:{_CREDENTIALS})(?![\w])\.?(?=[ \t]*(?:$|"
    rf"[,;\n(|/])))*)(?=[ \t]*(?:$|[,;\n(|]|on\b|at\b|\d|[-–—]|date\b|dated\b|\bDictated\b|"
    rf"\.))",
    re.MULTILINE | re.IGNORECASE,
)
_SIGNED = re.compile(
    r"^[ \t>*_#-]*(?:electronically signed(?: and authenticated)?(?: by)?|e-?signed(?: by)?|"
    r"digitally signed(?: by)?|signed(?: electronically)?(?: by)?|signature(?: of \w+)?|"
    r"authenticated by|dictated(?: and signed)?(?: by)?|attested by|"
    r"reviewed and signed by|completed by|written by|documented by|(?:this (?:note|document|"
    r"report) (?:was|has been) )(?:electronically )?(?:signed|authenticated|dictated) by|"
    r"reported by|"
    r"prepared by|recorded by|entered by|note by)[ \t]*[:,–—-]?[ \t*_]*(?:\n[ \t]*){0,2}",
    re.IGNORECASE | re.MULTILINE,
)
_LABELLED = re.compile(
    r"^[ \t>*_#|-]*+(?:(?:attending|treating|rendering|responsible|ordering|dictating|examining|"
    r"consulting|primary|discharging|admitting|supervising|reporting)?[ \t]*"
    r"(?:provider|author|clinician|physician|doctor|surgeon|practitioner|radiologist|pathologist|"
    r"consultant|therapist|nurse|attending|prescriber|seen by|gp name|reviewer|registrar|"
    r"resident|specialist)(?: name)?)[ \t*_]*:[ \t*_]*",
    re.IGNORECASE | re.MULTILINE,
)
_CLOSING = re.compile(
    (
        r"^[ \t]*(?:yours (?:sincerely|faithfully|truly)|sincerely(?: yours)?|(?:with )?(?:kind|"
        r"best|warm)(?:est)? (?:regards|wishes)|regards|respectfully(?: submitted)?|many thanks|"
        r"thank you),?\.?[ \t]*(?:\n[ \t]*){1,5}"
    ),
    re.IGNORECASE | re.MULTILINE,
)
_LAST_LINES = re.compile(
    (
        rf"^[ \t]*(?:[-–—~]+[ \t]*)?(?P<line>(?:Dr\.?[ \t]+)?[A-Z][\w’'.-]*(?:[ \t]+[A-Z][\w’'.-]*){{1,3}}"
        rf"(?:,[ \t]*(?"
        rf":{_CREDENTIALS})(?!\w)\.?)+|Dr\.?[ \t]+[A-Z][\w’'.-]*(?:[ \t]+[A-Z][\w’'.-]*){{0,3}}"
        rf"(?:,[ \t]*(?:{_CREDENTIALS})"
        rf"(?!\w)\.?)*)[ \t]*(?:$|[,|(])"
    ),
    re.MULTILINE,
)
_NOBODY = re.compile(
    (
        r"^(?:yours|kind|best|warm|sincerely|regards|many|thank|unknown|none|n/?a|date|time|by|the|patient|see|name|not|pending|signature|on|"
        r"at|reviewed|yes|no|self|and|to|was|is|has|team|unit)\b"
    ),
    re.IGNORECASE,
)
_LOWER = re.compile(r"^[a-z]")

_ENCOUNTER = re.compile(
    r"(?<!\w)(?:(?:encounter|visit|service|consultation|consult|clinic|assessment|appointment|"
    r"evaluation|exam(?:ination)?|note|report|procedure|operation|study|admission|admit|"
    r"attendance|review|session|contact|discharge|collection|collected|specimen)[ \t]*+)?"
    r"(?:date(?:[ \t]*(?:/|and|&)[ \t]*time)?(?:[ \t]+(?:of[ \t]+(?:the[ \t]+)?(?P<of>service|"
    r"visit|encounter|exam(?:ination)?|consultation|evaluation|assessment|admission|discharge|"
    r"procedure|operation|surgery|clinic|attendance|study|report|appointment|note|review|"
    r"dictation|letter|collection|birth)|seen|reported|dictated|typed|collected|admitted|"
    r"discharged|performed))?|DOS|D\.O\.S\.?|seen on|date seen|seen in clinic on|clinic date|"
    r"admitted(?: on)?|discharged(?: on)?|dictated(?: on)?|performed on|taken on)(?P<colon>[ \t*_]*+[:=–-]?"
    r")[ \t*_]*(?=\w)",
    re.IGNORECASE,
)
_NOT_ENCOUNTER = re.compile(
    (
        r"birth|d\.?o\.?b|born|expir|due|next|follow|previous|last|prior|onset|lmp|injury|"
        r"print|fax|refill|start|stop|end|dispens|effective|received|of death|symptom|transcri|"
        r"typed"
    ),
    re.IGNORECASE,
)
_PREFERENCE = (
    (
        "encounter",
        "service",
        "dos",
        "d.o.s",
        "visit",
        "consult",
        "seen",
        "clinic",
        "evaluation",
        "attendance",
        "appointment",
        "assessment",
        "exam",
        "contact",
        "session",
        "review",
        "taken",
    ),
    ("admi", "procedure", "operation", "surgery", "study", "performed", "collect", "specimen"),
    ("discharge", "report", "note", "letter", "date", "dictat"),
)


def author_of(text: str) -> str | None:
    """Who signed the note, with title and credentials as they stand: "Dr. Mark Reynolds, MD"."""
    if len(text) > _HEAD + _TAIL:
        text = f"{text[:_HEAD]}\n{text[-_TAIL:]}"
    text = _GAP.sub("  ", text)
    tail_start = max(0, len(text) - _TAIL)
    signatures = [match for match in _SIGNED.finditer(text) if match.start() < _HEAD or match.start() >= tail_start]
    for match in reversed(signatures):
        name = _person(text, match.end())
        if name:
            return name
    for match in _LABELLED.finditer(text):
        if match.start() < _HEAD or match.start() >= tail_start:
            name = _person(text, match.end())
            if name:
                return name
    for match in reversed(list(_CLOSING.finditer(text, tail_start))):
        name = _person(text, match.end())
        if name:
            return name
    return _at_the_end(text)


def _at_the_end(text: str) -> str | None:
    """A name with a title or with credentials, alone on one of the last lines."""
    end = text.rstrip()
    begin = len(end)
    for _ in range(_LAST):
        begin = end.rfind("\n", 0, begin)
        if begin < 0:
            break
    if len(end) - max(begin, 0) > 400:
        begin = end.rfind("\n")
    found = list(_LAST_LINES.finditer(end, begin + 1))
    return found[-1]["line"].strip() if found else None


def _person(text: str, start: int) -> str | None:
    match = _PERSON.match(text, start, start + 120)
    if match is None:
        return None
    name = " ".join(match["person"].split()).strip(" ,;")
    if _NOBODY.match(name) and not name.lower().startswith(("nurse", "patient")):
        return None
    if _LOWER.match(name) or not 3 <= len(name) <= 80 or not any(map(str.isalpha, name)):
        return None
    return name


def encounter_of(text: str, now: datetime | None = None) -> date | datetime | None:
    """When the encounter was, from the head of the note: the day, or the moment where a time stands with it.

    Only dates that cannot be read in two ways count, none of a birth, and none after `now`, where it is given.
    """
    head = _GAP.sub("  ", text[:_HEAD])
    best: tuple[int, int, date | datetime] | None = None
    discharged = "discharge" in head[:200].lower()
    for label in _ENCOUNTER.finditer(head):
        found = DATE.match(head, label.end())
        if found is None:
            continue
        at = moment_at(head, found)
        line = head.rfind("\n", 0, label.start()) + 1
        words = head[max(line, label.start() - 12) : label.end()]
        if at is None or _NOT_ENCOUNTER.search(words) or not _is_past(at, now):
            continue
        rank = 0 if discharged and "discharge" in label.group().lower() else _rank(label.group()) + 1
        if best is None or (rank, label.start()) < best[:2]:
            best = (rank, label.start(), at)
    return best[2] if best else _title_date(head, now)


def _rank(label: str) -> int:
    words = label.lower()
    return next(
        (rank for rank, names in enumerate(_PREFERENCE) if any(name in words for name in names)), len(_PREFERENCE)
    )


def _title_date(head: str, now: datetime | None) -> date | datetime | None:
    """A date in the first lines that is all its line has, or stands in a title: "Progress note, 12 March 2024"."""
    start = 0
    for line in head.split("\n", 12)[:12]:
        found = DATE.search(line[:200])
        if found and len(line) < 100 and not _NOT_ENCOUNTER.search(line):
            title = re.search(
                r"(?i)\bnote\b|summary|letter|report|clinic|visit|consult|ward round|review|handover|entry", line
            )
            alone = not re.sub(
                r"[\W\d_]|\b(?:am|pm|at|hrs|h|mon|tues?|wednes|thurs?|fri|satur|sun)(?:day)?\b",
                "",
                line[: found.start()] + line[found.end() :],
                flags=re.IGNORECASE,
            )
            if title or alone:
                at = moment_at(line, found)
                if at is not None and _is_past(at, now):
                    return at
        start += len(line) + 1
    return None


def _is_past(at: date | datetime, now: datetime | None) -> bool:
    if at.year < 1900:
        return False
    if now is None:
        return True
    if isinstance(at, datetime):
        return (at if at.tzinfo else at.replace(tzinfo=UTC)) <= now
    return at <= now.date()


__all__ = ["author_of", "day_of", "encounter_of"]
