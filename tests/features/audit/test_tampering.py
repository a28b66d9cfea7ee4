"""What somebody with every right over the database does to the trail is found, and named."""

import pytest

from features.audit.anchor import Anchor
from tests.features.audit.conftest import broken, seal_all, verified, write

pytestmark = pytest.mark.usefixtures("superuser")


@pytest.fixture
async def events(kept) -> list[str]:
    """Twelve events in three seals."""
    ids = []
    for _ in range(3):
        ids += await write(kept, 4)
        await seal_all(kept)
    done = await verified(kept)
    assert (done.links, done.events, done.unsealed) == (3, 12, 0)
    return ids


async def test_a_changed_letter_is_found(kept, superuser, events):
    await superuser.execute("UPDATE audit_event SET actor = 'testes' WHERE id = $1", events[5])
    found = await broken(kept)
    assert (found.kind, found.name) == ("event", events[5])
    assert found.why == "it is not what seal 2 covers"


@pytest.mark.parametrize(
    "change",
    [
        "at = at + interval '1 microsecond'",
        "patient_id = '0197a3c2-7d8e-7aaa-bbbb-000000000000'",
        "patient_ids = ARRAY[patient_id]",
        "request_id = 'another'",
        "outcome = 'refused'",
        "fields = ARRAY['names']",
        "values_digest = NULL",
        "detail = ''",
    ],
)
async def test_every_column_is_covered(kept, superuser, events, change):
    await superuser.execute(f"UPDATE audit_event SET {change} WHERE id = $1", events[0])
    assert (await broken(kept)).name == events[0]


async def test_a_deleted_row_is_found(kept, superuser, events):
    await superuser.execute("DELETE FROM audit_event WHERE id = $1", events[6])
    found = await broken(kept)
    assert (found.name, found.why) == (events[6], "it is gone, and seal 2 covers it")


async def test_all_rows_of_a_seal_deleted_are_found(kept, superuser, events):
    await superuser.execute("DELETE FROM audit_event WHERE id = ANY($1::uuid[])", events[4:8])
    found = await broken(kept)
    assert (found.kind, found.name) == ("seal", "2")


async def test_two_swapped_rows_are_found(kept, superuser, events):
    await superuser.execute(
        """
        UPDATE audit_event e SET patient_id = other.patient_id, transaction = other.transaction
        FROM audit_event other WHERE (e.id, other.id) IN (($1, $2), ($2, $1))
        """,
        events[8],
        events[9],
    )
    found = await broken(kept)
    assert found.name in events[8:10]


async def test_a_forgery_among_what_is_sealed_is_found(kept, superuser, events):
    forged = await superuser.fetchval(
        """
        INSERT INTO audit_event (id, at, transaction, actor, action, resource, outcome)
        SELECT gen_random_uuid(), at, transaction, 'somebody', 'view', 'patient', 'success'
        FROM audit_event WHERE id = $1 RETURNING id
        """,
        events[1],
    )
    found = await broken(kept)
    assert (found.name, found.why) == (str(forged), "it was put in after seal 1")


async def test_a_forgery_of_another_month_among_what_is_sealed_is_found(kept, superuser, events):
    forged = await superuser.fetchval(
        """
        INSERT INTO audit_event (id, at, transaction, actor, action, resource, outcome)
        SELECT gen_random_uuid(), at - interval '2 months', transaction, 'somebody', 'view', 'patient', 'success'
        FROM audit_event WHERE id = $1 RETURNING id
        """,
        events[1],
    )
    found = await broken(kept)
    assert (found.name, found.why) == (str(forged), "it stands among sealed events, and no seal covers it")


async def test_an_unsealed_forgery_that_says_it_is_older_than_the_last_seal_is_found(kept, superuser, events):
    forged = await superuser.fetchval(
        """
        INSERT INTO audit_event (id, at, actor, action, resource, outcome)
        VALUES (gen_random_uuid(), clock_timestamp() - interval '10 minutes', 'somebody', 'view', 'patient', 'success')
        RETURNING id
        """
    )
    found = await broken(kept)
    assert (found.name, found.why) == (str(forged), "it says it is older than its transaction can be")
    await seal_all(kept)  # and sealing it makes it no better
    assert (await broken(kept)).name == str(forged)


