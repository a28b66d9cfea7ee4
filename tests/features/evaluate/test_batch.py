"""Evaluating many: in steps that can be killed at any instant, and nothing twice."""

import asyncio
from collections import Counter
from uuid import UUID

import asyncpg
import pytest
from sqlalchemy import select, text

from features.evaluate import batch_persistence, batches, persistence, subscribers
from features.evaluate.events import BatchStep
from features.loading import handler as loading
from features.rules import Evaluation, RuleEngine, Verdict
from rounds.data import Query, metadata, new_id
from rounds.events.consumer import Consumer
from rounds.events.subscriber_context import SubscriberContext
from tests.features.evaluate.conftest import THERAPY, WEIGHT, codes, deliver, judge_by, refused, told

STEP = "rounds.evaluation.batch_step"


@pytest.fixture
def in_steps_of(monkeypatch):
    """Steps of few patients, so that few make many steps."""

    def few(count: int) -> None:
        monkeypatch.setattr(persistence, "CHUNK", count)

    return few


async def start(client, **body):
    answer = await client.post("/evaluate/batch", json=body)
    assert answer.status_code == 202, answer.text
    return answer.json()


async def job(client, batch):
    return (await client.get(f"/evaluate/batch/{batch['id']}")).json()


def reach(app):
    state = app.state
    return SubscriberContext(
        state.database, state.settings, state.child_processes, state.event_metrics.counters, state.long_lived
    )


def steps(app):
    """The consumer's worker for the steps alone."""
    consumer = Consumer(app.state.database, long_lived=app.state.long_lived, backoff_seconds=0.0)
    (worker,) = [each for each in consumer.workers if each.subscriber.name == "evaluate.batches"]
    return worker


async def test_a_batch_is_accepted_done_and_read(ward, client, app):
    elder, heavy, nobody = await ward.elder(), await ward.heavy(), await ward.patient()
    answer = await client.post("/evaluate/batch", json={"all": True})
    assert answer.status_code == 202, answer.text
    batch = answer.json()
    own = f"/evaluate/batch/{batch['id']}"
    assert (answer.headers["location"], answer.headers["etag"]) == (own, '"1"')
    assert (batch["status"], batch["total"], batch["done"]) == ("queued", 3, 0)
    assert (batch["started_at"], batch["finished_at"], batch["engine"]) == (None, None, None)
    read = await client.get(own)
    assert (read.json(), read.headers["etag"]) == (batch, '"1"')
    assert (await client.get(own, headers={"If-None-Match": '"1"'})).status_code == 304
    assert (await client.get("/recommendations")).json()["data"] == []

    await deliver(app)
    done = (await client.get(own)).json()
    assert done["version"] > 1
    assert {name: done[name] for name in ("status", "total", "done", "matched", "recommended")} == {
        "status": "done",
        "total": 3,
        "done": 3,
        "matched": 2,
        "recommended": 2,
    }
    assert (done["not_found"], done["failed"], done["degraded"], done["engine"]) == (0, 0, 0, "rules")
    assert done["finished_at"] >= done["started_at"] >= done["created_at"]
    assert done["finished_at"].endswith("Z")
    for patient, expected in ((elder, [THERAPY]), (heavy, [WEIGHT]), (nobody, [])):
        listed = await ward.listed(patient)
        assert [one["rule"] for one in listed] == expected
        # What a batch made is what one evaluation makes, and finds.
        assert (await ward.evaluate(patient))["recommendations"] == listed
    events = await told(app.state.database)
    stored = (await client.get("/recommendations")).json()["data"]
    assert Counter((e["patient_id"], e["recommendation_id"], e["recommendation"]) for e in events) == Counter(
        (one["patient_id"], one["id"], one["recommendation"]) for one in stored
    )
    assert {event["timestamp"] for event in events} == {one["created_at"] for one in stored}
    assert await client.get(own, headers={"If-None-Match": f'"{done["version"]}"'})


async def test_again_nothing_new_is_made(ward, client, app):
    await ward.elder()
    await ward.heavy()
    for recommended in (2, 0, 0):
        batch = await start(client, all=True)
        await deliver(app)
        done = await job(client, batch)
        assert (done["matched"], done["recommended"]) == (2, recommended)
    assert len(await told(app.state.database)) == 2


