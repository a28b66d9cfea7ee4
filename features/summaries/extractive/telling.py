"""Statements in the making, and the small words of which they are put together."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from features.summaries.shape import Audience

Row = Mapping[str, Any]
"""A line of the chart."""
Chart = Mapping[str, Sequence[Row]]
"""What `features.chart.reconcile` answers."""
SYSTOLIC, DIASTOLIC = "systolic_blood_pressure", "diastolic_blood_pressure"


@dataclass(frozen=True, slots=True)
class Line:
    """A statement in the making: its section, its words, and where the chart has it from."""

    section: str
    text: str
    citations: Sequence[Row]
    item: str = ""
    """How the running text lists it; empty where that leaves it out."""
    least: str = ""
    """The same as shortly as can be, where there is little room."""
    most: str = ""
    """The same with all that a statement has room for."""
    as_of: str = ""
    """The day as of which the item is told, where it may have changed since; of what is ahead, what it shares with
    others: when it was planned, or "Next"."""
    parts: Sequence[str] = ()
    """What it says, the weightiest first, where the running text may tell some of it alone."""
    weight: int = 0
    """How much it would be missed in the running text, where that differs within a section."""
    manner: str = ""
    """What sets it apart from others of its section: "denied", "possible"."""
    always: bool = False
    """Told although nothing is new about it."""

    @property
    def newest(self) -> datetime:
        """When the newest note was taken that it rests on."""
        moments: list[datetime] = [citation["taken_at"] for citation in self.citations]
        return max(moments)


def capital(text: str) -> str:
    """With a capital at the beginning, unless it is written otherwise: eGFR."""
    return text if text[1:2].isupper() else f"{text[:1].upper()}{text[1:]}"


def small(text: str) -> str:
    """Without a capital at the beginning, unless it is an abbreviation."""
    return text if text[1:2].isupper() or not text[1:] or text.startswith("I ") else f"{text[:1].lower()}{text[1:]}"


def ended(text: str) -> str:
    """With a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def listed(items: Sequence[str], most: int = 99, *, last: str = "and") -> str:
    """Several things in a row, and that there are more, if so."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append("others")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} {last} {shown[-1]}"


def day_of(told: Any, audience: Audience = "clinician") -> str:
    """A day, month or year as it is read: 15 Mar 2024, for relatives 15 March 2024; other words as they are."""
    names = calendar.month_name if audience == "family" else calendar.month_abbr
    if isinstance(told, date):  # a moment is one too
        return f"{told.day} {names[told.month]} {told.year}"
    parts = str(told)[:10].split("-")
    if not all(part.isdecimal() for part in parts):
        return str(told)
    year, *rest = parts
    if not rest or not 1 <= int(rest[0]) <= 12:
        return year
    day = f"{int(rest[1])} " if len(rest) > 1 else ""
    return f"{day}{names[int(rest[0])]} {year}"


def noted(row: Row, audience: Audience = "clinician") -> str:
    """The day of the newest note that a line of the chart rests on."""
    return day_of(row["citations"][0]["taken_at"], audience)


def number(value: Any) -> str:
    """A value as it is read: 66, not 66.0."""
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def of_status(rows: Sequence[Row], *statuses: str) -> list[Row]:
    """The lines of the chart that have one of these statuses."""
    return [row for row in rows if row["status"] in statuses]


def cited(row: Row, *parts: str, most: int = 1) -> list[Row]:
    """Where a line of the chart stands: the newest places, and those that `parts` of it are from."""
    sources = row.get("sources") or {}
    every = [*row["citations"][:most], *(sources[part] for part in parts if part in sources)]
    places = {(each["note_id"], each["start"], each["end"]): each for each in every}
    return list(places.values())
