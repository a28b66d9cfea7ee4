"""Problems as OpenAPI shows them."""

from typing import Any

from rounds.problems.categories import Invalid, Problem
from rounds.problems.refusals import Refusal
from rounds.problems.rendering import MEDIA_TYPE

SAMPLE_ID = "0197a3c2-7d8e-7aaa-bbbb-000000000000"


def documents(*problems: type[Problem]) -> dict[int | str, dict[str, Any]]:
    """The `responses=` of an endpoint, so that OpenAPI shows each problem with an example.

    The schemas are put in when the document is made, from the codes of the examples (`rounds.http.openapi`).
    """
    responses: dict[int | str, dict[str, Any]] = {}
    for problem in problems:
        entry = responses.setdefault(problem.status, {"description": "", "content": {MEDIA_TYPE: {"examples": {}}}})
        entry["description"] = "; ".join(filter(None, [entry["description"], problem.title]))
        entry["content"][MEDIA_TYPE]["examples"][problem.code] = {"summary": problem.title, "value": example(problem)}
    return responses


def example(problem: type[Problem]) -> dict[str, Any]:
    """A problem document as it could be answered, but for the path, which the document fills in (`instance`)."""
    document: dict[str, Any] = {
        "type": f"/problems/{problem.code}",
        "title": problem.title,
        "status": problem.status,
        "detail": problem.detail.format(**problem.sample),
        "instance": "/",
        "code": problem.code,
        "request_id": SAMPLE_ID,
        **{name: problem.sample[name] for name in problem.members},
    }
    if issubclass(problem, Invalid):
        pointer, code = problem.sample_error
        document["errors"] = [{"pointer": pointer, "code": code, "detail": Refusal.known[code]}]
    return document
