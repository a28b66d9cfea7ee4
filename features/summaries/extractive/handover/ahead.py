"""What is still to be done, and what nothing settles."""

import re
from collections.abc import Iterator

from features.summaries.extractive.telling import Chart, Line, Row, capital, day_of, noted, small

_REVIEW = re.compile(
    r"(?:clinic |next )?(?:review|clinic|follow|see|back|again|check|appointment|come back)\b", re.IGNORECASE
)
_PLACE = re.compile(r"[\w' -]*?\b(?:clinic|nurse|outpatients?)\b", re.IGNORECASE)
_PREPOSITIONS = ("after ", "in ", "at ", "within ", "on ", "from ")


def steps_of(chart: Chart) -> Iterator[Line]:
    """The steps ahead, then what the newest plan advises."""
    for row in chart["next_steps"]:
        text = step(row)
        where = f"{visit_of(row)}, " if visit_of(row) else ""
        told = f"{text} (planned {noted(row)})" if row.get("then") else f"{text} ({where}{noted(row)})"
        yield Line("plan", capital(told), row["citations"], told if row.get("then") else text)
    for row in chart["advice"]:
        yield Line("plan", f"{capital(row['text'])} ({day_of(row['on'])})", row["citations"], "")


def visit_of(row: Row) -> str:
    """Where a bare review was planned, which is where it will be: "diabetes clinic"; else nothing."""
    place = _PLACE.match(str(row.get("about") or ""))
    if place is None or not _REVIEW.match(row["text"]) or place.group().lower() in row["text"].lower():
        return ""
    return small(place.group())


def step(row: Row) -> str:
    """A step with its day and its condition."""
    text = str(row["text"]).removeprefix("please ").removeprefix("Please ")
    due = day_of(row["due"]) if row["due"] else ""
    if due and due.lower() not in text.lower() and str(row["due"]).lower() not in text.lower():
        text = f"{text} {due}" if due.lower().startswith(_PREPOSITIONS) else f"{text}, due {due}"
    condition = row["condition"]
    if not condition or condition.lower() in text.lower():
        return text
    if row["text"].lower() in condition.lower() or condition == row["citations"][0]["quote"]:
        return str(condition)
    return f"{condition}: {text}"


def conflicts_of(chart: Chart) -> Iterator[Line]:
    """Where notes contradict each other."""
    for row in chart["conflicts"]:
        sides = "; ".join(f"{side['said']} ({day_of(side['taken_at'])})" for side in row["between"])
        yield Line("conflicts", f"Notes disagree on {row['about']}: {sides}", row["between"], always=True)
