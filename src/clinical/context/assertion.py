"""How the mentions of a document are meant, going by their sentence, what introduces it, and the heading above."""

import re
from dataclasses import replace
from functools import cached_property

from clinical.context.answers import Answers
from clinical.context.assertion_value import Assertion
from clinical.context.called import called_in
from clinical.context.governed import Governed, governor_of
from clinical.context.orders import leaves_reason
from clinical.context.scopes import Scope, Scopes
from clinical.context.triggers import triggers_in
from clinical.facts import Reality
from clinical.lexicon.phrases import tokens_of
from clinical.people import Kin, Person
from clinical.sections.outline import Outline
from clinical.text.document import Document

# What is said of a treatment, the weightiest first.
_REALITIES = (
    ("declined", Reality.DECLINED),
    ("requested", Reality.REQUESTED),
    ("conditional", Reality.CONDITIONAL),
    ("considered", Reality.CONSIDERED),
    ("planned", Reality.PLANNED),
    ("historical", Reality.PAST),
    ("resolved", Reality.PAST),
)
_OF_PROBLEMS = frozenset({"diagnosis", "problems", "assessment"})
_SAYS_OF_PATIENT = frozenset({"has", "is", "had", "takes", "was", "suffers", "himself", "herself", "lives", "denies"})
_PATIENT = frozenset({"patient", "pt", "he", "she", "client"})


class Context:
    """How the mentions of a document are meant. Each sentence is looked at once, when it is first asked about."""

    def __init__(self, document: Document, outline: Outline | None = None) -> None:
        self._document = document
        self._outline = outline
        self._scopes: dict[int, Scopes] = {}
        self._family_ends: dict[int, int] = {}
        self._headings: dict[int, Assertion] = {}

    def of(self, start: int, end: int) -> Assertion:
        """How `text[start:end]` is meant."""
        document = self._document
        number = document.sentence_at(start)
        if number is None:
            return Assertion()
        first, after = document.tokens_in(start, end)
        meant = self._within(number, first, after)
        lead = document.lead_of(number)
        if lead is not None and meant.current:
            meant = _merge(meant, self._led(lead))
        if meant.current:
            meant = _merge(meant, self._headed(start))
        meant = _answered(meant, self._answers.at(start))
        return self._in_family(meant, number, first, start)

    @cached_property
    def _answers(self) -> Answers:
        return Answers(self._document)

    def of_condition(self, start: int, end: int) -> Assertion:
        """How a condition at `text[start:end]` is meant: under a medical history it is past, unless it lasts."""
        meant = self._governed(self.of(start, end), start)
        kind = self._outline.kind_at(start) if self._outline else ""
        if meant.historical or meant.family:
            return meant
        if kind == "surgical" or (kind == "past" and not self.lasts(start, end)):
            return replace(meant, historical=True)
        return meant

    def _governed(self, meant: Assertion, start: int) -> Assertion:
        """What the governor of a clause makes of the condition that is its predicate; it goes before single words."""
        first, _ = self._document.tokens_in(start, start + 1)
        governor = governor_of(self._document, first)
        if governor is None or meant.answered or meant.retracted:
            return meant
        made = governor.makes
        if meant.family and made is not Governed.FEARED:  # what a relative fears is none of the family's illnesses
            return meant
        if made is Governed.CERTAIN:
            return replace(meant, negated=False, excluded=False, possible=False)
        doubted = made is Governed.DOUBTED
        if meant.negated and not doubted:
            return meant
        return replace(
            meant,
            negated=doubted,
            excluded=doubted,
            possible=made is Governed.POSSIBLE,
            hypothetical=made is Governed.FEARED,
        )

    def lasts(self, start: int, end: int) -> bool:
        """Whether a condition of the lexicon that stands there does not pass by itself."""
        found = self._document.matches_in(start, end)
        return any(term.flag and term.kind == "condition" for match in found for term in match.found)

    def nearest(self, start: int, category: str) -> Scope | None:
        """The scope of that category which governs what stands at `start`; the innermost."""
        number = self._document.sentence_at(start)
        if number is None:
            return None
        first, after = self._document.tokens_in(start, start + 1)
        wanted = {category, "conditional"} if category == "hypothetical" else {category}
        governing = [
            scope
            for scope in self.scopes(number).governing(first, after)
            if scope.category in wanted and scope.first <= first and scope.after >= after
        ]
        return max(governing, key=lambda scope: scope.trigger, default=None)

    def scopes(self, number: int) -> Scopes:
        """All scopes in a sentence."""
        if number not in self._scopes:
            self._scopes[number] = Scopes(self._document, number, self._called)
        return self._scopes[number]

    @cached_property
    def _called(self) -> dict[str, Kin]:
        """What others than the patient are called."""
        return called_in(self._document)

    def _within(self, number: int, first: int, after: int) -> Assertion:
        scopes = self.scopes(number)
        found: dict[str, Scope] = {}
        for scope in scopes.governing(first, after):
            if leaves_reason(self._document, scopes.clauses, scope, first):
                continue
            nearer = found.get(scope.category)
            if nearer is None or _distance(scope, first) <= _distance(nearer, first):
                found[scope.category] = scope
        if not found:
            return Assertion()
        _settle_doubt(found)
        persons = [found[category] for category in ("relative", "other") if category in found]
        person = min(persons, key=lambda scope: _distance(scope, first), default=None)
        somebody = Person.RELATIVE if "family" in found else Person.PATIENT
        if person is not None:
            somebody = Person(person.category)
        past = not found.keys().isdisjoint({"historical", "resolved", "pmh"})
        return Assertion(
            # What is over was there: "negative for PE, atelectasis, resolved".
            negated="resolved" not in found and not found.keys().isdisjoint({"negated", "excluded", "retracted"}),
            possible="possible" in found,
            historical=past,
            family=somebody is not Person.PATIENT,
            hypothetical="hypothetical" in found or "conditional" in found,
            excluded=not found.keys().isdisjoint({"excluded", "retracted"}),
            retracted="retracted" in found,
            background=past and found.keys().isdisjoint({"historical", "resolved"}),
            resolved="resolved" in found,
            relatives=scopes.people(person) if person else (),
            person=somebody,
            reality=next((reality for name, reality in _REALITIES if name in found), Reality.ACTUAL),
        )

    def _headed(self, start: int) -> Assertion:
        """What a heading makes of the problems under it: "Differential diagnosis", "Resolved problems"."""
        segment = self._outline.segment_at(start) if self._outline else None
        if segment is None or segment.kind not in _OF_PROBLEMS or start < segment.body:
            return Assertion()
        if segment.start not in self._headings:
            tokens = tokens_of(self._document.text, segment.start, segment.body)
            found = triggers_in(self._document.text, tokens, 0, len(tokens))
            said = {trigger.category for match in found for trigger in match.found if trigger.direction == "forward"}
            excluded = "excluded" in said
            over = not said.isdisjoint({"historical", "resolved"})
            self._headings[segment.start] = Assertion(
                negated=excluded,
                excluded=excluded,
                possible="possible" in said,
                historical=over,
                resolved="resolved" in said,
            )
        return self._headings[segment.start]

    def _led(self, number: int) -> Assertion:
        """What an introducing line ("Denies:") makes of the items under it: what governs its end."""
        last = self._document.sentence_tokens(number)[1]
        return self._within(number, last, last + 1)

    def _under_another(self, start: int) -> bool:
        """Whether an unknown title stands between a family history's heading and a place."""
        segment = self._outline.segment_at(start) if self._outline else None
        if segment is None:
            return False
        if segment.start not in self._family_ends:
            title = _TITLE.search(self._document.text, segment.body, segment.end)
            self._family_ends[segment.start] = title.start() if title else segment.end
        return start >= self._family_ends[segment.start]

    def _in_family(self, meant: Assertion, number: int, first: int, start: int) -> Assertion:
        """Under a family history everything is a relative's, up to where it is the patient again."""
        if self._outline is None or self._outline.kind_at(start) != "family" or self._outline.in_heading(start):
            return meant
        if self._under_another(start):
            return meant
        if meant.family:
            return meant
        scopes = self.scopes(number)
        words = [scopes.clauses.word(at) for at in range(scopes.clauses.first, first)]
        subject = next((word for word in words if word in _PATIENT), None)
        if subject and not scopes.persons and not _SAYS_OF_PATIENT.isdisjoint(words):
            return meant
        return replace(meant, family=True, person=Person.RELATIVE, relatives=scopes.named_after(first))


