"""Medicines with what they are for. No dose is told without that."""

import re
from collections.abc import Iterator
from datetime import datetime

from clinical import concepts
from features.summaries.extractive.events import (
    amount_of,
    at_least,
    banned_on,
    change_of,
    dose_before,
    first_stop,
    is_for_life,
    last_word,
    lasts,
    reason_of_stop,
    stopped_on,
    was_refused,
)
from features.summaries.extractive.handover.medications import (
    in_order,
    is_change_of,
    is_of_a_stay,
    is_planned_end,
    is_unconfirmed,
    manner,
)
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
from features.summaries.wording import explained, is_plain, plain, plain_drug, plain_manner, purposes_of

_PARTS = ("dose", "strength", "route", "frequency", "regimen", "reason", "remark")
_FIGURE = re.compile(r"\d")
_CHANGES = {"increased": "raised", "reduced": "lowered"}


def current_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What is taken, the newest word first.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
    """
    for row in in_order(of_status(chart["medications"], "current")):
        day = day_of(last_word(row)["taken_at"], "family")
        changed, places = _changed(row)
        how_long, more = _how_long(row)
        after = f"{changed}{how_long}"
        name, how = capital(plain_drug(row["name"])), plain_manner(manner(row, "family"))
        dosed = f"{name} {how}".strip()
        does = does_of(row, chart)
        if does:
            text = f"{dosed} {does} (noted on {day}).{after}"
        else:
            text = f"{dosed} is one of the medicines (noted on {day}).{after} Ask the team what it is for."
        short = f"{plain_drug(row['name'])} {plain_manner(manner({**row, 'route': None}))}".strip()
        for_life = how_long if is_for_life(row) else ""
        # What nobody can say what it is for is told by its name where there is little room.
        item = f"{capital(short)} {does}.{for_life}" if does else plain_drug(row["name"])
        most = f"{dosed} {does}." if does else f"Ask the team what {plain_drug(row['name'])} is for."
        before = dose_before(row)
        changed_to = _CHANGES.get(change_of(before.dose, amount_of(row, before.dose))) if before else None
        named = plain_drug(row["name"])
        least = f"{named} (dose {changed_to})" if changed_to and is_change_of(row, newest) else named
        yield Line("medications", text, [*cited(row, *_PARTS, "until"), *places, *more], item,
                   least=least, most=f"{most}{after}", as_of=day, always=True,
                   manner="changed" if is_change_of(row, newest) else "")  # fmt: skip


def _changed(row: Row) -> tuple[str, list[Row]]:
    """That a dose was not given; or when it was raised or lowered, and what it was before; and where that stands."""
    if was_refused(row):
        word = last_word(row)
        return f" The notes of {day_of(word['taken_at'], 'family')} say that a dose was not given.", [word]
    before = dose_before(row)
    if before is None:
        return "", []
    change = _CHANGES.get(change_of(before.dose, amount_of(row, before.dose)))
    if change is None:
        return "", []
    on = day_of(before.changed["taken_at"], "family")
    return f" The dose was {change} on {on}. Before, it was {plain_manner(before.told)}.", before.places


def _how_long(row: Row) -> tuple[str, list[Row]]:
    """For how long it is given, where a note says so; and where that stands."""
    if lifelong := is_for_life(row):
        return " It is meant for life.", [lifelong]
    if least := at_least(row):
        return f" It is to be taken for {least[0]}.", [least[1]]
    return (f" It is given {lasts(row, 'family')}.", []) if row["until"] else ("", [])


def does_of(row: Row, chart: Chart) -> str:
    """What a medicine does, as the end of a sentence; empty where nobody knows.

    Of a medicine that is given for several things, what it does for those that the patient has.
    """
    purposes = purposes_of(row["ingredient"])
    had = {problem["concept"] for problem in of_status(chart["problems"], "active", "possible")}
    purpose = next((one for one in purposes if had & one.conditions), purposes[0] if purposes else None)
    if purpose:
        return purpose.does
    known = explained(row["reason"]) if row["reason"] else None
    words = plain(row["reason"]) if row["reason"] else ""
    reason = known.name if known and known.is_known else words if words and is_plain(words) else ""
    return f"is for {reason[:1].lower()}{reason[1:]}" if reason else ""


def others_of(chart: Chart, newest: datetime) -> Iterator[Line]:
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
        day = f"{'' if stopped_on(row) else 'by '}{day_of(stop['taken_at'], 'family')}"
        if not stopped_on(row) and (banned := banned_on(row, chart)) and banned < stop["taken_at"]:
            day = f"by {day_of(banned, 'family')}"
        text = f"{capital(plain_drug(row['name']))} was stopped ({day}).{why}"
        yield Line("stopped", text, [stop, *([told[1]] if told and why else [])], text,
                   manner="" if avoided else "ended")  # fmt: skip
    for row in of_status(chart["medications"], "completed"):
        going_on = is_planned_end(row) and is_unconfirmed(row, newest)
        text = _completed(row, newest)
        if going_on and (does := does_of(row, chart)):
            name = f"{capital(plain_drug(row['name']))} {plain_manner(manner(row, 'family'))}".strip()
            text = f"{name} {does}. It was planned until {day_of(row['until'], 'family')}."
        yield Line("stopped", text, cited(row, *_PARTS, "until"), text if going_on else "",
                   manner="planned end" if going_on else "")  # fmt: skip


def _completed(row: Row, newest: datetime) -> str:
    """A course that is over."""
    name, ended = capital(plain_drug(row["name"])), row["until"]
    if not ended:
        return f"{name} was given for a time that is over ({noted(row, 'family')})."
    day = day_of(ended, "family")
    if ended == row["since"]:
        return f"One dose of {plain_drug(row['name'])} was ordered on {day}."
    if is_of_a_stay(row):
        return f"{name} was given in hospital. It is not on the list of medicines of {day}."
    if is_planned_end(row):
        over = "" if is_unconfirmed(row, newest) else " That is over."
        return f"{name} was planned until {day}.{over}"
    return f"{name} was given for a time. That ended on {day}."


def _stopped_because(reason: str) -> str:
    """Why a medicine was stopped, in plain words; nothing where there are none."""
    known = explained(concepts.concept_of(reason, "condition"), reason)
    words = known.name if known.is_known and known.means else plain(reason)
    return f" The reason: {small(words)}." if is_plain(words) and not _FIGURE.search(words) else ""
