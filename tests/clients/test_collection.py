"""The collection for Bruno and Postman has every call, and its requests can be sent as they are."""

import json
import re
from typing import Any

import httpx
import pytest

from rounds.app import create_app
from rounds.settings import Settings
from tests.journeys.conftest import PASSWORD, PATIENCE

SENT = {"Sign in with a username and a password", "Create a patient", "Create a department"}


@pytest.fixture(scope="module")
def collection(make) -> dict[str, Any]:
    return json.loads((make("collection") / "rounds.postman_collection.json").read_text())


def _one_brace(found: re.Match[str]) -> str:
    return found[0][0]


def requests(collection: dict[str, Any]) -> list[dict[str, Any]]:
    return [item for folder in collection["item"] for item in folder["item"]]


def test_it_has_every_call_once(collection):
    document = create_app(Settings(_env_file=None)).openapi()
    calls = {
        f"{method.upper()} {path}"
        for path, methods in document["paths"].items()
        for method in methods
        if method != "parameters"
    }
    shown = [
        f"{item['request']['method']} {re.sub(r'{{|}}', _one_brace, item['request']['url']['raw'])}"
        for item in requests(collection)
    ]
    calls = {call.replace(" ", " {base_url}") for call in calls}
    assert sorted(shown) == sorted(calls)


def test_whoever_signs_in_can_send_what_needs_no_id(collection, mock):
    """The collection's own sign-in, then each list and each creation at the top, with its example."""
    variables = {each["key"]: each["value"] for each in collection["variable"]}
    variables |= {"base_url": mock.url, "username": "admin", "password": PASSWORD}
    refused = {}
    with httpx.Client(timeout=PATIENCE) as client:
        for item in requests(collection):
            request = item["request"]
            if "/events" in request["url"]["raw"] or "{{" in filled(request["url"]["raw"], variables):
                continue
            if request["method"] != "GET" and item["name"] not in {
                "Sign in with a username and a password",
                "Create a patient",
            }:
                continue
            answer = send(client, request, variables)
            if answer.is_error:
                refused[item["name"]] = answer.text
            if "token" in request["url"]["raw"]:
                variables["access_token"] = answer.json()["access_token"]
    assert variables["access_token"]
    assert refused == {}


def filled(text: str, variables: dict[str, str]) -> str:
    """A text with its variables; those without a value stay."""
    return re.sub(r"{{(\w+)}}", lambda found: variables[found[1]] or found[0], text)


def send(client: httpx.Client, request: dict[str, Any], variables: dict[str, str]) -> httpx.Response:
    body = request.get("body", {})
    headers = {each["key"]: each["value"].replace("{{$guid}}", "a-key") for each in request["header"]}
    if "auth" not in request:
        headers["Authorization"] = f"Bearer {variables['access_token']}"
    return client.request(
        request["method"],
        filled(request["url"]["raw"], variables),
        headers=headers,
        content=filled(body["raw"], variables) if body.get("mode") == "raw" else None,
        data={each["key"]: filled(each["value"], variables) for each in body.get("urlencoded", [])} or None,
    )
