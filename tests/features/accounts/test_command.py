"""`rounds user`, and the account that is there from the first start on."""

import asyncio
import json

import pytest
import typer
from pydantic import SecretStr
from typer.testing import CliRunner

from features.accounts.command import register
from features.accounts.startup import prepare
from rounds.data import Database
from rounds.settings import Misconfigured
from tests.conftest import connected, running, settings_for
from tests.features.accounts.conftest import PASSWORD, bearing, refreshed, registered, sign_in, signed_in


@pytest.fixture
def user(cloned_url, engines, monkeypatch, tmp_path):
    """`await user("list")`: the command, as if typed."""
    monkeypatch.chdir(tmp_path)  # away from whatever .env the repository's owner keeps
    monkeypatch.setenv("ROUNDS_DATABASE_URL", cloned_url)
    monkeypatch.setenv("ROUNDS_REDIS_URL", engines.redis_url)
    monkeypatch.setenv("COLUMNS", "120")
    monkeypatch.setattr(
        "rounds.observability.logging.configure", lambda _: None
    )  # this process's logs stay where they are
    cli = typer.Typer()
    register(cli)

    async def user(*words: str, typed: str = ""):
        # In a thread: a command has an event loop of its own.
        return await asyncio.to_thread(CliRunner().invoke, cli, ["user", *words], input=typed, catch_exceptions=False)

    return user


async def test_an_account_is_added_and_can_sign_in(user, live):
    ran = await user("add", "grace", "--role", "nurse", "--role", "auditor", "--full-name", "Grace Okafor",
                     "--password", PASSWORD)  # fmt: skip
    assert (ran.exit_code, ran.stdout) == (0, "Created grace (nurse, auditor).\n")
    tokens = await signed_in(live, "grace")
    me = (await live.get("/security/me", headers=bearing(tokens["access_token"]))).json()
    assert (me["full_name"], me["roles"]) == ("Grace Okafor", ["auditor", "nurse"])


@pytest.mark.parametrize(
    ("typed", "option"), [(f"{PASSWORD}\n", ["--password", "-"]), (f"{PASSWORD}\n{PASSWORD}\n", [])]
)
async def test_a_password_need_not_stand_on_the_command_line(user, live, typed, option):
    ran = await user("add", "grace", "--role", "nurse", *option, typed=typed)
    assert ran.exit_code == 0, ran.output
    assert PASSWORD not in ran.output
    assert (await sign_in(live, "grace")).status_code == 200


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["grace", "--role", "nurse", "--password", "short"], "password: Use at least 12 characters"),
        (["grace", "--role", "nurse", "--password", "it is grace again"], "password: Leave the username out"),
        (["grace", "--role", "nurse", "--password", "password1234"], "password: This is easy to guess"),
        (["grace", "--role", "nurse", "--password", " " * 12], "password: This is easy to guess"),
        (["grace", "--role", "nurse", "--full-name", "Ada Okafor", "--password", "Okafor 2024!!"], "password: This is"),
        (["grace", "--role", "king", "--password", PASSWORD], "roles/0: Choose one of 'admin', "),
        (["gr ace", "--role", "nurse", "--password", PASSWORD], "username: "),
    ],
)
async def test_what_cannot_be_added_is_said_in_one_line(user, live, words, complaint):
    ran = await user("add", *words)
    assert ran.exit_code == 2
    assert ran.stdout == ""
    assert ran.stderr.startswith(complaint)
    assert len(ran.stderr.splitlines()) == 1
    assert (await live.get("/security/users")).json()["data"] == []


async def test_a_taken_username_fails(user, live):
    await registered(live, "grace")
    ran = await user("add", "GRACE", "--role", "nurse", "--password", PASSWORD)
    assert (ran.exit_code, ran.stderr) == (1, "There is an account GRACE already.\n")


async def test_accounts_are_listed(user, live):
    account = await registered(live, "grace", "nurse", "auditor", full_name="Grace O’Kafor")
    await live.patch(f"/security/users/{account['id']}", json={"active": False})
    await registered(live, "ada", "admin")
    ran = await user("list")
    assert ran.exit_code == 0
    ada, grace = [line for line in ran.stdout.splitlines() if "ada" in line or "grace" in line]
    assert [cell.strip() for cell in ada.strip("│").split("│")][:4] == ["ada", "Ada", "admin", "yes"]
    assert [cell.strip() for cell in grace.strip("│").split("│")][:4] == [
        "grace", "Grace O’Kafor", "auditor, nurse", "no"
    ]  # fmt: skip
    assert "$argon2" not in ran.stdout


async def test_accounts_are_listed_as_json(user, live):
    account = await registered(live, "grace", "nurse", full_name="Grace O’Kafor")
    ran = await user("list", "--json")
    assert json.loads(ran.stdout) == [account]


async def test_a_deactivated_account_is_out_at_once_and_comes_back(user, live, live_app):
    await registered(live, "grace")
    tokens = await signed_in(live, "grace")
    ran = await user("deactivate", "Grace")
    assert (ran.exit_code, ran.stdout) == (0, "Deactivated Grace; its sessions have ended.\n")
    live_app.state.tokens.forget()  # what a second does
    assert (await live.get("/security/me", headers=bearing(tokens["access_token"]))).status_code == 401
    assert (await refreshed(live, tokens["refresh_token"])).status_code == 401
    assert (await sign_in(live, "grace")).status_code == 401
    assert (await user("activate", "grace")).exit_code == 0
    assert (await sign_in(live, "grace")).status_code == 200


