"""The latest measurements, those that matter first, each with its day and what it was before."""

import re
from collections.abc import Iterator
from datetime import date, datetime

from clinical.measurements.provoked import is_strain
from features.summaries.extractive import names
from features.summaries.extractive.measures import USUAL, weight_of
from features.summaries.extractive.telling import DIASTOLIC, SYSTOLIC, Chart, Line, Row, capital, day_of, listed, number

# In the order in which they are told; what is not here follows, the newest first.
_ORDER = (
    *("heart_rate", "oxygen_saturation", "respiratory_rate", "body_temperature", "weight", "ejection_fraction"),
    *("egfr", "creatinine", "potassium", "sodium", "hemoglobin", "hemoglobin_a1c", "ldl_cholesterol", "inr", "crp"),
    *("alt", "pain_score", "bmi"),
)
_PAIN_DAYS = 14
# ", was 66 on 3 Aug 2026"
_WAS = re.compile(r", was [\d./]+")
_NO_SPACE = ("%", "/")


def lines_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """One line each; both blood pressures are one.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
    """
    values = {row["name"]: row for row in chart["measurements"]}
    high, low = values.get(SYSTOLIC), values.get(DIASTOLIC)
    paired = high is not None and low is not None and high["at"] == low["at"]
    if high and low and paired:
        told = f"BP {number(high['value'])}/{number(low['value'])} mmHg"
        before, cited = _pressure_before(high, low)
        beside = _pressure_beside(high, low)
        before, cited = f"{beside[0]}{before}", [*beside[1], *cited]
        text = f"{told}{before} ({day_of(high['at'])})"
        item, least = _items(told, before, str(high["at"]), newest)
        weight = max(weight_of(high, chart, newest), weight_of(low, chart, newest))
        places = [*high["citations"], *low["citations"], *cited]
        yield Line("measurements", text, places, item, least=least, weight=weight)
    last = max((str(row["at"])[:10] for row in chart["measurements"] if row["kind"] == "vital"), default="")
    usual = [row for row in chart["measurements"] if str(row["at"])[:10] != last and _is_usual(row)]
    rows = [row for row in chart["measurements"] if row not in usual and not _is_of_an_old_pain(row, last)]
    rows = [row for row in rows if not (paired and row["name"] in {SYSTOLIC, DIASTOLIC})]
    newest_first = sorted(rows, key=lambda row: str(row["at"]), reverse=True)
    for row in sorted(newest_first, key=_rank):
        pains = _pains(row)
        told = capital(f"{names.measure(row['name'])} {listed(pains[0]) if pains else value_of(row)}")
        flag = f" ({row['flag']})" if row["flag"] in {"high", "low"} else ""
        before, cited = ("", pains[1]) if pains else _before(row)
        beside = _beside(row)
        manner = (
            "changed"
            if (row["kind"] == "lab" or row["name"] == "weight") and cited and row["value"] != cited[0]["value"]
            else ""
        )
        manner = "amiss" if flag and row["kind"] == "lab" else manner
        text = f"{told}{flag}{beside[0]}{before} ({day_of(row['at'])})"
        item, least = _items(f"{told}{flag}", f"{beside[0]}{before}", str(row["at"]), newest)
        places = [*row["citations"], *beside[1], *cited]
        weight = weight_of(row, chart, newest)
        yield Line("measurements", text, places, item, least=least, manner=manner, weight=weight)
    if usual:
        told = listed([f"{names.measure(row['name'])} {value_of(row)} ({day_of(row['at'])})" for row in usual])
        yield Line("measurements", f"Earlier: {told}", [row["citations"][0] for row in usual])


def _items(told: str, before: str, at: str, newest: datetime) -> tuple[str, str]:
    """How the running text tells a value, in full with the one before, and shortly; and its day, if that is older."""
    day = "" if at[:10] == newest.date().isoformat() else f" ({day_of(at)})"
    was = _WAS.match(before)
    return f"{told}{was.group() if was else ''}{day}", f"{told}{day}"


