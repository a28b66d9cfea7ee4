"""Whether something is said of the patient, now, and as a fact.

A ConText of our own (Harkema et al., "ConText: an algorithm for determining negation, experiencer, and temporal status
from clinical reports", J Biomed Inform 2009): triggers such as "denies" or "history of" govern the words before or
after them up to the end of the clause. On top of that: lists that go on over lines, pseudo-triggers, double negation,
the relative who is ill and the relative who only tells, and what stands under which heading.
"""

from dataclasses import dataclass, replace

from clinical.context.scopes import Scope, scopes_in
from clinical.text.document import Document


@dataclass(frozen=True, slots=True)
class Assertion:
    """How a mention is meant. All false: it is so, now, of the patient."""

    negated: bool = False
    possible: bool = False
    historical: bool = False
    family: bool = False
    hypothetical: bool = False
    """Planned, conditional, feared or explained: "if fever", "risk of bleeding", "r/o PE"."""
    excluded: bool = False
    """Negated because it was considered and found not to be so: "ruled out", "no evidence of"."""
    background: bool = False
    """Historical only because it stands under the medical history, where lasting conditions are still there."""
    relative: str | None = None
    """Whose it is, in lower case, if it is a relative's."""

    @property
    def current(self) -> bool:
        """Whether it is, or may be, the patient's at present."""
        return not (self.negated or self.historical or self.family or self.hypothetical)


class Context:
    """How the mentions of a document are meant. Each sentence is looked at once, when it is first asked about."""

    def __init__(self, document: Document) -> None:
        self._document = document
        self._scopes: dict[int, list[Scope]] = {}

    def of(self, start: int, end: int) -> Assertion:
        """How `text[start:end]` is meant, going by its sentence and the line that introduces it."""
        document = self._document
        number = document.sentence_at(start)
        if number is None:
            return Assertion()
        first, after = document.tokens_in(start, end)
        meant = self._within(number, first, after)
        lead = document.lead_of(number)
        if lead is not None and meant.current:
            meant = _merge(meant, self._led(lead))
        return meant

    def nearest(self, start: int, category: str) -> Scope | None:
        """The scope of that category which governs what stands at `start`; the innermost."""
        number = self._document.sentence_at(start)
        if number is None:
            return None
        first, after = self._document.tokens_in(start, start + 1)
        governing = [
            scope
            for scope in self.scopes(number)
            if scope.category == category and scope.first <= first and scope.after >= after
        ]
        return max(governing, key=lambda scope: scope.trigger, default=None)

    def scopes(self, number: int) -> list[Scope]:
        """All scopes in a sentence."""
        if number not in self._scopes:
            self._scopes[number] = scopes_in(self._document, number)
        return self._scopes[number]

    def _within(self, number: int, first: int, after: int) -> Assertion:
        found = {
            scope.category: scope
            for scope in self.scopes(number)
            if scope.first < after
            and first < scope.after
            and not (scope.trigger < after and first < scope.trigger_after)
        }
        if not found:
            return Assertion()
        if "possible" in found and "negated" in found and _unsure(found["possible"], found["negated"]):
            del found["negated"]
        relative = found.get("relative")
        return Assertion(
            negated="negated" in found or "excluded" in found,
            possible="possible" in found,
            historical="historical" in found or "pmh" in found,
            family=not found.keys().isdisjoint({"family", "relative", "other"}),
            hypothetical="hypothetical" in found,
            excluded="excluded" in found,
            background="pmh" in found and "historical" not in found,
            relative=self._relative(relative) if relative else None,
        )

    def _relative(self, scope: Scope) -> str:
        """Who it is: "mother", "maternal aunt"."""
        word = self._document.tokens[scope.trigger].word
        before = self._document.tokens[scope.trigger - 1].word if scope.trigger else ""
        return f"{before} {word}" if before in {"maternal", "paternal"} else word

    def _led(self, number: int) -> Assertion:
        """What an introducing line ("Denies:") makes of the items under it: what governs its end."""
        last = self._document.sentence_tokens(number)[1]
        return self._within(number, last, last + 1)


def _unsure(possible: Scope, negated: Scope) -> bool:
    """Whether a doubt is the nearer one, as in "cannot rule out"."""
    return possible.trigger <= negated.trigger < possible.trigger_after


def _merge(own: Assertion, led: Assertion) -> Assertion:
    return replace(
        own,
        negated=own.negated or led.negated,
        possible=own.possible or led.possible,
        historical=own.historical or led.historical,
        family=own.family or led.family,
        hypothetical=own.hypothetical or led.hypothetical,
        excluded=own.excluded or led.excluded,
        background=own.background or led.background,
    )
