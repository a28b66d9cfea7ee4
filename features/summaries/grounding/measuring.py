"""Whether a figure of a statement is borne out by one of its quotes."""

import re

from clinical.propositions.figure import Figure
from clinical.values.frequencies import frequency_borne_out
from clinical.values.units import Unit, in_unit, unit_of
from features.summaries.grounding.verdict import Reason

# Units that need not be said, because the sign is never measured in another one.
_UNDERSTOOD = frozenset({"mmHg", "/min", "%", "bpm", "breaths/min"})
# mg/dL in a mmol/L, and g/dL in a g/L, of what is given in both.
_MOLAR = {
    "ldl_cholesterol": 38.67,
    "hdl_cholesterol": 38.67,
    "total_cholesterol": 38.67,
    "non_hdl_cholesterol": 38.67,
    "triglycerides": 88.57,
    "glucose": 18.02,
}
_Day = tuple[int | None, int | None, int | None]
_NUMERIC = frozenset({"amount", "number", "pair", "span"})
# What is counted: its name may stand elsewhere.
_COUNTED = frozenset({"tablet", "capsule", "puff", "sachet", "drop", "patch", "dose", "spray", "ampoule"})
_OPPOSED = frozenset({"from", "to", "by", "below", "above"})


def refutation(said: Figure, read: Figure, measured: frozenset[str]) -> Reason | None:
    """Why a figure does not bear out another one; None where it does.

    Args:
        said: The statement's.
        read: The quote's.
        measured: Names of what is measured, for units that depend on it.
    """
    first: Reason | None = None
    for one in said.readings:
        for other in read.readings:
            reason = _refutation(one, other, measured)
            if reason is None:
                return None
            first = first or reason
    return first


def _refutation(said: Figure, read: Figure, measured: frozenset[str]) -> Reason | None:
    """Why a figure, so read, does not bear out another one."""
    kinds = {said.kind, read.kind}
    if "day" in kinds:
        return _day(said, read)
    if "frequency" in kinds:
        agree = said.kind == read.kind and (
            frequency_borne_out(said.text, read.text)
            or bool(_TWICE.fullmatch(said.text) and frequency_borne_out("twice daily", read.text))
        )
        return None if agree else Reason.FREQUENCY
    if "route" in kinds:
        return None if (said.kind, said.text) == (read.kind, read.text) else Reason.ROUTE
    if read.role == "" and said.role in {"above", "below"} and _bounds(said, read):
        return None
    if said.role != read.role and (
        {said.role, read.role} & {"by", "below", "above", "ago", "in"} or read.role == "from"
    ):
        return Reason.NUMBER
    return _span(said, read) if "span" in kinds else _amount(said, read, measured)


_TWICE = re.compile(r"(?:every\s|in the\s)?mornings?\sand\s(?:every\s|at\s)?(?:evening|night)s?", re.IGNORECASE)
# So far off a bound may be that is said of a value: "more than three kilograms" of 3.3.
NEAR = 1.34


def _bounds(said: Figure, read: Figure) -> bool:
    """Whether a value lies beyond a bound that is said of it, and near it."""
    if (said.kind, said.unit) != (read.kind, read.unit) or read.high is not None:
        return False
    low, high = sorted((said.value, read.value))
    return low != high and high <= NEAR * low and (said.role == "above") == (read.value > said.value)


def _day(said: Figure, read: Figure) -> Reason | None:
    """A day, or how far it is off: "12 months" and "one year" on both sides of the day of the note."""
    if said.value and read.value and {said.kind, read.kind} <= {"day", "span"}:
        told = _span(said._replace(kind="span"), read._replace(kind="span"))
        if told is None or said.kind != read.kind:
            return told
    return None if _same_day(said, read) else Reason.TIME


def _same_day(said: Figure, read: Figure) -> bool:
    if said.kind != read.kind:
        return said.kind == "number" and said.value == read.day[0]
    if said.role == "relative" and read.role != "relative":
        return said.day == read.day
    mine = [day for day in (said.day, said.other_day) if day is not None]
    its = [day for day in (read.day, read.other_day) if day is not None]
    return any(_agree(one, other) for one in mine for other in its)


def _agree(said: _Day, read: _Day) -> bool:
    """Whether all that is told of a day agrees; a year that the note leaves out may be told."""
    return all(
        mine in {None, its} or (its is None and place == 0)
        for place, (mine, its) in enumerate(zip(said, read, strict=True))
    )


