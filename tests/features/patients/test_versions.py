"""ETag, If-None-Match and If-Match: nobody transfers what they have, nobody overwrites what they have not seen."""

import pytest

BODY = {"name": "Grace Hopper", "date_of_birth": "1990-01-01"}


@pytest.fixture
async def own(client, admit) -> str:
    """A patient in version 3, at its path."""
    path = f"/patients/{(await admit(nhs_number='1373645350'))['id']}"
    for name in ("Second", "Third"):
        assert (await client.patch(path, json={"name": name})).status_code == 200
    return path


@pytest.mark.parametrize("header", ['"3"', "*", 'W/"3"', '"1", "3"', '"2",W/"3" , "4"', ' "3" ', '"x", "3"'])
async def test_what_the_client_has_is_not_sent_again(client, own, header):
    for path in (own, "/patients/by-nhs-number/1373645350"):
        answer = await client.get(path, headers={"If-None-Match": header})
        assert (answer.status_code, answer.content) == (304, b""), header
        assert answer.headers["etag"] == '"3"'
        assert "x-request-id" in answer.headers


@pytest.mark.parametrize("header", ['"2"', '"33"', "3", '"3', "", "banana", 'W/"2", "1"', "\x7f", '"3"x', 'x"3"', "é"])
async def test_what_the_client_has_not_is_sent(client, own, header):
    answer = await client.get(own, headers={"If-None-Match": header.encode()})
    assert answer.status_code == 200, header
    assert answer.json()["version"] == 3


async def test_an_unknown_patient_is_not_found_whatever_the_client_has(client, own):
    await client.delete(own)
    assert (await client.get(own, headers={"If-None-Match": "*"})).status_code == 404


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("header", [None, '"3"', "*", '"2", "3"', 'W/"3"'])
async def test_the_version_the_client_has_seen_may_change(client, own, call, header):
    body = None if call == "DELETE" else BODY
    answer = await client.request(call, own, json=body, headers={"If-Match": header} if header else {})
    assert answer.status_code == (204 if call == "DELETE" else 200), answer.text
    if call != "DELETE":
        assert answer.headers["etag"] == '"4"'
        assert answer.json()["version"] == 4


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize("header", ['"2"', '"4"', '"2", "4"', 'W/"2"', '"03"', '"3 "', '""', '"' + "9" * 400 + '"'])
async def test_a_version_that_has_passed_may_not(client, own, call, header):
    before = (await client.get(own)).json()
    answer = await client.request(call, own, json=None if call == "DELETE" else BODY, headers={"If-Match": header})
    assert answer.status_code == 412, answer.text
    assert (answer.json()["code"], answer.json()["version"]) == ("version_changed", 3)
    assert (await client.get(own)).json() == before


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
@pytest.mark.parametrize(
    "header", ["3", "", '"3', "banana", '"3" "3"', '"2";"3"', 'x"3"', '"3"x', '*, "3"', "null", "w/3"]
)
async def test_what_is_no_entity_tag_is_refused(client, own, call, header):
    before = (await client.get(own)).json()
    answer = await client.request(call, own, json=None if call == "DELETE" else BODY, headers={"If-Match": header})
    assert answer.status_code == 422, answer.text
    assert [(e["pointer"], e["code"]) for e in answer.json()["errors"]] == [("header:if-match", "entity_tag")]
    assert (await client.get(own)).json() == before


async def test_a_missing_patient_comes_before_its_version(client, own):
    await client.delete(own)
    for call in ("PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json=None if call == "DELETE" else BODY, headers={"If-Match": '"3"'})
        assert answer.status_code == 404


async def test_an_answer_with_included_parts_has_no_version_of_its_own(client, own):
    answer = await client.get(own, params={"include": "address"}, headers={"If-None-Match": "*"})
    assert answer.status_code == 200
    assert "etag" not in answer.headers
