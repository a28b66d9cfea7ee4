"""How many recommendations were made, by day and by rule."""

from datetime import date

import pytest

from rounds import clock


async def test_analytics_count_by_day_and_by_rule(ward):
    one, two = await ward.patient(), await ward.patient()
    await ward.recommend(one, rule="physical_therapy")
    await ward.recommend(two, rule="physical_therapy")
    await ward.recommend(one, "Weight Management Program", rule="weight_management")
    await ward.recommend(one, "A walk every day")
    await ward.deliver()
    today = str(clock.today())
    by_day = (await ward.client.get("/analytics/recommendations")).json()
    assert by_day["data"] == [{"day": today, "recommendations": 4, "patients": 2}]
    assert by_day["total"] == {"recommendations": 4, "patients": 2}
    assert (by_day["group_by"], by_day["to"]) == ("day", today)
    assert (date.fromisoformat(by_day["to"]) - date.fromisoformat(by_day["from"])).days == 29
    by_rule = (await ward.client.get("/analytics/recommendations?group_by=rule")).json()
    assert by_rule["data"] == [
        {"rule": "physical_therapy", "recommendations": 2, "patients": 2},
        {"rule": "weight_management", "recommendations": 1, "patients": 1},
        {"rule": None, "recommendations": 1, "patients": 1},
    ]
    assert by_rule["total"] == by_day["total"]


async def test_analytics_include_the_first_and_the_last_day_and_no_other(ward):
    patient = await ward.patient()
    days = ["2026-03-01", "2026-03-02", "2026-03-04", "2026-03-05"]
    for day in days:
        await ward.recommend(patient)
        await ward.deliver()
        await ward.change(
            "UPDATE recommendation_tally SET occurred_on = :day WHERE occurred_on = :today",
            day=date.fromisoformat(day),
            today=clock.today(),
        )
    found = (await ward.client.get("/analytics/recommendations?from=2026-03-02&to=2026-03-04")).json()
    assert found == {
        "group_by": "day",
        "from": "2026-03-02",
        "to": "2026-03-04",
        "data": [
            {"day": "2026-03-02", "recommendations": 1, "patients": 1},
            {"day": "2026-03-04", "recommendations": 1, "patients": 1},
        ],
        "total": {"recommendations": 2, "patients": 1},
    }
    nothing = (await ward.client.get("/analytics/recommendations?from=2025-01-01&to=2025-01-31&group_by=rule")).json()
    assert (nothing["data"], nothing["total"]) == ([], {"recommendations": 0, "patients": 0})


async def test_analytics_count_an_event_once_and_are_never_stale(ward):
    patient = await ward.patient()
    for number in range(1, 4):
        await ward.recommend(patient)
        await ward.deliver()
        for _ in range(2):
            total = (await ward.client.get("/analytics/recommendations")).json()["total"]
            assert total == {"recommendations": number, "patients": 1}
    await ward.redeliver("analytics")
    assert (await ward.client.get("/analytics/recommendations")).json()["total"]["recommendations"] == 3


async def test_analytics_come_from_the_cache_while_nothing_changes(ward):
    await ward.recommend(await ward.patient())
    await ward.deliver()
    before = (await ward.client.get("/analytics/recommendations")).json()
    await ward.change("UPDATE recommendation_tally SET occurred_on = occurred_on - 400")
    assert (await ward.client.get("/analytics/recommendations")).json() == before
    assert (await ward.client.get("/analytics/recommendations?group_by=rule")).json()["data"] == []


async def test_analytics_keep_what_was_recommended_to_patients_deleted_since(ward):
    patient = await ward.patient()
    await ward.recommend(patient, rule="physical_therapy")
    await ward.client.delete(f"/patients/{patient['id']}")
    await ward.deliver()
    found = (await ward.client.get("/analytics/recommendations?group_by=rule")).json()
    assert found["data"] == [{"rule": "physical_therapy", "recommendations": 1, "patients": 1}]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ("from=2026-03-02&to=2026-03-01", [("?from", "from_after_to")]),
        ("from=2999-01-01", [("?from", "from_after_to")]),
        ("from=2020-01-01&to=2026-01-01", [("?from", "period_too_long")]),
        ("from=yesterday", [("?from", "date_format")]),
        ("to=2026-02-30", [("?to", "date_from_datetime_parsing")]),
        ("group_by=colour", [("?group_by", "literal_error")]),
        ("since=2026-01-01", [("?since", "unknown_parameter")]),
    ],
)
async def test_a_period_that_is_none_is_refused(client, parameters, expected):
    answer = await client.get(f"/analytics/recommendations?{parameters}")
    assert answer.status_code == 422, answer.text
    assert [(error["pointer"], error["code"]) for error in answer.json()["errors"]] == expected


@pytest.mark.parametrize(
    "parameters", ["to=0001-01-01", "from=2021-01-01&to=2026-01-01", "from=9999-12-31&to=9999-12-31"]
)
async def test_a_period_at_the_edge_is_answered(client, parameters):
    assert (await client.get(f"/analytics/recommendations?{parameters}")).status_code == 200
