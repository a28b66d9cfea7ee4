"""Whether a procedure was done, is planned or was declined: the rules' verdict, weighed with the words around its name.

The weights come from notes and pieces of notes that strangers wrote and annotated; the verdict of the rules is one of
the things weighed.
"""

from collections.abc import Iterator

from clinical.context.assertion_value import Assertion
from clinical.facts import ProcedureStatus
from clinical.note import Note
from clinical.procedures.naming import Name
from clinical.procedures.status import is_answered
from clinical.weighing.linear import linear

MODEL = "procedures"
NOT_TOLD = "none"
"""Only spoken of, or another person's."""
LIKELY = 0.45
"""From this share on it is said to have been done."""
_STATUSES = {one.value: one for one in ProcedureStatus}
_FLAGS = ("negated", "possible", "historical", "family", "hypothetical", "excluded", "background")


def weighed(note: Note, name: Name, said: ProcedureStatus | None, meant: Assertion) -> ProcedureStatus | None:
    """What became of a procedure, after weighing; None where it is only spoken of.

    A form's answer, what stands right behind its name and what was added below a note are left to the rules.
    """
    if is_sure(note, name, meant):
        return said
    return _STATUSES.get(answer(linear(MODEL).shares(features_of(note, name, said, meant))))


def is_sure(note: Note, name: Name, meant: Assertion) -> bool:
    """Whether the rules are not asked twice."""
    return (
        meant.answered
        or is_answered(note, name, meant)
        or note.in_heading(name.start)
        or bool(note.additions_before(name.start))
    )


def answer(shares: dict[str, float]) -> str:
    """The likeliest answer; that it was done only where that is likely enough."""
    done = ProcedureStatus.DONE.value
    if shares.get(done, 0.0) >= LIKELY:
        return done
    return max((told for told in shares if told != done), key=lambda told: shares[told])


def features_of(note: Note, name: Name, said: ProcedureStatus | None, meant: Assertion) -> Iterator[str]:
    """What tells what became of a procedure: the words around its name, its kind, and what the rules say."""
    yield from note.surroundings.features(name.start, name.end)
    verdict = said.value if said else NOT_TOLD
    flags = [flag for flag in _FLAGS if getattr(meant, flag)]
    yield f"said={verdict}"
    yield f"said={verdict}/{name.kind}"
    yield f"kind={name.kind}"
    yield f"meant={'/'.join(flags)}/{meant.reality.value}"
    yield f"reality={meant.reality.value}"
