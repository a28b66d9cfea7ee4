"""Whether something is said of the patient, now, and as a fact: what `clinical.context.assertion` decides.

A ConText of our own (Harkema et al., "ConText: an algorithm for determining negation, experiencer, and temporal status
from clinical reports", J Biomed Inform 2009): triggers such as "denies" or "history of" govern the words before or
after them up to the end of the clause. On top of that: lists that go on over lines, brackets, triggers within
triggers, double negation, answers in forms, the relative who is ill and the relative who only tells, and what stands
under which heading.
"""

from dataclasses import dataclass

from clinical.facts import Reality
from clinical.people import Person


@dataclass(frozen=True, slots=True)
class Assertion:
    """How a mention is meant. All false, actual, the patient's: it is so, now, of the patient."""

    negated: bool = False
    possible: bool = False
    historical: bool = False
    family: bool = False
    """Somebody else's: a relative's or another person's."""
    hypothetical: bool = False
    """Conditional, feared, explained, or looked for: "if fever", "risk of bleeding", "r/o PE"."""
    excluded: bool = False
    """Negated because it was considered and found not to be so: "ruled out", "no evidence of"."""
    background: bool = False
    """Historical only because it is "a history of" or stands under the medical history: what lasts is still there."""
    resolved: bool = False
    """Said to be over: healed, in remission, status post. It is historical then."""
    retracted: bool = False
    """Recorded once, and taken back: "entered in error". It is negated and excluded then."""
    relatives: tuple[str, ...] = ()
    """Whose it is, in lower case, where it is somebody else's and said whose: "mother", "maternal aunt"."""
    person: Person = Person.PATIENT
    reality: Reality = Reality.ACTUAL
    """Of a drug or a procedure: what the words around it make of it. A diagnosis has no use for it."""
    answered: bool = False
    """A form's answer or box says so: "Diabetes: No", "[x] Asthma"."""

    @property
    def current(self) -> bool:
        """Whether it is, or may be, the patient's at present."""
        return not (self.negated or self.historical or self.family or self.hypothetical)

    @property
    def relative(self) -> str | None:
        """The first of the relatives."""
        return self.relatives[0] if self.relatives else None
