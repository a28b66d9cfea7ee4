"""`rounds patients`: erasing people for good."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from rounds.command_line.shared import AsJson, show, stop, with_database_and_redis, with_transaction

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from sqlalchemy.ext.asyncio import AsyncSession

    from features.patients.erasing import Standing
    from rounds.data import Database

patients = typer.Typer(no_args_is_help=True, help="Erase patients for good.")

_LONGEST_REASON = 500
_TRIES = 5
_WORTH_ANOTHER_TRY = {"40P01", "40001"}  # a deadlock, and what was changed meanwhile


def register(cli: typer.Typer) -> None:
    """Add `rounds patients`."""
    cli.add_typer(patients, name="patients")


@patients.command()
def erase(
    patient_id: Annotated[
        UUID | None, typer.Argument(metavar="[ID]", help="The patient, deleted or not.", show_default=False)
    ] = None,
    *,
    reason: Annotated[
        str, typer.Option(help="Why, e.g. the number of the request. It is kept: say nothing of the person.")
    ],
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    again: Annotated[
        bool, typer.Option("--again", help="Instead, whoever was erased and is back, after a backup was put back.")
    ] = False,
    listed: Annotated[
        Path | None,
        typer.Option(help="With --again: what `rounds patients erased` printed before; `-` reads it from a pipe."),
    ] = None,
) -> None:
    """Erase a patient for good: all data of every kind, everywhere. It cannot be undone."""
    reason = _checked(reason)
    if again == (patient_id is not None) or (listed is not None and not again):
        raise typer.BadParameter("name one patient, or use --again", param_hint="ID")
    pseudonyms = _pseudonyms(listed) if listed is not None else []

    async def work(database: "Database", redis: "Redis") -> None:
        from features.patients import erasing

        wanted = [patient_id] if patient_id is not None else []
        if again:
            async with database.transaction() as db:
                wanted = await erasing.to_erase_again(pseudonyms, db=db)
            typer.echo(f"{len(wanted)} patients are there who were erased.")
        for each in wanted:
            await _erase(each, reason, database, redis, ask=not yes)

    with_database_and_redis("rounds patients erase", work)


@patients.command()
def erased(as_json: AsJson = False) -> None:
    """List who was erased, by pseudonyms; keep it apart from backups, for `erase --again`."""

    async def read(db: "AsyncSession") -> list[dict[str, object]]:
        from features.patients import erasing

        return await erasing.erasures(db=db)

    show(with_transaction("rounds patients erased", read), as_json=as_json)


async def _erase(patient_id: UUID, reason: str, database: "Database", redis: "Redis", *, ask: bool) -> None:
    from features.patients import erasing
    from rounds.cache import forget_everything

    try:
        async with database.transaction() as db:
            standing = await erasing.look_at(patient_id, db=db)
        if standing.erased_at is not None:
            typer.echo(f"Patient {patient_id} was erased on {standing.erased_at:%Y-%m-%d}; nothing is left to erase.")
            await forget_everything(redis)  # should it have been interrupted before it came to this
            return
        _tell(patient_id, standing)
        if ask and not typer.confirm("Erase all of this for good?"):
            stop("Nothing was erased.")
        rows = await _retried(patient_id, reason, database)
    except erasing.NoSuchPatient:
        stop(f"There is no patient {patient_id}.")
    except erasing.TellsWho:
        typer.echo("The reason names the patient. It is kept, so give one that does not.", err=True)
        raise typer.Exit(2) from None
    forgotten = await forget_everything(redis)
    typer.echo(f"Erased patient {patient_id}: {sum(rows.values())} rows, and {forgotten} answers that Redis kept.")


async def _retried(patient_id: UUID, reason: str, database: "Database") -> dict[str, int]:
    """Erase; whoever delivers events about the patient just now may hold what this needs, and need what it has."""
    from sqlalchemy.exc import DBAPIError

    from features.patients import erasing

    for _ in range(_TRIES):
        try:
            async with database.transaction() as db:
                return await erasing.erase_patient(patient_id, reason=reason, db=db)
        except DBAPIError as error:
            if getattr(error.orig, "sqlstate", None) not in _WORTH_ANOTHER_TRY:
                raise
    return stop("Too much is being done with this patient's record; nothing was erased. Try again.")


def _tell(patient_id: UUID, standing: "Standing") -> None:
    state = " (deleted)" if standing.deleted else ""
    typer.echo(f"Patient {patient_id}{state}. What is held of them:")
    for name, count in sorted(standing.rows.items()):
        typer.echo(f"{count:>9}  {name}")


def _checked(reason: str) -> str:
    from rounds.fields.text import normalise

    try:
        reason = normalise(reason)
    except ValueError:
        raise typer.BadParameter("a reason is one line of text", param_hint="--reason") from None
    if not reason or len(reason) > _LONGEST_REASON:
        raise typer.BadParameter(f"a reason has 1 to {_LONGEST_REASON} characters", param_hint="--reason")
    return reason


def _pseudonyms(listed: Path) -> list[bytes]:
    """Whatever looks like a pseudonym in a list, table or JSON."""
    import re
    import sys

    text = sys.stdin.read() if str(listed) == "-" else listed.read_text(encoding="utf-8")
    return [bytes.fromhex(found) for found in re.findall(r"\b[0-9a-f]{64}\b", text)]
