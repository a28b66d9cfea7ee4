"""The manual and OpenAPI show the moves as the table has them, and the database knows the same."""

from pathlib import Path

import asyncpg

from features.tasks.transitions import ALLOWED, TaskStatus, diagram, in_words

MANUAL = Path(__file__).parents[3] / "docs" / "tasks.md"


def test_the_manual_shows_the_table_of_moves():
    manual = MANUAL.read_text(encoding="utf-8")
    assert f"```mermaid\n{diagram()}\n```\n" in manual
    assert in_words() in manual


def test_openapi_shows_the_table_of_moves(app):
    operation = app.openapi()["paths"]["/tasks/{task_id}/transition"]["post"]
    assert diagram() in operation["description"]
    assert in_words() in operation["description"]
    assert operation["summary"] == "Move a task to another status"


def test_every_move_is_drawn_once_and_nothing_else():
    drawn = [line.strip() for line in diagram().splitlines()[1:]]
    moves = {f"{before} --> {after}" for before, onward in ALLOWED.items() for after in onward}
    ends = {f"{status} --> [*]" for status, onward in ALLOWED.items() if not onward}
    assert sorted(drawn) == sorted({"[*] --> ORDERED"} | moves | ends)


async def test_the_database_allows_the_moves_of_the_table_and_no_others(cloned_url):
    connection = await asyncpg.connect(cloned_url)
    try:
        check = await connection.fetchval(
            "SELECT pg_get_expr(conbin, conrelid) FROM pg_constraint WHERE conname = 'ck_task_step_move'"
        )
        for before in (None, *TaskStatus):
            for after in TaskStatus:
                judged = await connection.fetchval(
                    f"SELECT {check} FROM (SELECT $1::text AS previous_status, $2::text AS new_status) AS step",
                    before and str(before),
                    str(after),
                )
                allowed = after == TaskStatus.ORDERED if before is None else after in ALLOWED[before]
                assert judged == allowed, (before, after)
    finally:
        await connection.close()
