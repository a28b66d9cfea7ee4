"""Examples, put together from those of the fields, and true of the call that they are shown with."""

from typing import Any

from rounds.http.openapi.model_names import Json
from rounds.problems import SAMPLE_ID

_FORMATS = {
    "uuid": SAMPLE_ID,
    "date": "1957-03-09",
    "date-time": "2026-03-09T08:30:00Z",
}
_UNKNOWN = object()


def example_of(schema: Json, schemas: Json) -> Any:
    """An example of what `schema` describes, put together from those of its fields.

    Optional fields that give no example of their own are left out.
    """
    known = _known_example(schema, schemas)
    if known is not _UNKNOWN:
        return known
    return 1 if schema.get("type") in {"integer", "number"} else "…"


def _known_example(schema: Json, schemas: Json) -> Any:
    if "$ref" in schema and not schema.get("examples"):
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


def path_example(path: str, operation: Json) -> str:
    """The path of a call as it could be called."""
    for parameter in operation.get("parameters", ()):
        if parameter["in"] == "path":
            path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
    return path
