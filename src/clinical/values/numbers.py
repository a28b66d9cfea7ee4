"""Numbers as people write them: digits with points and commas, fractions, words.

A comma before three digits groups thousands ("1,500"), unless what stands before it is a lone nought ("0,125"); any
other comma is a decimal sign ("2,5"). A full stop before three digits groups thousands only where a decimal comma
follows ("1.234,5").
"""

import re
from decimal import Decimal
from typing import NamedTuple

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_WORDS: dict[str, float] = {word: float(value) for value, word in enumerate(_ONES.split())}
_WORDS |= {word: 10.0 * value for value, word in enumerate(_TENS.split(), 2)}
_SCALES = {"hundred": 100.0, "thousand": 1000.0, "million": 1_000_000.0}
_PARTS = {"half": 0.5, "quarter": 0.25, "third": 1 / 3, "quarters": 0.25, "thirds": 1 / 3}
_VULGAR = {"½": 0.5, "¼": 0.25, "¾": 0.75, "⅓": 1 / 3, "⅔": 2 / 3, "⅛": 0.125}
_GATHERED = {"dozen": 12.0, "couple": 2.0}
# Words that a number may begin with.
NUMBER_WORDS = frozenset({*_WORDS, "half", "quarter", "a", "an", "dozen"}) - {"zero"}

_SIGNS = "".join(_VULGAR)
_ONE = "|".join(sorted(_WORDS, key=len, reverse=True))
_TEN = "|".join(_TENS.split())
_UNIT_WORD = "|".join(_ONES.split()[1:10])
_SIMPLE = rf"(?:(?:{_TEN})(?:[- ](?:{_UNIT_WORD}))?|{_ONE})"
# A number in digits. What stands before it has to be looked at by whoever uses it (see `NUMBER`).
DIGITS = (
    r"(?:(?:1/[2348]|2/3|3/4)(?![\d/])|[1-9]\d{0,2}(?:,\d{3}){1,3}(?!\d)(?:\.\d{1,6})?"
    r"|[1-9]\d{0,2}(?:\.\d{3}){1,3},\d{1,6}"
    r"|[1-9]\d{0,2}(?:[\u00a0\u202f\u2009 ]000){1,2}(?!\d)"
    rf"|\d{{1,9}}(?:[.,]\d{{1,6}}|\s?[{_SIGNS}]|[ -](?:1/[2348]|2/3|3/4)(?![\d/]))?|[{_SIGNS}])"
)
# "Half a tablet", "one and a half tablets", "two hundred and fifty", "three quarters of".
SPELT = (
    rf"(?:(?:{_SIMPLE}(?:\s(?:hundred|thousand|million)(?:\s(?:and\s)?{_SIMPLE})?)?(?:\sand\s(?:a\s)?(?:half|quarter))?"
    r"(?:\s(?:quarters?|thirds?)(?=\sof\b))?)"
    r"|(?:a\s)?half(?:\s(?:an?|of\s(?:an?|one)))?(?=[\s-])|(?:a\s)?quarter\s(?:of\s)?an?|a\sdozen|a\scouple(?:\sof)?)"
)
_BEFORE = r"(?<![\w$£€])(?<![\d.,]\.)(?<!\d[.,])(?<![A-Za-z]\d[./])"
NUMBER = re.compile(rf"(?:{_BEFORE}(?:{DIGITS}|\.\d{{1,6}})(?!\d)|(?<![\w-]){SPELT}(?![\w]))", re.IGNORECASE)


class Number(NamedTuple):
    """A number at `text[start:end]`."""

    start: int
    end: int
    value: float
    digits: bool
    """Whether it is written in digits."""


def number_of(written: str) -> float | None:
    """What a number means that is written in digits or in words; None for what is no number.

    "0,125" is 0.125, "1,500" is 1500, "one and a half" and "1½" and "1 1/2" are 1.5.
    """
    if written.isdecimal():
        return float(written)
    written = " ".join(written.lower().replace("\u00a0", " ").replace("\u202f", " ").replace("\u2009", " ").split())
    if not written:
        return None
    if written[-1] in _VULGAR:
        whole = written[:-1].strip()
        before = number_of(whole) if whole else 0.0
        return None if before is None else before + _VULGAR[written[-1]]
    if written[0].isdecimal() or written[0] in ".,":
        return _of_digits(written)
    return _of_words(written.replace("-", " ").split())


def _of_digits(written: str) -> float | None:
    fraction = re.fullmatch(r"(?:(\d+)[ -])?(\d+)/(\d+)", written)
    if fraction:
        below = int(fraction[3])
        return int(fraction[1] or 0) + int(fraction[2]) / below if below else None
    written = re.sub(r"(?<=\d) (?=000\b)", "", written)
    if re.fullmatch(r"[1-9]\d{0,2}(?:\.\d{3})+,\d+", written):
        written = written.replace(".", "").replace(",", ".")
    elif re.fullmatch(r"[1-9]\d{0,2}(?:,\d{3})+(?:\.\d+)?", written):
        written = written.replace(",", "")
    else:
        written = written.replace(",", ".")
    return float(written) if re.fullmatch(r"\d{0,15}(?:\.\d+)?", written, re.ASCII) and written != "." else None


def _of_words(words: list[str]) -> float | None:
    total = current = 0.0
    known = False
    for at, word in enumerate(words):
        if word in _WORDS:
            current += _WORDS[word]
        elif word in _SCALES:
            current = (current or 1.0) * _SCALES[word]
            if word != "hundred":
                total, current = total + current, 0.0
        elif word in _PARTS:
            counted = at > 0 and word.endswith("s") and current
            current = current * _PARTS[word] if counted else current + _PARTS[word]
        elif word in _GATHERED:
            current = (current or 1.0) * _GATHERED[word]
        elif word in {"a", "an", "and", "of"}:
            if word in {"a", "an"} and len(words) == 1:
                return 1.0
            continue
        else:
            return None
        known = True
    return total + current if known else None


def numbers_in(text: str, start: int = 0, end: int | None = None) -> list[Number]:
    """The numbers of a text, in order. Digits within words ("B12", "L5") are none, nor are those of a price."""
    found = []
    for match in NUMBER.finditer(text, start, len(text) if end is None else end):
        value = number_of(match.group())
        if value is not None:
            first = match.group()[0]
            found.append(Number(*match.span(), value, digits=first.isdecimal() or first in _VULGAR))
    return found


def ranges_of(written: str) -> tuple[float, float] | None:
    """The ends of "4-6", "one to two", "2 or 3"; twice the same for a single number."""
    pieces = re.split(r"\s?(?:-|–|—)\s?|\s(?:to|or)\s", written.strip(), maxsplit=1)
    numbers = [number_of(piece) for piece in pieces]
    if any(number is None for number in numbers):
        whole = number_of(written)
        return None if whole is None else (whole, whole)
    first, last = numbers[0] or 0.0, numbers[-1] or 0.0
    return first, last


def plain(value: float) -> str:
    """A number as it is printed: no thousands, no trailing noughts, at most six decimals."""
    rounded = Decimal(repr(round(value, 6))).normalize()
    return f"{rounded:f}"
