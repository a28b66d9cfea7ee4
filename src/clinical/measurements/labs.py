"""Results of the laboratory: a named value that was measured, not its normal range, not a goal, not an order."""

import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from typing import NamedTuple

from clinical.facts import Measurement, Place
from clinical.lexicon.resources import wordset
from clinical.lexicon.vocabulary import Lab
from clinical.lexicon.vocabulary import labs as known_labs
from clinical.measurements.adjectives import labs_called
from clinical.measurements.after_aims import value_behind_aim
from clinical.measurements.core import Core, Valued
from clinical.measurements.dictated import dictated_at
from clinical.measurements.dipstick import dipsticks
from clinical.measurements.grids import Measure
from clinical.measurements.moments import Taken, facts_of, timed
from clinical.measurements.names import Measured, next_named
from clinical.measurements.pairs import paired
from clinical.measurements.series import BESIDE_AIM, REFERENCE, Rules, values_behind
from clinical.measurements.told_later import Further, with_later
from clinical.measurements.value_words import ENDS
from clinical.measurements.worded import TESTED, tested, word_in
from clinical.note import Note

_UNIT = (
    r"(?:mg/d[lL]|mmol/mol|mmol/L|[μµu]mol/L|mEq/L|meq/l|g/d[lL]|g/L|mg/L|ng/m[lL]|ng/d[lL]|"
    r"ng/L|pg/m[lL]|pmol/L|nmol/L|[μµm]?c?g/d[lL]|"
    r"[μµu]g/L|mcg/L|mI?U/m?L|k?I?U/m?L|L/min|[μµ]?u?IU/mL|IU/L|U/L|units/L|k/u[lL]|K/[μµ]L|/[μµ]L|x ?10\^?[0-9]+(?:/L|"
    r"/[μµu]L)?|10[\^*][0-9]+/L|cells/m?[μµ]?[lL]|"
    r"mL/min(?:/1\.73 ?m(?:2|²|\^2)?)?|mm/hr?|fL|kPa|mmHg|seconds|secs?|mOsm/kg|mg/g|mg/mmol|"
    r"%|percent|g%|mg%|mmol|mg per deciliter|thousand|k\b)"
)
_VALUE = re.compile(
    r"(?P<value>[<>≤≥]?[ ]?(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:[.,]\d+)?|\.\d+))(?![\d/]\d|\d|:\d|[.,]\d|s\b|"
    r"[A-Za-z]*-[A-Za-z]|-(?!-?>)|\s?[–-]\s?\d|\s?\+)"
    rf"(?:\s?(?P<unit>{_UNIT})(?![\w]))?(?P<flag>\s?[(\[]?(?-i:\b(?:HH?|LL?|N(?=[.,;)\n]|$))(?!\w))(?!\s?/)[)\]]?|"
    rf"\s?[(\[](?:high|low|normal|elevated)[)\]]|"
    rf"\s?[↑↓])?(?:(?<=[HL])\s(?P<unit2>{_UNIT})(?![\w]))?",
    re.IGNORECASE,
)
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?")
# "Repeat troponin 0645": no value begins so.
_CLOCK = re.compile(r"0\d[0-5]\d")
# What is never given as a bound, but has one to keep to: "LDL < 100" is what it should be.
_TARGETED = wordset(
    "ldl_cholesterol hdl_cholesterol non_hdl_cholesterol total_cholesterol triglycerides hemoglobin_a1c glucose "
    "hemoglobin potassium sodium inr"
)
# The value right behind a name, and no count of something else: "WBC 11.2 K 3 days ago".
_VALUE_BEHIND = re.compile(
    r"[ \t]*+(?:[:=][ \t]*+)?(?P<value>\d{1,6}(?:\.\d+)?)"
    r"(?![\d/]|[ \t]?(?:days?|weeks?|months?|years?|hours?|hrs?|times?|x)\b)",
    re.IGNORECASE,
)
_NOT_A_UNIT = re.compile(
    r"\s?(?:mg\b(?!/)|mcg\b(?!/)|iu\b(?!/)|units?\b(?!/)|meq\b(?!/)|g\b(?!/(?!kg))|tab|cap|ml\b|"
    r"puffs?|times?\b|x\b|days?\b|weeks?\b|months?\b|years?\b|wks?\b|yrs?\b|mths?\b|"
    r"hours?\b|h\b|hrs?\b|mo\b|u\b(?!/)|[mn]?m?(?:g|ol)/kg|tubes?|daily|packs?|pounds?|lbs?\b|kg\b|cm\b|"
    r"mm\b(?!ol)|sessions?|visits?|minutes?|"
    r"points?|out of|of \d|bpm|drops?|doses?|a\.?m\b|p\.?m\b|o'clock|in number)",
    re.IGNORECASE,
)
_NOT_A_RESULT = re.compile(
    r"\b(?:goals?|targets?|aim|desirable|desired|normal range|reference range|should be|"
    r"less than|greater than|more than|above|below|under|over|"
    r"if|until|unless|keep|maintain|between|at least|exceeds?|threshold|increase\w* by|"
    r"decrease\w* by|dropp?ed by|fluctuat\w+|ranges?|ranging)\s*$"
    r"|\b(?:goals?|targets?|aim|keep|desirable|"
    r"desired)\b(?:[^,;.<>≤≥]{0,15}[<>≤≥][^,;<>≤≥]{0,12},){0,3}[^,;.<>≤≥]{0,15}$|\bif\b[^,;]{0,40}$",
    re.IGNORECASE,
)
# "Target INR 2.5, today 3.1", and what is aimed at behind a name.
_AIMED = re.compile(
    r"\b(?:goal|target|aim(?:ing)?)(?:\s(?:for|of|an?|his|her|the|fasting|serum)){0,2}\s$", re.IGNORECASE
)
_AIMED_WITHIN = 30
_AIM_OF = re.compile(r"^[^\d]{0,12}\b(?:goals?|targets?|aims?|aiming)\b[^\d\n]{0,12}\d[\d./–-]*%?", re.IGNORECASE)
_HIGH = re.compile(r"\b(?:elevated|high|raised|increased|hyper\w+)\b|↑", re.IGNORECASE)
_LOW = re.compile(r"\b(?:low|reduced|decreased)\b|↓", re.IGNORECASE)
_NORMAL = re.compile(r"\b(?:normal|within normal limits|wnl|unremarkable)\b", re.IGNORECASE)
_UNSURE = re.compile(r"\b(?:borderline|upper|lower|improved)\b", re.IGNORECASE)
# "PT 2 times", "K cal", "Ca in 2019": these names are words of other fields too, and need a value right behind them.
_SHORT = 3
_WIDE, _APART, _FAR_APART = 10_000, 5, 30
# A day in brackets at the end of a list of results.
_CLOSING_DATE = re.compile(r"[^()\n,;\d]{0,24}\((?:on |of |from |taken )?[^()\n]{4,24}\d\)[\s.;]*")
_COMPARES = re.compile(r"\b(?:was|were|from|previous(?:ly)?|last|today|now|baseline|down|up|before)\b", re.IGNORECASE)
_SETS_OFF = re.compile(
    r"\s*(?:\([^()\d]{0,14}\)|[+:=]|\d?\+|(?:before|after|pre|post|fasting|random|breakfast|lunch|dinner|tea|supper|"
    r"bed|bedtime|meals?|was|is|of|at|now|today|level|from|down|up|to|fell|rose|dropped)\s)*\s*",
    re.IGNORECASE,
)


