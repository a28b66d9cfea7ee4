"""What is said of a drug at one place: what becomes of it, how real that is, and which word of several counts."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from clinical.facts import Ending, MedicationStatus, Reality
from clinical.medications.signals import Signal

_LEAST_REAL_FIRST = (
    Reality.DECLINED,
    Reality.REQUESTED,
    Reality.CONDITIONAL,
    Reality.CONSIDERED,
    Reality.PLANNED,
    Reality.PAST,
)
_AHEAD = frozenset({Reality.PLANNED, Reality.CONDITIONAL, Reality.CONSIDERED})
_ANSWERS = frozenset({Reality.DECLINED, Reality.REQUESTED})


class Verdict(NamedTuple):
    """What one word, or one mark, says of a drug."""

    status: MedicationStatus
    reality: Reality
    ending: Ending | None
    start: int
    end: int
    strong: bool
    """Whether something is done, rather than told: started, changed or stopped."""
    overrides: bool = False
    """Whether it stands behind the drug and so goes on about what was said before it."""
    denied: bool = False
    avoided: bool = False
    needed: bool = False
    """Whether "if …" tells when it is taken."""
    exchanged: bool = False
    """Whether another drug takes its place, or it that of another."""
    linked: bool = False
    """Whether it goes on about what was named before: "was increased", "stopped it"."""
    sure: bool = False
    """Whether nothing is weighed against it: the construction says only this."""

    @classmethod
    def of(cls, status: MedicationStatus, start: int, end: int) -> "Verdict":
        """A verdict on what is really so."""
        ending = Ending.STOPPED if status is MedicationStatus.STOPPED else None
        strong = status not in {MedicationStatus.CONTINUED, MedicationStatus.MENTIONED}
        return cls(status, Reality.ACTUAL, ending, start, end, strong)

    @property
    def told(self) -> bool:
        """Whether the drug is only told of."""
        return not self.strong and self.status is MedicationStatus.MENTIONED


def reality_of(marks: Iterable[Signal]) -> Reality:
    """How real something is under marks: what makes it least so."""
    says = {mark.says for mark in marks}
    return next((reality for reality in _LEAST_REAL_FIRST if reality.value in says), Reality.ACTUAL)


def settled(
    verdicts: list[Verdict], fallback: MedicationStatus, dosed_before: Callable[[int], bool] = lambda _: True
) -> Verdict | None:
    """What is finally said of a drug; None where no words said anything.

    Later words win where they go on about the drug, and everything wins over what is merely told. What is not real
    does not undo what is, nor a list in which the drug stands.

    Args:
        verdicts: What was said, in the order of the text.
        fallback: What its place says.
        dosed_before: Whether the drug has its dose before a place: then it is taken, whatever is considered there.
    """
    needed = next((verdict for verdict in verdicts if verdict.needed), None)
    best: Verdict | None = None
    for verdict in verdicts:
        if not verdict.needed and (best is None or _wins(verdict, best)):
            best = verdict
    if best is None:
        return needed
    if fallback is MedicationStatus.CONTINUED and best.told and best.reality in _AHEAD and dosed_before(best.start):
        return needed
    return best._replace(needed=needed is not None)


def further(verdicts: list[Verdict], main: Verdict | None) -> list[Verdict]:
    """What is said of a drug beside its verdict: what is still to come, or to happen if something else does.

    "On hold, to restart on Friday"; "halved, stop if potassium is above 6".
    """
    if main is None or main.reality is not Reality.ACTUAL:
        return []
    found = [one for one in verdicts if one.strong and one.reality in _AHEAD and not one.needed]
    return [one for one in found if one.start != main.start]


def taken_until(verdict: Verdict | None) -> bool:
    """Whether a drug is taken now because it would be stopped or changed only later, or if something happens."""
    return (
        verdict is not None
        and verdict.strong
        and verdict.reality in _AHEAD
        and verdict.status in {MedicationStatus.STOPPED, MedicationStatus.CHANGED}
    )


def _wins(later: Verdict, best: Verdict) -> bool:
    """Whether what is said later counts more."""
    real = best.reality is Reality.ACTUAL
    if later.denied or later.avoided:
        return not (best.strong and real)
    if best.denied or best.avoided:
        return later.strong and later.reality is Reality.ACTUAL
    if later.reality in _ANSWERS:
        return later.overrides or not (best.strong and real)
    if later.reality is not Reality.ACTUAL:
        return best.status is MedicationStatus.MENTIONED if real else later.strong and not best.strong
    if best.reality is Reality.DECLINED:
        return later.strong and later.overrides and later.ending is not None  # "not used, crossed off"
    return _wins_in_fact(later, best) if real else later.strong


def _wins_in_fact(later: Verdict, best: Verdict) -> bool:
    """The same of two that are both so."""
    if not best.strong:
        return later.strong or later.overrides or best.status is MedicationStatus.MENTIONED
    if best.status is MedicationStatus.STARTED and later.status is MedicationStatus.CHANGED and not later.linked:
        return False  # "new, reduced for renal function"
    return later.overrides and (later.strong or later.status is MedicationStatus.CONTINUED)
