"""How much each of the latest measurements matters: by what the patient has and takes, and by what it shows."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from clinical import concepts
from features.summaries.extractive import names
from features.summaries.extractive.telling import DIASTOLIC, SYSTOLIC, Chart, Row, of_status

# What adults have when nothing is amiss (NEWS2: no point); in the units in which such values are stored.
USUAL = {
    "heart_rate": (51, 90),
    "respiratory_rate": (12, 20),
    "body_temperature": (36.1, 38.0),
    "oxygen_saturation": (96, 100),
    "pain_score": (0, 0),
}
# High blood pressure begins above these (NICE NG136); what is low is so by NEWS2.
# Pain is mild up to 3 of 10. A heart that pumps out half of its blood or more is not weak (ESC 2021).
_NOT_AMISS = {SYSTOLIC: (101, 139), DIASTOLIC: (50, 89), "pain_score": (0, 3), "ejection_fraction": (50, 100)}
_OF_A_PROBLEM, _OF_A_MEDICINE, _AMISS, _CHANGED, _WATCHED = 3, 3, 3, 1, 3
# Of two that matter alike, what somebody sent blood for comes first.
_OF_A_TEST = 1
# What was measured longer ago tells little of how it is now.
_JUST_NOW, _LATELY, _OF_OLD = timedelta(days=7), timedelta(days=42), timedelta(days=180)


class _Rests(NamedTuple):
    """What makes a measurement matter: problems, and medicines or classes of them."""

    problems: frozenset[str]
    medicines: tuple[str, ...]


@cache
def _table() -> Mapping[str, _Rests]:
    text = files(__package__).joinpath("measures.txt").read_text(encoding="utf-8")
    found = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            name, problems, medicines = (part.strip() for part in line.split("|"))
            known = frozenset(concepts.concept_of(one, "condition") for one in _parts(problems))
            found[name] = _Rests(known, tuple(_parts(medicines)))
    return found


def _parts(text: str) -> list[str]:
    return [part.strip() for part in text.split(";") if part.strip()]


def weight_of(row: Row, chart: Chart, newest: datetime) -> int:
    """How much a measurement matters: 0 where nothing rests on it, and it is as it should be.

    Args:
        row: The measurement.
        chart: What the notes come to.
        newest: When the newest note was taken.
    """
    age = newest.date() - _day_of(row)
    if age > _OF_OLD:
        return 0
    weight = _needed(row["name"], chart)
    weight += _AMISS if is_amiss(row) else 0
    weight += _WATCHED if _is_watched(row["name"], chart) else 0
    earlier = next((one for one in row["history"] if one["unit"] == row["unit"]), None)
    if row["kind"] == "lab" or row["name"] == "weight":
        weight += _CHANGED if earlier is not None and earlier["value"] != row["value"] else 0
    weight += _OF_A_TEST if weight and row["kind"] == "lab" else 0
    return max(weight - (age > _JUST_NOW) - (age > _LATELY), 0)


def _needed(name: str, chart: Chart) -> int:
    """Whether problems of the patient, or medicines, rest on a measurement."""
    rests = _table().get(name)
    if rests is None:
        return 0
    had = any(
        not rests.problems.isdisjoint({problem["concept"], *concepts.broader(problem["concept"])})
        for problem in of_status(chart["problems"], "active", "possible")
    )
    taken = of_status(chart["medications"], "current")
    given = any(concepts.is_a(drug["ingredient"], one) for drug in taken for one in rests.medicines)
    return had * _OF_A_PROBLEM + given * _OF_A_MEDICINE


def is_amiss(row: Row) -> bool:
    """Whether a value is not as it should be: as the note says, or of a vital sign, as it is for adults."""
    if row["flag"] in {"high", "low"}:
        return True
    usual = _NOT_AMISS.get(row["name"]) or USUAL.get(row["name"])
    return usual is not None and isinstance(row["value"], int | float) and not usual[0] <= row["value"] <= usual[1]


def _is_watched(name: str, chart: Chart) -> bool:
    """Whether what keeps the patient safe counts from a measurement: "weight every morning, call if up 2 kg"."""
    said = names.measure(name).lower()
    return any(row.get("safety_net") and said in row["text"].lower().split() for row in chart["advice"])


def _day_of(row: Row) -> date:
    """The day of a measurement; that of its note, where its own is told in words: "last visit"."""
    try:
        return date.fromisoformat(str(row["at"])[:10])
    except ValueError:
        taken: datetime = row["citations"][0]["taken_at"]
        return taken.date()
