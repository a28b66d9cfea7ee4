"""What comes next, what the notes do not agree on, and what happened, as far as it can be said plainly."""

import re
from collections.abc import Iterator

from features.summaries.extractive.family.person import Person
from features.summaries.extractive.handover.ahead import step, visit_of
from features.summaries.extractive.handover.course import EVENTS, complaints_of
from features.summaries.extractive.telling import Chart, Line, Row, day_of, ended, listed, noted, small
from features.summaries.wording import explained, is_plain, plain, plain_drug

_PLACE = re.compile(r"\b(?:clinic|ward|round|session|department|outpatients)\b", re.IGNORECASE)


def steps_of(chart: Chart) -> Iterator[Line]:
    """The steps ahead, then what the newest plan advises."""
    hidden = 0
    for row in chart["next_steps"]:
        text = plain(step(row))
        if is_plain(text):
            visit = small(plain(visit_of(row)))
            where = f" ({visit})" if visit and is_plain(visit) else ""
            told = f"Planned on {noted(row, 'family')}{where}: {small(text)}"
            more = " Ask the team what the medicine is for." if row["kind"] == "medication" else ""
            item = told if row.get("then") else f"Next: {small(text)}"
            yield Line("plan", f"{ended(told)}{more}", row["citations"], ended(item))
        else:
            hidden += 1
            if hidden == 1:
                text = f"More steps were planned on {noted(row, 'family')}. The team can explain them."
                yield Line("plan", text, row["citations"])
    for row in chart["advice"]:
        text = plain(row["text"])
        if is_plain(text):
            yield Line("plan", ended(f"Advice of {day_of(row['on'], 'family')}: {small(text)}"), row["citations"])


def conflicts_of(chart: Chart) -> Iterator[Line]:
    """Where notes contradict each other."""
    for row in chart["conflicts"]:
        text = f"The notes do not agree on {plain_drug(row['about'])}. Ask the team what is right."
        yield Line("conflicts", text, row["between"], always=True)


def encounters_of(chart: Chart, person: Person) -> Iterator[Line]:
    """When the patient was seen, and why."""
    complaints = complaints_of(chart)
    for row in chart["encounters"]:
        felt = [(explained(each["concept"], each["text"]), each) for each in complaints.get(_note_of(row), ())]
        known = [(small(means.name), each["citations"][0]) for means, each in felt if means.is_known]
        reason = row["reason"].lower() if row["reason"].isupper() else row["reason"]
        # The name of a place is no illness: "heart failure clinic".
        text = reason if _PLACE.search(reason) and is_plain(reason) else plain(reason)
        if is_plain(text) and not text.rstrip(".").endswith("?"):
            day = day_of(row["on"], "family")
            told = f"{person.name} was seen on {day}. The reason: {small(text)}."
            if row["type"] == "discharge" and "discharge" in reason.lower():
                told = f"{person.name} left hospital. The letter is of {day}."
            if known:
                told += f" The notes also name {listed(list(dict.fromkeys(name for name, _ in known)))}."
            citations = [*row["citations"], *(place for _, place in known)]
            left = row["type"] == "discharge"
            manner = "event" if row["type"] in EVENTS else "discharge" if left else ""
            yield Line("course", told, citations, told if left else "", manner=manner)


def _note_of(row: Row) -> object:
    return row["citations"][0]["note_id"]