# A title of its own in the text under a heading, though not one that is known.
_TITLE = re.compile(
    r"\n[ \t]*(?:#{1,6}[ \t]*\w|\*\*\w[^\n*]{0,60}\*\*[ \t]*\n|(?=[^\n]{3,60}\n)[A-Z][A-Z \t/&()-]+:?[ \t]*\n)"
)


def _distance(scope: Scope, first: int) -> int:
    return first - scope.trigger_after if scope.trigger < first else scope.trigger - first


def _settle_doubt(found: dict[str, Scope]) -> None:
    """Where a doubt and a denial meet, the one counts that governs the other: "cannot rule out", "no possible"."""
    possible = found.get("possible")
    if possible is None:
        return
    for category in ("negated", "excluded"):
        denial = found.get(category)
        if denial and possible.trigger <= denial.trigger < possible.trigger_after:
            del found[category]


def _answered(meant: Assertion, said: str | None) -> Assertion:
    """A form's answer goes before what its question says: "Have you ever had a stroke? No"."""
    if said is None:
        return meant
    meant = replace(meant, negated=False, excluded=False, possible=False, hypothetical=False, answered=True)
    if said == "yes":
        return meant
    return replace(meant, negated=True) if said == "no" else replace(meant, hypothetical=True)


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
        resolved=own.resolved or led.resolved,
        relatives=own.relatives or led.relatives,
        person=own.person if own.person is not Person.PATIENT else led.person,
        reality=own.reality if own.reality is not Reality.ACTUAL else led.reality,
    )
