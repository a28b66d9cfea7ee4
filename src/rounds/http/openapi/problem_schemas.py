"""Problems as schemas: one for each code, with its members, and what each call may answer as a choice of them."""

from collections.abc import Iterable
from typing import Any, Literal

from pydantic import BaseModel, Field, create_model
from pydantic.json_schema import models_json_schema

from rounds.http.openapi.model_names import PREFIX, Json, with_public_names
from rounds.problems import MEDIA_TYPE, FieldError, Invalid, Problem, ProblemDetails, Refusal

ANY, CODES, FIELD_CODES = "Problem", "ProblemCode", "FieldErrorCode"


def problem_schemas() -> Json:
    """The schemas of all problems by name, with those of their members, and the choice of all of them."""
    models: list[type[BaseModel]] = [
        ProblemDetails,
        *(_model_of(Problem.known[code]) for code in sorted(Problem.known)),
    ]
    _, definitions = models_json_schema([(model, "serialization") for model in models], ref_template=PREFIX + "{model}")
    schemas: Json = with_public_names({"components": {"schemas": definitions["$defs"]}})["components"]["schemas"]
    _refer(schemas["ProblemDetails"], "code", CODES)
    _refer(schemas["FieldError"], "code", FIELD_CODES)
    return schemas | {
        ANY: {"title": ANY, "description": "Any problem; `code` tells which.", **schema_of(Problem.known)},
        CODES: _choice(CODES, "The code of each kind of problem; `GET /problems/{code}` explains it.", Problem.known),
        FIELD_CODES: _choice(FIELD_CODES, "The code of each kind of mistake in a field.", Refusal.known),
    }


def schema_of(codes: Iterable[str]) -> Json:
    """The schema of an answer that is a problem with one of these codes."""
    references = {code: PREFIX + _name_of(code) for code in sorted(codes)}
    choices = [{"$ref": reference} for reference in references.values()]
    if len(choices) == 1:
        return choices[0]
    return {"oneOf": choices, "discriminator": {"propertyName": "code", "mapping": references}}


def type_problems(response: Json, instance: str | None = None) -> None:
    """Give the problems of a response their schema, and their examples the path that was called."""
    media = response.get("content", {}).get(MEDIA_TYPE)
    if media is None:
        return
    media["schema"] = schema_of(media["examples"])
    for example in media["examples"].values():
        if instance is not None:
            example["value"] = {**example["value"], "instance": instance}


def _name_of(code: str) -> str:
    """The name of a problem's schema, from the code that is a promise already: `PatientNotFoundProblem`."""
    return "".join(word.capitalize() for word in code.split("_")) + "Problem"


def _model_of(problem: type[Problem]) -> type[BaseModel]:
    told: dict[str, Any] = {
        name: (field.annotation, field) for name, field in ProblemDetails.model_fields.items() if name != "errors"
    }
    for name, value in {"type": f"/problems/{problem.code}", "status": problem.status, "code": problem.code}.items():
        told[name] = (Literal[value], Field(description=ProblemDetails.model_fields[name].description))
    for name, kind in problem.members.items():
        told[name] = (kind, Field(examples=[problem.sample[name]]))
    if issubclass(problem, Invalid):
        told["errors"] = (list[FieldError], Field(description="Each field that was refused."))
    about = " ".join((problem.__doc__ or "").split())
    return create_model(_name_of(problem.code), __doc__=about, **told)


def _refer(schema: Json, field: str, name: str) -> None:
    described = schema["properties"][field]
    schema["properties"][field] = {"$ref": PREFIX + name, "description": described["description"]}


def _choice(name: str, description: str, values: Iterable[str]) -> Json:
    return {"type": "string", "title": name, "description": description, "enum": sorted(values)}
