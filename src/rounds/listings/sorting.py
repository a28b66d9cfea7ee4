"""What a list can be sorted by, as an enumeration that the API reference shows."""

from enum import StrEnum
from typing import Any

from pydantic import Field, JsonValue

SORT_KEYS = "x-sort-keys"
"""Where `sortable` leaves the keys for the OpenAPI document, which shows the parameter as a list of a named choice."""


def sortable(keys: type[StrEnum]) -> Any:
    """The field of a `sort` parameter that takes these keys, each once, with `-` before one to descend."""
    names = [str(key) for key in keys]
    described: dict[str, JsonValue] = {
        "title": keys.__name__,
        "description": keys.__doc__ or "",
        "enum": [sign + name for name in names for sign in ("", "-")],
    }
    one = f" *-?({'|'.join(names)}) *"
    return Field(
        None,
        max_length=200,
        description=f"By {', '.join(f'`{name}`' for name in names)}; separated by commas, `-` before one descends.",
        examples=[f"-{names[0]}"],
        json_schema_extra={"pattern": f"^({one}(,{one})*)?$", SORT_KEYS: described},
    )
