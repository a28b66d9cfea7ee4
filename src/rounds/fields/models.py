"""Building blocks of request models: strictness, and partial models for merge patches."""

from typing import Any, TypeVar

from pydantic import BaseModel, ConfigDict, create_model


class Strict(BaseModel):
    """A request body: what it does not know, it refuses."""

    model_config = ConfigDict(extra="forbid")


Model = TypeVar("Model", bound=BaseModel)


def partial(model: type[Model]) -> Any:
    """`model` with every field optional and nullable, for JSON merge patches: what is unset stays as it is."""
    fields: dict[str, Any] = {}
    for name, field in model.model_fields.items():
        annotation: Any = field.rebuild_annotation()
        fields[name] = (annotation | None, None)
    thing = model.__name__.removesuffix("Write").removesuffix("Change")
    return create_model(f"{thing}Patch", __base__=Strict, **fields)
