"""Medicines: what is taken, how, since what was done last, and what is taken no longer. Each with its day."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from clinical import concepts
from features.summaries.extractive import names
from features.summaries.extractive.events import (
    at_least,
    banned_on,
    dose_before,
    first_hold,
    first_stop,
    interruption,
    is_for_life,
    last_word,
    lasts,
    reason_of_stop,
    stopped_on,
    verb_of,
    was_changed_last,
    was_refused,
)
from features.summaries.extractive.telling import Chart, Line, Row, capital, cited, day_of, noted, of_status
from features.summaries.shape import Audience

_PARTS = ("dose", "strength", "route", "frequency", "regimen", "remark")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
# Of what is counted, only the strength says how much it is.
_COUNTED = re.compile(r"\b(?:puffs?|sprays?|tablets?|capsules?|drops?)$")
_LATELY = timedelta(days=90)
_CHANGES = frozenset({"started", "increased", "reduced", "changed"})
_HEADS = {"planned": "Planned", "on_hold": "On hold", "unclear": "Unclear whether still taken"}


def regimen(row: Row, audience: Audience = "clinician") -> str:
    """A drug with how it is taken."""
    return f"{names.drug(row['name'])} {manner(row, audience)}".strip()


def manner(row: Row, audience: Audience = "clinician") -> str:
    """How a drug is taken: dose, route, how often."""
    if row["regimen"] and not row["dose"]:
        known = _told_steps(row)
        steps = [
            " ".join(str(step[part]) for part in ("dose", "frequency", "duration") if step.get(part)) for step in known
        ]
        if len(known) < len(row["regimen"]):
            steps.append("less, step by step")
        follow = any(step.get("duration") for step in row["regimen"])
        return (", then " if follow else " and ").join(steps)
    dose = row["dose"]
    if dose and row.get("strength") and _COUNTED.search(dose):
        dose = f"{dose} of {row['strength']}"
    way = names.route(row["route"], audience) if row["route"] and row["dose"] else ""
    told = " ".join(part for part in (dose, way, row["frequency"]) if part)
    if not row.get("remark"):
        return told
    besides = str(row["remark"]).startswith("before ") and told.endswith("as needed")
    return f"{told} {'and ' if besides else ''}{row['remark']}".strip()


def _told_steps(row: Row) -> Sequence[Row]:
    """The steps whose doses a note tells itself; what is counted out from "down by 5 mg" is not told one by one."""
    quotes = " ".join(str(each["quote"]) for each in (*row["citations"], *row["history"]))
    doses = [str(step["dose"]) for step in row["regimen"]]
    untold = [at for at, dose in enumerate(doses) if dose != "stop" and dose.split(" ")[0] not in quotes]
    counted = untold[0] if untold else len(doses)
    return list(row["regimen"])[: max(counted, 1)]


def short(row: Row) -> str:
    """A drug with how it is taken, as far as its dose is known: one that is taken weekly may kill when taken daily."""
    return regimen(row) if row["dose"] or row["frequency"] else names.drug(row["name"])


def _reason(why: str) -> str:
    """Why the chart says so, with its day as it is read: "it is not on the list of 30 Oct 2026"."""
    told = _DAY.sub(lambda day: day_of(day.group()), why.rstrip("."))
    return f"{told[:1].lower()}{told[1:]}".replace("list of medication in the note of", "list of")


def in_order(rows: Sequence[Row]) -> list[Row]:
    """Medicines, the newest word first; of one note, what it began or changed first."""
    changed_first = sorted(rows, key=lambda row: verb_of(row) not in _CHANGES)
    return sorted(changed_first, key=lambda row: last_word(row)["taken_at"], reverse=True)


def is_change_of(row: Row, newest: datetime) -> bool:
    """Whether the newest note began a medicine, or changed it."""
    return verb_of(row) in _CHANGES and last_word(row)["taken_at"].date() == newest.date()


def current_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What is taken, the newest word first.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
    """
    for row in in_order(of_status(chart["medications"], "current")):
        day = day_of(last_word(row)["taken_at"])
        citations, before = cited(row, *_PARTS, "until"), dose_before(row)
        was = f", was {before.told}{'' if was_changed_last(row) else ' before'}" if before else ""
        if before:
            citations.extend(before.places)
        until = f", {lasts(row)}" if row["until"] else ""
        if lifelong := is_for_life(row):
            until = ", lifelong"
            citations.append(lifelong)
        elif least := at_least(row):
            until, citations = f", for {least[0]}", [*citations, least[1]]
        paused, places = _paused(row)
        citations.extend(places)
        text = f"{capital(regimen(row))} – {verb_of(row)} {day}{was}{until}{paused}"
        name = names.drug(row["name"])
        item = f"{short(row)}{until if lifelong else until.removeprefix(',')}"
        missed = "a dose not given" if was_refused(row) else ""
        more = [part for part in (was.removeprefix(", "), paused.removeprefix(", "), missed) if part]
        most = f"{item} [{'; '.join(more)}]" if more else item
        now = [part for part in (was.removeprefix(", "), missed) if part]
        item = f"{item} [{'; '.join(now)}]" if now else item
        changed = verb_of(row) if was_changed_last(row) and before else ""
        shortest = f"{name} ({changed})" if changed in {"increased", "reduced"} else name
        yield Line("medications", text, citations, item, least=shortest,
            most=most, as_of=day, always=True,
                   manner="changed" if is_change_of(row, newest) else "")  # fmt: skip


