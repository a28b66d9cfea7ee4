"""Completes the OpenAPI document with what holds for every call: problems, headers, summaries and examples."""

from typing import Any

from pydantic.json_schema import models_json_schema

from rounds import problems
from rounds.http.idempotency import CREATES, HEADER, PATTERN, REPLAYED, AnswerGone, KeyReused
from rounds.http.openapi.model_names import PREFIX, with_public_names
from rounds.http.restricted import HEADER as REASON
from rounds.http.restricted import LONGEST, SHORTEST, RestrictedRecord, names_records
from rounds.listings.sorting import SORT_KEYS
from rounds.problems import ProblemDetails, documents
from rounds.versions import RuledOut

DESCRIPTION = """\
A clinical backend: patients and their addresses, departments and clinicians, and who may work with them.

**Sign in** with `POST /security/token` and send the access token as `Authorization: Bearer …`.
**Errors** are problem details (RFC 9457); match on `code`. `Accept-Language` picks the language (`en`, `pt`).
**Lists** take `limit`, `sort`, and either `cursor` (any depth) or `offset` (numbered pages).
**Versions**: send an `ETag` back as `If-None-Match` to save a transfer, or as `If-Match` to change only what you saw.
**Retries**: a `POST` that creates may carry an `Idempotency-Key`; sent again, it is answered again and done once.
**Bodies** are sent as they are (`Content-Encoding` is refused with 415), each name once in an object.
**Restricted** records answer 403 `restricted_record`; clinicians open them with a reason in `X-Break-Glass-Reason`.
**Parameters** take one value, unless they are lists; truths are `true` and `false`, numbers have digits only.
"""

_METHODS = {"get", "post", "put", "patch", "delete"}
_HEADERS: dict[str, tuple[str, str | int]] = {
    "ETag": ("The version; send it back as If-None-Match or If-Match.", '"3"'),
    "Location": ("Where the new resource is.", "/patients/0197a3c2-7d8e-7aaa-bbbb-000000000000"),
    REPLAYED: ("That this is the answer of an earlier request with the same key.", "true"),
    "Link": ("This page and the next (RFC 8288).", '</patients?limit=50>; rel="self"'),
    "Retry-After": ("Seconds to wait before trying again.", 1),
    "WWW-Authenticate": ("How to identify yourself.", "Bearer"),
    "X-Request-ID": ("Your own id of the request, or a new one; the logs carry it too.", "web-4711"),
}
_FORMATS = {
    "uuid": "0197a3c2-7d8e-7aaa-bbbb-000000000000",
    "date": "1957-03-09",
    "date-time": "2026-03-09T08:30:00Z",
}
_UNKNOWN = object()
# What the platform itself may answer. Written down once, and referred to by every call that has nothing to add.
_EVERYWHERE: tuple[type[problems.Problem], ...] = (problems.Invalid, problems.Unavailable)
_WITH_A_BODY: tuple[type[problems.Problem], ...] = (
    problems.TooLarge,
    problems.UnsupportedMedia,
    problems.Malformed,
)
_SHARED = (*_EVERYWHERE, problems.Unauthenticated, problems.Forbidden, *_WITH_A_BODY, AnswerGone)
# What a call that may be repeated answers with 422, in one place too.
_INVALID_OR_REUSED = "InvalidOrReused"
_FORBIDDEN_OR_RESTRICTED = "ForbiddenOrRestricted"
_SIGN = r"[^\x00-\x20\x7f-\xa0]"  # neither a blank nor what cannot be seen
# Without an example, as the key below: whoever tries out a call must not open a record by the way.
_REASON = {
    "name": REASON,
    "in": "header",
    "required": False,
    "description": "Break-glass: why a clinician has to see a record that is restricted. The record is then open to "
    "them for 60 minutes; the use is recorded and reviewed. Without effect on other records, and for "
    "other roles.",
    "schema": {
        "type": "string",
        "minLength": SHORTEST,
        "maxLength": LONGEST,
        "pattern": rf"^{_SIGN}[^\x00-\x1f\x7f-\x9f]{{{SHORTEST - 2},{LONGEST - 2}}}{_SIGN}$",
    },
}
# Without an example: the reference page would send it with every call, and it is good for one.
_KEY = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Makes it safe to send this again: within 24 hours the same key with the same body is answered as "
    "it was the first time, and nothing is done twice. Draw a new one for each new request.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 255, "pattern": PATTERN},
}
_RULED_OUT = {
    "name": "if-none-match",
    "in": "header",
    "required": False,
    "description": "Change none of these versions; `*`: change nothing that is there.",
    "schema": {"type": "string"},
}
Json = dict[str, Any]


