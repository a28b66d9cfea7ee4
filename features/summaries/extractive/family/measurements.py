"""The few measurements that relatives can make something of."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from features.summaries.extractive.family.person import Person
from features.summaries.extractive.measures import weight_of
from features.summaries.extractive.telling import DIASTOLIC, SYSTOLIC, Chart, Line, Row, day_of, number

# Of 100 parts of the blood in the left chamber of the heart, so many at least leave it with each beat.
_PUMPS_WELL = 50
# How reports call what is not as it should be, unless it is denied.
_AMISS = re.compile(
    r"(?<!\bno )(?<!\bnot )(?<!\bwithout )\b(?:impair\w*|reduced|abnormal\w*|(?:hypo|a|dys)kine\w*|severe\w*|"
    r"moderate\w*|thrombus|scar\w*|dysfunction)\b",
    re.IGNORECASE,
)
_MEASURED = {
    "heart_rate": ("pulse", " beats a minute"),
    "weight": ("weight", " kg"),
    "body_temperature": ("temperature", " °C"),
    "oxygen_saturation": ("oxygen level", "%"),
}


def lines_of(chart: Chart, newest: datetime, person: Person) -> Iterator[Line]:
    """Blood pressure and weight, and of the last time that anything was measured pulse, temperature and oxygen.

    Args:
        chart: What the notes come to.
        newest: When the newest note was taken.
        person: Of whom it speaks.
    """
    last = max((str(row["at"])[:10] for row in chart["measurements"]), default="")
    values = {row["name"]: row for row in chart["measurements"]}
    high, low = values.get(SYSTOLIC), values.get(DIASTOLIC)
    if high and low and high["at"] == low["at"]:
        told = f"{number(high['value'])}/{number(low['value'])}"
        text = f"{person.own} blood pressure was {told} on {day_of(high['at'], 'family')}."
        weight = max(weight_of(high, chart, newest), weight_of(low, chart, newest))
        yield Line("measurements", text, [*high["citations"], *low["citations"]], text, weight=weight)
    pumps = values.get("ejection_fraction")
    if pumps and isinstance(pumps["value"], int | float):
        yield replace(_pumping(pumps, chart), weight=weight_of(pumps, chart, newest))
    sugar = values.get("hemoglobin_a1c")
    if sugar and isinstance(sugar["value"], int | float) and sugar["unit"] == "mmol/mol" and _has_diabetes(chart):
        yield replace(_long_term_sugar(sugar, person), weight=weight_of(sugar, chart, newest))
    for name, (read, unit) in _MEASURED.items():
        row = values.get(name)
        if row and (name == "weight" or str(row["at"])[:10] == last):
            text = f"{person.own} {read} was {number(row['value'])}{unit} on {day_of(row['at'], 'family')}."
            yield Line("measurements", text, row["citations"], text, weight=weight_of(row, chart, newest))


def _has_diabetes(chart: Chart) -> bool:
    return any("diabetes" in row["concept"] and row["status"] == "active" for row in chart["problems"])


def _long_term_sugar(row: Row, person: Person) -> Line:
    """What the blood sugar was over the last months, now and before, and which way that went."""
    text = f"{person.own} long-term blood sugar (HbA1c) was {number(row['value'])} on {day_of(row['at'], 'family')}."
    before = next((one for one in row["history"] if one["value"] != row["value"] and one["unit"] == row["unit"]), None)
    if before is None:
        return Line("measurements", text, row["citations"], text)
    way = "better" if row["value"] < before["value"] else "worse"
    more = f"{text} Before, it was {number(before['value'])}. That is {way}."
    return Line("measurements", more, [*row["citations"], before], more, manner="changed")


def _amiss_in_scan(row: Row, chart: Chart) -> list[Row]:
    """Where the note that tells of the scan has a finding of the heart that is not as it should be."""
    note = row["citations"][0]["note_id"]
    findings = [one for one in chart["findings"] if one["citations"][0]["note_id"] == note]
    return [one["citations"][0] for one in findings if one["origin"] == "result" and _AMISS.search(one["text"])][:1]


def _pumping(row: Row, chart: Chart) -> Line:
    """What a scan of the heart showed: which part of its blood it pumps out, now and before.

    That is as it should be only where the same scan found nothing amiss.
    """
    share = number(row["value"])
    text = (
        f"A scan showed that the heart pumps out {share}% of its blood with each beat ({day_of(row['at'], 'family')})."
    )
    before = next((one for one in row["history"] if one["value"] != row["value"] and one["unit"] == row["unit"]), None)
    usual = row["value"] >= _PUMPS_WELL
    amiss = _amiss_in_scan(row, chart) if usual else []
    if amiss:
        more = " The scan found something else that is not as it should be. Ask the team what it means."
    else:
        more = " That is as it should be." if usual else " That is less than in most people."
    more += f" Before, it was {number(before['value'])}%." if before else ""
    if before and isinstance(before["value"], int | float) and not usual:
        more += f" The heart is {'weaker' if row['value'] < before['value'] else 'stronger'} than before."
    places = [*row["citations"], *([before] if before else []), *amiss]
    # That all is as it should be, one number does not say.
    short = f"The heart pumps out {share}% of its blood with each beat ({day_of(row['at'], 'family')})."
    if not usual:
        way = "less than before" if before and row["value"] < before["value"] else "less than in most people"
        short = f"{short[:-1]}, {way}."
    return Line("measurements", f"{text}{more}", places, short, manner="changed" if before else "")
