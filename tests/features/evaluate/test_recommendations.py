"""Recommendations as resources: written by hand, read, listed, changed and deleted."""

import pytest

from rounds.data import new_id
from tests.features.evaluate.conftest import REHABILITATION, THERAPY, WEIGHT, born, refused, told

READERS = {"admin", "clinician", "nurse"}


@pytest.fixture
async def patient(ward):
    return await ward.patient()


@pytest.fixture
def recommend(client, patient):
    """`made = await recommend("Swimming", rule=...)`"""

    async def recommend(text="Swimming", **more):
        answer = await client.post(
            "/recommendations", json={"patient_id": patient["id"], "recommendation": text, **more}
        )
        assert answer.status_code == 201, answer.text
        return answer.json()

    return recommend


async def test_one_is_written_by_hand_read_changed_and_deleted(ward, client, app, patient):
    body = {"patient_id": patient["id"], "recommendation": "  Swimming, twice a week "}
    created = await client.post("/recommendations", json=body)
    assert created.status_code == 201, created.text
    made = created.json()
    own = f"/recommendations/{made['id']}"
    assert (created.headers["location"], created.headers["etag"]) == (own, '"1"')
    assert (made["recommendation"], made["status"], made["engine"]) == ("Swimming, twice a week", "active", "manual")
    assert (made["rule"], made["rule_id"], made["rule_version"], made["reason"]) == (None, None, None, None)
    assert made["trace"]["engine"] == "manual"
    assert "patient" not in made
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (made, '"1"')
    (event,) = await told(app.state.database)
    assert event == {
        "patient_id": patient["id"],
        "recommendation_id": made["id"],
        "recommendation": "Swimming, twice a week",
        "timestamp": made["created_at"],
    }

    put = await client.put(own, json={**body, "recommendation": "Rowing", "reason": "No pool nearby."})
    assert put.status_code == 200, put.text
    changed = put.json()
    assert (changed["recommendation"], changed["reason"], changed["version"]) == ("Rowing", "No pool nearby.", 2)
    assert put.headers["etag"] == '"2"'
    patched = (await client.patch(own, json={"reason": None})).json()
    assert (patched["recommendation"], patched["reason"], patched["version"]) == ("Rowing", None, 3)
    assert patched["created_at"] == made["created_at"]
    assert (await client.get(own)).json() == patched
    assert len(await told(app.state.database)) == 1  # it was recommended once

    assert (await client.delete(own)).status_code == 204
    for call in ("GET", "PUT", "PATCH", "DELETE"):
        answer = await client.request(call, own, json=body if call in {"PUT", "PATCH"} else None)
        assert (answer.status_code, answer.json()["code"]) == (404, "recommendation_not_found")
    assert (await client.post(f"{own}/feedback", json={"status": "accepted"})).status_code == 404
    assert await ward.listed(patient) == []


@pytest.mark.parametrize("by", ["code", "id"])
async def test_one_may_belong_to_a_rule_which_has_one_active_at_a_time(ward, client, patient, recommend, by):
    rule = await ward.rule(WEIGHT)
    made = await recommend(rule=rule[by])
    assert (made["rule"], made["rule_id"], made["rule_version"]) == (WEIGHT, rule["id"], 1)
    body = {"patient_id": patient["id"], "recommendation": "Rowing", "rule": WEIGHT}
    answer = await client.post("/recommendations", json=body)
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_recommendation")
    assert answer.json()["field"] == "rule"
    await recommend("Rowing", rule=THERAPY)
    other = await recommend("Rowing")
    await recommend("Rowing")  # without a rule nothing is the same
    for call in ("PUT", "PATCH"):
        answer = await client.request(call, f"/recommendations/{other['id']}", json=body)
        assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_recommendation")
    await ward.answer(made, "declined")
    newer = await recommend("Rowing", rule=WEIGHT)
    answer = await client.patch(f"/recommendations/{made['id']}", json={"status": "active"})
    assert (answer.status_code, answer.json()["code"]) == (409, "duplicate_recommendation")
    assert (await client.delete(f"/recommendations/{newer['id']}")).status_code == 204
    reopened = (await client.patch(f"/recommendations/{made['id']}", json={"status": "active"})).json()
    assert (reopened["status"], reopened["answered_at"], reopened["answered_by"]) == ("active", None, None)