async def test_a_forgery_of_an_era_to_come_is_found(kept, superuser, events):
    forged = await superuser.fetchval(
        """
        INSERT INTO audit_event (id, at, era, transaction, actor, action, resource, outcome)
        SELECT gen_random_uuid(), at, 7, transaction, actor, 'view', 'patient', 'success'
        FROM audit_event WHERE id = $1 RETURNING id
        """,
        events[1],
    )
    found = await broken(kept)
    assert (found.name, found.why) == (str(forged), "it is of an era that has not begun")


async def test_a_replaced_seal_is_found(kept, superuser, events):
    await superuser.execute("UPDATE audit_seal SET seal = sha256('another') WHERE number = 2")
    found = await broken(kept)
    assert (found.kind, found.name, found.why) == ("seal", "2", "it is not the seal of what it says")


async def test_a_deleted_seal_is_found(kept, superuser, events):
    await superuser.execute("DELETE FROM audit_seal WHERE number = 2")
    found = await broken(kept)
    assert (found.kind, found.name, found.why) == ("seal", "3", "a seal before it is missing")


async def test_a_list_of_members_that_was_changed_with_its_event_is_found(kept, superuser, events):
    await superuser.execute("UPDATE audit_event SET actor = 'testes' WHERE id = $1", events[5])
    await superuser.execute("UPDATE audit_sealed SET members = members || '\\x00' WHERE number = 2")
    found = await broken(kept)
    assert (found.kind, found.name) == ("seal", "2")


async def _rewritten(kept, superuser) -> None:
    """Change an event, and make all seals anew, as the sealer would."""
    await superuser.execute("DELETE FROM audit_seal; DELETE FROM audit_sealed")
    await superuser.execute("UPDATE audit_event SET actor = 'somebody else'")
    await seal_all(kept)


async def test_a_chain_written_anew_is_found_by_an_anchor(kept, superuser, events):
    anchor = (await verified(kept)).head
    await _rewritten(kept, superuser)
    await verified(kept)  # it fits together
    found = await broken(kept, Anchor(1, anchor.seal))
    assert (found.kind, found.name) == ("anchor", "1")
    assert (await broken(kept, anchor)).kind == "anchor"


async def test_a_chain_that_was_cut_off_is_found_by_an_anchor(kept, superuser, events):
    anchor = (await verified(kept)).head
    await superuser.execute("DELETE FROM audit_event WHERE id = ANY($1::uuid[])", events[8:])
    await superuser.execute("DELETE FROM audit_seal WHERE number = 3; DELETE FROM audit_sealed WHERE number = 3")
    await verified(kept)
    assert (await broken(kept, anchor)).why == "the chain ends at 2, before the anchor"


async def test_an_anchor_holds_while_the_chain_grows(kept, events):
    anchor = (await verified(kept)).head
    await write(kept, 3)
    await seal_all(kept)
    assert (await verified(kept, anchor)).links == 4


async def test_values_that_were_changed_are_found(kept, superuser, events):
    await superuser.execute(
        """UPDATE audit_value SET changes = '{"name": ["x", "y"]}' WHERE event_id = $1""", events[7]
    )
    found = await broken(kept)
    assert (found.name, found.why) == (events[7], "its values are not those that it has the digest of")


async def test_values_that_were_taken_away_are_found(kept, superuser, events):
    await superuser.execute("DELETE FROM audit_value WHERE event_id = $1", events[7])
    found = await broken(kept)
    assert (found.name, found.why) == (events[7], "its values are gone, and nobody erased them")


async def test_a_dropped_month_that_nobody_retired_is_found(kept, superuser, events):
    await superuser.execute("SELECT audit_drop_month(date_trunc('month', now())::date)")
    found = await broken(kept)
    assert (found.kind, found.name, found.why) == ("seal", "1", "its 4 events are gone")
