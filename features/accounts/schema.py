"""Accounts as clients see them."""

import unicodedata
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Literal
from uuid import UUID

from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    SecretStr,
    StringConstraints,
    ValidationInfo,
    field_validator,
)

from features.accounts.problems import PASSWORD_NAMED, PASSWORD_SHORT
from rounds.auth import canonical
from rounds.fields.text import Line, Name, normalise
from rounds.listings import ListQuery
from rounds.listings.sorting import sortable

SHORTEST_PASSWORD = 12  # NIST SP 800-63B-4 asks for 15 without a second factor and 8 with one; the contract says 12

Role = Literal["admin", "clinician", "nurse", "scheduler", "auditor", "service"]


def username_key(username: str) -> str:
    """What makes a username unique: its letters, whatever their case, width or composition."""
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", username).casefold())


def _canonical(password: SecretStr) -> SecretStr:
    typed = password.get_secret_value()
    normalise(typed)  # which refuses what no keyboard types; spaces at the ends stay, other than in texts
    return SecretStr(canonical(typed))


def _long_enough(password: SecretStr) -> SecretStr:
    if len(password.get_secret_value()) < SHORTEST_PASSWORD:
        raise PASSWORD_SHORT(minimum=SHORTEST_PASSWORD)
    return password


def refuse_username_in(password: SecretStr | None, username: str) -> None:
    """Refuse a password that contains the username.

    Raises:
        PydanticCustomError: `password_contains_username`.
    """
    if password is not None and username_key(username) in username_key(password.get_secret_value()):
        raise PASSWORD_NAMED()


Username = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._@+-]{1,63}$")]
# A limit keeps hashing cheap; the fields' lengths are checked before any hashing starts.
NewPassword = Annotated[
    SecretStr,
    Field(
        max_length=1024,
        json_schema_extra={"minLength": SHORTEST_PASSWORD},
        description="What is easy to guess, such as a common password, a repetition or a name, is refused.",
    ),
    AfterValidator(_canonical),
    AfterValidator(_long_enough),
]


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid")


# Neither was ever good for anything.
_ACCESS_TOKEN = "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJleGFtcGxlIn0.bm90LWEtc2lnbmF0dXJl"  # noqa: S105 - see above
_REFRESH_TOKEN = "rt_an-example-which-no-server-has-ever-issued-0"  # noqa: S105 - see above


class SignIn(_Strict):
    """The OAuth2 password form."""

    username: Annotated[Line, Field(min_length=1, examples=["admin"])]
    password: Annotated[SecretStr, Field(min_length=1, max_length=1024, examples=["correct horse battery staple"])]
    grant_type: Literal["password"] | None = None
    scope: Annotated[str, Field(max_length=2000, description="Accepted and ignored: roles decide.")] = ""
    client_id: Annotated[str | None, Field(max_length=200)] = None
    client_secret: Annotated[SecretStr | None, Field(max_length=200)] = None


class RefreshToken(_Strict):
    """A refresh token, to be spent or given back."""

    refresh_token: Annotated[str, Field(min_length=1, max_length=200, examples=[_REFRESH_TOKEN])]


class TokenPair(BaseModel):
    """What a sign-in or a refresh answers."""

    access_token: str = Field(description="Send it as `Authorization: Bearer …`.", examples=[_ACCESS_TOKEN])
    refresh_token: str = Field(description="Good for one new pair.", examples=[_REFRESH_TOKEN])
    token_type: Literal["bearer"] = "bearer"  # noqa: S105 - the OAuth2 token type, not a secret
    expires_in: int = Field(description="Seconds until the access token expires.", examples=[900])


class AccountRegistration(_Strict):
    """A new account."""

    username: Username = Field(examples=["grace.okafor"])
    password: NewPassword = Field(examples=["correct horse battery"])
    full_name: Name = Field(examples=["Grace Okafor"])
    roles: list[Role] = Field(min_length=1, max_length=6, examples=[["clinician"]])

    @field_validator("password")
    @classmethod
    def _stands_apart(cls, password: SecretStr, info: ValidationInfo) -> SecretStr:
        if "username" in info.data:  # it is not there when it was refused itself
            refuse_username_in(password, info.data["username"])
        return password


class AccountChange(_Strict):
    """What may change about an account; fields left out stay as they are."""

    full_name: Name | None = None
    roles: Annotated[list[Role] | None, Field(min_length=1, max_length=6)] = None
    active: bool | None = None
    password: NewPassword | None = None


class AccountRead(BaseModel):
    """An account."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str = Field(examples=["grace.okafor"])
    full_name: str = Field(examples=["Grace Okafor"])
    roles: list[Role] = Field(examples=[["clinician"]])
    active: bool
    version: int = Field(examples=[1])
    created_at: datetime
    updated_at: datetime


class AccountName(BaseModel):
    """Who an account belongs to: all that others are shown of it."""

    model_config = ConfigDict(from_attributes=True)

    id: UUID
    username: str = Field(examples=["grace.okafor"])
    full_name: str = Field(examples=["Grace Okafor"])


class OwnAccount(AccountRead):
    """The caller's own account."""

    scopes: list[str] = Field(examples=[["patients:read"]])


class AccountSort(StrEnum):
    """What accounts can be sorted by."""

    USERNAME = "username"
    CREATED_AT = "created_at"


class AccountQuery(ListQuery):
    """How to list accounts. Sort by `username` or `created_at`."""

    sort: str | None = sortable(AccountSort)
    active: bool | None = Field(None, description="Only active, or only deactivated, accounts.")
    role: Role | None = Field(None, description="Only accounts with this role.")
