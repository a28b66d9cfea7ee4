"""What models are named in OpenAPI: promises to whoever generates a client."""

import re

import pytest

from rounds.http.openapi.model_names import with_public_names


def test_models_have_single_names_without_modules_or_underscores(app):
    schemas = app.openapi()["components"]["schemas"]
    assert [name for name in schemas if not re.fullmatch(r"([A-Z][a-z]+)+", name)] == []
    assert {"PatientPage", "NotePage", "AppointmentStatus", "TaskStatus", "TaskPatch"} <= {*schemas}


def test_a_model_is_called_by_its_title(app):
    for name, schema in app.openapi()["components"]["schemas"].items():
        assert schema["title"] == name


def test_every_page_shows_what_its_name_says(app):
    schemas = app.openapi()["components"]["schemas"]
    pages = {name: page for name, page in schemas.items() if name.endswith("Page")}
    assert len(pages) > 15
    for name, page in pages.items():
        shown = page["properties"]["data"]["items"]["$ref"].rpartition("/")[2]
        assert shown.startswith(name.removesuffix("Page")), name


def test_what_can_be_left_out_is_not_required_of_callers(app):
    document = app.openapi()
    schemas = document["components"]["schemas"]
    taken = [
        media["schema"]["$ref"].rpartition("/")[2]
        for path in document["paths"].values()
        for operation in path.values()
        for media in operation.get("requestBody", {}).get("content", {}).values()
        if "$ref" in media["schema"]
    ]
    assert len(taken) > 30
    for name in taken:
        for field in schemas[name].get("required", ()):
            assert "default" not in schemas[name]["properties"][field], (name, field)


def _document(**schemas):
    return {"paths": {"/": {"$ref": "#/components/schemas/a__One"}}, "components": {"schemas": schemas}}


def test_references_follow_the_names():
    found = with_public_names(_document(a__One={"title": "First", "items": {"$ref": "#/components/schemas/a__One"}}))
    assert found["paths"]["/"] == {"$ref": "#/components/schemas/First"}
    assert found["components"]["schemas"] == {
        "First": {"title": "First", "items": {"$ref": "#/components/schemas/First"}}
    }


@pytest.mark.parametrize("title", ["Page[PatientRead]", "status"])
def test_what_is_no_name_is_refused(title):
    with pytest.raises(ValueError, match="names of their own"):
        with_public_names(_document(a__One={"title": title}))


def test_two_of_one_name_are_refused():
    with pytest.raises(ValueError, match=r"\['Status'\]"):
        with_public_names(_document(a__One={"title": "Status"}, b__One={"title": "Status"}))


def test_what_is_sent_is_told_from_what_is_shown():
    same = {"title": "Line"}
    found = with_public_names({"paths": {}, "components": {"schemas": {"Line-Input": same, "Line-Output": same}}})
    assert {*found["components"]["schemas"]} == {"LineInput", "Line"}
