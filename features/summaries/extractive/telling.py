"""Statements in the making, and the small words of which they are put together."""

import calendar
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

Row = Mapping[str, Any]
"""A line of the chart."""


@dataclass(frozen=True, slots=True)
class Line:
    """A statement in the making: its section, how the running text puts it, and where the chart has it from."""

    section: str
    text: str
    citations: Sequence[Row]
    short: str = ""
    """Empty where the running text leaves it out."""
    always: bool = False
    """Told although nothing is new about it."""

    @property
    def newest(self) -> datetime:
        """When the newest note was taken that it rests on."""
        moments: list[datetime] = [citation["taken_at"] for citation in self.citations]
        return max(moments)


def capital(text: str) -> str:
    """With a capital at the beginning."""
    return f"{text[:1].upper()}{text[1:]}"


def ended(text: str) -> str:
    """With a full stop."""
    return text if text.endswith((".", "!", "?")) else f"{text}."


def listed(items: Sequence[str], most: int = 99) -> str:
    """Several things in a row, and that there are more, if so."""
    shown = list(items[:most])
    if len(items) > most:
        shown.append("others")
    if len(shown) < 2:
        return "".join(shown)
    return f"{', '.join(shown[:-1])} and {shown[-1]}"


def day_of(told: Any, *, whole: bool = False) -> str:
    """A day, month or year as it is read: 15 Mar 2024; with `whole`, 15 March 2024."""
    names = calendar.month_name if whole else calendar.month_abbr
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


def number(value: Any) -> str:
    """A value as it is read: 66, not 66.0."""
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e6 else str(value)


def of_status(rows: Sequence[Row], *statuses: str) -> list[Row]:
    """The lines of the chart that have one of these statuses."""
    return [row for row in rows if row["status"] in statuses]


def earlier(row: Row) -> tuple[Row | None, Row | None]:
    """Of a drug that is taken: where it was stopped, and where it was begun again; None if it never was."""
    told = list(row["history"])  # the newest first
    stop = next((at for at, said in enumerate(told) if said.get("status") == "stopped"), None)
    if stop is None or stop == 0:
        return None, None
    again = next(
        (said for said in reversed(told[:stop]) if said.get("status") in {"started", "continued", "changed"}), None
    )
    return (told[stop], again) if again else (None, None)
