"""Values as they are dictated: "one hundred and thirty-two", "one fifty-two", "thirty-eight point five"."""

import re

from clinical.values.numbers import number_of

_DIGIT = r"(?:one|two|three|four|five|six|seven|eight|nine)"
_TEEN = r"(?:ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen|eighteen|nineteen)"
_TENS = rf"(?:(?:twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety)(?:[- ]{_DIGIT})?)"
_UNDER_100 = rf"(?:{_TENS}|{_TEEN}|{_DIGIT})"
# "One hundred and two", "a hundred", "one oh five", "one fifty-two", "ninety-four".
_WHOLE = (
    rf"(?:(?P<{{0}}hundreds>a|one|two|three)(?:[- ]hundred(?:(?:[- ]and)?[- ](?P<{{0}}rest>{_UNDER_100}))?|"
    rf"[- ](?:oh|o)[- ](?P<{{0}}ones>{_DIGIT})|[- ](?P<{{0}}tens>{_TENS}|{_TEEN}))|"
    rf"(?P<{{0}}under>{_UNDER_100}|nought|zero))"
)
_POINT = rf"(?:\spoint(?P<points>(?:\s(?:{_DIGIT}|nought|zero|oh)){{1,3}}))?"
_UNIT = (
    r"(?:\s?(?:%|(?:(?:beats|breaths)(?: (?:a|per) minute)?|bpm|per ?cent|degrees(?: (?:celsius|centigrade))?|"
    r"celsius|kilos?|kilograms?|kgs?|centimet(?:re|er)s|out of ten)\b))?"
)
BEGINS = r"(?:a(?=[- ]hundred\b)|nought(?=\spoint\b)|" + _UNDER_100 + r")(?=[-\s.,;)]|$)"
_NUMBER = re.compile(rf"(?<![\w-]){_WHOLE.format('n')}{_POINT}(?![\w-])(?P<unit>{_UNIT})", re.IGNORECASE)
_PAIR = re.compile(rf"(?<![\w-]){_WHOLE.format('a')} over {_WHOLE.format('b')}(?![\w-])", re.IGNORECASE)


def spoken_number(text: str, at: int, end: int) -> tuple[int, float, str] | None:
    """The number that is spelt out right at a place: where it ends with its unit, its value, and that unit."""
    found = _NUMBER.match(text, at, end)
    if found is None:
        return None
    value = _value(found, "n")
    if found["points"]:
        digits = "".join(
            str(int(number_of(word) or 0)) for word in found["points"].lower().replace("oh", "zero").split()
        )
        value += float(f"0.{digits}")
    return found.end(), value, found["unit"].strip().lower()


def spoken_pairs(text: str, start: int = 0, end: int | None = None) -> list[tuple[int, int, float, float]]:
    """Two numbers that are spelt out, one over the other: where they stand, and both."""
    pairs = _PAIR.finditer(text, start, len(text) if end is None else end)
    return [(*pair.span(), _value(pair, "a"), _value(pair, "b")) for pair in pairs]


def _value(found: re.Match[str], group: str) -> float:
    under = found[f"{group}under"]
    if under:
        return 0.0 if under.lower() == "nought" else number_of(under) or 0.0
    hundreds = found[f"{group}hundreds"].lower()
    rest = found[f"{group}rest"] or found[f"{group}ones"] or found[f"{group}tens"]
    return 100 * (1.0 if hundreds == "a" else number_of(hundreds) or 0.0) + (number_of(rest) or 0.0 if rest else 0.0)
