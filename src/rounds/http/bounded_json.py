"""JSON as RFC 8259 has it, and in bounds: no NaN, no lone surrogates, no bottomless nesting, no endless objects."""

from json import JSONDecodeError
from typing import Any

import orjson

# No call knows a tenth of it. Each member that a model does not know is an error of its own, which takes time to tell.
MOST_MEMBERS = 1000


def loads(body: bytes) -> Any:
    """What the body says.

    Raises:
        JSONDecodeError: when it is no JSON, or an object in it has more than `MOST_MEMBERS` members.
    """
    found = orjson.loads(body)
    if len(body) > 4 * MOST_MEMBERS:  # a member has at least four characters
        _check(found)
    return found


def _check(found: Any) -> None:
    waiting = [found]
    while waiting:
        each = waiting.pop()
        if isinstance(each, dict):
            if len(each) > MOST_MEMBERS:
                raise JSONDecodeError("an object has far more members than any call knows", "", 0)
            waiting.extend(value for value in each.values() if isinstance(value, dict | list))
        elif isinstance(each, list):
            waiting.extend(value for value in each if isinstance(value, dict | list))
