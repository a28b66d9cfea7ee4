"""The chart as a colleague tells it at handover."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime, timedelta

from clinical import concepts
from features.summaries.extractive.grave import is_grave
from features.summaries.extractive.telling import Line, Row, capital, day_of, earlier, listed, number, of_status
from features.summaries.wording import purpose_of

_TOGETHER = timedelta(hours=24)
SHORT_NAMES = {
    "heart_rate": "HR",
    "respiratory_rate": "RR",
    "oxygen_saturation": "SpO2",
    "temperature": "Temp",
    "weight": "Weight",
    "height": "Height",
    "bmi": "BMI",
    "egfr": "eGFR",
    "hba1c": "HbA1c",
    "pain_score": "Pain",
}
SYSTOLIC, DIASTOLIC = "systolic_blood_pressure", "diastolic_blood_pressure"

Chart = Mapping[str, Sequence[Row]]


def lines_of(chart: Chart, newest: datetime) -> Iterator[Line]:
    """All that the chart says, in the order of a handover."""
    yield from _alerts(chart, newest)
    yield from _allergies(chart)
    yield from _problems(chart)
    yield from _medications(chart)
    yield from _measurements(chart)
    yield from _steps(chart)
    yield from _conflicts(chart)
    yield from _past(chart)


def _alerts(chart: Chart, newest: datetime) -> Iterator[Line]:
    for row in grave_in(chart, newest):
        doubt = "possible " if row["status"] == "possible" else ""
        text = capital(f"{doubt}{row['name']}")
        yield Line("alerts", f"{text} ({day_of(newest)})", row["citations"][:1], text)
    for row in chart["avoid"]:
        reason = f" ({row['reason']})" if row["reason"] else ""
        yield Line("alerts", f"Avoid {row['substance']}{reason}", row["citations"], f"avoid {row['substance']}", True)
    for row in of_status(chart["medications"], "current"):
        stopped, again = earlier(row)
        if stopped and again and concepts.is_a(row["ingredient"], "anticoagulant"):
            text = (
                f"Anticoagulant {row['name']} restarted {day_of(again['taken_at'])}, "
                f"was stopped {day_of(stopped['taken_at'])}"
            )
            yield Line("alerts", text, row["citations"], text, True)


def grave_in(chart: Chart, newest: datetime) -> list[Row]:
    """The gravest of what the newest note, or another one of the same day, tells."""
    found = of_status(chart["problems"], "active", "possible")
    return [
        row
        for row in found
        if row["citations"] and is_grave(row["concept"]) and newest - row["last_noted"] <= _TOGETHER
    ]


def _allergies(chart: Chart) -> Iterator[Line]:
    present = of_status(chart["allergies"], "present")
    for row in present:
        told = row["substance"] + (f" ({row['reaction']})" if row["reaction"] else "")
        yield Line("allergies", f"Allergy: {told}", row["citations"], told, True)
    for row in of_status(chart["allergies"], "denied"):
        text = denial(row, bool(present))
        if text:
            day = day_of(row["citations"][0]["taken_at"])
            yield Line("allergies", f"{text} ({day})", row["citations"], text, True)
    for row in of_status(chart["allergies"], "refuted"):
        yield Line("allergies", f"No allergy to {row['substance']} (record taken back)", row["citations"])


def denial(row: Row, others: bool) -> str:
    """How a denial is told; empty where there is nothing to tell."""
    if row["concept"] in {"any", "drugs", "foods"}:
        what = {"any": "", "drugs": "drug ", "foods": "food "}[row["concept"]]
        return "" if others else f"No known {what}allergies"
    return f"No allergy to {row['substance']}"


def _problems(chart: Chart) -> Iterator[Line]:
    current = of_status(chart["medications"], "current")
    for row in of_status(chart["problems"], "active", "possible"):
        doubt = "possible " if row["status"] == "possible" else ""
        told = f"{doubt}{row['name']}"
        treated = [drug for drug in current if treats(drug, row)] if not doubt else []
        drugs = f" – {listed([regimen(drug) for drug in treated])}" if treated else ""
        cited = [*row["citations"][:2], *(drug["citations"][0] for drug in treated)]
        yield Line("problems", f"{capital(told)}{drugs}", cited, told)


def treats(drug: Row, problem: Row) -> bool:
    """Whether a drug is taken for a problem: as the notes say, or as such drugs are."""
    if drug["reason"]:
        return concepts.concept_of(drug["reason"], "condition") == str(problem["concept"])
    purpose = purpose_of(drug["ingredient"])
    return purpose is not None and problem["concept"] in purpose.conditions


def regimen(row: Row) -> str:
    """A drug with how it is taken."""
    if row["regimen"]:
        steps = (
            " ".join(str(step[part]) for part in ("dose", "frequency", "duration") if step.get(part))
            for step in row["regimen"]
        )
        follow = any(step.get("duration") for step in row["regimen"])
        return f"{row['name']} {(', then ' if follow else ' and ').join(steps)}"
    return " ".join(row[part] for part in ("name", "dose", "route", "frequency") if row[part])


def _medications(chart: Chart) -> Iterator[Line]:
    for row in of_status(chart["medications"], "current"):
        told = regimen(row)
        said = row["history"][0] if row["history"] else {}
        event = {"started": "started", "changed": "changed"}.get(str(said.get("status")))
        change = f" – {event} {day_of(said['taken_at'])}" if event else ""
        yield Line("medications", f"{capital(told)}{change}", row["citations"][:2], told, True)
    heads = {"planned": "Planned", "on_hold": "On hold", "unclear": "Unclear whether still taken"}
    for status, head in heads.items():
        for row in of_status(chart["medications"], status):
            yield Line("stopped", f"{head}: {regimen(row)}", row["citations"], "", status != "planned")
    for row in of_status(chart["medications"], "stopped", "completed"):
        head = "Stopped" if row["status"] == "stopped" else "Course completed"
        yield Line(
            "stopped", f"{head}: {row['name']} ({day_of(row['citations'][0]['taken_at'])})", row["citations"][:2]
        )


def _measurements(chart: Chart) -> Iterator[Line]:
    values = {row["name"]: row for row in chart["measurements"]}
    high, low = values.get(SYSTOLIC), values.get(DIASTOLIC)
    if high and low and high["at"] == low["at"]:
        told = f"BP {number(high['value'])}/{number(low['value'])} mmHg"
        cited = [*high["citations"], *low["citations"]]
        yield Line("measurements", f"{told} ({day_of(high['at'])})", cited, told)
    paired = {SYSTOLIC, DIASTOLIC} if high and low and high["at"] == low["at"] else set()
    for row in chart["measurements"]:
        if row["name"] not in paired:
            name = SHORT_NAMES.get(row["name"], row["name"].replace("_", " "))
            told = _told(name, row)
            yield Line("measurements", f"{told} ({day_of(row['at'])})", row["citations"], told)


def _told(name: str, row: Row) -> str:
    unit = f" {row['unit']}" if row["unit"] else ""
    return capital(f"{name} {number(row['value'])}{unit}")


def _steps(chart: Chart) -> Iterator[Line]:
    for row in chart["next_steps"]:
        text = step(row)
        yield Line("plan", capital(text), row["citations"], text)


def step(row: Row) -> str:
    """A step with its day and its condition."""
    due = day_of(row["due"]) if row["due"] else ""
    text = row["text"] if not due or str(row["due"]).lower() in row["text"].lower() else f"{row['text']} ({due})"
    condition = row["condition"]
    if not condition or condition.lower() in text.lower():
        return str(text)
    if text.lower() in condition.lower() or row["kind"] == "medication":
        return str(condition)
    return f"{condition}: {text}"


def _conflicts(chart: Chart) -> Iterator[Line]:
    for row in chart["conflicts"]:
        sides = "; ".join(f"{side['said']} ({day_of(side['taken_at'])})" for side in row["between"])
        yield Line("conflicts", f"Notes disagree on {row['about']}: {sides}", row["between"], "", True)


def _past(chart: Chart) -> Iterator[Line]:
    heads: dict[str, str] = {"resolved": "Resolved", "historical": "In the past", "ruled_out": "Ruled out"}
    for status, head in heads.items():
        for row in of_status(chart["problems"], status):
            yield Line("history", f"{head}: {row['name']}", row["citations"][:2])
    for row in of_status(chart["procedures"], "done"):
        day = f" ({day_of(row['on'])})" if row["on"] else ""
        yield Line("history", f"{capital(row['text'])}{day}", row["citations"][:2])
    for row in chart["family_history"]:
        relative = row["relative"] or "family"
        yield Line("family", f"{capital(relative)}: {row['condition']}", row["citations"])


def who(age: int, sex: str) -> str:
    """Who it is: "78-year-old man"."""
    return f"{age}-year-old {({'female': 'woman', 'male': 'man'}).get(sex, 'person') if age >= 18 else 'child'}"
