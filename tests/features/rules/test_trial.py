"""Trials: whom a rule would match, counted without changing anything."""

import asyncio

import pytest

from features.rules import trial
from features.rules.vocabulary import FACTS
from rounds import auth
from rounds.data import new_id
from tests.features.rules.conftest import BODY, refused


async def admitted(client, **more):
    answer = await client.post("/patients", json={"name": "Ada Byron", "date_of_birth": "1990-01-01", **more})
    assert answer.status_code == 201, answer.text
    return answer.json()["id"]


@pytest.fixture
async def ward(client):
    """Three hundred patients; every third is heavy, every fifth was never measured, every second is in pain."""
    heavy, unmeasured, pained = [], [], []
    for place in range(300):
        more = {"date_of_birth": f"{1926 + place % 90}-05-01"}
        if place % 2 == 0:
            more["conditions"] = ["chronic pain"]
        if place % 5:
            more |= {"height_cm": 170, "weight_kg": 95 if place % 3 == 0 else 60}
        made = await admitted(client, **more)
        if place % 5 == 0:
            unmeasured.append(made)
        elif place % 3 == 0:
            heavy.append(made)
        if place % 2 == 0:
            pained.append(made)
    return {"heavy": sorted(heavy), "unmeasured": unmeasured, "pained": pained}


async def tried(client, rule, body=None):
    answer = await client.post(f"/rules/{rule['id']}/try", json=body)
    assert answer.status_code == 200, answer.text
    return answer.json()


async def test_a_trial_counts_and_samples_and_changes_nothing(client, rule, ward):
    weight = await rule(expression="bmi > 30")
    wanted = {
        "evaluated": 300,
        "matched": len(ward["heavy"]),
        "missing": {"bmi": 60},
        "errors": {},
        "sample": ward["heavy"][:10],
        "complete": True,
    }
    assert await tried(client, weight) == wanted
    assert await tried(client, weight, {}) == wanted
    pained = await tried(client, weight, {"expression": "chronic_pain"})
    assert (pained["matched"], pained["missing"]) == (150, {})
    several = await tried(client, weight, {"expression": "bmi > 30 && observations.heart_rate > 100"})
    assert (several["matched"], several["missing"]) == (0, {"bmi": 60, "observations.heart_rate": 300})
    assert (await client.get(f"/rules/{weight['id']}")).json() == weight
    assert len((await client.get(f"/rules/{weight['id']}/versions")).json()["data"]) == 1


async def test_what_fails_on_some_is_counted_by_reason(client, rule, ward):
    failing = await rule(expression="conditions[0] == 'chronic pain'")
    result = await tried(client, failing)
    assert result["errors"] == {"there is no element of this number": 150}
    assert result["matched"] == 150


async def test_a_limit_ends_it_early(client, rule, ward):
    weight = await rule(expression="true")
    for limit, evaluated, complete in [(1, 1, False), (299, 299, False), (300, 300, True), (301, 300, True)]:
        result = await tried(client, weight, {"limit": limit})
        assert (result["evaluated"], result["matched"], result["complete"]) == (evaluated, evaluated, complete)
        assert len(result["sample"]) == min(limit, 10)
    for limit in (0, -1, 1_000_001, 1.5, "9", True):
        answer = await client.post(f"/rules/{weight['id']}/try", json={"limit": limit})
        assert refused(answer)[0][0] == "/limit"


async def test_many_pages_count_as_one(client, rule, ward, monkeypatch):
    weight = await rule(expression="bmi > 30")
    whole = await tried(client, weight)
    monkeypatch.setattr(trial, "PAGE", 7)
    monkeypatch.setattr(trial, "_PAGE", trial.page_of(7))
    assert await tried(client, weight) == whole
    assert (await tried(client, weight, {"limit": 20}))["evaluated"] == 20
    assert (await tried(client, weight, {"limit": 294}))["complete"] is False


async def test_deleted_patients_and_procedures_do_not_count(client, rule):
    rehabilitation = await rule(
        expression="procedures.exists(p, p.surgical && p.department in rehab_departments && p.days_ago <= 90)"
    )
    procedure = {"code": "HIP", "name": "Hip replacement", "department": "Orthopaedics", "surgical": True}
    kind = (await client.post("/procedures", json=procedure)).json()["id"]
    ids = [await admitted(client) for _ in range(3)]
    performed = []
    for patient in ids:
        body = {"patient_id": patient, "procedure_id": kind, "performed_at": f"{trial.clock.today()}T00:00:00Z"}
        answer = await client.post("/patient_procedures", json=body)
        assert answer.status_code == 201, answer.text
        performed.append(answer.json()["id"])
    assert (await tried(client, rehabilitation))["sample"] == sorted(ids)
    await client.delete(f"/patients/{ids[0]}")
    await client.delete(f"/patient_procedures/{performed[1]}")
    result = await tried(client, rehabilitation)
    assert (result["evaluated"], result["sample"]) == (2, [ids[2]])


async def test_a_ward_without_patients(client, rule):
    result = await tried(client, await rule())
    assert (result["evaluated"], result["matched"], result["complete"]) == (0, 0, True)


async def test_an_inactive_rule_can_be_tried(client, rule):
    await admitted(client)
    assert (await tried(client, await rule(expression="age > 0", active=False)))["matched"] == 1


