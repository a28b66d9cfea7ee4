"""The rules that Rounds comes with are made once, and never again."""

import asyncio

import pytest

from features.rules import startup
from features.rules.shipped import SHIPPED
from rounds.settings import Misconfigured
from tests.conftest import settings_for

CODES = ["physical_therapy", "post_op_rehabilitation", "weight_management"]


async def test_an_empty_database_gets_three_rules_once(client, database, settings):
    assert await startup.prepare(settings, database) == "3 rules"
    assert await startup.prepare(settings, database) is None
    rules = (await client.get("/rules")).json()["data"]
    assert [rule["code"] for rule in rules] == CODES
    wanted = {each["code"]: each for each in SHIPPED}
    for rule in rules:
        assert rule.items() >= {**wanted[rule["code"]], "active": True, "version": 1}.items()
        (version,) = (await client.get(f"/rules/{rule['id']}/versions")).json()["data"]
        assert version.items() >= {"version": 1, "expression": rule["expression"], "by": None, "deleted": False}.items()


async def test_a_deleted_rule_does_not_come_back(client, database, settings):
    await startup.prepare(settings, database)
    for rule in (await client.get("/rules")).json()["data"]:
        assert (await client.delete(f"/rules/{rule['id']}")).status_code == 204
    assert await startup.prepare(settings, database) is None
    assert (await client.get("/rules")).json()["data"] == []


async def test_who_has_rules_gets_no_others(client, database, settings, rule):
    made = await rule(code="our_own")
    assert await startup.prepare(settings, database) is None
    assert (await client.get("/rules")).json()["data"] == [made]


async def test_programs_that_start_side_by_side_make_each_rule_once(live, live_app, settings):
    database = live_app.state.database
    lines = await asyncio.gather(*(startup.prepare(settings, database) for _ in range(8)))
    assert sum(line is not None for line in lines) == 1
    rules = (await live.get("/rules")).json()["data"]
    assert [rule["code"] for rule in rules] == CODES
    for rule in rules:
        assert len((await live.get(f"/rules/{rule['id']}/versions")).json()["data"]) == 1


async def test_an_engine_that_there_is_not_stops_the_start(database, engines):
    wrong = settings_for(engines.database_url, engines.redis_url, recommender="no_such_module:Engine")
    with pytest.raises(Misconfigured, match="ROUNDS_RECOMMENDER"):
        await startup.prepare(wrong, database)
