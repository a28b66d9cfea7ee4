"""What nobody may overlook: resuscitation, the gravest findings, what to avoid, anticoagulants, allergies."""

import re
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta

from clinical import concepts
from clinical.communication import is_of_speaking, language_of
from clinical.safeguards import is_of_swallowing
from features.summaries.extractive import names
from features.summaries.extractive.events import (
    first_hold,
    first_stop,
    interruption,
    is_for_life,
    lasts,
    reason_of_stop,
)
from features.summaries.extractive.grave import is_grave
from features.summaries.extractive.handover.medications import regimen
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

_TOGETHER = timedelta(hours=24)
# What notes have told of for longer is a problem, and no alert.
_LATELY = timedelta(days=3)
# A stopped anticoagulant is an alert for so long.
_STOPPED_LATELY = timedelta(days=180)
_WAYS_TO_SPEAK = 2
_WORD = re.compile(r"[a-z-]+")
_BESIDE_NEEDS = frozenset({"with", "through", "via", "by", "a", "an", "the", "his", "her", "present", "used", "needs"})
_STENT = re.compile(r"\bstents?\b", re.IGNORECASE)
_OF_THE_HEART = re.compile(r"\b(?:coronary|drug[- ]eluting|lad|rca|lcx|circumflex|descending artery)\b", re.IGNORECASE)
_DECISIONS = {"attempt": "for resuscitation (full code)", "do_not_attempt": "not for resuscitation (DNACPR)"}
_WHOLE = {"any": "", "drug": "drug ", "drugs": "drug ", "food": "food ", "foods": "food "}


def lines_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """The alerts, allergies aside."""
    for row in grave_in(chart, newest):
        doubt = "possible " if is_possible(row) else ""
        text = capital(f"{doubt}{names.condition(row)}")
        yield Line("alerts", f"{text} ({day_of(row['since'] or newest)})", row["citations"][:1], text)
    for row in chart["resuscitation"]:
        text = capital(f"resuscitation: {decision(row)}")
        yield Line("alerts", f"{text} ({day_of(row['on'])})", row["citations"], text, always=True)
    for row, among in together(chart["avoid"]):
        told = [avoided(one) for one in among]
        citations = [citation for one in (row, *among) for citation in one["citations"][:2]]
        if not told and not row["reason"]:
            ended = stopped_of(chart, row)
            told = [f"{names.drug(one['name'])} ({why})" for one, why, _ in ended]
            citations += [place for _, _, place in ended]
        what = avoided(row) + (f", among them {listed(told)}" if told else "")
        # What nobody forbade did harm, which is another thing.
        head, manner = ("Avoid", "avoid") if row.get("forbidden", True) else ("Not tolerated", "harmed")
        text = f"{head}: {what} – noted {noted(row)}"
        # Until when goes for one of them alone.
        item, manner = (f"avoid {what}", "until") if row.get("condition") else (what, manner)
        bare = {"reason": None}
        least = avoided({**row, **bare})
        least += f" ({listed([avoided({**one, **bare}) for one in among])})" if among else ""
        least = f"avoid {least}" if manner == "until" else least
        yield Line("alerts", text, citations, item, least=least, manner=manner, always=True)
    yield from _anticoagulants(chart, newest)
    yield from _antiplatelets(chart)
    yield from _implants(chart)
    for row in swallowing_in(chart):
        text = str(row["text"])
        yield Line("alerts", f"{capital(text)} ({day_of(row['on'])})", row["citations"], small(text), manner="swallow")
    yield from _speaking(chart)


def avoided(row: Row) -> str:
    """What is to be avoided, why, and until when."""
    what = " ".join(part for part in (names.drug(row["substance"]), row.get("condition")) if part)
    return f"{what} ({names.harm(row['reason'])})" if row["reason"] else what


