"""Every route of the API, with a restricted patient who has one of everything."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from fastapi import FastAPI

from features.patients import belongs_to_patients
from tests.conftest import connected
from tests.features.break_glass.conftest import NHS_NUMBER, REASON, VALUES, Whole

METHODS = ("get", "post", "put", "patch", "delete")
# Parameters of paths that lead to nobody's record.
OF_NOBODY = {
    "absence_id",
    "account_id",
    "batch_id",
    "clinician_id",
    "code",
    "department_id",
    "feed_id",
    "page",
    "procedure_id",
    "rule_id",
    "secret",
    "use_id",
}
ENDLESS = {"/events"}
# What belongs to a patient's record, and stands in no list of another's.
SEARCHES = (
    "q=zebulon",
    "q=quixwrth",
    "q=glossolalia",
    "q=lachrymose",
    f"q={NHS_NUMBER[:6]}",
    f"nhs_number={NHS_NUMBER}",
    f"mrn={VALUES['mrn']}",
    f"identifier=hospital.local|{VALUES['identifier']}",
    "owner_type=patient",
    "total=true",
    "include=address,appointments,notes,recommendations,tasks",
    "expand=patient",
    "group_by=day",
)


def calls(app: FastAPI) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each call that is documented: of the one `app` that all tests share, as describing it takes long."""
    for path, operations in app.openapi()["paths"].items():
        for method in METHODS:
            if method in operations:
                yield method, path, operations[method]


def parameters(path: str) -> list[str]:
    return [part.strip("{}") for part in path.replace(".ics", "").split("/") if part.startswith("{")]


def names_the_record(path: str, whole: Whole) -> bool:
    return any(name in whole.ids for name in parameters(path))


def filled(path: str, whole: Whole) -> str:
    known = {**whole.others, **whole.ids, "nhs_number": NHS_NUMBER, "page": "1"}
    for name in parameters(path):
        path = path.replace(f"{{{name}}}", known.get(name, "0197a3c2-7d8e-7aaa-bbbb-000000000000"))
    return path


def told(answer: Any, whole: Whole) -> list[str]:
    """What an answer tells of the patient; that it repeats the address it was asked at is no news."""
    text, headers = answer.text, {name: value for name, value in answer.headers.items() if name != "link"}
    if "json" in headers.get("content-type", ""):
        document = answer.json()
        for echo in ("links", "instance"):
            if isinstance(document, dict) and not (echo == "links" and "id" in document):
                document.pop(echo, None)
        text = json.dumps(document, ensure_ascii=False)
    secrets = {**VALUES, **whole.ids}
    return [name for name, value in secrets.items() if value in text or value in str(headers)]


def test_each_parameter_of_a_path_is_known_to_belong_to_patients_or_to_nobody(app):
    unknown = {
        name
        for _, path, _ in calls(app)
        for name in parameters(path)
        if name not in OF_NOBODY
        and name not in {"patient_id", "nhs_number"}
        and not belongs_to_patients(name.removesuffix("_id"))
    }
    assert not unknown


def test_the_header_is_documented_where_it_opens_something(app):
    for method, path, operation in calls(app):
        headers = {each["name"] for each in operation.get("parameters", []) if each["in"] == "header"}
        if set(parameters(path)) - OF_NOBODY:
            assert "X-Break-Glass-Reason" in headers, (method, path)
            assert "403" in operation["responses"], (method, path)
        elif path.startswith(("/staff", "/rules", "/departments/{department_id}")):
            assert "X-Break-Glass-Reason" not in headers, (method, path)


