"""`rounds user`: accounts from the command line, e.g. when nobody can sign in any more."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from typing import Annotated, NoReturn, get_args

import typer
from pydantic import ValidationError
from rich.console import Console
from rich.table import Table
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from features.accounts import handler, persistence
from features.accounts.problems import AccountNotFound
from features.accounts.schema import Registration, Role
from rounds.database import constraint_of
from rounds.problems import InvalidFields
from rounds.runtime import engines, prepared
from rounds.settings import load

user = typer.Typer(no_args_is_help=True, help="Manage accounts.")

Password = Annotated[
    str | None, typer.Option(help="Asked for when left out; `-` reads it from standard input.", show_default=False)
]


def register(cli: typer.Typer) -> None:
    """Add `rounds user`."""
    cli.add_typer(user, name="user")


@user.command()
def add(
    username: str,
    role: Annotated[list[str], typer.Option(help=f"One of {', '.join(get_args(Role))}; may be repeated.")],
    full_name: Annotated[str, typer.Option(help="The person's name.")] = "",
    password: Password = None,
) -> None:
    """Create an account."""
    try:
        new = Registration.model_validate(
            {"username": username, "password": _read(password), "full_name": full_name or username, "roles": role}
        )
    except ValidationError as error:
        _refuse(error)

    async def create(db: AsyncSession) -> None:
        await handler.register(new, db=db)

    try:
        _run("rounds user add", create)
    except IntegrityError as error:
        if constraint_of(error) != "uq_account_username_key":
            raise
        _stop(f"There is an account {username} already.")
    typer.echo(f"Created {username} ({', '.join(role)}).")


@user.command("list")
def show() -> None:
    """List the accounts."""
    table = Table("username", "name", "roles", "active", "created")

    async def collect(db: AsyncSession) -> None:
        for account in await persistence.list_all(db):
            table.add_row(
                account.username,
                account.full_name,
                ", ".join(account.roles),
                "yes" if account.active else "no",
                f"{account.created_at:%Y-%m-%d}",
            )

    _run("rounds user list", collect)
    Console().print(table)


@user.command("reset-password")
def reset_password(username: str, password: Password = None) -> None:
    """Set a new password, reactivate the account and end its sessions."""
    new = _read(password)
    try:
        Registration.model_validate({"username": username, "password": new, "full_name": "-", "roles": ["nurse"]})
    except ValidationError as error:
        _refuse(error)

    async def change(db: AsyncSession) -> None:
        await handler.reset_password(username, new, db=db)

    try:
        _run("rounds user reset-password", change)
    except AccountNotFound:
        _stop(f"There is no account {username}.")
    typer.echo(f"Changed the password of {username}; its sessions have ended.")


def _read(password: str | None) -> str:
    if password == "-":  # noqa: S105 - the usual sign for standard input
        return sys.stdin.readline().rstrip("\n")
    return (
        password if password is not None else str(typer.prompt("Password", hide_input=True, confirmation_prompt=True))
    )


def _run(purpose: str, work: Callable[[AsyncSession], Awaitable[None]]) -> None:
    async def within() -> None:
        async with prepared(running) as database, database.transaction() as db:
            await work(db)

    with engines(load(), purpose=purpose) as running:
        asyncio.run(within())


def _refuse(error: ValidationError) -> NoReturn:
    for problem in InvalidFields.of_model(error, "body").document("en")["errors"]:
        typer.echo(f"{problem['pointer'].removeprefix('/')}: {problem['detail']}", err=True)
    raise typer.Exit(2)


def _stop(message: str) -> NoReturn:
    typer.echo(message, err=True)
    raise typer.Exit(1)