async def test_only_those_asked_for_are_evaluated(ward, client, app, in_steps_of):
    in_steps_of(2)
    patients = [await ward.heavy() for _ in range(6)]
    gone = await ward.heavy()
    await client.delete(f"/patients/{gone['id']}")
    wanted = [one["id"] for one in patients[1:5]]
    batch = await start(client, patient_ids=[*wanted, gone["id"], str(new_id()), *wanted])
    assert batch["total"] == 6  # each once
    await deliver(app)
    done = await job(client, batch)
    assert (done["status"], done["done"], done["recommended"], done["not_found"]) == ("done", 6, 4, 2)
    listed = (await client.get("/recommendations")).json()["data"]
    assert {one["patient_id"] for one in listed} == set(wanted)


@pytest.mark.parametrize("count", [0, 1, 3, 4])
async def test_every_patient_is_met_once_however_the_steps_fall(ward, client, app, in_steps_of, count):
    in_steps_of(2)
    for _ in range(count):
        await ward.heavy()
    by_all = await start(client, all=True)
    await deliver(app)
    done = await job(client, by_all)
    assert (done["status"], done["total"], done["done"], done["recommended"]) == ("done", count, count, count)
    assert len(await told(app.state.database)) == count


async def test_progress_can_be_watched(ward, client, app, in_steps_of):
    in_steps_of(2)
    for _ in range(5):
        await ward.heavy()
    batch = await start(client, all=True)
    worker, seen = steps(app), []
    while await worker.step():
        now = await job(client, batch)
        seen.append((now["status"], now["done"], now["recommended"], now["finished_at"] is None))
    assert seen == [("running", 2, 2, True), ("running", 4, 4, True), ("done", 5, 5, False)]
    versions = (await job(client, batch))["version"]
    assert versions == 4


async def test_who_arrives_later_is_not_part_of_it(ward, client, app):
    await ward.heavy()
    batch = await start(client, all=True)
    late = await ward.heavy()
    await deliver(app)
    assert (await job(client, batch))["done"] == 1
    assert await ward.listed(late) == []


async def test_who_is_deleted_meanwhile_is_not_found(ward, client, app, in_steps_of):
    in_steps_of(2)
    patients = [await ward.heavy() for _ in range(4)]
    by_all, by_id = await start(client, all=True), await start(client, patient_ids=[one["id"] for one in patients])
    worker = steps(app)
    await worker.step()
    await client.delete(f"/patients/{patients[3]['id']}")
    while await worker.step():
        pass
    for batch in (by_all, by_id):
        done = await job(client, batch)
        assert (done["status"], done["total"], done["done"], done["not_found"]) == ("done", 4, 4, 1)
    listed = (await client.get("/recommendations")).json()["data"]
    assert {one["patient_id"] for one in listed} == {one["id"] for one in patients[:3]}


async def test_who_is_deleted_between_a_steps_read_and_its_write_gets_nothing(ward, client, app, monkeypatch):
    kept, gone = await ward.heavy(), await ward.heavy()
    plain = batches.judge

    async def late(rows, rules, settings):
        judged = await plain(rows, rules, settings)
        await client.delete(f"/patients/{gone['id']}")
        return judged

    monkeypatch.setattr(batches, "judge", late)
    batch = await start(client, all=True)
    await deliver(app)
    done = await job(client, batch)
    counts = {name: done[name] for name in ("done", "matched", "recommended", "not_found")}
    assert counts == {"done": 2, "matched": 1, "recommended": 1, "not_found": 1}
    of_all = Query(select(metadata.tables["recommendation"].c.patient_id), sees_restricted=True)
    stored = await app.state.database.reads.all(of_all)
    assert [str(row["patient_id"]) for row in stored] == [kept["id"]]
    assert [event["patient_id"] for event in await told(app.state.database)] == [kept["id"]]


