"""What a list can be sorted by stands in the OpenAPI document, and is what the list takes."""

import pytest


def sortable_lists(app):
    found = {}
    for path, calls in app.openapi()["paths"].items():
        for parameter in calls.get("get", {}).get("parameters", []):
            if parameter["name"] == "sort":
                found[path] = parameter
    return found


def choices_of(app, parameter):
    name = parameter["schema"]["items"]["$ref"].rpartition("/")[2]
    assert name.endswith("Sort")
    return app.openapi()["components"]["schemas"][name]["enum"]


def test_every_list_offers_its_keys_as_choices(app):
    lists = sortable_lists(app)
    assert len(lists) > 15
    for path, parameter in lists.items():
        schema = parameter["schema"]
        assert (parameter["style"], parameter["explode"], schema["type"]) == ("form", False, "array"), path
        choices = choices_of(app, parameter)
        keys = [choice for choice in choices if not choice.startswith("-")]
        assert keys, path
        assert choices == [sign + key for key in keys for sign in ("", "-")]


@pytest.mark.parametrize("direction", ["", "-"])
async def test_every_key_that_is_offered_is_taken_and_no_other(client, app, direction):
    for path, parameter in sortable_lists(app).items():
        if "{" in path:
            continue
        keys = [choice for choice in choices_of(app, parameter) if not choice.startswith("-")]
        answer = await client.get(path, params={"sort": ",".join(direction + key for key in keys)})
        assert answer.status_code == 200, (path, answer.text)
        refused = await client.get(path, params={"sort": direction + "no_such_key"})
        assert refused.status_code == 422, path
        detail = refused.json()["errors"][0]
        assert (detail["pointer"], detail["code"]) == ("?sort", "sort")
        assert all(key in str(detail) for key in keys), detail
