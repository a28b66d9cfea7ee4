"""What is left out of the requests to all operations hides no fault of any of them."""

from typing import Annotated

import pytest
import schemathesis
from fastapi import FastAPI, Query, Request, Response
from pydantic import BaseModel, Field
from schemathesis.config import SchemathesisConfig

from tests.promises import EFFORT, tried
from tests.served import served

LAST = "/things6"  # which comes after the edges of all that it shares have been met
PATHS = ["/things1", "/things2", "/things3", "/things4", "/things5", LAST]


class Named(BaseModel):
    name: Annotated[str, Field(min_length=2, max_length=20)]


def app_with(fault: str) -> FastAPI:
    """Operations that share a parameter and a body; the last of them does not look at what it shares, or crashes."""
    app = FastAPI()

    async def show(limit: Annotated[int, Query(ge=1, le=200)] = 20) -> dict[str, int]:
        return {"limit": limit}

    async def make(named: Named) -> Named:
        return named

    for path in PATHS:
        app.get(path)(show)
        app.post(path)(make)

    @app.middleware("http")
    async def spoil(request: Request, go_on) -> Response:
        answer = await go_on(request)
        if (request.url.path, f"{fault}: {request.method} {answer.status_code}") in {
            (LAST, "takes bad parameters: GET 422"),
            (LAST, "takes bad bodies: POST 422"),
            (LAST, "crashes on good bodies: POST 200"),
            (LAST, "crashes on bad bodies: POST 422"),
        }:
            crashes = fault.startswith("crashes")
            return Response("{}", 500 if crashes else 200, media_type="application/json")
        return answer

    return app


def broken(fault: str) -> set[str]:
    """The promises that are not kept, by operation."""
    with served(app_with(fault)) as server:
        config = SchemathesisConfig.from_dict(EFFORT)
        return set(tried(schemathesis.openapi.from_url(f"{server.url}/openapi.json", config=config)).broken)


@pytest.fixture(scope="module")
def usual() -> set[str]:
    """What FastAPI itself does not keep without what Rounds adds to it."""
    return broken("none")


@pytest.mark.parametrize(
    ("fault", "where"),
    [
        ("takes bad parameters", f"GET {LAST} "),
        ("takes bad bodies", f"POST {LAST} "),
        ("crashes on good bodies", f"POST {LAST} "),
        ("crashes on bad bodies", f"POST {LAST} "),
    ],
)
def test_a_fault_in_the_last_of_many_that_are_alike_is_found(usual, fault, where):
    found = broken(fault) - usual
    assert found
    assert all(each.startswith(where) for each in found), found
