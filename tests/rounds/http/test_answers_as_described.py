"""What is answered is what the OpenAPI document says: parts that slices hang on others, charts, problems."""

import copy

import pytest

from rounds.data import new_id
from tests.described import Description

NOTE = """\
Assessment: acute bronchitis. Mother had breast cancer. Allergic to penicillin (rash). Avoid NSAIDs.
HR 88, BP 142/88, SpO2 97%. Underwent right total knee replacement on 11/05/2025.
Plan: start doxycycline 100 mg PO twice daily for 5 days. CT of the chest in April.
"""
LATER = "Bronchitis has resolved. Stop doxycycline. HR 72. Ramipril 5 mg OD continued. Possible asthma."


@pytest.fixture
def description(app):
    return Description(app.openapi())


@pytest.fixture
def ask(client, description):
    """`ask(method, path, status, **more)`: what was answered, which is as it is described."""

    async def ask(method, path, status, **more):
        answer = await client.request(method, path, **more)
        assert answer.status_code == status, (method, path, answer.text)
        assert description.faults_of(answer) == []
        return answer.json() if answer.content else None

    return ask


@pytest.fixture
async def patient(ask):
    """A patient who has something of everything."""
    body = {"name": "Ada Byron", "date_of_birth": "1950-01-01", "identifiers": [{"system": "free", "value": "1"}]}
    patient = await ask("POST", "/patients", 201, json=body)
    own = {"patient_id": patient["id"]}
    department = (await ask("POST", "/departments", 201, json={"name": "Chest clinic"}))["id"]
    clinician = {"name": "Dr Grace Okafor", "department_id": department}
    clinician = (await ask("POST", "/clinicians", 201, json=clinician))["id"]
    procedure = {"code": "TKR", "name": "Total knee replacement", "department": "orthopaedics", "surgical": True}
    procedure = (await ask("POST", "/procedures", 201, json=procedure))["id"]
    for path, made in {
        f"/patients/{patient['id']}/address": {"line1": "14 Mill Lane", "postcode": "yo88qn"},
        "/tasks": {**own, "task_type": "blood test"},
        "/appointments": {
            **own,
            "clinician_id": clinician,
            "department_id": department,
            "start_at": "2036-03-09T10:00:00Z",
            "duration": "30m",
        },
        "/patient_procedures": {**own, "procedure_id": procedure, "performed_at": "2025-05-11T10:00:00Z"},
        "/recommendations": {**own, "recommendation": "Physical Therapy"},
        f"/patients/{patient['id']}/notes": {"taken_at": "2026-03-02T09:00:00Z", "content": NOTE},
    }.items():
        await ask("POST", path, 201, json=made)
    await ask(
        "POST", f"/patients/{patient['id']}/notes", 201, json={"taken_at": "2026-03-16T09:00:00Z", "content": LATER}
    )
    return patient


async def test_what_is_included(ask, patient, description):
    names = description.document["components"]["schemas"]["PatientInclude"]["enum"]
    found = await ask("GET", f"/patients/{patient['id']}", 200, params={"include": ",".join(names)})
    assert {*found["included"]} == {*names}
    assert all(found["included"].values())
    (listed,) = (await ask("GET", "/patients", 200, params={"include": ",".join(names)}))["data"]
    assert listed["included"] == found["included"]


@pytest.mark.parametrize("path", ["/patient_procedures", "/recommendations"])
async def test_what_is_expanded(ask, patient, path, description):
    (expand,) = [each for each in description.document["paths"][path]["get"]["parameters"] if each["name"] == "expand"]
    names = description.document["components"]["schemas"][expand["schema"]["items"]["$ref"].rpartition("/")[2]]["enum"]
    (one,) = (await ask("GET", path, 200, params={"expand": ",".join(names)}))["data"]
    assert one["patient"]["id"] == patient["id"]


async def test_the_chart_and_the_summary(ask, patient):
    chart = await ask("GET", f"/patients/{patient['id']}/chart", 200)
    told = {name for line in chart["problems"] + chart["medications"] for each in line["history"] for name in each}
    assert {"certainty", "status", "dose"} <= told
    summary = await ask("GET", f"/patients/{patient['id']}/summary", 200)
    assert all(summary["key_facts"].values())


async def test_facts_keep_what_is_known_of_them(ask, patient):
    summary = await ask("GET", f"/patients/{patient['id']}/summary", 200)
    (drug,) = [each for each in summary["key_facts"]["medications"] if each["name"] == "doxycycline"]
    assert drug["original"]
    assert not {name for name, value in drug.items() if value is None} & {"original", "start", "end"}


async def test_problems(ask, patient, client):
    own = f"/patients/{patient['id']}"
    await ask("GET", f"/patients/{new_id()}", 404)
    await ask("GET", "/patients", 422, params={"colour": "red"})
    await ask("POST", "/patients", 422, json={"name": ""})
    await ask("POST", "/patients", 422, content=b"{", headers={"Content-Type": "application/json"})
    await ask("POST", "/patients", 415, content=b"x", headers={"Content-Type": "text/plain"})
    await ask("POST", "/patients", 415, json={}, headers={"Content-Encoding": "gzip"})
    await ask("PATCH", own, 412, json={"name": "Ada"}, headers={"If-Match": '"99"'})
    await ask("PATCH", own, 412, json={"name": "Ada"}, headers={"If-None-Match": "*"})
    taken = {"name": "Other", "date_of_birth": "1960-01-01", "identifiers": [{"system": "free", "value": "1"}]}
    assert (await ask("POST", "/patients", 409, json=taken))["field"] == "identifiers"
    (task,) = (await ask("GET", "/tasks", 200))["data"]
    move = {"new_status": "COMPLETED", "reason": "Done"}
    refused = await ask("POST", f"/tasks/{task['id']}/transition", 409, json=move)
    assert refused["allowed"] == ["IN_PROGRESS", "CANCELLED"]
    (booked,) = (await ask("GET", "/appointments", 200))["data"]
    same = {name: booked[name] for name in ("patient_id", "clinician_id", "department_id", "start_at", "end_at")}
    clash = await ask("POST", "/appointments", 409, json=same)
    assert clash["clash"]["appointment_id"] == booked["id"]
    await ask("POST", f"/appointments/{booked['id']}/cancel", 200, json={})
    assert (await ask("POST", f"/appointments/{booked['id']}/attended", 409, json={}))["current"] == "cancelled"
    assert (await ask("PUT", f"/appointments/{booked['id']}", 409, json=same))["current"] == "cancelled"


async def test_an_answer_that_is_not_as_described_is_found_out(description, client, patient):
    answer = await client.get(f"/patients/{patient['id']}")
    assert description.faults_of(answer) == []
    document = copy.deepcopy(description.document)
    document["components"]["schemas"]["PatientWithIncluded"]["properties"]["age"] = {"type": "string"}
    (fault,) = Description(document).faults_of(answer)
    assert "age" in fault
