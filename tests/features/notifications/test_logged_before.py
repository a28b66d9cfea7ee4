"""Notifications from before there was `logged`: those that went no further than the log are not called sent."""

import asyncpg
import pytest

from rounds.data import migrations

BEFORE = "0008"
ADD = """
INSERT INTO notification (id, patient_id, recommendation_id, channel, status, reason, recipient, subject, body,
    attempts, created_at, sent_at)
VALUES (gen_random_uuid(), gen_random_uuid(), gen_random_uuid(), $1, $2::text, CASE $2 WHEN 'failed' THEN 'x' END, 'x',
    'x', 'x', 1, now(), CASE $2 WHEN 'sent' THEN now() END)
"""


@pytest.mark.parametrize(
    ("adapter", "logged"),
    [
        ("log", {("sms", "sent"): True, ("email", "sent"): True, ("email", "failed"): False}),
        ("smtp", {("sms", "sent"): True, ("email", "sent"): False, ("email", "failed"): False}),
    ],
)
async def test_the_upgrade_tells_them_apart_as_far_as_that_can_be_known(empty_url, monkeypatch, adapter, logged):
    monkeypatch.setenv("ROUNDS_EMAIL_ADAPTER", adapter)
    await migrations.upgrade(empty_url, BEFORE)
    connection = await asyncpg.connect(empty_url)
    try:
        # Whom they are for does not matter here.
        await connection.execute("SET session_replication_role = replica")
        for channel, status in logged:
            await connection.execute(ADD, channel, status)
        await migrations.upgrade(empty_url)
        rows = await connection.fetch("SELECT channel, status, only_logged FROM notification")
        assert {(row["channel"], row["status"]): row["only_logged"] for row in rows} == logged
        # The version before goes on writing as it did while the new one takes its place.
        await connection.execute(ADD, "email", "sent")
    finally:
        await connection.close()
    await migrations.downgrade(empty_url, BEFORE)