async def test_a_step_that_is_delivered_twice_is_done_once(ward, client, app, in_steps_of):
    in_steps_of(2)
    for _ in range(5):
        await ward.heavy()
    batch = await start(client, all=True)
    first = BatchStep(batch_id=batch["id"], position=UUID(int=0))
    database = app.state.database
    await batches.take_step(first, reach(app))
    once = await job(client, batch)
    await batches.take_step(first, reach(app))
    assert await job(client, batch) == once
    assert (once["done"], len(await told(database)), len(await told(database, STEP))) == (2, 2, 2)
    await deliver(app)
    done = await job(client, batch)
    assert (done["status"], done["done"], done["recommended"]) == ("done", 5, 5)
    assert (len(await told(database)), len(await told(database, STEP))) == (5, 3)
    await batches.take_step(first, reach(app))
    assert await job(client, batch) == done


@pytest.mark.parametrize("where", ["add", "advance", "publish"])
async def test_a_step_that_breaks_while_writing_leaves_nothing_and_is_done_again(
    live_ward, live, live_app, in_steps_of, monkeypatch, where
):
    in_steps_of(2)
    for _ in range(5):
        await live_ward.heavy()
    batch = await start(live, all=True)
    worker = steps(live_app)
    await worker.step()
    before = await job(live, batch)
    module = {"add": persistence, "advance": batch_persistence, "publish": batches}[where]
    plain = getattr(module, where)
    broken = []

    async def breaking(*args, **more):
        if not broken:
            await plain(*args, **more)
            broken.append(where)
            raise RuntimeError("the process was killed here")
        return await plain(*args, **more)

    monkeypatch.setattr(module, where, breaking)
    await worker.step()
    assert broken == [where]
    assert await job(live, batch) == before
    assert len(await told(live_app.state.database)) == 2
    while not (await job(live, batch))["finished_at"]:
        await worker.step()
    done = await job(live, batch)
    assert (done["status"], done["done"], done["recommended"]) == ("done", 5, 5)
    assert len(await told(live_app.state.database)) == 5
    assert len((await live.get("/recommendations")).json()["data"]) == 5


async def test_consumers_that_race_do_each_step_once(live_ward, live, live_app, cloned_url, in_steps_of):
    """Among themselves, against other batches, and against clients who evaluate the same patients."""
    in_steps_of(3)
    patients = [await live_ward.heavy() for _ in range(12)]
    jobs = [await start(live, all=True) for _ in range(2)]
    jobs.append(await start(live, patient_ids=[one["id"] for one in patients]))
    first = [BatchStep(batch_id=one["id"], position=UUID(int=0)) for one in jobs]
    workers = [steps(live_app) for _ in range(3)]

    async def work(worker):
        while {"done"} != {(await job(live, one))["status"] for one in jobs}:
            await worker.step()

    await asyncio.gather(
        *(work(worker) for worker in workers),
        *(batches.take_step(one, reach(live_app)) for one in first),
        *(live_ward.evaluate(one) for one in patients),
    )
    for one in jobs:
        done = await job(live, one)
        assert (done["total"], done["done"], done["matched"], done["failed"]) == (12, 12, 12, 0)
    connection = await asyncpg.connect(cloned_url)
    stored = await connection.fetch("SELECT patient_id, count(*) AS times FROM recommendation GROUP BY patient_id")
    await connection.close()
    assert {str(row["patient_id"]): row["times"] for row in stored} == {one["id"]: 1 for one in patients}
    events = await told(live_app.state.database)
    assert Counter(event["patient_id"] for event in events) == {one["id"]: 1 for one in patients}


async def test_a_step_that_is_given_up_shows_and_can_be_taken_up_again(live_ward, live, live_app, monkeypatch):
    await live_ward.heavy()
    batch = await start(live, all=True)
    plain = persistence.chunk_behind

    async def broken(*args):
        raise RuntimeError("somebody's data")

    monkeypatch.setattr(persistence, "chunk_behind", broken)
    worker = steps(live_app)
    statuses = []
    while await worker.step():
        statuses.append((await job(live, batch))["status"])
    assert statuses == ["queued"] * (subscribers.ATTEMPTS - 1) + ["failed"]
    monkeypatch.setattr(persistence, "chunk_behind", plain)
    async with live_app.state.database.transaction() as db:
        await db.execute(text("UPDATE delivery SET status = 'pending', attempts = 0, due_at = now()"))
    assert await worker.step()
    assert (await job(live, batch))["status"] == "done"


