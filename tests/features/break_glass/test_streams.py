"""Event streams leave out what is about restricted patients, for those to whom their records are not open."""

import asyncio
from uuid import UUID

import pytest

from features.notifications.hub import Hub, Listener
from features.notifications.outbox import START
from rounds.data import new_id
from rounds.viewer import NOBODY, looking_as
from tests.conftest import connected, token_for
from tests.features.break_glass.conftest import REASON


@pytest.fixture
def hub(live_app) -> Hub:
    return Hub(live_app.state.database, redis_url=None, poll_seconds=0.05)


async def caught_up(hub: Hub) -> None:
    """Events wait for older transactions, of other databases of the engine as well; then the hub has them all."""
    async with asyncio.timeout(30):
        while (page := await hub.look()).held_back or page.full:  # noqa: ASYNC110 - what ends it is in the database
            await asyncio.sleep(0.02)


async def heard(hub: Hub, account: UUID, *, place=START) -> list[UUID | None]:
    """The subjects of all events behind a place, as this account hears of them."""
    found, more = [], True
    listener = Listener(hub, place, types=frozenset(), patient_id=None)
    with looking_as(account):
        while more:
            entries, more = await listener.take()
            found += [entry.subject for entry in entries]
    return found


async def test_whoever_catches_up_hears_of_a_restricted_patient_only_with_the_record_open(live_app, whole, hub):
    patient, account = UUID(whole.ids["patient_id"]), new_id()
    assert patient in await heard(hub, account)
    await whole.restrict()
    assert patient not in await heard(hub, account)
    async with connected(live_app) as clinician:
        clinician.headers["Authorization"] = f"Bearer {token_for(live_app, 'clinician', account=account)}"
        assert (await clinician.get(whole.patient, headers=REASON)).status_code == 200
    assert patient in await heard(hub, account)
    assert patient not in await heard(hub, NOBODY)


async def test_so_does_whoever_listens_as_it_happens(live_app, whole, hub):
    patient, account = UUID(whole.ids["patient_id"]), new_id()
    with hub.listening():
        await caught_up(hub)
        listener = Listener(hub, hub.position, types=frozenset(), patient_id=None)
        with looking_as(account):
            await listener.take()  # from now on from the ring
            await whole.restrict()
            await caught_up(hub)
            assert patient in hub.restricted
            entries, _ = await listener.take()
            assert [entry.subject for entry in entries] == []
        lifted = await whole.client.patch(whole.patient, json={"restricted": False})
        assert lifted.status_code == 200
        await caught_up(hub)
        assert patient not in hub.restricted
        with looking_as(account):
            entries, _ = await listener.take()
        assert [entry.subject for entry in entries] == [patient]
