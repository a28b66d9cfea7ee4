"""What somebody who wishes the program ill would send, for every field of the API; the fields are those of OpenAPI."""

from collections import Counter
from collections.abc import Iterator
from typing import Any, NamedTuple
from uuid import uuid4

Json = Any

UNITS = {
    "marks": "a" + "\u0301" * 40 + "\u0327" * 40,
    "one heap of marks": "\u0301",
    "dots": ".",
    "dashes": "a-",
    "quotes": "'\"",
    "brackets": "([{",
    "closing": ")",
    "spaces": " ",
    "zero width": "\u200b",
    "digits": "1",
    "lines": "x\n",
    "stars": "*",
    "names": "A'",
}
_LONGEST_PARAMETER = 4000
_LONGEST_HEADER = 500
_LONGEST_FIELD = 200_000
_FEW = 2


class Call(NamedTuple):
    """A request with something nasty in one place."""

    what: str
    method: str
    path: str
    query: dict[str, str] | None = None
    body: Json = None
    form: dict[str, str] | None = None
    headers: dict[str, str] | None = None


def text_of(unit: str, length: int) -> str:
    return (UNITS[unit] * (length // len(UNITS[unit]) + 1))[:length]


class Api:
    """The calls of an OpenAPI document."""

    def __init__(self, document: Json, known: dict[str, str]) -> None:
        self._document = document
        self._known = known
        self._met: Counter[tuple[str, str]] = Counter()

    def calls(self) -> Iterator[Call]:
        """Each text field and parameter of each call with each nasty text.

        Headers and cursors are looked at in one place for all calls, so a few of them will do.
        """
        for path, methods in self._document["paths"].items():
            for method, operation in methods.items():
                if method in {"get", "post", "put", "patch", "delete"} and not path.endswith("/events"):
                    yield from self._calls_of(path, method, operation)

    def _calls_of(self, path: str, method: str, operation: Json) -> Iterator[Call]:
        parameters = operation.get("parameters", [])
        here = path
        for each in parameters:
            if each["in"] == "path":
                here = here.replace(f"{{{each['name']}}}", self._known.get(each["name"], str(uuid4())))
        call = Call(f"{method} {path}", method, here)
        for each in parameters:
            shared = each["in"] == "header" or each["name"] == "cursor"
            self._met[method, each["name"]] += shared
            if self._is_text(each["schema"]) and self._met[method, each["name"]] <= _FEW:
                yield from self._with_parameter(call, each["in"], each["name"])
        for media, described in operation.get("requestBody", {}).get("content", {}).items():
            yield from self._with_body(call, media, described["schema"])

    @staticmethod
    def _with_parameter(call: Call, place: str, name: str) -> Iterator[Call]:
        for unit in UNITS:
            what = f"{call.what} {place}:{name} {unit}"
            if place == "query":
                yield call._replace(what=what, query={name: text_of(unit, _LONGEST_PARAMETER)})
            nasty = text_of(unit, _LONGEST_HEADER)
            if place == "header" and nasty.isascii() and nasty.isprintable() and nasty.strip():
                yield call._replace(what=what, headers={name: nasty})

    def _with_body(self, call: Call, media: str, schema: Json) -> Iterator[Call]:
        place = {"application/json": "body", "application/x-www-form-urlencoded": "form"}.get(media)
        if place is None:
            return
        for field, length, whole in self._bodies(schema):
            for unit in UNITS:
                nasty = {**whole, field: text_of(unit, length)}
                yield call._replace(what=f"{call.what} /{field} {unit}", **{place: nasty})

    def _bodies(self, schema: Json) -> Iterator[tuple[str, int, Json]]:
        """The text fields of a body, how long they may be, and what stands beside them."""
        schema = self._resolved(schema)
        properties = schema.get("properties", {})
        examples = {name: self._example(each) for name, each in properties.items()}
        whole = {name: examples[name] for name in schema.get("required", []) if examples[name] is not None}
        for name, each in properties.items():
            if self._is_text(each):
                yield name, min(self._longest(each), _LONGEST_FIELD), whole

    def _resolved(self, schema: Json) -> Json:
        while "$ref" in schema:
            schema = self._document["components"]["schemas"][schema["$ref"].rpartition("/")[2]]
        return schema

    def _choices(self, schema: Json) -> list[Json]:
        schema = self._resolved(schema)
        return [self._resolved(each) for each in schema.get("anyOf", [])] or [schema]

    def _is_text(self, schema: Json) -> bool:
        return any(each.get("type") == "string" and "enum" not in each for each in self._choices(schema))

    def _longest(self, schema: Json) -> int:
        return max((each.get("maxLength", _LONGEST_FIELD) for each in self._choices(schema)), default=_LONGEST_FIELD)

    def _example(self, schema: Json) -> Json:
        for each in (schema, *self._choices(schema)):
            if each.get("examples"):
                return each["examples"][0]
            if "default" in each and each["default"] is not None:
                return each["default"]
        return None
