"""What one tablet, puff or millilitre holds, apart from what is taken: "10 mg tablets: 7 (70 mg)", "1 mg/ml, 5 ml"."""

import re

from clinical.values.amounts import Amount

_TABLETS = frozenset({"tablet", "capsule", "pill", "caplet"})
_HOLDS = frozenset({"mass", "activity", "share"})
_IN_VOLUME = frozenset({"mass/volume", "activity/volume"})
_EQUALS = frozenset({"(", "=", "(=", "i.e.", "(i.e."})
_SOMETHING_ELSE = re.compile(r"\b(?:and|then|gave|given|had|at \d)", re.IGNORECASE)
# What stands between a dose by weight and the one reckoned from it: an equals sign or a bracket.
_RECKONED = re.compile(r"[^.;,\n]{0,24}?\s?(?:=|[(\[]\s?=?|i\.e\.)\s?")
# How many tablets are taken, between what one holds and what that makes: "tablets, three at night (1.5 mg)".
_COUNTED = re.compile(
    r"\s?(?:tab(?:let)?s?|cap(?:sule)?s?|caplets?)\b[^.;\n()]{0,60}?\b(?P<count>\d{1,2}|half|one|two|three|four|five|six|"
    r"seven|eight|nine|ten|twelve)\b[^.;\n()]{0,60}[(\[=]\s?(?:=\s?|total\s|i\.e\.\s)?",
    re.IGNORECASE,
)
_COUNTS = {"half": 0.5, "one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8}
_COUNTS |= {"nine": 9, "ten": 10, "twelve": 12}
# So far behind a strength, in letters, stands what is taken of it.
_TAKEN = 60
_CLOSE = 1e-6


def is_reckoned(text: str, by_weight: Amount, dose: Amount) -> bool:
    """Whether a dose is the one that was reckoned from a dose by weight: "10 mg/kg (140 mg)"."""
    per = by_weight.unit.partition("/")
    return per[2] == "kg" and dose.unit == per[0] and bool(_RECKONED.fullmatch(text, by_weight.end, dose.start))


def _is_of_count(text: str, holds: Amount, dose: Amount) -> bool:
    """Whether a dose is so many tablets of what one holds: "0.5 mg tablets, three at night (1.5 mg)"."""
    between = _COUNTED.fullmatch(text, holds.end, dose.start)
    if between is None or holds.unit != dose.unit or holds.high is not None or dose.high is not None:
        return False
    count = _COUNTS.get(between["count"].lower()) or float(between["count"])
    return abs(count * holds.value - dose.value) < _CLOSE


def without_strength(text: str, amounts: list[Amount]) -> tuple[list[Amount], Amount | None]:
    """The doses without what one tablet, puff or millilitre holds: "10 mg tablets: 7 (70 mg)", "50 mcg 2 puffs"."""
    if len(amounts) < 2:
        return amounts, None
    first, second = amounts[0], amounts[1]
    if _is_of_count(text, first, second):
        return amounts[1:], first
    apart = _SOMETHING_ELSE.search(text, first.end, second.start)  # "240 mg at 17:00, and his mother gave 2 puffs"
    if not apart and first.kind in _IN_VOLUME and second.kind in {first.kind.partition("/")[0], "volume"}:
        return _of_liquid(text, amounts)
    divided = ("/" in first.kind or first.kind == "share") and second.kind.split("/")[0] == "volume"
    if apart or first.kind.split("/")[0] not in _HOLDS or not (second.kind == "form" or divided):
        return amounts, None
    if second.unit in _TABLETS:
        return _of_tablets(text, amounts)
    return (amounts[1:], first) if second.start - first.end < _TAKEN else (amounts, None)


def _of_tablets(text: str, amounts: list[Amount]) -> tuple[list[Amount], Amount | None]:
    """What is taken, and what one tablet holds: "10 mg tablets: 7 (70 mg)"."""
    first, second = amounts[0], amounts[1]
    if len(amounts) > 2 and text[second.end : amounts[2].start].strip(" ") in _EQUALS:
        return amounts[2:], first
    if second.value == 1 and second.high is None:
        return [first, *amounts[2:]], None
    return amounts[1:], first


def _of_liquid(text: str, amounts: list[Amount]) -> tuple[list[Amount], Amount | None]:
    """What is taken of a liquid, and what it holds: "10 mg/5 ml: 2.5 ml (5 mg)", "300 units/ml pen, 18 units"."""
    first, second, rest = amounts[0], amounts[1], amounts[2:]
    if second.start - first.end >= _TAKEN:
        return amounts, None
    told = second.kind == "volume" and rest and rest[0].kind == first.kind.partition("/")[0]
    if told and text[second.end : rest[0].start].strip(" ") in _EQUALS:
        return rest, first
    return amounts[1:], first
