"""How far the words reach that change how others are meant: triggers, and the tokens they govern."""

from functools import cache
from typing import NamedTuple

from clinical.lexicon.phrases import Match, Phrases, Token
from clinical.lexicon.resources import entries, wordset
from clinical.text.document import Document

# "Cares for her husband with dementia": he is ill, though a preposition stands before him.
_CARED_FOR = {("for", "with"), ("to", "with"), ("caring", "with")}


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


def scopes_in(document: Document, number: int) -> list[Scope]:
    """All scopes in a sentence."""
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
    told_of = _told_of(tokens, match.after, after)
    if told_of is not None:
        # "lives with her son, who has autism": it is he whom the rest is about
        rest = [other for other in found if not _affirms(other) and other.first > told_of]
        scope = _forward(tokens, rest, match._replace(after=told_of + 1), trigger, after)
        return [] if tokens[min(told_of + 1, after - 1)].word in _TELLS else [scope]
    if behind in _TELLS or (ahead in _NOT_ILL and (ahead, behind) not in _CARED_FOR):
        return []
    if ahead in _OPENS_BACK or (behind in {")", ""} and ahead in {"(", "-", ","}):
        return [_back(tokens, found, match, trigger._replace(reach=15), first)]
    return [_forward(tokens, [other for other in found if not _affirms(other)], match, trigger, after)]


def _told_of(tokens: list[Token], behind: int, after: int) -> int | None:
    """Where a "who" stands that goes on about the relative just named."""
    if behind < after and tokens[behind].word == ",":
        behind += 1
    return behind if behind < after and tokens[behind].word in {"who", "whom", "whose"} else None


def _affirms(match: Match[Trigger]) -> bool:
    return any(trigger.category == "affirm" for trigger in match.found)