async def test_there_must_be_such_a_patient_and_such_a_rule(ward, client, patient, recommend):
    for fields, code in (
        ({"patient_id": str(new_id())}, "patient_not_found"),
        ({"rule": "no_such_rule"}, "rule_not_found"),
        ({"rule": str(new_id())}, "rule_not_found"),
    ):
        body = {"patient_id": patient["id"], "recommendation": "Swimming", **fields}
        answer = await client.post("/recommendations", json=body)
        assert (answer.status_code, answer.json()["code"]) == (404, code)
    own = f"/recommendations/{(await recommend())['id']}"
    body = {"patient_id": patient["id"], "recommendation": "Swimming", "rule": "no_such_rule"}
    assert (await client.put(own, json=body)).json()["code"] == "rule_not_found"


async def test_the_patient_and_the_rule_that_was_there_stay(ward, client, patient, recommend):
    made = await recommend(rule=WEIGHT)
    own = f"/recommendations/{made['id']}"
    other = await ward.patient()
    body = {"patient_id": other["id"], "recommendation": "Swimming"}
    assert refused(await client.put(own, json=body)) == [("/patient_id", "patient_is_fixed")]
    assert refused(await client.patch(own, json={"patient_id": other["id"]})) == [("/patient_id", "patient_is_fixed")]
    await client.delete(f"/rules/{(await ward.rule(WEIGHT))['id']}")
    body = {"patient_id": patient["id"], "recommendation": "Rowing", "rule": WEIGHT}
    kept = (await client.put(own, json=body)).json()
    assert (kept["rule"], kept["rule_id"], kept["recommendation"]) == (WEIGHT, made["rule_id"], "Rowing")
    moved = (await client.patch(own, json={"rule": THERAPY})).json()
    assert (moved["rule"], moved["rule_version"]) == (THERAPY, 1)
    freed = (await client.patch(own, json={"rule": None})).json()
    assert (freed["rule"], freed["rule_id"], freed["rule_version"]) == (None, None, None)


@pytest.mark.parametrize(
    ("fields", "pointer"),
    [
        ({"patient_id": "banana"}, "/patient_id"),
        ({"patient_id": None}, "/patient_id"),
        ({"recommendation": " "}, "/recommendation"),
        ({"recommendation": "x" * 201}, "/recommendation"),
        ({"recommendation": "a\nb"}, "/recommendation"),
        ({"rule": ""}, "/rule"),
        ({"rule": 1}, "/rule"),
        ({"engine": "rules"}, "/engine"),
        ({"trace": {}}, "/trace"),
    ],
    ids=str,
)
async def test_what_is_none_is_refused(client, patient, recommend, fields, pointer):
    body = {"patient_id": patient["id"], "recommendation": "Swimming", **fields}
    own = f"/recommendations/{(await recommend())['id']}"
    for call, path in (("POST", "/recommendations"), ("PUT", own)):
        assert refused(await client.request(call, path, json=body))[0][0] == pointer, call
    assert refused(await client.put(own, json={**body, "status": "maybe"}))


@pytest.mark.parametrize("call", ["PUT", "PATCH", "DELETE"])
async def test_versions(client, patient, recommend, call):
    own = f"/recommendations/{(await recommend())['id']}"
    body = {"patient_id": patient["id"], "recommendation": "Rowing"}
    assert (await client.put(own, json=body)).json()["version"] == 2
    sent = None if call == "DELETE" else {**body, "recommendation": "Cycling"}
    stale = await client.request(call, own, json=sent, headers={"If-Match": '"1"'})
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert (await client.get(own)).json()["recommendation"] == "Rowing"
    same = await client.get(own, headers={"If-None-Match": '"2"'})
    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", '"2"')
    fresh = await client.request(call, own, json=sent, headers={"If-Match": '"2"'})
    assert fresh.status_code == (204 if call == "DELETE" else 200)


