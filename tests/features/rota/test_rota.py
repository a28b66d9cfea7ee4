"""Working hours and absences."""

import pytest


@pytest.fixture
def own(diary) -> str:
    return f"/clinicians/{diary.clinician['id']}"


async def test_a_week_is_assumed_until_one_is_set(diary, own):
    answer = await diary.client.get(f"{own}/working-hours")
    week = answer.json()
    assert (week["assumed"], week["version"], week["time_zone"], len(week["hours"])) == (True, 0, "Europe/London", 5)
    body = {
        "hours": [
            {"weekday": "tuesday", "start": "13:00", "end": "17:30"},
            {"weekday": "monday", "start": "09:00", "end": "12:00"},
        ]
    }
    answer = await diary.client.put(f"{own}/working-hours", json=body, headers={"If-Match": '"0"'})
    assert (answer.status_code, answer.headers["etag"], answer.json()["assumed"]) == (200, '"1"', False)
    assert [each["weekday"] for each in answer.json()["hours"]] == ["monday", "tuesday"]
    again = await diary.client.get(f"{own}/working-hours")
    assert again.json() == answer.json()
    tag = {"If-None-Match": again.headers["etag"]}
    assert (await diary.client.get(f"{own}/working-hours", headers=tag)).status_code == 304
    stale = await diary.client.put(f"{own}/working-hours", json=body, headers={"If-Match": '"0"'})
    assert stale.status_code == 412


@pytest.mark.parametrize(
    ("hours", "pointer", "code"),
    [
        ([("monday", "9:00", "12:00")], "/hours/0/start", "wall_clock"),
        ([("monday", "09:00", "24:01")], "/hours/0/end", "wall_clock"),
        ([("monday", "12:00", "12:00")], "/hours/0", "hours_backwards"),
        ([("monday", "24:00", "24:00")], "/hours/0", "hours_backwards"),
        ([("someday", "09:00", "12:00")], "/hours/0/weekday", "literal_error"),
        ([("monday", "09:00", "12:00"), ("monday", "11:59", "13:00")], "", "hours_overlap"),
    ],
)
async def test_what_is_wrong_with_a_week_is_pointed_at(diary, own, refused, hours, pointer, code):
    body = {"hours": [{"weekday": weekday, "start": start, "end": end} for weekday, start, end in hours]}
    assert refused(await diary.client.put(f"{own}/working-hours", json=body)) == [(pointer, code)]


async def test_absences_are_listed_and_taken_back(diary, own, refused):
    later = {"start_at": "2026-08-03T00:00:00+01:00", "end_at": "2026-08-15T00:00:00+01:00"}
    sooner = {"start_at": "2026-04-01T08:00:00Z", "end_at": "2026-04-01T12:00:00Z", "kind": "training"}
    made = [await diary.made(f"{own}/absences", body) for body in (later, sooner)]
    assert (made[0]["start_at"], made[0]["kind"]) == ("2026-08-02T23:00:00Z", "leave")
    listed = (await diary.client.get(f"{own}/absences?total=true")).json()
    assert listed["data"] == [made[1], made[0]]
    ahead = (await diary.client.get(f"{own}/absences?ends_after=2026-04-01T12:00:00Z")).json()
    assert ahead["data"] == [made[0]]
    answer = await diary.client.post(f"{own}/absences", json={**sooner, "end_at": sooner["start_at"]})
    assert refused(answer) == [("", "absence_backwards")]
    other = await diary.another_clinician("Dr Rhys Pritchard")
    elsewhere = f"/clinicians/{other['id']}/absences/{made[0]['id']}"
    assert (await diary.client.delete(elsewhere)).status_code == 404
    assert (await diary.client.delete(f"{own}/absences/{made[0]['id']}")).status_code == 204
    assert (await diary.client.delete(f"{own}/absences/{made[0]['id']}")).status_code == 404


@pytest.mark.parametrize(("method", "path"), [("GET", "working-hours"), ("PUT", "working-hours"), ("GET", "absences")])
async def test_who_does_not_exist_has_no_rota(diary, method, path):
    answer = await diary.client.request(
        method, f"/clinicians/01970000-0000-7000-8000-000000000000/{path}", json={"hours": []}
    )
    assert (answer.status_code, answer.json()["code"]) == (404, "clinician_not_found")
