"""Examples in the OpenAPI document are true: they fit their schemas, and name what they are shown with."""

import re

import pytest

from tests.described import Description, resolved

METHODS = {"get", "post", "put", "patch", "delete"}
PLACEHOLDER = re.compile(r"(?<!/)\{\w+\}")  # but /patients/{patient_id} is how a path is written


@pytest.fixture
def document(app):
    return app.openapi()


def operations(document):
    for path, calls in document["paths"].items():
        for method, operation in calls.items():
            if method in METHODS:
                yield f"{method.upper()} {path}", operation


def shown_with_their_schemas(document):
    """Each example of the document, where it stands, and the schema it has to fit."""
    for label, operation in operations(document):
        for parameter in operation.get("parameters", ()):
            if "example" in parameter:
                yield f"{label} {parameter['name']}", parameter["example"], parameter["schema"]
        bodies = {"body": operation.get("requestBody", {})}
        answers = {status: resolved(answer, document) for status, answer in operation["responses"].items()}
        for part, response in (bodies | answers).items():
            for header in response.get("headers", {}).values():
                described = resolved(header, document)
                yield f"{label} {part} header", described["example"], described["schema"]
            for kind, media in response.get("content", {}).items():
                where = f"{label} {part} {kind}"
                if "example" in media:
                    yield where, media["example"], media["schema"]
                for name, example in media.get("examples", {}).items():
                    yield f"{where} {name}", example["value"], media["schema"]


def schemas_within(where, schema):
    """A schema and all that it is made of."""
    if isinstance(schema, dict):
        yield where, schema
        for key, value in schema.items():
            if key not in {"examples", "example", "enum", "const", "default"}:
                yield from schemas_within(f"{where}/{key}", value)
    elif isinstance(schema, list):
        for place, value in enumerate(schema):
            yield from schemas_within(f"{where}/{place}", value)


def examples_of_schemas(document):
    """The examples that schemas give of themselves and their fields."""
    parts = [*document["components"]["schemas"].items()]
    for label, operation in operations(document):
        parts += [(f"{label} {each['name']}", each["schema"]) for each in operation.get("parameters", ())]
    for name, part in parts:
        for where, schema in schemas_within(name, part):
            if isinstance(schema.get("examples"), list):
                bare = {key: value for key, value in schema.items() if key != "examples"}
                yield from ((where, example, bare) for example in schema["examples"])


def strings_in(value):
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for each in value.values():
            yield from strings_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from strings_in(each)


def test_every_example_fits_its_schema(document):
    description = Description(document)
    examples = [*shown_with_their_schemas(document), *examples_of_schemas(document)]
    wrong = [(where, fault) for where, example, schema in examples for fault in description.faults(example, schema)]
    assert not wrong
    assert len(examples) > 1000


def test_no_example_holds_what_was_to_be_filled_in(document):
    left = {
        (where, text)
        for where, example, _ in shown_with_their_schemas(document)
        for text in strings_in(example)
        if PLACEHOLDER.search(text) or text.strip() in {"…", "string"}
    }
    assert not left


def test_examples_name_the_call_that_they_are_shown_with(document):
    pages = 0
    for label, operation in operations(document):
        path = label.partition(" ")[2]
        for parameter in operation.get("parameters", ()):
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(parameter["example"]))
        for response in operation["responses"].values():
            for example in response.get("content", {}).get("application/problem+json", {}).get("examples", {}).values():
                assert example["value"]["instance"] == path
            page = response.get("content", {}).get("application/json", {}).get("example", {})
            if isinstance(page, dict) and "pagination" in page:
                pages += 1
                assert page["links"] == {"self": path, "next": None}
                assert response["headers"]["Link"]["example"] == f'<{path}>; rel="self"'
                assert page["pagination"]["count"] == len(page["data"])
    assert pages > 15


def test_what_is_created_is_found_where_its_example_says(document):
    created = [
        (label, response["headers"]["Location"]["example"])
        for label, operation in operations(document)
        for status, response in operation["responses"].items()
        if status in {"201", "202"}
    ]
    assert len(created) > 15
    paths = [re.compile(re.sub(r"\{\w+\}", "[^/]+", path)) for path in document["paths"]]
    for label, address in created:
        assert any(path.fullmatch(address) for path in paths), (label, address)
    places = dict(created)
    some = "0197a3c2-7d8e-7aaa-bbbb-000000000000"
    assert places["POST /security/register"] == f"/security/users/{some}"
    assert places["POST /appointments/{appointment_id}/rebook"] == f"/appointments/{some}"
    assert places["POST /patients/{patient_id}/notes"] == f"/patients/{some}/notes/{some}"
    assert places["POST /clinicians/{clinician_id}/address"] == f"/clinicians/{some}/address"
