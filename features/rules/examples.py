"""Invented facts on which a new expression is tried before it is accepted."""

from collections.abc import Mapping, Sequence
from typing import Any

from features.rules.vocabulary import VITALS

_DRUGS = ("ramipril", "apixaban", "metformin")


def _facts(age: int, sex: str, bmi: float, conditions: Sequence[str], procedures: int, vital: float) -> dict[str, Any]:
    return {
        "age": age,
        "sex": sex,
        "bmi": bmi,
        "conditions": list(conditions),
        "chronic_pain": any("pain" in condition for condition in conditions),
        "procedures": [
            {
                "code": f"procedure-{place}",
                "department": "orthopaedics" if place % 2 == 0 else "cardiology",
                "surgical": place % 3 != 2,
                "days_ago": 45 * place,
            }
            for place in range(procedures)
        ],
        "problems": [{"name": each, "concept": each, "status": "active"} for each in conditions],
        "medications": [{"name": each, "ingredient": each, "status": "current"} for each in _DRUGS[:procedures]],
        "allergies": [{"substance": "penicillin", "concept": "penicillin", "status": "present"}] * (procedures % 2),
        "rehab_departments": ["orthopaedics"],
        "recent_surgery_days": 90,
        "observations": {name: vital + place for place, name in enumerate(VITALS)},
    }


EXAMPLES: Sequence[Mapping[str, Any]] = (
    _facts(72, "female", 31.4, ["chronic pain", "type 2 diabetes", "hypertension"], 6, 95.0),
    _facts(35, "male", 22.0, [], 0, 60.0),
    _facts(0, "other", 14.9, ["prematurity"], 1, 36.5),
    _facts(101, "female", 18.3, ["dementia", "chronic back pain"], 2, 120.0),
    _facts(65, "male", 30.0, ["asthma"], 3, 1.0),
    {**_facts(50, "female", 45.1, ["obesity"], 12, 180.0), "observations": {}},
)
