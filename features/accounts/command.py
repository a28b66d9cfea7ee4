"""`rounds user`: accounts from the command line, e.g. when nobody can sign in any more."""

import sys
from typing import TYPE_CHECKING, Annotated, Any

import typer

from rounds.command_line.shared import AsJson, checked, refuse, show, stop, with_transaction

if TYPE_CHECKING:
    from sqlalchemy.ext.asyncio import AsyncSession

    from features.accounts.schema import AccountRead

user = typer.Typer(no_args_is_help=True, help="Manage accounts.")

ROLES = ("admin", "clinician", "nurse", "scheduler", "auditor", "service")  # `schema.Role`, which takes long to import
Username = Annotated[str, typer.Argument(show_default=False)]
Password = Annotated[
    str | None, typer.Option(help="Asked for when left out; `-` reads it from standard input.", show_default=False)
]


def register(cli: typer.Typer) -> None:
    """Add `rounds user`."""
    cli.add_typer(user, name="user")


@user.command()
def add(
    username: Username,
    role: Annotated[list[str], typer.Option(help=f"One of {', '.join(ROLES)}; may be repeated.")],
    full_name: Annotated[str, typer.Option(help="The person's name.")] = "",
    password: Password = None,
) -> None:
    """Create an account."""
    from sqlalchemy.exc import IntegrityError

    from features.accounts import handler
    from features.accounts.schema import AccountRegistration
    from rounds.auth import Passwords
    from rounds.data import constraint_of
    from rounds.problems import InvalidFields

    typed = {"username": username, "full_name": full_name or username, "roles": role}
    new = checked(AccountRegistration, {**typed, "password": _read(password)})

    async def create(db: "AsyncSession") -> None:
        async with Passwords() as passwords:
            await handler.register(new, db=db, passwords=passwords)

    try:
        with_transaction("rounds user add", create)
    except InvalidFields as problem:
        refuse(problem)
    except IntegrityError as error:
        if constraint_of(error) != "uq_account_username_key":
            raise
        stop(f"There is an account {username} already.")
    typer.echo(f"Created {username} ({', '.join(role)}).")


@user.command("list")
def list_accounts(as_json: AsJson = False) -> None:
    """List the accounts."""
    from features.accounts import persistence
    from features.accounts.schema import AccountRead

    async def collect(db: "AsyncSession") -> list[dict[str, Any]]:
        return [AccountRead.model_validate(each).model_dump(mode="json") for each in await persistence.list_all(db)]

    rows = with_transaction("rounds user list", collect)
    columns = {"username": "username", "full_name": "name", "roles": "roles", "active": "active", "day": "created"}
    shown = [{**row, "day": row["created_at"][:10]} for row in rows]
    show(rows if as_json else shown, as_json=as_json, headings=columns)


@user.command("reset-password")
def reset_password(username: Username, password: Password = None) -> None:
    """Set a new password, reactivate the account and end its sessions."""
    from features.accounts import handler
    from features.accounts.problems import AccountNotFound
    from features.accounts.schema import AccountRegistration
    from rounds.auth import Passwords
    from rounds.problems import InvalidFields

    typed = {"username": username, "full_name": "-", "roles": ["nurse"]}
    new = checked(AccountRegistration, {**typed, "password": _read(password)})

    async def change(db: "AsyncSession") -> None:
        async with Passwords() as passwords:
            await handler.reset_password(new.username, new.password, db=db, passwords=passwords)

    try:
        with_transaction("rounds user reset-password", change)
    except InvalidFields as problem:
        refuse(problem)
    except AccountNotFound:
        stop(f"There is no account {username}.")
    typer.echo(f"Changed the password of {username}; its sessions have ended.")


@user.command()
def deactivate(username: Username) -> None:
    """Let the account sign in no more, and end its sessions: on running servers within a second."""
    _change("rounds user deactivate", username, active=False)
    typer.echo(f"Deactivated {username}; its sessions have ended.")


@user.command()
def activate(username: Username) -> None:
    """Let a deactivated account sign in again, with the password it had."""
    _change("rounds user activate", username, active=True)
    typer.echo(f"Activated {username}.")


@user.command("set-roles")
def set_roles(
    username: Username,
    roles: Annotated[list[str], typer.Argument(help=f"All it shall have, of {', '.join(ROLES)}.", show_default=False)],
) -> None:
    """Give the account these roles and no others: on running servers within a second."""
    account = _change("rounds user set-roles", username, roles=roles)
    typer.echo(f"{username} is now {', '.join(account.roles)}.")


def _change(purpose: str, username: str, **values: object) -> "AccountRead":
    from features.accounts import handler
    from features.accounts.problems import AccountNotFound, LastAdmin
    from features.accounts.schema import AccountChange

    change = checked(AccountChange, values)
    try:
        return with_transaction(purpose, lambda db: handler.change_account_named(username, change, db=db))
    except AccountNotFound:
        stop(f"There is no account {username}.")
    except LastAdmin as problem:
        stop(problem.detail)


def _read(password: str | None) -> str:
    if password == "-":  # noqa: S105 - the usual sign for standard input
        return sys.stdin.readline().rstrip("\n")
    return (
        password if password is not None else str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    )
