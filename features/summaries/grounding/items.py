"""Lines of the chart as what statements rest on: under which id each is cited, and all that it says."""

import calendar
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from clinical.propositions.propositions import Sentence
from clinical.propositions.reading import Reader
from features.summaries.grounding.evidence import View

Line = Mapping[str, Any]

# The lists of a chart that can be cited, and what the ids of their lines begin with.
KINDS = {
    "problems": "problem",
    "medications": "medication",
    "allergies": "allergy",
    "avoid": "avoid",
    "procedures": "procedure",
    "family_history": "family",
    "measurements": "measurement",
    "next_steps": "step",
}
_SHORT = 3
_SYSTOLIC, _DIASTOLIC = "systolic_blood_pressure", "diastolic_blood_pressure"


@dataclass(frozen=True, slots=True)
class ChartItem:
    """A line of the chart."""

    id: str
    kind: str
    """One of the values of `KINDS`."""
    line: Line
    explanations: frozenset[str] = frozenset()
    """Whole sentences that a clinician has approved for whoever has, takes or awaits it: they say nothing of the
    patient, and need no other support."""


def items_of(chart: Mapping[str, Any]) -> dict[str, ChartItem]:
    """The lines of a chart by their ids: "medication-1" is the first of its medications."""
    return {
        name: ChartItem(name, kind, line)
        for key, kind in KINDS.items()
        for number, line in enumerate(chart.get(key) or (), 1)
        for name in [f"{kind}-{number}"]
    }


def item_views(items: Sequence[ChartItem]) -> list[View]:
    """What the items say: each by itself, and all of them together."""
    views = [_view(said(item)) for item in items]
    pressure = {item.line["name"]: item for item in items if item.kind == "measurement"}
    if _SYSTOLIC in pressure and _DIASTOLIC in pressure:
        views.append(_view(_pressure(pressure[_SYSTOLIC].line, pressure[_DIASTOLIC].line)))
    if len(views) > 1:
        views.append(View([sentence for view in views for sentence in view.sentences], None, 0, 1 << 40))
    return views


def _view(facts: str) -> View:
    return View(_read(facts), None, 0, 1 << 40)


@lru_cache(maxsize=1024)
def _read(facts: str) -> tuple[Sentence, ...]:
    return tuple(Reader(facts).sentences())


def said(item: ChartItem) -> str:
    """All that an item says, in short sentences of which each is true by itself."""
    return "\n".join(f"{_capital(' '.join(sentence.split()))}." for sentence in _SAYS[item.kind](item.line) if sentence)


def in_short(item: ChartItem) -> str:
    """What an item says, under its first name only."""
    return " ".join(list(dict.fromkeys(said(item).split("\n")))[:_SHORT])


def _capital(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}"


def _day(told: Any) -> str:
    """A day, month or year as it is read; other words as they are."""
    parts = (told.isoformat() if isinstance(told, date) else str(told))[:10].split("-")
    if len(parts) < 2 or not all(part.isdecimal() for part in parts) or not 1 <= int(parts[1]) <= 12:
        return str(told)
    day = f"{int(parts[2])} " if len(parts) > 2 else ""
    return f"{day}{calendar.month_name[int(parts[1])]} {parts[0]}"


def _when(told: Any) -> str:
    """On a day, or in a month or year; empty where nothing is told."""
    if not told:
        return ""
    read = _day(told)
    return read if not read[-4:].isdecimal() else f"on {read}" if read[0].isdecimal() and " " in read else f"in {read}"


def _names(line: Line, *fields: str) -> list[str]:
    """By what a thing is called, each name once."""
    return list(dict.fromkeys(str(line[field]) for field in fields if line.get(field)))


def _problem(line: Line) -> Iterator[str]:
    since = f" since {_day(line['since'])}" if line.get("since") else ""
    side = f"on the {line['side']}" if line.get("side") in {"left", "right"} else ""
    side = "on both sides" if line.get("side") == "bilateral" else side
    noted = {_day(line[field]) for field in ("first_noted", "last_noted") if line.get(field)}
    for name in _names(line, "name", "concept"):
        if line["status"] == "possible":
            yield f"Possible {name} {side}"
            yield f"Possible {name}, not certain"
            yield from (f"Possible {name} on {day}" for day in sorted(noted))
        elif line["status"] == "active":
            yield f"Has {name} {side}"
            yield f"{name}{since}"
            yield from (f"{name} on {day}" for day in sorted(noted))
        elif line["status"] == "ruled_out":
            yield f"{name} was ruled out"
            yield f"No {name}"
        elif line["status"] == "resolved":
            yield f"{name} resolved"
            yield f"Had {name} {side} in the past, resolved"
        else:
            yield f"Had {name} {side} in the past"
    if line.get("detail") and line["status"] == "active":
        yield f"{line['concept']} {line['detail']}"


_EVENTS = {"started": "was started", "changed": "was changed", "stopped": "was stopped", "continued": "is continued"}
_ENDS = {"stopped": "stopped", "completed": "completed and stopped", "on_hold": "on hold"}


def _medication(line: Line) -> Iterator[str]:
    names = _names(line, "name", "ingredient")
    ways = _ways(line)
    reason = f" for {line['reason']}" if line.get("reason") else ""
    for name in names:
        if line["status"] == "current":
            yield from (f"Takes {name} {way}{reason}" for way in ways)
            yield f"{name} continues"
            yield f"{name} since {_day(line['since'])}" if line.get("since") else ""
            yield f"{name} was started on {_day(line['since'])}" if line.get("since") else ""
            yield f"{name} until {_day(line['until'])}" if line.get("until") else ""
            yield from _changes(name, line)
        elif line["status"] in _ENDS:
            ended = _ENDS[line["status"]]
            yield from (f"{name} {way} was {ended}" for way in ways)
            yield f"No longer takes {name}" if line["status"] != "on_hold" else ""
            yield from (f"{name} was {ended} on {day}" for day in _ended_on(line))
        elif line["status"] == "planned":
            yield from (f"{name} {way}{reason} is planned" for way in ways)
            yield f"{name} is planned for {_day(line['since'])}" if line.get("since") else ""
        else:
            yield from (f"Perhaps still takes {name} {way}" for way in ways)


