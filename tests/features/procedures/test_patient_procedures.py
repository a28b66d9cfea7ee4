"""What patients underwent: whom, what, when; and what the answer shows besides when asked."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from rounds import clock
from rounds.data import new_id
from rounds.fields import GRACE

NOON = datetime(2026, 6, 15, 12, tzinfo=UTC)


async def test_it_is_recorded_read_changed_and_deleted(client, patient, procedure):
    whom, what = await patient(), await procedure()
    body = {
        "patient_id": whom["id"],
        "procedure_id": what["id"],
        "performed_at": "2026-03-09T15:30:00.25+01:00",
        "report": "  Uneventful.\nMobile on the first day.  ",
    }
    created = await client.post("/patient_procedures", json=body)
    assert created.status_code == 201, created.text
    made = created.json()
    assert made.keys() == {*body, "id", "version", "created_at", "updated_at"}
    assert (made["patient_id"], made["procedure_id"]) == (whom["id"], what["id"])
    assert (made["performed_at"], made["version"]) == ("2026-03-09T14:30:00.250000Z", 1)
    assert made["report"] == "Uneventful.\nMobile on the first day."
    own = f"/patient_procedures/{made['id']}"
    assert (created.headers["location"], created.headers["etag"]) == (own, '"1"')
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (made, '"1"')

    other = await procedure("stent")
    put = await client.put(
        own, json={"patient_id": whom["id"], "procedure_id": other["id"], "performed_at": "2020-02-29T00:00:00Z"}
    )
    assert put.status_code == 200, put.text
    shown = put.json()
    assert (shown["procedure_id"], shown["performed_at"]) == (other["id"], "2020-02-29T00:00:00Z")
    assert (shown["report"], put.headers["etag"]) == (None, '"2"')
    patched = await client.patch(own, json={"report": "Amended."})
    assert patched.json() == {
        **shown,
        "report": "Amended.",
        "version": 3,
        "updated_at": patched.json()["updated_at"],
    }
    assert (await client.get(own)).json() == patched.json()

    assert (await client.delete(own)).status_code == 204
    for call in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json=body if call in {"PUT", "PATCH"} else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "patient_procedure_not_found")
    assert (await client.get("/patient_procedures")).json()["data"] == []


async def test_a_mistaken_patient_is_corrected(client, patient, record):
    made, right = await record(), await patient(name="Zoë")
    own = f"/patient_procedures/{made['id']}"
    moved = await client.patch(own, json={"patient_id": right["id"]})
    assert (moved.status_code, moved.json()["patient_id"]) == (200, right["id"])
    assert (await client.delete(f"/patients/{made['patient_id']}")).status_code == 204
    assert (await client.get(own)).json() == moved.json()
    assert (await client.delete(f"/patients/{right['id']}")).status_code == 204
    assert (await client.get(own)).status_code == 404


@pytest.mark.parametrize(("name", "code"), [("patient", "patient_not_found"), ("procedure", "procedure_not_found")])
async def test_whom_and_what_must_exist(client, record, patient, procedure, name, code):
    made = await record()
    own = f"/patient_procedures/{made['id']}"
    gone = await patient() if name == "patient" else await procedure("gone")
    assert (await client.delete(f"/{name}s/{gone['id']}")).status_code == 204
    for unknown in (str(new_id()), gone["id"]):
        body = {key: made[key] for key in ("patient_id", "procedure_id", "performed_at")} | {f"{name}_id": unknown}
        for call, path in [("POST", "/patient_procedures"), ("PUT", own), ("PATCH", own)]:
            answer = await client.request(call, path, json=body)
            assert (answer.status_code, answer.json()["code"]) == (404, code), call
    assert (await client.get(own)).json() == made
    assert len((await client.get("/patient_procedures")).json()["data"]) == 1


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ({"performed_at": "2026-03-09T14:30:00"}, ("/performed_at", "moment_format")),
        ({"performed_at": "2026-03-09"}, ("/performed_at", "moment_format")),
        ({"performed_at": "2026-03-09 14:30:00Z"}, ("/performed_at", "moment_format")),
        ({"performed_at": "09/03/2026"}, ("/performed_at", "moment_format")),
        ({"performed_at": "２０２６-03-09T14:30:00Z"}, ("/performed_at", "moment_format")),
        ({"performed_at": 1773066600}, ("/performed_at", "moment_format")),
        ({"performed_at": "1773066600"}, ("/performed_at", "moment_format")),
        ({"performed_at": "0001-01-01T00:00:00+23:59"}, ("/performed_at", "moment_format")),
        ({"performed_at": None}, ("/performed_at", None)),
        ({"performed_at": "2026-02-30T00:00:00Z"}, ("/performed_at", None)),
        ({"performed_at": "2026-03-09T25:00:00Z"}, ("/performed_at", None)),
        ({"performed_at": "2026-03-09T14:30:00+99:00"}, ("/performed_at", None)),
        ({"performed_at": "9999-12-31T23:59:59Z"}, ("/performed_at", "performed_in_future")),
        ({"performed_at": "1899-12-31T23:59:59Z"}, ("/performed_at", "performed_long_ago")),
        ({"performed_at": "1900-01-01T00:30:00+01:00"}, ("/performed_at", "performed_long_ago")),
        ({"patient_id": "banana"}, ("/patient_id", None)),
        ({"patient_id": None}, ("/patient_id", None)),
        ({"procedure_id": 1}, ("/procedure_id", None)),
        ({"report": "x" * 10_001}, ("/report", "string_too_long")),
        ({"report": "a\u0000b"}, ("/report", "control_character")),
        ({"report": "\ud800"}, ("", None)),
        ({"surgeon": "Dr A"}, ("/surgeon", "extra_forbidden")),
        ({"version": 2}, ("/version", "extra_forbidden")),
    ],
)
async def test_what_is_no_record_is_refused(client, record, refused, body, error):
    made = await record()
    own = f"/patient_procedures/{made['id']}"
    whole = {key: made[key] for key in ("patient_id", "procedure_id", "performed_at")} | body
    headers = {"Content-Type": "application/json"}
    for call, path, sent in [("POST", "/patient_procedures", whole), ("PUT", own, whole), ("PATCH", own, body)]:
        pointer, code = refused(await client.request(call, path, content=_ascii(sent), headers=headers))[0]
        assert pointer == error[0], call
        assert error[1] in {None, code}, call
    assert (await client.get(own)).json() == made


def _ascii(body: dict) -> bytes:
    return json.dumps(body).encode()  # escapes what httpx's encoder would refuse to send


@pytest.mark.parametrize("missing", ["patient_id", "procedure_id", "performed_at"])
async def test_what_is_required_is_named(client, record, refused, missing):
    made = await record()
    body = {key: made[key] for key in ("patient_id", "procedure_id", "performed_at") if key != missing}
    assert refused(await client.post("/patient_procedures", json=body)) == [(f"/{missing}", "missing")]
    assert refused(await client.put(f"/patient_procedures/{made['id']}", json=body)) == [(f"/{missing}", "missing")]


@pytest.mark.parametrize(
    ("performed_at", "shown"),
    [
        ("1900-01-01T00:00:00Z", "1900-01-01T00:00:00Z"),
        ("2026-03-09t14:30:00z", "2026-03-09T14:30:00Z"),
        ("2026-03-09T14:30:00-03:30", "2026-03-09T18:00:00Z"),
        ("2026-03-09T14:30:00.123456789Z", "2026-03-09T14:30:00.123456Z"),
        ("2024-02-29T23:59:59+00:00", "2024-02-29T23:59:59Z"),
    ],
)
async def test_moments_are_taken_as_rfc_3339_has_them(record, performed_at, shown):
    assert (await record(performed_at=performed_at))["performed_at"] == shown


async def test_a_clock_may_be_ahead_by_five_minutes_and_no_more(client, record, refused):
    made = await record()
    with clock.frozen(NOON):
        for ahead, status in [(GRACE, 201), (GRACE + timedelta(microseconds=1), 422)]:
            body = {key: made[key] for key in ("patient_id", "procedure_id")}
            body["performed_at"] = (NOON + ahead).isoformat()
            answer = await client.post("/patient_procedures", json=body)
            assert answer.status_code == status, ahead
    assert refused(answer) == [("/performed_at", "performed_in_future")]


@pytest.mark.parametrize("call", ["GET", "PUT", "PATCH", "DELETE"])
async def test_unknown_ids(client, patient, procedure, refused, call):
    body = None
    if call in {"PUT", "PATCH"}:
        whom, what = (await patient())["id"], (await procedure())["id"]
        body = {"patient_id": whom, "procedure_id": what, "performed_at": "2026-03-09T14:30:00Z"}
    answer = await client.request(call, f"/patient_procedures/{new_id()}", json=body)
    assert (answer.status_code, answer.json()["code"]) == (404, "patient_procedure_not_found")
    assert refused(await client.request(call, "/patient_procedures/1", json=body)) == [
        ("path:patient_procedure_id", "uuid_parsing")
    ]


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
async def test_versions(client, record, refused, call):
    made = await record()
    own = f"/patient_procedures/{made['id']}"
    await client.patch(own, json={"report": "Amended."})
    body = None
    if call != "DELETE":
        body = {key: made[key] for key in ("patient_id", "procedure_id", "performed_at")}
    stale = await client.request(call, own, json=body, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert refused(await client.request(call, own, json=body, headers={"If-Match": "2"}))[0][0] == "header:if-match"
    for header in ('"2"', "*", 'W/"2"'):
        answer = await client.get(own, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b"")
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).json()["report"] == "Amended."
    fresh = await client.request(call, own, json=body, headers={"If-Match": '"2"'})
    assert fresh.status_code == (204 if call == "DELETE" else 200)


async def test_what_a_patient_underwent_goes_with_the_patient(client, patient, record):
    other = await record()
    whom = await patient()
    mine = [await record(patient_id=whom["id"], procedure_id=other["procedure_id"]) for _ in range(3)]
    assert (await client.delete(f"/patients/{whom['id']}")).status_code == 204
    for one in mine:
        own = f"/patient_procedures/{one['id']}"
        assert (await client.get(own)).status_code == 404
        assert (await client.patch(own, json={"report": "x"})).status_code == 404
    for params in ({}, {"patient_id": whom["id"]}, {"procedure_id": other["procedure_id"]}):
        shown = (await client.get("/patient_procedures", params={**params, "total": "true"})).json()
        kept = [] if "patient_id" in params else [other]
        assert (shown["data"], shown["pagination"]["total"]) == (kept, len(kept))