def complete(document: Json) -> Json:
    """Add to each operation what the platform itself may answer, and to all the shared schemas."""
    for name in ("HTTPValidationError", "ValidationError"):  # FastAPI's own, which are problems here
        document["components"]["schemas"].pop(name, None)
    document = with_public_names(document)
    _, definitions = models_json_schema(
        [(ProblemDetails, "serialization")], ref_template="#/components/schemas/{model}"
    )
    components = document.setdefault("components", {})
    schemas = components.setdefault("schemas", {})
    schemas.update(definitions["$defs"])
    components["headers"] = {
        name: {"description": description, "schema": {"type": _type_of(example)}, "example": example}
        for name, (description, example) in _HEADERS.items()
    }
    components["responses"] = {
        problem.__name__: {**entry, "headers": _headers(str(status))}
        for problem in _SHARED
        for status, entry in documents(problem).items()
    }
    ((_, reused),) = documents(problems.Invalid, KeyReused).items()
    components["responses"][_INVALID_OR_REUSED] = {**reused, "headers": _headers("422")}
    ((_, restricted),) = documents(problems.Forbidden, RestrictedRecord).items()
    components["responses"][_FORBIDDEN_OR_RESTRICTED] = {**restricted, "headers": _headers("403")}
    for path in document["paths"].values():
        for method, operation in path.items():
            if method in _METHODS:
                of_records = _names_records(operation, schemas)
                _add_problems(operation, names_records=of_records, repeatable=_is_repeatable(method, operation))
                _add_conditions(method, operation)
                _polish_input(method, operation, schemas)
                _polish_answers(operation, schemas, repeatable=_is_repeatable(method, operation))
                operation.pop("x-public", None)
                operation.pop(CREATES, None)
    return document


def _type_of(example: object) -> str:
    return "integer" if isinstance(example, int) else "string"


def _is_repeatable(method: str, operation: Json) -> bool:
    created = CREATES in operation or {"201", "202"} & set(operation["responses"])
    return method == "post" and bool(operation.get("security")) and bool(created)


def _names_records(operation: Json, schemas: Json) -> bool:
    """Whether a call names, in its path, query or body, what may belong to a restricted record."""
    names = [parameter["name"] for parameter in operation.get("parameters", []) if parameter["in"] != "header"]
    for media in operation.get("requestBody", {}).get("content", {}).values():
        schema = schemas.get(media["schema"].get("$ref", "").rpartition("/")[2], media["schema"])
        names += schema.get("properties", ())
    return bool(operation.get("security")) and names_records(names)


def _add_conditions(method: str, operation: Json) -> None:
    """What a change may be made to depend on; the route sees to it for all of them."""
    parameters = operation.get("parameters", [])
    if method != "get" and any(parameter["name"] == "if-match" for parameter in parameters):
        parameters.append(_RULED_OUT)
        examples = operation["responses"]["412"]["content"][problems.MEDIA_TYPE]["examples"]
        examples.update(documents(RuledOut)[RuledOut.status]["content"][problems.MEDIA_TYPE]["examples"])


def _add_problems(operation: Json, *, names_records: bool, repeatable: bool) -> None:
    responses: Json = operation["responses"]
    shared = [*_EVERYWHERE]
    # Problems that come with another one of the same status, and where both are written down together.
    beside: dict[type[problems.Problem], tuple[str, type[problems.Problem]]] = {}
    if repeatable:
        operation.setdefault("parameters", []).append(_KEY)
        shared.append(AnswerGone)
        beside[problems.Invalid] = (_INVALID_OR_REUSED, KeyReused)
    if names_records:
        operation.setdefault("parameters", []).append(_REASON)
        beside[problems.Forbidden] = (_FORBIDDEN_OR_RESTRICTED, RestrictedRecord)
    if operation.get("security"):
        shared.append(problems.Unauthenticated)
        if any(scopes for requirement in operation["security"] for scopes in requirement.values()):
            shared.append(problems.Forbidden)
    if "requestBody" in operation:
        shared += _WITH_A_BODY
    if responses.get("422", {}).get("content", {}).get("application/json"):
        del responses["422"]  # FastAPI's own description of validation errors, which are problems here
    for problem in shared:
        ((status, entry),) = documents(problem).items()
        mine = responses.get(str(status))
        if mine is None:
            name = beside[problem][0] if problem in beside else problem.__name__
            responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
        else:  # the call has problems of its own with this status
            media = mine.setdefault("content", {}).setdefault(
                problems.MEDIA_TYPE, {"schema": {"$ref": problems.SCHEMA}}
            )
            media.setdefault("examples", {}).update(entry["content"][problems.MEDIA_TYPE]["examples"])
            if problem in beside:
                more = documents(beside[problem][1])[status]
                media["examples"].update(more["content"][problems.MEDIA_TYPE]["examples"])


