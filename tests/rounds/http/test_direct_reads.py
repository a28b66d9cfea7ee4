"""Which reads answer without FastAPI's machinery, and that they take their parameters as FastAPI would."""

from typing import Annotated
from uuid import UUID

import httpx
import pytest
from fastapi import FastAPI, Query, Request, Response

from rounds.app import answer_with_problems
from rounds.audit import shows_no_patient
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


@routes.get("/model", openapi_extra=public())
@shows_no_patient
async def model(number: int) -> int:
    return number


@pytest.fixture
async def caller():
    app = FastAPI()
    app.router.routes.extend(routes.routes)
    answer_with_problems(app)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def test_only_single_values_answered_by_a_response_are_taken_here():
    assert {route.path: route.is_direct for route in routes.routes} == {
        "/direct/{number}": True,
        "/several": False,
        "/model": False,
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
