"""What calls answer: the headers and the example of each answer, and the schemas of its problems."""

from typing import Any

from rounds.http.idempotency import REPLAYED
from rounds.http.openapi.examples import example_of, path_example
from rounds.http.openapi.headers import headers_of, link, location
from rounds.http.openapi.model_names import Json
from rounds.http.openapi.problem_schemas import type_problems
from rounds.problems import SAMPLE_ID

_BY_FASTAPI = "Successful Response"  # what it says of every answer
_UNDESCRIBED = {"200": "What was asked for; of a list, one page.", "204": "It is done, and there is nothing to show."}
_CREATED = {"201", "202"}


def polish_answers(path: str, operation: Json, document: Json, *, repeatable: bool) -> None:
    """Describe each answer of a call by its headers and by an example that is true of this call."""
    schemas, here = document["components"]["schemas"], path_example(path, operation)
    versioned = any(parameter["name"] in {"if-match", "if-none-match"} for parameter in operation.get("parameters", []))
    for status, response in operation["responses"].items():
        if "$ref" in response:
            continue
        type_problems(response, here)
        media: Json = response.get("content", {}).get("application/json", {})
        shown = schemas.get(_model(media), {})
        if response["description"] == _BY_FASTAPI:
            response["description"] = shown.get("description") or _UNDESCRIBED[status]
        names: list[str] = []
        more: Json = {}
        if (status in {"200", "304"} and versioned) or (status in _CREATED and "version" in shown["properties"]):
            names.append("ETag")
        if repeatable and status < "300":
            names.append(REPLAYED)
        if status in _CREATED:
            more |= location(_address(path, here, _model(media), document))
        if media.get("schema"):
            media.setdefault("example", example_of(media["schema"], schemas))
            if _model(media).endswith("Page"):
                media["example"] = _page_of(media["example"], here)
                more |= link(here)
        response["headers"] = headers_of(status, *names) | more


def _model(media: Json) -> str:
    return str(media.get("schema", {}).get("$ref", "")).rpartition("/")[2]


def _page_of(example: Any, here: str) -> Json:
    return {**example, "links": {"self": here, "next": None}}


def _address(path: str, here: str, model: str, document: Json) -> str:
    """Where what this call creates is found: below the call's own path, at it, or where the same model is changed."""
    below = [known for known in document["paths"] if known.startswith(f"{path}/{{") and known.endswith("_id}")]
    if below:
        return f"{here}/{SAMPLE_ID}"
    if "put" in document["paths"][path]:
        return here
    elsewhere = [
        known
        for known, operations in document["paths"].items()
        for method in ("get", "patch")
        if known.endswith("_id}") and _model(_answer(operations.get(method, {}))) == model
    ]
    if not elsewhere:
        raise ValueError(f"nothing says where {path} creates what it creates")
    return f"{elsewhere[0].rpartition('/')[0]}/{SAMPLE_ID}"


def _answer(operation: Json) -> Json:
    media: Json = operation.get("responses", {}).get("200", {}).get("content", {}).get("application/json", {})
    return media
