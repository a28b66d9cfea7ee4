"""Prints a collection for Postman and Bruno (Postman's format 2.1, which both read), made from an OpenAPI document.

Folders are the rooms of the API. Whoever sends "Sign in" has the token in every other request; what is created or
listed first fills the ids that other requests take. The same document always makes the same collection.
"""

import json
import re
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Any

FORMAT = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete")
# What the other rooms need ids of.
FIRST = ("security", "patients", "staff")
# Drawn for each request, as clients draw it; a reason is only given where one is meant.
SENT_HEADERS = {"Idempotency-Key": "{{$guid}}"}
KEEP_TOKENS = [
    "if (pm.response.code === 200) {",
    "  const pair = pm.response.json();",
    '  pm.collectionVariables.set("access_token", pair.access_token);',
    '  pm.collectionVariables.set("refresh_token", pair.refresh_token);',
    "}",
]


def main() -> None:
    """Print the collection."""
    document = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    json.dump(collection(document), sys.stdout, ensure_ascii=False, indent=1)
    print()


def collection(document: dict[str, Any]) -> dict[str, Any]:
    """The whole collection."""
    folders: dict[str, list[dict[str, Any]]] = {name: [] for name in FIRST}
    names = {"base_url": "http://127.0.0.1:8000", "username": "admin", "password": ""}
    in_paths = re.findall(r"{(\w+)}", " ".join(document["paths"]))
    names |= dict.fromkeys(("access_token", "refresh_token", *in_paths), "")
    for method, path, operation in operations(document):
        names |= counted(operation)
        folders.setdefault(operation["tags"][0], []).append(item(document, method, path, operation, names))
    return {
        "info": {
            "name": document["info"]["title"],
            "version": document["info"]["version"],
            "description": "Set `base_url`, `username` and `password`, and send “Sign in” first.",
            "schema": FORMAT,
        },
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{access_token}}", "type": "string"}]},
        "variable": [{"key": name, "value": value} for name, value in names.items()],
        "item": [{"name": name, "item": items} for name, items in folders.items()],
    }


def counted(operation: dict[str, Any]) -> dict[str, str]:
    """What of the path is a number, as that of a page, and begins with its example."""
    in_path = [each for each in operation.get("parameters", []) if each["in"] == "path"]
    return {each["name"]: example_of(each) for each in in_path if each["schema"].get("type") == "integer"}


def operations(document: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Method, path and operation of each call."""
    for path, methods in document["paths"].items():
        for method in METHODS:
            if method in methods:
                yield method, path, methods[method]


def item(
    document: dict[str, Any], method: str, path: str, operation: dict[str, Any], variables: Collection[str]
) -> dict[str, Any]:
    """One request, and what is kept of its answer."""
    request: dict[str, Any] = {
        "method": method.upper(),
        "header": [{"key": name, "value": value} for name, value in SENT_HEADERS.items() if takes(operation, name)],
        "url": url(path, operation),
        "description": operation.get("description", ""),
    }
    if not operation.get("security", document.get("security")):
        request["auth"] = {"type": "noauth"}
    if body := body_of(operation, variables):
        request["header"] += body.pop("header")
        request["body"] = body
    script = kept(document, method, path, operation)
    events = [{"listen": "test", "script": {"type": "text/javascript", "exec": script}}] if script else []
    return {"name": operation["summary"], "event": events, "request": request}


def takes(operation: dict[str, Any], header: str) -> bool:
    """Whether a call has such a header."""
    return any(parameter["name"].lower() == header.lower() for parameter in operation.get("parameters", []))


def url(path: str, operation: dict[str, Any]) -> dict[str, Any]:
    """The address: ids come from variables, and filters are there to be switched on."""
    parts = re.sub(r"{(\w+)}", r"{{\1}}", path).strip("/").split("/")
    query = [
        {"key": each["name"], "value": example_of(each), "description": each.get("description", ""), "disabled": True}
        for each in operation.get("parameters", [])
        if each["in"] == "query"
    ]
    return {"raw": "{{base_url}}/" + "/".join(parts), "host": ["{{base_url}}"], "path": parts, "query": query}


def example_of(parameter: dict[str, Any]) -> str:
    """A value to begin with."""
    schema = parameter["schema"]
    found = parameter.get("example", next(iter(schema.get("examples", [])), schema.get("default", "")))
    if isinstance(found, bool):
        return str(found).lower()
    return ",".join(map(str, found)) if isinstance(found, list) else str(found)


def with_variables(shown: Any, variables: Collection[str]) -> Any:
    """An example with the ids that there are instead of invented ones."""
    if not isinstance(shown, dict):
        return shown
    filled = {name for name in variables if name.endswith(("_id", "_token"))}
    return {name: f"{{{{{name}}}}}" if name in filled else value for name, value in shown.items()}


def body_of(operation: dict[str, Any], variables: Collection[str]) -> dict[str, Any] | None:
    """The body, filled with the example of the reference."""
    content = operation.get("requestBody", {}).get("content", {})
    if "application/json" in content:
        shown = with_variables(example(content["application/json"]), variables)
        text = json.dumps(shown, ensure_ascii=False, indent=2)
        language = {"raw": {"language": "json"}}
        header = [{"key": "Content-Type", "value": "application/json"}]
        return {"mode": "raw", "raw": text, "options": language, "header": header}
    if "application/x-www-form-urlencoded" in content:
        pairs = [{"key": name, "value": f"{{{{{name}}}}}"} for name in ("username", "password")]
        return {"mode": "urlencoded", "urlencoded": pairs, "header": []}
    return None


def example(media: dict[str, Any]) -> Any:
    """What the reference shows of a body."""
    if "example" in media:
        return media["example"]
    return next((each["value"] for each in media.get("examples", {}).values()), {})


def kept(document: dict[str, Any], method: str, path: str, operation: dict[str, Any]) -> list[str]:
    """The script that keeps what further requests need of an answer."""
    if operation["operationId"] in {"signIn", "refreshSession"}:
        return KEEP_TOKENS
    single = next(
        (found[1] for each in document["paths"] if (found := re.fullmatch(rf"{re.escape(path)}/{{(\w+)}}", each))), None
    )
    if single is None or method not in {"get", "post"}:
        return []
    if method == "post":
        return [
            f'if ([201, 202].includes(pm.response.code)) pm.collectionVariables.set("{single}", pm.response.json().id);'
        ]
    return [
        "const rows = pm.response.code === 200 ? pm.response.json().data : [];",
        f'if (rows.length > 0) pm.collectionVariables.set("{single}", rows[0].id);',
    ]


if __name__ == "__main__":
    main()
