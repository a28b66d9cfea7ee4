"""How long statements may take, by what they are for, and what is said when one takes too long."""

from dataclasses import dataclass

from rounds.i18n import N_
from rounds.problems import Unavailable


class TooDear(Unavailable):
    """The database takes too long to answer this, or too many such questions wait. Ask for less, or try later."""

    code = "query_too_dear"
    title = N_("It would take too long")
    detail = N_("This takes the database too long. Ask for less: more letters, a narrower filter, or no total.")

    def __init__(self) -> None:
        super().__init__(seconds=5)


@dataclass(frozen=True, slots=True)
class StatementLimits:
    """Seconds that a statement may take, and how many searches may run at once.

    None leaves it to the database: commands that load or migrate take what they need.
    """

    reads: float | None = None
    searches: float | None = None
    writes: float | None = None
    searches_at_once: int = 2

    @staticmethod
    def setting(seconds: float | None) -> dict[str, str]:
        """The session setting that makes the database give up."""
        return {} if seconds is None else {"statement_timeout": f"{int(seconds * 1000)}"}