def together(rows: Sequence[Row]) -> Iterator[tuple[Row, list[Row]]]:
    """Each class that is to be avoided with the drugs of it that are; the others alone."""
    classes = [row for row in rows if any(_is_of(one, row) for one in rows)]
    for row in rows:
        if not any(_is_of(row, one) for one in classes):
            yield row, [one for one in rows if _is_of(one, row)]


def stopped_of(chart: Chart, whole: Row) -> list[tuple[Row, str, Row]]:
    """The drugs of a class that is to be avoided which were stopped for a reason, with that and where it stands."""
    found = []
    for row in of_status(chart["medications"], "stopped"):
        told = reason_of_stop(row)
        if told and concepts.is_a(row["ingredient"], str(whole["concept"]).removesuffix("s")):
            found.append((row, *told))
    return found


def _is_of(drug: Row, whole: Row) -> bool:
    return drug is not whole and concepts.is_a(drug["concept"], whole["concept"].removesuffix("s"))


def grave_in(chart: Chart, newest: datetime) -> list[Row]:
    """The gravest of what the newest note, or another one of the same day, tells; though it may be over by now."""
    return [
        row
        for row in of_status(chart["problems"], "active", "possible", "historical")
        if is_grave(row["concept"])
        and newest - row["last_noted"] <= _TOGETHER
        and newest - row["first_noted"] <= _LATELY
        and row["history"][0].get("certainty") in {"confirmed", "possible"}
    ]


def is_possible(row: Row) -> bool:
    """Whether a condition is only held for possible."""
    told = row["history"][0].get("certainty")
    return bool(row["status"] == "possible" or (row["status"] == "historical" and told == "possible"))


def decision(row: Row) -> str:
    """The decision on resuscitation, in words."""
    parts = [_DECISIONS.get(row["decision"], "no decision told"), row["limit"] or ""]
    form = f"on a {row['form']} form" if row["form"] else ""
    return ", ".join(part for part in (*parts, form) if part)


def _anticoagulants(chart: Chart, newest: datetime) -> Iterator[Line]:
    for row in chart["medications"]:
        if not concepts.is_a(row["ingredient"], "anticoagulant"):
            continue
        if row["status"] == "current":
            text, citations = f"anticoagulant: {regimen(row)}", cited(row, "dose", "route", "frequency")
            broken = interruption(row)
            if broken:
                stop, again = broken
                text += f", restarted {day_of(again['taken_at'])}, was stopped {day_of(stop['taken_at'])}"
                citations = [*citations, again, stop]
            told = f"{capital(text)} ({noted(row)})"
            yield Line("alerts", told, citations, text, manner="anticoagulant", always=True)
        elif row["status"] in {"stopped", "on_hold"}:
            stop = first_stop(row)
            if newest - stop["taken_at"] <= _STOPPED_LATELY:
                verb = "stopped" if row["status"] == "stopped" else "on hold"
                text = f"anticoagulant {verb}: {names.drug(row['name'])} since {day_of(stop['taken_at'])}"
                hold = first_hold(row) if row["status"] == "stopped" else None
                places = [stop]
                if hold is not None and hold["taken_at"].date() != stop["taken_at"].date():
                    text, places = f"{text} (on hold since {day_of(hold['taken_at'])})", [stop, hold]
                yield Line("alerts", capital(text), places, text, manner="anticoagulant", always=True)


def _speaking(chart: Chart) -> Iterator[Line]:
    """What it takes to speak with the patient: what notes say most fully of it."""
    rows = [row for row in chart["advice"] if is_of_speaking(row["text"])]
    longest = sorted(rows, key=lambda row: len(row["text"]), reverse=True)
    # "With the interpreter" says no more than "with an Arabic interpreter".
    fullest = [row for at, row in enumerate(longest) if not any(_needed(row) <= _needed(one) for one in longest[:at])][
        :_WAYS_TO_SPEAK
    ]
    if fullest:
        told = "; ".join(f"{small(row['text'])} ({day_of(row['on'])})" for row in fullest)
        named = next((row for row in rows if language_of(row["text"])), fullest[0])
        item = f"communication: {small(named['text'])}"
        manner = "interpreter" if "interpreter" in item else "speaking"
        places = [place for row in fullest for place in row["citations"]]
        yield Line("alerts", f"Communication: {told}", places, item, manner=manner)