DAYS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "year": 365}
# A year has 12 months, or 365 days; four weeks are a month, and eight weeks two.
_WITHIN_UNIT, _BETWEEN_UNITS = 0.005, 0.09
# So far off a value may be that is said to be about the other one.
_ABOUT = 0.16


def is_near(said: Figure, read: Figure) -> bool:
    """Whether a span or an amount is about the other one: "almost two years" of 22 months."""
    if said.kind != read.kind or said.high is not None or read.high is not None:
        return False
    if said.kind == "span":
        mine, its = said.value * DAYS.get(said.unit, 1), read.value * DAYS.get(read.unit, 1)
    elif said.kind == "amount" and said.unit == read.unit:
        mine, its = said.value, read.value
    else:
        return False
    return abs(mine - its) <= _ABOUT * its


def _span(said: Figure, read: Figure) -> Reason | None:
    if said.kind == read.kind:
        if said.unit != read.unit and said.value == read.value:
            return Reason.UNIT
        mine, its = said.value * DAYS.get(said.unit, 1), read.value * DAYS.get(read.unit, 1)
        most = _BETWEEN_UNITS if said.unit != read.unit else _WITHIN_UNIT
        if abs(mine - its) <= most * its or _leaves_out_days(said, read):
            return None
        return Reason.NUMBER
    if said.kind == "number" or read.kind == "number":
        counted = said.text[-2:].lower() in {"st", "nd", "rd", "th"}  # "in the 28th week"
        agrees = said.value == read.value and (counted or "age" in {said.role, read.role})
        return None if agrees else Reason.NUMBER
    return Reason.UNIT


def _leaves_out_days(said: Figure, read: Figure) -> bool:
    """Whether whole weeks are said of weeks and days: "at 36 weeks" of 36+3."""
    return said.unit == read.unit == "week" and said.value == int(read.value)


def _amount(said: Figure, read: Figure, measured: frozenset[str]) -> Reason | None:
    if "pair" in {said.kind, read.kind} or said.high is not None or read.high is not None:
        same = (said.value, said.high) == (read.value, read.high)
        if not same and said.unit and read.unit and said.unit != read.unit:
            mine, its = unit_of(said.unit), unit_of(read.unit)
            same = bool(mine and its and _equal(said, read, its, mine))
        return None if same else Reason.NUMBER
    if {said.unit, read.unit} & _COUNTED and {said.kind, read.kind} == {"amount", "number"}:
        return None if said.value == read.value else Reason.NUMBER  # "16 paracetamol tablets"
    if said.kind == "number" or not said.unit:
        labels = {said.unit, read.unit} if read.kind == "number" else set()
        return None if said.value == read.value and len(labels - {""}) < 2 else Reason.NUMBER
    if read.kind == "number" or not read.unit:
        agrees = said.value == read.value
        return None if agrees and said.unit in _UNDERSTOOD else Reason.UNIT if agrees else Reason.NUMBER
    return _measured(said, read, measured)


def _measured(said: Figure, read: Figure, measured: frozenset[str]) -> Reason | None:
    if said.unit == read.unit:
        return None if said.value == read.value else Reason.NUMBER
    mine, its = unit_of(said.unit), unit_of(read.unit)
    if mine and its and _equal(said, read, its, mine):
        return None
    factor = next((_MOLAR[name] for name in measured if name in _MOLAR), None)
    pair = (read.unit, said.unit)
    if factor and pair == ("mg/dL", "mmol/L") and _rounds(read.value / factor, said):
        return None
    if factor and pair == ("mmol/L", "mg/dL") and _rounds(read.value * factor, said):
        return None
    return Reason.UNIT


def _equal(said: Figure, read: Figure, its: Unit, mine: Unit) -> bool:
    there = in_unit(read.value, its, mine)
    if there is None or not _rounds(there, said):
        return False
    if read.high is None or said.high is None:
        return read.high is said.high
    high = in_unit(read.high, its, mine)
    return high is not None and abs(high - said.high) < 1e-6 * max(1.0, abs(high))


def _rounds(value: float, said: Figure) -> bool:
    """Whether a converted value comes to the number that is said, to as many decimals as are said."""
    if abs(value - said.value) <= 1e-6 * max(abs(value), 1e-9):
        return True
    return value >= 1 and abs(value - said.value) <= 0.5 * 10**-said.decimals + 1e-9 and value > 5 * 10**-said.decimals
