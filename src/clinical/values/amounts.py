"""Amounts: a number with its unit, as in "0,125 mg", "10-20 mg", "50 mcg/spray", "one and a half tablets"."""

import re
from typing import NamedTuple

from clinical.values.numbers import NUMBER, number_of, plain
from clinical.values.units import Unit, unit_of

# What medicines are measured and counted in.
DOSE_KINDS = frozenset({"mass", "volume", "activity", "charge", "amount", "share", "form"})
_LINK = re.compile(r"\s?(?P<by>-|–|—|to\b|/|or\b)\s?", re.IGNORECASE)
_TIMES = re.compile(r"\s?[x\u00d7*]\s?(?=[\d½.])", re.IGNORECASE)
# "two (2) tablets", "2 full teaspoons", "10 x 5 mg".
_ASIDE = re.compile(r"\s\(\s?[a-z0-9½¼¾-]{1,12}\s?\)(?=\s[a-z])", re.IGNORECASE)
_MANNER = re.compile(
    r"\s(?:oral|nasal|eye|ear|full|level|heaped|more|small|chewable|dispersible|metered|x)(?=\s[a-z])", re.IGNORECASE
)
# A unit of one word or two; the longer one is tried first. "International units", "% ", "°C", "degrees C", "m²".
_UNIT = re.compile(
    r"[ \t\u00a0\u202f-]{0,2}(?P<two>(?P<one>[%°º˚]\s?[CFcf]?(?![^\W_])|[µμA-Za-z]+(?:\^?[2²])?\.?)(?:[ \t][A-Za-z]+)?)"
)
_PER = re.compile(
    r"\s?/\s?(?P<n>\d[\d.,]{0,6}\s?)?(?P<u>[µμA-Za-z]+[2²]?)(?![^\W_])"
    r"|\s(?:per|in|each|in each)\s(?P<n2>\d[\d.,]{0,6}\s?)?(?P<u2>ml|mls|l|dose|puff|spray|kg"
    r"|hour|hr|h|minute|min|tablet|tab|"
    r"capsule|cap|actuation|patch|pump|drop|teaspoon|litre|liter|g|gram|inhalation|unit|vial|ampoule)(?![^\W_])",
    re.IGNORECASE,
)
_SINGLE = re.compile(r"(?<![^\W_])(?:an?|another|a\ssingle|single)(?=\s[a-z])", re.IGNORECASE)
_FOUND = re.compile(rf"{NUMBER.pattern}|{_SINGLE.pattern}", re.IGNORECASE)
_FROM = re.compile(r"\bfrom\s\Z", re.IGNORECASE)
_NO_INCH = re.compile(
    r"\s(?:the|an?|each|both|his|her|their|one|right|left|\d|total|all|view|favour|favor)\b", re.IGNORECASE
)


class Amount(NamedTuple):
    """So much of something at `text[start:end]`."""

    start: int
    end: int
    value: float
    """The number, the lower one of a range, the first one of a pair; times what is before "x": "2 x 500 mg" is 1000."""
    unit: str
    """As it is printed: "mg", "mcg/spray", "tablet"."""
    text: str
    """In plain words: "20 mg", "10-20 mg", "800-160 mg", "2 puffs", "5%"."""
    kind: str
    """What is measured: "mass", "volume", "activity", "form" (tablets, puffs); compound: "mass/volume"."""
    high: float | None = None
    """The upper end of a range, the second number of a pair."""
    paired: bool = False
    """Whether two substances are told: "800/160 mg", "24/26 mg"."""

    @property
    def of_dose(self) -> bool:
        """Whether a medicine is given in it."""
        return self.kind.split("/")[0] in DOSE_KINDS


class _Measure(NamedTuple):
    """A unit where it stands."""

    end: int
    unit: Unit
    spelt: str


# "20.000 IE" is twenty thousand: nobody counts thousandths of a unit.
_WHOLE = frozenset({"units", "IU"})
_THOUSANDS = re.compile(r"[1-9]\d{0,2}\.\d{3}")


