"""Signing in, and managing accounts."""

from typing import Annotated
from uuid import UUID

from fastapi import Form, Query, Request, Response

from features.accounts import handler, sessions, signing_in
from features.accounts.problems import (
    AccountNotFound,
    LastAdmin,
    RefreshSuperseded,
    RefreshTokenRefused,
    UsernameTaken,
    WrongCredentials,
)
from features.accounts.schema import (
    AccountChange,
    AccountQuery,
    AccountRead,
    AccountRegistration,
    OwnAccount,
    RefreshToken,
    SignIn,
    TokenPair,
)
from rounds.audit import changes, shows_no_patient
from rounds.auth import Actor, AnyActor, require
from rounds.data import FreshReads, Tx
from rounds.http import NOT_MODIFIED, IfMatch, IfNoneMatch, answer, created, public
from rounds.http import router as new_router
from rounds.listings import Page
from rounds.problems import PreconditionFailed, TooManyRequests, Unavailable, documents

router = new_router("security")

CanReadUsers = Annotated[Actor, require("users:read")]
CanWriteUsers = Annotated[Actor, require("users:write")]


@router.post(
    "/security/token", openapi_extra=public(), responses=documents(WrongCredentials, TooManyRequests, Unavailable)
)
@changes("session", of_patient=False)
async def sign_in(form: Annotated[SignIn, Form()], request: Request, reads: FreshReads, db: Tx) -> TokenPair:
    """Sign in with a username and a password."""
    state = request.app.state
    return await signing_in.sign_in(
        form.username,
        form.password.get_secret_value(),
        reads=reads,
        db=db,
        tokens=state.tokens,
        limiter=state.limiter,
        passwords=state.passwords,
        watch=state.sign_ins.watch(request, "sign_in"),
        key=state.settings.signing_key,
    )


@router.post("/security/refresh", openapi_extra=public(), responses=documents(RefreshTokenRefused, RefreshSuperseded))
@changes("session", of_patient=False)
async def refresh_session(body: RefreshToken, request: Request, db: Tx) -> TokenPair:
    """Exchange a refresh token for a new pair. The old one is spent; using it again ends the sign-in.

    Only within ten seconds, when two tabs of a browser refresh at once, the second one is told `refresh_superseded`
    instead: it goes on with the tokens that the first one got.
    """
    state = request.app.state
    watch = state.sign_ins.watch(request, "refresh")
    return await sessions.refresh(body.refresh_token, db=db, tokens=state.tokens, watch=watch)


@router.post("/security/logout", status_code=204)
@changes("session", of_patient=False)
async def sign_out(body: RefreshToken, actor: AnyActor, request: Request, db: Tx) -> None:
    """End the sign-in a refresh token belongs to, with its access tokens."""
    await sessions.sign_out(body.refresh_token, actor=actor, db=db, tokens=request.app.state.tokens)


@router.post("/security/register", status_code=201, responses=documents(UsernameTaken), response_model=AccountRead)
@changes("account", of_patient=False)
async def register_account(body: AccountRegistration, actor: CanWriteUsers, request: Request, db: Tx) -> Response:
    """Create an account. A password that is easy to guess is refused."""
    account = await handler.register(body, db=db, passwords=request.app.state.passwords)
    return created(account, f"/security/users/{account.id}", version=account.version)


@router.get("/security/me", response_model=OwnAccount, responses={**NOT_MODIFIED, **documents(AccountNotFound)})
@shows_no_patient
async def read_own_account(actor: AnyActor, reads: FreshReads, if_none_match: IfNoneMatch = None) -> Response:
    """The account behind the token, and what it may do."""
    mine = await handler.read_me(actor, reads=reads)
    return answer(mine, version=mine.version, if_none_match=if_none_match)


@router.get("/security/users", response_model=Page[AccountRead])
@shows_no_patient
async def list_accounts(
    query: Annotated[AccountQuery, Query()], actor: CanReadUsers, request: Request, reads: FreshReads
) -> Response:
    """List accounts."""
    found = await handler.list_accounts(query, reads=reads, cursors=request.app.state.cursors)
    return found.answer(request)


@router.patch(
    "/security/users/{account_id}",
    responses=documents(AccountNotFound, LastAdmin, PreconditionFailed),
    response_model=AccountRead,
)
@changes("account", of_patient=False)
async def change_account(
    account_id: UUID,
    body: AccountChange,
    actor: CanWriteUsers,
    request: Request,
    reads: FreshReads,
    db: Tx,
    if_match: IfMatch = None,
) -> Response:
    """Change an account's name, roles or password, or deactivate it. Its tokens are withdrawn within a second."""
    account = await handler.change_account(
        account_id,
        body,
        if_match=if_match,
        reads=reads,
        db=db,
        tokens=request.app.state.tokens,
        passwords=request.app.state.passwords,
    )
    return answer(account, version=account.version)
