"""The SQL of accounts."""

from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    LargeBinary,
    Uuid,
    and_,
    any_,
    bindparam,
    cast,
    delete,
    func,
    literal,
    null,
    or_,
    select,
    union_all,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlmodel import col

from features.accounts.schema import AccountSort
from features.accounts.tables import Account, AccountPlace, IssuedRefreshToken
from rounds import clock
from rounds.auth import ACCESS_TOKEN_LIFE, Revoked, revocation_source
from rounds.data import Query, Read, Row
from rounds.listings import Listing

_SHOWN = (
    col(Account.id),
    col(Account.username),
    col(Account.full_name),
    col(Account.roles),
    col(Account.active),
    col(Account.version),
    col(Account.created_at),
    col(Account.updated_at),
)
_BY_ID = Query(select(*_SHOWN).where(col(Account.id) == bindparam("id")))
_NAMES = Query(
    select(col(Account.id), col(Account.username), col(Account.full_name)).where(
        col(Account.id) == any_(bindparam("ids", type_=ARRAY(Uuid)))
    )
)
_PLACE = and_(
    col(AccountPlace.account_id) == col(Account.id), col(AccountPlace.place) == bindparam("place", type_=LargeBinary)
)
_CREDENTIALS = Query(
    select(
        col(Account.id),
        col(Account.username),
        col(Account.roles),
        col(Account.active),
        col(Account.stamp),
        col(Account.password_hash),
        col(AccountPlace.seen_at),
    )
    .outerjoin(AccountPlace, _PLACE)
    .where(col(Account.username_key) == bindparam("key"))
)

KNOWN = timedelta(days=90)  # how long an address counts as one that the account signs in from
_NOTED_AGAIN_AFTER = timedelta(days=1)  # lest every sign-in write
_PLACES = 100  # that are kept of an account

# How long after a refresh token was spent its use is another tab's and not a thief's.
_SUPERSEDED = timedelta(seconds=10)

LISTING = Listing(
    "accounts",
    select(*_SHOWN),
    sorts={AccountSort.USERNAME: col(Account.username_key), AccountSort.CREATED_AT: col(Account.created_at)},
    default="username",
    key=col(Account.id),
)
FILTERS = {
    "active": col(Account.active) == bindparam("active"),
    "role": bindparam("role", type_=Account.username.type) == any_(col(Account.roles)),  # type: ignore[attr-defined]  # a column at class level
}
_IS_ADMIN = literal("admin") == any_(col(Account.roles))

# An access token that was issued before this long ago has expired by itself. The margin is for slow commits and clocks.
_REMEMBERED = ACCESS_TOKEN_LIFE + timedelta(minutes=5)
_REVOKED = Query(
    union_all(
        select(col(Account.id), col(Account.stamp), cast(null(), Uuid).label("family")).where(
            col(Account.stamped_at) > bindparam("since"), col(Account.stamp) > 1
        ),
        select(cast(null(), Uuid), literal(0), col(IssuedRefreshToken.family))
        .where(col(IssuedRefreshToken.revoked_at) > bindparam("since"))
        .distinct(),
    )
)


@revocation_source
async def revoked(db: Read) -> Revoked:
    """What was withdrawn lately: stamps that were raised and sign-ins that were ended."""
    rows = await db.all(_REVOKED, since=clock.now() - _REMEMBERED)
    return Revoked(
        stamps={row["id"]: row["stamp"] for row in rows if row["id"]},
        families=frozenset(row["family"] for row in rows if row["family"]),
    )


async def find(account_id: UUID, db: Read) -> Row | None:
    """The account as it is shown."""
    return await db.one(_BY_ID, id=account_id)


async def names_of(ids: Sequence[UUID], db: Read) -> list[Row]:
    """Who these accounts belong to."""
    return await db.all(_NAMES, ids=list(ids))


async def credentials(key: str, place: bytes, db: Read) -> Row | None:
    """What a sign-in from `place` needs to know about the account behind a username key."""
    return await db.one(_CREDENTIALS, key=key, place=place)


async def remember_place(account_id: UUID, place: bytes, at: datetime, db: AsyncSession) -> None:
    """Note that the account, which is held, signed in from `place`; what is older than `KNOWN` is forgotten."""
    mine = col(AccountPlace.account_id) == account_id
    seen = await db.get(AccountPlace, (account_id, place))
    if seen is not None and seen.seen_at > at - _NOTED_AGAIN_AFTER:
        return
    if seen is not None:
        seen.seen_at = at
        return
    latest = select(col(AccountPlace.place)).where(mine).order_by(col(AccountPlace.seen_at).desc()).limit(_PLACES - 1)
    await db.execute(
        delete(AccountPlace).where(
            mine, or_(col(AccountPlace.seen_at) < at - KNOWN, col(AccountPlace.place).not_in(latest))
        )
    )
    db.add(AccountPlace(account_id=account_id, place=place, seen_at=at))


