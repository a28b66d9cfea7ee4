"""Whether something is said of the patient, now, and as a fact.

A ConText of our own (Harkema et al., "ConText: an algorithm for determining negation, experiencer, and temporal status
from clinical reports", J Biomed Inform 2009): triggers such as "denies" or "history of" govern the words before or
after them up to the end of the clause. On top of that: lists that go on over lines, pseudo-triggers, double negation,
the relative who is ill and the relative who only tells, and what stands under which heading.
"""

from dataclasses import dataclass, replace
from functools import cache
from typing import NamedTuple

from features.notes.understanding.document import Document
from features.notes.understanding.lexicon import Match, Phrases, Token
from features.notes.understanding.resources import entries, wordset

FORWARD, BACK = 1, -1


class Trigger(NamedTuple):
    """A phrase that changes how others are meant."""

    category: str
    direction: str
    reach: int
    over_commas: bool


class Scope(NamedTuple):
    """The tokens that a trigger governs, and the first token of the trigger."""

    category: str
    first: int
    after: int
    trigger: int
    trigger_after: int


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


_TELLS = wordset(
    """
    reports reported states stated says said notes noted brought brings brought feels thinks believes called calls
    denies denied describes noticed notices gave gives provides provided helps helped accompanied accompanies
    mentions confirms present asks asked wants worried concerned agrees agreed understands lives lived at and,
    wishes requests thought
    """
)
_NOT_ILL = wordset("with by per from accompanied and, between via through lives see her's caring to for called told")
_OWNERS = frozenset(
    {"his", "her", "their", "the", "my", "a", "an", "maternal", "paternal", "one", "two", "both", "own"}
)
_OPENS_BACK = frozenset({"in", "(", "-", "of", "both", "on"})
_ENDS_CLAUSE = frozenset({";", "•"})
_FINITE = frozenset({"is", "are", "was", "were"})


@cache
def _triggers() -> Phrases[Trigger]:
    phrases: Phrases[Trigger] = Phrases()
    for line in entries("triggers.txt"):
        head, _, names = line.partition(": ")
        category, direction, *reach = head.split()
        trigger = Trigger(category, direction, int(reach[0]) if reach else 0, over_commas="list" in reach)
        for name in names.split(", "):
            phrases.add(name.strip(), trigger)
    phrases.sort()
    return phrases


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
            self._scopes[number] = list(_scopes(self._document, number))
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


def _scopes(document: Document, number: int) -> list[Scope]:
    first, after = document.sentence_tokens(number)
    tokens = document.tokens
    found = _triggers().find(document.text, tokens, first, after)
    # A trigger may end the sentence of a lead-in line: its scope reaches one token beyond, where the items follow.
    scopes = []
    for match in found:
        for trigger in match.found:
            if trigger.category in {"pseudo", "stop", "affirm"}:
                continue
            if trigger.category in {"relative", "other"}:
                scopes.extend(_relative(tokens, found, match, trigger, first, after))
            elif trigger.direction == "forward":
                scopes.append(_forward(tokens, found, match, trigger, after))
            elif not _only_forward(tokens, match, first, after):
                scopes.append(_back(tokens, found, match, trigger, first))
    return scopes


def _only_forward(tokens: list[Token], match: Match[Trigger], first: int, after: int) -> bool:
    """Whether a word that works both ways begins its clause, and so tells about what follows it."""
    both = len({trigger.direction for trigger in match.found}) > 1
    if match.after == after or tokens[match.after].word in {",", ";", ")"}:
        return False
    return both and (match.first == first or tokens[match.first - 1].word in {",", ":", "and", ";", "("})


def _forward(
    tokens: list[Token], found: list[Match[Trigger]], match: Match[Trigger], trigger: Trigger, after: int
) -> Scope:
    bound = min(match.after + trigger.reach, after)
    end = bound
    separated = False
    ends = _ends(found, match, trigger)
    for at in range(match.after, bound):
        word = tokens[at].word
        if word in _ENDS_CLAUSE or (word in {":", "-", "–", "—"} and at > match.after):
            end = at
            break
        if word == "," and not trigger.over_commas:
            end = at
            break
        separated = separated or word in {",", "and", ")"}
        kind = ends.get(at)
        if kind == "stop" or (kind == "affirm" and (separated or word in _FINITE)):
            end = at
            break
    reaches_end = end == after
    return Scope(trigger.category, match.after, after + 1 if reaches_end else end, match.first, match.after)


def _ends(found: list[Match[Trigger]], match: Match[Trigger], trigger: Trigger) -> dict[int, str]:
    """Where a scope may end: at stop words, at verbs that begin a new statement, and at triggers of its own kind."""
    ends = {}
    for other in found:
        if other.first < match.after:
            continue
        categories = {meaning.category for meaning in other.found}
        if "stop" in categories:
            ends[other.first] = "stop"
        elif "affirm" in categories:
            ends[other.first] = "affirm"
        elif (trigger.category in {"historical", "pmh"} and "negated" in categories) or (
            trigger.category == "possible" and not categories.isdisjoint({"historical", "negated", "excluded"})
        ):
            ends[other.first] = "stop"
    return ends


def _back(
    tokens: list[Token], found: list[Match[Trigger]], match: Match[Trigger], trigger: Trigger, first: int
) -> Scope:
    stops = {
        at
        for other in found
        if other.after <= match.first and any(meaning.category == "stop" for meaning in other.found)
        for at in range(other.first, other.after)
    }
    begin = max(match.first - trigger.reach, first)
    start = begin
    for at in range(match.first - 1, begin - 1, -1):
        word = tokens[at].word
        if word in {";", ",", "•"} or at in stops:
            # "fever, chills: negative" speaks of all of them; "pneumonia, resolved" of the one before the comma
            if word == "," and (tokens[match.first - 1].word in {":", "-"} or at == match.first - 1):
                continue
            start = at + 1
            break
    return Scope(trigger.category, start, match.first, match.first, match.after)


def _relative(
    tokens: list[Token],
    found: list[Match[Trigger]],
    match: Match[Trigger],
    trigger: Trigger,
    first: int,
    after: int,
) -> list[Scope]:
    """A relative is ill, or only tells: "father had MI", "diabetes in her mother", but "mother reports fever"."""
    before = match.first - 1
    while before >= first and tokens[before].word in _OWNERS:
        before -= 1
    ahead = tokens[before].word if before >= first else ""
    behind = tokens[match.after].word if match.after < after else ""
    if behind in _TELLS or ahead in _NOT_ILL:
        return []
    if ahead in _OPENS_BACK or (behind in {")", ""} and ahead in {"(", "-", ","}):
        return [_back(tokens, found, match, trigger._replace(reach=15), first)]
    return [_forward(tokens, [other for other in found if not _affirms(other)], match, trigger, after)]


def _affirms(match: Match[Trigger]) -> bool:
    return any(trigger.category == "affirm" for trigger in match.found)
