"""What became of a row of a file."""

from dataclasses import dataclass
from typing import Literal

from rounds.problems import InvalidFields, Problem


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one row of a file."""

    row: int
    result: Literal["created", "unchanged", "refused"]
    reason: str = ""


def because(problem: Problem) -> str:
    """Why a row was refused, in one line."""
    document = problem.document("en")
    if isinstance(problem, InvalidFields):
        return "; ".join(f"{error['pointer']}: {error['detail']}" for error in document["errors"])
    return str(document["detail"])
