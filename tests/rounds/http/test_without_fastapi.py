"""Which calls answer without FastAPI's machinery, and that they take and answer what FastAPI would."""

from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, Field

from rounds.app import answer_with_problems
from rounds.audit import changes, note_shown, shows_no_patient
from rounds.http import IfNoneMatch, public, router
from rounds.http.answers import json_bytes

routes = router("test")


@routes.get("/direct/{number}", openapi_extra=public())
@shows_no_patient
async def direct(
    number: int,
    which: UUID,
    request: Request,
    limit: Annotated[int, Query(ge=1)] = 7,
    if_none_match: IfNoneMatch = None,
) -> Response:
    return Response(json_bytes([number, which, limit, if_none_match, request.url.path]), media_type="application/json")


@routes.get("/several", openapi_extra=public())
@shows_no_patient
async def several(which: Annotated[list[str] | None, Query()] = None) -> Response:
    return Response(json_bytes(which), media_type="application/json")


class Wish(BaseModel):
    name: Annotated[str, Field(min_length=2)]
    note: str | None = None


class Granted(BaseModel):
    name: str
    number: int
    secret: str = "what nobody asked for"


@routes.put("/wishes/{number}", status_code=201, response_model_exclude_unset=True, openapi_extra=public())
@changes("wish")
async def grant(number: int, body: Wish, response: Response) -> Granted:
    note_shown([])
    response.headers["ETag"] = '"1"'
    if number == 2:
        response.status_code = 202
    return Granted(name=body.name, number=number)


@routes.put("/plain/{number}", openapi_extra=public())
@changes("wish")
async def plain(number: int) -> None:
    return None


@routes.put("/broken", openapi_extra=public())
@changes("wish")
async def broken() -> Granted:
    note_shown([])
    return Wish(name="no such thing")  # type: ignore[return-value]


@pytest.fixture
async def caller():
    app = FastAPI()
    app.router.routes.extend(routes.routes)
    answer_with_problems(app)
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        yield client


def test_what_has_only_single_values_one_body_and_a_known_answer_is_taken_here():
    assert {route.path: route.is_direct for route in routes.routes} == {
        "/direct/{number}": True,
        "/several": False,
        "/wishes/{number}": True,
        "/plain/{number}": False,
        "/broken": True,
    }


async def test_parameters_arrive_as_their_types_and_defaults_where_they_are_missing(caller):
    which = "0197a3c2-7d8e-7aaa-bbbb-000000000000"
    answer = await caller.get(f"/direct/3?which={which}", headers={"If-None-Match": '"1"'})
    assert answer.json() == [3, which, 7, '"1"', "/direct/3"]
    answer = await caller.get(f"/direct/3?which={which}&limit=9")
    assert answer.json() == [3, which, 9, None, "/direct/3"]


async def test_everything_that_is_wrong_is_told_at_once(caller):
    answer = await caller.get("/direct/three?limit=0")
    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == {
        "path:number": "int_parsing",
        "?which": "missing",
        "?limit": "greater_than_equal",
    }


async def test_a_body_is_validated_and_the_answer_has_its_status_and_headers(caller):
    answer = await caller.put("/wishes/1", json={"name": "rain"})
    assert (answer.status_code, answer.headers["etag"]) == (201, '"1"')
    assert answer.json() == {"name": "rain", "number": 1}, "what is not set is left out, as the route says"
    assert answer.headers["content-type"] == "application/json"
    assert (await caller.put("/wishes/2", json={"name": "rain"})).status_code == 202


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"", {"path:number": "int_parsing", "": "missing"}),
        (b"null", {"path:number": "int_parsing", "": "model_attributes_type"}),
        (b'{"name": "x"}', {"path:number": "int_parsing", "/name": "string_too_short"}),
        (b'{"name": ', {"": "json_invalid"}),
    ],
)
async def test_what_is_wrong_with_a_body_is_told_with_the_rest(caller, body, wrong):
    answer = await caller.put("/wishes/one", content=body, headers={"Content-Type": "application/json"})
    assert answer.status_code == 422
    assert {error["pointer"]: error["code"] for error in answer.json()["errors"]} == wrong


async def test_an_answer_that_is_not_what_was_declared_is_a_crash(caller):
    assert (await caller.put("/broken")).status_code == 500
