"""Problems as OpenAPI shows them."""

from typing import Any

from rounds.problems.categories import Invalid, Problem
from rounds.problems.refusals import Refusal
from rounds.problems.rendering import MEDIA_TYPE


def documents(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint, so that OpenAPI shows each problem with an example."""
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = responses.setdefault(
            problem.status,
            {"description": "", "content": {MEDIA_TYPE: {"schema": {"$ref": SCHEMA}, "examples": {}}}},
        )
        entry["description"] = "; ".join(filter(None, [entry["description"], problem.title]))
        entry["content"][MEDIA_TYPE]["examples"][problem.code] = {"summary": problem.title, "value": example(problem)}
    return responses


SCHEMA = "#/components/schemas/ProblemDetails"


def example(problem: type[Problem]) -> dict[str, Any]:
    """A problem document as documentation shows it."""
    document: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail,
        "instance": "/…",
        "code": problem.code,
        "request_id": "0197a3c2-7d8e-7aaa-bbbb-000000000000",
    }
    if problem.status == Invalid.status:
        document["errors"] = [{"pointer": "/name", "code": "missing", "detail": Refusal.known["missing"]}]
    return document
