"""Problems with what is done for each, operations, and what is over."""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta

from clinical import concepts
from features.summaries.extractive import names
from features.summaries.extractive.handover.going import course_of, may_be, treated_by, went_lately
from features.summaries.extractive.telling import (
    Chart,
    Line,
    Row,
    capital,
    cited,
    day_of,
    listed,
    noted,
    of_status,
    small,
)

_DOUBTED = frozenset({"possible", "confirmed"})
# An operation is told with the problems for so many days.
RECENT_DAYS = 180
# What is over for no longer than this may be followed still.
_OF_LATE = timedelta(days=42)
# "Physiotherapy, three weeks after left hip replacement"
_SINCE = re.compile(
    r"\b(?P<long>(?:\d{1,2}|an?|one|two|three|four|five|six|seven|eight|ten|twelve) (?:days?|weeks?|months?)) "
    r"(?:after|since|following)\b",
    re.IGNORECASE,
)
_SUSPECTED_FOR = timedelta(weeks=12)


def is_forgotten(row: Row, newest: datetime) -> bool:
    """Whether a mere suspicion is so old that the notes since would say more of it."""
    return bool(row["status"] == "possible" and newest - row["last_noted"] > _SUSPECTED_FOR)


def is_unheard(row: Row, newest: datetime) -> bool:
    """Whether what may pass has not been named for long: the notes since do not say whether it is there still."""
    return not concepts.is_lasting(row["concept"]) and not row["treated_by"] and newest - row["last_noted"] > _OF_LATE


def in_order(chart: Chart, newest: datetime) -> list[Row]:
    """The active and possible problems that are not forgotten: what befell of late before what one lives with."""
    rows = [row for row in of_status(chart["problems"], "active", "possible") if not is_forgotten(row, newest)]
    return sorted(rows, key=lambda row: not _befell_lately(row, newest))


def _befell_lately(row: Row, newest: datetime) -> bool:
    if row["status"] != "active" or concepts.is_lasting(row["concept"]):
        return False
    return str(row["since"] or "") >= (newest - _OF_LATE).date().isoformat()


def active_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """The active problems and those that are possible, each with the medicines that are taken for it."""
    current = of_status(chart["medications"], "current")
    for row in in_order(chart, newest):
        possible = row["status"] == "possible"
        course = f", {course_of(row, chart)}" if row.get("course") else ""
        before = went_lately(row)
        course = f", {before['course']} {day_of(before['taken_at'])}" if before and not course else course
        kind = may_be(row)
        likely = f" (possibly {small(kind['quote'])})" if kind else ""
        name = f"{'possible ' if possible else ''}{names.condition(row)}{likely}{course}"
        treated = [] if possible else [drug for drug in current if row in treated_by(drug, chart)]
        done = f" – {listed([names.drug(drug['name']) for drug in treated])}" if treated else ""
        citations = [
            *cited(row, "detail", "course"),
            *filter(None, (kind, before)),
            *first_of(row),
            *(drug["citations"][0] for drug in treated),
        ]
        item = f"{name} (noted {day_of(row['last_noted'])})" if is_unheard(row, newest) else name
        yield Line("problems", f"{capital(name)} ({when(row)}){done}", citations, item)
    for row in just_over(chart, newest):
        name = f"{names.condition(row)}, resolved"
        yield Line("problems", f"{capital(name)} ({noted(row)})", row["citations"][:1], name)


def just_over(chart: Chart, newest: datetime) -> list[Row]:
    """What the newest note says to be over, and no earlier one did."""
    return [
        row
        for row in of_status(chart["problems"], "resolved")
        if row["citations"][0]["taken_at"] == newest
        and row["history"][0].get("resolved")
        and not any(said.get("resolved") and said["taken_at"] != newest for said in row["history"])
    ]


def first_of(row: Row) -> list[Row]:
    """Where a problem was told first, for the day since when it is there."""
    earliest = min(row["history"], key=lambda said: said["taken_at"])
    return [earliest] if row["since"] and earliest["taken_at"] == row["first_noted"] else []


def when(row: Row) -> str:
    """Since when a problem is known, and when a note told of it last."""
    last = day_of(row["last_noted"])
    if not row["since"]:
        first = day_of(row["first_noted"])
        return f"known before {first}" + ("" if first == last else f", last noted {last}")
    since = day_of(row["since"])
    if since == last:
        return last
    # What a note tells first need not have begun on its day.
    told_first = since == day_of(row["first_noted"]) and concepts.is_lasting(row["concept"])
    return f"{'first noted' if told_first else 'since'} {since}, last noted {last}"


def operations_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """The operations of late; what they left in the body is told with the alerts."""
    for row in chart["procedures"]:
        if row["status"] == "done" and is_recent(row, newest) and not concepts.is_implant(row["concept"]):
            text = row["text"].lower() if row["text"].isupper() else row["text"]
            told = f"{text}, {day_of(row['on'])}"
            yield Line("operations", capital(told), row["citations"][:2], told)
        elif row["status"] == "done" and (since := told_since(row, chart)):
            told = f"{row['text']}, {since} before {day_of(chart['encounters'][0]['on'])}"
            yield Line("operations", capital(told), row["citations"][:2], told)


