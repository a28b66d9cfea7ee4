"""Parameters that take several of a few names, separated by commas, as OpenAPI shows them."""

from collections.abc import Sequence

from pydantic import JsonValue

SEVERAL_OF = "x-several-of"
"""Where a parameter leaves its names for the OpenAPI document, which shows it as a list of them."""

ONE_OF = "x-one-of"
"""Where a parameter leaves the name of the schema that tells its choices, which the whole document has."""


def several_of(names: Sequence[str], *, title: str, about: str = "", most: int | None = None) -> dict[str, JsonValue]:
    """What a parameter adds to its own schema, to be shown as a list of choices.

    Args:
        names: The choices.
        title: The name that the choice has in generated clients.
        about: What it is, for the API's description.
        most: How many may be sent, each once; left out, what is sent again changes nothing.
    """
    choices: list[JsonValue] = [*names]
    choice: dict[str, JsonValue] = {"type": "string", "title": title, "description": about, "enum": choices}
    return {SEVERAL_OF: {"choice": choice} if most is None else {"choice": choice, "most": most}}
