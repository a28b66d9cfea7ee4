"""Completes the OpenAPI document with what holds for every call: problems, headers, summaries and examples."""

from rounds.http.idempotency import CREATES
from rounds.http.openapi.answers import polish_answers
from rounds.http.openapi.event_schemas import event_schemas
from rounds.http.openapi.headers import shared_headers
from rounds.http.openapi.introduction import introduce
from rounds.http.openapi.model_names import Json, with_public_names
from rounds.http.openapi.parameters import add_parameters, is_about_records, polish_input
from rounds.http.openapi.platform_problems import add_problems, platform_answers
from rounds.http.openapi.problem_schemas import problem_schemas
from rounds.http.route import PUBLIC

_METHODS = {"get", "post", "put", "patch", "delete"}


def complete(document: Json) -> Json:
    """Add to each operation what the platform itself may answer, and to all the shared schemas."""
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which are problems here
        document["components"]["schemas"].pop(name, None)
    document = with_public_names(document)
    components = document["components"]
    for more in (problem_schemas(), event_schemas()):
        _add(more, components["schemas"])
    components["headers"] = shared_headers()
    components["responses"] = platform_answers()
    introduce(document)
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            if method in _METHODS:
                _complete(path, method, operation, document)
    return document


def _add(more: Json, schemas: Json) -> None:
    changed = [name for name, schema in more.items() if schemas.setdefault(name, schema) != schema]
    if changed:
        raise ValueError(f"several models are called {changed}")


def _complete(path: str, method: str, operation: Json, document: Json) -> None:
    schemas = document["components"]["schemas"]
    if "description" in operation:  # an endpoint's docstring; FastAPI's summary is only the function's name
        operation["summary"] = operation["description"].partition("\n")[0].partition(". ")[0].removesuffix(".")
    names_records, repeatable = is_about_records(operation, schemas), _is_repeatable(method, operation)
    add_problems(operation, names_records=names_records, repeatable=repeatable)
    add_parameters(method, operation, names_records=names_records, repeatable=repeatable)
    polish_input(method, operation, schemas)
    polish_answers(path, operation, document, repeatable=repeatable)
    operation.pop(PUBLIC, None)
    operation.pop(CREATES, None)


def _is_repeatable(method: str, operation: Json) -> bool:
    created = CREATES in operation or {"201", "202"} & set(operation["responses"])
    return method == "post" and bool(operation.get("security")) and bool(created)