def told_since(row: Row, chart: Chart) -> str:
    """How long before the newest visit an operation without a day was, as the reason of the visit tells: "three weeks".

    Empty where it does not.
    """
    last = chart["encounters"][0] if chart["encounters"] else None
    if last is None or row["on"] or not concepts.is_operation(row["concept"]):
        return ""
    reason = last["citations"][0]
    within = any(
        each["note_id"] == reason["note_id"] and reason["start"] <= each["start"] < reason["end"]
        for each in row["citations"]
    )
    since = _SINCE.search(str(last["reason"])) if within else None
    return since["long"].lower() if since else ""


def is_old(row: Row, newest: datetime) -> bool:
    """Whether it is an operation of old, that left nothing of which everybody has to know."""
    known = concepts.is_implant(row["concept"]) or is_recent(row, newest)
    return concepts.is_operation(row["concept"]) and not known


def is_told_again(row: Row, chart: Chart) -> bool:
    """Whether an operation without a day is one that the chart has with its day: the stent of the week before."""
    kind = str(row["text"]).lower().split(" ")[-1]
    return not row["on"] and any(
        other["on"] and other["status"] == "done" and kind in str(other["text"]).lower().split(" ")
        for other in chart["procedures"]
    )


def is_recent(row: Row, newest: datetime) -> bool:
    """Whether it is an operation, done not long ago."""
    if not row["on"] or not concepts.is_operation(row["concept"]):
        return False
    try:
        day = datetime.fromisoformat(str(row["on"])[:10])
    except ValueError:
        return False
    return (newest.date() - day.date()).days <= RECENT_DAYS


def past_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What is over or was excluded, operations of old, and what runs in the family."""
    told_above = just_over(chart, newest)
    for status in ("resolved", "historical", "ruled_out"):
        for row in of_status(chart["problems"], status):
            if row in told_above:
                continue
            if status != "ruled_out" or was_considered(row):
                told = f"{_head(row, newest)}: {names.condition(row)} ({_days(row, chart)})"
                yield Line("history", told, [*row["citations"][:2], *row["history"][-1:]])
    for row in chart["procedures"]:
        known = is_told_again(row, chart) or told_since(row, chart)
        if row["status"] == "done" and is_old(row, newest) and not known:
            text = row["text"].lower() if row["text"].isupper() else row["text"]
            day = f" ({day_of(row['on'])})" if row["on"] else ""
            yield Line("history", f"{capital(text)}{day}", row["citations"][:2], f"{text}{day}")
    for condition, rows in _by_condition(chart).items():
        relatives = listed([str(row["relative"] or "relative") for row in rows])
        text = f"Family history of {names.relative_condition(condition)} ({relatives})"
        yield Line("family", text, [row["citations"][0] for row in rows])


def _head(row: Row, newest: datetime) -> str:
    """How what is over is told: as resolved, as of the past, or of late; what was denied, as far as that goes."""
    if row["status"] == "ruled_out":
        return "Unlikely" if is_only_unlikely(row) else "Ruled out"
    if row["status"] == "resolved":
        return "Resolved"
    return "Of late" if newest - row["last_noted"] <= _OF_LATE else "Earlier"


def is_only_unlikely(row: Row) -> bool:
    """Whether notes that deny a condition only hold it for unlikely, or saw no sign of it."""
    denials = [said for said in row["history"] if said.get("certainty") == "ruled_out"]
    return bool(denials) and all(said.get("unlikely") for said in denials)


def excluded_on(row: Row) -> datetime:
    """When a condition was excluded, the last time that it was thought of: later notes only tell of that again."""
    day: datetime = row["citations"][0]["taken_at"]
    for said in row["history"]:
        doubted = said.get("unlikely") and not is_only_unlikely(row)
        if said.get("certainty") != "ruled_out" or doubted or day - said["taken_at"] > _OF_LATE:
            break
        day = said["taken_at"]
    return day


def _days(row: Row, chart: Chart) -> str:
    """When it was there: since when, and by when it was over; or the operation that ended it, with its day."""
    last, first = noted(row), day_of(row["first_noted"])
    place = row["citations"][0]
    if row["status"] == "resolved" and not any(_same(said, place) for said in row["history"]):
        operation = next((one for one in chart["procedures"] if any(_same(each, place) for each in _every(one))), None)
        day = day_of(operation["on"]) if operation and operation["on"] else last
        return f"{day}: {str(place['quote']).lower()}"
    told = day_of(row["since"]) if row["since"] else f"told of {first}"
    if row["status"] == "resolved" and all(said.get("resolved") for said in row["history"]):
        return f"over by {first}"  # when it was there, no note tells
    if row["status"] == "ruled_out":
        return day_of(excluded_on(row))
    if first == last:
        return last
    if row["status"] == "resolved":
        return f"{told}, over by {last}"
    goes = next((f"{said['course']} {day_of(said['taken_at'])}" for said in row["history"] if said.get("course")), "")
    return f"{told}, {goes}" if goes else told


def _same(one: Row, other: Row) -> bool:
    return (one["note_id"], one["start"]) == (other["note_id"], other["start"])


def _every(row: Row) -> list[Row]:
    return [*row["citations"], *row["history"]]


def was_considered(row: Row) -> bool:
    """Whether what was ruled out was looked for or held for possible; what is only denied goes without saying."""
    return any(said.get("certainty") in _DOUBTED or said.get("excluded") for said in row["history"])


def _by_condition(chart: Chart) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in chart["family_history"]:
        found.setdefault(str(row["condition"]), []).append(row)
    return found