async def id_of(key: str, db: AsyncSession) -> UUID | None:
    """The account behind a username key."""
    return await db.scalar(select(col(Account.id)).where(col(Account.username_key) == key))


async def lock(account_id: UUID, db: AsyncSession) -> Account | None:
    """The account, held until the end of the transaction."""
    return await db.get(Account, account_id, with_for_update=True)


async def any_account(db: AsyncSession) -> bool:
    """Whether there is any account at all."""
    return bool(await db.scalar(select(select(col(Account.id)).exists())))


async def lock_with_admins(account_id: UUID, db: AsyncSession) -> tuple[Account | None, int]:
    """The account and how many other active administrators there are, all held until the end of the transaction.

    So two administrators cannot step down at once; locked in the order of their ids, they wait instead of deadlocking.
    """
    statement = (
        select(Account)
        .where(or_(col(Account.id) == account_id, and_(col(Account.active), _IS_ADMIN)))
        .order_by(col(Account.id))
        .with_for_update()
    )
    held = {account.id: account for account in await db.scalars(statement)}
    account = held.pop(account_id, None)
    return account, len(held)


async def lock_holder(token_hash: bytes, db: AsyncSession) -> Account | None:
    """The account a refresh token belongs to, held: whoever changes its tokens comes by here first, one at a time."""
    statement = (
        select(Account)
        .join(IssuedRefreshToken, col(IssuedRefreshToken.account_id) == col(Account.id))
        .where(col(IssuedRefreshToken.token_hash) == token_hash)
        .with_for_update(of=Account)
    )
    return (await db.scalars(statement)).one_or_none()


async def spend(token_hash: bytes, at: datetime, db: AsyncSession) -> IssuedRefreshToken | None:
    """Spend a token that is unspent, unrevoked and unexpired; of two racing calls, one gets it."""
    token = IssuedRefreshToken
    statement = (
        update(token)
        .where(
            col(token.token_hash) == token_hash,
            col(token.spent_at).is_(None),
            col(token.revoked_at).is_(None),
            col(token.expires_at) > at,
        )
        # By the database's clock, which all servers share; the next use is judged by it within seconds.
        .values(spent_at=func.clock_timestamp())
        .returning(token)
    )
    return (await db.scalars(statement)).one_or_none()


async def token(token_hash: bytes, db: AsyncSession) -> tuple[IssuedRefreshToken, bool] | None:
    """The token in whatever state, and whether it was spent just now."""
    just_now = col(IssuedRefreshToken.spent_at) > func.clock_timestamp() - _SUPERSEDED
    statement = select(IssuedRefreshToken, func.coalesce(just_now, literal(False))).where(
        col(IssuedRefreshToken.token_hash) == token_hash
    )
    found = (await db.execute(statement)).one_or_none()
    return None if found is None else (found[0], found[1])


async def revoke_family(family: UUID, at: datetime, db: AsyncSession) -> None:
    """End one sign-in."""
    await _revoke(col(IssuedRefreshToken.family) == family, at, db)


async def revoke_account(account_id: UUID, at: datetime, db: AsyncSession) -> None:
    """End every sign-in of an account."""
    await _revoke(col(IssuedRefreshToken.account_id) == account_id, at, db)


async def _revoke(which: object, at: datetime, db: AsyncSession) -> None:
    await db.execute(
        update(IssuedRefreshToken)
        .where(which, col(IssuedRefreshToken.revoked_at).is_(None))  # type: ignore[arg-type]  # a column condition
        .values(revoked_at=at)
    )


async def prune(account_id: UUID, at: datetime, db: AsyncSession) -> None:
    """Forget the account's tokens that expired; spent ones stay until then, to recognise their reuse."""
    await db.execute(
        delete(IssuedRefreshToken).where(
            col(IssuedRefreshToken.account_id) == account_id, col(IssuedRefreshToken.expires_at) < at
        )
    )


async def list_all(db: AsyncSession) -> Iterator[Account]:
    """Every account, by username."""
    return iter((await db.scalars(select(Account).order_by(col(Account.username_key)))).all())


async def by_key(key: str, db: AsyncSession) -> Account | None:
    """The account behind a username key, held until the end of the transaction."""
    statement = select(Account).where(col(Account.username_key) == key).with_for_update()
    return (await db.scalars(statement)).one_or_none()


async def first_account_lock(db: AsyncSession) -> None:
    """Let one starting program at a time look whether the first account must be made."""
    await db.execute(select(func.pg_advisory_xact_lock(func.hashtext("rounds.first_account"))))
