"""The rules of accounts: who has one, what it may do, and being withdrawn."""

from collections.abc import Callable, Sequence
from uuid import UUID

from pydantic import SecretStr
from sqlalchemy.ext.asyncio import AsyncSession

from features.accounts import persistence
from features.accounts.new_passwords import hash_new
from features.accounts.problems import AccountNotFound, LastAdmin
from features.accounts.schema import (
    AccountChange,
    AccountName,
    AccountQuery,
    AccountRead,
    AccountRegistration,
    OwnAccount,
    username_key,
)
from features.accounts.tables import Account
from rounds import clock
from rounds.audit import changes_of, record
from rounds.auth import Actor, Passwords, Tokens
from rounds.data import Read, Row
from rounds.listings import Cursors, Found
from rounds.versions import expect_version

_SHOWN = ("username", "full_name", "roles", "active")  # what the trail keeps the values of


async def register(registration: AccountRegistration, *, db: AsyncSession, passwords: Passwords) -> AccountRead:
    """Create an account. A taken username is refused by the database."""
    username, full_name = registration.username, registration.full_name
    account = Account(
        username=username,
        username_key=username_key(username),
        full_name=full_name,
        roles=sorted(set(registration.roles)),
        password_hash=await hash_new(
            registration.password, username=username, full_name=full_name, passwords=passwords
        ),
    )
    db.add(account)
    shown = {name: change for name, change in changes_of(account).items() if name in _SHOWN}
    await db.flush()
    await record("create", "account", db, resource_id=account.id, changes=shown)
    return AccountRead.model_validate(account)


async def change_account(
    account_id: UUID,
    change: AccountChange,
    *,
    if_match: str | None,
    reads: Read,
    db: AsyncSession,
    tokens: Tokens,
    passwords: Passwords,
) -> AccountRead:
    """Change an account. What narrows or moves its rights withdraws the tokens it holds.

    Raises:
        InvalidFields: when the new password is not good enough.
        AccountNotFound: when there is none.
        PreconditionFailed: when it changed since the client saw it.
        LastAdmin: when nobody could manage accounts afterwards.
    """
    password_hash = await _new_hash(account_id, change, reads=reads, passwords=passwords)
    return await _apply(account_id, change, password_hash, if_match=if_match, db=db, tokens=tokens)


async def change_account_named(username: str, change: AccountChange, *, db: AsyncSession) -> AccountRead:
    """Change an account from the command line; for its password there is `reset_password`.

    Raises:
        AccountNotFound: when nobody has this username.
        LastAdmin: when nobody could manage accounts afterwards.
    """
    account_id = await persistence.id_of(username_key(username), db)
    if account_id is None:
        raise AccountNotFound
    return await _apply(account_id, change, None, if_match=None, db=db, tokens=None)


async def _apply(
    account_id: UUID,
    change: AccountChange,
    password_hash: str | None,
    *,
    if_match: str | None,
    db: AsyncSession,
    tokens: Tokens | None,
) -> AccountRead:
    account, other_admins = await persistence.lock_with_admins(account_id, db)
    if account is None:
        raise AccountNotFound
    expect_version(if_match, account.version)
    roles: list[str] = account.roles if change.roles is None else [str(role) for role in sorted(set(change.roles))]
    active = account.active if change.active is None else change.active
    steps_down = account.active and "admin" in account.roles and not (active and "admin" in roles)
    if steps_down and not other_admins:
        raise LastAdmin
    full_name = account.full_name if change.full_name is None else change.full_name
    moved = (roles, active) != (account.roles, account.active)
    if not moved and password_hash is None and full_name == account.full_name:
        return AccountRead.model_validate(account)
    if moved or password_hash is not None:
        account.withdraw_tokens()
        if tokens is not None:  # other processes find out within a second
            tokens.forget()
    if not active or password_hash is not None:
        await persistence.revoke_account(account.id, clock.now(), db)
    account.full_name, account.roles, account.active = full_name, roles, active
    account.password_hash = password_hash or account.password_hash
    await _record_change(account, db)
    account.touch()
    await db.flush()
    return AccountRead.model_validate(account)


async def _record_change(account: Account, db: AsyncSession) -> None:
    changed = changes_of(account)
    shown = {name: change for name, change in changed.items() if name in _SHOWN}
    fields = ["password"] if "password_hash" in changed else []
    await record("update", "account", db, resource_id=account.id, changes=shown, fields=fields)


async def _new_hash(account_id: UUID, change: AccountChange, *, reads: Read, passwords: Passwords) -> str | None:
    """The hash of the new password, if there is one; made before the account is locked, since it takes a while."""
    if change.password is None:
        return None
    found = await persistence.find(account_id, reads)
    if found is None:
        raise AccountNotFound
    full_name = change.full_name or found["full_name"]
    return await hash_new(change.password, username=found["username"], full_name=full_name, passwords=passwords)


async def read_me(actor: Actor, *, reads: Read) -> OwnAccount:
    """The caller's own account."""
    found = await persistence.find(actor.id, reads)
    if found is None:
        raise AccountNotFound
    return OwnAccount(**dict(found), scopes=sorted(actor.scopes))


async def read_names(ids: Sequence[UUID], *, reads: Read) -> dict[UUID, AccountName]:
    """Who these accounts belong to, also of those that are not active any more; unknown ids are left out."""
    rows = await persistence.names_of(ids, reads)
    return {row["id"]: AccountName(**dict(row)) for row in rows}


async def list_accounts(query: AccountQuery, *, reads: Read, cursors: Cursors) -> Found[AccountRead]:
    """One page of accounts."""
    values = query.model_dump(include={"active", "role"}, exclude_none=True)
    where = {name: persistence.FILTERS[name] for name in values}
    found = await persistence.LISTING.fetch(query, reads, cursors, where=where, values=values)
    return found.as_models(AccountRead)


async def ensure_first_account(
    username: str, password: Callable[[], str], *, db: AsyncSession, passwords: Passwords
) -> bool:
    """Create the administrator when there is no account yet; programs that start together make one."""
    await persistence.first_account_lock(db)
    if await persistence.any_account(db):
        return False
    account = Account(
        username=username,
        username_key=username_key(username),
        full_name="Administrator",
        roles=["admin"],
        password_hash=await passwords.hash(password()),
    )
    db.add(account)
    await db.flush()
    await record("create", "account", db, resource_id=account.id, fields=_SHOWN)
    return True


async def try_passwords(
    username: str, passwords: Sequence[str], *, reads: Read, hashing: Passwords
) -> tuple[Row | None, int | None]:
    """The account with this username, and which of the passwords is its own.

    For whoever runs this program, not for its callers: nothing is counted, and nobody signed in.
    """
    found = await persistence.credentials(username_key(username), b"", reads)
    for number, password in enumerate(passwords if found else ()):
        async with hashing.turn("the start of the program") as turn:
            if await turn.verify(password, found["password_hash"] if found else None):
                return found, number
    return found, None


async def reset_password(username: str, password: SecretStr, *, db: AsyncSession, passwords: Passwords) -> None:
    """Set a password from the command line and end every sign-in of the account.

    Raises:
        AccountNotFound: when nobody has this username.
        InvalidFields: when the password is not good enough.
    """
    account = await persistence.by_key(username_key(username), db)
    if account is None:
        raise AccountNotFound
    account.password_hash = await hash_new(
        password, username=account.username, full_name=account.full_name, passwords=passwords
    )
    account.active = True
    await _record_change(account, db)
    account.withdraw_tokens()
    account.touch()
    await persistence.revoke_account(account.id, clock.now(), db)
