"""Honest time: what clocks do in spring and autumn, and in other zones."""

import pytest


@pytest.mark.parametrize(
    ("start", "duration", "start_at", "end_at", "local_start", "local_end"),
    [
        # Clocks go from 01:00 GMT to 02:00 BST: an hour that starts at 00:30 ends at 02:30.
        (
            "2026-03-29T00:30:00+00:00",
            "1h",
            "2026-03-29T00:30:00Z",
            "2026-03-29T01:30:00Z",
            "2026-03-29T00:30:00+00:00",
            "2026-03-29T02:30:00+01:00",
        ),
        # 01:30 is skipped; written with an offset it is still one moment.
        (
            "2026-03-29T01:30:00+00:00",
            "30m",
            "2026-03-29T01:30:00Z",
            "2026-03-29T02:00:00Z",
            "2026-03-29T02:30:00+01:00",
            "2026-03-29T03:00:00+01:00",
        ),
        # The hour from 01:00 to 02:00 comes twice; the offset tells which.
        (
            "2026-10-25T01:30:00+01:00",
            "1h",
            "2026-10-25T00:30:00Z",
            "2026-10-25T01:30:00Z",
            "2026-10-25T01:30:00+01:00",
            "2026-10-25T01:30:00+00:00",
        ),
        (
            "2026-10-25T01:30:00+00:00",
            "30m",
            "2026-10-25T01:30:00Z",
            "2026-10-25T02:00:00Z",
            "2026-10-25T01:30:00+00:00",
            "2026-10-25T02:00:00+00:00",
        ),
        # A night of 24 hours over the change is 24 hours, whatever the clocks say.
        (
            "2026-10-24T12:00:00+01:00",
            "24h",
            "2026-10-24T11:00:00Z",
            "2026-10-25T11:00:00Z",
            "2026-10-24T12:00:00+01:00",
            "2026-10-25T11:00:00+00:00",
        ),
    ],
)
async def test_minutes_are_exact_when_clocks_change(diary, start, duration, start_at, end_at, local_start, local_end):
    made = await diary.book(start, duration)
    assert (made["start_at"], made["end_at"]) == (start_at, end_at)
    assert (made["local_start"], made["local_end"]) == (local_start, local_end)
    by_end = await diary.body(start, patient_id=made["patient_id"], end_at=local_end)
    answer = await diary.client.put(f"/appointments/{made['id']}", json=by_end)
    assert (answer.status_code, answer.json()["duration_minutes"]) == (200, made["duration_minutes"])
    assert answer.json()["end_at"] == end_at


async def test_both_half_past_ones_of_the_night_when_clocks_go_back_can_be_booked(diary):
    await diary.book("2026-10-25T01:30:00+01:00", "1h")
    assert (await diary.try_to_book("2026-10-25T01:30:00+00:00", "1h")).status_code == 201
    assert (await diary.try_to_book("2026-10-25T01:30:00+00:00", "1h")).status_code == 409


@pytest.mark.parametrize(
    ("zone", "local_start"),
    [
        ("UTC", "2026-07-09T08:30:00+00:00"),
        ("Europe/Lisbon", "2026-07-09T09:30:00+01:00"),
        ("Asia/Kathmandu", "2026-07-09T14:15:00+05:45"),
        ("America/St_Johns", "2026-07-09T06:00:00-02:30"),
        ("Pacific/Apia", "2026-07-09T21:30:00+13:00"),
    ],
)
async def test_a_zone_is_for_showing_and_changes_no_moment(diary, zone, local_start):
    made = await diary.book("2026-07-09T08:30:00Z", time_zone=zone)
    assert (made["start_at"], made["time_zone"]) == ("2026-07-09T08:30:00Z", zone)
    assert made["local_start"] == local_start