# --- lists


@pytest.fixture
async def some(ward):
    """Three patients with recommendations by rules and by hand, oldest first."""
    elder, heavy, operated = await ward.elder(), await ward.heavy(), await ward.elder(height_cm=170, weight_kg=90.2)
    await ward.operate(operated, 5)
    made = []
    for patient in (elder, heavy, operated):
        made += (await ward.evaluate(patient))["recommendations"]
    made[0] = await ward.answer(made[0], "accepted")
    return made


async def test_lists_filter_sort_and_page(client, some):
    async def ids(**parameters):
        answer = await client.get("/recommendations", params=parameters)
        assert answer.status_code == 200, answer.text
        return [one["id"] for one in answer.json()["data"]]

    every = [one["id"] for one in some]
    assert set(await ids()) == set(every)
    in_order = await ids(sort="created_at")
    assert in_order == (await ids())[::-1]
    assert in_order[:2] == every[:2]
    assert await ids(patient_id=some[1]["patient_id"]) == [every[1]]
    assert await ids(status="accepted") == [every[0]]
    assert set(await ids(status="active")) == set(every[1:])
    assert await ids(status="superseded") == []
    by_code = {one["rule"] for one in some}
    assert by_code == {THERAPY, WEIGHT, REHABILITATION}
    for code in by_code:
        wanted = {one["id"] for one in some if one["rule"] == code}
        assert set(await ids(rule=code)) == wanted
        assert set(await ids(rule=next(one["rule_id"] for one in some if one["rule"] == code))) == wanted
    assert await ids(rule="no_such_rule") == []
    assert await ids(rule=THERAPY, status="active", patient_id=some[0]["patient_id"]) == []
    first = (await client.get("/recommendations", params={"limit": 2, "total": "true", "expand": "patient"})).json()
    assert first["pagination"]["total"] == len(every)
    rest = (await client.get(first["links"]["next"])).json()
    assert [one["id"] for one in first["data"] + rest["data"]] == (await ids())[:4]
    assert all("patient" in one for one in rest["data"])
    for parameters, pointer in (
        ({"sort": "status"}, "?sort"),
        ({"status": "maybe"}, "?status"),
        ({"patient_id": "banana"}, "?patient_id"),
        ({"engine": "rules"}, "?engine"),
        ({"rule": ""}, "?rule"),
    ):
        assert refused(await client.get("/recommendations", params=parameters))[0][0] == pointer


async def test_patient_and_rule_can_be_expanded(client, some, ward):
    by_hand = await client.post(
        "/recommendations", json={"patient_id": some[0]["patient_id"], "recommendation": "Swimming"}
    )
    rules = {rule["code"]: rule for rule in (await client.get("/rules")).json()["data"]}
    listed = (await client.get("/recommendations", params={"expand": "patient,rule"})).json()["data"]
    assert len(listed) == len(some) + 1
    for one in listed:
        assert one["patient"] == (await client.get(f"/patients/{one['patient_id']}")).json()
        plain = (await client.get(f"/recommendations/{one['id']}")).json()
        assert one == {
            **plain,
            "rule": rules[plain["rule"]] if plain["rule"] else None,
            "patient": one["patient"],
        }
    own = f"/recommendations/{by_hand.json()['id']}"
    assert (await client.get(own, params={"expand": "rule"})).json()["rule"] is None
    one = await client.get(f"/recommendations/{some[0]['id']}", params={"expand": " rule"})
    assert one.json()["rule"]["expression"] == rules[THERAPY]["expression"]
    assert "patient" not in one.json()
    assert "etag" not in one.headers
    # A rule that was deleted is still shown.
    await client.delete(f"/rules/{rules[WEIGHT]['id']}")
    kept = (await client.get("/recommendations", params={"rule": WEIGHT, "expand": "rule"})).json()["data"]
    assert {one["rule"]["code"] for one in kept} == {WEIGHT}
    for path in ("/recommendations", own):
        assert refused(await client.get(path, params={"expand": "patient,notes"})) == [("?expand", "expand")]