class Own:
    """An engine that is not ours: it waits, and it fails on some patients."""

    def __init__(self, *, fails_at: int | None = None, degraded: bool = False) -> None:
        self.asked = self.at_once = self.most_at_once = 0
        self.fails_at, self.degraded = fails_at, degraded

    async def recommend(self, facts, rules):
        self.asked += 1
        self.at_once += 1
        self.most_at_once = max(self.most_at_once, self.at_once)
        await asyncio.sleep(0)
        self.at_once -= 1
        if facts.values["age"] == self.fails_at:
            raise RuntimeError("no idea")
        verdicts = [Verdict(rule, rule.code == THERAPY, (), None, {"age": facts.values["age"]}) for rule in rules]
        return Evaluation(verdicts, "own", self.degraded, "tired" if self.degraded else None)


async def test_another_engine_is_asked_about_few_at_a_time_and_may_fail(ward, client, app):
    patients = [await ward.patient() for _ in range(6)] + [await ward.elder()]
    engine = Own(fails_at=71, degraded=True)
    judge_by(app, engine)
    batch = await start(client, all=True)
    await deliver(app)
    done = await job(client, batch)
    assert (done["status"], done["done"], done["recommended"], done["failed"]) == ("done", 7, 6, 1)
    assert (done["engine"], done["degraded"]) == ("own", 6)
    assert (engine.asked, engine.most_at_once) == (7, batches.AT_ONCE)
    assert [one["engine"] for one in await ward.listed(patients[0])] == ["own"]


@pytest.mark.parametrize("by_id", [False, True])
async def test_a_slow_engine_gets_shorter_steps(ward, client, app, monkeypatch, by_id):
    patients = [await ward.patient() for _ in range(10)]
    unknown = [str(new_id()) for _ in range(2)]
    engine = Own()
    judge_by(app, engine)
    monkeypatch.setattr(batches, "PATIENCE_SECONDS", 0.0)
    ids = {"patient_ids": [*(one["id"] for one in patients), *unknown]}
    batch = await start(client, **(ids if by_id else {"all": True}))
    worker, seen = steps(app), []
    while await worker.step():
        seen.append((await job(client, batch))["done"])
    assert seen == ([4, 8, 12] if by_id else [4, 8, 10])
    done = await job(client, batch)
    assert (done["status"], done["recommended"], done["not_found"]) == ("done", 10, 2 if by_id else 0)
    assert engine.asked == 10


async def test_an_engine_that_hangs_fails_on_that_patient_alone(ward, client, app, monkeypatch):
    patients = [await ward.patient(), await ward.elder()]

    class Hanging(Own):
        async def recommend(self, facts, rules):
            if facts.values["age"] == 71:
                await asyncio.Event().wait()
            return await super().recommend(facts, rules)

    judge_by(app, Hanging())
    monkeypatch.setattr(batches, "LONGEST_ANSWER_SECONDS", 0.02)
    batch = await start(client, all=True)
    await deliver(app)
    done = await job(client, batch)
    assert (done["status"], done["done"], done["recommended"], done["failed"]) == ("done", 2, 1, 1)
    assert [len(await ward.listed(one)) for one in patients] == [1, 0]


async def test_no_transaction_is_open_while_a_batchs_engine_thinks(live_ward, live, live_app):
    await live_ward.heavy()
    seen = []

    class Watching(Own):
        async def recommend(self, facts, rules):
            database = live_app.state.database
            idle = "SELECT count(*) FROM pg_stat_activity WHERE state LIKE 'idle in transaction%'"
            async with database.engine.connect() as other:
                seen.append((await other.execute(text(idle))).scalar())
            return await super().recommend(facts, rules)

    judge_by(live_app, Watching())
    batch = await start(live, all=True)
    await deliver(live_app)
    assert (await job(live, batch))["status"] == "done"
    assert seen == [0]


