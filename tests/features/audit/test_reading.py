"""Who may read the trail, and what it tells of views, changes, refusals and failures."""

import pytest

from rounds.data import new_id

PATIENT = {"name": "Maeve Byrne", "date_of_birth": "1950-03-09"}


@pytest.fixture
async def patient_id(client) -> str:
    return (await client.post("/patients", json=PATIENT)).json()["id"]


async def found(client, **params: object) -> list[dict[str, object]]:
    answer = await client.get("/audit", params=params)
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]


async def test_auditors_read_it_and_nobody_else(as_role):
    async with as_role("auditor") as auditor:
        assert (await auditor.get("/audit")).status_code == 200
        assert (await auditor.get("/audit/verify")).status_code == 200
    for role in ("clinician", "nurse", "scheduler", "service"):
        async with as_role(role) as other:
            assert (await other.get("/audit")).status_code == 403
            assert (await other.get("/audit/verify")).status_code == 403


async def test_a_view_says_who_looked_at_whose_record_in_which_request(client, patient_id):
    await client.get(f"/patients/{patient_id}", headers={"X-Request-ID": "web-4711"})
    (event,) = await found(client, request_id="web-4711")
    assert (event["action"], event["resource"], event["outcome"]) == ("view", "patient", "success")
    assert (event["patient_id"], event["actor"]) == (patient_id, "tester")
    assert event["at"].endswith("Z")
    assert event["changes"] is None


async def test_a_304_is_a_view_too(client, patient_id):
    headers = {"If-None-Match": '"1"', "X-Request-ID": "unchanged"}
    assert (await client.get(f"/patients/{patient_id}", headers=headers)).status_code == 304
    assert [event["action"] for event in await found(client, request_id="unchanged")] == ["view"]


async def test_what_is_not_there_is_no_view(client):
    missing = new_id()
    assert (await client.get(f"/patients/{missing}", headers={"X-Request-ID": "missing"})).status_code == 404
    assert await found(client, request_id="missing") == []


async def test_a_change_says_what_fields_held_before_and_hold_now(client, patient_id):
    await client.patch(f"/patients/{patient_id}", json={"phone": "+442079460958", "name": "Maeve O’Sullivan"})
    (event,) = await found(client, patient_id=patient_id, action="update")
    assert sorted(event["fields"]) == ["name", "phone"]
    assert event["changes"]["name"] == {"before": "Maeve Byrne", "after": "Maeve O’Sullivan"}
    assert event["changes"]["phone"] == {"before": None, "after": "+442079460958"}


async def test_a_patch_that_changes_nothing_is_a_view(client, patient_id):
    await client.patch(f"/patients/{patient_id}", json={"name": "Maeve Byrne"}, headers={"X-Request-ID": "same"})
    assert [event["action"] for event in await found(client, request_id="same")] == ["view"]


async def test_what_is_refused_leaves_no_change(client, patient_id):
    headers = {"If-Match": '"7"', "X-Request-ID": "stale"}
    assert (await client.delete(f"/patients/{patient_id}", headers=headers)).status_code == 412
    assert await found(client, request_id="stale") == []


async def test_a_list_is_one_event_that_names_everybody_it_showed(client, patient_id):
    other = (await client.post("/patients", json={**PATIENT, "name": "Other"})).json()["id"]
    await client.get("/patients", params={"limit": 2}, headers={"X-Request-ID": "list"})
    (event,) = await found(client, request_id="list")
    assert event["patient_id"] is None
    assert set(event["patient_ids"]) == {patient_id, other}
    (event,) = await found(client, request_id="list", patient_id=other)
    assert event["patient_id"] == other
    assert await found(client, request_id="list", patient_id=str(new_id())) == []


async def test_a_search_that_finds_nobody_is_an_event_too_without_what_was_searched(client):
    await client.get("/patients", params={"q": "Zebediah"}, headers={"X-Request-ID": "search"})
    (event,) = await found(client, request_id="search")
    assert (event["patient_id"], event["patient_ids"]) == (None, None)
    assert "Zebediah" not in str(event)


async def test_a_refused_access_names_who_and_whom(as_role, client, patient_id):
    async with as_role("auditor") as auditor:
        answer = await auditor.get(f"/patients/{patient_id}", headers={"X-Request-ID": "refused"})
        assert answer.status_code == 403
    (event,) = await found(client, request_id="refused")
    assert (event["action"], event["outcome"], event["resource"]) == ("access", "refused", "patient")
    assert (event["patient_id"], event["actor"]) == (patient_id, "tester")
    assert await found(client, outcome="refused", patient_id=patient_id) == [event]


