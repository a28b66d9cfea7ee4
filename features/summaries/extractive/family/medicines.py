"""Medicines with what they are for. No dose is told without that."""

import re
from collections.abc import Iterator

from clinical import concepts
from features.summaries.extractive.events import (
    change_of,
    dose_before,
    first_stop,
    last_word,
    reason_of_stop,
    was_changed_last,
)
from features.summaries.extractive.handover.medications import manner
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
from features.summaries.wording import explained, is_plain, plain, plain_drug, plain_manner, purpose_of

_PARTS = ("dose", "strength", "route", "frequency", "regimen", "reason")
_FIGURE = re.compile(r"\d")
_CHANGES = {"increased": "raised", "reduced": "lowered"}


def current_of(chart: Chart) -> Iterator[Line]:
    """What is taken, the newest word first."""
    rows = of_status(chart["medications"], "current")
    for row in sorted(rows, key=lambda row: last_word(row)["taken_at"], reverse=True):
        day = day_of(last_word(row)["taken_at"], "family")
        before = dose_before(row)
        change = _CHANGES.get(change_of(before.dose, row["dose"]), "") if before else ""
        on = day_of(before.said["taken_at"], "family") if before and not was_changed_last(row) else day
        was = (
            f" The dose was {change} on {on}. Before, it was {plain_manner(before.dose)}." if before and change else ""
        )
        until = f"{was} It is given until {day_of(row['until'], 'family')}." if row["until"] else was
        name, how = capital(plain_drug(row["name"])), plain_manner(manner(row, "family"))
        dosed = f"{name} {how}".strip()
        does = does_of(row)
        if does:
            text = f"{dosed} {does} (noted on {day}).{until}"
        else:
            text = f"{dosed} is one of the medicines (noted on {day}).{until} Ask the team what it is for."
        often = " ".join(part for part in (row["dose"], row["frequency"]) if part)
        short = f"{plain_drug(row['name'])} {plain_manner(often)}".strip()
        item = f"{capital(short)} {does}." if does else f"Ask the team what {plain_drug(row['name'])} is for."
        citations = [*cited(row, *_PARTS, "until"), *([before.said] if was and before else [])]
        yield Line("medications", text, citations, item, least=plain_drug(row["name"]), most=f"{item}{until}",
                   as_of=day, always=True)  # fmt: skip


def does_of(row: Row) -> str:
    """What a medicine does, as the end of a sentence; empty where nobody knows."""
    purpose = purpose_of(row["ingredient"])
    if purpose:
        return purpose.does
    known = explained(row["reason"]) if row["reason"] else None
    words = plain(row["reason"]) if row["reason"] else ""
    reason = known.name if known and known.is_known else words if words and is_plain(words) else ""
    return f"is for {reason[:1].lower()}{reason[1:]}" if reason else ""


def others_of(chart: Chart) -> Iterator[Line]:
    """What is planned, paused, unclear, stopped or over."""
    unclear = of_status(chart["medications"], "unclear")
    if unclear:
        called = listed([plain_drug(row["name"]) for row in unclear])
        text = f"It is not clear if {called} {'is' if len(unclear) == 1 else 'are'} still given. Ask the team."
        yield Line("stopped", text, [row["citations"][0] for row in unclear], always=True)
    for row in of_status(chart["medications"], "planned", "on_hold"):
        name, day = capital(plain_drug(row["name"])), noted(row, "family")
        text = {
            "planned": f"The team plans to give {plain_drug(row['name'])} ({day}). Ask them what it is for.",
            "on_hold": f"{name} is paused ({day}).",
        }[row["status"]]
        yield Line("stopped", text, row["citations"][:1], always=row["status"] != "planned")
    for row in of_status(chart["medications"], "stopped"):
        stop = first_stop(row)
        avoided = any(concepts.is_a(row["ingredient"], each["concept"]) for each in chart["avoid"])
        told = None if avoided else reason_of_stop(row)  # of what is to be avoided, the alert says why
        why = _stopped_because(told[0]) if told else ""
        text = f"{capital(plain_drug(row['name']))} was stopped ({day_of(stop['taken_at'], 'family')}).{why}"
        yield Line("stopped", text, [stop, *([told[1]] if told and why else [])], text,
                   manner="" if avoided else "ended")  # fmt: skip
    for row in of_status(chart["medications"], "completed"):
        name, ended = capital(plain_drug(row["name"])), row["until"]
        if ended and ended == row["since"]:
            text = f"{name} was given once, on {day_of(ended, 'family')}."
        elif ended:
            text = f"{name} was given for a time. That ended on {day_of(ended, 'family')}."
        else:
            text = f"{name} was given for a time that is over ({noted(row, 'family')})."
        yield Line("stopped", text, cited(row))


def _stopped_because(reason: str) -> str:
    """Why a medicine was stopped, in plain words; nothing where there are none."""
    known = explained(concepts.concept_of(reason, "condition"), reason)
    words = known.name if known.is_known and known.means else plain(reason)
    return f" The reason: {small(words)}." if is_plain(words) and not _FIGURE.search(words) else ""