def labs(note: Note) -> list[Measurement]:
    """The laboratory values of a note in the order of the text; the same value of the same time once."""
    return _dated_together(note, facts_of(note, [*_results(note), *_called(note), *dipsticks(note)]))


def _dated_together(note: Note, facts: list[Measurement]) -> list[Measurement]:
    """The results with the day in brackets that closes their list: "HbA1c 54, LDL 2.6, ALT 39 (14 November 2026)".

    It dates all of a list of different tests that has no other time, and no value of before.
    """
    last_of: dict[int, list[int]] = {}
    for number, fact in enumerate(facts):
        last_of.setdefault(note.document.sentence_span(fact.start)[0], []).append(number)
    told = list(facts)
    for first, numbers in last_of.items():
        last = facts[numbers[-1]]
        _, end = note.document.sentence_span(last.start)
        closing = _CLOSING_DATE.fullmatch(note.text, last.places["value"].end, end)
        names = [facts[number].name for number in numbers]
        if closing is None or not last.at or len(set(names)) < max(2, len(names)):
            continue
        if any(facts[number].at for number in numbers[:-1]) or _COMPARES.search(note.text, first, end):
            continue
        for number in numbers[:-1]:
            told[number] = replace(facts[number], at=last.at)
    return told


def without_results(text: str, results: Sequence[Measurement]) -> str:
    """A text with blanks in place of its results, so that nobody takes one for a dose."""
    parts, at = [], 0
    for fact in results:
        start, end = max(fact.start, at), max(fact.end, at)
        parts += [text[at:start], " " * (end - start)]
        at = end
    return "".join([*parts, text[at:]])