async def test_the_patient_of_these_tests_has_one_of_everything(app, whole):
    expected = {
        name for _, path, _ in calls(app) for name in parameters(path) if belongs_to_patients(name.removesuffix("_id"))
    }
    assert expected - {"patient_id"} <= set(whole.ids)


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "scheduler", "auditor", "service"])
async def test_no_read_tells_anything_of_a_restricted_patient(app, live_app, restricted, role):
    async with connected(live_app, role) as client:
        asked = 0
        for method, path, _ in calls(app):
            if method != "get" or path in ENDLESS:
                continue
            own = filled(path, restricted)
            for query in ("", f"patient_id={restricted.ids['patient_id']}", *SEARCHES):
                answer = await client.get(f"{own}?{query}" if query else own)
                assert answer.status_code < 500, (path, query, answer.text[:500])
                # Whoever reads the trail sees that there is a record, by its ids; what it holds is not for them either.
                known = set(restricted.ids) if path.startswith("/audit") else set()
                assert set(told(answer, restricted)) <= known, (path, query, answer.text[:500])
                asked += 1
                if not query and names_the_record(path, restricted) and answer.status_code != 403:
                    raise AssertionError(f"{path} answers {answer.status_code} {answer.text[:300]}")
        assert asked > 100


@pytest.mark.parametrize("role", ["admin", "clinician"])
async def test_no_write_reaches_a_restricted_record_nor_tells_of_it(app, live_app, restricted, role):
    rows = await counted(live_app)
    async with connected(live_app, role) as client:
        for method, path, operation in calls(app):
            tries = path in {"/rules/{rule_id}/try", "/evaluate/batch"}
            if method == "get" or not (tries or names_the_record(path, restricted) or "patient_id" in str(operation)):
                continue
            own = filled(path, restricted)
            content = operation.get("requestBody", {}).get("content", {})
            body = content.get("application/json", {}).get("example")
            if isinstance(body, dict):
                known = {**restricted.others, **restricted.ids}
                body = {name: known.get(name, value) for name, value in body.items()}
                if path == "/evaluate/batch":
                    body = {"patient_ids": [restricted.ids["patient_id"]]}
            answer = await client.request(method, own, **({} if body is None else {"json": body}))
            assert not told(answer, restricted), (method, path, answer.text[:500])
            if names_the_record(path, restricted):
                assert answer.status_code in {403, 422}, (method, path, answer.text[:300])
                assert answer.json()["code"] != "patient_not_found"
    assert await counted(live_app) == rows


async def counted(app: FastAPI) -> dict[str, Any]:
    """What there is of patients, so that a change of any of it shows."""
    tables = ("patient", "address", "note", "appointment", "patient_procedure", "notification", "recommendation")
    found = {}
    for table in tables:
        found[table] = await app.state.database.reads.source.fetchval(
            f"SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM {table} t WHERE deleted_at IS NULL"
            if table != "address"
            else "SELECT md5(string_agg(t::text, '|' ORDER BY id)) FROM address t"
        )
    return found


async def test_every_refusal_is_the_same(restricted, clinician):
    bodies = set()
    for path in (
        restricted.patient,
        f"{restricted.patient}/notes",
        f"/appointments/{restricted.ids['appointment_id']}",
    ):
        answer = await clinician.get(path)
        assert answer.status_code == 403
        body = answer.json()
        del body["instance"], body["request_id"]
        bodies.add(json.dumps(body, sort_keys=True))
    assert len(bodies) == 1
    assert json.loads(bodies.pop())["code"] == "restricted_record"


async def test_with_a_reason_every_read_of_the_record_shows_it(app, live_app, restricted):
    for _, path, _ in (each for each in calls(app) if each[0] == "get"):
        if not names_the_record(path, restricted) and "{nhs_number}" not in path:
            continue
        async with connected(live_app, "clinician") as client:  # somebody else each time, to whom nothing is open yet
            own = filled(path, restricted)
            assert (await client.get(own)).status_code in {403, 404}
            answer = await client.get(own, headers=REASON)
            assert answer.status_code == 200, (path, answer.text[:300])
            again = await client.get(own)
            assert again.status_code == 200, (path, again.text[:300])
            assert (await client.get("/patients", params={"q": "quixworth"})).json()["data"]
            listed = (await client.get("/notes", params={"patient_id": restricted.ids["patient_id"]})).json()["data"]
            assert VALUES["note"] in json.dumps(listed)
