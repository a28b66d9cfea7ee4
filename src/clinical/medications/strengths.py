"""What one tablet, puff or millilitre holds, apart from what is taken: "10 mg tablets: 7 (70 mg)", "1 mg/ml, 5 ml"."""

import re

from clinical.values.amounts import Amount

_TABLETS = frozenset({"tablet", "capsule", "pill", "caplet"})
_HOLDS = frozenset({"mass", "activity", "share"})
_IN_VOLUME = frozenset({"mass/volume", "activity/volume"})
_EQUALS = frozenset({"(", "=", "(=", "i.e.", "(i.e."})
_SOMETHING_ELSE = re.compile(r"\b(?:and|then|gave|given|had|at \d)", re.IGNORECASE)
# So far behind a strength, in letters, stands what is taken of it.
_TAKEN = 60


def without_strength(text: str, amounts: list[Amount]) -> tuple[list[Amount], Amount | None]:
    """The doses without what one tablet, puff or millilitre holds: "10 mg tablets: 7 (70 mg)", "50 mcg 2 puffs"."""
    if len(amounts) < 2:
        return amounts, None
    first, second = amounts[0], amounts[1]
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