def _is_of_an_old_pain(row: Row, last: str) -> bool:
    """Whether it is how bad a pain was before: the notes since would say if it were there still."""
    if row["name"] != "pain_score" or not last:
        return False
    try:
        return (date.fromisoformat(last) - date.fromisoformat(str(row["at"])[:10])).days > _PAIN_DAYS
    except ValueError:  # in the note's words: "last visit"
        return True


def _is_usual(row: Row) -> bool:
    """Whether a vital sign is as it should be."""
    usual = USUAL.get(row["name"])
    return usual is not None and isinstance(row["value"], int | float) and usual[0] <= row["value"] <= usual[1]


def _rank(row: Row) -> int:
    return _ORDER.index(row["name"]) if row["name"] in _ORDER else len(_ORDER)


def value_of(row: Row) -> str:
    """A value with its unit: 97%, 2/10, 37.2 °C."""
    unit = row["unit"] or ""
    return f"{number(row['value'])}{'' if not unit or unit.startswith(_NO_SPACE) else ' '}{unit}"


def _before(row: Row) -> tuple[str, list[Row]]:
    note = row["citations"][0]["note_id"]
    rested = [one for one in row["history"] if not is_strain(str(one["at"]))]
    earlier = next((one for one in rested if one["note_id"] != note), None)
    if earlier is None and row["kind"] == "lab":  # "tryptase 18 ug/L, then 9"
        same = next((one for one in rested if one["unit"] == row["unit"] and one["value"] != row["value"]), None)
        return (f", {number(same['value'])} before", [same]) if same else ("", [])
    if earlier is None or earlier["unit"] != row["unit"]:
        return "", []
    if earlier["value"] == row["value"]:
        return f", as {_when(earlier['at'])}", [earlier]
    return f", was {number(earlier['value'])} {_when(earlier['at'])}", [earlier]


def _pains(row: Row) -> tuple[list[str], list[Row]] | None:
    """How bad the pains of several places or times are that one note tells, in its order: which is whose, it says."""
    note = row["citations"][0]["note_id"]
    others = [one for one in reversed(row["history"]) if one["note_id"] == note]
    if row["name"] != "pain_score" or not others:
        return None
    return [f"{number(one['value'])}/10" for one in (*others, row)], others


def _beside(row: Row) -> tuple[str, list[Row]]:
    """What was measured in the same note under a strain, or behind what opens the airways, and where that stands."""
    note = row["citations"][0]["note_id"]
    found = [one for one in row["history"] if one["note_id"] == note and is_strain(str(one["at"]))]
    return "".join(f", {number(one['value'])} {one['at']}" for one in found), found


def _pressure_beside(high: Row, low: Row) -> tuple[str, list[Row]]:
    """The same of a blood pressure: "132/80 standing"."""
    told, places = "", []
    for one in _beside(high)[1]:
        other = next((each for each in low["history"] if each["start"] == one["start"]), None)
        if other is not None:
            told += f", {number(one['value'])}/{number(other['value'])} {one['at']}"
            places += [one, other]
    return told, places


def _when(at: str) -> str:
    """On a day, in a month or year; in the note's own words where it has no date: "last year"."""
    day = day_of(at)
    return f"{'on' if day[:1].isdigit() and ' ' in day else 'in' if day[-4:].isdigit() else ''} {day}".strip()


def _pressure_before(high: Row, low: Row) -> tuple[str, list[Row]]:
    for one in high["history"]:
        other = next((each for each in low["history"] if each["at"] == one["at"]), None)
        known = str(one["at"])[:1].isdigit()  # no "previous" reading of the same note
        if other is not None and known and (one["value"], other["value"]) != (high["value"], low["value"]):
            return f", was {number(one['value'])}/{number(other['value'])} on {day_of(one['at'])}", [one, other]
    return "", []
