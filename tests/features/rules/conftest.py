from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

import httpx
import pytest

from features.rules.engine import Facts, Rule
from features.rules.facts import Policy, facts_of
from rounds.data import new_id

Make = Callable[..., Awaitable[dict[str, Any]]]

TODAY = date(2026, 3, 10)
POLICY = Policy(rehab_departments=("orthopaedics",), recent_surgery_days=90)
BODY = {"code": "physical_therapy", "recommendation": "Physical Therapy", "expression": "age > 65 && chronic_pain"}


def rule_of(expression: str, code: str = "a_rule") -> Rule:
    return Rule(id=new_id(), code=code, version=1, recommendation="Something", expression=expression)


def row(**more: object) -> dict[str, Any]:
    """A row of FACT_ROWS, of a patient of whom nothing is wrong."""
    return {
        "patient_id": new_id(),
        "date_of_birth": date(1990, 1, 1),
        "sex": "female",
        "height_cm": 170.0,
        "weight_kg": 60.0,
        "conditions": [],
        "procedures": "[]",
        "observations": None,
        "noted": False,
        "chart": None,
        **more,
    }


def facts(**more: object) -> Facts:
    return facts_of(row(**more), policy=POLICY, today=TODAY)


def refused(answer: httpx.Response) -> list[tuple[str, str]]:
    assert answer.status_code == 422, answer.text
    return [(error["pointer"], error["code"]) for error in answer.json()["errors"]]


@pytest.fixture
def rule(client: httpx.AsyncClient) -> Make:
    """`made = await rule(code="...", expression="...")`"""

    async def rule(**more: object) -> dict[str, Any]:
        answer = await client.post("/rules", json={**BODY, **more})
        assert answer.status_code == 201, answer.text
        return answer.json()

    return rule
