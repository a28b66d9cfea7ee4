"""The few measurements that relatives can make something of."""

from collections.abc import Iterator

from features.summaries.extractive.family.person import Person
from features.summaries.extractive.telling import DIASTOLIC, SYSTOLIC, Chart, Line, day_of, number

_MEASURED = {
    "heart_rate": ("pulse", " beats a minute"),
    "weight": ("weight", " kg"),
    "body_temperature": ("temperature", " °C"),
    "oxygen_saturation": ("oxygen level", "%"),
}


def lines_of(chart: Chart, person: Person) -> Iterator[Line]:
    """Blood pressure and weight, and of the last time that anything was measured pulse, temperature and oxygen."""
    last = max((str(row["at"])[:10] for row in chart["measurements"]), default="")
    values = {row["name"]: row for row in chart["measurements"]}
    high, low = values.get(SYSTOLIC), values.get(DIASTOLIC)
    if high and low and high["at"] == low["at"]:
        told = f"{number(high['value'])}/{number(low['value'])}"
        text = f"{person.own} blood pressure was {told} on {day_of(high['at'], 'family')}."
        yield Line("measurements", text, [*high["citations"], *low["citations"]], text)
    for name, (read, unit) in _MEASURED.items():
        row = values.get(name)
        if row and (name == "weight" or str(row["at"])[:10] == last):
            text = f"{person.own} {read} was {number(row['value'])}{unit} on {day_of(row['at'], 'family')}."
            yield Line("measurements", text, row["citations"], text)
