"""Vital signs that no name stands before: the shape of the number and what stands around it say what they are.

"Repeat 138/88", "lying 142/74, standing 131/70", "Triage VS: 104/70, 118, 24, 98.8, 90% RA", "HR 81, 68.4 kg".
"""

import re
from collections.abc import Iterator
from typing import NamedTuple

from clinical.measurements.readings import pressure_spoken
from clinical.values.spoken import spoken_pairs

_PAIR = re.compile(
    r"(?<![\d/.,:-])(?P<a>\d{2,3})(?:/|\sover\s)(?P<b>\d{2,3})(?![\d/%]|[.,]\d|\s?(?:mg|mcg|g|ml|units?|puffs?|tabs?|mm(?!\s?hg)|"
    r"weeks?|days?|bd|od|tds|qds)\b)",
    re.IGNORECASE,
)
# Right before a blood pressure: how it was taken, which one it is, when.
_BEFORE_PAIR = re.compile(
    r"(?:\b(?:rpt|rept|repeat(?:ed)?|re-?check(?:ed)?|lying|standing|sitting|seated|supine|erect|stood|sat|1st|2nd|3rd|"
    r"first|second|avg|average|mean|home|own|self|pressure(?: of| was)?|yest|yesterday|RR|TA|NIBP|DAU|GP|ED|clinic|"
    r"triage|third|(?:patient|pt)['’]?s|today|now|here|ours|office|surgery|averag(?:es?|ing|ed)(?: of| was)?|cuff|"
    r"hospital|initial(?:ly)?|"
    r"readings?(?: of| was)?|(?:today|now|here) (?:it['’]?s|it is|it was|is|was)|(?:(?:at )?home|"
    r"it) (?:bp )?(?:was|is|up) at|"
    r"pre(?:[- ]?(?:hd|dialysis|op|rx))?|post(?:[- ]?(?:hd|dialysis|op|rx))?|after \w{3,15}|this (?:morning|"
    r"afternoon|evening)|"
    r"machine(?: was| says| shows)?|\d{1,2}\s?min(?:s|utes)?|(?:at |after )?\d{1,2}[:.]?\d\d|"
    r"after \d{1,3} ?(?:min|h)\w*)|"
    r"\d{2,3}/\d{2,3}\s?(?:→|->|>|and|then|,)|[([]yest)[\s:=,]{0,2}$",
    re.IGNORECASE,
)
# Right behind one.
_BEHIND_PAIR = re.compile(
    r"\s(?:today|now|here|this (?:morning|afternoon|evening|a\.?m)|in (?:the )?(?:clinic|surgery|office|ed|"
    r"triage)|at home|"
    r"(?:when )?(?:sitting|standing|lying|supine|seated)|on (?:standing|arrival|admission|discharge|repeat))\b",
    re.IGNORECASE,
)
# The strengths of inhalers and other medicines look like a pressure.
_STRENGTH_BEFORE = re.compile(
    r"\b(?:seretide|advair|airflusal|fostair|sirdupla|sereflo|sinemet|madopar|entresto|inhaler|accuhaler|evohaler|"
    r"fluticasone\W{1,3}salmeterol|co-\w{4,12}|visual|acuity|va|vision)\b[^.;\n]{0,30}$",
    re.IGNORECASE,
)
_SCALE = (
    r"(?:(?:the |our |ward |bed |hoist )?scales?(?: today| now| say| show| this morning)?|weighs in at|"
    r"weighed in at|came in at|"
    r"left at|arrived at|on (?:discharge|admission|arrival)|at (?:discharge|d/c)|discharge|actual|child|boy|girl|"
    r"patient|pt|adult|currently|"
    r"current|today|now|"
    r"here|here now|pre|post|(?:pre|post)[- ]?(?:hd|dialysis|session|run)|(?:on|off):|before|after(?: it)?)"
)
# "Pre 74.8 kg, post 72.6", "91.3 kg on the scales", "today 81 kg".
_SCALED = re.compile(
    rf"(?:\b(?P<lead>{_SCALE})[\s:,=]{{1,2}}(?:(?:it )?(?:was|is|of|"
    rf"at)\s)?)?(?<![\d.,/-])(?P<a>\d{{1,3}}(?:[.,]\d{{1,2}})?)\s?kg\b"
    r"(?![/²])(?P<behind>\s(?:on (?:the |his |her |our |ward |bed |home |hoist )*scales?|today|now|at present|"
    r"currently|"
    r"on (?:admission|discharge|arrival)|at (?:d/c|discharge)|this (?:morning|visit)))?",
    re.IGNORECASE,
)
_NO_SCALE = re.compile(
    r"\b(?:live(?: healthy)?(?=\s(?:girl|boy|male|female|infant|baby|child|birth))|delivered|gave birth|"
    r"goals?|target\w*|aim\w*|lose|losing|lost|gain\w*|regained|loss|down|up|by|dry|edw|ideal|ibw|lift\w*|"
    r"than|least|"
    r"until|stay|keep|maintain|over|under|below|above|birth|born|baby|infant|max|limit|wants?|hop\w+|like|reach|per|if|"
    r"bag|luggage|change|increase\w*|decrease\w*|reduced|another|extra|fluid|removed|off:? ?uf|uf)\b[^.;,(\n]{0,25}$",
    re.IGNORECASE,
)
_LIGHTEST = 2
# A small child who is the patient, and not the one that somebody was delivered of: "Baby 5.1 kg, HR 142".
_CHILD = re.compile(
    r"\b(?:baby|infant|newborn|neonate|toddler)\b(?:\s(?:boy|girl|now|is|weighs|today|currently|at)){0,3}[\s:,=]{1,2}"
    r"(?P<a>\d{1,2}(?:[.,]\d{1,3})?)\s?kg\b(?![/²])",
    re.IGNORECASE,
)
_DELIVERED = re.compile(
    r"\b(?:deliver\w*|birth\w*|born|gave|live|svd|nvd|lscs|c(?:a?e)?s?\.?-?\s?section|caesarean|cesarean|forceps|ventouse|"
    r"her|his|their|previous|last|big|pregnan\w*)\b[^.;\n]{0,40}$",
    re.IGNORECASE,
)
# Names of vital signs near by, so that a number without one is another.
_COMPANY = re.compile(
    r"\b(?:BP|HR|RR|SpO2|sats?|pulse|temp|obs|vitals?|VS|NEWS2?|BMI|afebrile|saturat\w+|resps?)\b|"
    r"(?<![\w/])[TPR][: ]?\s?\d{2}",
    re.IGNORECASE,
)
# Right before: a goal, a limit or a condition.
_NO_READING = re.compile(
    r"\b(?:goals?|targets?|aim|keep|if|until|till|unless|below|above|under|over|than|max(?:imum)?|call|when|while|"
    r"birth|for|"
    r"between|least|limit|hold|range|usual)\b[^.;\n]{0,24}$|[<>≤≥]\s?$",
    re.IGNORECASE,
)
# Several signs without their names, in the order in which they are usually read out.
_ITEM = (
    r"(?:\d{2,3}/\d{2,3}|\d{2,3}(?:\.\d)?(?:\s?%)?(?:\s?(?:on |in )?(?:RA|air|room air|\d{1,2}(?:\.\d)?\s?L"
    r"(?:\s?NC)?))?)"
)
_RUN = re.compile(rf"(?<![\d/.,:-]){_ITEM}(?:,\s?{_ITEM}){{2,6}}(?![\d/]|[.,]\d)", re.IGNORECASE)
_ONE = re.compile(rf"{_ITEM}", re.IGNORECASE)
_SATURATION = re.compile(
    r"(?<![\d/.,-])(?P<a>\d{2,3})\s?%\s?(?:(?:on|in)\s)?(?:RA\b|room air|air\b|\d{1,2}(?:\.\d)?\s?L\b|NC\b|HFNO\b|"
    r"nasal)",
    re.IGNORECASE,
)
_PAIN = re.compile(
    r"\bpain\s(?P<a>10|\d)(?=\s*(?:[.,;)]|$)|(?P<at>\s(?:at |@ ?)\d{1,2}[:.]?\d\d))", re.IGNORECASE | re.MULTILINE
)
_SIZE = re.compile(
    r"(?P<lead>(?:^|(?<!\d)[,;(|]|(?<=\d),(?=\s))[ \t]?(?:about |approx\.? |est\.? |now )?)"
    r"(?P<a>\d{1,3}(?:[.,]\d{1,2})?)\s?(?P<u>kg|cm|m)\b"
    r"(?=\s?(?:[,;.)|]|\(|$|BMI))",
    re.MULTILINE,
)
# An age right before: "F 69, 52 kg", "64 y, 82 kg".
_AGE_BEFORE = re.compile(r"(?:\b[MF]\s?\d{1,3}|\b\d{1,3}\s?(?:y|yo|yrs?|years?(?: old)?|M|F)|aged \d{1,3}|kg)\s*$")
_AROUND, _BEFORE = 60, 40
_SYSTOLIC, _DIASTOLIC, _APART = (60, 260), (30, 150), 12


