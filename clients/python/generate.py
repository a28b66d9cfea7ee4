"""Makes the generated half of the Python client, `models.py` and `calls.py`, from an OpenAPI document.

The models are datamodel-code-generator's, as `TypedDict`; the calls are one plain method for each operation. Called as
`generate.py OPENAPI.json [FOLDER]`; the same document always makes the same files.
"""

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

PACKAGE = Path(__file__).parent / "src" / "rounds_client"
METHODS = ("get", "post", "put", "patch", "delete")
# What the session does itself, and the stream that `Rounds.events` reads.
BY_HAND = {"signIn", "refreshSession", "signOut", "listenToEvents"}
HEADERS = {
    "Idempotency-Key": ("idempotency_key", "str | None"),
    "If-Match": ("if_match", "int | str | None"),
    "X-Break-Glass-Reason": ("break_glass_reason", "str | None"),
}
PLAIN = {"string": "str", "integer": "int", "number": "float", "boolean": "bool", "null": "None"}


def main() -> None:
    """Write both files."""
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    folder = Path(sys.argv[2]) if len(sys.argv) > 2 else PACKAGE
    name_bodies(document)
    write_models(document, folder / "models.py")
    calls = folder / "calls.py"
    calls.write_text(module_of_calls(document), encoding="utf-8")
    subprocess.run([sys.executable, "-m", "ruff", "format", "--quiet", "--isolated", str(calls)], check=True)


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of each call."""
    for path, item in document["paths"].items():
        for method in METHODS:
            if method in item:
                yield method.upper(), path, item[method]


def name_bodies(document: dict[str, Any]) -> None:
    """Give each JSON body that has no name the one of its call: `AddNoteBody`."""
    for _, _, operation in operations(document):
        media = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if media and "properties" in media["schema"]:
            name = operation["operationId"][0].upper() + operation["operationId"][1:] + "Body"
            document["components"]["schemas"][name] = media["schema"]
            media["schema"] = {"$ref": f"#/components/schemas/{name}"}


def write_models(document: dict[str, Any], target: Path) -> None:
    """Let datamodel-code-generator write the bodies as types."""
    schemas = {"openapi": "3.1.0", "info": document["info"], "paths": {}, "components": _open(document["components"])}
    with tempfile.NamedTemporaryFile("w", suffix=".json", encoding="utf-8") as file:
        json.dump(schemas, file)
        file.flush()
        subprocess.run(
            [
                *(sys.executable, "-m", "datamodel_code_generator"),
                *("--input", file.name, "--input-file-type", "openapi", "--openapi-scopes", "schemas"),
                *("--output", str(target), "--output-model-type", "typing.TypedDict"),
                *("--target-python-version", "3.11", "--use-standard-collections", "--use-union-operator"),
                *("--enum-field-as-literal", "all", "--use-schema-description"),
                *("--disable-timestamp", "--formatters", "ruff-format"),
                *("--custom-file-header", '"""Every body of the API. Generated: change the API instead."""'),
            ],
            check=True,
        )


def _open(schema: Any) -> Any:
    """The schemas without the refusal of unknown members, which Python's types cannot say before 3.15."""
    if isinstance(schema, dict):
        return {
            name: _open(value)
            for name, value in schema.items()
            if not (name == "additionalProperties" and value is False)
        }
    return [_open(each) for each in schema] if isinstance(schema, list) else schema


def module_of_calls(document: dict[str, Any]) -> str:
    """The text of `calls.py`."""
    methods = [
        text_of_call(method, path, operation)
        for method, path, operation in operations(document)
        if operation["operationId"] not in BY_HAND
    ]
    return (
        '"""Every call of the API, a method each. Generated: change the API instead."""\n\n'
        "from collections.abc import Sequence\n"
        "from typing import Literal, cast\n"
        "from urllib.parse import quote\n\n"
        "from rounds_client import models\n"
        "from rounds_client.connection import Connection\n\n\n"
        "class Calls(Connection):\n"
        '    """The calls."""\n\n' + "\n".join(methods)
    )


def text_of_call(method: str, path: str, operation: dict[str, Any]) -> str:
    """One method."""
    by_place, by_name, query, headers = [], [], [], []
    for parameter in operation.get("parameters", []):
        name, where = parameter["name"], parameter["in"]
        local = snake(name) + ("_" if name in {"from", "class", "global"} else "")
        if where == "path":
            by_place.append(f"{local}: {python_type(parameter['schema'])}")
            path = path.replace(f"{{{name}}}", f"{{quote(str({local}), safe='')}}")
        elif where == "query":
            by_name.append(f"{local}: {python_type(parameter['schema'])} | None = None")
            joined = parameter.get("explode") is False and parameter["schema"].get("type") == "array"
            query.append(f'"{name}": ' + (f'",".join({local}) if {local} else None' if joined else local))
        elif header := next((found for known, found in HEADERS.items() if known.lower() == name.lower()), None):
            by_name.append(f"{header[0]}: {header[1]} = None")
            headers.append(f'"{name}": {header[0]}')
    body = body_of(operation)
    options = [f"query={{{', '.join(query)}}}"] if query else []
    options += [f"headers={{{', '.join(headers)}}}"] if headers else []
    options += ["body=body"] if body else []
    options += ["keyed=True"] if any(line.startswith('"Idempotency-Key"') for line in headers) else []
    signature = ["self", *by_place, *([body] if body else []), *(["*", *by_name] if by_name else [])]
    kind = answer_of(operation)
    sent = ", ".join([f'"{method}"', f'f"{path}"' if "{" in path else f'"{path}"', *options])
    done = {
        "None": f"await self._send({sent})",
        "bytes": f"return (await self._send({sent})).content",
    }.get(kind, f'return cast("{kind}", await self._json({sent}))')
    described = operation.get("description") or operation["summary"]
    text = described.replace("\\", "\\\\").replace('"""', "'''").strip().replace("\n", "\n        ")
    return (
        f"    async def {snake(operation['operationId'])}({', '.join(signature)}) -> {kind}:\n"
        f'        """{text}\n        """\n'
        f"        {done}\n"
    )


def body_of(operation: dict[str, Any]) -> str | None:
    """How a method takes its body."""
    media = operation.get("requestBody", {}).get("content", {}).get("application/json")
    if media is None:
        return None
    kind = python_type(media["schema"])
    return f"body: {kind} = None" if kind.endswith("| None") else f"body: {kind}"


def answer_of(operation: dict[str, Any]) -> str:
    """What a method answers."""
    good = next(answer for status, answer in operation["responses"].items() if status.startswith("2"))
    content = good.get("content", {})
    if not content:
        return "None"
    return python_type(content["application/json"]["schema"]) if "application/json" in content else "bytes"


def python_type(schema: dict[str, Any]) -> str:
    """A schema as Python writes it."""
    if "$ref" in schema:
        return f"models.{schema['$ref'].rpartition('/')[2]}"
    if "const" in schema:
        return f"Literal[{schema['const']!r}]"
    if "enum" in schema:
        return f"Literal[{', '.join(map(repr, schema['enum']))}]"
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return " | ".join(dict.fromkeys(python_type(choice) for choice in choices))
    if schema.get("type") == "array":
        return f"Sequence[{python_type(schema['items'])}]"
    return PLAIN.get(schema.get("type", ""), "object")


def snake(name: str) -> str:
    """`listPatients` and `X-Request-ID` as Python writes names."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name.replace("-", "_")).lower()


if __name__ == "__main__":
    main()
