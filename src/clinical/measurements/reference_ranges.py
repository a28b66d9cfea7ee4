"""Between which values a vital sign of an adult is unremarkable.

They are those that score 0 in the National Early Warning Score (Royal College of Physicians, NEWS2, 2017), which is for
people of 16 years and older, not for pregnancy. For other signs, and for children, whose ranges change with their age,
none is told. Of laboratory values none is told either: their ranges are those of the laboratory.
"""

ADULT_YEARS = 16
# Lowest and highest, in the unit in which notes are understood; None where there is no such end.
ADULT: dict[str, tuple[float | None, float | None]] = {
    "respiratory_rate": (12, 20),
    "oxygen_saturation": (96, None),
    "systolic_blood_pressure": (111, 219),
    "heart_rate": (51, 90),
    "body_temperature": (36.1, 38.0),
}


def reference_range(vital: str, age: int) -> tuple[float | None, float | None] | None:
    """The lowest and highest unremarkable value of a vital sign at an age in years; None where none is told."""
    return ADULT.get(vital) if age >= ADULT_YEARS else None
