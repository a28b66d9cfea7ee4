"""What happened at a visit: what became of medicines, what saved a life, what was new, worse or excluded."""

import re
from collections.abc import Iterator
from datetime import timedelta

from clinical import concepts
from features.summaries.extractive import names
from features.summaries.extractive.events import banned_on, changes_of
from features.summaries.extractive.handover.medications import is_of_a_stay
from features.summaries.extractive.telling import Chart, Row, day_of, of_status, small

# What comes slowly, though it may go; and notes of what has only just begun.
_SLOW = re.compile(r"anemia|menorrhagia|deficiency|herniation|\btear\b|\bcyst\b|stenosis|ulcer|stones?\b|pain\b")
_ACUTE = frozenset({"emergency", "admission", "discharge", "imaging"})
# One pain may go by several names.
_PAIN = re.compile(r"\b(?:chronic|neuropathic|radicular|nerve|back) pain\b")
_WORSE = re.compile(r"\b(?:acute|decompensated)\b(?!.{0,100}?\bon chronic\b)", re.IGNORECASE)
_RESCUES = frozenset({"epinephrine", "adrenaline", "naloxone", "glucagon", "flumazenil"})
_LONGEST_NAME, _ONE_TIME = 90, timedelta(days=30)


def events_of(chart: Chart) -> dict[object, list[tuple[str, Row]]]:
    """What was started, changed and stopped, and what was found out, by note."""
    found: dict[object, list[tuple[str, Row]]] = {}
    for row in chart["medications"]:
        for text, said, place in _happened_to(row, chart):
            found.setdefault(said["note_id"], []).append((text, place))
    for _, said in worsenings_of(chart):
        found.setdefault(said["note_id"], []).insert(0, (f"Diagnosis|{small(said['quote'])}", said))
    for text, said in _found_out(chart):
        found.setdefault(said["note_id"], []).append((text, said))
    return found


def _happened_to(row: Row, chart: Chart) -> Iterator[tuple[str, Row, Row]]:
    """What became of a medicine, by what a note says of it, and a place where that stands."""
    for said in rescues_of(row):
        yield f"Given|{small(said['quote'])}", said, said
    changes = [each for each in changes_of(row) if not was_banned_before(row, chart, *each[::2])]
    exchanged = {said["note_id"] for verb, _, said in changes if verb == "Stopped"} & {
        said["note_id"] for verb, _, said in changes if verb == "Restarted"
    }
    for verb, amount, said in changes:
        if said["note_id"] in exchanged:  # one form of it for another
            if verb == "Restarted":
                *drug, form = names.drug(row["name"]).split()
                to = " ".join(part for part in (form if drug else "", amount) if part)
                yield f"Changed|{' '.join(drug or [form])} to {to}", said, said
            continue
        to = " to" if amount and verb == "Changed" else ""
        text = f"{_named_then(row, said)}{to} {amount}".strip()
        ends, until = _end_of(row) if verb == "Started" else ("", None)
        yield f"{verb}|{text}{ends}", said, said
        if until is not None:
            yield f"{verb}|{text}{ends}", said, until


def _found_out(chart: Chart) -> Iterator[tuple[str, Row]]:
    """What was looked for and excluded, and which problems were new, with where that stands."""
    for row in of_status(chart["problems"], "ruled_out"):
        if any(said.get("excluded") and not said.get("unlikely") for said in row["history"]):
            denials = [said for said in row["history"] if said.get("certainty") == "ruled_out"]
            first = next(said for said in reversed(denials) if not said.get("unlikely"))
            yield f"Excluded|{names.condition(row)}", first
    for row in chart["problems"]:
        first = row["history"][-1] if row["history"] else None
        if first and row["since"] and first.get("certainty") == "confirmed" and _is_new(row, first, chart):
            yield f"New|{names.condition(row)}", first


def rescues_of(row: Row) -> Iterator[Row]:
    """Where a note tells of a dose of what is given to save a life, given once and then."""
    if row["ingredient"] in _RESCUES:
        for said in row["history"]:
            once = said.get("status") == "mentioned" and said.get("certainty", "actual") == "actual"
            if once and said.get("dose") and not said.get("frequency") and said.get("section") == "subjective":
                yield said


def was_banned_before(row: Row, chart: Chart, verb: str, said: Row) -> bool:
    """Whether a stop that a patient tells of is one of what was forbidden before, and not taken since."""
    day = banned_on(row, chart)
    return verb == "Stopped by then" and day is not None and day < said["taken_at"]


def worsenings_of(chart: Chart) -> Iterator[tuple[Row, Row]]:
    """Where what was known got suddenly worse: the problem, and where that is told first of each time."""
    kinds = {each["citations"][0]["note_id"]: each["type"] for each in chart["encounters"]}
    for row in chart["problems"]:
        last = None
        for said in reversed(row["history"]):
            if _WORSE.search(str(said.get("detail") or "")) is None:
                continue
            known = said["taken_at"] > row["first_noted"] and len(str(said["quote"])) <= _LONGEST_NAME
            again = last is not None and said["taken_at"] - last <= _ONE_TIME
            if known and not again and kinds.get(said["note_id"]) in _ACUTE:
                yield row, said
            last = said["taken_at"]


def _end_of(row: Row) -> tuple[str, Row | None]:
    """When what was begun was to end, where that is over; and where that stands."""
    if row["status"] != "completed" or not row["until"]:
        return "", None
    if row["until"] == row["since"]:
        return " once", None
    if is_of_a_stay(row):
        return " in hospital", None
    return f" until {day_of(row['until'])}", (row.get("sources") or {}).get("until", row["citations"][0])


def _is_new(row: Row, first: Row, chart: Chart) -> bool:
    """Whether a problem was new when it was told first.

    What comes slowly need not be when the first note of all tells it, unless that is of an emergency or a stay; nor
    what another place had before: worn hips are old when the right one is operated on.
    """
    earliest = min((each["history"][-1]["taken_at"] for each in chart["problems"] if each["history"]), default=None)
    kind = next((each["type"] for each in chart["encounters"] if _is_of(each, first)), "")
    slow = concepts.is_lasting(row["concept"]) or _SLOW.search(row["concept"])
    if slow and first["taken_at"] == earliest and kind not in _ACUTE:
        return False
    return not any(
        each is not row
        and (each["concept"] == row["concept"] or (_PAIN.search(each["concept"]) and _PAIN.search(row["concept"])))
        and each["first_noted"] < row["first_noted"]
        for each in chart["problems"]
    )


def _is_of(encounter: Row, said: Row) -> bool:
    return bool(encounter["citations"][0]["note_id"] == said["note_id"])


def _named_then(row: Row, said: Row) -> str:
    """A drug, without a form ("MR") that it has only later."""
    *drug, form = str(row["name"]).split()
    later = drug and form in names.FORMS and form not in said["quote"].lower().split()
    return names.drug(" ".join(drug) if later else row["name"])
