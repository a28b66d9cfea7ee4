"""Which changes of the API break clients, by small documents that differ in one thing each."""

import copy
import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "scripts"))
from api_changes import changes  # noqa: E402 - beside the command that uses it, which is no package
from check_api import announced  # noqa: E402

Document = dict[str, Any]


def document() -> Document:
    """One call with a parameter, a body and an answer, whose models are referred to."""
    body = {
        "type": "object",
        "required": ["name"],
        "additionalProperties": False,
        "properties": {
            "name": {"type": "string", "maxLength": 200},
            "sex": {"enum": ["female", "male"], "type": "string"},
            "phone": {"anyOf": [{"type": "string"}, {"type": "null"}]},
        },
    }
    answer = {
        "type": "object",
        "required": ["id", "status"],
        "properties": {
            "id": {"type": "string"},
            "status": {"enum": ["open", "done"], "type": "string"},
            "parent": {"$ref": "#/components/schemas/Task"},
        },
    }
    operation = {
        "operationId": "createTask",
        "parameters": [{"in": "query", "name": "limit", "schema": {"type": "integer", "maximum": 200}}],
        "requestBody": {
            "required": True,
            "content": {"application/json": {"schema": {"$ref": "#/components/schemas/New"}}},
        },
        "responses": {
            "201": {
                "content": {"application/json": {"schema": {"$ref": "#/components/schemas/Task"}}},
                "headers": {"ETag": {}},
            },
            "404": {"content": {"application/problem+json": {"schema": {"type": "object"}}}},
        },
    }
    return {
        "info": {"version": "1.2.0"},
        "paths": {"/tasks": {"post": operation}, "/health": {"get": {"operationId": "health", "responses": {}}}},
        "components": {"schemas": {"New": body, "Task": answer}},
    }


def operation(there: Document) -> Document:
    return there["paths"]["/tasks"]["post"]


def new(there: Document) -> Document:
    return there["components"]["schemas"]["New"]


def task(there: Document) -> Document:
    return there["components"]["schemas"]["Task"]


LIMIT = {"in": "query", "name": "page", "required": True, "schema": {"type": "integer"}}
BREAKING: dict[str, Callable[[Document], object]] = {
    "GET /health: is gone": lambda d: d["paths"].pop("/health"),
    "POST /tasks: is called makeTask": lambda d: operation(d).update(operationId="makeTask"),
    "query limit: is not taken any more": lambda d: operation(d)["parameters"].clear(),
    "query limit: must be sent now": lambda d: operation(d)["parameters"][0].update(required=True),
    "query limit: has maximum 100 now": lambda d: operation(d)["parameters"][0]["schema"].update(maximum=100),
    "query limit: is no integer any more": lambda d: operation(d)["parameters"][0]["schema"].update(type="string"),
    "query page: must be sent now": lambda d: operation(d)["parameters"].append(LIMIT),
    "body: is not taken as application/json": lambda d: operation(d)["requestBody"].update(content={"text/csv": {}}),
    "body.phone: is gone": lambda d: new(d)["properties"].pop("phone"),
    "body.phone: is no null any more": lambda d: new(d)["properties"].update(phone={"type": "string"}),
    "body.sex: must be sent now": lambda d: new(d)["required"].append("sex"),
    "body.sex: has no male any more": lambda d: new(d)["properties"]["sex"]["enum"].remove("male"),
    "body.ward: must be sent now": lambda d: (new(d)["properties"].update(ward={}), new(d)["required"].append("ward")),
    "body.name: has maxLength 100 now": lambda d: new(d)["properties"]["name"].update(maxLength=100),
    "body.name: has minLength 2 now": lambda d: new(d)["properties"]["name"].update(minLength=2),
    "body.name: has pattern ^a now": lambda d: new(d)["properties"]["name"].update(pattern="^a"),
    "201: is no answer any more": lambda d: operation(d)["responses"].pop("201"),
    "201: has no header ETag any more": lambda d: operation(d)["responses"]["201"].pop("headers"),
    "201.status: is gone": lambda d: task(d)["properties"].pop("status"),
    "201.status: may be missing now": lambda d: task(d)["required"].remove("status"),
    "201.id: may be null now": lambda d: task(d)["properties"].update(id={"type": ["string", "null"]}),
    "201.id: may be integer now": lambda d: task(d)["properties"].update(id={"type": "integer"}),
}
HARMLESS: dict[str, Callable[[Document], object]] = {
    "GET /wards: is new": lambda d: d["paths"].update({"/wards": {"get": {"responses": {}}}}),
    "query page: is new": lambda d: operation(d)["parameters"].append({**LIMIT, "required": False}),
    "body.ward: is new": lambda d: new(d)["properties"].update(ward={"type": "string"}),
    "body.sex: may be other now": lambda d: new(d)["properties"]["sex"]["enum"].append("other"),
    "201.due: is new": lambda d: task(d)["properties"].update(due={"type": "string"}),
    "201.status: may be lost now": lambda d: task(d)["properties"]["status"]["enum"].append("lost"),
    "404: is no answer any more": lambda d: operation(d)["responses"].pop("404"),
    "body.name: may be integer now": lambda d: new(d)["properties"]["name"].update(type=["string", "integer"]),
}


def differences(change: Callable[[Document], object]) -> list[tuple[str, bool]]:
    after = copy.deepcopy(document())
    change(after)
    return [(f"{each.place}: {each.what}", each.breaking) for each in changes(document(), after)]


@pytest.mark.parametrize("told", BREAKING)
def test_this_breaks_clients(told: str) -> None:
    assert any(told in text and breaking for text, breaking in differences(BREAKING[told]))


@pytest.mark.parametrize("told", HARMLESS)
def test_this_is_told_and_breaks_nobody(told: str) -> None:
    found = differences(HARMLESS[told])
    assert [text for text, _ in found if told in text]
    assert not any(breaking for _, breaking in found)


def test_wider_bounds_and_other_words_are_not_worth_a_word() -> None:
    after = copy.deepcopy(document())
    new(after)["properties"]["name"].update(maxLength=300, description="Another description.")
    operation(after)["summary"] = "Another summary"
    assert changes(document(), after) == []


def test_the_api_as_it_is_does_not_differ_from_itself() -> None:
    api = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    assert changes(api, copy.deepcopy(api)) == []


def test_every_required_field_of_the_api_that_would_go_is_noticed() -> None:
    api = json.loads((ROOT / "docs" / "openapi.json").read_text(encoding="utf-8"))
    without = copy.deepcopy(api)
    del without["components"]["schemas"]["PatientRead"]["properties"]["mrn"]
    assert any(each.breaking and each.place.endswith(".mrn") for each in changes(api, without))


@pytest.mark.parametrize(
    ("before", "after", "may_break"),
    [("1.2.0", "2.0.0", True), ("1.2.0", "1.3.0", False), ("0.1.0", "0.2.0", True), ("0.1.0", "0.1.1", False)],
)
def test_a_version_announces_what_breaks(before: str, after: str, may_break: bool) -> None:
    assert announced({"info": {"version": before}}, {"info": {"version": after}}) is may_break
