"""What can be wrong with the trail."""

from rounds.i18n import N_
from rounds.problems import Refusal


class BrokenChain(Exception):  # noqa: N818 - a finding
    """Something was changed that must not change.

    Attributes:
        kind: `seal`, `event` or `anchor`.
        name: The number of the seal, or the id of the event.
        why: What is wrong with it.
    """

    def __init__(self, kind: str, name: str, why: str) -> None:
        super().__init__(f"{kind} {name}: {why}")
        self.kind = kind
        self.name = name
        self.why = why


BAD_ANCHOR = Refusal("anchor", N_("Write an anchor as `rounds audit anchor` prints it: a number, a colon and a seal."))
BACKWARDS = Refusal("range", N_("`from` is not before `to`."))
