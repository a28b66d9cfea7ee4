"""Completes the OpenAPI document with what holds for every call: problems, versions, request ids."""

from typing import Any

from pydantic.json_schema import models_json_schema

from rounds import problems
from rounds.problems import ProblemDetails, documents

DESCRIPTION = """\
A clinical backend: patients, addresses, notes, summaries, recommendations, tasks and appointments.

**Sign in** with `POST /security/token` and send the access token as `Authorization: Bearer …`.
**Errors** are problem details (RFC 9457); match on `code`. `Accept-Language` picks the language (`en`, `pt`).
**Lists** take `limit`, `sort`, and either `cursor` (any depth) or `offset` (numbered pages).
**Versions**: send an `ETag` back as `If-None-Match` to save a transfer, or as `If-Match` to change only what you saw.
"""

_METHODS = {"get", "post", "put", "patch", "delete"}


def complete(document: dict[str, Any]) -> dict[str, Any]:
    """Add to each operation the problems the platform itself may answer, and to all the shared schemas."""
    _, definitions = models_json_schema(
        [(ProblemDetails, "serialization")], ref_template="#/components/schemas/{model}"
    )
    schemas = document.setdefault("components", {}).setdefault("schemas", {})
    schemas.update(definitions["$defs"])
    for name in ("HTTPValidationError", "ValidationError"):
        schemas.pop(name, None)
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                _complete_operation(operation)
    return document


def _complete_operation(operation: dict[str, Any]) -> None:
    responses: dict[str, Any] = operation["responses"]
    shared: list[type[problems.Problem]] = [problems.Invalid, problems.Unavailable]
    if operation.get("security"):
        shared.append(problems.Unauthenticated)
        if any(scopes for requirement in operation["security"] for scopes in requirement.values()):
            shared.append(problems.Forbidden)
    if "requestBody" in operation:
        shared += [problems.TooLarge, problems.UnsupportedMedia, problems.Malformed]
    if responses.get("422", {}).get("content", {}).get("application/json"):
        del responses["422"]  # FastAPI's own description of validation errors, which are problems here
    for status, entry in documents(*shared).items():
        mine = responses.setdefault(str(status), entry)
        if mine is not entry:
            media = mine.setdefault("content", {}).setdefault(
                problems.MEDIA_TYPE, {"schema": {"$ref": problems.SCHEMA}}
            )
            media.setdefault("examples", {}).update(entry["content"][problems.MEDIA_TYPE]["examples"])
    operation.pop("x-public", None)
