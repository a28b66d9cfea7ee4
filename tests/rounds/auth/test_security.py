"""The guard of every endpoint, and which tokens pass it."""

import asyncio
import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from types import SimpleNamespace
from typing import Annotated, Any
from uuid import uuid4

import jwt
import pytest
from fastapi import FastAPI
from starlette.routing import Mount

from rounds import clock
from rounds.audit import shows_no_patient
from rounds.auth import (
    AUDIENCE,
    CLOCK_SKEW_SECONDS,
    ISSUER,
    ROLES,
    SCOPES,
    Actor,
    Revoked,
    Tokens,
    check_needed,
    declare,
    require,
    scope_registry,
    tokens,
)
from rounds.http import public, router
from rounds.http.source_paths import SourcePaths
from tests.conftest import SECRET, token_for

PUBLIC = {
    ("GET", "/"),
    ("GET", "/health"),
    ("GET", "/health/ready"),
    ("GET", "/metrics"),
    ("GET", "/docs"),
    ("GET", "/docs/assets/{path}"),
    ("GET", "/docs/oauth2-redirect"),
    ("GET", "/redoc"),
    ("GET", "/console"),
    ("GET", "/console/assets/{digest}/{name:path}"),
    ("GET", "/openapi.json"),
    ("GET", "/asyncapi.json"),
    ("GET", "/problems/{code}"),
    ("POST", "/security/token"),
    ("POST", "/security/refresh"),
    ("GET", "/calendar/{secret}.ics"),  # the address is the secret: calendar programs send no tokens
}


def calls(app: FastAPI) -> Iterator[tuple[str, str]]:
    """Every method and path the application answers."""
    pending = list(app.routes)
    while pending:
        route = pending.pop()
        if hasattr(route, "original_router"):  # FastAPI's wrapper of an included router
            pending += route.original_router.routes
        elif isinstance(route, SourcePaths):
            continue  # they answer nothing but where to ask, and there the token is asked for
        elif isinstance(route, Mount):
            yield "GET", f"{route.path}/{{path}}"
        else:
            for method in route.methods - {"HEAD"}:
                yield method, route.path


def a_path(template: str) -> str:
    """`template` with something in place of every parameter."""
    return "/".join(str(uuid4()) if part.startswith("{") else part for part in template.split("/"))


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a good token, with changes; None takes one away."""
    now = clock.now()
    good = {
        "iss": ISSUER,
        "aud": AUDIENCE,
        "sub": str(uuid4()),
        "jti": str(uuid4()),
        "iat": now,
        "nbf": now,
        "exp": now + timedelta(minutes=15),
        "name": "tester",
        "roles": ["admin"],
        "stamp": 1,
        "family": str(uuid4()),
    }
    return {name: value for name, value in (good | changes).items() if value is not None}


def signed(key: str = SECRET, algorithm: str = "HS256", **changes: Any) -> str:
    return jwt.encode(claims(**changes), key, algorithm=algorithm)


def unsigned(header: dict[str, Any], **changes: Any) -> str:
    """A token with a header and claims of the caller's choice and no signature."""
    content = {name: value.timestamp() if hasattr(value, "timestamp") else value for name, value in claims().items()}

    def part(value: Any) -> str:
        return base64.urlsafe_b64encode(json.dumps(value).encode()).decode().rstrip("=")

    return f"{part(header)}.{part(content | changes)}."


def tampered(token: str) -> str:
    """The token with another first letter of its signature; the bits of the last one may count for nothing."""
    before, _, signature = token.rpartition(".")
    return f"{before}.{'B' if signature[0] == 'A' else 'A'}{signature[1:]}"


async def status_with(client, token: str) -> int:
    answer = await client.get("/patients", headers={"Authorization": f"Bearer {token}"})
    if answer.status_code == 401:
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.json()["code"] == "unauthenticated"
    return answer.status_code


async def test_everything_but_the_public_list_needs_a_token(app, anonymous):
    answered = set(calls(app))
    assert answered >= PUBLIC
    assert len(answered - PUBLIC) > 30
    for method, path in sorted(answered - PUBLIC):
        answer = await anonymous.request(method, a_path(path))
        assert (method, path, answer.status_code) == (method, path, 401)
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["code"] == "unauthenticated"


async def test_the_public_list_needs_none(anonymous):
    for method, path in sorted(PUBLIC):
        answer = await anonymous.request(method, a_path(path))
        assert answer.status_code not in {401, 403, 405, 500}, path


async def test_the_openapi_document_says_the_same(anonymous, app):
    document = (await anonymous.get("/openapi.json")).json()
    for path, operations in document["paths"].items():
        for method, operation in operations.items():
            guarded = bool(operation.get("security"))
            # The reference itself and the metrics are no operations of the API, or declare nothing.
            assert guarded is ((method.upper(), path) not in PUBLIC), (method, path)
            assert ("401" in operation["responses"]) >= guarded


async def test_a_good_token_passes(anonymous):
    assert await status_with(anonymous, signed()) == 200


