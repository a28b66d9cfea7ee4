"""Many at once, with real pools and real commits; and what is published when a COMMIT fails: nothing."""

import asyncio
from collections import Counter

import asyncpg
import httpx
import pytest
from sqlalchemy import text

from features.rules import RuleEngine
from rounds.events.announcer import Announcer
from tests.conftest import token_for
from tests.features.evaluate.conftest import THERAPY, WEIGHT, codes, judge_by, told


async def rows(url, statement, *values):
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetch(statement, *values)
    finally:
        await connection.close()


async def test_fifty_who_evaluate_one_patient_make_one_recommendation_per_rule(live_ward, live, live_app, cloned_url):
    patient = await live_ward.elder(height_cm=170, weight_kg=90.2)
    await live_ward.operate(patient, 3)
    answers = await asyncio.gather(*(live.post(f"/evaluate/{patient['id']}") for _ in range(50)))
    assert Counter(answer.status_code for answer in answers) == {200: 50}
    found = {tuple(one["id"] for one in answer.json()["recommendations"]) for answer in answers}
    assert len(found) == 1
    (ids,) = found
    assert len(ids) == 3
    assert [answer.json() for answer in answers] == [answers[0].json()] * 50
    stored = await rows(cloned_url, "SELECT id, status FROM recommendation")
    assert {(str(row["id"]), row["status"]) for row in stored} == {(one, "active") for one in ids}
    events = await told(live_app.state.database)
    assert Counter(event["recommendation_id"] for event in events) == dict.fromkeys(ids, 1)


async def test_those_who_evaluate_while_the_rule_changes_agree(live_ward, live, cloned_url):
    heavy = await live_ward.heavy()
    old = (await live_ward.evaluate(heavy))["recommendations"][0]
    await live_ward.change_rule(WEIGHT, recommendation="See the dietitian")
    answers = await asyncio.gather(*(live.post(f"/evaluate/{heavy['id']}") for _ in range(20)))
    ids = {one["id"] for answer in answers for one in answer.json()["recommendations"]}
    assert len(ids) == 1
    stored = {str(row["id"]): row["status"] for row in await rows(cloned_url, "SELECT id, status FROM recommendation")}
    assert stored == {old["id"]: "superseded", ids.pop(): "active"}


async def test_an_answer_in_between_is_not_asked_again(live_ward, live, cloned_url, live_app):
    """Declined between another evaluation's read and its write: the database still knows the answer."""
    heavy = await live_ward.heavy()
    held, go = asyncio.Event(), asyncio.Event()

    class Slow(RuleEngine):
        async def recommend(self, facts, rules):
            held.set()
            await go.wait()
            return self.evaluate(facts, rules)

    judge_by(live_app, Slow())
    late = asyncio.create_task(live.post(f"/evaluate/{heavy['id']}"))
    await held.wait()
    judge_by(live_app, RuleEngine())
    made = (await live_ward.evaluate(heavy))["recommendations"][0]
    declined = await live_ward.answer(made, "declined")
    go.set()
    assert (await late).json()["recommendations"] == [declined]
    assert len(await rows(cloned_url, "SELECT id FROM recommendation")) == 1


async def only_we_are_at_work(database, monkeypatch):
    """From now on the announcer, which has transactions of its own, has nothing to do."""

    async def nothing(self):
        return 0

    monkeypatch.setattr(Announcer, "announce", nothing)
    async with asyncio.timeout(60):
        while database.engine.pool.checkedout():  # noqa: ASYNC110 - a pool has no event to wait for
            await asyncio.sleep(0.01)


async def test_no_transaction_is_open_while_the_engine_thinks(live_ward, live, live_app, monkeypatch):
    heavy = await live_ward.heavy()
    seen = []

    class Watching(RuleEngine):
        async def recommend(self, facts, rules):
            database = live_app.state.database
            open_transactions = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            async with database.engine.connect() as other:
                seen.append(
                    (database.engine.pool.checkedout(), (await other.execute(text(open_transactions))).scalar())
                )
            return self.evaluate(facts, rules)

    judge_by(live_app, Watching())
    await only_we_are_at_work(live_app.state.database, monkeypatch)
    assert codes(await live_ward.evaluate(heavy)) == [WEIGHT]
    assert seen == [(1, 0)]  # the one that looks


