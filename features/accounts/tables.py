"""The tables of accounts and their sign-ins."""

from datetime import datetime
from uuid import UUID

from sqlalchemy import ARRAY, CheckConstraint, Index, LargeBinary, Text, UniqueConstraint
from sqlmodel import Field, SQLModel

from rounds import clock
from rounds.data import Timestamped, new_id, timestamp


class Account(Timestamped, table=True):
    """Somebody, or some program, that can sign in."""

    __tablename__ = "account"
    __table_args__ = (
        UniqueConstraint("username_key", name="uq_account_username_key"),
        CheckConstraint("cardinality(roles) > 0", name="has_roles"),
        Index("ix_account_username_key_id", "username_key", "id"),
        Index("ix_account_created_at_id", "created_at", "id"),
        Index("ix_account_stamped_at", "stamped_at"),
    )

    id: UUID = Field(default_factory=new_id, primary_key=True)
    username: str = Field(sa_type=Text)
    username_key: str = Field(sa_type=Text(collation="C"))
    full_name: str = Field(sa_type=Text)
    roles: list[str] = Field(sa_type=ARRAY(Text))
    password_hash: str = Field(sa_type=Text)
    active: bool = True
    # Access tokens carry the stamp they were issued under; raising it withdraws them all.
    stamp: int = 1
    stamped_at: datetime = timestamp()

    def withdraw_tokens(self) -> None:
        """Make every access token issued until now worthless."""
        self.stamp += 1
        self.stamped_at = clock.now()


class IssuedRefreshToken(SQLModel, table=True):
    """One refresh token of a sign-in (its family); only its hash is kept."""

    __tablename__ = "refresh_token"
    __table_args__ = (
        Index("ix_refresh_token_family", "family"),
        Index("ix_refresh_token_account_id", "account_id"),
        Index("ix_refresh_token_revoked_at", "revoked_at"),
        Index("ix_refresh_token_expires_at", "expires_at"),
    )

    token_hash: bytes = Field(primary_key=True, sa_type=LargeBinary)
    family: UUID
    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE")
    issued_at: datetime = timestamp()
    expires_at: datetime = timestamp(default=False)
    spent_at: datetime | None = timestamp(nullable=True)
    revoked_at: datetime | None = timestamp(nullable=True)


class AccountPlace(SQLModel, table=True):
    """An address that an account signed in from; guesses from elsewhere do not lock it out there."""

    __tablename__ = "account_place"

    account_id: UUID = Field(foreign_key="account.id", ondelete="CASCADE", primary_key=True)
    place: bytes = Field(primary_key=True, sa_type=LargeBinary)  # a keyed hash of the username and the address
    seen_at: datetime = timestamp()
