"""Whatever goes wrong is answered as a problem document, and never with more than that."""

import re
from typing import Any
from uuid import UUID

import httpx
import orjson
import pytest

from rounds import slices
from rounds.problems import (
    Conflict,
    Crash,
    InvalidFields,
    Problem,
    Refusal,
    TooManyRequests,
    Unavailable,
    documents,
    pointer_of,
)

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id"}
JSON = {"Content-Type": "application/json"}
GOOD = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}


def problem(answer: httpx.Response, status: int, code: str) -> dict[str, Any]:
    """The document of `answer`, after checking that it is one, whole and consistent."""
    assert answer.status_code == status, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["content-language"] == "en"
    document = answer.json()
    assert document.keys() >= MEMBERS
    assert document["status"] == status
    assert document["code"] == code
    assert document["type"] == f"/problems/{code}"
    assert document["request_id"] == answer.headers["x-request-id"]
    assert document["title"]
    assert "{" not in document["detail"]
    assert ("errors" in document) is (status == 422)
    return document


@pytest.mark.parametrize("path", ["/nowhere", "/nowhere/", "/patients/1/2/3", "/%00", "/é", "/%ff"])
async def test_an_unknown_path(client, path):
    document = problem(await client.get(path), 404, "not_found")
    assert set(document) == MEMBERS


async def test_the_instance_is_the_path_without_its_query(client):
    document = problem(await client.get("/no/where?name=Maeve"), 404, "not_found")
    assert document["instance"] == "/no/where"


@pytest.mark.parametrize("host", ["[", "a/b?c", "evil.example", "\xff", ""])
async def test_a_strange_host_header_changes_nothing(client, host):
    answer = await client.get("/nowhere", headers=[(b"host", host.encode("latin-1"))])
    document = problem(answer, 404, "not_found")
    assert document["instance"] == "/nowhere"
    assert "evil" not in answer.text


@pytest.mark.parametrize(
    ("method", "path", "allowed"),
    [
        ("DELETE", "/health", {"GET", "HEAD"}),
        ("GET", "/security/token", {"POST"}),
        ("PUT", "/patients", {"GET", "HEAD", "POST"}),
        ("POST", "/patients/0197a3c2-7d8e-7aaa-bbbb-000000000000", {"GET", "HEAD", "PUT", "PATCH", "DELETE"}),
        ("BREW", "/security/me", {"GET", "HEAD"}),
    ],
)
async def test_an_unknown_method_names_those_that_are_allowed(client, method, path, allowed):
    answer = await client.request(method, path)
    problem(answer, 405, "method_not_allowed")
    assert set(answer.headers["allow"].split(", ")) == allowed


@pytest.mark.parametrize(
    "media", ["text/plain", "text/xml", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "json"]
)
async def test_a_body_of_another_kind(client, media):
    answer = await client.post("/patients", content=orjson.dumps(GOOD), headers={"Content-Type": media})
    document = problem(answer, 415, "unsupported_media_type")
    assert "application/json" in document["detail"]


async def test_a_body_of_no_kind(client):
    answer = await client.post("/patients", content=orjson.dumps(GOOD))
    problem(answer, 415, "unsupported_media_type")


@pytest.mark.parametrize("media", ["application/json; charset=utf-8", "APPLICATION/JSON", "application/json ;x=y"])
async def test_json_by_any_of_its_names(client, media):
    answer = await client.post("/patients", content=orjson.dumps(GOOD), headers={"Content-Type": media})
    assert answer.status_code == 201


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"{not json", id="not JSON"),
        pytest.param(b'{"name": "Ada"', id="cut off"),
        pytest.param(b"{'name': 'Ada'}", id="single quotes"),
        pytest.param(b'{"name": "Ada",}', id="trailing comma"),
        pytest.param(b'{"name": "Ada"} {}', id="two documents"),
        pytest.param(b'{"height_cm": NaN}', id="NaN"),
        pytest.param(b'{"height_cm": Infinity}', id="infinity"),
        pytest.param(b'{"height_cm": 1e400}', id="beyond all floats"),
        pytest.param(b'{"name": "\\ud800"}', id="lone surrogate, escaped"),
        pytest.param(b'{"name": "\xed\xa0\x80"}', id="lone surrogate, raw"),
        pytest.param(b'{"name": "\xff"}', id="not UTF-8"),
        pytest.param(b'{"name": "a\nb"}', id="raw newline"),
        pytest.param(b"[" * 100_000, id="deep nesting"),
        pytest.param(b'{"a":' * 2_000 + b"1" + b"}" * 2_000, id="deep nesting, closed"),
        pytest.param("{}".encode("utf-16"), id="UTF-16"),
        pytest.param(b"\x00", id="NUL"),
    ],
)
async def test_a_body_that_is_not_json(client, body):
    document = problem(await client.post("/patients", content=body, headers=JSON), 422, "invalid")
    assert document["errors"] == [{"pointer": "", "code": "json_invalid", "detail": "This is not valid JSON."}]


@pytest.mark.parametrize(
    ("body", "pointer", "code"),
    [
        (b"", "", "missing"),
        (b"null", "", "model_attributes_type"),
        (b"[]", "", "model_attributes_type"),
        (b'"text"', "", "model_attributes_type"),
        (b"1", "", "model_attributes_type"),
    ],
)
async def test_a_body_that_is_no_object(client, body, pointer, code):
    document = problem(await client.post("/patients", content=body, headers=JSON), 422, "invalid")
    assert [(error["pointer"], error["code"]) for error in document["errors"]] == [(pointer, code)]


