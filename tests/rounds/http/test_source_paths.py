"""The paths of the source systems, and slashes at the end: 308 to ours, with method and body."""

from pathlib import Path

import pytest
from starlette.routing import Match

from rounds import slices
from rounds.http.source_paths import SourcePaths

ID = "0197a3c2-7d8e-7aaa-bbbb-000000000000"
DOCUMENTATION = Path(__file__).parents[3] / "docs" / "api.md"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        ("/patient", "/patients"),
        ("/patient/", "/patients"),
        (f"/patient/{ID}", f"/patients/{ID}"),
        (f"/patient/{ID}/", f"/patients/{ID}"),
        ("/procedure", "/procedures"),
        (f"/procedure/{ID}", f"/procedures/{ID}"),
        ("/patient_procedure", "/patient_procedures"),
        (f"/patient_procedure/{ID}", f"/patient_procedures/{ID}"),
        ("/recommendation", "/recommendations"),
        (f"/recommendation/{ID}", f"/recommendations/{ID}"),
        ("/patient_recommendations", "/recommendations"),
        ("/patient_recommendations/", "/recommendations"),
        (f"/patient_recommendation/{ID}", f"/recommendations/{ID}"),
        ("/patients/getbynhsnumber?nhs_number=9434765919", "/patients/by-nhs-number/9434765919"),
        ("/patients/getbynhsnumber?nhs_number=943%20476%205919", "/patients/by-nhs-number/943%20476%205919"),
        ("/patients/getbynhsnumber?nhs_number=..%2F..%2Fx", "/patients/by-nhs-number/..%2F..%2Fx"),
        ("/patients/getbynhsnumber?include=address&nhs_number=1", "/patients/by-nhs-number/1?include=address"),
        ("/patient?limit=5&q=a%26b", "/patients?limit=5&q=a%26b"),
        ("/patients/", "/patients"),
        ("/patients//", "/patients"),
        ("/patients/?limit=5", "/patients?limit=5"),
        (f"/patients/{ID}/notes/", f"/patients/{ID}/notes"),
        ("/health/", "/health"),
        ("/docs/", "/docs"),
    ],
)
@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE"])
async def test_each_leads_to_ours(anonymous, method, theirs, ours):
    answer = await anonymous.request(method, theirs, headers={"Host": "evil.example"})
    assert answer.status_code == 308
    # A path, so that nothing of it comes from what the caller calls the host.
    assert answer.headers["location"] == ours
    assert answer.headers["x-request-id"]


async def test_method_body_and_query_arrive(client):
    made = await client.post(
        "/patient/", json={"name": "Ada Byron", "date_of_birth": "1990-01-01"}, follow_redirects=True
    )
    assert made.status_code == 201
    path = made.headers["location"].replace("/patients/", "/patient/")
    changed = await client.patch(path, json={"name": "Zoë"}, follow_redirects=True)
    assert changed.json()["name"] == "Zoë"
    assert (await client.get("/patient?limit=1", follow_redirects=True)).json()["pagination"]["limit"] == 1
    assert (await client.delete(path, follow_redirects=True)).status_code == 204


async def test_a_patient_is_found_by_the_nhs_number(client):
    body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "nhs_number": "9434765919"}
    made = (await client.post("/patients", json=body)).json()
    for number in ("9434765919", "943 476 5919", "943-476-5919"):
        found = await client.get("/patients/getbynhsnumber", params={"nhs_number": number}, follow_redirects=True)
        assert found.json()["id"] == made["id"]


@pytest.mark.parametrize("query", ["", "?nhs=1", "?nhs_number=1&nhs_number=2"])
async def test_without_the_one_number_there_is_nowhere_to_lead(anonymous, query):
    answer = await anonymous.get(f"/patients/getbynhsnumber{query}")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["pointer"] == "?nhs_number"


@pytest.mark.parametrize(
    "path",
    [
        "//",
        "/nowhere",
        "/nowhere/",
        "//evil.example/",
        "/patientx",
        "/patient/a/b",
        "//patients/",
        "/%2F/evil.example/",
    ],
)
async def test_nothing_else_leads_anywhere(anonymous, path):
    answer = await anonymous.get(f"http://rounds.test{path}")
    assert answer.status_code == 404
    assert "location" not in answer.headers


async def test_the_scopes_are_asked_for_where_it_leads(anonymous):
    assert (await anonymous.get("/patient", follow_redirects=True)).status_code == 401


def test_they_are_no_part_of_openapi_and_stand_in_the_documentation(app):
    (table,) = [route for route in app.routes if isinstance(route, SourcePaths)]
    declared = [path for part in slices.modules("source_paths") for path in part.PATHS]
    assert len(declared) >= 11
    assert set(table.paths) == set(declared)
    text = DOCUMENTATION.read_text("utf-8")
    for path in declared:
        query = "".join(f"?{name}=" for name in path.in_query())
        assert f"| `{path.theirs}{query}` | `{path.ours}` |" in text
        assert path.theirs not in app.openapi()["paths"]


def test_ours_are_there(app):
    for path in (path for part in slices.modules("source_paths") for path in part.PATHS):
        scope = {"type": "http", "method": "GET", "path": path.ours.replace("{id}", ID), "root_path": ""}
        assert any(route.matches(scope)[0] is not Match.NONE for route in app.routes), path
