"""Feedback on facts: kept beside the note, shown with it, and changing nothing."""

import pytest

NOTE = {"taken_at": "2026-03-09T14:30:00Z", "content": "HR 72. Start amoxicillin 500 mg PO three times daily."}


@pytest.fixture
async def note(client):
    patient = (await client.post("/patients", json={"name": "Maeve Byrne", "date_of_birth": "1950-03-09"})).json()
    made = await client.post(f"/patients/{patient['id']}/notes", json=NOTE)
    assert made.status_code == 201, made.text
    return made.json()


def _path(note):
    return f"/patients/{note['patient_id']}/notes/{note['id']}"


def _about(fact, **more):
    return {"kind": "medications", "start": fact["start"], "end": fact["end"], **more}


async def test_what_is_said_is_kept_and_the_note_stays_as_it_is(client, note):
    (fact,) = note["facts"]["medications"]
    chart = (await client.get(f"/patients/{note['patient_id']}/chart")).json()
    said = await client.post(f"{_path(note)}/fact-feedback", json=_about(fact, comment="She takes 250 mg."))
    assert said.status_code == 201, said.text
    assert said.json()["original"] == fact["original"]
    listed = (await client.get(f"{_path(note)}/fact-feedback")).json()["data"]
    assert listed == [said.json()]
    assert (await client.get(_path(note))).json() == note
    again = (await client.get(f"/patients/{note['patient_id']}/chart")).json()
    assert again["medications"] == chart["medications"]


async def test_one_says_one_thing_of_a_fact_the_last_and_others_may_say_another(client, note, as_role):
    (fact,) = note["facts"]["medications"]
    path = f"{_path(note)}/fact-feedback"
    async with as_role("nurse") as nurse:
        for comment in ("She takes 250 mg.", "She takes none."):
            assert (await nurse.post(path, json=_about(fact, comment=comment))).status_code == 201
    assert (await client.post(path, json=_about(fact))).status_code == 201
    assert [each["comment"] for each in (await client.get(path)).json()["data"]] == [None, "She takes none."]


async def test_everybody_takes_back_what_they_said_themselves(client, note, as_role):
    (fact,) = note["facts"]["medications"]
    path = f"{_path(note)}/fact-feedback"
    async with as_role("nurse") as nurse:
        said = await nurse.post(path, json=_about(fact))
        assert (await client.delete(said.headers["location"])).json()["code"] == "fact_feedback_not_found"
        assert (await nurse.delete(said.headers["location"])).status_code == 204
    assert (await client.get(path)).json() == {"data": []}


async def test_what_is_no_fact_of_the_note_is_refused(client, note):
    (fact,) = note["facts"]["medications"]
    path = f"{_path(note)}/fact-feedback"
    for body in ({**_about(fact), "end": fact["end"] + 1}, {**_about(fact), "kind": "vitals"}):
        refused = await client.post(path, json=body)
        assert refused.status_code == 422
        assert refused.json()["errors"][0]["code"] == "no_such_fact"
    assert (await client.post(path, json={**_about(fact), "kind": "moods"})).status_code == 422
    assert (await client.post(path, json=_about(fact, start=-1))).status_code == 422


async def test_there_is_none_of_a_note_that_is_not_there(client, note):
    (fact,) = note["facts"]["medications"]
    path = f"{_path(note)}/fact-feedback"
    assert (await client.post(path, json=_about(fact))).status_code == 201
    assert (await client.delete(_path(note))).status_code == 204
    assert (await client.get(path)).json()["code"] == "note_not_found"
    assert (await client.post(path, json=_about(fact))).json()["code"] == "note_not_found"


async def test_who_may_not_write_notes_says_nothing(as_role, note):
    (fact,) = note["facts"]["medications"]
    async with as_role("auditor") as auditor:
        assert (await auditor.post(f"{_path(note)}/fact-feedback", json=_about(fact))).status_code == 403
        assert (await auditor.get(f"{_path(note)}/fact-feedback")).status_code == 403
