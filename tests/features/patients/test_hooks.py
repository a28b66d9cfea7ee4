"""What higher slices hang on patients is shown to those who may read it."""

import pytest

from features.patients import hooks, includable
from rounds.auth import check_needed, scope_registry
from rounds.data import new_id


@pytest.fixture
def part(monkeypatch):
    """`part("tasks", scope=...)` offers a part of which nobody has anything."""
    monkeypatch.setattr(hooks, "parts", dict(hooks.parts))

    async def nothing(ids, reads):
        return {}

    return lambda name, **more: includable(name, nothing, **more)


async def test_a_part_with_a_scope_needs_it_and_one_without_does_not(as_role, admit, part):
    own = f"/patients/{(await admit())['id']}"
    part("open", missing=list)
    part("closed", scope="notes:read")
    async with as_role("scheduler") as scheduler, as_role("nurse") as nurse:
        for path in ("/patients", own):
            for include, status in [("open", 200), ("closed", 403), ("open,closed", 403), (" closed ", 403)]:
                assert (await scheduler.get(path, params={"include": include})).status_code == status, (path, include)
                assert (await nurse.get(path, params={"include": include})).status_code == 200, (path, include)
        assert (await nurse.get(own, params={"include": "open,closed"})).json()["included"] == {
            "open": [],
            "closed": None,
        }


async def test_the_refusal_comes_before_the_patient_is_looked_for(as_role, part):
    part("closed", scope="notes:read")
    async with as_role("scheduler") as scheduler:
        assert (await scheduler.get(f"/patients/{new_id()}", params={"include": "closed"})).status_code == 403


def test_a_scope_that_does_not_exist_is_refused_at_the_start(app, part):
    check_needed()
    with scope_registry.needing_apart():
        part("tasks", scope="tasks:look")
        with pytest.raises(LookupError, match="tasks:look"):
            check_needed()


async def test_the_403_is_documented(app):
    for path in ("/patients", "/patients/{patient_id}"):
        assert "403" in app.openapi()["paths"][path]["get"]["responses"]