async def test_a_refused_part_is_a_refused_access(as_role, client, patient_id):
    async with as_role("scheduler") as scheduler:
        path = f"/patients/{patient_id}?include=notes"
        assert (await scheduler.get(path, headers={"X-Request-ID": "part"})).status_code == 403
    assert [event["outcome"] for event in await found(client, request_id="part")] == ["refused"]


async def test_a_failed_sign_in_is_an_event_without_what_was_typed(anonymous, client):
    form = {"username": "a password typed here", "password": "seven quiet herons"}
    answer = await anonymous.post("/security/token", data=form, headers={"X-Request-ID": "guess"})
    assert answer.status_code == 401
    (event,) = await found(client, request_id="guess")
    assert (event["action"], event["outcome"], event["actor"]) == ("sign_in", "failed", "anonymous")
    assert "password typed" not in str(event)
    assert event["detail"].startswith("unknown_account from ")


async def test_a_sign_in_is_an_event_of_its_account(anonymous, client):
    account = {"username": "grace", "password": "seven quiet herons", "full_name": "Grace", "roles": ["nurse"]}
    registered = (await client.post("/security/register", json=account)).json()
    form = {"username": "grace", "password": "seven quiet herons"}
    answer = await anonymous.post("/security/token", data=form, headers={"X-Request-ID": "in"})
    assert answer.status_code == 200
    (event,) = await found(client, request_id="in")
    assert (event["action"], event["actor"], event["actor_id"]) == ("sign_in", "grace", registered["id"])
    (event,) = await found(client, resource="account", action="create")
    assert "password" not in str(event["changes"])


async def test_reading_the_trail_is_an_event(client, patient_id):
    await client.get("/audit", params={"patient_id": patient_id}, headers={"X-Request-ID": "auditing"})
    (event,) = await found(client, request_id="auditing")
    assert (event["resource"], event["patient_id"]) == ("audit_trail", patient_id)


async def test_filters_combine_and_pages_go_on(client, patient_id):
    for _ in range(5):
        await client.get(f"/patients/{patient_id}")
    asked = {"patient_id": patient_id, "action": "view", "limit": 2, "actor": "tester"}
    first = await client.get("/audit", params=asked)
    page = first.json()
    assert page["pagination"]["count"] == 2
    rest = await client.get(page["links"]["next"])
    assert rest.status_code == 200
    ids = [event["id"] for event in page["data"] + rest.json()["data"]]
    assert len(set(ids)) == len(ids)
    moments = [event["at"] for event in page["data"]]
    assert moments == sorted(moments, reverse=True)
    assert await found(client, patient_id=patient_id, to="2000-01-01T00:00:00Z") == []
    assert await found(client, patient_id=patient_id, resource="note") == []


@pytest.mark.parametrize(
    "query",
    [
        "from=2026-03-10T00:00:00Z&to=2026-03-09T00:00:00Z",
        "action=DROP",
        "who=me",
        "sort=actor",
        "actor=%00",
        "request_id=%00",
    ],
)
async def test_a_bad_question_is_refused(client, query):
    assert (await client.get(f"/audit?{query}")).status_code == 422


async def test_verification_says_what_there_is(client, patient_id):
    answer = (await client.get("/audit/verify")).json()
    assert answer["valid"] is True
    assert answer["unsealed"] >= 1
    assert answer["broken"] is None
    assert (await client.get("/audit/verify?anchor=nonsense")).status_code == 422
    wrong = (await client.get(f"/audit/verify?anchor=7:{'0' * 64}")).json()
    assert wrong["valid"] is False
    assert wrong["broken"]["kind"] == "anchor"
    assert [event["outcome"] for event in await found(client, action="verify")] == ["failed", "success"]


async def test_a_repeated_creation_is_one_change(client):
    headers = {"Idempotency-Key": "once", "X-Request-ID": "again"}
    for _ in range(2):
        assert (await client.post("/patients", json=PATIENT, headers=headers)).status_code == 201
    actions = [event["action"] for event in await found(client, request_id="again")]
    assert sorted(actions) == ["create", "view"]  # the second one looked at what the first one had made
