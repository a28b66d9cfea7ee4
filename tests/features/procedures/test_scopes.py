"""What each role may do with procedures, and that nobody else may do anything."""

import pytest

READERS = {"admin", "clinician", "nurse"}
WRITERS = READERS
DELETERS = {"admin", "clinician"}
EVERYBODY = ["admin", "auditor", "clinician", "nurse", "scheduler", "service"]


@pytest.mark.parametrize("role", EVERYBODY)
async def test_a_role_may_do_what_it_is_for_and_no_more(as_role, patient, procedure, record, role):
    whom, what, unused = await patient(), await procedure(), await procedure("unused")
    underwent = await record(patient_id=whom["id"], procedure_id=what["id"])
    body = {"code": "new", "name": "New", "department": "cardiology"}
    named = {"patient_id": whom["id"], "procedure_id": what["id"], "performed_at": "2026-03-09T14:30:00Z"}
    own, mine = f"/procedures/{unused['id']}", f"/patient_procedures/{underwent['id']}"
    calls = [
        ("GET", "/procedures", None, READERS, 200),
        ("GET", own, None, READERS, 200),
        ("POST", "/procedures", body, WRITERS, 201),
        ("PUT", own, {**body, "code": "newer"}, WRITERS, 200),
        ("PATCH", own, {"name": "Newest"}, WRITERS, 200),
        ("DELETE", own, None, DELETERS, 204),
        ("GET", "/patient_procedures", None, READERS, 200),
        ("GET", "/patient_procedures?expand=patient,procedure", None, READERS, 200),
        ("GET", mine, None, READERS, 200),
        ("POST", "/patient_procedures", named, WRITERS, 201),
        ("PUT", mine, named, WRITERS, 200),
        ("PATCH", mine, {"report": "Amended."}, WRITERS, 200),
        ("DELETE", mine, None, DELETERS, 204),
    ]
    async with as_role(role) as caller:
        for call, path, sent, allowed, status in calls:
            answer = await caller.request(call, path, json=sent)
            assert answer.status_code == (status if role in allowed else 403), (call, path, answer.text)
            if answer.status_code == 403:
                assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize(("role", "status"), [("clinician", 200), ("nurse", 200), ("scheduler", 403), ("service", 403)])
async def test_who_may_not_read_procedures_does_not_get_them_with_a_patient(as_role, record, role, status):
    whom = (await record())["patient_id"]
    async with as_role(role) as caller:
        for path in ("/patients", f"/patients/{whom}"):
            assert (await caller.get(path, params={"include": "address"})).status_code == 200
            answer = await caller.get(path, params={"include": "address,procedures"})
            assert answer.status_code == status, answer.text
            if status == 403:
                assert answer.json()["code"] == "forbidden"
                assert "procedures:read" in answer.json()["detail"]


@pytest.mark.parametrize("path", ["/procedures", "/patient_procedures"])
@pytest.mark.parametrize("call", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_a_stranger_learns_nothing_not_even_what_would_be_wrong(anonymous, path, call):
    path = path if call in {"GET", "POST"} else f"{path}/banana"
    answer = await anonymous.request(call, path, params={"colour": "red"}, content=b"{")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"