def _results(note: Note) -> Iterator[Taken]:
    for cell in note.grid.cells:
        if not cell.vital:
            yield from _tabled(note, cell)
    after = 0
    for number, named in enumerate(note.measured):
        if named.vital or note.grid.covers(named.start):
            continue
        aimed = _AIMED.search(note.text, max(0, named.start - _AIMED_WITHIN), named.start) is not None
        if note.kind_at(named.start) == "family" or note.context.of(named.start, named.start + 1).family:
            continue
        following = note.measured[number + 1].start if number + 1 < len(note.measured) else len(note.text)
        found: list[Taken] = []
        if aimed or not _set_aside(note, named.start):
            found = list(_numbers(note, named, following, after, aimed=aimed)) or list(tested(note, named, after))
        if not found and (place := value_behind_aim(note.text, named.end, following)) is not None:
            going_on = Measured(named.start, place, named.name, vital=False)
            found = list(_numbers(note, going_on, following, after, aimed=False))
        after = max(
            [after, *(max(one.end, one.when.end if one.when and one.when.start >= named.start else 0) for one in found)]
        )
        yield from found


def _tabled(note: Note, cell: Measure) -> Iterator[Taken]:
    """The value in a cell of a table."""
    text = note.text
    found = _VALUE.match(text, cell.start, cell.end)
    if found is None:
        worded = cell.name in TESTED or known_labs()[cell.name].highest == 0
        word = word_in(text, cell.start, cell.end) if worded else None
        if word is not None:
            yield Taken(cell.start, cell.end, cell.name, word, None, None, cell.when, {})
        return
    value = value_of(cell.name, found["value"])
    if value is None or any(map(str.isdigit, text[found.end() : cell.end].partition("(")[0])):
        return
    flag = _flag("", found["flag"]) if found["flag"] else cell.flag
    end = found.end("unit") if found["unit"] else found.end("value")
    yield Taken(
        cell.start,
        end,
        cell.name,
        value,
        found["unit"] or cell.unit,
        flag,
        cell.when,
        {"value": Place(*found.span("value"))},
    )


def _set_aside(note: Note, start: int) -> bool:
    first, _ = note.document.sentence_span(start)
    before = note.text[max(first, start - 50) : start]
    meant = note.context.of(start, start + 1)
    return bool(_NOT_A_RESULT.search(before)) or meant.family or (meant.hypothetical and _conditional(note, start))


