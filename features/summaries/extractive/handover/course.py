"""The course: each encounter with why it was, and what changed in it; and what was found."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from itertools import groupby, pairwise

from clinical import concepts
from clinical.assessments import is_judgement, is_wish
from clinical.safeguards import is_of_swallowing
from features.summaries.extractive import names
from features.summaries.extractive.handover.happenings import events_of
from features.summaries.extractive.telling import Chart, Line, Row, capital, day_of, listed, of_status, small

_TITLE = re.compile(r"clinic|review|record|session|request|referral", re.IGNORECASE)
_WORD = re.compile(r"\w+")
# Words that begin alike are taken for the same.
_STEM = 6
_MORE = frozenset({"increa", "worsen"})
# So many findings of an examination stand in one statement.
_SIGNS_TOGETHER = 6
_KINDS = {
    "procedure": "operation",
    "emergency": "emergency visit",
    "laboratory": "laboratory report",
    "correspondence": "letter",
    "progress": "",
    "other": "",
}
# What brought the patient to hospital, which the shortest summary tells as well.
EVENTS = frozenset({"emergency", "admission"})
_SCAN = re.compile(r"(?:ct|mri|x-?rays?|ultrasound|chest film|echo)\b", re.IGNORECASE)
_MOST_SCANS = 2
# Who is admitted so soon after an emergency visit has come but once.
# What is not there is the least of how it goes.
_DENIED = re.compile(r"(?:no|denie[sd]|nil|not?)\b", re.IGNORECASE)
_LONGEST_STAY = timedelta(days=60)
_SAME_STAY = timedelta(hours=36)


def encounters_of(chart: Chart) -> Iterator[Line]:
    """One line for each encounter of which a reason or a change is told, the newest first."""
    reasons = {row["citations"][0]["note_id"]: row for row in chart["encounters"]}
    events, later = events_of(chart), later_of_stays(chart)
    complaints = complaints_of(chart)
    moments = {row["citations"][0]["note_id"]: row["citations"][0]["taken_at"] for row in chart["encounters"]}
    moments |= {note: rows[0]["citations"][0]["taken_at"] for note, rows in complaints.items()}
    moments |= {said["note_id"]: said["taken_at"] for told in events.values() for _, said in told}
    judged = _seen_last(chart, moments)
    moments |= {note: rows[0]["citations"][0]["taken_at"] for note, rows in judged.items()}
    for note in sorted(moments, key=lambda note: (moments[note], str(note)), reverse=True):
        reason = reasons.get(note)
        told = events.get(note, [])
        felt = complaints.get(note, [])
        symptoms = [f"Symptoms: {listed([small(row['text']) for row in felt])}"] if felt else []
        state = judged.get(note, [])
        judgement = ["; ".join(capital(row["text"]) for row in state)] if state else []
        parts = [*([reason_of(reason)] if reason else []), *judgement, *symptoms, *_together(told)]
        citations = [
            *(row["citations"][0] for row in state),
            *(reason["citations"] if reason else ()),
            *(row["citations"][0] for row in felt),
            *(said for _, said in told),
        ]
        kind = reason["type"] if reason else ""
        arrived = kind in EVENTS and note not in later
        manner = "event" if arrived else "discharge" if kind == "discharge" else ""
        day = day_of(moments[note])
        item = ""
        if manner == "discharge" and reason:
            passed = [names.condition(row) for row in passed_in_stay(chart, reason)]
            item = f"Discharge letter {day}{f'. In the stay: {listed(passed)}, resolved' if passed else ''}"
        text = f"{day}: {'. '.join(parts)}"
        scans = _scans_of(note, chart) if arrived else []
        most = ". ".join([text, *(capital(row["text"]) for row in scans)]) if scans else ""
        places = [*citations, *(row["citations"][0] for row in scans)]
        yield Line("course", text, places, item, most=most, manner=manner)


def _seen_last(chart: Chart, told: Mapping[object, object]) -> dict[object, list[Row]]:
    """How the newest notes that judge it find the patient, of those of which the course has nothing else to tell."""
    return {note: rows for rows in judgements_of(chart) if (note := rows[0]["citations"][0]["note_id"]) not in told}


def passed_in_stay(chart: Chart, letter: Row) -> list[Row]:
    """What came up in the stay that a letter ends, and was over with it: for a colleague, its complications."""
    left = letter["citations"][0]["taken_at"]
    came = next(
        (
            row["citations"][0]["taken_at"]
            for row in chart["encounters"]
            if row["type"] in EVENTS and timedelta() < left - row["citations"][0]["taken_at"] <= _LONGEST_STAY
        ),
        None,
    )
    if came is None:
        return []
    return [
        row
        for row in chart["problems"]
        if row["status"] == "resolved"
        and not concepts.is_lasting(row["concept"])
        and came <= row["first_noted"] < left
        and row["last_noted"] <= left
    ]


def later_of_stays(chart: Chart) -> frozenset[object]:
    """The notes on an admission that came out of an emergency visit of the day before or the same: one arrival."""
    rows = chart["encounters"]
    later = (
        row["citations"][0]["note_id"]
        for row, before in pairwise(rows)
        if (row["type"], before["type"]) == ("admission", "emergency")
        and row["citations"][0]["taken_at"] - before["citations"][0]["taken_at"] <= _SAME_STAY
    )
    return frozenset(later)


def complaints_of(chart: Chart) -> dict[object, list[Row]]:
    """What the patient complained of, by note, without what the reason of the visit says already."""
    reasons = {row["citations"][0]["note_id"]: row["citations"][0] for row in chart["encounters"]}
    found: dict[object, list[Row]] = {}
    for row in chart["symptoms"]:
        place = row["citations"][0]
        reason = reasons.get(place["note_id"])
        told = found.get(place["note_id"], [])
        if reason is not None and _is_said(row, reason["quote"]):
            continue
        if not any(_is_said(row, other["text"]) for other in told):
            found.setdefault(place["note_id"], []).append(row)
    return found


def _is_said(row: Row, text: str) -> bool:
    """Whether a text names a symptom: "Right elbow pain" says "elbow pain", and "breathless" says "breathlessness"."""
    return _stems(row["text"]) <= _stems(text)


def _stems(text: str) -> set[str]:
    return {word.rstrip("s")[:_STEM] for word in _WORD.findall(text.lower())} - _MORE


def reason_of(row: Row) -> str:
    """Why the patient was seen, with the kind of the note."""
    text = row["reason"].capitalize() if row["reason"].isupper() else row["reason"]
    kind = _KINDS.get(row["type"], str(row["type"]))
    is_title = ":" in text or _TITLE.search(text) is not None or kind.split(" ")[0] in text.lower()
    return f"{kind}, {text}" if kind and not is_title else capital(text)


def _scans_of(note: object, chart: Chart) -> list[Row]:
    """What scans showed, of a note."""
    return [
        row
        for row in chart["findings"]
        if row["origin"] == "result" and row["citations"][0]["note_id"] == note and _SCAN.match(row["text"])
    ][:_MOST_SCANS]


def _together(told: list[tuple[str, Row]]) -> Iterator[str]:
    by_head: dict[str, list[str]] = {}
    for text, _ in told:
        head, _, what = text.partition("|")
        by_head.setdefault(head, []).append(what)
    for head, items in by_head.items():
        own = list(dict.fromkeys(items))
        apart = len(own) > 1 and any(" and " in item for item in own)
        yield f"{head}: {'; '.join(own) if apart else listed(own)}"


def kind_of(place: Row, chart: Chart) -> str:
    """The type of the note that a place stands in, where it says why the patient was seen."""
    kinds = {row["citations"][0]["note_id"]: str(row["type"]) for row in chart["encounters"]}
    return kinds.get(place["note_id"], "")


def judgements_of(chart: Chart) -> list[list[Row]]:
    """How the patient is getting on, by the notes that judge it, the newest first."""
    advised = {str(row["text"]).lower() for row in chart["advice"]}
    judged = (
        row
        for row in chart["findings"]
        if row["origin"] == "assessment" and row["text"].lower() not in advised and not is_of_swallowing(row["text"])
    )
    return [list(group) for _, group in groupby(judged, lambda row: row["citations"][0]["note_id"])]


_STILL = re.compile(r"\bstill\b", re.IGNORECASE)


def weight_of_judgement(text: str) -> int:
    """The order in which the running text tells how it goes: judgements, what is so, what is wished, what is not."""
    # What is left comes behind how it goes: "healing as expected; still tender".
    return (
        0 if is_judgement(text) and not _STILL.search(text) else 2 if is_wish(text) else 3 if _DENIED.match(text) else 1
    )


def _is_told(text: str, chart: Chart) -> bool:
    """Whether how it goes is told with the problem itself ("COPD, stable"), with what is ahead, or as the reason."""
    ahead = (str(row["text"]).lower() for row in chart["next_steps"])
    if text.lower() in {*ahead, *(str(row["reason"]).lower() for row in chart["encounters"])}:
        return True
    for row in of_status(chart["problems"], "active", "possible"):
        course = str(row.get("course") or "")
        if course and text.lower().endswith(course.lower()):
            rest = text[: -len(course)].strip(" ,:")
            if concepts.concept_of(rest, "condition") == row["concept"]:
                return True
    return False


def findings_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What was found: each result, and what an examination found in one statement, or a few.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
    """
    for rows in judgements_of(chart):
        told = "; ".join(capital(row["text"]) for row in rows)
        places = [row["citations"][0] for row in rows]
        day = day_of(rows[0]["on"])
        texts = sorted((str(row["text"]) for row in rows), key=weight_of_judgement)
        parts = [small(part) for text in texts for part in text.split("; ") if not _is_told(part, chart)]
        yield Line("state", f"{told} ({day})", places, manner=kind_of(places[0], chart), parts=parts,
                   as_of=_unless(day, newest))  # fmt: skip
    found = [row for row in chart["findings"] if row["origin"] != "assessment"]
    by_place = groupby(found, lambda row: (row["citations"][0]["note_id"], row["origin"]))
    for number, ((_, origin), group) in enumerate(by_place):
        rows = list(group)
        most = 1 if origin == "result" else _SIGNS_TOGETHER
        for at in range(0, len(rows), most):
            some = rows[at : at + most]
            told = "; ".join(capital(row["text"]) for row in some)
            manner = (
                "newest" if origin == "result" and number == at == 0 else ""
            )  # told in brief as well, if there is room
            day = day_of(some[0]["on"])
            yield Line("findings", f"{told} ({day})", [row["citations"][0] for row in some], small(told),
                       manner=manner, as_of=_unless(day, newest))  # fmt: skip


def _unless(day: str, newest: datetime) -> str:
    """A day, unless it is that of the newest note, which the running text begins with."""
    return "" if day == day_of(newest) else day