async def test_one_patients_facts_hold_up_no_other(ward, client, app, monkeypatch):
    patients = [await ward.heavy(name=name) for name in ("a", "b", "c")]
    plain = RuleEngine.evaluate
    calls = []

    def failing(self, facts, rules):
        calls.append(facts)
        if len(calls) == 2:
            raise RuntimeError("somebody's data")
        return plain(self, facts, rules)

    monkeypatch.setattr(RuleEngine, "evaluate", failing)
    batch = await start(client, all=True)
    await deliver(app)
    done = await job(client, batch)
    assert (done["status"], done["done"], done["recommended"], done["failed"]) == ("done", 3, 2, 1)
    assert [len(await ward.listed(one)) for one in patients] == [1, 0, 1]


async def test_a_seeded_hospital_is_evaluated_as_its_patients_are_one_by_one(live_ward, live, live_app):
    database = live_app.state.database
    assert [stored async for stored in loading.seed_patients(600, database=database)] == [600]
    batch = await start(live, all=True)
    await deliver(live_app)
    done = await job(live, batch)
    assert (done["status"], done["total"], done["done"], done["failed"]) == ("done", 600, 600, 0)
    assert 0 < done["matched"] < 600
    assert done["recommended"] == len(await told(database))
    patients = (await live.get("/patients", params={"limit": 60, "include": "recommendations"})).json()["data"]
    for patient in patients:
        found = await live_ward.evaluate(patient)
        assert [one["rule"] for one in patient["included"]["recommendations"]][::-1] == codes(found)
        expected = {
            THERAPY: patient["age"] > 65 and any("chronic" in one and "pain" in one for one in patient["conditions"]),
            WEIGHT: (patient["bmi"] or 0) > 30,
        }
        assert set(codes(found)) == {rule for rule, applies in expected.items() if applies}
    assert len(await told(database)) == done["recommended"]


# --- requests


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"all": False},
        {"all": None},
        {"all": "yes"},
        {"patient_ids": []},
        {"patient_ids": ["banana"]},
        {"patient_ids": [str(UUID(int=1))], "all": True},
        {"patient_ids": [str(UUID(int=number)) for number in range(10_001)]},
        {"all": True, "rule": THERAPY},
    ],
    ids=lambda body: str(body)[:60],
)
async def test_it_must_be_clear_who_is_meant(client, body):
    assert refused(await client.post("/evaluate/batch", json=body))
    assert (await client.get("/evaluate/batch")).json()["data"] == []


async def test_ten_thousand_can_be_named(client):
    ids = [str(UUID(int=number)) for number in range(10_000)]
    assert (await start(client, patient_ids=ids))["total"] == 10_000


async def test_batches_are_listed_newest_first(ward, client, app):
    first = await start(client, all=True)
    await deliver(app)
    second = await start(client, all=True)
    listed = (await client.get("/evaluate/batch")).json()["data"]
    assert [one["id"] for one in listed] == [second["id"], first["id"]]
    assert (await client.get("/evaluate/batch?sort=created_at&limit=1")).json()["data"][0]["id"] == first["id"]
    for status, expected in (("done", [first["id"]]), ("queued", [second["id"]]), ("failed", [])):
        answer = (await client.get("/evaluate/batch", params={"status": status})).json()
        assert [one["id"] for one in answer["data"]] == expected
    assert refused(await client.get("/evaluate/batch?status=late"))[0][0] == "?status"
    assert refused(await client.get("/evaluate/batch?sort=done"))[0][0] == "?sort"


async def test_an_unknown_batch_is_not_found(client, app):
    answer = await client.get(f"/evaluate/batch/{new_id()}")
    assert (answer.status_code, answer.json()["code"]) == (404, "evaluation_batch_not_found")
    assert refused(await client.get("/evaluate/batch/banana"))[0][0] == "path:batch_id"
    nothing = BatchStep(batch_id=new_id(), position=UUID(int=0))
    await batches.take_step(nothing, reach(app))


@pytest.mark.parametrize("role", ["admin", "clinician", "nurse", "service", "scheduler", "auditor"])
async def test_who_may_read_batches(client, as_role, role):
    batch = await start(client, all=True)
    allowed = role in {"admin", "clinician", "nurse", "service"}
    async with as_role(role) as caller:
        for path in ("/evaluate/batch", f"/evaluate/batch/{batch['id']}"):
            assert (await caller.get(path)).status_code == (200 if allowed else 403)
