"""JSON as RFC 8259 has it, and as everybody who reads it understands it alike (RFC 7493, I-JSON)."""

from typing import Any

from rounds.http import bounded_json
from rounds.i18n import N_
from rounds.problems import InvalidFields, Refusal, invalid, pointer_of
from rounds.repeated_names import first_repeated

_REPEATED = Refusal("repeated_name", N_("This name stands twice in the same object. Send it once."))


def parse(body: bytes) -> Any:
    """The value in `body`: no NaN, no lone surrogates, no bottomless nesting, no name twice in one object.

    Raises:
        json.JSONDecodeError: when it is not JSON, or out of bounds.
        InvalidFields: when an object has a name twice; it points to the first of them.
    """
    value = bounded_json.loads(body)
    if isinstance(value, dict | list):
        path = first_repeated(body)
        if path is not None:
            raise repeated_at(path)
    return value


def repeated_at(path: tuple[str, ...]) -> InvalidFields:
    """The 422 for a name that stands twice, there."""
    return invalid(pointer_of(("body", *path)), _REPEATED())