async def test_one_trial_runs_at_a_time(live, monkeypatch):
    weight = (await live.post("/rules", json={**BODY, "expression": "true"})).json()
    await admitted(live)
    running, most = 0, 0

    async def in_line(judge, *arguments):
        nonlocal running, most
        running += 1
        most = max(most, running)
        for _ in range(50):  # gives the others every chance to come in
            await asyncio.sleep(0)
        running -= 1
        return judge(*arguments)

    monkeypatch.setattr(trial.asyncio, "to_thread", in_line)
    results = await asyncio.gather(*(tried(live, weight) for _ in range(4)))
    assert most == 1
    assert {result["matched"] for result in results} == {1}


async def test_a_trial_that_breaks_off_lets_the_next_one_in(client, rule, monkeypatch):
    weight = await rule(expression="true")
    await admitted(client)

    def broken(*arguments, **more):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(trial, "facts_of", broken)
        assert (await client.post(f"/rules/{weight['id']}/try")).status_code == 500
    assert (await tried(client, weight))["matched"] == 1


async def test_bodies_that_are_none(client, rule):
    own = f"/rules/{(await rule())['id']}/try"
    assert refused(await client.post(own, json={"rule": "x"})) == [("/rule", "extra_forbidden")]
    assert (await client.post(f"/rules/{new_id()}/try")).status_code == 404
    assert refused(await client.post("/rules/1/try"))[0][0] == "path:rule_id"


NAMING = {
    "age": "age > 1",
    "sex": "sex == 'other'",
    "bmi": "bmi > 30",
    "conditions": "conditions.exists(c, c == 'asthma')",
    "chronic_pain": "chronic_pain",
    "procedures": "procedures.exists(p, p.surgical)",
    "rehab_departments": "size(rehab_departments) > 0",
    "recent_surgery_days": "recent_surgery_days > 1",
    "observations": "observations.weight > 1.0",
    "problems": "size(problems) > 0",
    "medications": "size(medications) > 0",
    "allergies": "size(allergies) > 0",
}


async def test_an_expression_is_tried_before_it_becomes_a_rule(client, as_role, ward):
    before = (await client.get("/rules", params={"total": "true"})).json()["pagination"]["total"]
    answer = await client.post("/rules/try", json={"expression": "bmi > 30"})
    assert answer.status_code == 200
    assert answer.json()["matched"] == len(ward["heavy"])
    assert answer.json()["missing"] == {"bmi": len(ward["unmeasured"])}
    assert (await client.get("/rules", params={"total": "true"})).json()["pagination"]["total"] == before
    assert refused(await client.post("/rules/try", json={"expression": "bmi >"}))[0][0] == "/expression"
    assert refused(await client.post("/rules/try", json={}))[0][0] == "/expression"
    async with as_role("nurse") as nurse:
        assert (await nurse.post("/rules/try", json={"expression": "bmi > 30"})).status_code == 403


async def test_a_trial_needs_the_scopes_of_what_its_expression_names(as_role, rule, monkeypatch):
    """Whom an expression matches tells what it asks about, one question at a time."""
    assert NAMING.keys() == FACTS.keys()
    own = f"/rules/{(await rule(expression='true'))['id']}/try"
    reading = {fact.scope for fact in FACTS.values() if fact.scope}
    assert reading == {"patients:read", "procedures:read", "notes:read"}
    for name, expression in NAMING.items():
        asked = [expression, f"true || {expression}", f"!({expression})"]
        if name == "observations":
            asked += ["has(observations.weight)", "'weight' in observations", "size(observations) > 1"]
        for each in asked:
            for lacking in sorted(reading):
                role = frozenset({"rules:read", "rules:write", "evaluate:run", *reading}) - {lacking}
                monkeypatch.setitem(auth.ROLES, "nurse", role)
                async with as_role("nurse") as somebody:
                    answer = await somebody.post(own, json={"expression": each})
                needed = {FACTS[name].scope, "patients:read"}
                assert answer.status_code == (403 if lacking in needed else 200), (each, lacking, answer.text)
                if answer.status_code == 403:
                    assert lacking in answer.json()["detail"]


async def test_a_rules_own_expression_needs_its_scopes_too(as_role, rule, monkeypatch):
    own = f"/rules/{(await rule(expression='observations.weight > 80.0'))['id']}/try"
    monkeypatch.setitem(auth.ROLES, "nurse", frozenset({"rules:write", "patients:read"}))
    async with as_role("nurse") as somebody:
        assert (await somebody.post(own)).status_code == 403
        assert (await somebody.post(own, json={"expression": "age > 1"})).status_code == 200


@pytest.mark.parametrize("role", ["nurse", "service"])
async def test_who_may_only_evaluate_may_not_try(as_role, rule, role):
    """One question after another, they would learn what they may not read."""
    assert "evaluate:run" in auth.ROLES[role]
    own = f"/rules/{(await rule(expression='age > 1'))['id']}/try"
    async with as_role(role) as somebody:
        for body in (None, {"expression": "age > 1"}):
            answer = await somebody.post(own, json=body)
            assert answer.status_code == 403
            assert "rules:write" in answer.json()["detail"]
