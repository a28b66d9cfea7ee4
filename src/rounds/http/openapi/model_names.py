"""What models are named in OpenAPI, and so in every generated client: `PatientRead`, `PatientPage`, `TaskStatus`.

A model is called what its class is called. Pydantic puts the module's path before a name that two classes share, and
writes generic models with underscores; no client should have to read either, nor see its names change because a slice
elsewhere happened to choose the same one. So names are unique in the whole API, which a test holds.
"""

import re
from collections.abc import Mapping
from typing import Any

Json = dict[str, Any]

PREFIX = "#/components/schemas/"
_SENT = "-Input"  # what FastAPI adds where what is sent differs from what is shown
_SUITABLE = re.compile(r"[A-Z][A-Za-z0-9]*")


def with_public_names(document: Json) -> Json:
    """`document` with each of its models called by its title.

    Raises:
        ValueError: when two models have one title, or a title is no name.
    """
    schemas: Json = document["components"]["schemas"]
    names = {name: _public(name, schema) for name, schema in schemas.items()}
    twice = {name for name in names.values() if [*names.values()].count(name) > 1}
    if twice or not all(_SUITABLE.fullmatch(name) for name in names.values()):
        raise ValueError(f"models need names of their own: {sorted(twice) or sorted(names.values())}")
    renamed: Json = _renamed(document, {PREFIX + name: PREFIX + public for name, public in names.items()})
    renamed["components"]["schemas"] = {
        names[name]: {**schema, "title": names[name]} for name, schema in renamed["components"]["schemas"].items()
    }
    return renamed


def _public(name: str, schema: Json) -> str:
    title = str(schema.get("title", name))
    return f"{title}Input" if name.endswith(_SENT) else title


def _renamed(value: Any, names: Mapping[str, str]) -> Any:
    """`value` with every reference in it leading to the new name."""
    if isinstance(value, dict):
        return {
            key: names.get(each, each) if key == "$ref" and isinstance(each, str) else _renamed(each, names)
            for key, each in value.items()
        }
    return [_renamed(each, names) for each in value] if isinstance(value, list) else value
