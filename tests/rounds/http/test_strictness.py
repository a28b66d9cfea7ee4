"""What is refused because readers would differ on it: encodings, repetitions, and spellings of numbers and truths."""

import gzip
import json
from contextlib import suppress

import orjson
import pytest

from rounds.http.accept import preferred
from rounds.http.strict_json import parse
from rounds.problems import InvalidFields

PATIENT = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
JSON = {"Content-Type": "application/json"}
BODY = orjson.dumps(PATIENT)


# --- Content-Encoding


@pytest.mark.parametrize("coding", ["gzip", "GZIP", "br", "deflate", "x", "identity, gzip", "gzip, identity"])
@pytest.mark.parametrize("body", [gzip.compress(BODY), BODY], ids=["encoded", "a-lie"])
@pytest.mark.parametrize("path", ["/patients", "/patients/{id}/notes", "/security/token"])
async def test_encoded_bodies_are_unsupported(client, coding, body, path):
    if "{id}" in path:
        path = path.format(id=(await client.post("/patients", json=PATIENT)).json()["id"])
    answer = await client.post(path, content=body, headers={**JSON, "Content-Encoding": coding})
    assert answer.status_code == 415
    assert answer.json()["code"] == "unsupported_content_encoding"
    assert answer.headers["accept-encoding"] == "identity"


@pytest.mark.parametrize("coding", ["identity", "Identity", "identity, identity", ""])
async def test_identity_is_no_encoding(client, coding):
    assert (
        await client.post("/patients", content=BODY, headers={**JSON, "Content-Encoding": coding})
    ).status_code == 201


async def test_a_second_header_hides_nothing(client):
    headers = [("Content-Type", "application/json"), ("Content-Encoding", "identity"), ("Content-Encoding", "gzip")]
    assert (await client.post("/patients", content=BODY, headers=headers)).status_code == 415


# --- names that stand twice


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        (b'{"name": "a", "name": "b", "date_of_birth": "1990-01-01"}', "/name"),
        (b'{"name": "a", "name": "a", "date_of_birth": "1990-01-01"}', "/name"),
        (b'{"name": "a", "n\\u0061me": "b", "date_of_birth": "1990-01-01"}', "/name"),
        (b'{"name": "a", "identifiers": [{"system": "x", "value": "1", "value": "2"}]}', "/identifiers/0/value"),
        (b'{"a": {"b": {"c/d": 1, "c/d": 2}}}', "/a/b/c~1d"),
        (b'[[{"a": 1, "a": 2}]]', "/0/0/a"),
    ],
)
@pytest.mark.parametrize("method", ["post", "patch"])
async def test_a_name_twice_in_an_object_is_refused(client, method, body, pointer):
    path = "/patients" if method == "post" else (await client.post("/patients", json=PATIENT)).headers["location"]
    answer = await client.request(method, path, content=body, headers=JSON)
    assert answer.status_code == 422
    assert answer.json()["errors"] == [
        {
            "pointer": pointer,
            "code": "repeated_name",
            "detail": "This name stands twice in the same object. Send it once.",
        }
    ]


async def test_in_notes_and_forms_too(client, anonymous):
    path = (await client.post("/patients", json=PATIENT)).headers["location"] + "/notes"
    body = b'{"taken_at": "2026-03-09T14:30:00Z", "content": "a", "content": "b"}'
    answer = await client.post(path, content=body, headers=JSON)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/content")
    form = b"username=admin&password=one&password=two"
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    answer = await anonymous.post("/security/token", content=form, headers=headers)
    assert (answer.status_code, answer.json()["errors"][0]["pointer"]) == (422, "/password")


@pytest.mark.parametrize(
    "body", [b'{"a": {"b": 1}, "c": {"b": 1}}', b'[{"a": 1}, {"a": 1}]', b'{"a": [1, 1]}', b"1e999"]
)
def test_the_same_name_in_different_objects_is_fine(body):
    if body == b"1e999":
        with pytest.raises(orjson.JSONDecodeError):
            parse(body)
    else:
        assert parse(body) == orjson.loads(body)


@pytest.mark.parametrize(
    "body", [b"[" * 1000 + b"]" * 1000, b'{"a":' * 1000 + b"1" + b"}" * 1000, b"[" + b"9" * 5000 + b"]"]
)
def test_depth_and_digits_are_no_crash(body):
    with suppress(InvalidFields, json.JSONDecodeError):
        parse(body)


