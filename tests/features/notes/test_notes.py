"""A note goes in as text and comes out typed, structured and as it was written."""

from datetime import timedelta

import pytest

from features.notes.json_notes import LARGEST_BYTES
from rounds import clock
from tests.features.notes.conftest import AT, SOAP, refused


def ago(**span: float) -> str:
    return (clock.now() - timedelta(**span)).isoformat()


async def test_a_note_comes_back_typed_sectioned_and_with_its_facts(client, patient, note):
    made = await note()
    assert made["content"] == SOAP
    assert (made["type"], made["type_source"]) == ("progress", "classified")
    assert 0 < made["type_confidence"] <= 1
    assert (made["author"], made["author_source"]) == ("Dr. Grace Okafor, MD", "note")
    assert made["sections"]["assessment"] == "Acute bronchitis"
    assert (made["taken_at"], made["taken_at_source"]) == (AT, "given")
    assert made["extraction"] == {"status": "done", "method": "text", "confidence": 1.0, "error": None}
    assert made["file"] is None
    facts = made["facts"]
    assert {fact["name"]: (fact["value"], fact["unit"]) for fact in facts["vitals"]} == {
        "systolic_blood_pressure": (128, "mmHg"),
        "diastolic_blood_pressure": (82, "mmHg"),
        "heart_rate": (72, "bpm"),
        "body_temperature": (37.0, "°C"),
        "weight": (87.1, "kg"),
    }
    (amoxicillin,) = facts["medications"]
    assert {name: amoxicillin[name] for name in ("name", "dose", "route", "status")} == {
        "name": "amoxicillin",
        "dose": "500 mg",
        "route": "oral",
        "status": "started",
    }
    certainties = {fact["text"].lower(): fact["certainty"] for fact in facts["diagnoses"]}
    assert certainties["acute bronchitis"] == "confirmed"
    assert not {name for name, certainty in certainties.items() if "asthma" in name and certainty != "ruled_out"}
    assert {certainty for name, certainty in certainties.items() if "mi" in name.split()} <= {"family"}
    for fact in [fact for kind in facts.values() for fact in kind]:
        assert SOAP[fact["start"] : fact["end"]] == fact["original"]


async def test_a_note_has_an_address_and_a_version(client, patient, note):
    made = await note()
    own = f"/patients/{patient}/notes/{made['id']}"
    answer = await client.get(own)
    assert answer.json() == made
    assert answer.headers["etag"] == '"1"'
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).status_code == 304
    answer = await client.post(f"/patients/{patient}/notes", json={"content": "Well.", "taken_at": AT})
    assert answer.headers["location"] == f"/patients/{patient}/notes/{answer.json()['id']}"


async def test_what_is_given_wins(note):
    made = await note(type="nursing", author="Sister Ade", taken_at="2026-03-10T09:00:00+02:00")
    assert (made["type"], made["type_source"], made["type_confidence"]) == ("nursing", "given", None)
    assert (made["author"], made["author_source"]) == ("Sister Ade", "given")
    assert made["taken_at"] == "2026-03-10T07:00:00Z"


async def test_the_day_is_read_from_the_note_where_none_is_given(client, patient):
    answer = await client.post(f"/patients/{patient}/notes", json={"content": SOAP})
    assert answer.status_code == 201, answer.text
    made = answer.json()
    assert (made["taken_at"], made["taken_at_source"]) == ("2026-03-09T00:00:00Z", "note")


async def test_without_any_day_the_caller_is_asked_for_one(client, patient):
    answer = await client.post(f"/patients/{patient}/notes", json={"content": "Feels well."})
    assert refused(answer) == [("/taken_at", "taken_at_missing")]


async def test_a_day_to_come_in_the_text_is_not_believed(client, patient):
    day = (clock.now() + timedelta(days=40)).date()
    answer = await client.post(f"/patients/{patient}/notes", json={"content": f"Encounter Date: {day}\n\nS: well"})
    assert refused(answer) == [("/taken_at", "taken_at_missing")]


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("  Temp 37 °C\r\nwell\r\n", "Temp 37 °C\nwell"),
        ("one\rtwo", "one\ntwo"),
        ("e\u0301tat", "état"),
        ("tab\there", "tab\there"),
        ("発熱なし 👩🏽‍⚕️", "発熱なし 👩🏽‍⚕️"),
        ("x" * 1_000_000, "x" * 1_000_000),
    ],
    ids=["crlf", "cr", "nfc", "tab", "unicode", "one-long-line"],
)
async def test_text_is_kept_with_plain_line_ends(note, text, kept):
    assert (await note(text))["content"] == kept


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        ({"content": ""}, "/content", "blank"),
        ({"content": " \n\t "}, "/content", "blank"),
        ({"content": "\u200b\ufeff"}, "/content", "blank"),
        ({"content": "a\u0000b"}, "/content", "control_character"),
        ({"content": "a\u001bb"}, "/content", "control_character"),
        ({"content": 5}, "/content", "string_type"),
        ({"content": None}, "/content", "string_type"),
        ({}, "/content", "missing"),
        ({"content": "x", "taken_at": "2026-03-09T14:30:00"}, "/taken_at", "moment_format"),
        ({"content": "x", "taken_at": "2026-03-09"}, "/taken_at", "moment_format"),
        ({"content": "x", "taken_at": 1_700_000_000}, "/taken_at", "moment_format"),
        ({"content": "x", "taken_at": "1899-12-31T00:00:00Z"}, "/taken_at", "taken_long_ago"),
        ({"content": "x", "type": "poem"}, "/type", "literal_error"),
        ({"content": "x", "author": "  "}, "/author", "blank"),
        ({"content": "x", "patient_id": "y"}, "/patient_id", "extra_forbidden"),
    ],
)
async def test_what_is_not_acceptable_is_named(client, patient, body, pointer, code):
    answer = await client.post(f"/patients/{patient}/notes", json={"taken_at": AT, **body})
    assert refused(answer) == [(pointer, code)]