async def test_roles_are_set_and_old_tokens_lose_theirs(user, live, live_app):
    await registered(live, "grace", "nurse")
    tokens = await signed_in(live, "grace")
    ran = await user("set-roles", "grace", "auditor", "clinician", "auditor")
    assert (ran.exit_code, ran.stdout) == (0, "grace is now auditor, clinician.\n")
    live_app.state.tokens.forget()  # what a second does
    assert (await live.get("/security/me", headers=bearing(tokens["access_token"]))).status_code == 401
    again = (await refreshed(live, tokens["refresh_token"])).json()
    me = (await live.get("/security/me", headers=bearing(again["access_token"]))).json()
    assert me["roles"] == ["auditor", "clinician"]


async def test_what_cannot_be_changed_is_said_in_one_line(user, live):
    await registered(live, "chief", "admin")
    for words in (["deactivate", "chief"], ["set-roles", "chief", "nurse"]):
        ran = await user(*words)
        assert (ran.exit_code, ran.stdout) == (1, "")
        assert ran.stderr == "This is the last active administrator. Give another account the role admin first.\n"
    for words in (["deactivate", "nobody"], ["activate", "nobody"], ["set-roles", "nobody", "nurse"]):
        ran = await user(*words)
        assert (ran.exit_code, ran.stderr) == (1, "There is no account nobody.\n")
    ran = await user("set-roles", "chief", "admin", "king")
    assert (ran.exit_code, ran.stdout) == (2, "")
    assert ran.stderr.startswith("roles/1: Choose one of 'admin', ")
    assert (await user("set-roles", "chief")).exit_code == 2


async def test_a_reset_changes_the_password_reactivates_and_ends_sessions(user, live, live_app):
    account = await registered(live, "grace")
    tokens = await signed_in(live, "grace")
    await live.patch(f"/security/users/{account['id']}", json={"active": False})
    new = "an entirely different one"
    ran = await user("reset-password", "Grace", "--password", new)
    assert (ran.exit_code, ran.stdout) == (0, "Changed the password of Grace; its sessions have ended.\n")
    live_app.state.tokens.forget()
    assert (await live.get("/security/me", headers=bearing(tokens["access_token"]))).status_code == 401
    assert (await refreshed(live, tokens["refresh_token"])).status_code == 401
    assert (await sign_in(live, "grace")).status_code == 401
    assert (await sign_in(live, "grace", new)).status_code == 200


async def test_a_reset_of_nobody_fails_and_of_a_poor_password_is_refused(user, live):
    await registered(live, "grace")
    nobody = await user("reset-password", "nobody", "--password", PASSWORD)
    assert (nobody.exit_code, nobody.stderr) == (1, "There is no account nobody.\n")
    for password in ("grace and company", "password1234", "Grace 2024!!!"):
        poor = await user("reset-password", "grace", "--password", password)
        assert poor.exit_code == 2
        assert poor.stderr.startswith("password: ")
    assert (await sign_in(live, "grace")).status_code == 200


async def test_the_first_start_makes_an_administrator_and_later_ones_do_not(cloned_url, engines):
    settings = settings_for(cloned_url, engines.redis_url)
    async with Database.open(cloned_url, pool_size=10) as database:
        made = await asyncio.gather(*(prepare(settings, database) for _ in range(10)))
        assert sorted(filter(None, made)) == ["the account admin"]
        changed = settings.model_copy(update={"admin_password": SecretStr("a later password is ignored")})
        assert await prepare(changed, database) is None
    async with running(settings) as app, connected(app) as anonymous:
        tokens = await signed_in(anonymous, "admin", "a password for tests")
        me = (await anonymous.get("/security/me", headers=bearing(tokens["access_token"]))).json()
        assert me["roles"] == ["admin"]


@pytest.mark.parametrize("username", [" Zoë ", "Zoe\u0308", "ｚｏë"])
async def test_the_first_account_can_sign_in_however_its_name_is_written(cloned_url, engines, username):
    settings = settings_for(cloned_url, engines.redis_url, admin_username=username)
    async with Database.open(cloned_url, pool_size=2) as database:
        await prepare(settings, database)
    async with running(settings) as app, connected(app) as anonymous:
        await signed_in(anonymous, "ZOË", "a password for tests")


@pytest.mark.parametrize("username", ["   ", "ad\x07min", "x" * 201])
async def test_a_first_account_that_nobody_could_name_is_not_made(cloned_url, engines, username):
    settings = settings_for(cloned_url, engines.redis_url, admin_username=username)
    async with Database.open(cloned_url, pool_size=2) as database:
        with pytest.raises(Misconfigured, match="ROUNDS_ADMIN_USERNAME"):
            await prepare(settings, database)


async def test_no_administrator_is_made_where_there_are_accounts(live, live_app, cloned_url):
    await registered(live, "grace", "nurse")
    assert await prepare(live_app.state.settings, live_app.state.database) is None
    assert [account["username"] for account in (await live.get("/security/users")).json()["data"]] == ["grace"]
