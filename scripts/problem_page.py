"""Prints docs/problems.md from the code: every kind of problem, what it means, what it looks like and who answers it.

The explanations are those of `GET /problems/{code}`, to which the `type` of every problem leads.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from http import HTTPStatus
from typing import Any

from pydantic_core._pydantic_core import list_all_errors

from rounds.app import create_app
from rounds.problems import MEDIA_TYPE, Problem, Refusal, example
from rounds.settings import Settings

# Answered by so many calls that their names would tell nothing.
MANY = 12

HEAD = """\
# Problems

<!-- Made by `make openapi` from the code. -->

Every error is a problem document ([Errors](api.md#errors)). Its `type`, such as `/problems/not_found`, is an address of
the server, which answers the explanation that stands here, in the language of `Accept-Language`. Branch on `code`.
Codes are promises: one may be added, none changes its meaning. Treat one that you do not know by its status.
"""
FIELDS = """\
## Codes of fields

A problem with `errors` says of each field what is wrong with it. These are the codes that Rounds has a message of its
own for; others are [pydantic's](https://docs.pydantic.dev/latest/errors/validation_errors/), whose names it shares.

| `code` | Message |
|---|---|
"""


def page() -> str:
    """The whole page."""
    callers = calls()
    by_status: dict[int, list[type[Problem]]] = defaultdict(list)
    for code in sorted(Problem.known):
        by_status[Problem.known[code].status].append(Problem.known[code])
    parts = [HEAD, overview(by_status)]
    for status in sorted(by_status):
        parts.append(f"## {status} {HTTPStatus(status).phrase}\n")
        parts += ["\n".join(section(problem, callers[problem.code])) for problem in by_status[status]]
    return "\n".join([*parts, FIELDS + "\n".join(fields())]) + "\n"


def overview(by_status: dict[int, list[type[Problem]]]) -> str:
    """A line for each status, with its codes."""
    rows = [
        f"| {status} | {', '.join(f'[`{each.code}`](#{each.code})' for each in by_status[status])} |"
        for status in sorted(by_status)
    ]
    return "\n".join(["| Status | Codes |", "|---|---|", *rows, ""])


def section(problem: type[Problem], callers: list[str]) -> Iterator[str]:
    """What one code means, an example, and who answers it."""
    yield f"### {problem.code}\n"
    yield f"**{problem.title}.** {' '.join((problem.__doc__ or '').split())}\n"
    shown = {name: value for name, value in example(problem).items() if name not in {"instance", "request_id"}}
    yield f"```json\n{json.dumps(shown, indent=2, ensure_ascii=False)}\n```\n"
    if len(callers) > MANY:
        yield f"{len(callers)} calls may answer it.\n"
    elif callers:
        yield f"Answered by {', '.join(f'`{call}`' for call in callers)}.\n"


def calls() -> dict[str, list[str]]:
    """The calls that name each code, as OpenAPI has them."""
    found: dict[str, list[str]] = defaultdict(list)
    for path, item in create_app(Settings(_env_file=None)).openapi()["paths"].items():
        for method, operation in item.items():
            for code in codes_of(operation.get("responses", {})):
                found[code].append(f"{method.upper()} {path}")
    return found


def codes_of(responses: dict[str, Any]) -> set[str]:
    """The codes of the examples of all answers."""
    return {
        code
        for answer in responses.values()
        for code in answer.get("content", {}).get(MEDIA_TYPE, {}).get("examples", {})
    }


def fields() -> Iterator[str]:
    """A row for each code of a field that has a message of ours."""
    theirs = {error["type"]: error["message_template_python"] for error in list_all_errors()}
    for code, message in sorted(Refusal.known.items()):
        if theirs.get(code) != message:
            yield f"| `{code}` | {message.replace('|', chr(92) + '|')} |"


if __name__ == "__main__":
    print(page(), end="")