# --- parameters


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=1&limit=2", "?limit"),
        ("limit=1&limit=1", "?limit"),
        ("sort=name&q=a&sort=name", "?sort"),
        ("sex=female&sex=male", "?sex"),
        ("cursor=a&cursor=b", "?cursor"),
    ],
)
async def test_a_parameter_that_takes_one_value_is_given_once(client, query, pointer):
    answer = await client.get(f"/patients?{query}")
    assert answer.status_code == 422
    assert [(each["pointer"], each["code"]) for each in answer.json()["errors"]] == [(pointer, "repeated_parameter")]


@pytest.mark.parametrize(
    "value", ["1_0", "+10", " 10", "10 ", "\t10", "1e1", "10.0", "0x10", "１０", "١٠", "", "ten", "--1", "1,000"]
)
@pytest.mark.parametrize("name", ["limit", "offset"])
async def test_numbers_have_digits_only(client, name, value):
    answer = await client.get("/patients", params={name: value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == f"?{name}"


@pytest.mark.parametrize("value", ["yes", "no", "on", "off", "1", "0", "t", "f", "y", "n", "", " true", "tru", "ｔrue"])
async def test_truths_are_true_and_false(client, value):
    answer = await client.get("/patients", params={"total": value})
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?total"


@pytest.mark.parametrize("value", ["true", "false", "True", "FALSE"])
async def test_however_large_they_are_written(client, value):
    total = (await client.get("/patients", params={"total": value})).json()["pagination"]["total"]
    assert (total is not None) == (value.lower() == "true")


async def test_parameters_outside_of_lists_are_as_strict(client):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    for query in ("refresh=yes", "refresh=true&refresh=false", "length=brief&length=brief"):
        assert (await client.get(f"{own}/summary?{query}")).status_code == 422


# --- series


async def test_several_measurements_come_as_several_series(client):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    note = {"taken_at": "2026-03-09T14:30:00Z", "content": "BP 120/80, heart rate 70, weight 80 kg, temp 37.1 C"}
    assert (await client.post(f"{own}/notes", json=note)).status_code == 201

    async def names(query: str) -> list[str]:
        answer = await client.get(f"{own}/observations?{query}")
        assert answer.status_code == 200, answer.text
        return sorted(each["name"] for each in answer.json()["data"])

    both = ["diastolic_blood_pressure", "systolic_blood_pressure"]
    assert await names("name=systolic_blood_pressure&name=diastolic_blood_pressure") == both
    assert await names("name=heart_rate") == ["heart_rate"]
    assert await names("name=heart_rate&name=heart_rate") == ["heart_rate"]
    assert await names("name=heart_rate&name=weight&name=no_such") == ["heart_rate", "weight"]
    page = (await client.get(f"{own}/observations?name=weight&name=heart_rate&limit=1")).json()
    following = (await client.get(page["links"]["next"])).json()
    found = {each["name"] for each in page["data"] + following["data"]}
    assert found == {"weight", "heart_rate"}
    assert (await client.get(f"{own}/observations?name=")).status_code == 422
    assert (await client.get(f"{own}/observations?name=a&kind=vital&kind=lab")).status_code == 422


# --- Accept


STREAM, PLAIN = "text/event-stream", "application/json"


@pytest.mark.parametrize(
    ("accept", "expected"),
    [
        (None, PLAIN),
        ("", PLAIN),
        ("*/*", PLAIN),
        (STREAM, STREAM),
        ("Text/Event-Stream", STREAM),
        (f"{STREAM}; charset=utf-8", STREAM),
        (f"{STREAM};q=0", PLAIN),
        (f"{STREAM};q=0.0, */*", PLAIN),
        (f"{STREAM}; Q=0, text/*", PLAIN),
        (f"{STREAM};q=0.5, {PLAIN}", PLAIN),
        (f"{STREAM};q=0.5, {PLAIN};q=0.4", STREAM),
        (f"{PLAIN};q=0.9, {STREAM}", STREAM),
        (f"{PLAIN}, {STREAM};q=0.9", PLAIN),
        (f"{STREAM}, {PLAIN}", STREAM),
        (f"{PLAIN}, {STREAM}", PLAIN),
        (f"{STREAM}, */*", STREAM),
        (f"*/*, {STREAM}", STREAM),
        (f"*/*;q=0.1, {STREAM};q=0.2", STREAM),
        ("text/*", STREAM),
        ("text/*;q=0.3, application/*;q=0.2", STREAM),
        (f"text/*, {STREAM};q=0", PLAIN),
        (f"{PLAIN};q=0, */*", STREAM),
        ("text/html", PLAIN),
        (f'text/html;x="{STREAM}, a", {PLAIN}', PLAIN),
        (f"{STREAM};q=2", PLAIN),
        (f"{STREAM};q=x", PLAIN),
        ("," * 50 + STREAM, STREAM),
        (f"x-{STREAM}", PLAIN),
        (f"{STREAM}x", PLAIN),
    ],
)
def test_what_is_preferred_is_chosen(accept, expected):
    assert preferred(accept, (PLAIN, STREAM)) == expected


@pytest.mark.parametrize(
    ("accept", "media"),
    [
        ("TEXT/event-stream", STREAM),
        (f"{STREAM};q=0", PLAIN),
        (f"{STREAM};q=0.1, {PLAIN}", PLAIN),
        ("text/html", PLAIN),
    ],
)
async def test_summaries_are_what_was_preferred(client, accept, media):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    answer = await client.get(f"{own}/summary", headers={"Accept": accept})
    assert answer.status_code == 200
    assert answer.headers["content-type"].partition(";")[0] == media


# --- If-None-Match


async def test_a_summary_that_is_there_is_not_modified(client):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    tag = (await client.get(f"{own}/summary")).headers["etag"]
    for header in ("*", tag, f"W/{tag}", f'"other", {tag}', f" {tag} "):
        answer = await client.get(f"{own}/summary", headers={"If-None-Match": header})
        assert (answer.status_code, answer.headers["etag"], answer.content) == (304, tag, b""), header
    for header in ('"other"', f'"{tag.strip(chr(34))}x"', tag.strip('"'), "**", f'"x{tag}x"'):
        assert (await client.get(f"{own}/summary", headers={"If-None-Match": header})).status_code == 200, header


async def test_a_file_that_is_there_is_not_modified(client):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    form = {"taken_at": "2026-03-09T14:30:00Z"}
    note = await client.post(f"{own}/notes", data=form, files={"file": ("note.txt", b"Weight 80 kg")})
    path = f"{note.headers['location']}/file"
    tag = (await client.get(path)).headers["etag"]
    for header in ("*", tag):
        assert (await client.get(path, headers={"If-None-Match": header})).status_code == 304


@pytest.mark.parametrize("header", ["*", '"1"', 'W/"1"', '"7", "1"'])
@pytest.mark.parametrize("method", ["put", "patch", "delete"])
async def test_a_change_of_what_is_ruled_out_is_refused(client, method, header):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    body = {} if method == "delete" else {"json": {**PATIENT, "name": "Zoë"}}
    answer = await client.request(method, own, headers={"If-None-Match": header}, **body)
    assert (answer.status_code, answer.json()["code"]) == (412, "version_ruled_out")
    assert answer.json()["version"] == 1
    assert (await client.get(own)).json()["name"] == "Ada Byron"


@pytest.mark.parametrize("header", ['"2"', '"7", "8"'])
async def test_a_change_of_another_version_is_made(client, header):
    own = (await client.post("/patients", json=PATIENT)).headers["location"]
    answer = await client.put(own, json={**PATIENT, "name": "Zoë"}, headers={"If-None-Match": header})
    assert answer.status_code == 200
    # Nothing of it is left for the next call.
    assert (await client.put(own, json=PATIENT)).status_code == 200


# What never changes has no version to be named: it is there or it is not.
UNCHANGING = {
    "/clinicians/{clinician_id}/absences/{absence_id}",
    "/clinicians/{clinician_id}/calendar-feeds/{feed_id}",
    "/patients/{patient_id}/notes/{note_id}/fact-feedback/{fact_feedback_id}",
}


async def test_every_call_that_replaces_heeds_both_headers(app):
    paths = app.openapi()["paths"]
    assert paths.keys() >= UNCHANGING
    for path, item in paths.items():
        if path in UNCHANGING:
            continue
        for method in {"put", "patch", "delete"} & set(item):
            names = {parameter["name"] for parameter in item[method]["parameters"]}
            assert {"if-match", "if-none-match"} <= names, (method, path)
