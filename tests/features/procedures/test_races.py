"""Procedures when many change them at once."""

import asyncio
from collections import Counter

BODY = {"name": "Hip replacement", "department": "orthopaedics"}
WHEN = {"performed_at": "2026-03-09T14:30:00Z"}


async def test_of_twenty_who_found_the_same_code_one_succeeds(live):
    codes = ["hip", "HIP", "Hip", "hIp"] * 5
    answers = await asyncio.gather(*(live.post("/procedures", json={**BODY, "code": code}) for code in codes))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 19}
    assert {answer.json().get("field") for answer in answers if answer.status_code == 409} == {"code"}
    assert len((await live.get("/procedures")).json()["data"]) == 1


async def test_of_twenty_who_take_the_same_code_one_succeeds(live):
    created = await asyncio.gather(
        *(live.post("/procedures", json={**BODY, "code": f"P{number}"}) for number in range(20))
    )
    answers = await asyncio.gather(
        *(live.patch(answer.headers["location"], json={"code": "shared"}) for answer in created)
    )
    assert Counter(answer.status_code for answer in answers) == {200: 1, 409: 19}
    codes = [one["code"] for one in (await live.get("/procedures")).json()["data"]]
    assert (len(set(codes)), codes.count("shared")) == (20, 1)


async def test_of_two_changes_to_the_same_version_one_succeeds(live):
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    what = await live.post("/procedures", json={**BODY, "code": "hip"})
    record = {"patient_id": patient, "procedure_id": what.json()["id"], **WHEN}
    underwent = await live.post("/patient_procedures", json=record)
    for own, changes in [
        (what.headers["location"], [{"name": name} for name in ("Left", "Right", "Middle")]),
        (underwent.headers["location"], [{"report": report} for report in ("Left", "Right", "Middle")]),
    ]:
        answers = await asyncio.gather(*(live.patch(own, json=body, headers={"If-Match": '"1"'}) for body in changes))
        assert sorted(answer.status_code for answer in answers) == [200, 412, 412]
        assert (await live.get(own)).json()["version"] == 2


async def test_a_procedure_is_not_deleted_under_a_patient_who_undergoes_it(live):
    patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
    for _ in range(8):
        what = (await live.post("/procedures", json={**BODY, "code": "hip"})).json()["id"]
        body = {"patient_id": patient, "procedure_id": what, **WHEN}
        *recorded, deleted = await asyncio.gather(
            *(live.post("/patient_procedures", json=body) for _ in range(3)), live.delete(f"/procedures/{what}")
        )
        statuses = {answer.status_code for answer in recorded}
        # Deleting comes first, and nobody finds the procedure; or it comes later, and is refused.
        assert (deleted.status_code, statuses) in [(204, {404}), (409, {201})]
        for answer in recorded:
            if answer.status_code == 201:
                await live.delete(answer.headers["location"])
        if deleted.status_code == 409:
            assert (await live.delete(f"/procedures/{what}")).status_code == 204


async def test_nothing_of_a_patient_stays_who_is_deleted_meanwhile(live):
    what = (await live.post("/procedures", json={**BODY, "code": "hip"})).json()["id"]
    for _ in range(8):
        patient = (await live.post("/patients", json={"name": "Ada", "date_of_birth": "1990-01-01"})).json()["id"]
        body = {"patient_id": patient, "procedure_id": what, **WHEN}
        first = (await live.post("/patient_procedures", json=body)).headers["location"]
        created, replaced, changed, deleted = await asyncio.gather(
            live.post("/patient_procedures", json=body),
            live.put(first, json=body),
            live.patch(first, json={"report": "Amended."}),
            live.delete(f"/patients/{patient}"),
        )
        assert deleted.status_code == 204
        assert created.status_code in {201, 404}
        assert {replaced.status_code, changed.status_code} <= {200, 404}
        assert (await live.get("/patient_procedures")).json()["data"] == []
    assert (await live.delete(f"/procedures/{what}")).status_code == 204