@pytest.mark.parametrize("body", [b'{"content": "\\ud800"}', b'{"content": "x"', b"", b"[]", b"null", b"\xff\xfe"])
async def test_what_is_not_json_is_refused(client, patient, body):
    answer = await client.post(f"/patients/{patient}/notes", content=body, headers={"content-type": "application/json"})
    assert answer.status_code == 422
    assert answer.json()["errors"]


async def test_a_client_whose_clock_is_ahead_is_forgiven_five_minutes(client, patient, note):
    await note(taken_at=ago(minutes=-4))
    answer = await client.post(f"/patients/{patient}/notes", json={"content": "x", "taken_at": ago(minutes=-6)})
    assert refused(answer) == [("/taken_at", "taken_in_future")]


async def test_ten_megabytes_are_accepted_and_one_byte_more_is_not(client, patient, note):
    largest = "word " * (LARGEST_BYTES // 5)
    assert len((await note(largest))["content"]) == len(largest.strip())
    answer = await client.post(
        f"/patients/{patient}/notes", json={"content": "x" * (LARGEST_BYTES + 1), "taken_at": AT}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "note_too_large")
    # Characters are not bytes.
    answer = await client.post(
        f"/patients/{patient}/notes", json={"content": "é" * (LARGEST_BYTES // 2 + 1), "taken_at": AT}
    )
    assert answer.status_code == 413


async def test_an_endless_body_is_not_read(client, patient):
    async def endless():
        for _ in range(1000):
            yield b" " * 1_048_576

    answer = await client.post(
        f"/patients/{patient}/notes", content=endless(), headers={"content-type": "application/json"}
    )
    assert (answer.status_code, answer.json()["code"]) == (413, "note_too_large")


@pytest.mark.parametrize("media", ["text/plain", "application/xml", "application/x-www-form-urlencoded", ""])
async def test_other_media_types_are_refused(client, patient, media):
    answer = await client.post(f"/patients/{patient}/notes", content=b"x", headers={"content-type": media})
    assert answer.status_code == 415
    assert "multipart/form-data" in answer.json()["detail"]


async def test_an_unknown_patient_has_no_notes(client, note):
    unknown = "0197a3c2-7d8e-7aaa-bbbb-000000000000"
    for answer in (
        await client.post(f"/patients/{unknown}/notes", json={"content": "x", "taken_at": AT}),
        await client.get(f"/patients/{unknown}/notes"),
        await client.get(f"/patients/{unknown}/observations"),
    ):
        assert (answer.status_code, answer.json()["code"]) == (404, "patient_not_found")
    made = await note()
    for path in (f"/patients/{unknown}/notes/{made['id']}", f"/patients/{unknown}/notes/{made['id']}/file"):
        assert (await client.get(path)).json()["code"] == "note_not_found"


async def test_a_note_cannot_be_changed(client, patient, note):
    own = f"/patients/{patient}/notes/{(await note())['id']}"
    for method in ("PUT", "PATCH", "POST"):
        answer = await client.request(method, own, json={"content": "x"})
        assert (answer.status_code, answer.headers["allow"]) == (405, "DELETE, GET, HEAD")


async def test_scopes_are_needed(as_role, patient, note):
    own = f"/patients/{patient}/notes/{(await note())['id']}"
    body = {"content": "x", "taken_at": AT}
    async with as_role("nurse") as nurse:
        assert (await nurse.post(f"/patients/{patient}/notes", json=body)).status_code == 201
        assert (await nurse.get(own)).status_code == 200
        assert (await nurse.delete(own)).status_code == 403
    async with as_role("scheduler") as scheduler:
        for path in ("/notes", f"/patients/{patient}/notes", own, f"{own}/file", f"/patients/{patient}/observations"):
            assert (await scheduler.get(path)).status_code == 403, path
        assert (await scheduler.post(f"/patients/{patient}/notes", json=body)).status_code == 403
    async with as_role("clinician") as clinician:
        assert (await clinician.delete(own)).status_code == 204


async def test_who_added_it_is_kept(app, client, patient, as_role):
    async with as_role("nurse") as nurse:
        me = app.state.tokens
        answer = await nurse.post(f"/patients/{patient}/notes", json={"content": "x", "taken_at": AT})
        actor = await me.verify(nurse.headers["authorization"].removeprefix("Bearer "))
    assert answer.json()["created_by"] == str(actor.id)