def amounts_in(text: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """The amounts of a text, in order: all but spans of time, which `durations_in` finds."""
    end = len(text) if end is None else end
    found: list[Amount] = []
    at = start
    while (number := _FOUND.search(text, at, end)) is not None:
        amount = _amount(text, number, end)
        if amount is not None:
            found.append(amount)
        at = amount.end if amount is not None else number.end()
    return found


def doses_in(text: str, start: int = 0, end: int | None = None) -> list[Amount]:
    """The amounts of a text that a medicine may be given in: masses, volumes, units, tablets and puffs."""
    return [amount for amount in amounts_in(text, start, end) if amount.of_dose]


def _amount(text: str, number: re.Match[str], end: int) -> Amount | None:
    """The amount that begins with a number, if it is one."""
    first, times, start = number, None, number.start()
    multiplied = _TIMES.match(text, number.end(), end)
    if multiplied:
        second = NUMBER.match(text, multiplied.end(), end)
        if second is not None and _measure(text, second.end(), end) is not None:
            first, times = second, number_of(number.group())
    measure = _measure(text, first.end(), end, aside=True)
    second, by = _second(text, first, measure, end)
    if second is not None:
        measure = _measure(text, second.end(), end, aside=True)
    if measure is None or not _is_meant(text, first, measure, end):
        return None
    if _SINGLE.fullmatch(first.group()) and measure.unit.kind != "form":
        return None
    value = 1.0 if _SINGLE.fullmatch(first.group()) else number_of(first.group())
    high = number_of(second.group()) if second is not None else None
    if value is None:
        return None
    if measure.unit.name in _WHOLE and _THOUSANDS.fullmatch(first.group()):
        value *= 1000
    stop, name, kind = _divided(text, measure, end)
    paired = high is not None and ("/" in by or high < value)
    return _worded(start, stop, (value, high, times), measure.unit, name, kind, "/" if "/" in by else "-", paired)


def _worded(
    start: int,
    stop: int,
    numbers: tuple[float, float | None, float | None],
    unit: Unit,
    name: str,
    kind: str,
    sign: str,
    paired: bool,
) -> Amount:
    value, high, times = numbers
    number = plain(value) if high is None else f"{plain(value)}{sign}{plain(high)}"
    if times:
        number = f"{plain(times)} x {number}"
    text = f"{number}{name}" if name.startswith(("%", "°")) else f"{number} {_several(name, unit, high or value)}"
    times = times or 1.0
    return Amount(start, stop, value * times, name, text, kind, None if high is None else high * times, paired)


def _second(text: str, first: re.Match[str], measure: _Measure | None, end: int) -> tuple[re.Match[str] | None, str]:
    """The other end of a range or pair, which has the unit: "10-20 mg", "10 mg to 20 mg", "24/26 mg"."""
    link = _LINK.match(text, measure.end if measure else first.end(), end)
    number = NUMBER.match(text, link.end(), end) if link else None
    if link is None or number is None:
        return None, ""
    its = _measure(text, number.end(), end, aside=True)
    if link["by"].lower() == "to" and (
        measure is not None or _FROM.search(text, max(0, first.start() - 6), first.start())
    ):
        return None, ""  # a change, or a range of which both ends are told whole
    if its is None or (measure is not None and measure.unit != its.unit) or not _is_meant(text, number, its, end):
        return None, ""
    return number, link["by"]


def _measure(text: str, at: int, end: int, *, aside: bool = False) -> _Measure | None:
    """The unit that stands at a place, if one does."""
    if aside and (skipped := _ASIDE.match(text, at, end) or _MANNER.match(text, at, end)):
        return _measure(text, skipped.end(), end)
    found = _UNIT.match(text, at, end)
    if found is None:
        return None
    for group in ("two", "one"):
        spelt = found[group]
        unit = unit_of(spelt) or (unit_of(spelt[:-1]) if spelt.endswith(".") else None)
        if unit is None or unit.kind == "time":
            continue
        stop = found.end(group)
        if unit.name.startswith("%") or not text[stop : stop + 1].isalnum():
            return _Measure(stop - spelt.endswith("."), unit, spelt.removesuffix("."))
    return None


def _is_meant(text: str, number: re.Match[str], measure: _Measure, end: int) -> bool:
    """Whether letters that may be a word are a unit here."""
    small, between = measure.spelt.lower(), text[number.end() : measure.end - len(measure.spelt)]
    if small in {"in", "ins"}:
        return not _NO_INCH.match(text, measure.end, end) and not text[measure.end : measure.end + 2].strip().isalpha()
    if small == "m":
        return any(sign in number.group() for sign in ".,")
    if small in {"c", "f"}:
        value = number_of(number.group()) or 0
        return measure.spelt.isupper() and (25 <= value <= 45 if small == "c" else 80 <= value <= 115)
    if small == "st":  # "1st"
        return between != "" or (number_of(number.group()) or 0) > 5
    return not (small in {"act", "amp", "film", "strip", "pen", "cap"} and between == "")


def _divided(text: str, measure: _Measure, end: int) -> tuple[int, str, str]:
    """Where the unit ends with what it is divided by, its name and its kind: "mg/5 mL", "units/kg/hour".

    What is given in a day says how often, and is left to that, unless it goes by the weight: "5 mg/kg/day".
    """
    stop, name, kind = measure.end, measure.unit.name, measure.unit.kind
    for _ in range(2):
        per = _PER.match(text, stop, end)
        written = (per["u"] or per["u2"]) if per else None
        unit = unit_of(written) if written else None
        if per is None or unit is None or (unit.name == "day" and "/mass" not in kind):
            break
        count = number_of((per["n"] or per["n2"] or "1").strip(" .,"))
        if unit.name == "hour" and count == 24:
            break
        name += f"/{unit.name}" if count in {1.0, None} else f"/{plain(count or 1)} {unit.name}"
        kind += f"/{unit.kind}"
        stop = per.end()
    return stop, name, kind


def _several(name: str, unit: Unit, most: float) -> str:
    """The name of what is counted, in the plural where there are several."""
    if unit.kind not in {"form", "volume"} or not name.isalpha() or len(name) < 3 or most <= 1:
        return name
    if name.endswith("y") and name[-2] not in "aeiou":
        return f"{name[:-1]}ies"
    return f"{name}es" if name.endswith(("ch", "s", "x")) else f"{name}s"