class Bare(NamedTuple):
    """What was read at `text[start:end]`: pairs of a vital sign, as readings call it, and how it is written."""

    start: int
    end: int
    name: str
    written: str


def bare_readings(text: str) -> Iterator[Bare]:
    """The readings of a text that have no name, in no order."""
    yield from _pressures(text)
    yield from _scaled(text)
    yield from _children(text)
    for run in _RUN.finditer(text):
        yield from _of_run(text, run.start(), run.end())
    for found in _SATURATION.finditer(text):
        before = text[max(0, found.start() - _BEFORE) : found.start()]
        if _FEWEST <= int(found["a"]) <= _MOST and not _NO_READING.search(before):
            yield Bare(found.start(), found.end(), "oxygen_saturation", found.group())
    for found in _PAIN.finditer(text):
        if found["at"] or _has_company(text, found.start(), found.end()):
            yield Bare(found.start("a"), found.end("a"), "pain_score", found["a"])
    for found in _SIZE.finditer(text):
        start = found.start("a")
        of_age = _AGE_BEFORE.search(text, max(0, found.start() - 14), found.start()) is not None
        if of_age or _has_company(text, start, found.end()):
            name = "weight" if found["u"] == "kg" else "height"
            yield Bare(start, found.end("u"), name, found.group()[len(found["lead"]) :])