def _called(note: Note) -> Iterator[Taken]:
    """Results behind the word for what they mean, "hyperkalaemic at 6.8", and two behind two names."""
    for one in (*labs_called(note.text), *paired(note)):
        value = None if _set_aside(note, one.start) else value_of(one.name, one.written)
        if value is None:
            continue
        lead = note.dating.lead(one.start, 0)
        place = (one.value, one.value + len(one.written))
        told = [Valued(one.value, one.end, _Result(value, None, None, place), None, "")]
        named = Measured(one.start, one.value, one.name, vital=False)
        further = Further(partial(_result_at, note, named), _size, apart=_apart(known_labs()[one.name]))
        for result in with_later(note, told, next_named(note, one.end), further):
            start = one.start if result.start == one.value else result.start
            places = {"value": Place(*result.data.place)}
            when = timed(result.when, lead)
            yield Taken(start, result.end, one.name, result.data.value, result.data.unit, None, when, places)


def _conditional(note: Note, start: int) -> bool:
    scope = note.context.nearest(start, "hypothetical")
    return scope is not None and note.document.tokens[scope.trigger].word in {"if", "should", "unless", "until"}


class _Result(NamedTuple):
    value: float | str
    unit: str | None
    flag: str | None
    place: tuple[int, int]


def value_of(name: str, written: str) -> float | str | None:
    """A result as it is stored: a number, or a bound (">90"); None for what cannot be one.

    A comma before three digits groups thousands where such a value can be, and otherwise is a decimal sign.
    """
    known = known_labs()[name]
    bound = written[0] if written[0] in "<>≤≥" else ""
    digits = written.lstrip("<>≤≥ ")
    readings = [digits.replace(",", ".")] if digits.count(",") < 2 and not ("," in digits and "." in digits) else []
    if _THOUSANDS.fullmatch(digits):
        readings.insert(0, digits.replace(",", ""))
    for reading in readings:
        number = float(reading)
        if known.lowest <= number <= known.highest and known.highest > 0:
            return f"{bound}{reading}" if bound else number
    return None


def _numbers(note: Note, named: Measured, following: int, after: int, *, aimed: bool) -> Iterator[Taken]:
    """The numbers behind a name."""
    text = note.text
    known = known_labs()[named.name]
    first = note.document.sentence_span(named.start)[0]
    last = note.document.sentence_span(named.end - 1)[1]
    if known.highest == 0:
        return

    def core(at: int, end: int) -> Core[_Result] | None:
        return _result_at(note, named, at, max(end, last))

    # "8.1% (65 mmol/mol)" is one value in two units
    twice = named.name == "hemoglobin_a1c" and "mmol/mol" in text[named.end : last] and "%" in text[named.end : last]

    def inside(at: int, end: int) -> Core[_Result] | None:
        return _result_at(note, named, at, end)

    rules = Rules(core, bare=twice, inside=inside, aimed=aimed, goes_on=min(following, last + 90))
    found = values_behind(text, named.end, min(following, last), note.dating.times, rules)
    if not found:
        return
    between = REFERENCE.sub(" ", _AIM_OF.sub("", text[named.end : found[0].start]))
    charged = "+" in text[named.start : named.end + 1]  # "K+" is no other word
    short = not charged and named.end - named.start < _SHORT and len(between.strip()) > 1 and not found[0].data.unit
    if (
        _NOT_A_RESULT.search(BESIDE_AIM.sub("", between))
        or (short and not _SETS_OFF.fullmatch(_without_times(note, named.end, found[0])))
        or _is_year(found[0].data.value, between, found[0].data.unit)
    ):
        return
    found = with_later(note, found, following, Further(inside, _size, apart=_apart(known)))
    lead = note.dating.lead(named.start, after)
    around = text[max(first, named.start - 25) : named.start].rpartition(",")[2] + text[named.start : found[0].end]
    for number, one in enumerate(found):
        start = named.start if number == 0 else one.start
        flag = _flag(around if number == 0 else "", one.data.flag)
        unit = one.data.unit or next((other.data.unit for other in found if other.data.unit), None)
        yield Taken(
            start,
            one.end,
            named.name,
            one.data.value,
            unit,
            flag,
            timed(one.when, lead),
            {"value": Place(*one.data.place)},
        )


