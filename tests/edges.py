"""Which edges of a schema are worth a request, when many operations share what the schema describes.

Schemathesis meets every edge of every parameter in every operation. `limit`, `sort` or the headers are described and
looked at in one place of the program, though, so their edges are met in the first operations that have them, and the
same value elsewhere is left out. Each operation is still sent something bad and something good in each of its
parameters: whether it looks at them at all is its own affair. What is odd about a path, or a body, is always met; only
the same body under another media type, or twice, is not.
"""

import json
import re
from collections import defaultdict
from typing import Any

import schemathesis
from schemathesis.core import NOT_SET
from schemathesis.core.parameters import ParameterLocation
from schemathesis.generation.meta import CoveragePhaseData

_OFTEN = 2  # in so many operations: one alone might be the exception that is right
_SHARED = {ParameterLocation.QUERY: "query", ParameterLocation.HEADER: "headers"}


class Edges:
    """Remembers what has been met."""

    def __init__(self) -> None:
        self._met: defaultdict[str, set[str]] = defaultdict(set)
        self._reached: set[tuple[str, str, bool]] = set()

    def is_new(self, case: schemathesis.Case) -> bool:
        """Whether the case goes where few others went before; cases of other phases always do."""
        data = case.meta.phase.data if case.meta else None
        if not isinstance(data, CoveragePhaseData):
            return True
        part, edge = _edge_of(case, data)
        bad = case.meta is not None and case.meta.generation.mode.is_negative
        return edge is None or self._note(case.operation.label, part, edge, bad=bad)

    def _note(self, operation: str, part: str, edge: str, *, bad: bool) -> bool:
        met, first_here = self._met[edge], (operation, part, bad) not in self._reached
        if not first_here and (operation in met or len(met) >= _OFTEN):
            return False
        self._reached.add((operation, part, bad))
        met.add(operation)
        return True


def _edge_of(case: schemathesis.Case, data: CoveragePhaseData) -> tuple[str, str | None]:
    """The part of the request that the case is about, and what it is like, if others might share that."""
    if data.parameter_location is ParameterLocation.BODY:
        schemas = sorted({_as_json(each.definition.get("schema")) for each in case.operation.body})
        return f"body {data.parameter}", f"{schemas} {data.scenario} {data.description} {case.body!r}"
    container = _SHARED.get(data.parameter_location) if data.parameter_location else None
    described = {each.name: each.definition.get("schema") for each in case.operation.iter_parameters()}
    if container is None or data.parameter not in described:
        return "", None
    value = (getattr(case, container) or {}).get(data.parameter, NOT_SET)
    # The same is told in other words where the whole of the query is looked at.
    what = re.sub(r"^[^:]+: ", "", data.description)
    schema = _as_json(described[data.parameter])
    return f"{container} {data.parameter}", f"{data.parameter} {schema} {data.scenario} {what} {value!r}"


def _as_json(definition: Any) -> str:
    return json.dumps(definition, sort_keys=True, default=repr)