async def test_who_answered_is_told_by_name_to_whoever_asks(client, anonymous, some):
    own = f"/recommendations/{some[1]['id']}"
    names = {"username": "grace.okafor", "full_name": "Dr Grace Okafor"}
    password = "a lamp in every window 7"
    me = (await client.post("/security/register", json={**names, "password": password, "roles": ["clinician"]})).json()
    token = (
        await anonymous.post("/security/token", data={"username": names["username"], "password": password})
    ).json()["access_token"]
    answer = await anonymous.post(
        f"{own}/feedback",
        json={"status": "accepted", "reason": "Agreed with the family."},
        headers={"Authorization": f"Bearer {token}"},
    )
    assert answer.status_code == 200
    answered = (await client.get(own, params={"expand": "answerer"})).json()
    assert answered["answerer"] == {"id": me["id"], **names}
    waiting = await client.get("/recommendations", params={"status": "active", "expand": "answerer"})
    assert {one["answerer"] for one in waiting.json()["data"]} == {None}
    assert "answerer" not in (await client.get(own)).json()


async def test_expanding_costs_one_read_more_for_each_part(client, some, app, monkeypatch):
    reads = app.state.database.reads
    counted = []
    plain = type(reads).all

    async def counting(self, query, /, **values):
        counted.append(query)
        return await plain(self, query, **values)

    monkeypatch.setattr(type(reads), "all", counting)
    monkeypatch.setattr(type(app.state.tokens), "FRESHNESS", 3600.0)  # else a slow machine looks at revocations between
    for expand, queries in (("", 1), ("rule", 2), ("patient", 2), ("answerer", 2), ("patient,rule", 3)):
        counted.clear()
        answer = await client.get("/recommendations", params={"expand": expand} if expand else {})
        assert len(answer.json()["data"]) == len(some)
        assert len(counted) == queries, expand


async def test_patients_include_their_recommendations(client, some, ward):
    alone = await ward.patient()
    answer = await client.get("/patients", params={"include": "recommendations"})
    included = {one["id"]: one["included"]["recommendations"] for one in answer.json()["data"]}
    assert included.pop(alone["id"]) == []
    for patient_id, shown in included.items():
        listed = (await client.get("/recommendations", params={"patient_id": patient_id})).json()["data"]
        assert shown == listed


@pytest.mark.parametrize(("role", "status"), [("clinician", 200), ("nurse", 200), ("scheduler", 403), ("service", 403)])
async def test_who_may_not_read_recommendations_does_not_get_them_with_a_patient(as_role, some, role, status):
    async with as_role(role) as caller:
        for path in ("/patients", f"/patients/{some[0]['patient_id']}"):
            assert (await caller.get(path)).status_code == 200
            answer = await caller.get(path, params={"include": "address,recommendations"})
            assert answer.status_code == status, answer.text
            if status == 403:
                assert answer.json()["code"] == "forbidden"
                assert "recommendations:read" in answer.json()["detail"]


async def test_a_patients_recommendations_leave_with_the_patient(client, some, ward):
    gone = some[0]["patient_id"]
    assert (await client.delete(f"/patients/{gone}")).status_code == 204
    assert (await client.get(f"/recommendations/{some[0]['id']}")).status_code == 404
    answer = await client.post(f"/recommendations/{some[0]['id']}/feedback", json={"status": "accepted"})
    assert answer.status_code == 404
    for parameters in ({}, {"patient_id": gone}, {"status": "accepted"}, {"rule": THERAPY}):
        listed = (await client.get("/recommendations", params={**parameters, "total": "true"})).json()
        assert gone not in {one["patient_id"] for one in listed["data"]}
        assert listed["pagination"]["total"] == len(listed["data"])
    assert len((await client.get("/recommendations")).json()["data"]) == len(some) - 1


