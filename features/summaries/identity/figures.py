"""Which numbers are measures, times and dates, on which a course rests; every other number is hidden."""

import re
from collections.abc import Iterator
from functools import cache

from clinical.lexicon.phrases import terms
from features.summaries.identity.names import fold, words
from features.summaries.identity.patterns import STREETS, Spot

_DASHES = "\\-"
_BLANKS = " \t"
# Digits of any script, with what may stand between them where one number is written in groups.
_RUN = re.compile(rf"\d(?:[{_DASHES}{_BLANKS}().,/:·+]{{0,3}}\d)*")
_DIGITS = re.compile(r"\d+")
_WORD = re.compile(r"[^\W\d_]+")
# What is attached to a number without a space: "2nd", "40mg", "5ml", "93F", "8kg", "10x".
_ATTACHED = re.compile(r"[^\W\d_]+|[%°µμ²³]")
_UNITS = (
    r"mg|mcg|µg|μg|ug|g|gm|grams?|kg|kgs|lbs?|pounds?|oz|st|stone|ml|mls|millilit(?:re|er)s?|l|lit(?:re|er)s?|dl|units?|iu|u|"
    r"mmol|µmol|μmol|umol|nmol|pmol|mol|meq|mosm|kpa|mmhg|cmh2o|bpm|cm|mm|m|km|ft|feet|foot|in|inch|inches|yards?|miles?|"
    r"%|percent|per\s?cent|°|degrees?|c|f|celsius|fahrenheit|seconds?|secs?|s|minutes?|mins?|hours?|hrs?|h|hourly|days?|d|"
    r"weeks?|wks?|w|months?|mths?|mos?|years?|yrs?|y|yo|y/o|year|decades?|times?|x|fold|doses?|tablets?|tabs?|capsules?|"
    r"caps?|puffs?|drops?|sprays?|patch(?:es)?|vials?|ampoules?|sachets?|bags?|pints?|glasses?|cans?|cigarettes?|cigs|"
    r"packs?|drinks?|steps?|flights?|blocks?|stairs?|pillows?|points?|out|of|beats?|breaths?|kcal|calories|cal|mgs|"
    r"fr|french|gauge|ga|mv|ma|hz|v|volts?|gy|msv|sv|copies|cells|leads?|views?|vessels?|episodes?|occasions?|people|"
    r"persons?|children|kids|sons|daughters|brothers|sisters|siblings|pregnancies|visits?|sessions?|cycles|courses?|"
    r"stools?|bowel|metres?|meters?|cc|mls|micrograms?|milligrams?|nanograms?|ng|pg|fl|mu|miu|ku|iu/l|pack|"
    r"st|nd|rd|th|am|pm|plus|mmhg|am|hz"
)
_UNIT = re.compile(rf"[{_BLANKS}{_DASHES}]{{0,2}}(?:{_UNITS})(?![^\W\d_])", re.IGNORECASE)
_PER = re.compile(rf"[{_BLANKS}]?(?:/|per\b|x\s?10|\u00d7|\^|\*)", re.IGNORECASE)
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|"
    "nov(?:ember)?|dec(?:ember)?"
)
_MONTH_BEHIND = re.compile(rf"(?:st|nd|rd|th)?[{_BLANKS},.{_DASHES}/]{{0,2}}(?:of\s)?(?:{_MONTHS})\b", re.IGNORECASE)
_MONTH_BEFORE = re.compile(
    rf"(?:{_MONTHS})[.,]?[{_BLANKS}{_DASHES}/]{{1,2}}(?:\d{{1,2}}(?:st|nd|rd|th)?,?\s)?\Z", re.IGNORECASE
)
_DATE = re.compile(
    rf"(?:(?:19|20)\d\d(?P<a>[{_DASHES}/.])\d{{1,2}}(?P=a)\d{{1,2}}|\d{{1,2}}(?P<b>[{_DASHES}/.])\d{{1,2}}(?P=b)(?:19|20)?\d\d"
    rf"|\d{{1,2}}/(?:19|20)\d\d|\d{{1,2}}/\d{{1,2}}|(?:19|20)\d\d[{_DASHES}](?:0[1-9]|1[0-2]))"
)
_SCORE = re.compile(r"\d{1,2}(?:-\d{1,2})?/\d{1,3}")
_TIME = re.compile(r"(?:[01]?\d|2[0-3])[:.][0-5]\d(?::[0-5]\d)?")
_YEAR = re.compile(r"(?:19|20)\d\d")
_MEASURE = re.compile(
    rf"\\d{{1,2}}-\\d{{1,2}}/\\d{{1,2}}|\d{{1,3}}(?:\s?/\s?\d{{1,3}})|\d{{1,6}}[.,·]\d{{1,3}}|\d{{1,3}}(?:,\d{{3}})+|\d{{1,3}}[{_BLANKS}]?[{_DASHES}][{_BLANKS}]?\d{{1,3}}"
)
# Behind these a number names a place, a person or a file, however short.
_NAMES = words("names")
_SPELT = re.compile(
    r"\b(?:(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine|double|treble|triple)[\s,.-]{1,3}){4,}"
    r"(?:zero|oh|nought|one|two|three|four|five|six|seven|eight|nine)\b",
    re.IGNORECASE,
)