def _pressures(text: str) -> Iterator[Bare]:
    for pair in _PAIR.finditer(text):
        before = text[max(0, pair.start() - _BEFORE) : pair.start()]
        if not _is_pressure(pair) or _NO_READING.search(before):
            continue
        if _STRENGTH_BEFORE.search(before):
            continue
        if (
            _BEFORE_PAIR.search(before)
            or _BEHIND_PAIR.match(text, pair.end())
            or _is_item(text, pair.start(), pair.end())
        ):
            yield Bare(pair.start(), pair.end(), "blood_pressure", pair.group())
    for start, end, upper, lower in spoken_pairs(text):
        before = text[max(0, start - _BEFORE) : start]
        if pressure_spoken(upper, lower) and not _NO_READING.search(before):
            yield Bare(start, end, "blood_pressure", text[start:end])


def _scaled(text: str) -> Iterator[Bare]:
    """Weights by what the scales say: the words around them tell that somebody was weighed."""
    for found in _SCALED.finditer(text):
        if not (found["lead"] or found["behind"]) or float(found["a"].replace(",", ".")) < _LIGHTEST:
            continue
        if _NO_SCALE.search(text, max(0, found.start("a") - _BEFORE), found.start("a")):
            continue
        yield Bare(
            found.start("a"),
            found.end("a") + found.group()[found.end("a") - found.start() :].lower().index("kg") + 2,
            "weight",
            found.group(),
        )


def _children(text: str) -> Iterator[Bare]:
    """The weights of babies, right behind the word for them."""
    for found in _CHILD.finditer(text):
        if not _DELIVERED.search(text, max(0, found.start() - _AROUND), found.start()):
            yield Bare(found.start("a"), found.end(), "weight", found.group())


# A saturation that is one.
_FEWEST, _MOST = 60, 100


def _is_pressure(pair: re.Match[str]) -> bool:
    upper, lower = int(pair["a"]), int(pair["b"])
    return _SYSTOLIC[0] <= upper <= _SYSTOLIC[1] and _DIASTOLIC[0] <= lower <= _DIASTOLIC[1] and upper - lower >= _APART


def _is_item(text: str, start: int, end: int) -> bool:
    """Whether a number stands by itself among vital signs: "T 37.9, 102/58, HR 108"."""
    before = text[max(0, start - 3) : start].rstrip(" ")[-1:]
    behind = text[end : end + 2].lstrip(" ")[:1]
    return (
        before in {",", ";", ":", "(", "|", "\n", ".", ""}
        and behind in {",", ";", ".", ")", "|", "\n", ""}
        and (_has_company(text, start, end))
    )


def _has_company(text: str, start: int, end: int) -> bool:
    line = text.rfind("\n", max(0, start - _AROUND), start)
    before = text[max(0, start - _AROUND, line + 1) : start]
    behind = text[end : end + _AROUND].partition("\n")[0]
    return _COMPANY.search(before) is not None or _COMPANY.search(behind) is not None


def _of_run(text: str, start: int, end: int) -> Iterator[Bare]:
    """Several signs without names: one blood pressure, then by size and order the others."""
    items = list(_ONE.finditer(text, start, end))
    pairs = [item for item in items if "/" in item.group()]
    if len(pairs) != 1 or not (pair := _PAIR.fullmatch(pairs[0].group())) or not _is_pressure(pair):
        return
    whole = iter(("heart_rate", "respiratory_rate", "oxygen_saturation"))
    told: list[Bare] = []
    for item in items:
        written = item.group()
        number = re.match(r"\d+(?:\.\d)?", written)
        value = float(number.group()) if number else 0.0
        if "/" in written:
            name: str | None = "blood_pressure"
        elif "%" in written or re.search(r"[A-Za-z]", written):
            name = "oxygen_saturation"
        elif "." in written:
            name = "body_temperature"
        else:
            name = next(whole, None)
        if name is None or not _believable(name, value):
            return
        told.append(Bare(item.start(), item.end(), name, written))
    yield from told


def _believable(name: str, value: float) -> bool:
    bounds = {
        "blood_pressure": _SYSTOLIC,
        "heart_rate": (30, 220),
        "respiratory_rate": (8, 60),
        "oxygen_saturation": (_FEWEST, _MOST),
    }
    if name == "body_temperature":
        return 33 <= value <= 42.5 or 92 <= value <= 108
    low, high = bounds[name]
    return low <= value <= high
