"""What each role may do with patients, and that nobody else may do anything."""

import pytest

BODY = {"name": "Ada Byron", "date_of_birth": "1990-01-01"}
READERS = {"admin", "clinician", "nurse", "scheduler", "service"}
WRITERS = {"admin", "clinician", "nurse"}
DELETERS = {"admin", "clinician"}
EVERYBODY = READERS | {"auditor"}


@pytest.mark.parametrize("role", sorted(EVERYBODY))
async def test_a_role_may_do_what_it_is_for_and_no_more(admit, as_role, role):
    own = f"/patients/{(await admit(nhs_number='1373645350'))['id']}"
    calls = [
        ("GET", "/patients", READERS, 200),
        ("GET", own, READERS, 200),
        ("GET", "/patients/by-nhs-number/1373645350", READERS, 200),
        ("POST", "/patients", WRITERS, 201),
        ("PUT", own, WRITERS, 200),
        ("PATCH", own, WRITERS, 200),
        ("DELETE", own, DELETERS, 204),
    ]
    async with as_role(role) as client:
        for call, path, allowed, status in calls:
            answer = await client.request(call, path, json=BODY if call in {"POST", "PUT", "PATCH"} else None)
            assert answer.status_code == (status if role in allowed else 403), (call, path, answer.text)
            if answer.status_code == 403:
                assert answer.json()["code"] == "forbidden"
                assert "Ada" not in answer.text


async def test_roles_add_up(admit, as_role):
    own = f"/patients/{(await admit())['id']}"
    async with as_role("auditor", "scheduler") as client:
        assert (await client.get(own)).status_code == 200
        assert (await client.delete(own)).status_code == 403


@pytest.mark.parametrize(
    ("call", "path"),
    [
        ("GET", "/patients"),
        ("POST", "/patients"),
        ("GET", "/patients/by-nhs-number/1373645350"),
        ("GET", "/patients/0197a3c2-7d8e-7aaa-bbbb-000000000000"),
        ("PUT", "/patients/0197a3c2-7d8e-7aaa-bbbb-000000000000"),
        ("PATCH", "/patients/banana"),
        ("DELETE", "/patients/banana"),
    ],
)
async def test_a_stranger_learns_nothing_not_even_what_would_be_wrong(anonymous, call, path):
    answer = await anonymous.request(call, path, params={"colour": "red"}, content=b"{")
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


async def test_who_may_not_write_is_told_so_before_the_body_is_looked_at(as_role):
    async with as_role("scheduler") as client:
        answer = await client.post("/patients", content=b"{", headers={"Content-Type": "application/json"})
        assert answer.status_code == 403


@pytest.mark.parametrize(
    ("role", "sees"), [("scheduler", False), ("service", True), ("nurse", True), ("clinician", True), ("admin", True)]
)
async def test_who_only_books_sees_nothing_clinical(client, as_role, role, sees):
    body = {"name": "Ada Byron", "date_of_birth": "1990-01-01", "nhs_number": "9434765919"}
    clinical = {"conditions": ["porphyria"], "height_cm": 170.0, "weight_kg": 60.0}
    own = f"/patients/{(await client.post('/patients', json=body | clinical)).json()['id']}"
    shown = clinical | {"bmi": 20.8} if sees else dict.fromkeys((*clinical, "bmi"))
    async with as_role(role) as caller:
        listed = (await caller.get("/patients?q=byron")).json()["data"]
        for patient in (
            (await caller.get(own)).json(),
            (await caller.get("/patients/by-nhs-number/9434765919")).json(),
            *listed,
        ):
            assert {name: patient[name] for name in shown} == shown
        assert len(listed) == 1
