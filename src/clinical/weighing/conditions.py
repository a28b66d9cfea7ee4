"""How sure a condition is, and whose: the rules' verdict, weighed with the words around its name.

The rules know triggers and how far they reach; no list of them is complete. The weights come from notes and pieces of
notes that strangers wrote and annotated, and the verdict of the rules is one of the things weighed. That the patient
has a condition is said only where that is likely: told wrongly, it does more harm than left in doubt.
"""

from collections.abc import Iterator

from clinical.context.assertion_value import Assertion
from clinical.facts import DiagnosisCertainty as Certainty
from clinical.note import Note
from clinical.weighing.linear import linear

MODEL = "conditions"
NOBODY = "nobody"
"""Nobody's whom the note is about: a risk, a worry, what is looked for, another person's."""
LIKELY = 0.5
"""From this share on the patient is said to have it."""
_MOST = 1_000
_CERTAINTIES = {one.value: one for one in Certainty}
_FLAGS = ("negated", "possible", "historical", "family", "hypothetical", "excluded", "background", "resolved")


def weighed(
    note: Note, core: tuple[int, int], said: Certainty | None, meant: Assertion, *, listed: bool, stays: bool
) -> Certainty | None:
    """What is said of a condition, after weighing; None where it is nobody's.

    A form's answer, what was taken back and what was added below a note are left to the rules.
    """
    if is_sure(note, core, meant):
        return said
    shares = linear(MODEL).shares(features_of(note, core, said, meant, listed=listed, stays=stays))
    return _CERTAINTIES.get(answer(shares))


def is_sure(note: Note, core: tuple[int, int], meant: Assertion) -> bool:
    """Whether the rules are not asked twice."""
    return meant.answered or meant.retracted or bool(note.additions_before(core[0]))


def answer(shares: dict[str, float]) -> str:
    """The likeliest answer; that it is there only where that is likely enough."""
    there = Certainty.CONFIRMED.value
    if shares.get(there, 0.0) >= LIKELY:
        return there
    return max((told for told in shares if told != there), key=lambda told: shares[told])


def features_of(
    note: Note, core: tuple[int, int], said: Certainty | None, meant: Assertion, *, listed: bool, stays: bool
) -> Iterator[str]:
    """What tells how a condition is meant: the words around its name, and what the rules say."""
    yield from note.surroundings.features(*core)
    verdict = said.value if said else NOBODY
    flags = [name for name in _FLAGS if getattr(meant, name)]
    yield f"said={verdict}"
    yield f"said={verdict}/{listed}/{stays}"
    yield f"meant={'/'.join(flags)}"
    yield from (f"is={name}" for name in flags)
