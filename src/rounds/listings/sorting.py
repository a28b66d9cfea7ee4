"""What a list can be sorted by, as an enumeration that the API reference shows."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from rounds.fields.choices import several_of


def sortable(keys: type[StrEnum]) -> Any:
    """The field of a `sort` parameter that takes these keys, each once, with `-` before one to descend."""
    names = [str(key) for key in keys]
    choices = [sign + name for name in names for sign in ("", "-")]
    described = several_of(choices, title=keys.__name__, about=keys.__doc__ or "", most=len(names))
    one = f" *-?({'|'.join(names)}) *"
    return Field(
        None,
        max_length=200,
        description=f"By {', '.join(f'`{name}`' for name in names)}; separated by commas, `-` before one descends.",
        examples=[f"-{names[0]}"],
        json_schema_extra={"pattern": f"^({one}(,{one})*)?$", **described},
    )