@pytest.mark.parametrize(
    "make",
    [
        pytest.param(lambda: signed(exp=clock.now() - timedelta(seconds=1)), id="expired"),
        pytest.param(lambda: signed(exp=clock.now()), id="expiring now"),
        pytest.param(lambda: signed(nbf=clock.now() + timedelta(minutes=5)), id="nbf in the future"),
        pytest.param(lambda: signed(iat=clock.now() + timedelta(minutes=5)), id="iat in the future"),
        pytest.param(lambda: signed(key="another secret that is long enough to sign"), id="foreign signature"),
        pytest.param(lambda: signed(key=SECRET * 2, algorithm="HS512"), id="another algorithm and key"),
        pytest.param(
            lambda: signed(algorithm="HS384"),
            id="another algorithm",
            marks=pytest.mark.filterwarnings("ignore::jwt.warnings.InsecureKeyLengthWarning"),
        ),
        pytest.param(lambda: unsigned({"alg": "none", "typ": "JWT"}), id="alg none"),
        pytest.param(lambda: unsigned({"alg": "None"}), id="alg None"),
        pytest.param(lambda: unsigned({"alg": "HS256"}), id="no signature"),
        pytest.param(lambda: unsigned({}), id="no algorithm"),
        pytest.param(lambda: unsigned({"alg": ["HS256"]}), id="algorithm not a string"),
        pytest.param(lambda: tampered(signed()), id="tampered signature"),
        pytest.param(lambda: f"{signed()}.x", id="four parts"),
        pytest.param(lambda: signed(aud="another-api"), id="wrong audience"),
        pytest.param(lambda: signed(iss="somebody"), id="wrong issuer"),
        pytest.param(lambda: signed(sub="grace"), id="subject not a UUID"),
        pytest.param(lambda: signed(sub=""), id="empty subject"),
        pytest.param(lambda: signed(sub=7), id="subject a number"),
        pytest.param(lambda: signed(family="x"), id="family not a UUID"),
        pytest.param(lambda: signed(family=7), id="family a number"),
        pytest.param(lambda: signed(roles=["king"]), id="unknown role"),
        pytest.param(lambda: signed(roles="admin"), id="roles a string"),
        pytest.param(lambda: signed(roles=7), id="roles a number"),
        pytest.param(lambda: signed(stamp="x"), id="stamp not a number"),
        pytest.param(lambda: signed(exp="soon"), id="expiry not a number"),
        pytest.param(lambda: signed(nbf="soon"), id="nbf not a number"),
        pytest.param(lambda: signed(exp=10**400), id="expiry beyond all numbers"),
        *(
            pytest.param(lambda name=name: signed(**{name: None}), id=f"no {name}")
            for name in ("iss", "aud", "sub", "iat", "nbf", "exp", "name", "roles", "stamp", "family")
        ),
        pytest.param(lambda: "garbage", id="garbage"),
        pytest.param(lambda: "a.b.c", id="three letters"),
        pytest.param(lambda: "..", id="dots"),
        pytest.param(lambda: "x" * 100_000, id="long garbage"),
        pytest.param(lambda: "\x00", id="NUL"),
        pytest.param(lambda: "rt_" + "x" * 43, id="like a refresh token"),
        pytest.param(lambda: base64.b64encode(b"admin:admin").decode(), id="basic credentials"),
    ],
)
async def test_a_bad_token_is_refused(anonymous, make):
    assert await status_with(anonymous, make()) == 401


async def test_a_token_signed_with_an_unrelated_kind_of_key_is_refused(anonymous):
    """Nobody can make the server take the secret for a public key, or the other way round."""
    key = jwt.algorithms.ECAlgorithm.from_jwk(
        {"kty": "EC", "crv": "P-256", "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
         "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0", "d": "jpsQnnGQmL-YBIffH1136cspYG6-0iY7X1fCE9-E9LI"}
    )  # fmt: skip
    assert await status_with(anonymous, jwt.encode(claims(), key, algorithm="ES256")) == 401


async def test_a_non_ascii_header_is_refused(anonymous):
    answer = await anonymous.get("/patients", headers=[(b"authorization", "Bearer ünïcode".encode())])
    assert answer.status_code == 401


async def test_servers_whose_clocks_differ_a_little_trust_each_other(anonymous):
    ahead = clock.now() + timedelta(seconds=CLOCK_SKEW_SECONDS)
    assert CLOCK_SKEW_SECONDS <= 5
    with clock.frozen(clock.now()):
        assert await status_with(anonymous, signed(iat=ahead, nbf=ahead)) == 200
        ahead += timedelta(seconds=2)
        assert await status_with(anonymous, signed(iat=ahead, nbf=ahead)) == 401


@pytest.mark.parametrize("scheme", ["Bearer", "bearer", "BEARER", "bEaReR"])
async def test_the_scheme_is_recognised_in_any_case(anonymous, scheme):
    answer = await anonymous.get("/patients", headers={"Authorization": f"{scheme} {signed()}"})
    assert answer.status_code == 200


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Basic {}", "Token {}", "{}", "Bearer{}", "bearer\t{}"])
async def test_anything_else_is_no_token(anonymous, header):
    answer = await anonymous.get("/patients", headers={"Authorization": header.format(signed())})
    assert answer.status_code == 401


