"""JSON merge patch (RFC 7396)."""

from typing import Any, TypeVar

from pydantic import BaseModel, ValidationError

from rounds.problems import InvalidFields


def merged(current: dict[str, Any], patch: dict[str, Any]) -> dict[str, Any]:
    """`patch` applied to `current` as a JSON merge patch (RFC 7396)."""
    result = dict(current)
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        elif isinstance(value, dict) and isinstance(result.get(name), dict):
            result[name] = merged(result[name], value)
        else:
            result[name] = value
    return result


Model = TypeVar("Model", bound=BaseModel)


def patched(model: type[Model], resource: object, patch: dict[str, Any], **more: Any) -> Model:
    """The write model of `resource` after a merge patch.

    Args:
        model: The write model; its fields are read from `resource`.
        resource: The row to be changed.
        patch: The merge patch, as JSON values.
        more: Fields of the model that do not stand on the row itself.

    Raises:
        InvalidFields: when the result is not valid, e.g. because a required field was emptied.
    """
    current = {name: more.get(name, getattr(resource, name, None)) for name in model.model_fields}
    try:
        return model.model_validate(merged(current, patch))
    except ValidationError as error:
        raise InvalidFields.of_model(error, "body") from None