def swallowing_in(chart: Chart) -> list[Row]:
    """How the patient swallows, as the newest notes saw it; what they bid is told with the plan."""
    return [row for row in chart["findings"] if row["origin"] == "assessment" and is_of_swallowing(row["text"])]


def _needed(row: Row) -> set[str]:
    """The words of what it takes to speak with the patient that say which it is."""
    return set(_WORD.findall(str(row["text"]).lower())) - _BESIDE_NEEDS


def keep_open(chart: Chart) -> tuple[Row, list[Row]] | None:
    """The newest stent of an artery of the heart, with what is taken to keep it open: stopped early, it may close."""
    done = ((row, f"{row['concept']} {row['text']}") for row in of_status(chart["procedures"], "done"))
    stents = [row for row, told in done if _STENT.search(told) and _OF_THE_HEART.search(told)]
    taken = [
        row for row in of_status(chart["medications"], "current") if concepts.is_a(row["ingredient"], "antiplatelet")
    ]
    return (stents[0], taken) if stents and taken else None


def _antiplatelets(chart: Chart) -> Iterator[Line]:
    kept = keep_open(chart)
    if kept is None:
        return
    stent, taken = kept
    told, places = [], list(stent["citations"][:1])
    for row in taken:
        lifelong = is_for_life(row)
        until = " lifelong" if lifelong else f" {lasts(row)}" if row["until"] else ""
        told.append(f"{names.drug(row['name'])}{until}")
        places += [*cited(row, "until"), *([lifelong] if lifelong else [])]
    text = f"antiplatelets for a stent: {listed(told)}"
    yield Line("alerts", capital(text), places, text, always=True)


def _implants(chart: Chart) -> Iterator[Line]:
    """What operations left in the body: who scans, operates or uses diathermy has to know of it."""
    for row in of_status(chart["procedures"], "done"):
        if concepts.is_implant(row["concept"]):
            text = f"implanted: {row['text'].lower() if row['text'].isupper() else row['text']}"
            told = f"{text}, {day_of(row['on'])}" if row["on"] else text
            yield Line("alerts", capital(told), row["citations"][:2], told, always=True)


def widest(denied: Sequence[Row]) -> Sequence[Row]:
    """Without "no drug allergies" where no allergies at all are known."""
    if any(row["concept"] == "any" for row in denied):
        return [row for row in denied if row["concept"] == "any" or row["concept"] not in _WHOLE]
    return denied


def allergies_of(chart: Chart) -> Iterator[Line]:
    """The allergies with their reactions, and what is denied."""
    present = of_status(chart["allergies"], "present")
    for row in present:
        told = row["substance"] + (f" ({row['reaction']})" if row["reaction"] else "")
        yield Line("allergies", f"Allergy: {told}", row["citations"][:2], told, always=True)
    denied = of_status(chart["allergies"], "denied")
    for row in widest(denied):
        if row["concept"] in _WHOLE and not present:
            text = f"no known {_WHOLE[row['concept']]}allergies"
            yield Line("allergies", f"{capital(text)} ({noted(row)})", row["citations"][:1], text, manner="denied",
                       always=True)  # fmt: skip
    single = [row for row in denied if row["concept"] not in _WHOLE]
    if single:
        text = f"no allergy to {listed([row['substance'] for row in single])}"
        citations = [row["citations"][0] for row in single]
        yield Line("allergies", f"{capital(text)} ({noted(single[0])})", citations, "", manner="denied")
    for row in of_status(chart["allergies"], "refuted"):
        yield Line("allergies", f"No allergy any more, by the notes: {row['substance']} ({noted(row)})",
                   row["citations"][:2])  # fmt: skip