# --- answers


@pytest.mark.parametrize("status", ["accepted", "declined"])
async def test_the_first_answer_stands(client, recommend, app, as_role, status):
    made = await recommend()
    own = f"/recommendations/{made['id']}/feedback"
    other = "declined" if status == "accepted" else "accepted"
    answer = await client.post(own, json={"status": status, "reason": " Talked it over.\nTwice. "})
    assert answer.status_code == 200, answer.text
    answered = answer.json()
    assert (answered["status"], answered["reason"], answered["version"]) == (status, "Talked it over.\nTwice.", 2)
    assert answered["answered_at"].endswith("Z")
    assert answered["answered_by"]
    assert answer.headers["etag"] == '"2"'
    again = await client.post(own, json={"status": status, "reason": "Something else"})
    assert (again.status_code, again.json()) == (200, answered)
    refusal = await client.post(own, json={"status": other})
    assert (refusal.status_code, refusal.json()["code"]) == (409, "recommendation_answered")
    assert refusal.json()["current"] == status
    assert (await client.get(f"/recommendations/{made['id']}")).json() == answered
    assert len(await told(app.state.database)) == 1


async def test_what_is_superseded_can_not_be_answered(client, recommend):
    made = await recommend()
    await client.patch(f"/recommendations/{made['id']}", json={"status": "superseded"})
    answer = await client.post(f"/recommendations/{made['id']}/feedback", json={"status": "accepted"})
    assert (answer.status_code, answer.json()["current"]) == (409, "superseded")


@pytest.mark.parametrize(
    "body", [{}, {"status": "active"}, {"status": "superseded"}, {"status": "Accepted"}, {"status": None}], ids=str
)
async def test_an_answer_is_yes_or_no(client, recommend, body):
    made = await recommend()
    assert refused(await client.post(f"/recommendations/{made['id']}/feedback", json=body))[0][0] == "/status"
    assert (await client.get(f"/recommendations/{made['id']}")).json() == made


async def test_an_answer_needs_a_recommendation(client):
    answer = await client.post(f"/recommendations/{new_id()}/feedback", json={"status": "accepted"})
    assert (answer.status_code, answer.json()["code"]) == (404, "recommendation_not_found")


# --- who may


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "scheduler", "service", "auditor"])
async def test_scopes(ward, as_role, patient, recommend, role):
    body = {"patient_id": patient["id"], "recommendation": "Rowing"}
    own = f"/recommendations/{(await recommend())['id']}"
    reads, deletes = role in READERS, role in READERS - {"nurse"}
    async with as_role(role) as caller:
        for call, path, sent, allowed, status in (
            ("GET", "/recommendations?expand=patient,rule", None, reads, 200),
            ("GET", own, None, reads, 200),
            ("POST", "/recommendations", body, reads, 201),
            ("PUT", own, body, reads, 200),
            ("PATCH", own, {"reason": "x"}, reads, 200),
            ("POST", f"{own}/feedback", {"status": "accepted"}, reads, 200),
            ("DELETE", own, None, deletes, 204),
        ):
            answer = await caller.request(call, path, json=sent)
            assert answer.status_code == (status if allowed else 403), (call, path)


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("GET", "/recommendations"),
        ("POST", "/recommendations"),
        ("GET", "/recommendations/banana"),
        ("PUT", "/recommendations/banana"),
        ("PATCH", "/recommendations/banana"),
        ("DELETE", "/recommendations/banana"),
        ("POST", "/recommendations/banana/feedback"),
        ("GET", "/evaluate/batch"),
        ("GET", "/evaluate/batch/banana"),
    ],
)
async def test_a_stranger_learns_nothing(anonymous, call, path):
    assert (await anonymous.request(call, path, params={"colour": "red"}, content=b"{")).status_code == 401


async def test_somebody_born_today_is_recommended_nothing(ward):
    assert (await ward.evaluate(await ward.patient(date_of_birth=born(0))))["recommendations"] == []
