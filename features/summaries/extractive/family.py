"""The chart in whole plain sentences, as a relative reads it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from features.summaries.extractive.clinician import DIASTOLIC, SYSTOLIC, Chart, denial, grave_in
from features.summaries.extractive.telling import Line, Row, capital, day_of, ended, number, of_status
from features.summaries.wording import explained, is_plain, plain, purpose_of

_MEASURED = {
    "heart_rate": ("pulse", " beats a minute"),
    "weight": ("weight", " kg"),
    "temperature": ("temperature", " degrees"),
    "oxygen_saturation": ("oxygen in the blood", " %"),
}
WHOM_TO_ASK = "If you have questions or worries, ask the care team."


@dataclass(frozen=True, slots=True)
class Person:
    """How the patient is spoken of."""

    sex: str

    @property
    def name(self) -> str:
        """At the beginning of a sentence."""
        return {"female": "She", "male": "He"}.get(self.sex, "The patient")

    @property
    def own(self) -> str:
        """Whose."""
        return {"female": "Her", "male": "His"}.get(self.sex, "The patient's")


def lines_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """All of the chart that a relative is told."""
    for row in grave_in(chart, newest):
        means = explained(row["concept"])
        verb = "may have" if row["status"] == "possible" else "had"
        text = f"{person.name} {verb} {means.name} on {day_of(newest, whole=True)}."
        yield Line("alerts", _with(text, means.means), row["citations"][:1], text)
    for row in chart["avoid"]:
        name = plain(row["substance"])
        text = f"{person.name} must not take {name}. Ask the team before any new medicine."
        yield Line("alerts", text, row["citations"], f"{person.name} must not take {name}.", True)
    yield from _allergies(chart, person)
    yield from _problems(chart, person)
    yield from _medicines(chart, person)
    yield from _measurements(chart, person)
    yield from _steps(chart)
    yield from _past(chart, person)


def _with(sentence: str, more: str) -> str:
    return f"{sentence} {more}".strip()


def _allergies(chart: Chart, person: Person) -> Iterator[Line]:
    present = of_status(chart["allergies"], "present")
    for row in present:
        text = f"{person.name} is allergic to {plain(row['substance'])}."
        more = f"It caused: {plain(row['reaction']).lower()}." if row["reaction"] else ""
        yield Line("allergies", _with(text, more), row["citations"], text, True)
    for row in of_status(chart["allergies"], "denied"):
        told = denial(row, bool(present))
        if told:
            yield Line("allergies", f"{told}.", row["citations"], f"{told}.", True)


def _problems(chart: Chart, person: Person) -> Iterator[Line]:
    told: set[str] = set()
    for row in of_status(chart["problems"], "active", "possible"):
        means = explained(row["concept"])
        side = (
            f" on the {row['side']} side" if row["side"] in {"left", "right"} and row["side"] not in means.name else ""
        )
        if row["status"] == "possible":
            text = f"{person.name} may have {means.name}{side}. This is not certain yet."
        else:
            text = f"{person.name} has {means.name}{side}."
        explanation = means.means if means.means not in told else ""
        told.add(means.means)
        yield Line("problems", _with(text, explanation), row["citations"][:2], text)


def _medicines(chart: Chart, person: Person) -> Iterator[Line]:
    told: set[str] = set()
    for row in of_status(chart["medications"], "current"):
        purpose = purpose_of(row["ingredient"])
        reason = plain(row["reason"]) if row["reason"] and is_plain(plain(row["reason"])) else ""
        name = capital(plain(row["name"]))
        if purpose:
            text = f"{name} {purpose.does}."
        elif reason:
            text = f"{name} is for {reason.lower()}."
        else:
            text = f"{person.name} takes {plain(row['name'])}. The team can tell you what it is for."
        how = " ".join(row[part] for part in ("dose", "route", "frequency") if row[part])
        dose = f"The dose is {_manner(how)}." if row["dose"] and (purpose or reason) else ""
        short = "" if text in told else f"{person.name} takes {plain(row['name'])}."
        told.add(text)
        yield Line("medications", _with(text, dose), row["citations"][:2], short, True)
    for row in of_status(chart["medications"], "on_hold", "unclear"):
        name = plain(row["name"])
        text = (
            f"{capital(name)} is paused." if row["status"] == "on_hold" else f"Ask the team if {name} is still needed."
        )
        yield Line("stopped", text, row["citations"], "", True)
    for row in of_status(chart["medications"], "stopped"):
        yield Line("stopped", f"{person.name} no longer takes {plain(row['name'])}.", row["citations"][:2])


def _manner(how: str) -> str:
    for written, read in (("oral", "by mouth"), (" daily", " a day"), ("subcutaneous", "under the skin")):
        how = how.replace(written, read)
    return plain(how)


def _measurements(chart: Chart, person: Person) -> Iterator[Line]:
    values = {row["name"]: row for row in chart["measurements"]}
    high, low = values.get(SYSTOLIC), values.get(DIASTOLIC)
    if high and low and high["at"] == low["at"]:
        told = f"{number(high['value'])}/{number(low['value'])}"
        text = f"{person.own} blood pressure was {told} on {day_of(high['at'], whole=True)}."
        yield Line("measurements", text, [*high["citations"], *low["citations"]], text)
    for name, (read, unit) in _MEASURED.items():
        if row := values.get(name):
            text = f"{person.own} {read} was {number(row['value'])}{unit} on {day_of(row['at'], whole=True)}."
            yield Line("measurements", text, row["citations"], text)


def _steps(chart: Chart) -> Iterator[Line]:
    for row in chart["next_steps"]:
        text = _step(row)
        if text:
            yield Line("plan", text, row["citations"], text)


def _step(row: Row) -> str:
    if row["kind"] == "medication":
        drug = row["citations"][0]["quote"] if row["condition"] else row["text"]
        return f"The team plans a medicine: {plain(drug)}. Ask them what it is for." if is_plain(plain(drug)) else ""
    text = plain(row["text"])
    if not is_plain(text):
        return ""
    due = day_of(row["due"], whole=True) if row["due"] and str(row["due"])[:4].isdecimal() else ""
    told = ended(f"This is planned: {text}{f' ({due})' if due else ''}")
    condition = plain(row["condition"] or "")
    return told if not condition or condition.lower() in text.lower() else f"{told} It depends on this: {condition}."


def _past(chart: Chart, person: Person) -> Iterator[Line]:
    for row in of_status(chart["problems"], "resolved", "historical", "ruled_out"):
        means = explained(row["concept"])
        if row["status"] == "ruled_out":
            text = f"{person.name} does not have {means.name}."
        else:
            text = f"{person.name} had {means.name} in the past."
        yield Line("history", text, row["citations"][:2])
    for row in of_status(chart["procedures"], "done"):
        text = plain(row["text"])
        if is_plain(text):
            day = f" ({day_of(row['on'], whole=True)})" if row["on"] else ""
            yield Line("history", f"This was done: {text}{day}.", row["citations"][:2])
    for row in chart["family_history"]:
        relative = f"{person.own} {row['relative']}" if row["relative"] else "Someone in the family"
        yield Line("family", f"{relative} has or had {explained(row['concept']).name}.", row["citations"])