async def test_a_token_elsewhere_is_no_token(anonymous):
    token = signed()
    assert (await anonymous.get(f"/patients?access_token={token}")).status_code == 401
    assert (await anonymous.get("/patients", headers={"Cookie": f"access_token={token}"})).status_code == 401


async def test_a_remembered_token_still_expires(app, anonymous):
    token = signed(exp=clock.now() + timedelta(minutes=10))
    assert await status_with(anonymous, token) == 200
    assert app.state.tokens.remembers(token)
    with clock.frozen(clock.now() + timedelta(minutes=10)):
        assert await status_with(anonymous, token) == 401
    assert not app.state.tokens.remembers(token)


async def test_the_memory_of_tokens_is_bounded(app, anonymous, monkeypatch):
    monkeypatch.setattr(Tokens, "REMEMBERED", 3)
    for _ in range(10):
        assert await status_with(anonymous, signed()) == 200
        assert app.state.tokens.remembered <= 3


async def test_refused_tokens_are_not_remembered(app, anonymous):
    for token in ("garbage", signed(aud="another-api"), unsigned({"alg": "none"})):
        await status_with(anonymous, token)
    assert app.state.tokens.remembered == 0


BROKEN = [
    ("POST", "/patients", {"content": b"{not json", "headers": {"Content-Type": "application/json"}}),
    ("POST", "/patients", {"content": b"<a/>", "headers": {"Content-Type": "text/xml"}}),
    ("POST", "/patients", {"content": b"x" * 2_000_000, "headers": {"Content-Type": "application/json"}}),
    ("GET", "/patients?limit=banana&unknown=1", {}),
    ("GET", "/patients/not-an-id", {}),
    ("PATCH", "/security/users/not-an-id", {"json": {"unknown": 1}}),
    ("GET", "/patients?cursor=tampered", {}),
]


@pytest.mark.parametrize(("method", "path", "rest"), BROKEN)
async def test_who_calls_is_asked_before_anything_else(anonymous, method, path, rest):
    assert (await anonymous.request(method, path, **rest)).status_code == 401


@pytest.mark.parametrize(("method", "path", "rest"), BROKEN)
async def test_what_the_caller_may_do_is_asked_next(app, anonymous, method, path, rest):
    headers = {**rest.get("headers", {}), "Authorization": f"Bearer {token_for(app, 'auditor')}"}
    answer = await anonymous.request(method, path, **{**rest, "headers": headers})
    assert answer.status_code == 403


def test_a_route_without_a_guard_does_not_come_to_life():
    unguarded = router("test")
    with pytest.raises(TypeError, match="/secrets has no guard"):

        @unguarded.get("/secrets")
        async def secrets() -> None: ...


def test_a_route_that_does_not_say_what_it_shows_of_patients_does_not_come_to_life():
    guarded = router("test")
    with pytest.raises(TypeError, match="/secrets does not declare what it shows"):

        @guarded.get("/secrets")
        async def secrets(actor: Annotated[Actor, require("patients:read")]) -> None: ...


def test_a_route_with_a_guard_or_marked_public_does():
    guarded = router("test")

    @guarded.get("/secrets")
    @shows_no_patient
    async def secrets(actor: Annotated[Actor, require("patients:read")]) -> None: ...

    @guarded.get("/news", openapi_extra=public())
    @shows_no_patient
    async def news() -> None: ...

    assert [route.path for route in guarded.routes] == ["/secrets", "/news"]


@pytest.fixture
def needing_apart(app) -> Iterator[None]:
    """What the test asks for is forgotten afterwards. The app has declared what there is."""
    with scope_registry.needing_apart():
        yield


def test_the_program_does_not_start_when_a_scope_is_required_that_nobody_declares(needing_apart):
    check_needed()
    require("patients:raed")
    with pytest.raises(LookupError, match="patients:raed"):
        check_needed()


def test_a_scope_is_declared_once(app):
    with pytest.raises(TypeError, match="declared twice"):
        declare("patients:read", "Read patients")


def test_every_scope_of_a_role_is_described():
    assert frozenset().union(*ROLES.values()) <= set(SCOPES)


async def test_of_many_who_come_while_revocations_are_read_none_reads_them_again(app, monkeypatch):
    moment, looks = 0.0, []

    async def slow(_: object) -> Revoked:
        nonlocal moment
        looks.append(moment)
        await asyncio.sleep(0)  # others come meanwhile
        moment += 10 * Tokens.FRESHNESS
        return Revoked({}, frozenset())

    monkeypatch.setattr(tokens, "revocations", slow)
    monkeypatch.setattr(tokens, "time", SimpleNamespace(monotonic=lambda: moment))
    known = app.state.tokens
    known.forget()
    token = token_for(app, "admin")
    await asyncio.gather(*(known.verify(token) for _ in range(20)))
    assert looks == [0.0]
    await known.verify(token)
    assert len(looks) == 2, "whoever comes later asks anew"
