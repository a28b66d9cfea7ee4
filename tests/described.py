"""Whether an answer is what the OpenAPI document says of it."""

import json
import re
from typing import Any

import httpx
import jsonschema_rs

Json = dict[str, Any]


def resolved(part: Json, document: Json) -> Json:
    """A part of the document, wherever it stands."""
    while "$ref" in part:
        kind, name = part["$ref"].removeprefix("#/components/").split("/")
        part = document["components"][kind][name]
    return part


class Description:
    """The document, for looking answers and examples up in."""

    def __init__(self, document: Json) -> None:
        self.document = document
        self._registry = jsonschema_rs.Registry([("urn:rounds", document)], draft=jsonschema_rs.Draft202012)
        self._validators: dict[str, Any] = {}

    def faults(self, value: Any, schema: Json) -> list[str]:
        """What is wrong with a value by its schema."""
        written = json.dumps(schema).replace('"#/components/', '"urn:rounds#/components/')
        if written not in self._validators:
            self._validators[written] = jsonschema_rs.Draft202012Validator(
                json.loads(written), registry=self._registry, validate_formats=True
            )
        return [f"{error.instance_path}: {error.message}" for error in self._validators[written].iter_errors(value)]

    def faults_of(self, answer: httpx.Response) -> list[str]:
        """What is wrong with an answer by what the document says of its call."""
        path, method = answer.request.url.path, answer.request.method.lower()
        operation = self._operation(path, method)
        response = operation["responses"].get(str(answer.status_code))
        if response is None:
            return [f"{method} {path} answers {answer.status_code}, which is not described"]
        media = answer.headers.get("content-type", "").partition(";")[0]
        content = resolved(response, self.document).get("content", {})
        if media not in content:
            return [f"{method} {path} answers {media}, which is not described"] if answer.content else []
        return self.faults(answer.json(), content[media]["schema"])

    def _operation(self, path: str, method: str) -> Json:
        # What has no parameter goes before what has one, as in the program.
        for known in sorted(self.document["paths"], key=lambda known: known.count("{")):
            if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", known), path) and method in self.document["paths"][known]:
                operation: Json = self.document["paths"][known][method]
                return operation
        raise LookupError(f"{method} {path} is not described")
