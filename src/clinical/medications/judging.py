"""What a verb with its marks says of a drug, and marks without a verb."""

from collections.abc import Iterable, Sequence

from clinical.facts import Ending, MedicationStatus, Reality
from clinical.lexicon.resources import wordset
from clinical.medications.signals import Meaning, Signal
from clinical.medications.verdicts import Verdict, reality_of
from clinical.medications.vicinity import Vicinity

# "Not taking" tells of now; "denies taking", "never on" and "does not take" that it never was.
_NOT_NOW = wordset("not isn't wasn't aren't hasn't haven't n't")
_HABITS = wordset("on requires require take use takes uses")
# What tells of a condition that has to be met, rather than of when a medicine is taken.
_TO_BE_MET = wordset(
    "persists persist persisted worsens worsen positive confirmed fails fail negative not no develops develop recurs "
    "recur returns return remains remain becomes is are was above below over under abnormal normal improves improve "
    "improved falls rises drops high low complete available approved has have does doesn't don't isn't starts allows "
    "settles settle exceeds greater less stays gets goes up"
)
_WHEN = frozenset({"if", "when", "in case of"})
_DIRECTIONS = frozenset({"use", "take", "apply", "give"})
# So many words after "if" tell when a medicine is taken, rather than whether: "if itchy".
_SHORT = 4


def verdict_of(
    around: Vicinity, event: Signal, meaning: Meaning, marks: Iterable[Signal], negated: Signal | None
) -> Verdict:
    """What a verb says of its drugs.

    Args:
        around: The words.
        event: The verb.
        meaning: What it says here.
        marks: How real it is.
        negated: The negation before it, if there is one.
    """
    status, ending, reality = meaning.status or MedicationStatus.MENTIONED, meaning.ending, reality_of(marks)
    strong = meaning.says not in {"continued", "mentioned"}
    denied = False
    if negated is not None and status is MedicationStatus.CONTINUED:
        status, ending = MedicationStatus.STOPPED, Ending.STOPPED
        denied = (
            around.written(negated.start, negated.end) not in _NOT_NOW
            or around.written(event.start, event.end) in _HABITS
        )
    elif negated is not None and status is MedicationStatus.STARTED:
        status, reality = MedicationStatus.MENTIONED, Reality.DECLINED
    elif negated is not None and status is not MedicationStatus.MENTIONED:
        status, ending = MedicationStatus.CONTINUED, None  # neither stopped nor changed
    ending = ending if reality is Reality.ACTUAL else None
    return Verdict(status, reality, ending, event.start, event.end, strong, denied=denied)


def marked(marks: Sequence[Signal]) -> Verdict:
    """What marks without a verb say of a drug."""
    last = marks[-1]
    told = Verdict.of(MedicationStatus.MENTIONED, last.start, last.end)
    if last.says in {"negated", "avoided"}:
        return told._replace(overrides=True, denied=last.says == "negated", avoided=last.says == "avoided")
    return told._replace(reality=reality_of(marks))


def needs(around: Vicinity, mark: Signal, after: int, said: Iterable[Verdict]) -> Verdict | None:
    """The verdict that a drug is taken when needed, where "if itchy" says so; None where it is a condition to be met.

    Args:
        around: The words.
        mark: The "if".
        after: The token behind the stretch that is read.
        said: What was said of the drug before.
    """
    words: list[str] = []
    for word in around.between(mark.after, after):
        if word in {",", ";", ")", "("}:
            break
        words.append(word)
    if around.written(mark.start, mark.end) not in _WHEN or not 0 < len(words) <= _SHORT:
        return None
    if any(word in _TO_BE_MET or word[:1].isdigit() for word in words):
        return None
    if any(
        one.reality is not Reality.ACTUAL or (one.strong and around.written(one.start, one.end) not in _DIRECTIONS)
        for one in said
    ):
        return None
    return Verdict.of(MedicationStatus.MENTIONED, mark.start, mark.end)._replace(needed=True)