@pytest.mark.parametrize(
    "number", [b"9" * 400, b"1e308", b"-1e308", b"1" + b"0" * 100, b"18446744073709551616", b"0.1e-400"]
)
async def test_a_number_of_any_size_is_refused_politely(client, number):
    body = b'{"name":"Ada","date_of_birth":"1990-01-01","height_cm":' + number + b"}"
    document = problem(await client.post("/patients", content=body, headers=JSON), 422, "invalid")
    assert {error["pointer"] for error in document["errors"]} <= {"", "/height_cm"}


async def test_every_refused_field_is_named_and_its_value_is_not(client):
    body = {"name": "Maeve\x00O’Sullivan", "date_of_birth": "banana", "nhs_number": "1373645351", "nick/name~": "Mae"}
    answer = await client.post("/patients", json=body)
    document = problem(answer, 422, "invalid")
    assert {error["pointer"] for error in document["errors"]} == {
        "/name", "/date_of_birth", "/nhs_number", "/nick~1name~0"
    }  # fmt: skip
    assert all(error["code"] and error["detail"] for error in document["errors"])
    for value in ("Maeve", "banana", "1373645351"):
        assert value not in answer.text


@pytest.mark.parametrize("query", ["unknown=1", "limit=5&Limit=5", "%00=1", "a[]=1", "limit=1&x", "=1"])
async def test_an_unknown_parameter(client, query):
    document = problem(await client.get(f"/patients?{query}"), 422, "invalid")
    (error,) = document["errors"]
    assert error["code"] == "unknown_parameter"
    assert error["pointer"].startswith("?")


async def test_an_unknown_parameter_is_not_repeated_at_length(client):
    answer = await client.get(f"/patients?{'x' * 5000}=1")
    assert len(problem(answer, 422, "invalid")["errors"][0]["pointer"]) <= 101


async def test_parameters_are_refused_where_none_are_known(client):
    problem(await client.get("/health?verbose=1"), 422, "invalid")
    problem(await client.get("/security/me?x=1"), 422, "invalid")


async def test_a_bad_path_parameter(client):
    document = problem(await client.get("/patients/not-an-id"), 422, "invalid")
    assert document["errors"] == [
        {"pointer": "path:patient_id", "code": "uuid_parsing", "detail": "This is not an id; ids are UUIDs."}
    ]


@pytest.mark.parametrize("code", sorted(Problem.known))
async def test_every_code_is_explained(anonymous, code):
    answer = await anonymous.get(f"/problems/{code}")
    assert answer.status_code == 200
    explanation = answer.json()
    assert set(explanation) == {"code", "title", "status", "explanation"}
    assert explanation["code"] == code
    assert explanation["status"] == Problem.known[code].status
    assert len(explanation["explanation"]) > 20
    assert "\n" not in explanation["explanation"]
    assert explanation["title"][0].isupper()


@pytest.mark.parametrize("code", ["nonsense", "Not_Found", "%00"])
async def test_an_unknown_code_is_not(anonymous, code):
    answer = await anonymous.get(f"/problems/{code}")
    assert answer.status_code == 404


def test_codes_of_all_slices_are_among_them():
    for _ in slices.modules("endpoint"):
        pass
    assert {"last_admin", "patient_not_found", "department_in_use", "address_exists"} <= set(Problem.known)


def test_codes_are_lower_case_words():
    for code, kind in Problem.known.items():
        assert re.fullmatch(r"[a-z]+(_[a-z]+)*", code)
        assert 400 <= kind.status <= 599


def test_two_problems_cannot_share_a_code():
    with pytest.raises(TypeError, match="share the code 'last_admin'"):
        type("Impostor", (Conflict,), {"code": "last_admin", "__doc__": "Something else."})


def test_a_problem_needs_an_explanation():
    with pytest.raises(TypeError, match="needs a docstring"):
        type("Unexplained", (Conflict,), {"code": "unexplained_for_a_test"})
    Problem.known.pop("unexplained_for_a_test")


def test_two_refusals_cannot_share_a_code():
    with pytest.raises(TypeError, match="share the code 'missing'"):
        Refusal("missing", "Something else.")


def test_problems_that_pass_say_when_to_come_back():
    assert TooManyRequests(seconds=7).headers == {"Retry-After": "7"}
    assert Unavailable().headers == {"Retry-After": "1"}


def test_an_error_nobody_has_a_text_for_is_still_explained():
    problem = InvalidFields.of([{"loc": ("body", "x"), "type": "never_heard_of", "ctx": {"secret": "Maeve"}}])
    (error,) = problem.document("en")["errors"]
    assert error == {"pointer": "/x", "code": "never_heard_of", "detail": "This value is not acceptable."}


@pytest.mark.parametrize(
    ("location", "pointer"),
    [
        (("body",), ""),
        (("body", "name"), "/name"),
        (("body", "identifiers", 0, "system"), "/identifiers/0/system"),
        (("body", "a/b~c"), "/a~1b~0c"),
        (("body", 17), ""),
        (("query", "limit"), "?limit"),
        (("path", "patient_id"), "path:patient_id"),
        (("header", "if-match"), "header:if-match"),
    ],
)
def test_a_location_becomes_a_pointer(location, pointer):
    assert pointer_of(location) == pointer


def test_documentation_shows_an_example_of_each_problem():
    responses = documents(Crash, Conflict)
    assert set(responses) == {500, 409}
    for status, entry in responses.items():
        (example,) = entry["content"]["application/problem+json"]["examples"].values()
        assert example["value"].keys() >= MEMBERS
        assert example["value"]["status"] == status
        assert UUID(example["value"]["request_id"])
