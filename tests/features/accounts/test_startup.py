"""What the start says about signing in: the password that is true, which need not be the one that is set."""

from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from pydantic import SecretStr

from features.accounts.handler import change_account_named, reset_password
from features.accounts.schema import AccountChange
from features.accounts.startup import greet, prepare
from features.accounts.tables import Account
from rounds.auth import Passwords
from tests.conftest import settings_for

ADDRESS = "http://127.0.0.1:8123"
FIRST, LATER = "quiet herons at dawn", "loud herons at dusk"


def generated() -> str:
    """The password that the first start made."""
    return Path(".rounds/admin_password.txt").read_text(encoding="utf-8")


@pytest.fixture
def said(cloned_url, engines, live_app, tmp_path, monkeypatch):
    """`await said(password)`: the lines of a start with these settings, of which the first one made the account."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ROUNDS_ADMIN_PASSWORD", raising=False)
    database = live_app.state.database

    async def said(password: str | None, *, exported: bool = False, **more: object) -> list[tuple[str, str]]:
        secret = SecretStr(password) if password else None
        settings = settings_for(cloned_url, engines.redis_url, data_dir=Path(".rounds")).model_copy(
            update={"admin_password": secret, **more}
        )
        if exported:
            monkeypatch.setenv("ROUNDS_ADMIN_PASSWORD", password)
        await prepare(settings, database)
        return await greet(settings, database, ADDRESS)

    @asynccontextmanager
    async def changing():
        async with database.transaction() as db:
            yield db

    said.changing = changing
    return said


async def test_a_generated_password_is_shown_with_its_place(said):
    lines = await said(None)
    password = generated()
    assert lines == [
        ("Sign in", f"admin / {password}"),
        (" ", "generated once, kept in .rounds/admin_password.txt"),
        ("Try", f"curl -s {ADDRESS}/security/token -d username=admin --data-urlencode password={password}"),
    ]


async def test_a_password_that_is_set_is_named_with_its_place_and_not_shown(said):
    assert await said(FIRST) == [("Sign in", "admin / the password in ROUNDS_ADMIN_PASSWORD (from .env)")]
    sign_in, trial = await said(FIRST, exported=True)
    assert sign_in == ("Sign in", "admin / the password in ROUNDS_ADMIN_PASSWORD (from the environment)")
    assert trial[1].endswith('--data-urlencode password="$ROUNDS_ADMIN_PASSWORD"')


async def test_a_password_set_after_the_account_was_made_is_not_given_out_as_true(said):
    await said(None)
    password = generated()
    lines = await said(LATER, exported=True)
    assert lines[0] == ("Sign in", f"admin / {password}")
    place = "ROUNDS_ADMIN_PASSWORD (from the environment)"
    assert lines[1] == (" ", f"{place} is not its password; it counts only when the account is made")
    assert any(heading == "Reset" and text.endswith(" user reset-password admin") for heading, text in lines)
    assert lines[-1][1].endswith(f"password={password}"), "the hint names the one that works"


async def test_when_no_known_password_is_true_none_is_hinted_at(said):
    await said(None)
    async with said.changing() as db, Passwords() as passwords:
        await reset_password("admin", SecretStr("given by hand since"), db=db, passwords=passwords)
    lines = await said(LATER, exported=True)
    assert lines[0] == ("Sign in", "admin / the password it was given since")
    assert [text.partition(" is not its password")[0] for heading, text in lines if heading == " "] == [
        "ROUNDS_ADMIN_PASSWORD (from the environment)", ".rounds/admin_password.txt"
    ]  # fmt: skip
    assert lines[-1][0] == "Reset"


async def test_production_asks_only_for_what_is_set(said):
    await said(None)
    assert generated()
    lines = await said(LATER, environment="production")
    assert lines[0] == ("Sign in", "admin / the password it was given since")


async def test_an_administrator_who_is_gone_is_not_said_to_be_there(said):
    await said(FIRST)
    ((heading, text),) = await said(FIRST, admin_username="chief")
    assert heading == "Sign in"
    assert "there is no chief" in text
    assert text.endswith(" user list")
    async with said.changing() as db:
        db.add(
            Account(username="second", username_key="second", full_name="Second", roles=["admin"], password_hash="-")
        )
    async with said.changing() as db:
        await change_account_named("admin", AccountChange(active=False), db=db)
    ((_, text),) = await said(FIRST)
    assert text.startswith("admin is deactivated; to let it in again: ")
    assert text.endswith(" user activate admin")