def _ended_on(line: Line) -> list[str]:
    days = {_day(said["taken_at"]) for said in line.get("history") or () if said.get("status") == "stopped"}
    return sorted(days | ({_day(line["until"])} if line.get("until") else set()))


def _ways(line: Line) -> list[str]:
    """How a drug is taken: as a whole, and each step of a regimen."""
    steps = [
        " ".join(str(step[part]) for part in ("dose", "frequency", "duration") if step.get(part))
        for step in line.get("regimen") or ()
    ]
    whole = " ".join(str(line[part]) for part in ("dose", "route", "frequency") if line.get(part))
    strength = f"{line['strength']} tablet" if line.get("strength") else ""
    joined = " and ".join(steps) if len(steps) > 1 else ""
    return [way for way in (whole, *steps, joined, strength) if way] or [""]


def _changes(name: str, line: Line) -> Iterator[str]:
    """What was done with a drug that is taken, and when."""
    history = line.get("history") or ()
    for newer, older in zip(history, [*history[1:], {}], strict=True):
        event = _EVENTS.get(str(newer.get("status")))
        if event is None:
            continue
        on = _day(newer["taken_at"])
        event = "was restarted" if event == "was started" and older.get("status") == "stopped" else event
        yield f"{name} {event} on {on}"
        yield f"{name} {event} to {newer['dose']} on {on}" if newer.get("dose") and event == "was changed" else ""
        if event == "was changed" and newer.get("dose") and older.get("dose"):
            yield f"{name} was changed from {older['dose']} to {newer['dose']} on {on}"


def _allergy(line: Line) -> Iterator[str]:
    for name in _names(line, "substance", "concept"):
        if line["status"] == "present":
            yield f"Allergic to {name}"
            yield f"Allergy to {name}: {line['reaction']}" if line.get("reaction") else ""
            yield f"{name} caused {line['reaction']}" if line.get("reaction") else ""
        elif name in {"any", "drugs", "foods"}:
            yield {"any": "No known allergies", "drugs": "No known drug allergies", "foods": "No food allergies"}[name]
        else:
            yield f"No allergy to {name}"
            yield f"Allergy to {name} was recorded in error" if line["status"] == "refuted" else ""
    yield from (f"on {_day(said['taken_at'])}" for said in (line.get("citations") or ())[:1])


def _avoid(line: Line) -> Iterator[str]:
    for name in _names(line, "substance", "concept"):
        yield f"Avoid {name}"
        yield f"{name} should not be taken"
        yield f"Avoid {name} because of {line['reason']}" if line.get("reason") else ""


def _procedure(line: Line) -> Iterator[str]:
    ending = {"done": "was done", "planned": "is planned", "declined": "was declined"}[line["status"]]
    when = _when(line.get("on"))
    for name in _names(line, "text", "concept"):
        yield f"{name} {ending} {when}"
        yield f"{name} {when}" if line["status"] == "done" else ""


def _family(line: Line) -> Iterator[str]:
    relative = line.get("relative") or "relative"
    for name in _names(line, "condition", "concept"):
        yield f"{relative} has {name}"
        yield f"{relative} had {name}"
        yield f"Family history of {name}"


def _measurement(line: Line) -> Iterator[str]:
    name = str(line["name"]).replace("_", " ")
    unit = f" {line['unit']}" if line.get("unit") else ""
    yield f"{name} is {_value(line)}{unit} on {_day(line['at'])}"
    yield f"{name} is {line['flag']}" if line.get("flag") else ""
    # Words are not held against days: an earlier "positive" would bear out a present one.
    earlier = [each for each in line.get("history") or () if _are_numbers(line, each)]
    for each in earlier:
        yield f"{name} was {_value(each)}{unit} on {_day(each['at'])}"
    if earlier:
        risen = {True: "rose", False: "fell"}[line["value"] > earlier[0]["value"]]
        changed = "changed" if line["value"] == earlier[0]["value"] else risen
        yield f"{name} {changed} from {_value(earlier[0])}{unit} to {_value(line)}{unit}"


def _value(line: Line) -> str:
    """A number, or the words or the bound that a laboratory tells instead: "negative", ">90"."""
    value = line["value"]
    return f"{value:g}" if isinstance(value, int | float) else str(value)


def _are_numbers(*lines: Line) -> bool:
    return all(isinstance(line["value"], int | float) for line in lines)


def _pressure(high: Line, low: Line) -> str:
    """Both values of the blood pressure, where they were taken together."""
    on = {_day(high["at"]), _day(low["at"])}
    if len(on) > 1:
        return ""
    return f"Blood pressure {_value(high)}/{_value(low)} mmHg on {on.pop()}."


def _step(line: Line) -> Iterator[str]:
    due = _when(line.get("due"))
    condition = str(line.get("condition") or "")
    given = f"{'' if condition.lower().startswith('if ') else 'If '}{condition}: " if condition else ""
    yield f"{given}{line['text']} is planned {due}"
    yield f"{given}{line['text']} {due}"


_SAYS = {
    "problem": _problem,
    "medication": _medication,
    "allergy": _allergy,
    "avoid": _avoid,
    "procedure": _procedure,
    "family": _family,
    "measurement": _measurement,
    "step": _step,
}