async def test_when_nothing_changes_nothing_is_written(live_ward, live, live_app, monkeypatch):
    """Then an evaluation is one read; whoever wanted a connection for writing would wait in vain."""
    heavy, patient, decided = await live_ward.heavy(), await live_ward.patient(), await live_ward.elder()
    made = await live_ward.evaluate(heavy)
    declined = await live_ward.answer((await live_ward.evaluate(decided))["recommendations"][0], "declined")
    reads = live_app.state.database.reads
    counted = []
    plain = type(reads).one

    async def counting(self, query, /, **values):
        counted.append(query)
        return await plain(self, query, **values)

    monkeypatch.setattr(type(reads), "one", counting)
    engine = live_app.state.database.engine
    held = [await engine.connect() for _ in range(live_app.state.settings.database_pool)]
    try:
        for one, expected in ((heavy, made["recommendations"]), (patient, []), (decided, [declined])):
            counted.clear()
            assert (await live_ward.evaluate(one))["recommendations"] == expected
            assert len(counted) == 1
    finally:
        for connection in held:
            await connection.close()


async def test_of_two_different_answers_exactly_one_wins(live_ward, live):
    for _ in range(5):
        heavy = await live_ward.heavy()
        made = (await live_ward.evaluate(heavy))["recommendations"][0]
        own = f"/recommendations/{made['id']}"
        wanted = ["accepted", "declined"] * 5
        answers = await asyncio.gather(*(live.post(f"{own}/feedback", json={"status": one}) for one in wanted))
        now = (await live.get(own)).json()
        assert now["version"] == 2
        for status, answer in zip(wanted, answers, strict=True):
            if status == now["status"]:
                assert (answer.status_code, answer.json()) == (200, now)
            else:
                assert (answer.status_code, answer.json()["current"]) == (409, now["status"])


async def test_of_many_written_by_hand_for_one_rule_one_succeeds(live_ward, live, live_app):
    patient = await live_ward.patient()
    body = {"patient_id": patient["id"], "recommendation": "Swimming", "rule": THERAPY}
    answers = await asyncio.gather(*(live.post("/recommendations", json=body) for _ in range(10)))
    assert Counter(answer.status_code for answer in answers) == {201: 1, 409: 9}
    assert len(await told(live_app.state.database)) == 1


async def test_nothing_stays_of_a_patient_who_is_deleted_meanwhile(live_ward, live, cloned_url):
    for _ in range(5):
        heavy = await live_ward.heavy()
        body = {"patient_id": heavy["id"], "recommendation": "Swimming"}
        *answers, deleted = await asyncio.gather(
            *(live.post(f"/evaluate/{heavy['id']}") for _ in range(3)),
            live.post("/recommendations", json=body),
            live.delete(f"/patients/{heavy['id']}"),
        )
        assert deleted.status_code == 204
        assert {answer.status_code for answer in answers} <= {200, 201, 404}
    assert await rows(cloned_url, "SELECT id FROM recommendation WHERE deleted_at IS NULL") == []
    assert (await live.get("/recommendations")).json()["data"] == []


@pytest.mark.parametrize("by_hand", [False, True], ids=["evaluated", "by hand"])
async def test_a_commit_that_fails_is_no_success_and_publishes_nothing(live_ward, live_app, cloned_url, by_hand):
    heavy = await live_ward.heavy()
    await rows(
        cloned_url,
        """
        CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE EXCEPTION 'the disk is full'; END $$
        """,
    )
    await rows(
        cloned_url,
        """
        CREATE CONSTRAINT TRIGGER refuse AFTER INSERT ON recommendation
        DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION refuse()
        """,
    )
    headers = {"Authorization": f"Bearer {token_for(live_app, 'admin')}"}
    transport = httpx.ASGITransport(app=live_app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://rounds.test", headers=headers) as caller:
        if by_hand:
            body = {"patient_id": heavy["id"], "recommendation": "Swimming"}
            answer = await caller.post("/recommendations", json=body)
        else:
            answer = await caller.post(f"/evaluate/{heavy['id']}")
        assert answer.status_code == 500, answer.text
        assert "disk" not in answer.text
        assert await told(live_app.state.database) == []
        assert await rows(cloned_url, "SELECT id FROM recommendation") == []
        await rows(cloned_url, "DROP TRIGGER refuse ON recommendation")
        assert codes((await caller.post(f"/evaluate/{heavy['id']}")).json()) == [WEIGHT]
        assert len(await told(live_app.state.database)) == 1
