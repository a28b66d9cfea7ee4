"""What changed between two OpenAPI documents, and which of it breaks a client that was written for the older one.

Breaking is what turns a request that was right into a refusal, or takes something from an answer that a client may
read. Rounds refuses what it does not know, so a parameter or a field that is gone breaks whoever sends it.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

Schema = Mapping[str, Any]
Direction = Literal["request", "response"]
METHODS = ("get", "put", "post", "delete", "patch", "head")
# What narrows a value: the bound that is lowered, and the bound that is raised.
UPPER = ("maxLength", "maximum", "exclusiveMaximum", "maxItems", "maxProperties")
LOWER = ("minLength", "minimum", "exclusiveMinimum", "minItems", "minProperties")


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """One difference: where, what, and whether clients have to change."""

    place: str
    what: str
    breaking: bool

    def __str__(self) -> str:
        return f"{'BREAKS' if self.breaking else 'note  '} {self.place}: {self.what}"


def changes(old: Schema, new: Schema) -> list[Change]:
    """All that clients may notice, in the order of the places."""
    return sorted(set(_Comparison(old, new).changes()))


class _Comparison:
    """Two documents, whose `$ref`s lead to different things of the same names."""

    def __init__(self, old: Schema, new: Schema) -> None:
        self.old, self.new = old, new
        self.seen: set[tuple[str, str, str]] = set()

    def changes(self) -> Iterator[Change]:
        for path, item in self.old["paths"].items():
            there = self.new["paths"].get(path, {})
            for method in METHODS:
                if method in item:
                    place = f"{method.upper()} {path}"
                    if method not in there:
                        yield Change(place, "is gone", True)
                    else:
                        yield from self.operation(place, item[method], there[method])
        for path, item in self.new["paths"].items():
            for method in METHODS:
                if method in item and method not in self.old["paths"].get(path, {}):
                    yield Change(f"{method.upper()} {path}", "is new", False)

    def operation(self, place: str, old: Schema, new: Schema) -> Iterator[Change]:
        if old.get("operationId") != new.get("operationId"):
            yield Change(place, f"is called {new.get('operationId')}, not {old.get('operationId')}, in clients", True)
        yield from self.parameters(place, old.get("parameters", ()), new.get("parameters", ()))
        yield from self.bodies(place, old.get("requestBody"), new.get("requestBody"))
        for status, answer in old["responses"].items():
            where = f"{place} {status}"
            if status not in new["responses"]:
                yield Change(where, "is no answer any more", status.startswith("2"))
                continue
            if not status.startswith("2"):  # a problem: its form is one for all, and told apart by `code`
                continue
            contents = new["responses"][status].get("content", {})
            for media, content in answer.get("content", {}).items():
                if media not in contents:
                    yield Change(where, f"is not answered as {media} any more", True)
                else:
                    pair = content.get("schema", {}), contents[media].get("schema", {})
                    yield from self.schemas(where, *pair, "response")
            for header in answer.get("headers", {}).keys() - new["responses"][status].get("headers", {}).keys():
                yield Change(where, f"has no header {header} any more", True)

    def parameters(self, place: str, old: Any, new: Any) -> Iterator[Change]:
        before = {(each["in"], each["name"]): each for each in old}
        after = {(each["in"], each["name"]): each for each in new}
        for key, parameter in before.items():
            where = f"{place} {key[0]} {key[1]}"
            if key not in after:
                yield Change(where, "is not taken any more", True)
                continue
            if after[key].get("required") and not parameter.get("required"):
                yield Change(where, "must be sent now", True)
            yield from self.schemas(where, parameter.get("schema", {}), after[key].get("schema", {}), "request")
        for key in after.keys() - before.keys():
            must = bool(after[key].get("required"))
            yield Change(f"{place} {key[0]} {key[1]}", "must be sent now" if must else "is new", must)

    def bodies(self, place: str, old: Schema | None, new: Schema | None) -> Iterator[Change]:
        where = f"{place} body"
        if old is None or new is None:
            if old is not new:
                must = new is None or bool(new.get("required"))
                yield Change(where, "is not taken any more" if new is None else "is taken now", must)
            return
        if new.get("required") and not old.get("required"):
            yield Change(where, "must be sent now", True)
        for media, content in old["content"].items():
            if media not in new["content"]:
                yield Change(where, f"is not taken as {media} any more", True)
            else:
                pair = content.get("schema", {}), new["content"][media].get("schema", {})
                yield from self.schemas(where, *pair, "request")

    def schemas(self, place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
        before, after = self.kinds(self.old, old), self.kinds(self.new, new)
        if "any" not in after:
            for kind in before.keys() - after.keys():
                yield Change(place, f"is no {kind} any more", direction == "request" or not after.keys() - {"null"})
        if "any" not in before:
            for kind in after.keys() - before.keys():
                yield Change(place, f"may be {kind} now", direction == "response")
        for kind in before.keys() & after.keys():
            yield from self.one(place, before[kind], after[kind], direction)

    def kinds(self, document: Schema, schema: Schema) -> dict[str, Schema]:
        """The alternatives of a schema by their type, objects by name where there are several."""
        found: dict[str, Schema] = {}
        alternatives = self.alternatives(document, schema)
        objects = [each for each in alternatives if each.get("type") == "object"]
        for each in alternatives:
            types = each.get("type", "any")
            for kind in types if isinstance(types, list) else [types]:
                named = kind == "object" and len(objects) > 1
                found[f"{kind} {each.get('title', '')}".strip() if named else kind] = each
        return found

    def alternatives(self, document: Schema, schema: Schema) -> list[Schema]:
        schema = resolved(document, schema)
        several = schema.get("anyOf") or schema.get("oneOf")
        if several:
            return [one for each in several for one in self.alternatives(document, each)]
        if len(schema.get("allOf", ())) == 1:
            return self.alternatives(document, schema["allOf"][0])
        return [schema]

    def one(self, place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
        key = (direction, str(id(old)), str(id(new)))
        if key in self.seen:  # the same model elsewhere, or within itself
            return
        self.seen.add(key)
        yield from choices(place, old, new, direction)
        if direction == "request":
            yield from narrowed(place, old, new)
        if "items" in old and "items" in new:
            yield from self.schemas(f"{place}[]", old["items"], new["items"], direction)
        yield from self.properties(place, old, new, direction)

    def properties(self, place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
        before, after = old.get("properties", {}), new.get("properties", {})
        musts_before, musts_after = set(old.get("required", ())), set(new.get("required", ()))
        for name, schema in before.items():
            where = f"{place}.{name}"
            if name not in after:
                if new.get("additionalProperties") in (None, False) or direction == "response":
                    yield Change(where, "is gone", True)
                continue
            if direction == "request" and name in musts_after - musts_before:
                yield Change(where, "must be sent now", True)
            if direction == "response" and name in musts_before - musts_after:
                yield Change(where, "may be missing now", True)
            yield from self.schemas(where, schema, after[name], direction)
        for name in after.keys() - before.keys():
            must = direction == "request" and name in musts_after
            yield Change(f"{place}.{name}", "must be sent now" if must else "is new", must)


def resolved(document: Schema, schema: Schema) -> Schema:
    """What a `$ref` leads to."""
    while "$ref" in schema:
        found: Any = document
        for part in schema["$ref"].removeprefix("#/").split("/"):
            found = found[part.replace("~1", "/").replace("~0", "~")]
        schema = found
    return schema


def choices(place: str, old: Schema, new: Schema, direction: Direction) -> Iterator[Change]:
    """Values that are not taken any more, or that are answered for the first time.

    A new value in an answer breaks nobody who does what the manual says: to treat an unknown one as the general case.
    """
    before, after = (values(each) for each in (old, new))
    if before is None or after is None:
        if direction == "request" and after is not None:
            yield Change(place, f"takes only {', '.join(sorted(after))} now", True)
        return
    for value in before - after:
        yield Change(place, f"has no {value} any more", direction == "request")
    for value in after - before:
        yield Change(place, f"may be {value} now", False)


def values(schema: Schema) -> set[str] | None:
    """The values that a schema lists, if it does."""
    listed = schema.get("enum", [schema["const"]] if "const" in schema else None)
    return None if listed is None else {str(value) for value in listed}


def narrowed(place: str, old: Schema, new: Schema) -> Iterator[Change]:
    """Bounds that are tighter, and forms that were not asked for."""
    for bound in UPPER:
        if bound in new and (bound not in old or new[bound] < old[bound]):
            yield Change(place, f"has {bound} {new[bound]} now", True)
    for bound in LOWER:
        if bound in new and new[bound] > old.get(
            bound, 0 if bound.startswith("min") and bound != "minimum" else -1e999
        ):
            yield Change(place, f"has {bound} {new[bound]} now", True)
    for form in ("pattern", "format"):
        if new.get(form) not in (None, old.get(form)):
            yield Change(place, f"has {form} {new[form]} now", True)