def _without_times(note: Note, start: int, value: Valued[_Result]) -> str:
    """What stands between a name and its value, without what only tells when: "K this morning 3.2"."""
    parts, at = [], start
    for when in note.dating.times.between(start, value.start) if ENDS.match(note.text, value.end) else ():
        parts.append(note.text[at : when.start])
        at = when.end
    return _AIM_OF.sub("", REFERENCE.sub(" ", "".join([*parts, note.text[at : value.start]])))


def _apart(known: Lab) -> float:
    """How many times one value may be another: those that can be next to none and very high go far in days."""
    return _FAR_APART if known.highest >= _WIDE * known.lowest else _APART


def _size(result: _Result) -> float:
    return float(str(result.value).lstrip("<>≤≥ "))


def _result_at(note: Note, named: Measured, at: int, end: int) -> Core[_Result] | None:
    text = note.text
    found = _VALUE.match(text, at, end)
    if found is None:
        spoken = dictated_at(text, at, end)
        stated = spoken and value_of(named.name, f"{spoken[1]:g}")
        return Core(spoken[0], _Result(stated, None, None, (at, spoken[0]))) if spoken and stated else None
    # "Na 135 K 4.1 Mg 0.8": what follows the value is the next one's name, and no unit.
    another = _begins_another(note, found.end("value"))
    known = known_labs()[named.name]
    unit = None if another or _is_no_count(known, found["unit"]) else found["unit"] or found["unit2"]
    if unit is None and not another and not found["flag"] and _NOT_A_UNIT.match(text, found.end("value")):
        return None
    value = value_of(named.name, found["value"])
    if _CLOCK.fullmatch(found["value"]) is not None:
        return None
    if value is None or (isinstance(value, str) and named.name in _TARGETED):
        return None
    stop = max(found.end("unit"), found.end("unit2"), found.end("value")) if unit else found.end("value")
    flag = None if another else found["flag"]
    return Core(stop, _Result(value, unit, flag, found.span("value")))


def _is_no_count(known: Lab, unit: str | None) -> bool:
    """Whether a bare "K", a thousand, stands behind what is not counted in thousands."""
    return unit in {"k", "K"} and not (known.unit or "").startswith("10^")


def _begins_another(note: Note, at: int) -> bool:
    """Whether the name of another result stands behind a value, with a value of its own."""
    document = note.document
    first, _ = document.tokens_in(at, at + 1)
    place = bisect_left(document.matches, first, key=lambda match: match.first)
    if place == len(document.matches) or document.matches[place].first != first:
        return False
    match = document.matches[place]
    start, end = document.span(match)
    name = next((term.name for term in match.found if term.kind == "lab"), None)
    value = _VALUE_BEHIND.match(note.text, end) if name else None
    if name is None or value is None or note.text[at:start].strip():
        return False
    return known_labs()[name].lowest <= float(value["value"]) <= known_labs()[name].highest


def _is_year(number: float | str, between: str, unit: str | None) -> bool:
    """Whether a number is a year: "A1c in 2019"."""
    return (
        unit is None
        and isinstance(number, float)
        and 1950 <= number <= 2100
        and number.is_integer()
        and bool(re.search(r"\b(?:in|on|from)\b", between))
    )


def _flag(around: str, marked: str | None) -> str | None:
    if marked:
        letter = marked.strip(" ([").lower()[:1]
        return "high" if letter in {"h", "↑", "e"} else "low" if letter in {"l", "↓"} else "normal"
    if _UNSURE.search(around):
        return None
    for flag, pattern in (("high", _HIGH), ("low", _LOW), ("normal", _NORMAL)):
        # "low density lipoprotein" and "high density" are names
        if pattern.search(re.sub(r"(?i)\b(?:low|high)[- ]density|total|high[- ]sensitivity", "", around)):
            return flag
    return None
