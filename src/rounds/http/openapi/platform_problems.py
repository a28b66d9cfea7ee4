"""What the platform itself may answer to a call, besides the problems that the call declares."""

from rounds import problems
from rounds.data.statement_limits import TooDear
from rounds.data.unavailability import DatabaseOverloaded, DatabaseReadOnly, EngineDown, StorageFull
from rounds.http.idempotency import AnswerGone, KeyReused
from rounds.http.openapi.headers import headers_of
from rounds.http.openapi.model_names import Json
from rounds.http.openapi.problem_schemas import type_problems
from rounds.http.restricted import RestrictedRecord
from rounds.problems import MEDIA_TYPE, Problem, documents

# Written down once each, and referred to by every call that has nothing to add.
_ANSWERS: dict[str, tuple[type[Problem], ...]] = {
    "Invalid": (problems.Invalid,),
    "InvalidOrReused": (problems.Invalid, KeyReused),
    "Unauthenticated": (problems.Unauthenticated,),
    "Forbidden": (problems.Forbidden,),
    "ForbiddenOrRestricted": (problems.Forbidden, RestrictedRecord),
    "AnswerGone": (AnswerGone,),
    "TooLarge": (problems.TooLarge,),
    "UnsupportedMedia": (problems.UnsupportedMedia, problems.UnsupportedEncoding),
    "Malformed": (problems.Malformed,),
    "Unavailable": (problems.Unavailable, DatabaseOverloaded, DatabaseReadOnly, EngineDown, StorageFull, TooDear),
}
_INSTANCE = "/patients"  # where all of them can be answered


def platform_answers() -> Json:
    """The responses that calls refer to, by name."""
    answers = {}
    for name, kinds in _ANSWERS.items():
        ((status, response),) = documents(*kinds).items()
        type_problems(response, _INSTANCE)
        answers[name] = {**response, "headers": headers_of(str(status))}
    return answers


def add_problems(operation: Json, *, names_records: bool, repeatable: bool) -> None:
    """Add to a call's answers what the platform may answer to it."""
    responses: Json = operation["responses"]
    if responses.get("422", {}).get("content", {}).get("application/json"):
        del responses["422"]  # FastAPI's own description of validation errors, which are problems here
    for name in _names(operation, names_records=names_records, repeatable=repeatable):
        ((status, shared),) = documents(*_ANSWERS[name]).items()
        mine = responses.get(str(status))
        if mine is None:
            responses[str(status)] = {"$ref": f"#/components/responses/{name}"}
        else:  # the call has problems of its own with this status
            media = mine.setdefault("content", {}).setdefault(MEDIA_TYPE, {"examples": {}})
            media["examples"] |= shared["content"][MEDIA_TYPE]["examples"]


def _names(operation: Json, *, names_records: bool, repeatable: bool) -> list[str]:
    names = ["InvalidOrReused" if repeatable else "Invalid", "Unavailable"]
    if repeatable:
        names.append("AnswerGone")
    if operation.get("security"):
        names.append("Unauthenticated")
        if any(scopes for requirement in operation["security"] for scopes in requirement.values()):
            names.append("ForbiddenOrRestricted" if names_records else "Forbidden")
    if "requestBody" in operation:
        names += ["TooLarge", "UnsupportedMedia", "Malformed"]
    return names