@cache
def _measured() -> frozenset[str]:
    """The words by which vital signs, laboratory values, drugs and scores are called."""
    return frozenset(terms().words()) | words("measured") - _NAMES


# Ages above 89 tell who somebody is (45 CFR 164.514(b)(2)(i)(C)): all of them are told as "90+".
_AGE = re.compile(
    r"\b(?P<n>9\d|1[01]\d|ninety(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine))?|one hundred(?: and \w+)?)"
    r"(?=[\s-]{0,2}(?:years?|yrs?|y/?o|y\.o)\b|[FM]\b)"
    r"|\b(?:aged?|turned|turns|turning)[\s:]{1,2}(?P<m>9\d|1[01]\d|ninety(?:[\s-]\w+)?)\b(?![.,/]\d|\s?(?:days|weeks|months|min))",
    re.IGNORECASE,
)


def figures(text: str) -> Iterator[Spot]:
    """The numbers that could be somebody's: those that are no measure, date, time or small count."""
    for match in _AGE.finditer(text):
        yield Spot(*match.span("n" if match["n"] else "m"), "AGE", 6)
    for match in _SPELT.finditer(text):
        yield Spot(*match.span(), "NUMBER", 5)
    for match in _RUN.finditer(text):
        yield from _judged(text, match.start(), match.end())


def _judged(text: str, start: int, end: int) -> Iterator[Spot]:
    """The run of digits as a whole, or the parts of it that measure nothing."""
    pieces = list(_pieces(text, start, end))
    digits = sum(character.isdigit() for character in text[start:end])
    harmless = [_is_harmless(text, low, high) for low, high in pieces]
    grouped = len(pieces) > 1 and re.search(r"[,;:]", text[start:end]) is None
    if (digits >= 5 and grouped and not _is_series(text, pieces)) or (digits >= 6 and not all(harmless)):
        yield Spot(start, end, "NUMBER", 3)
    else:
        for (low, high), fine in zip(pieces, harmless, strict=True):
            if not fine:
                yield Spot(low, high, "NUMBER", 3)


def _is_series(text: str, pieces: list[tuple[int, int]]) -> bool:
    """Whether numbers that only blanks part are dates, times and measures that follow each other, and no one number."""
    telling = 0
    for low, high in pieces:
        number = text[low:high]
        if _DATE.fullmatch(number) or _TIME.fullmatch(number) or "." in number or "/" in number:
            telling += 1
    last = pieces[-1][1]
    return telling >= len(pieces) - 1 and (
        telling == len(pieces) or _UNIT.match(text, last) is not None or _is_harmless(text, *pieces[-1])
    )


def _pieces(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The run cut where a blank, a comma with a blank or a full stop with a blank stands between two numbers."""
    at = start
    for gap in re.finditer(rf"[,.;:()]?[{_BLANKS}]+[()]?|[()]", text[start:end]):
        if start + gap.start() > at:
            yield at, start + gap.start()
        at = start + gap.end()
    if at < end:
        yield at, end


def _is_harmless(text: str, start: int, end: int) -> bool:
    """Whether a number is a date, a time, or measures or counts something."""
    number = text[start:end]
    if not number.isascii():
        return False
    if text[start - 1 : start].isalpha() or text[start - 1 : start] == "_":
        return True  # part of a word with digits, which is judged as one
    before = text[max(0, start - 40) : start]
    if _tells_time(text, number, before, end):
        return True
    digits = sum(character.isdigit() for character in number)
    named = _names_something(before)
    if _measures(text, end) and not (named and digits > 3):
        return True
    attached = _ATTACHED.match(text, end)
    if attached and attached.group().isalpha():
        return True  # judged as a word with digits
    return not named and _is_small(text, number, before, end, digits)


def _tells_time(text: str, number: str, before: str, end: int) -> bool:
    """Whether it is a date or a part of one, a time of day, or a score out of so many."""
    if any(pattern.fullmatch(number) for pattern in (_DATE, _TIME, _SCORE)):
        return True
    if _MONTH_BEFORE.search(before) and len(number) <= 4:
        return True
    return len(number) <= 2 and _MONTH_BEHIND.match(text, end) is not None


def _measures(text: str, end: int) -> bool:
    return _UNIT.match(text, end) is not None or _PER.match(text, end) is not None


def _names_something(before: str) -> bool:
    """Whether what stands before a number says that it names a place, a person or a file: "Bed 4", "ext 42"."""
    last = list(_WORD.finditer(before))[-1:]
    if not last or fold(last[0].group()) not in _NAMES:
        return False
    return re.fullmatch(rf"[{_BLANKS}.:#]{{0,3}}", before[last[0].end() :]) is not None


def _is_small(text: str, number: str, before: str, end: int, digits: int) -> bool:
    """Whether a number without a unit is a year, a measure by its form, a count, or stands by what is measured."""
    if _YEAR.fullmatch(number) or (_MEASURE.fullmatch(number) and digits <= 7):
        return True
    if not number.isdigit():
        return False
    if digits <= 3:
        return _HOUSE.match(text, end) is None
    near = {fold(each) for each in _WORD.findall(before)[-4:]}
    return digits <= 6 and bool(near & _measured())


_HOUSE = re.compile(
    rf"[A-Za-z]?,?[{_BLANKS}](?:[A-Z][\w'’]+[{_BLANKS}]){{1,3}}(?:{STREETS})\b",
    re.IGNORECASE,
)