def _polish_input(method: str, operation: Json, schemas: Json) -> None:
    if "description" in operation:  # an endpoint's docstring; FastAPI's summary is only the function's name
        operation["summary"] = operation["description"].partition("\n")[0].partition(". ")[0].removesuffix(".")
    for parameter in operation.get("parameters", []):
        schema = parameter["schema"]
        choices = [choice for choice in schema.get("anyOf", []) if choice != {"type": "null"}]
        if len(choices) == 1:  # a parameter is there or is left out; it cannot be null
            del schema["anyOf"]
            parameter["schema"] = {**choices[0], **schema}
        if SORT_KEYS in parameter["schema"]:
            _list_keys(parameter, schemas)
        if parameter["in"] == "path":
            parameter.setdefault("example", example_of(parameter["schema"], schemas))
    content: Json = operation.get("requestBody", {}).get("content", {})
    for media in content.values():
        media.setdefault("example", example_of(media["schema"], schemas))
    if method == "patch" and "application/json" in content:
        content["application/merge-patch+json"] = content["application/json"]


def _list_keys(parameter: Json, schemas: Json) -> None:
    """Show what can be sorted by as a list of choices, separated by commas, which generated clients offer as such."""
    described: Json = parameter["schema"][SORT_KEYS]
    choices = described["enum"]
    schemas[described["title"]] = {"type": "string", **described}
    parameter |= {"style": "form", "explode": False}
    parameter["schema"] = {
        "type": "array",
        "items": {"$ref": PREFIX + described["title"]},
        "uniqueItems": True,
        "maxItems": len(choices) // 2,
        "examples": [[choices[1]]],
    }


def _polish_answers(operation: Json, schemas: Json, *, repeatable: bool) -> None:
    versioned = any(parameter["name"] in {"if-match", "if-none-match"} for parameter in operation.get("parameters", []))
    for status, response in operation["responses"].items():
        if "$ref" in response:
            continue
        media: Json = response.get("content", {}).get("application/json", {})
        names = []
        if status == "201":
            names += ["Location", "ETag"]
        elif status in {"200", "304"} and versioned:
            names.append("ETag")
        if repeatable and status < "300":
            names.append(REPLAYED)
        if media.get("schema", {}).get("$ref", "").endswith("Page"):
            names.append("Link")
        response["headers"] = _headers(status, *names)
        if media.get("schema"):
            media.setdefault("example", example_of(media["schema"], schemas))


def _headers(status: str, *more: str) -> Json:
    always = {"401": ["WWW-Authenticate"], "429": ["Retry-After"], "503": ["Retry-After"]}.get(status, [])
    return {name: {"$ref": f"#/components/headers/{name}"} for name in ("X-Request-ID", *more, *always)}


def example_of(schema: Json, schemas: Json) -> Any:
    """An example of what `schema` describes, put together from those of its fields.

    Optional fields that give no example of their own are left out.
    """
    known = _known_example(schema, schemas)
    if known is not _UNKNOWN:
        return known
    return 1 if schema.get("type") in {"integer", "number"} else "…"


def _known_example(schema: Json, schemas: Json) -> Any:
    if "$ref" in schema:
        schema = schemas[schema["$ref"].rpartition("/")[2]]
    for key in ("examples", "enum"):
        if schema.get(key):
            return schema[key][0]
    for key in ("example", "const", "default"):
        if key in schema:
            return schema[key]
    if "anyOf" in schema:
        return _known_example(schema["anyOf"][0], schemas)
    if schema.get("type") == "array":
        item = _known_example(schema["items"], schemas)
        return item if item is _UNKNOWN else [item]
    if schema.get("type") != "object":
        return True if schema.get("type") == "boolean" else _FORMATS.get(schema.get("format", ""), _UNKNOWN)
    known = {name: _known_example(field, schemas) for name, field in schema.get("properties", {}).items()}
    return {
        name: example_of(schema["properties"][name], schemas) if example is _UNKNOWN else example
        for name, example in known.items()
        if example is not _UNKNOWN or name in schema.get("required", ())
    }