def _paused(row: Row) -> tuple[str, list[Row]]:
    """That a medicine was stopped for a reason and begun again, with the days; and where that stands.

    Of what thins the blood, the alerts tell it.
    """
    broken = None if concepts.is_a(row["ingredient"], "anticoagulant") else interruption(row)
    if broken is None or verb_of(row) == "started":
        return "", []
    stop, again = broken
    # On the same day, one form is exchanged for another; and what was long ago is no news.
    apart = last_word(row)["taken_at"] - stop["taken_at"]
    if stop["taken_at"].date() == again["taken_at"].date() or apart > _LATELY:
        return "", []
    why = f" ({stop['stopped_for']})" if stop.get("stopped_for") else ""
    verb = "held" if stop.get("ending") == "held" else "stopped"
    # The dose of which it was stopped is not that with which it was begun again.
    dose = f" at {again['dose']}" if again.get("dose") and again["dose"] != row["dose"] else ""
    return f", {verb} {day_of(stop['taken_at'])}{why}, restarted {day_of(again['taken_at'])}{dose}", [stop, again]


def others_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """What is planned, on hold, unclear, stopped or completed."""
    for status, head in _HEADS.items():
        for row in of_status(chart["medications"], status):
            why = f": {_reason(row['why'])}" if row["why"] else ""
            text = f"{head}: {regimen(row)} ({noted(row)}{why})"
            yield Line("stopped", text, cited(row, *_PARTS), always=status != "planned")
    for row in of_status(chart["medications"], "stopped"):
        stop = first_stop(row)
        told = reason_of_stop(row)
        reason = next(
            (str(each["reason"]) for each in chart["avoid"] if each["concept"] == row["ingredient"] and each["reason"]),
            told[0] if told else "",
        )
        why = f": {reason}" if reason else ""
        citations = [stop, *row["citations"][:1], *([told[1]] if told else [])] if reason else [stop]
        name = names.drug(row["name"])
        day = f"{'' if stopped_on(row) else 'by '}{day_of(stop['taken_at'])}"
        if not stopped_on(row) and (banned := banned_on(row, chart)) and banned < stop["taken_at"]:
            day = f"by {day_of(banned)}"
        hold = first_hold(row)
        if hold is not None and hold["taken_at"].date() != stop["taken_at"].date():
            day, citations = f"{day}, on hold since {day_of(hold['taken_at'])}", [*citations, hold]
        avoided = any(concepts.is_a(row["ingredient"], each["concept"]) for each in chart["avoid"])
        yield Line("stopped", f"Stopped: {name} ({day}{why})", citations, f"{name} ({day}{why})",
                   manner="" if avoided else "ended")  # fmt: skip
    for row in of_status(chart["medications"], "completed"):
        going_on = is_planned_end(row) and is_unconfirmed(row, newest)
        item = f"{short(row)} until {day_of(row['until'])}" if going_on else ""
        yield Line("stopped", _completed(row, newest), cited(row, *_PARTS, "until"), item,
                   manner="planned end" if going_on else "")  # fmt: skip


def _completed(row: Row, newest: datetime) -> str:
    """A course that is over: as planned, with the stay in which it was given, or as a note says."""
    if row["until"] and row["until"] == row["since"]:
        # Whether it was given, an order does not say.
        return f"Single dose: {regimen(row)} ({day_of(row['until'])})"
    if is_of_a_stay(row):
        # When it ended in the stay, the letter does not say.
        return f"Course over: {regimen(row)} (in hospital; not on the list of {day_of(row['until'])})"
    planned = is_planned_end(row)
    if planned and is_unconfirmed(row, newest):
        return f"Over by now, if as planned: {regimen(row)} until {day_of(row['until'])} ({noted(row)})"
    until = f", {'planned ' if planned else ''}until {day_of(row['until'])}" if row["until"] else ""
    if str(row["why"] or "").startswith("It was given for what is over"):
        until = f": {str(row['citations'][0]['quote']).lower()}"
    return f"Course over: {regimen(row)} ({noted(row)}{until})"


def is_of_a_stay(row: Row) -> bool:
    """Whether a course ended with the stay in hospital in which it was given, as the letter leaves it out."""
    return bool(row["until"] and str(row["why"] or "").startswith("It was given in hospital"))


def is_unconfirmed(row: Row, newest: datetime) -> bool:
    """Whether a course ends after the newest note, which leaves open if it was taken so long."""
    return str(row["until"]) > newest.date().isoformat() and row["until"] != row["since"]


def is_planned_end(row: Row) -> bool:
    """Whether the end is the one that was ordered, and no later note says that it was taken so long."""
    return bool(row["until"]) and last_word(row).get("ending") is None
